//! [`Spearman`]: the correlation of the ranks of dissimilarities.

use super::embedded::{EmbeddingKind, Embeds};

/// Spearman's rank correlation of two RDMs: Pearson's correlation of their mid-ranks.
///
/// # Formula
/// Pearson's correlation of the ranks over the pairs present in both; equal dissimilarities share their mean rank.
///
/// # Shapes
/// Two RDMs of the same n ≥ 3 conditions.
///
/// # Range
/// [−1, 1]; 1 for RDMs that order their pairs alike and tie the same pairs.
///
/// # Invariances
/// Ignores every increasing function of the dissimilarities of either RDM. Models that predict ties profit from them:
/// prefer [`KendallA`](super::KendallA) or [`RhoA`](super::RhoA) to compare models some of which predict ties.
///
/// # Cost
/// O(L log L) to read an RDM of L = n(n−1)/2 pairs, O(L) for a pair; all pairs of two lists are one matrix product.
///
/// # Errors
/// `TooFewConditions` below three, `Degenerate` for a constant RDM, mismatched conditions.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{Comparison, Spearman};
///
/// // Ranks 1 2 3 and 1 3 2: 1 - 6·(0 + 1 + 1)/(3·8) = 0.5.
/// let (a, b) = (Rdm::new(vec![0.1, 0.2, 9.0])?, Rdm::new(vec![1.0, 3.0, 2.0])?);
/// let rho = Spearman.compare(&Spearman.read(&a)?, &Spearman.read(&b)?)?;
/// assert!((rho - 0.5).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Spearman 1904, American Journal of Psychology, doi:10.2307/1412159; Kriegeskorte, Mur & Bandettini 2008, Frontiers
/// in Systems Neuroscience, doi:10.3389/neuro.06.004.2008.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spearman;

impl Embeds for Spearman {
    const EMBEDDING: EmbeddingKind = EmbeddingKind { ranks: true, centered: true, whitened: false, unit: true };
}
