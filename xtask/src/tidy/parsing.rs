//! Nothing below the facade parses a string that names a measure.

use super::TidyFinding;
use crate::source::{RustFile, paths};

/// Crates of measures. The planned ones stand here, too.
const BELOW_THE_FACADE: [&str; 10] = [
    "rsa-linalg",
    "rsa-core",
    "rsa-stats",
    "rsa-cca",
    "rsa-cka",
    "rsa-shape",
    "rsa-laws",
    "rsa-encode",
    "rsa-brain",
    "rsa-synth",
];

/// Refuses `FromStr` below the facade.
pub(super) fn check(source: &RustFile) -> Vec<TidyFinding> {
    if !source.crate_name().is_some_and(|name| BELOW_THE_FACADE.contains(&name)) {
        return Vec::new();
    }
    let parsed = paths(&source.production_tokens()).into_iter().filter(|path| path.last() == "FromStr");
    parsed
        .map(|path| {
            let message = "`FromStr` below the facade; let rsakit's MeasureSpec do the parsing";
            TidyFinding::new(&source.path, path.line, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{NO_LINES, lines};

    #[test]
    fn strings_are_parsed_by_the_facade_and_above() {
        let found = |path: &str, text: &str| lines(&check(&RustFile::new(path, text)));
        let text = "use std::{fmt, str::FromStr};\nimpl std::str::FromStr for Cka {}\n\
                    impl FromStr for A {}";
        assert_eq!(found("crates/rsa-cka/src/lib.rs", text), [1, 2, 3]);
        assert_eq!(found("crates/rsakit/src/spec.rs", text), NO_LINES);
        assert_eq!(found("crates/rsa-io/src/table.rs", text), NO_LINES);
        assert_eq!(found("crates/rsa-cka/src/lib.rs", "#[cfg(test)]\nmod tests { use std::str::FromStr; }"), NO_LINES);
    }
}
