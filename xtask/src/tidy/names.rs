//! Public names are exported one by one, and no module has a name such as `utils`.

use super::TidyFinding;
use crate::source::{RustFile, starts_with};

const DRAWERS: [&str; 5] = ["util", "utils", "helper", "helpers", "misc"];

/// Refuses `pub use a::*`.
pub(super) fn glob_exports(source: &RustFile) -> Vec<TidyFinding> {
    let tokens = source.tokens();
    let exports = (0..tokens.len()).filter(|&at| starts_with(&tokens[at..], &["pub", "use"]));
    exports
        .filter_map(|at| tokens[at..].iter().take_while(|token| token.text != ";").find(|token| token.text == "*"))
        .map(|star| TidyFinding::new(&source.path, star.line, "a glob re-export; list the names"))
        .collect()
}

/// Refuses modules, files and directories with a name that fits any content.
pub(super) fn modules(source: &RustFile) -> Vec<TidyFinding> {
    let finding = |line, name: &str| {
        let message = format!("`{name}` fits any content; name the module after what it does");
        TidyFinding::new(&source.path, line, message)
    };
    let parts = source.path.trim_end_matches(".rs").split('/').filter(|part| DRAWERS.contains(part));
    let tokens = source.tokens();
    let inline = tokens
        .windows(3)
        .filter(|three| three[0].text == "mod" && DRAWERS.contains(&three[1].text) && three[2].text == "{");
    parts.map(|part| finding(1, part)).chain(inline.map(|three| finding(three[1].line, three[1].text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{NO_LINES, lines};

    #[test]
    fn globs_are_for_imports() {
        let found = |text: &str| lines(&glob_exports(&RustFile::new("crates/rsa-core/src/lib.rs", text)));
        assert_eq!(found("pub use a::*;\npub use b::{\n    c, d::*,\n};"), [1, 3]);
        assert_eq!(found("use super::*;\npub use a::{B, C};\nlet a = b * c;\n// pub use a::*;"), NO_LINES);
    }

    #[test]
    fn drawers_are_refused_as_files_directories_and_modules() {
        let count = |path: &str, text: &str| modules(&RustFile::new(path, text)).len();
        assert_eq!(count("crates/rsa-core/src/utils.rs", ""), 1);
        assert_eq!(count("crates/rsa-core/src/helpers/rank.rs", ""), 1);
        assert_eq!(count("crates/rsa-core/src/rank.rs", "mod misc {\n}"), 1);
        assert_eq!(count("crates/rsa-core/src/rank.rs", "mod ranks;\nfn util() {}"), 0);
    }
}
