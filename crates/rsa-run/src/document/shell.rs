//! Arguments of commands as they are typed.

/// Quotes what a POSIX shell would change in an argument.
pub fn quote_argument(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    match !argument.is_empty() && argument.chars().all(plain) {
        true => argument.to_owned(),
        false => format!("'{}'", argument.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_change_is_quote_argument() {
        assert_eq!(quote_argument("net_a.npz::conv1"), "net_a.npz::conv1");
        assert_eq!(quote_argument("svcca:keep=variance(0.9)"), "'svcca:keep=variance(0.9)'");
        assert_eq!(quote_argument("conv*"), "'conv*'");
        assert_eq!(quote_argument("it's"), "'it'\\''s'");
        assert_eq!(quote_argument(""), "''");
    }
}
