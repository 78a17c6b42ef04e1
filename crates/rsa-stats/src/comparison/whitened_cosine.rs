//! [`WhitenedCosine`]: the cosine of two RDMs, whitened by the covariance of their errors.

use super::embedded::{EmbeddingKind, Embeds};

/// The cosine of two RDMs after whitening: dissimilarities that share a condition share its noise.
///
/// The noise is taken for independent and equal for all conditions; [`ConditionWhitened`](super::ConditionWhitened) takes
/// any other.
///
/// # Formula
/// xᵀV⁻¹y / √(xᵀV⁻¹x · yᵀV⁻¹y) over the pairs present in both, with V the covariance of dissimilarities under noise
/// alone, up to a factor: 4 on the diagonal, 1 for two pairs that share a condition, 0 elsewhere.
///
/// # Shapes
/// Two RDMs of the same n ≥ 3 conditions.
///
/// # Range
/// [−1, 1]; 1 for proportional RDMs.
///
/// # Invariances
/// Ignores the unit of the dissimilarities of either RDM. It sees an offset. Of squared Euclidean RDMs it is linear CKA:
/// the cosine of the centered n × n matrices HDH with their diagonal.
///
/// # Cost
/// O(L) to read an RDM of L = n(n−1)/2 pairs and O(L) for a pair, as the plain cosine; all pairs of two lists are one
/// matrix product. With missing pairs O(n³) for a pair of RDMs. A resample of complete RDMs costs O(L).
///
/// # Errors
/// `TooFewConditions` below three, `Degenerate` for an RDM that is all zero, mismatched conditions.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{Comparison, WhitenedCosine};
///
/// // V = [4 1 1; 1 4 1; 1 1 4], so 18·V⁻¹ = [5 -1 -1; -1 5 -1; -1 -1 5]: 18·xᵀV⁻¹y = 4, 18·xᵀV⁻¹x = 5, 18·yᵀV⁻¹y = 8.
/// let (a, b) = (Rdm::new(vec![1.0, 0.0, 0.0])?, Rdm::new(vec![1.0, 1.0, 0.0])?);
/// let cosine = WhitenedCosine.compare(&WhitenedCosine.read(&a)?, &WhitenedCosine.read(&b)?)?;
/// assert!((cosine - 4.0 / 40f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Diedrichsen, Berlot, Mur, Schütt, Shahbazi & Kriegeskorte 2021, Neurons, Behavior, Data analysis, and Theory,
/// doi:10.51628/001c.27664.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WhitenedCosine;

impl Embeds for WhitenedCosine {
    const EMBEDDING: EmbeddingKind = EmbeddingKind { ranks: false, centered: false, whitened: true, unit: true };
}

#[cfg(test)]
mod tests {
    use rsa_core::{Rdm, linalg};

    use super::*;
    use crate::Comparison;

    #[test]
    fn it_is_the_cosine_of_the_centered_square_matrices() {
        let rdms = [0.3, 1.9]
            .map(|phase: f64| Rdm::new((0..28).map(|k| (f64::from(k) * 1.3 + phase).sin() + 0.2).collect()).unwrap());
        let [a, b] = rdms.each_ref().map(|rdm| linalg::center_kernel(rdm.to_square()));
        let expected = (&a * &b).sum() / ((&a * &a).sum() * (&b * &b).sum()).sqrt();
        let [a, b] = rdms.each_ref().map(|rdm| WhitenedCosine.read(rdm).unwrap());
        assert!((WhitenedCosine.compare(&a, &b).unwrap() - expected).abs() < 1e-14);
    }
}
