//! Replaces the text between two marked lines of a file.

/// Returns `text` with `new` between the lines `begin` and `end`.
pub(crate) fn replaced(text: &str, [begin, end]: [&str; 2], new: &str) -> Result<String, String> {
    let missing = |line: &str| format!("there is no line `{line}`");
    let (before, rest) = text.split_once(begin).ok_or_else(|| missing(begin))?;
    let (_, after) = rest.split_once(end).ok_or_else(|| missing(end))?;
    Ok(format!("{before}{begin}\n\n{}\n\n{end}{after}", new.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_the_lines_stays() {
        let text = "before\n[\nold\n]\nafter\n";
        let new = replaced(text, ["[", "]"], "| new |\n").unwrap();
        assert_eq!(new, "before\n[\n\n| new |\n\n]\nafter\n");
        assert_eq!(replaced(&new, ["[", "]"], "| new |\n").unwrap(), new);
        assert!(replaced("no table", ["[", "]"], "").is_err());
    }
}
