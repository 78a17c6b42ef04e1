//! [`ConditionCovariance`]: whitening by noise that differs between conditions or is shared by them.

use ndarray::{Array1, Array2, Axis};
use rsa_core::{Conditions, Error, Gram, Rdm, Result, condensed, linalg};

use super::triangular;

/// The covariance Σ of the noise of the conditions' patterns, n × n.
///
/// Dissimilarities depend on it only through contrasts, (eᵢ − eⱼ)ᵀΣ(eₖ − eₗ). A constant added to all its entries
/// changes nothing, and the singular covariance of centered patterns is allowed.
///
/// With a matrix A that whitens contrasts, A·1 = 0 and A·Σ·Aᵀ = I, (n − 1) × n, the vector of an RDM with square form X
/// is φ(x) = −½·A·X·Aᵀ: the inner products of these are xᵀV⁻¹y for V = (CΣCᵀ)∘(CΣCᵀ), C the contrasts of all pairs.
#[derive(Clone, Debug)]
pub struct ConditionCovariance {
    conditions: Conditions,
    /// A, (n − 1) × n.
    whitener: Array2<f64>,
    /// AᵀA, n × n.
    precision: Array2<f64>,
}

impl ConditionCovariance {
    /// Takes a symmetric matrix that is positive definite, at least on the contrasts between conditions.
    ///
    /// # Errors
    /// `TooFewConditions` below three, `ShapeMismatch` unless it is square and symmetric, `NonFinite`, `Degenerate` if
    /// some contrast has no variance, or a negative one.
    pub fn new(covariance: Array2<f64>) -> Result<Self> {
        let name = "condition covariance";
        let covariance = Gram::new(covariance).map_err(|error| error.context(name))?;
        let n = covariance.values().nrows();
        if n < 3 {
            return Err(Error::too_few_conditions(3, n, "an RDM of two conditions is a single number").context(name));
        }
        // The scale of the covariance cancels in every comparison; dividing it out avoids an overflow on the way.
        let scale = linalg::power_of_two(covariance.values());
        let eigen = linalg::eigh((covariance.centered() / scale).view())?;
        // Entries, now below 2, were rounded before their mean was subtracted: eigenvalues of that size are no
        // variance.
        let largest = eigen.values[n - 1].max(2.0);
        let tolerance = linalg::rank_tolerance(n, n, largest, 0.0);
        // Centring makes one eigenvalue 0; the others are the variances of contrasts.
        let kept: Vec<usize> = (0..n).filter(|&k| eigen.values[k] > tolerance).collect();
        if kept.len() < n - 1 {
            return Err(Error::degenerate(
                format!(
                    "the condition covariance gives variance to {} of {} contrasts between conditions",
                    kept.len(),
                    n - 1
                ),
                "it must be positive definite; estimate it from more observations, or shrink it first",
            ));
        }
        let deviations: Array1<f64> = kept.iter().map(|&k| eigen.values[k].sqrt()).collect();
        let whitener = (eigen.vectors.select(Axis(1), &kept) / &deviations).reversed_axes();
        let precision = linalg::gram(whitener.t())?;
        Ok(Self { conditions: Conditions::unlabeled(n), whitener, precision })
    }

    /// Labels the conditions of the covariance.
    ///
    /// # Errors
    /// `ShapeMismatch` if `conditions` has another count.
    pub fn with_conditions(self, conditions: Conditions) -> Result<Self> {
        self.conditions.ensure_same(&conditions).map_err(|error| error.context("condition covariance"))?;
        Ok(Self { conditions, ..self })
    }

    /// Checks that the rows of the covariance are the conditions of `rdm`.
    pub(crate) fn ensure_of(&self, rdm: &Rdm) -> Result<()> {
        self.conditions.ensure_same(rdm.conditions()).map_err(|error| error.context("condition covariance"))
    }

    /// Returns φ(x), n(n − 1)/2 numbers; `missing` pairs hold any number and do not count.
    pub(crate) fn whiten(&self, values: &[f64], missing: &[usize]) -> Result<Vec<f64>> {
        let n = self.conditions.count();
        let mut values = values.to_vec();
        self.fill(&mut values, missing)?;
        let mut square = Array2::zeros((n, n));
        for ((i, j), value) in condensed::pairs(n).zip(values) {
            square[(i, j)] = value;
            square[(j, i)] = value;
        }
        let half = linalg::product(self.whitener.view(), square.view())?;
        let whitened = linalg::product(half.view(), self.whitener.t())?;
        // The vector has the norm of the symmetric matrix, so entries that occur twice are multiplied by √2.
        let entry = |(i, j): (usize, usize)| match i == j {
            true => -0.5 * whitened[(i, i)],
            false => -0.25 * 2f64.sqrt() * (whitened[(i, j)] + whitened[(j, i)]),
        };
        Ok((0..n - 1).flat_map(|i| (i..n - 1).map(move |j| (i, j))).map(entry).collect())
    }

