//! Only `rsa-io` knows a file format of data, and only `rsa-plot` how to draw.

use super::TidyFinding;
use crate::{
    project::Package,
    source::{RustFile, paths},
};

/// Crates of others, the one crate of ours that uses each, and the remedy for the rest.
const HOMES: [(&str, &str, &str); 8] = [
    ("csv", "rsa-io", READ),
    ("half", "rsa-io", READ),
    ("hdf5-reader", "rsa-io", READ),
    ("safetensors", "rsa-io", READ),
    ("zip", "rsa-io", READ),
    ("colorous", "rsa-plot", DRAW),
    ("resvg", "rsa-plot", DRAW),
    ("skrifa", "rsa-plot", DRAW),
];

const READ: &str = "read and write files through rsa-io";
const DRAW: &str = "draw through rsa-plot";

/// Other users: tables of results are written with `csv` where they are rendered.
const ALLOWED: [(&str, &str); 2] = [("rsa-run", "csv"), ("rsa-cli", "csv")];

/// Returns the remedy for a crate `user` that uses `name`, if that belongs to another crate.
fn instead(user: &str, name: &str) -> Option<&'static str> {
    let (_, home, instead) = HOMES.iter().find(|(known, ..)| *known == name)?;
    (user != *home && !ALLOWED.contains(&(user, name))).then_some(instead)
}

/// Refuses crates for formats and figures as dependencies elsewhere.
pub(super) fn in_manifests(package: &Package) -> Vec<TidyFinding> {
    let used = package.dependencies.iter().filter_map(|(name, _)| Some((name, instead(&package.name, name)?)));
    used.map(|(name, instead)| {
        let message = format!("`{}` depends on `{name}`; {instead}", package.name);
        TidyFinding::new(&package.manifest.path, package.line_of(name), message)
    })
    .collect()
}

/// Refuses paths into crates for formats and figures elsewhere, tests included.
pub(super) fn in_sources(source: &RustFile) -> Vec<TidyFinding> {
    let crate_name = source.crate_name().unwrap_or_default();
    // `zip` alone is also a method of iterators; only what has more parts names the crate.
    let named = paths(&source.tokens()).into_iter().filter(|path| path.text.contains("::"));
    named
        .filter_map(|path| {
            let instead = instead(crate_name, path.first())?;
            let message = format!("`{}` belongs to another crate; {instead}", path.text);
            Some(TidyFinding::new(&source.path, path.line, message))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        project::DependencyKind,
        tidy::{NO_LINES, lines},
    };

    #[test]
    fn only_the_home_of_formats_depends_on_their_crates() {
        let count =
            |name: &str, used: &str| in_manifests(&Package::example(name, &[(used, DependencyKind::Normal)])).len();
        let all = |name: &str| HOMES.map(|(used, ..)| count(name, used));
        assert_eq!(all("rsa-io"), [0, 0, 0, 0, 0, 1, 1, 1]);
        assert_eq!(all("rsa-plot"), [1, 1, 1, 1, 1, 0, 0, 0]);
        assert_eq!(all("rsa-cli"), [0, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(all("rsa-run"), [0, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(all("rsa-cka"), [1; 8]);
        assert_eq!(count("rsa-cka", "ndarray"), 0);
    }

    #[test]
    fn only_the_home_of_formats_names_their_crates() {
        let found = |path: &str, text: &str| lines(&in_sources(&RustFile::new(path, text)));
        let text = "use half::f16;\nuse csv::Writer;\nuse {std::fmt, zip::ZipArchive};\n\
                    // zip::x\nlet a = b.zip(c);";
        assert_eq!(found("crates/rsa-io/src/npz.rs", text), NO_LINES);
        assert_eq!(found("crates/rsa-cli/src/main.rs", text), [1, 3]);
        assert_eq!(found("tests/main.rs", text), [1, 2, 3]);
        assert_eq!(found("crates/rsa-cka/src/lib.rs", "let x = std::iter::zip(a, b); crate::half::x()"), NO_LINES);
    }
}
