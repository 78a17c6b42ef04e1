//! Relative spacing of the numbers that the values of an array were rounded to, judged by the values and not the type.
//!
//! A file of 64-bit floats often holds values that a program computed as 32-bit floats, and a file of 32-bit floats
//! often holds counts or codes, which nothing has rounded.

mod decimal_places;

pub(crate) use decimal_places::{DecimalPlaces, significant_digits};
use rsa_core::linalg::held_precision;

use crate::number::{Number, NumberKind};

/// Binary digits that rounded numbers have beyond those of exact ones.
///
/// One of 16 rounded values ends in four zeros or more. So if all values fit into four digits less than their type has,
/// they are exact: counts, codes, or steps of a scale.
const SPARE: i32 = 4;

/// Values looked at between two decisions.
const CHUNK: usize = 1024;

/// Returns the relative spacing of the numbers that `values`, stored as `number`, were rounded to.
///
/// It is the spacing of 64-bit floats for values that nothing has rounded: whole numbers, and multiples of one step that
/// need few digits. 64-bit floats that are 32-bit floats, every one, have the spacing of these.
pub(crate) fn of_floats(values: &[f64], number: Number) -> f64 {
    let spacing = number.precision();
    if number.kind == NumberKind::F64 {
        return held_precision(values.iter().copied());
    }
    if spacing == f64::EPSILON {
        return spacing;
    }
    let mut places = BinaryPlaces::NONE;
    for chunk in values.chunks(CHUNK) {
        chunk.iter().for_each(|&value| places.add(value));
        if !places.are_exact(spacing) {
            return spacing;
        }
    }
    f64::EPSILON
}

/// Places of the highest and of the lowest binary digit that some values need.
#[derive(Clone, Copy)]
struct BinaryPlaces {
    highest: i32,
    lowest: i32,
}

impl BinaryPlaces {
    const NONE: Self = Self { highest: i32::MIN, lowest: i32::MAX };

    fn add(&mut self, value: f64) {
        const FRACTION: u32 = f64::MANTISSA_DIGITS - 1;
        const BIAS: i32 = f64::MAX_EXP - 1;
        if value == 0.0 || !value.is_finite() {
            return;
        }
        let bits = value.to_bits();
        let exponent = ((bits >> FRACTION) & 0x7ff) as i32;
        let leading = if exponent > 0 { 1 << FRACTION } else { 0 };
        let fraction = bits & ((1 << FRACTION) - 1) | leading;
        let unit = exponent.max(1) - BIAS - FRACTION as i32;
        self.highest = self.highest.max(unit + 63 - fraction.leading_zeros() as i32);
        self.lowest = self.lowest.min(unit + fraction.trailing_zeros() as i32);
    }

    /// Returns `true` unless the values show rounding to floats of relative spacing `spacing`.
    fn are_exact(self, spacing: f64) -> bool {
        let digits = 1 - spacing.log2() as i32;
        if self.highest < self.lowest {
            return true;
        }
        let needed = self.highest - self.lowest + 1;
        needed <= digits - SPARE || (self.lowest >= 0 && self.highest < digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spacing(kind: NumberKind, values: &[f64]) -> f64 {
        of_floats(values, Number { kind, big_endian: false })
    }

    fn singles(values: &[f32]) -> Vec<f64> {
        values.iter().map(|&value| f64::from(value)).collect()
    }

    const SINGLE: f64 = f32::EPSILON as f64;

    #[test]
    fn singles_in_a_file_of_doubles_have_the_spacing_of_singles() {
        let values = singles(&[0.1, 0.0, -7.25, 1e-3, f32::NAN]);
        assert_eq!(spacing(NumberKind::F64, &values), SINGLE);
        assert_eq!(spacing(NumberKind::F32, &values), SINGLE);
        let one_double = [values.clone(), vec![0.1]].concat();
        assert_eq!(spacing(NumberKind::F64, &one_double), f64::EPSILON);
    }

    #[test]
    fn whole_numbers_codes_and_steps_are_exact_in_any_type() {
        let steps: Vec<f64> = (0..40).map(|k| f64::from(k) / 8.0).collect();
        let images: Vec<f64> = (0..=255).map(f64::from).collect();
        for kind in [NumberKind::F64, NumberKind::F32, NumberKind::F16] {
            for values in [vec![0.0, 1.0, 0.0], vec![0.0; 4], vec![], images.clone()] {
                assert_eq!(spacing(kind, &values), f64::EPSILON, "{kind:?} {values:?}");
            }
        }
        assert_eq!(spacing(NumberKind::F32, &steps), f64::EPSILON);
        assert_eq!(spacing(NumberKind::F64, &[16_777_215.0, 3.0]), f64::EPSILON);
        assert_eq!(spacing(NumberKind::I64, &[1.0]), f64::EPSILON);
    }

    #[test]
    fn fractions_and_large_numbers_of_short_floats_are_rounded() {
        let halves = [0.333_251_953_125, 0.1];
        assert_eq!(spacing(NumberKind::F16, &halves[..1]), 2f64.powi(-10));
        assert_eq!(spacing(NumberKind::BF16, &[3.140625, 0.0625]), 2f64.powi(-7));
        // Steps of 64 beyond 2²⁴ are the spacing of singles there.
        assert_eq!(spacing(NumberKind::F32, &[1_000_000_064.0, 7.0]), SINGLE);
    }
}
