//! [`WhitenedPearson`]: the correlation of two RDMs, whitened by the covariance of their errors.

use super::embedded::{EmbeddingKind, Embeds};

/// Pearson's correlation of two RDMs after whitening: dissimilarities that share a condition share its noise.
///
/// The noise is taken for independent and equal for all conditions; [`ConditionWhitened`](super::ConditionWhitened) takes
/// any other.
///
/// # Formula
/// The whitened cosine ([`WhitenedCosine`](super::WhitenedCosine)) of the dissimilarities less their arithmetic mean over
/// the pairs present in both.
///
/// # Shapes
/// Two RDMs of the same n ≥ 3 conditions.
///
/// # Range
/// [−1, 1]; 1 for RDMs that are increasing linear functions of one another.
///
/// # Invariances
/// Ignores the unit of the dissimilarities of either RDM and a constant added to all of them.
///
/// # Cost
/// O(L) to read an RDM of L = n(n−1)/2 pairs and O(L) for a pair, as the plain correlation; all pairs of two lists are
/// one matrix product. With missing pairs O(n³) for a pair of RDMs. A resample of complete RDMs costs O(L).
///
/// # Errors
/// `TooFewConditions` below three, `Degenerate` for a constant RDM, mismatched conditions.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{Comparison, WhitenedPearson};
///
/// // Three conditions: V = 3I + 11ᵀ is 3I on centered values, and the plain correlation of 1 2 3 and 1 3 2 is left.
/// let (a, b) = (Rdm::new(vec![1.0, 2.0, 3.0])?, Rdm::new(vec![1.0, 3.0, 2.0])?);
/// let r = WhitenedPearson.compare(&WhitenedPearson.read(&a)?, &WhitenedPearson.read(&b)?)?;
/// assert!((r - 0.5).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Diedrichsen, Berlot, Mur, Schütt, Shahbazi & Kriegeskorte 2021, Neurons, Behavior, Data analysis, and Theory,
/// doi:10.51628/001c.27664.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WhitenedPearson;

impl Embeds for WhitenedPearson {
    const EMBEDDING: EmbeddingKind = EmbeddingKind { ranks: false, centered: true, whitened: true, unit: true };
}
