//! [`Pearson`]: the correlation of dissimilarities.

use rsa_core::{Grid, Rdm, Result};

use super::{Comparison, Embedded, Ignores, Weighted, embedded::Embedding};
use crate::Multiplicities;

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

const EMBEDDING: Embedding = Embedding { ranks: false, centered: true, whitened: false, unit: true };

impl Comparison for Pearson {
    type Reading = Embedded;

    fn read(&self, rdm: &Rdm) -> Result<Embedded> {
        EMBEDDING.read(rdm)
    }

    fn compare(&self, a: &Embedded, b: &Embedded) -> Result<f64> {
        EMBEDDING.compare(a, b, None)
    }

    fn compare_all(&self, a: &[&Embedded], b: &[&Embedded]) -> Grid<Result<f64>> {
        EMBEDDING.compare_all(a, b)
    }

    fn ignores(&self) -> Ignores {
        Ignores::ScaleAndOffset
    }
}

impl Weighted for Pearson {
    fn compare_weighted(&self, a: &Embedded, b: &Embedded, drawn: &Multiplicities) -> Result<f64> {
        EMBEDDING.compare(a, b, Some(drawn))
    }
}
