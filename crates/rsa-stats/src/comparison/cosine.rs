//! [`Cosine`]: the cosine of the angle between two RDMs.

use super::embedded::{EmbeddingKind, Embeds};

/// The cosine of the angle between two RDMs, as vectors of dissimilarities.
///
/// # Formula
/// Σ x·y / √(Σ x² · Σ y²) over the pairs present in both.
///
/// # Shapes
/// Two RDMs of the same n ≥ 3 conditions.
///
/// # Range
/// [−1, 1], and [0, 1] for dissimilarities that are not negative; 1 for proportional RDMs.
///
/// # Invariances
/// Ignores the unit of the dissimilarities of either RDM. It sees an offset: it asks whether the *ratios* agree, which
/// suits unbiased estimates with a meaningful zero.
///
/// # Cost
/// O(L) for a pair, L = n(n−1)/2; all pairs of two lists are one matrix product.
///
/// # Errors
/// `TooFewConditions` below three, `Degenerate` for an RDM that is all zero, mismatched conditions.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{Comparison, Cosine};
///
/// let (a, b) = (Rdm::new(vec![3.0, 4.0, 0.0])?, Rdm::new(vec![4.0, 3.0, 0.0])?);
/// let cosine = Cosine.compare(&Cosine.read(&a)?, &Cosine.read(&b)?)?;
/// assert!((cosine - 0.96).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Diedrichsen & Kriegeskorte 2017, PLoS Computational Biology, doi:10.1371/journal.pcbi.1005508.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cosine;

impl Embeds for Cosine {
    const EMBEDDING: EmbeddingKind = EmbeddingKind { ranks: false, centered: false, whitened: false, unit: true };
}
