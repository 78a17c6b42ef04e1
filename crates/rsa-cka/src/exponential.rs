//! The function exp(x) − 1 of many numbers at once, for kernels of distances.

use std::f64::consts::LOG2_E;

use rsa_core::linalg;

/// Replaces every x ≤ 0 by exp(x) − 1, to within two units in the last place.
///
/// With x = k·ln 2 + r and |r| ≤ ln 2 / 2 the result is 2ᵏ·(exp(r) − 1) + (2ᵏ − 1), exp(r) − 1 by its Taylor series.
/// The loop has no branches, so that the compiler can use vector instructions. The function of the standard library
/// computes one number at a time.
pub(crate) fn exp_m1(values: &mut [f64]) {
    linalg::on_wide_registers(
        #[inline(always)]
        || {
            for value in values {
                *value = exp_m1_of(*value);
            }
        },
    );
}

/// The factors 1/k! from k = 13 down to 2.
const INVERSE_FACTORIALS: [f64; 12] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    1.0 / 2.0,
];

#[inline(always)]
fn exp_m1_of(x: f64) -> f64 {
    /// Smallest x that is computed; below it exp(x) − 1 is −1 to all digits.
    const LOWEST: f64 = -50.0;
    /// The number 1.5·2⁵²; adding it to x puts x, rounded to a whole number, into the lowest bits.
    const ROUNDING: f64 = 6_755_399_441_055_744.0;
    /// The first 33 bits of ln 2, whose product with a small whole number is exact.
    const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
    /// The rest of ln 2.
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = x.max(LOWEST);
    let shifted = x * LOG2_E + ROUNDING;
    let k = shifted - ROUNDING;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    let mut series = 0.0;
    for factor in INVERSE_FACTORIALS {
        series = series * r + factor;
    }
    let series = r + r * r * series;
    // Shifting the whole number from the lowest bits into the exponent makes the power of two.
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    power * series + (power - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_agree_with_the_standard_library() {
        let xs: Vec<f64> = (0..200_000).map(|i| -(f64::from(i) * 1e-4).powi(4) / 1000.0).collect();
        let small = (0..3000).map(|i| -(2f64.powi(-i / 3)) * (1.0 + f64::from(i % 3) * 0.3));
        for x in xs.into_iter().chain(small).chain([0.0, -0.0, -745.0, -1e300, f64::MIN]) {
            let mut found = [x];
            exp_m1(&mut found);
            let expected = x.exp_m1();
            assert!((found[0] - expected).abs() <= 4.5e-16 * expected.abs(), "{x:e}: {} for {expected}", found[0]);
            assert!((-1.0..=0.0).contains(&found[0]));
        }
    }
}
