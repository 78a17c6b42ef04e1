//! [`KendallB`]: Kendall's rank correlation corrected for ties.

use rsa_core::{Rdm, Result};

use super::{
    Comparison, Ignores, Ordered, Weighted,
    ordered::{Concordance, ratio},
};
use crate::Multiplicities;

/// Kendall's τ_b of two RDMs: τ_a with tied pairs taken out of the denominator.
///
/// # Formula
/// (C − D) / √((T − Tx)(T − Ty)): T = L(L−1)/2 pairs of dissimilarities, Tx and Ty of them tied in x and in y.
///
/// # Shapes
/// Two RDMs of the same n ≥ 3 conditions.
///
/// # Range
/// [−1, 1]; 1 for RDMs that order their pairs alike and tie the same pairs. It rewards a model for predicting ties:
/// prefer [`KendallA`](super::KendallA) to compare models some of which do.
///
/// # Invariances
/// Ignores every increasing function of the dissimilarities of either RDM.
///
/// # Cost
/// O(L log L) to read an RDM of L = n(n−1)/2 pairs, and as much for a comparison.
///
/// # Errors
/// `TooFewConditions` below three, `Degenerate` for a constant RDM, mismatched conditions.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{Comparison, KendallB};
///
/// // Two concordant pairs of dissimilarities, one tied in `a`: 2/√(2·3).
/// let (a, b) = (Rdm::new(vec![1.0, 1.0, 2.0])?, Rdm::new(vec![1.0, 2.0, 3.0])?);
/// let tau = KendallB.compare(&KendallB.read(&a)?, &KendallB.read(&b)?)?;
/// assert_eq!(tau, 2.0 / 6f64.sqrt());
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Kendall 1945, Biometrika, doi:10.1093/biomet/33.3.239.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KendallB;

fn tau(counts: &Concordance) -> Result<f64> {
    ratio(counts.difference, (counts.untied[0] * counts.untied[1]).sqrt())
}

impl Comparison for KendallB {
    type Reading = Ordered;

    fn read(&self, rdm: &Rdm) -> Result<Ordered> {
        Ordered::read(rdm)
    }

    fn compare(&self, a: &Ordered, b: &Ordered) -> Result<f64> {
        tau(&a.concordance(b, None)?)
    }

    fn rdm_of<'a>(&self, reading: &'a Ordered) -> Option<&'a Rdm> {
        Some(reading.rdm())
    }

    fn ignores(&self) -> Ignores {
        Ignores::AllButOrder
    }
}

impl Weighted for KendallB {
    fn compare_weighted(&self, a: &Ordered, b: &Ordered, drawn: &Multiplicities) -> Result<f64> {
        tau(&a.concordance(b, Some(drawn))?)
    }
}
