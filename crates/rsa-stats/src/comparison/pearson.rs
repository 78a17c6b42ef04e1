//! [`Pearson`]: the correlation of dissimilarities.

use super::embedded::{EmbeddingKind, Embeds};

/// Pearson's correlation of two RDMs.
///
/// # Formula
/// Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² · Σ (y − ȳ)²) over the pairs present in both.
///
/// # Shapes
/// Two RDMs of the same n ≥ 3 conditions.
///
/// # Range
/// [−1, 1]; 1 for RDMs that are positive affine functions of each other.
///
/// # Invariances
/// Ignores the unit and the offset of the dissimilarities of either RDM.
///
/// # Cost
/// O(L) for a pair, L = n(n−1)/2; all pairs of two lists are one matrix product.
///
/// # Errors
/// `TooFewConditions` below three, `Degenerate` for a constant RDM, mismatched conditions.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{Comparison, Pearson};
///
/// let (a, b) = (Rdm::new(vec![1.0, 2.0, 3.0])?, Rdm::new(vec![1.0, 3.0, 2.0])?);
/// let r = Pearson.compare(&Pearson.read(&a)?, &Pearson.read(&b)?)?;
/// assert!((r - 0.5).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience, doi:10.3389/neuro.06.004.2008.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pearson;

impl Embeds for Pearson {
    const EMBEDDING: EmbeddingKind = EmbeddingKind { ranks: false, centered: true, whitened: false, unit: true };
}
