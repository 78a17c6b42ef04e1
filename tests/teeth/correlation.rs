//! RSA of correlation distances with a profile that declares too many invariances.

use rsakit::{
    Correlation, Rdm, Representation, Result, Rsa, Spearman,
    core::{AnyMeasure, Dissimilarity, Invariances},
};

struct ClaimingRotations;

impl Dissimilarity for ClaimingRotations {
    fn rdm(&self, x: &Representation) -> Result<Rdm> {
        Correlation.rdm(x)
    }

    fn unchanged(&self) -> Invariances {
        Correlation.unchanged() | Invariances::ORTHOGONAL
    }

    fn rescaled(&self) -> Invariances {
        self.unchanged()
    }
}

/// RSA of correlation distances that claims to ignore rotations of feature space.
pub(crate) fn claiming_rotations() -> AnyMeasure {
    AnyMeasure::new(Rsa::new(ClaimingRotations, Spearman))
}
