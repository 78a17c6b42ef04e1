//! Place of a declaration in the sources, so that a failure names the line to change.

use std::{fs, path::Path};

use rsa_laws::Law;
use rsakit::MeasureSpec;

/// Folders of the crates that declare profiles.
const FOLDERS: [&str; 6] = [
    "crates/rsa-cka/src",
    "crates/rsa-cca/src",
    "crates/rsa-shape/src",
    "crates/rsa-stats/src",
    "crates/rsa-stats/src/comparison",
    "crates/rsa-core/src/dissimilarity",
];

/// Returns `file:line` of the declaration of `law` for a measure.
///
/// The file of a measure, dissimilarity or comparison has the name that a spec gives it.
pub(crate) fn of(spec: &MeasureSpec, law: Law) -> String {
    let (rdm, compare) = (argument(spec, "rdm"), argument(spec, "compare"));
    let found = match (law, rdm, compare) {
        (Law::Invariance(_), Some(rdm), _) => declaration(&rdm, "fn unchanged"),
        (Law::Identity | Law::Ties, _, Some(compare)) => {
            declaration(&compare, "fn identity").or_else(|| declaration("embedded", "fn identity"))
        }
        _ => declaration(spec.word(), "fn profile"),
    };
    found.unwrap_or_else(|| format!("the profile of {}", spec.word()))
}

/// Returns the value of an argument of a spec in the form of a file name.
fn argument(spec: &MeasureSpec, key: &str) -> Option<String> {
    let text = spec.to_string();
    let (_, value) = text.split_once(&format!("{key}="))?;
    let word = value.split([',', '(']).next()?;
    Some(word.replace('-', "_"))
}

/// Returns `file:line` of the first `text` in the file named `word`.
fn declaration(word: &str, text: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    FOLDERS.iter().find_map(|folder| {
        let path = format!("{folder}/{word}.rs");
        let source = fs::read_to_string(root.join(&path)).ok()?;
        let line = source.lines().position(|line| line.contains(text))?;
        Some(format!("{path}:{}", line + 1))
    })
}
