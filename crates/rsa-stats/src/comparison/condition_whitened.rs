//! [`ConditionWhitened`]: whitened comparisons for conditions with any covariance of their noise.

use rsa_core::{Caveat, Grid, Observer, Rdm, Result};

use super::{Comparison, Embedded, Ignores, embedded::EmbeddingKind, joint, vector::Vector};
use crate::ConditionCovariance;

/// The whitened cosine or Pearson correlation of two RDMs for any covariance of the conditions' noise.
///
/// It cannot be evaluated on a resample of conditions, which would have a covariance of its own: inference whitens with
/// [`WhitenedCosine`](super::WhitenedCosine) and [`WhitenedPearson`](super::WhitenedPearson).
///
/// # Formula
/// xᵀV⁻¹y / √(xᵀV⁻¹x · yᵀV⁻¹y) over the pairs present in both, with V = (CΣCᵀ)∘(CΣCᵀ), C the contrasts of all pairs and Σ
/// the covariance of the conditions; Pearson's first subtracts the arithmetic mean of the pairs. Exact, where
/// rsatoolbox 0.3.2 iterates to 1e-5, and is wrong for a list of variances.
///
/// # Shapes
/// Two RDMs of the same n ≥ 3 conditions, which are those of the n × n covariance.
///
/// # Range
/// [−1, 1]; 1 for proportional RDMs.
///
/// # Invariances
/// Ignores the unit of the dissimilarities of either RDM; Pearson's also a constant added to all of them. Of the
/// covariance it ignores a factor, and a constant added to all entries.
///
/// # Cost
/// O(n³) to read an RDM and O(n²) for a pair; all pairs of two lists are one matrix product. With k missing pairs
/// O(n³ + k³) for a pair of RDMs.
///
/// # Errors
/// `TooFewConditions` below three, `Degenerate` for an RDM that is all zero (Pearson's: constant), mismatched conditions,
/// also between the RDM and the covariance.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::Rdm;
/// use rsa_stats::{Comparison, ConditionCovariance, ConditionWhitened};
///
/// // Variances 1, 1 and 0: V = [4 1 1; 1 1 0; 1 0 1], so 2·V⁻¹ = [1 -1 -1; -1 3 1; -1 1 3].
/// let noise = ConditionCovariance::new(array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])?;
/// let cosine = ConditionWhitened::cosine(noise);
/// let (a, b) = (Rdm::new(vec![1.0, 0.0, 0.0])?, Rdm::new(vec![0.0, 1.0, 0.0])?);
/// let similarity = cosine.compare(&cosine.read(&a)?, &cosine.read(&b)?)?;
/// assert!((similarity + 1.0 / 3f64.sqrt()).abs() < 1e-14);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Diedrichsen, Berlot, Mur, Schütt, Shahbazi & Kriegeskorte 2021, Neurons, Behavior, Data analysis, and Theory,
/// doi:10.51628/001c.27664.
#[derive(Clone, Debug)]
pub struct ConditionWhitened {
    covariance: ConditionCovariance,
    centered: bool,
}

impl ConditionWhitened {
    /// Makes the whitened cosine.
    pub fn cosine(covariance: ConditionCovariance) -> Self {
        Self { covariance, centered: false }
    }

    /// Makes the whitened Pearson correlation.
    pub fn pearson(covariance: ConditionCovariance) -> Self {
        Self { covariance, centered: true }
    }

    /// Returns φ at unit length.
    fn vector(&self, rdm: &Rdm, weights: Option<&[f64]>) -> Result<Vector> {
        let embedding = EmbeddingKind { ranks: false, centered: self.centered, whitened: false, unit: true };
        let values = embedding.centered_values(rdm, None, weights)?.values;
        let missing: Vec<usize> =
            weights.map_or_else(Vec::new, |weights| (0..values.len()).filter(|&k| weights[k] == 0.0).collect());
        Vector::unit(self.covariance.whiten(&values, &missing)?)
    }
}

impl Comparison for ConditionWhitened {
    type Reading = Embedded;

    fn read(&self, rdm: &Rdm) -> Result<Embedded> {
        self.covariance.ensure_of(rdm)?;
        Embedded::read(rdm, false, |read, weights| self.vector(read.rdm(), weights))
    }

    fn compare(&self, a: &Embedded, b: &Embedded) -> Result<f64> {
        let weights = joint::weights(a.rdm(), b.rdm(), None)?;
        a.compare(b, weights.is_none(), |read| self.vector(read.rdm(), weights.as_deref()))
    }

