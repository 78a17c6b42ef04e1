//! Scaling by powers of two, which is exact, and equality up to rounding.

use ndarray::Array2;

use super::extremes::largest_magnitude;

/// Returns the largest power of two that is at most the largest magnitude; 1 if all values are 0.
///
/// Dividing by this power is exact and brings the values into (−2, 2), where squares neither overflow nor vanish.
///
/// ```
/// assert_eq!(rsa_linalg::power_of_two(&[0.3, -5.0]), 4.0);
/// assert_eq!(rsa_linalg::power_of_two(&[0.0]), 1.0);
/// ```
pub fn power_of_two<'a>(values: impl IntoIterator<Item = &'a f64>) -> f64 {
    let largest = values.into_iter().fold(0.0, |max: f64, value| max.max(value.abs()));
    if largest == 0.0 {
        return 1.0;
    }
    // Clearing all but the exponent bits rounds down to a power of two. A subnormal number has no exponent bits; it
    // gets 2⁻¹⁰²².
    let power = f64::from_bits(largest.to_bits() & (0x7ff << 52));
    power.max(f64::MIN_POSITIVE)
}

/// Divides the matrix by a power of two if fourth powers of its values could overflow or vanish; returns that power.
///
/// The power is 1, and the matrix unchanged, if the largest magnitude is between 1e-50 and 1e50.
pub fn scale_into_range(a: Array2<f64>) -> (Array2<f64>, f64) {
    const SAFE: f64 = 1e50;
    let largest = match a.as_slice_memory_order() {
        Some(values) => largest_magnitude(values),
        None => a.iter().fold(0.0, |max: f64, value| max.max(value.abs())),
    };
    if largest == 0.0 || (1.0 / SAFE..SAFE).contains(&largest) {
        return (a, 1.0);
    }
    let unit = power_of_two(&[largest]);
    (a / unit, unit)
}

/// Returns `true` if all values, numbers of relative spacing `precision`, are equal up to their own rounding.
pub fn is_constant<'a>(values: impl IntoIterator<Item = &'a f64>, precision: f64) -> bool {
    let (low, high) = values
        .into_iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)));
    are_equal(low, high, precision)
}

/// Returns `true` if two numbers, the smaller first, are equal up to their own rounding.
///
/// The numbers have the relative spacing `precision`. Numbers of 64 bits may also bear the rounding of the arithmetic that made them.
pub fn are_equal(low: f64, high: f64, precision: f64) -> bool {
    high - low <= precision.max(4.0 * f64::EPSILON) * low.abs().max(high.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_by_a_power_of_two_comes_back_exactly() {
        for value in [1.0, 0.1, 1e300, 1e-300, f64::MAX, f64::MIN_POSITIVE, 5e-324] {
            let scale = power_of_two(&[value]);
            assert_eq!(value / scale * scale, value);
            assert!(value / scale < 2.0);
        }
    }

    #[test]
    fn constant_up_to_rounding() {
        let is_constant = |values: &[f64]| is_constant(values, f64::EPSILON);
        assert!(is_constant(&[0.1, 0.1 + f64::EPSILON / 8.0, 0.1]));
        assert!(is_constant(&[0.0, 0.0]) && is_constant(&[7.0]));
        assert!(!is_constant(&[1e6, 1e6 + 1e-6]));
        assert!(!is_constant(&[0.0, 1e-300]));
    }

    #[test]
    fn neighbors_in_single_precision_are_equal() {
        let neighbors = [f64::from(0.1f32), f64::from(0.1f32.next_up())];
        assert!(is_constant(&neighbors, f32::EPSILON.into()) && !is_constant(&neighbors, f64::EPSILON));
        assert!(!is_constant(&[0.1, 0.1001], f32::EPSILON.into()));
    }
}