    /// Replaces missing pairs by their expectation given the pairs that are present.
    ///
    /// With Q = V⁻¹ that is −Qₘₘ⁻¹Qₘₒxₒ, and the filled RDMs have the inner product xₒᵀ(Qₒₒ − QₒₘQₘₘ⁻¹Qₘₒ)yₒ, which is
    /// xₒᵀVₒₒ⁻¹yₒ.
    fn fill(&self, values: &mut [f64], missing: &[usize]) -> Result<()> {
        if missing.is_empty() {
            return Ok(());
        }
        let n = self.conditions.count();
        let pairs: Vec<_> = condensed::pairs(n).collect();
        let gaps: Vec<_> = missing.iter().map(|&k| pairs[k]).collect();
        missing.iter().for_each(|&k| values[k] = 0.0);
        // Q of two pairs is ½(gᵢₖgⱼₗ + gᵢₗgⱼₖ) with G = AᵀA, and Q·x is the off-diagonal of ½·G·X·G.
        let g = &self.precision;
        let q = Array2::from_shape_fn((gaps.len(), gaps.len()), |(a, b)| {
            let ((i, j), (k, l)) = (gaps[a], gaps[b]);
            (g[(i, k)] * g[(j, l)] + g[(i, l)] * g[(j, k)]) / 2.0
        });
        let mut square = Array2::zeros((n, n));
        for (&(i, j), &value) in pairs.iter().zip(&*values) {
            square[(i, j)] = value;
            square[(j, i)] = value;
        }
        let present = linalg::product(linalg::product(g.view(), square.view())?.view(), g.view())?;
        let present: Vec<f64> = gaps.iter().map(|&pair| -0.5 * present[pair]).collect();
        let lower = linalg::cholesky(q.view())?;
        for (&k, value) in missing.iter().zip(triangular::solve(lower.view(), &present)) {
            values[k] = value;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::whitening::dense;

    fn sigma(n: usize) -> Array2<f64> {
        let root = Array2::from_shape_fn((n, n), |(i, j)| ((i * 7 + j * 3) as f64 * 0.9).cos() + f64::from(i == j));
        root.dot(&root.t()) + Array2::<f64>::eye(n) * 0.3
    }

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn ratios_of_inner_products_are_those_of_the_dense_inverse() {
        for n in 3..9 {
            let all = condensed::n_pairs(n);
            let [x, y] =
                [0.4, 2.2].map(|phase| (0..all).map(|k| (k as f64 * 1.7 + phase).sin() + 0.5).collect::<Vec<_>>());
            let centered = linalg::center_kernel(sigma(n));
            for (given, v) in
                [(sigma(n), dense::covariance(sigma(n).view())), (centered, dense::covariance(sigma(n).view()))]
            {
                let covariance = ConditionCovariance::new(given).unwrap();
                for missing in [vec![], vec![1], (0..all).filter(|k| k % 3 == 1).collect(), (0..all - 1).collect()] {
                    let present: Vec<_> = (0..all).filter(|k| !missing.contains(k)).collect();
                    let dense = |x: &[f64], y: &[f64]| dense::inner_product(v.view(), x, y, &present);
                    let [phi_x, phi_y] = [&x, &y].map(|x| covariance.whiten(x, &missing).unwrap());
                    let expected = dense(&x, &y) / (dense(&x, &x) * dense(&y, &y)).sqrt();
                    let found = dot(&phi_x, &phi_y) / (dot(&phi_x, &phi_x) * dot(&phi_y, &phi_y)).sqrt();
                    assert!((found - expected).abs() < 1e-11, "{n}, {missing:?}: {found} and {expected}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_condition_covariance_is_refused() {
        let kind = |values| ConditionCovariance::new(values).unwrap_err().kind().name();
        assert_eq!(kind(Array2::eye(2)), "TooFewConditions");
        assert_eq!(kind(Array2::zeros((3, 4))), "ShapeMismatch");
        assert_eq!(kind(array![[1.0, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), "ShapeMismatch");
        // One noise for all conditions leaves no contrast uncertain.
        assert_eq!(kind(Array2::from_elem((7, 7), 0.1)), "Degenerate");
        assert_eq!(kind(Array2::from_diag(&array![1.0, 2.0, -3.0])), "Degenerate");
        assert_eq!(kind(array![[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), "Degenerate");
    }
}
