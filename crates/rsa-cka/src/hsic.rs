//! [`Hsic`]: the Hilbert–Schmidt independence criterion, and the centering that each estimate needs.

use ndarray::ArrayView2;
use rsa_core::{Error, Gram, Result, linalg};

use crate::triangle::Triangle;

/// The estimate of the Hilbert–Schmidt independence criterion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hsic {
    /// ⟨HKH, HLH⟩ / (n−1)² (Gretton et al. 2005), as the literature on CKA reports it. With many features and
    /// few conditions it is large even for independent data.
    #[default]
    Biased,
    /// ⟨U(K), U(L)⟩ / (n(n−3)) (Song et al. 2012): 0 on average for independent data. Needs four conditions.
    Unbiased,
}

impl Hsic {
    /// Returns the estimate from two Gram matrices of any kernels.
    ///
    /// # Errors
    /// `TooFewConditions` below two (four unbiased), `ShapeMismatch` or `LabelMismatch` for different conditions.
    ///
    /// # Example
    /// ```
    /// use ndarray::array;
    /// use rsa_cka::{Hsic, Kernel};
    /// use rsa_core::Representation;
    ///
    /// // Orthogonal signals a and (a, b) over four conditions: ⟨aaᵀ, aaᵀ + bbᵀ⟩ = 16, over (4 - 1)².
    /// let x = Representation::new(array![[1.0], [1.0], [-1.0], [-1.0]])?;
    /// let y = Representation::new(array![[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])?;
    /// let (k, l) = (Kernel::Linear.gram(&x)?, Kernel::Linear.gram(&y)?);
    /// assert!((Hsic::Biased.of(&k, &l)? - 16.0 / 9.0).abs() < 1e-15);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn of(self, k: &Gram, l: &Gram) -> Result<f64> {
        k.conditions().ensure_same(l.conditions())?;
        self.ensure_enough(k.conditions().count())?;
        let [k, l] = [k, l].map(|gram| Triangle::of_square(gram.values()).centered(self));
        let n = k.n() as f64;
        let pairs = match self {
            Self::Biased => (n - 1.0).powi(2),
            Self::Unbiased => n * (n - 3.0),
        };
        Ok(k.inner_product(&l) / pairs)
    }

    /// Refuses fewer conditions than the estimate needs.
    pub(crate) fn ensure_enough(self, n: usize) -> Result<()> {
        let (needed, why) = match self {
            Self::Biased => (2, "one condition has no variation"),
            Self::Unbiased => (4, "the unbiased estimate is undefined on fewer; take the biased one (Hsic::Biased)"),
        };
        if n < needed { Err(Error::too_few_conditions(needed, n, why)) } else { Ok(()) }
    }

    /// Returns the smallest and the largest score of CKA.
    pub(crate) fn range(self) -> [f64; 2] {
        match self {
            Self::Biased => [0.0, 1.0],
            Self::Unbiased => [-1.0, 1.0],
        }
    }

    /// Returns ⟨centered XXᵀ, centered YYᵀ⟩ from centered features.
    pub(crate) fn of_features(self, x: ArrayView2<'_, f64>, y: ArrayView2<'_, f64>) -> Result<f64> {
        let products = linalg::product(x.t(), y)?;
        Ok(self.without_diagonal(linalg::inner_product(products.view(), products.view()), x, y))
    }

    /// Returns `true` if the estimate of X with itself, computed from features, is 0 or has lost its digits.
    ///
    /// The unbiased estimate is a difference of sums. The difference is much smaller than the sums if all conditions
    /// are equally alike, or if one condition is far from all others.
    pub(crate) fn cancels(self, x: ArrayView2<'_, f64>) -> Result<bool> {
        /// Share of its terms below which a difference has lost four digits.
        const CANCELLED: f64 = 1e-4;
        let lengths = squared_lengths(x);
        let trace: f64 = lengths.iter().sum();
        if self == Self::Biased || trace == 0.0 {
            return Ok(trace == 0.0);
        }
        // ‖XXᵀ‖² is at least trace²/rank. If this bound is large enough, XᵀX need not be computed.
        let rank = x.ncols().min(x.nrows() - 1) as f64;
        let least = trace * trace / rank;
        if self.without_diagonal(least, x, x) > CANCELLED * least {
            return Ok(false);
        }
        let (own, whole) = self.with_itself(x)?;
        Ok(own <= CANCELLED * whole)
    }

    /// Returns the estimate of X with itself, and the biased estimate of X with itself.
    pub(crate) fn with_itself(self, x: ArrayView2<'_, f64>) -> Result<(f64, f64)> {
        let products = linalg::gram(x.t())?;
        let whole = linalg::inner_product(products.view(), products.view());
        Ok((self.without_diagonal(whole, x, x), whole))
    }

    /// Subtracts the contribution of the diagonal from ‖XᵀY‖², if the estimate is unbiased.
    ///
    /// The contribution follows from the squared lengths of the rows of X and Y.
    fn without_diagonal(self, full: f64, x: ArrayView2<'_, f64>, y: ArrayView2<'_, f64>) -> f64 {
        match self {
            Self::Biased => full,
            Self::Unbiased => {
                let (a, b) = (squared_lengths(x), squared_lengths(y));
                let joint: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
                self.less_diagonal(full, joint, [a.iter().sum(), b.iter().sum()], x.nrows())
            }
        }
    }

    /// Subtracts the contribution of the diagonal, given by sums over the `n` rows.
    ///
    /// `joint` sums the products of both squared lengths, `lengths` the squared lengths of each.
    pub(crate) fn less_diagonal(self, full: f64, joint: f64, lengths: [f64; 2], n: usize) -> f64 {
        match self {
            Self::Biased => full,
            Self::Unbiased => {
                let ([a, b], n) = (lengths, n as f64);
                full - n / (n - 2.0) * joint + a * b / ((n - 1.0) * (n - 2.0))
            }
        }
    }
}

