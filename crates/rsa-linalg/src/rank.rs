//! The rank rule: singular values above a tolerance count as directions of the data.

use ndarray::ArrayView1;

/// Returns the tolerance at or below which a singular value is rounding and not data.
///
/// The error of a backward-stable decomposition is at most about `max(rows, columns)·ε·σ₁` (the rule of NumPy and
/// MATLAB).
///
/// `noise` is the singular value that the rounding of the input can cause, as [`rounding_noise`] estimates; it is 0 for
/// exact numbers. The larger of the two is the tolerance.
pub fn rank_tolerance(rows: usize, columns: usize, largest: f64, noise: f64) -> f64 {
    (rows.max(columns) as f64 * f64::EPSILON * largest).max(noise)
}

/// Estimates the singular value that rounding of the values before centring can cause.
///
/// It decides the rank for values in single precision, or with an offset of 1e6 over the signal.
///
/// `rounding` holds the rounding of each column ([`Centered::rounding`](super::Centered::rounding)). Rounding acts like
/// noise: it is uniform within half a spacing, so 1/√12 of a spacing on average, and independent from entry to entry.
/// The largest singular value of such a matrix is about the largest norm of a column plus the typical norm of a row,
/// f/√n for the Frobenius norm f and n rows (Latała 2005). The column term matters where one column (a feature that
/// hardly varies, far from 0) holds all rounding. The function returns twice this sum, as a margin.
pub fn rounding_noise(rows: usize, rounding: ArrayView1<'_, f64>) -> f64 {
    let frobenius = rounding.dot(&rounding).sqrt();
    let column = rounding.iter().copied().fold(0.0, f64::max);
    2.0 / 12f64.sqrt() * (column + frobenius / (rows as f64).sqrt())
}

/// Counts the singular values, given largest first, that exceed `tolerance`.
pub fn numerical_rank(singular_values: &[f64], tolerance: f64) -> usize {
    singular_values.iter().take_while(|&&sigma| sigma > tolerance).count()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, array};

    use super::*;

    #[test]
    fn rounding_of_a_large_offset_is_no_direction() {
        let sigmas = [10.0, 1.0, 1e-9];
        assert_eq!(numerical_rank(&sigmas, rank_tolerance(100, 10, 10.0, 0.0)), 3);
        assert_eq!(numerical_rank(&sigmas, rank_tolerance(100, 10, 10.0, 1e-7)), 2);
        assert_eq!(numerical_rank(&[0.0, 0.0], rank_tolerance(100, 10, 0.0, 0.0)), 0);
    }

    #[test]
    fn the_noise_of_one_column_is_not_spread_over_all() {
        // Ten columns alike, or one with all of it: norms of columns 1 and √10, of rows √10/10.
        let even = rounding_noise(100, Array1::ones(10).view());
        let single = rounding_noise(100, array![10f64.sqrt(), 0.0, 0.0].view());
        let unit = 2.0 / 12f64.sqrt();
        assert!((even / unit - (1.0 + 0.1f64.sqrt())).abs() < 1e-15);
        assert!((single / unit - (10f64.sqrt() + 0.1f64.sqrt())).abs() < 1e-15);
    }
}
