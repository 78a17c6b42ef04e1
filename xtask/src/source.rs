//! [`RustFile`]: the text of a Rust file, its code, and its code without tests.

mod mask;
mod paths;
mod test_code;
mod tokens;

pub(crate) use paths::{UsedPath, paths};
pub(crate) use tokens::{Token, starts_with};

/// A Rust file with its text, its code, and the part of its code that is not for tests.
pub(crate) struct RustFile {
    /// From the root of the repository, with `/` between the parts.
    pub(crate) path: String,
    pub(crate) text: String,
    /// The text with comments and the insides of literals blanked; every line keeps its place.
    code: String,
    /// The code with test items blanked as well.
    production: String,
    /// The modules that exist in tests only.
    test_modules: Vec<String>,
}

impl RustFile {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let code = mask::mask(&text);
        let (production, test_modules) = test_code::without_tests(&code);
        Self { path: path.into(), text, code, production, test_modules }
    }

    /// Returns the tokens of all code, tests included.
    pub(crate) fn tokens(&self) -> Vec<Token<'_>> {
        tokens::tokens(&self.code)
    }

    /// Returns the tokens of the code outside tests.
    pub(crate) fn production_tokens(&self) -> Vec<Token<'_>> {
        tokens::tokens(&self.production)
    }

    /// Returns the lines of the file, blank where there is no code outside tests.
    pub(crate) fn production_lines(&self) -> Vec<&str> {
        self.production.lines().collect()
    }

    /// Returns the crate whose `src` holds this file, by the name of its directory.
    pub(crate) fn crate_name(&self) -> Option<&str> {
        let (name, rest) = self.path.strip_prefix("crates/")?.split_once('/')?;
        rest.starts_with("src/").then_some(name)
    }

    /// Returns `true` if this file is part of a library: all crates are libraries but the command line.
    pub(crate) fn is_library(&self) -> bool {
        self.crate_name().is_some_and(|name| name != "rsa-cli")
    }

    /// Returns the directory of the files of this module's children.
    fn children(&self) -> String {
        let (directory, file) = self.path.rsplit_once('/').unwrap_or((".", &self.path));
        match file.trim_end_matches(".rs") {
            "lib" | "main" | "mod" => directory.to_owned(),
            stem => format!("{directory}/{stem}"),
        }
    }
}

/// Leaves no production code in the files of modules that exist in tests only.
pub(crate) fn blank_test_files(sources: &mut [RustFile]) {
    let modules: Vec<_> = sources
        .iter()
        .flat_map(|source| source.test_modules.iter().map(|name| format!("{}/{name}", source.children())))
        .collect();
    for source in sources {
        let is_below = |module: &String| {
            source.path.strip_prefix(module.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        if modules.iter().any(is_below) {
            source.production.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_a_test_module_has_no_production_code() {
        let mut sources = [
            RustFile::new("crates/a/src/lib.rs", "mod plain;\n#[cfg(test)]\nmod hostile;\n"),
            RustFile::new("crates/a/src/plain.rs", "fn plain() {}\n#[cfg(test)]\nmod inner;"),
            RustFile::new("crates/a/src/plain/inner.rs", "fn test() {}"),
            RustFile::new("crates/a/src/hostile.rs", "fn test() {}"),
            RustFile::new("crates/a/src/hostile/deep.rs", "fn test() {}"),
            RustFile::new("crates/a/src/hostile_data.rs", "fn plain() {}"),
        ];
        blank_test_files(&mut sources);
        let empty: Vec<_> = sources.iter().map(|source| source.production_tokens().is_empty()).collect();
        assert_eq!(empty, [false, false, true, true, true, false]);
        assert!(!sources[2].tokens().is_empty());
    }

    #[test]
    fn library_code_is_what_lies_in_the_src_of_a_library() {
        let is_library = |path: &str| RustFile::new(path, "").is_library();
        assert!(is_library("crates/rsa-core/src/rdm.rs"));
        assert!(!is_library("crates/rsa-core/benches/rdm.rs"));
        assert!(!is_library("crates/rsa-cli/src/main.rs"));
        assert!(!is_library("tests/main.rs"));
        assert!(!is_library("xtask/src/main.rs"));
    }
}
