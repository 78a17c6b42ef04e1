//! Only `rsa-io` knows a file format.

use super::Finding;
use crate::{
    project::Package,
    source::{Source, paths},
};

const HOME: &str = "rsa-io";

/// The crates that read or write a format.
const FORMATS: [&str; 4] = ["csv", "half", "safetensors", "zip"];

/// What else may use which of them: the command line writes its tables with `csv`.
const ALLOWED: (&str, &str) = ("rsa-cli", "csv");

/// Refuses the crates of formats as dependencies elsewhere.
pub(super) fn in_manifests(package: &Package) -> Vec<Finding> {
    let formats = package.dependencies.iter().filter(|(name, _)| FORMATS.contains(&name.as_str()));
    formats
        .filter(|(name, _)| package.name != HOME && (package.name.as_str(), name.as_str()) != ALLOWED)
        .map(|(name, _)| {
            let message = format!("`{}` depends on `{name}`; read and write files through {HOME}", package.name);
            Finding::new(&package.manifest.path, package.line_of(name), message)
        })
        .collect()
}

/// Refuses paths into those crates elsewhere, tests included.
pub(super) fn in_sources(source: &Source) -> Vec<Finding> {
    let crate_name = source.crate_name().unwrap_or_default();
    if crate_name == HOME {
        return Vec::new();
    }
    // `zip` alone is also a method of iterators; only what has more parts names the crate.
    let formats = paths(&source.tokens())
        .into_iter()
        .filter(|path| path.text.contains("::") && FORMATS.contains(&path.first()))
        .filter(|path| (crate_name, path.first()) != ALLOWED);
    formats
        .map(|path| {
            let message = format!("`{}` knows a file format; read and write files through {HOME}", path.text);
            Finding::new(&source.path, path.line, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        project::Kind,
        tidy::{NO_LINES, lines},
    };

    #[test]
    fn only_the_home_of_formats_depends_on_their_crates() {
        let count = |name: &str, used: &str| in_manifests(&Package::example(name, &[(used, Kind::Normal)])).len();
        assert_eq!(FORMATS.map(|format| count("rsa-io", format)), [0, 0, 0, 0]);
        assert_eq!(FORMATS.map(|format| count("rsa-cli", format)), [0, 1, 1, 1]);
        assert_eq!(FORMATS.map(|format| count("rsa-cka", format)), [1, 1, 1, 1]);
        assert_eq!(count("rsa-cka", "ndarray"), 0);
    }

    #[test]
    fn only_the_home_of_formats_names_their_crates() {
        let found = |path: &str, text: &str| lines(&in_sources(&Source::new(path, text)));
        let text = "use half::f16;\nuse csv::Writer;\nuse {std::fmt, zip::ZipArchive};\n\
                    // zip::x\nlet a = b.zip(c);";
        assert_eq!(found("crates/rsa-io/src/npz.rs", text), NO_LINES);
        assert_eq!(found("crates/rsa-cli/src/main.rs", text), [1, 3]);
        assert_eq!(found("tests/main.rs", text), [1, 2, 3]);
        assert_eq!(found("crates/rsa-cka/src/lib.rs", "let x = std::iter::zip(a, b); crate::half::x()"), NO_LINES);
    }
}
