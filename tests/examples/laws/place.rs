//! Where a declaration is written, so that a failure says which line to change.

use std::{fs, path::Path};

use rsa_laws::Law;
use rsakit::{
    MeasureSpec,
    spec::{ComparisonSpec, DissimilaritySpec},
};

/// `file:line` of the declaration of `law` for a measure.
pub(crate) fn of(spec: &MeasureSpec, law: Law) -> String {
    let (path, text) = match (spec, law) {
        (MeasureSpec::Cka(_), _) => ("crates/rsa-cka/src/cka.rs", "fn profile"),
        (MeasureSpec::Cca(_), _) => ("crates/rsa-cca/src/cca.rs", "const PROFILE"),
        (MeasureSpec::Svcca(_), _) => ("crates/rsa-cca/src/svcca.rs", "fn profile"),
        (MeasureSpec::Pwcca(_), _) => ("crates/rsa-cca/src/pwcca.rs", "fn profile"),
        (MeasureSpec::Rsa(rsa), Law::Invariance(_)) => {
            let path = match rsa.dissimilarity {
                DissimilaritySpec::Euclidean => "crates/rsa-core/src/dissimilarity/euclidean.rs",
                DissimilaritySpec::SquaredEuclidean { .. } => "crates/rsa-core/src/dissimilarity/squared_euclidean.rs",
                DissimilaritySpec::Correlation => "crates/rsa-core/src/dissimilarity/correlation.rs",
                DissimilaritySpec::Cosine => "crates/rsa-core/src/dissimilarity/cosine.rs",
                _ => "crates/rsa-core/src/dissimilarity/manhattan.rs",
            };
            (path, "fn unchanged")
        }
        (MeasureSpec::Rsa(rsa), Law::Identity | Law::Ties) => match rsa.comparison {
            ComparisonSpec::Bures => ("crates/rsa-stats/src/comparison/bures.rs", "impl Comparison"),
            ComparisonSpec::KendallA => ("crates/rsa-stats/src/comparison/kendall_a.rs", "fn identity"),
            ComparisonSpec::KendallB => ("crates/rsa-stats/src/comparison/kendall_b.rs", "impl Comparison"),
            _ => ("crates/rsa-stats/src/comparison/embedded.rs", "fn identity"),
        },
        (MeasureSpec::Rsa(_), _) => ("crates/rsa-stats/src/rsa.rs", "fn profile"),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let source = root.and_then(|root| fs::read_to_string(root.join(path)).ok());
    let line = source.and_then(|source| source.lines().position(|line| line.contains(text)));
    line.map_or_else(|| path.to_owned(), |line| format!("{path}:{}", line + 1))
}
