//! Conversion of plain text to HTML.

use crate::canvas::escaped;

/// Converts `text` to HTML: escapes it, sets text between backticks as code, and makes DOIs links.
pub(super) fn prose(text: &str) -> String {
    let mut html = String::new();
    for (k, part) in text.split('`').enumerate() {
        match k % 2 {
            0 => html.push_str(&linked(part)),
            _ => html.push_str(&format!("<code>{}</code>", escaped(part))),
        }
    }
    html
}

fn linked(text: &str) -> String {
    let mut html = String::new();
    for (k, word) in text.split(' ').enumerate() {
        if k > 0 {
            html.push(' ');
        }
        match word.strip_prefix("doi:").map(|doi| doi.trim_end_matches(['.', ',', ';'])) {
            Some(doi) => {
                let rest = &word["doi:".len() + doi.len()..];
                let doi = escaped(doi);
                html.push_str(&format!("<a href=\"https://doi.org/{doi}\">doi:{doi}</a>{rest}"));
            }
            None => html.push_str(&escaped(word)),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_links_are_marked_and_all_else_escaped() {
        assert_eq!(prose("a `b<c` & d"), "a <code>b&lt;c</code> &amp; d");
        assert_eq!(prose("Nili doi:10.1/x. End"), "Nili <a href=\"https://doi.org/10.1/x\">doi:10.1/x</a>. End");
        assert_eq!(prose("<script>"), "&lt;script&gt;");
    }
}
