//! The one rule of what counts as a direction.

use ndarray::ArrayView1;

/// The singular value at or below which a direction is rounding and not data.
///
/// `max(rows, columns)·ε·σ₁` is what a backward-stable decomposition may invent (the rule of NumPy and MATLAB).
///
/// `noise` is the singular value that the numbers' own rounding may have, as [`rounding_noise`] says; 0 for numbers that
/// are exact.
pub fn rank_tolerance(rows: usize, columns: usize, largest: f64, noise: f64) -> f64 {
    (rows.max(columns) as f64 * f64::EPSILON * largest).max(noise)
}

/// The singular value that the rounding of numbers before their mean was subtracted may have: for single precision, or
/// offsets of 1e6 over the signal, it decides what is a direction.
///
/// `rounding` is that of each column, as [`Centered::rounding`](super::Centered::rounding) has it. Rounding is like
/// noise: uniform within half a spacing, so 1/√12 of a spacing on average, and independent from entry to entry. The
/// largest singular value of such a matrix is about the largest norm of a column and that of a row together, f/√n for
/// the Frobenius norm f (Latała 2005). One column may hold all of it: a feature that hardly varies, far from 0.
/// Twice that is the bound.
pub fn rounding_noise(rows: usize, rounding: ArrayView1<'_, f64>) -> f64 {
    let frobenius = rounding.dot(&rounding).sqrt();
    let column = rounding.iter().copied().fold(0.0, f64::max);
    2.0 / 12f64.sqrt() * (column + frobenius / (rows as f64).sqrt())
}

/// How many of the singular values, largest first, exceed `tolerance`.
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
