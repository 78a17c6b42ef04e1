//! Smallest and largest value of many.

use rayon::prelude::*;

use super::registers::on_wide_registers;

/// Returns the smallest and the largest of `values`, skipping NaN; `[∞, −∞]` if there is none.
///
/// ```
/// assert_eq!(rsa_linalg::extremes(&[2.0, f64::NAN, -1.0]), [-1.0, 2.0]);
/// ```
pub fn extremes(values: &[f64]) -> [f64; 2] {
    extremes_and_sum(values).0
}

/// Returns the extremes, as [`extremes`] does, and the sum, reading the values once.
///
/// ```
/// assert_eq!(rsa_linalg::extremes_and_sum(&[2.0, 4.0, -1.0]), ([-1.0, 4.0], 5.0));
/// ```
pub fn extremes_and_sum(values: &[f64]) -> ([f64; 2], f64) {
    on_wide_registers(
        #[inline(always)]
        || reduce_by_lanes(values),
    )
}

#[inline(always)]
fn reduce_by_lanes(values: &[f64]) -> ([f64; 2], f64) {
    const LANES: usize = 8;
    let (mut low, mut high, mut sums) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES], [0.0; LANES]);
    // A comparison with NaN is false.
    let lower = |value: f64, low: f64| if value < low { value } else { low };
    let higher = |value: f64, high: f64| if value > high { value } else { high };
    let (groups, rest) = values.as_chunks::<LANES>();
    for group in groups {
        (0..LANES).for_each(|lane| low[lane] = lower(group[lane], low[lane]));
        (0..LANES).for_each(|lane| high[lane] = higher(group[lane], high[lane]));
        (0..LANES).for_each(|lane| sums[lane] += group[lane]);
    }
    for &value in rest {
        (low[0], high[0]) = (lower(value, low[0]), higher(value, high[0]));
        sums[0] += value;
    }
    let extremes = [low.into_iter().fold(f64::INFINITY, f64::min), high.into_iter().fold(f64::NEG_INFINITY, f64::max)];
    (extremes, sums.iter().sum())
}

/// Returns the largest magnitude among many values, 0 for none; NaN is skipped.
pub(super) fn largest_magnitude(values: &[f64]) -> f64 {
    /// Values in one task.
    const CHUNK: usize = 1 << 15;
    let largest_of = |values| {
        let [low, high] = extremes(values);
        high.max(-low)
    };
    values.par_chunks(CHUNK).map(largest_of).reduce(|| 0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_registers_change_no_bit() {
        let values: Vec<f64> = (0..1003).map(|k| (f64::from(k) * 0.7).sin() * 10f64.powi(k % 9)).collect();
        assert_eq!(extremes_and_sum(&values), reduce_by_lanes(&values));
    }

    #[test]
    fn every_lane_counts_and_nan_does_not() {
        for place in 0..19 {
            let mut values = vec![1.0; 19];
            (values[place], values[(place + 7) % 19], values[(place + 9) % 19]) = (-3.0, 5.0, f64::NAN);
            assert_eq!(extremes(&values), [-3.0, 5.0]);
        }
        assert_eq!(extremes(&[f64::NAN]), [f64::INFINITY, f64::NEG_INFINITY]);
    }
}