fn squared_lengths(x: ArrayView2<'_, f64>) -> Vec<f64> {
    x.rows().into_iter().map(|row| row.dot(&row)).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    fn numbers(n: usize, p: usize, seed: usize) -> Array2<f64> {
        Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + seed * i) as f64).sin())
    }

    /// Computes equation 5 of Song et al. 2012, with explicit matrix products.
    fn song(k: &Array2<f64>, l: &Array2<f64>) -> f64 {
        let n = k.nrows() as f64;
        let hollow = |m: &Array2<f64>| {
            let mut m = m.clone();
            m.diag_mut().fill(0.0);
            m
        };
        let (k, l) = (hollow(k), hollow(l));
        let product = k.dot(&l);
        let trace = product.diag().sum();
        (trace + k.sum() * l.sum() / ((n - 1.0) * (n - 2.0)) - 2.0 / (n - 2.0) * product.sum()) / (n * (n - 3.0))
    }

    #[test]
    fn unbiased_hsic_by_u_centering_from_features_and_by_its_definition() {
        let centered = |p, seed| linalg::center(numbers(9, p, seed).view(), f64::EPSILON).values;
        let (x, y) = (centered(3, 1), centered(5, 2));
        let (k, l) = (x.dot(&x.t()), y.dot(&y.t()));
        let centered =
            |gram: &Array2<f64>| Triangle::of_square(gram.view()).centered(Hsic::Unbiased).to_square_plus(0.0);
        let (uk, ul) = (centered(&k), centered(&l));
        let by_centering = (&uk * &ul).sum() / 54.0;
        let from_features = Hsic::Unbiased.of_features(x.view(), y.view()).unwrap() / 54.0;
        let expected = song(&k, &l);
        let [from_k, from_l] = [&k, &l].map(|gram| Gram::new(gram.clone()).unwrap());
        assert!((Hsic::Unbiased.of(&from_k, &from_l).unwrap() - expected).abs() < 1e-13);
        assert!((by_centering - expected).abs() < 1e-13 && (from_features - expected).abs() < 1e-13);
        // One side as a matrix, the other as features: U(L) has a zero diagonal and rows that sum to 0, so its product
        // with U(K) equals its product with K = XXᵀ.
        let mixed = (&ul.dot(&x) * &x).sum() / 54.0;
        assert!((mixed - expected).abs() < 1e-13);
    }

    #[test]
    fn a_constant_added_to_the_kernel_changes_neither() {
        let x = numbers(7, 3, 1);
        let kernel = x.dot(&x.t());
        for hsic in [Hsic::Biased, Hsic::Unbiased] {
            let centered = |kernel: &Array2<f64>| Triangle::of_square(kernel.view()).centered(hsic).to_square_plus(0.0);
            let difference = centered(&(&kernel + 5.0)) - centered(&kernel);
            assert!(difference.iter().all(|value| value.abs() < 1e-13));
        }
    }
}
