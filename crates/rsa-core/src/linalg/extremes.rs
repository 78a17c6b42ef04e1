//! The smallest and the largest value.

use rayon::prelude::*;

/// The smallest and the largest of `values`, passing over NaN; infinities of the wrong sign if there is none.
///
/// ```
/// assert_eq!(rsa_core::linalg::extremes(&[2.0, f64::NAN, -1.0]), [-1.0, 2.0]);
/// ```
pub fn extremes(values: &[f64]) -> [f64; 2] {
    const LANES: usize = 8;
    let (mut low, mut high) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
    // A comparison with NaN is false.
    let mut take = |lane: usize, value: f64| {
        low[lane] = if value < low[lane] { value } else { low[lane] };
        high[lane] = if value > high[lane] { value } else { high[lane] };
    };
    let (groups, rest) = values.as_chunks::<LANES>();
    for group in groups {
        (0..LANES).for_each(|lane| take(lane, group[lane]));
    }
    rest.iter().for_each(|&value| take(0, value));
    [low.into_iter().fold(f64::INFINITY, f64::min), high.into_iter().fold(f64::NEG_INFINITY, f64::max)]
}

/// The largest magnitude among many values, 0 for none; NaN is skipped.
pub(super) fn largest_magnitude(values: &[f64]) -> f64 {
    /// Values that one thread looks at before another takes over.
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
    fn every_lane_counts_and_nan_does_not() {
        for place in 0..19 {
            let mut values = vec![1.0; 19];
            (values[place], values[(place + 7) % 19], values[(place + 9) % 19]) = (-3.0, 5.0, f64::NAN);
            assert_eq!(extremes(&values), [-3.0, 5.0]);
        }
        assert_eq!(extremes(&[f64::NAN]), [f64::INFINITY, f64::NEG_INFINITY]);
    }
}
