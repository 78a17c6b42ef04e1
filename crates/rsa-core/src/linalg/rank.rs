//! The one rule of what counts as a direction.

/// The singular value at or below which a direction is rounding and not data.
///
/// `max(rows, columns)·ε·σ₁` is what a backward-stable decomposition may invent (the rule of NumPy and MATLAB).
///
/// `rounding` bounds the Frobenius norm of what the numbers themselves were rounded by before their mean was
/// subtracted, as [`Centered::total_rounding`](super::Centered::total_rounding) says: for single precision, or offsets
/// of 1e6 over the signal, it decides. Rounding is like noise: uniform within half a spacing, so 1/√12 of a spacing on
/// average, and spread over all directions, so that of a norm f the largest singular value is about f·(1/√n + 1/√p).
/// Twice that is the tolerance.
pub fn rank_tolerance(rows: usize, columns: usize, largest: f64, rounding: f64) -> f64 {
    let (n, p) = (rows as f64, columns as f64);
    let invented = n.max(p) * f64::EPSILON * largest;
    let noise = 2.0 / 12f64.sqrt() * rounding * (n.sqrt().recip() + p.sqrt().recip());
    invented.max(noise)
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
        assert_eq!(numerical_rank(&sigmas, rank_tolerance(100, 10, 10.0, 1e-7)), 2);
        assert_eq!(numerical_rank(&[0.0, 0.0], rank_tolerance(100, 10, 0.0, 0.0)), 0);
    }
}
