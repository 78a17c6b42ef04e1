//! The one rule of what counts as a direction.

/// The singular value at or below which a direction is rounding and not data.
///
/// `max(rows, columns)·ε·σ₁` is what a backward-stable decomposition may invent (the rule of NumPy and MATLAB).
/// `rounding` is what the numbers themselves were rounded by before their mean was subtracted, as
/// [`Centered::rounding`](super::Centered::rounding) says: with offsets of 1e6 over the signal it is the larger.
pub fn rank_tolerance(rows: usize, columns: usize, largest: f64, rounding: f64) -> f64 {
    (rows.max(columns) as f64 * f64::EPSILON * largest).max(rounding)
}

/// How many of the singular values, largest first, exceed `tolerance`.
pub fn numerical_rank(singular_values: &[f64], tolerance: f64) -> usize {
    singular_values.iter().take_while(|&&sigma| sigma > tolerance).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_of_a_large_offset_is_no_direction() {
        let sigmas = [10.0, 1.0, 1e-9];
        assert_eq!(numerical_rank(&sigmas, rank_tolerance(100, 10, 10.0, 0.0)), 3);
        assert_eq!(numerical_rank(&sigmas, rank_tolerance(100, 10, 10.0, 1e-8)), 2);
        assert_eq!(numerical_rank(&[0.0, 0.0], rank_tolerance(100, 10, 0.0, 0.0)), 0);
    }
}