    fn compare_all_observed(&self, a: &[&Embedded], b: &[&Embedded], observer: &dyn Observer) -> Grid<Result<f64>> {
        Embedded::compare_all(a, b, observer, |a, b| self.compare(a, b))
    }

    fn caveats(&self, a: &Embedded, b: &Embedded) -> Vec<Caveat> {
        joint::few_pairs(&[a.rdm(), b.rdm()]).into_iter().collect()
    }

    fn ignores(&self) -> Ignores {
        match self.centered {
            true => Ignores::ScaleAndOffset,
            false => Ignores::Scale,
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use rsa_core::Conditions;

    use super::*;
    use crate::{WhitenedCosine, WhitenedPearson};

    fn compare<C: Comparison>(comparison: &C, a: &Rdm, b: &Rdm) -> Result<f64> {
        comparison.compare(&comparison.read(a)?, &comparison.read(b)?)
    }

    fn rdms(missing: &[usize]) -> [Rdm; 2] {
        [0.3, 1.9].map(|phase: f64| {
            let value = |k: usize| if missing.contains(&k) { f64::NAN } else { (k as f64 * 1.3 + phase).sin() + 0.2 };
            Rdm::new((0..28).map(value).collect()).unwrap()
        })
    }

    #[test]
    fn equal_independent_noise_is_that_of_the_other_whitened_comparisons() {
        let noise = || ConditionCovariance::new(Array2::eye(8) * 7.0 + 3.0).unwrap();
        for missing in [vec![], vec![0, 5, 6, 20]] {
            let [a, b] = rdms(&missing);
            let [cosine, pearson] =
                [ConditionWhitened::cosine(noise()), ConditionWhitened::pearson(noise())].map(|c| compare(&c, &a, &b));
            assert!((cosine.unwrap() - compare(&WhitenedCosine, &a, &b).unwrap()).abs() < 1e-13);
            assert!((pearson.unwrap() - compare(&WhitenedPearson, &a, &b).unwrap()).abs() < 1e-13);
        }
    }

    /// V written out and solved by mpmath 1.4.1 with 50 digits. rsatoolbox 0.3.2 solves V iteratively and answers
    /// .9557022694, .8660772769 on the complete RDMs; .9669033948, .8890616012 with pairs 3 and 7 missing.
    #[test]
    fn fifty_digits_agree() {
        let sigma = array![
            [2.0, 0.5, 0.1, 0.0, 0.0],
            [0.5, 1.0, 0.3, 0.0, 0.2],
            [0.1, 0.3, 1.5, 0.4, 0.0],
            [0.0, 0.0, 0.4, 1.0, 0.1],
            [0.0, 0.2, 0.0, 0.1, 3.0],
        ];
        let noise = ConditionCovariance::new(sigma).unwrap();
        let (cosine, pearson) = (ConditionWhitened::cosine(noise.clone()), ConditionWhitened::pearson(noise));
        let [mut a, mut b] =
            [[1.0, 2.0, 2.0, 4.0, 5.0, 3.0, 2.5, 6.0, 1.5, 4.0], [2.0, 1.0, 3.0, 3.0, 6.0, 4.0, 2.0, 5.0, 1.0, 3.5]];
        let check = |a: &[f64], b: &[f64], expected: [f64; 2]| {
            let [a, b] = [a, b].map(|values| Rdm::new(values.to_vec()).unwrap());
            assert!((compare(&cosine, &a, &b).unwrap() - expected[0]).abs() < 1e-14);
            assert!((compare(&pearson, &a, &b).unwrap() - expected[1]).abs() < 1e-14);
        };
        check(&a, &b, [0.955702269757604, 0.866077276930885]);
        (a[3], b[7]) = (f64::NAN, f64::NAN);
        check(&a, &b, [0.966903394752846, 0.889061601207727]);
    }

    #[test]
    fn another_set_of_conditions_is_refused() {
        let [a, _] = rdms(&[]);
        let cosine = ConditionWhitened::cosine(ConditionCovariance::new(Array2::eye(7)).unwrap());
        assert_eq!(cosine.read(&a).unwrap_err().kind().name(), "ShapeMismatch");
        let named = |text: &str| Conditions::labeled(text.split(' '));
        let noise =
            ConditionCovariance::new(Array2::eye(8)).unwrap().with_conditions(named("a b c d e f g h")).unwrap();
        let a = a.with_conditions(named("b a c d e f g h")).unwrap();
        assert_eq!(ConditionWhitened::cosine(noise).read(&a).unwrap_err().kind().name(), "LabelMismatch");
    }
}
