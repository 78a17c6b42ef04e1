//! [`RsaSpec`]: the two axes of RSA as text.

use rsa_core::{AnyMeasure, Error, Result};
use rsa_stats::{Comparison, Rsa};

use super::{ComparisonSpec, ComparisonVisitor, DissimilaritySpec, RdmSpec, axes::Axes, grammar::Term};

/// RSA by the names of its parts.
pub type RsaSpec = Rsa<DissimilaritySpec, ComparisonSpec>;

pub(super) fn from_term(term: Term<'_>) -> Result<RsaSpec> {
    let mut axes = Axes::new(term, &["rdm", "compare"])?;
    let dissimilarity = match RdmSpec::from_term(axes.need("rdm", "correlation")?, "rdm of rsa")? {
        RdmSpec::Patterns(dissimilarity) => dissimilarity,
        other => {
            return Err(Error::invalid_parameter(
                "rdm of rsa",
                "a dissimilarity of patterns alone",
                format_args!(
                    "'{other}', which needs repeated runs or a noise covariance; make RDMs of it by `rsakit rdm`, \
                     and compare those"
                ),
            ));
        }
    };
    let comparison = ComparisonSpec::from_term(&axes.need("compare", "spearman")?, "compare of rsa")?;
    Ok(Rsa::new(dissimilarity, comparison))
}

pub(super) fn measure(rsa: RsaSpec) -> AnyMeasure {
    struct Measured(DissimilaritySpec);

    impl ComparisonVisitor for Measured {
        type Output = AnyMeasure;

        fn visit<C: Comparison + 'static>(self, comparison: C) -> AnyMeasure {
            AnyMeasure::new(Rsa::new(self.0.dissimilarity(), comparison))
        }
    }
    rsa.comparison.visit(Measured(rsa.dissimilarity))
}
