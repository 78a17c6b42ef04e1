//! [`ParticipationRatio`]: the number of dimensions that a representation uses.

use crate::{Error, Representation, Result, linalg};

/// Number of dimensions that a representation uses: (tr Σ)² / tr Σ², where Σ is the covariance of its features.
///
/// It is 1 if all variance lies along one line, and p if it is the same in p directions. Translation, rotation and scale
/// of the features leave it as it is.
///
/// # References
/// Gao et al. 2017, [doi:10.1101/214262](https://doi.org/10.1101/214262). The unbiased sums are those of Song et al. 2012
/// (JMLR 13, 1393–1434) and of the mean over four different conditions.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{ParticipationRatio, Representation};
///
/// // Two directions of the same variance.
/// let x = Representation::new(array![[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])?;
/// assert!((ParticipationRatio::new(&x)?.plain - 2.0).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParticipationRatio {
    /// Ratio of the sums as they are, at least 1 and at most n − 1. It is too small if conditions are few.
    pub plain: f64,
    /// Ratio of unbiased estimates of both sums, which is a little too large on average.
    ///
    /// `None` below four conditions, and if an estimate is not positive: conditions are then too few for the noise.
    pub unbiased: Option<f64>,
}

/// Share of its terms below which a difference of sums has lost too many digits to be divided by.
const CANCELLED: f64 = 1e-10;

impl ParticipationRatio {
    /// Computes both ratios.
    ///
    /// # Errors
    /// `Degenerate` if all conditions have the same pattern, `TooLarge` if there is no memory.
    pub fn new(x: &Representation) -> Result<Self> {
        let centered = linalg::center(x.values(), x.precision());
        let x = &centered.values;
        let lengths: Vec<f64> = x.rows().into_iter().map(|row| row.dot(&row)).collect();
        let trace: f64 = lengths.iter().sum();
        if trace.sqrt() <= centered.total_rounding() {
            return Err(Error::degenerate(
                "all conditions have the same pattern",
                "a number of dimensions needs patterns that differ",
            ));
        }
        let squares: f64 = lengths.iter().map(|length| length * length).sum();
        // The Gram matrix of the conditions and that of the features have the same length.
        let gram = if x.nrows() <= x.ncols() { linalg::gram(x.view())? } else { linalg::gram(x.t())? };
        let length = linalg::inner_product(gram.view(), gram.view());
        let n = lengths.len() as f64;
        Ok(Self { plain: trace * trace / length, unbiased: unbiased(n, trace, squares, length) })
    }
}

/// Returns the ratio of unbiased estimates.
///
/// The terms are the trace of the centered Gram matrix, the sum of its squared diagonal, and that of all squared entries.
fn unbiased(n: f64, trace: f64, squares: f64, length: f64) -> Option<f64> {
    let positive = |terms: [f64; 3]| {
        let sum: f64 = terms.iter().sum();
        let size: f64 = terms.iter().map(|term| term.abs()).sum();
        (n >= 4.0 && sum > CANCELLED * size).then_some(sum)
    };
    // n(n − 3) times the inner product of U-centered Gram matrices, whose rows sum to 0 without their diagonal.
    let of_square = positive([length, -squares * n / (n - 2.0), trace * trace / ((n - 1.0) * (n - 2.0))])?;
    // The mean product of half squared distances of two pairs without a common condition, n(n−1)(n−2)(n−3) times.
    let of_trace = positive([(n * n - 3.0 * n + 1.0) * trace * trace, -n * (n - 1.0) * squares, 2.0 * length])?;
    Some(of_trace / ((n - 1.0) * (n - 2.0)) / of_square)
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    fn layer(n: usize, p: usize) -> Array2<f64> {
        Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + 3 * i) as f64).sin() * (1 + j % 3) as f64)
    }

    /// Returns the ratio of the means over all four different conditions, which is what unbiased means.
    fn over_fours(x: &Array2<f64>) -> f64 {
        let n = x.nrows();
        let (mut of_trace, mut of_square) = (0.0, 0.0);
        for [i, j, k, l] in (0..n.pow(4)).map(|code| [code % n, code / n % n, code / n / n % n, code / n / n / n]) {
            if i == j || i == k || i == l || j == k || j == l || k == l {
                continue;
            }
            let [a, b] = [&x.row(i) - &x.row(j), &x.row(k) - &x.row(l)];
            of_trace += a.dot(&a) * b.dot(&b) / 4.0;
            of_square += a.dot(&b).powi(2) / 4.0;
        }
        of_trace / of_square
    }

    #[test]
    fn unbiased_sums_are_means_over_four_different_conditions() {
        for (n, p) in [(5, 3), (6, 9), (9, 4)] {
            let x = layer(n, p);
            let expected = over_fours(&x);
            for (offset, factor) in [(0.0, 1.0), (1e3, 1.0), (0.0, 1e-150), (0.0, 1e150)] {
                let x = Representation::new((&x + offset) * factor).unwrap();
                let found = ParticipationRatio::new(&x).unwrap().unbiased.unwrap();
                assert!((found / expected - 1.0).abs() < 1e-10, "{n} x {p} {offset}: {found} for {expected}");
            }
        }
    }

    #[test]
    fn the_plain_ratio_is_that_of_the_covariance_from_either_side() {
        for (n, p) in [(4, 9), (9, 4)] {
            let x = Representation::new(layer(n, p)).unwrap();
            let centered = linalg::center(x.values(), x.precision()).values;
            let covariance = centered.t().dot(&centered);
            let expected = covariance.diag().sum().powi(2) / (&covariance * &covariance).sum();
            let found = ParticipationRatio::new(&x).unwrap().plain;
            assert!((found - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn few_conditions_and_no_variance_have_no_ratio() {
        let line = Representation::new(array![[0.0, 0.0], [1.0, 2.0], [4.0, 8.0]]).unwrap();
        let ratio = ParticipationRatio::new(&line).unwrap();
        assert!((ratio.plain - 1.0).abs() < 1e-12 && ratio.unbiased.is_none());
        // One pattern that differs says nothing of other conditions.
        let one = Representation::new(array![[1.0], [0.0], [0.0], [0.0], [0.0]]).unwrap();
        assert_eq!(ParticipationRatio::new(&one).unwrap().unbiased, None);
        let flat = Representation::new(Array2::from_elem((5, 2), 0.1)).unwrap();
        assert_eq!(ParticipationRatio::new(&flat).unwrap_err().kind().name(), "Degenerate");
    }
}
