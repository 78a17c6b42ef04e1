//! [`KendallA`]: Kendall's τ_a, in which ties count as no prediction.

use rsa_core::{Identity, Rdm, Result};

use super::{
    Comparison, Ignores, Ordered, Weighted,
    ordered::{Concordance, ratio},
};
use crate::Multiplicities;

/// Kendall's τ_a of two RDMs: pairs of dissimilarities ordered alike less those ordered oppositely, among all.
///
/// # Formula
/// (C − D) / (L(L−1)/2): C concordant and D discordant pairs of the L dissimilarities present in both.
///
/// # Shapes
/// Two RDMs of the same n ≥ 3 conditions.
///
/// # Range
/// [−1, 1]; 1 only for RDMs without ties that order their pairs alike: a tie is no prediction. This is the comparison
/// to prefer where some models predict ties (Nili et al. 2014).
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
/// use rsa_stats::{Comparison, KendallA};
///
/// // Of three pairs of dissimilarities two are ordered alike and one is tied in `a`.
/// let (a, b) = (Rdm::new(vec![1.0, 1.0, 2.0])?, Rdm::new(vec![1.0, 2.0, 3.0])?);
/// let tau = KendallA.compare(&KendallA.read(&a)?, &KendallA.read(&b)?)?;
/// assert_eq!(tau, 2.0 / 3.0);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Kendall 1938, Biometrika, doi:10.1093/biomet/30.1-2.81; Nili et al. 2014, PLoS Computational Biology,
/// doi:10.1371/journal.pcbi.1003553.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KendallA;

fn tau(counts: &Concordance) -> Result<f64> {
    ratio(counts.difference, counts.total)
}

impl Comparison for KendallA {
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

    fn identity(&self) -> Identity {
        Identity::WithoutTies(1.0)
    }
}

impl Weighted for KendallA {
    fn compare_weighted(&self, a: &Ordered, b: &Ordered, drawn: &Multiplicities) -> Result<f64> {
        tau(&a.concordance(b, Some(drawn))?)
    }
}
