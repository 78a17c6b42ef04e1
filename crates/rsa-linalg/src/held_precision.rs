//! [`held_precision`]: the number type that values had before they became `f64`.

/// Digits, in bits, that a number of 24 bits has more of unless it is a short fraction such as 0.25.
const SHORT: u32 = 16;

/// Returns the relative spacing of the numbers that `values` were before they became `f64`, as far as they show it.
///
/// It is that of `f32` if all finite values are such numbers and one is no short binary fraction, else that of `f64`.
/// Whole numbers are exact, so those alone show nothing.
pub fn held_precision(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut long, mut fraction) = (false, false);
    for value in values.into_iter().filter(|value| value.is_finite()) {
        #[allow(clippy::cast_possible_truncation, reason = "the loss is what is asked for")]
        let single = value as f32;
        if f64::from(single) != value {
            return f64::EPSILON;
        }
        long |= f64::MANTISSA_DIGITS - value.to_bits().trailing_zeros().min(f64::MANTISSA_DIGITS) > SHORT;
        fraction |= value.fract() != 0.0;
    }
    if long && fraction { f32::EPSILON.into() } else { f64::EPSILON }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_32_bits_are_known_in_64() {
        let single = |values: &[f32]| held_precision(values.iter().map(|&value| f64::from(value)));
        assert_eq!(single(&[0.1, 1.0 / 3.0, 0.0]), f64::from(f32::EPSILON));
        assert_eq!(single(&[0.25, f32::NAN, 1e-30]), f64::from(f32::EPSILON));
    }

    #[test]
    fn exact_numbers_show_no_number_type() {
        for values in [
            &[0.1, f64::from(0.2_f32)][..],
            &[0.0, 0.25, 1.5, -3.0],
            &[1.0, 16_777_213.0, 1e6],
            &[f64::NAN, f64::INFINITY],
            &[],
            &[1e-60],
        ] {
            assert_eq!(held_precision(values.iter().copied()), f64::EPSILON, "{values:?}");
        }
    }
}
