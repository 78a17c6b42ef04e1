//! [`RhoA`]: Spearman's correlation as expected under random breaking of ties.

use super::embedded::{EmbeddingKind, Embeds};

/// ρ_a: the Spearman correlation of two RDMs that is expected when ties are broken at random.
///
/// # Formula
/// 12·Σ (R(x) − R̄)(R(y) − R̄) / (L³ − L) with mid-ranks R, over the L pairs present in both.
///
/// # Shapes
/// Two RDMs of the same n ≥ 3 conditions.
///
/// # Range
/// [−1, 1]; 1 only for RDMs without ties that order their pairs alike: a tie is no prediction.
///
/// # Invariances
/// Ignores every increasing function of the dissimilarities of either RDM.
///
/// # Cost
/// O(L log L) to read an RDM of L = n(n−1)/2 pairs, O(L) for a pair; all pairs of two lists are one matrix product.
/// It is the fast near-equivalent of [`KendallA`](super::KendallA).
///
/// # Errors
/// `TooFewConditions` below three, `Degenerate` for a constant RDM, mismatched conditions.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{Comparison, RhoA};
///
/// // Ranks 1.5 1.5 3 and 1 2 3: 12·(0.5·1 + 0.5·0 + 1·1)/24 = 0.75.
/// let (a, b) = (Rdm::new(vec![1.0, 1.0, 2.0])?, Rdm::new(vec![1.0, 2.0, 3.0])?);
/// let rho = RhoA.compare(&RhoA.read(&a)?, &RhoA.read(&b)?)?;
/// assert!((rho - 0.75).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Schütt et al. 2023, eLife, doi:10.7554/eLife.82566.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RhoA;

impl Embeds for RhoA {
    const EMBEDDING: EmbeddingKind = EmbeddingKind { ranks: true, centered: true, whitened: false, unit: false };
}
