//! The median of many numbers, without moving them.

use rayon::prelude::*;

/// Returns the median, which is the mean of the two middle values if the number of values is even.
///
/// For many numbers, a sample gives two limits around the median. One pass counts the numbers below the limits and
/// copies the few between them. Selecting among all numbers would copy all and read them several times.
///
/// # Panics
/// If there is no number, or one is NaN.
pub(crate) fn median(values: &[f64]) -> f64 {
    const SAMPLE: usize = 1 << 14;
    if values.len() > 16 * SAMPLE
        && let Some(median) = between(values, limits(values, SAMPLE))
    {
        return median;
    }
    select_median(&mut values.to_vec())
}

/// Returns two limits from a sample, between which the median of all numbers nearly always lies.
fn limits(values: &[f64], sample: usize) -> [f64; 2] {
    let mut sample: Vec<f64> = values.iter().copied().step_by(values.len() / sample).collect();
    sample.sort_unstable_by(f64::total_cmp);
    // The rank of the median of all has a standard deviation of √size/2 in the sample; the margin is eight of these.
    let (middle, margin) = (sample.len() / 2, 4 * sample.len().isqrt());
    [sample[middle.saturating_sub(margin)], sample[(middle + margin).min(sample.len() - 1)]]
}

/// Returns the median if it lies between the limits.
fn between(values: &[f64], [low, high]: [f64; 2]) -> Option<f64> {
    const CHUNK: usize = 1 << 14;
    let parts: Vec<(usize, Vec<f64>)> = values
        .par_chunks(CHUNK)
        .map(|chunk| {
            let below = chunk.iter().filter(|&&value| value < low).count();
            (below, chunk.iter().copied().filter(|value| (low..=high).contains(value)).collect())
        })
        .collect();
    let below: usize = parts.iter().map(|(below, _)| below).sum();
    let mut inside: Vec<f64> = parts.into_iter().flat_map(|(_, inside)| inside).collect();
    let upper = (values.len() / 2).checked_sub(below)?;
    // For an even number of values the value before is needed too.
    if upper == 0 || upper >= inside.len() {
        return None;
    }
    Some(middle(&mut inside, upper, values.len().is_multiple_of(2)))
}

fn select_median(values: &mut [f64]) -> f64 {
    let (count, upper) = (values.len(), values.len() / 2);
    middle(values, upper, count.is_multiple_of(2))
}

/// Returns the value of rank `upper`, or the mean of this value and the one before.
fn middle(values: &mut [f64], upper: usize, even: bool) -> f64 {
    let (before, &mut upper, _) = values.select_nth_unstable_by(upper, f64::total_cmp);
    match before.iter().copied().reduce(f64::max) {
        Some(lower) if even => lower + (upper - lower) / 2.0,
        _ => upper,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_count_is_the_mean_of_the_middle_two() {
        assert_eq!(median(&[4.0, 1.0, 9.0]), 4.0);
        assert_eq!(median(&[4.0, 1.0, 9.0, 5.0]), 4.5);
        assert_eq!(median(&[3.0]), 3.0);
    }

    #[test]
    fn limits_from_a_sample_do_not_change_the_median() {
        let irregular = |count: usize| (0..count).map(|k| ((k as f64) * 0.7).sin().exp()).collect::<Vec<f64>>();
        let rising = |count: usize| (0..count).map(|k| k as f64).collect();
        let mostly_equal = |count: usize| (0..count).map(|k| f64::from(u8::from(k % 3 == 0))).collect();
        // The sample is every eighteenth number, and says nothing about the others.
        let misleading = |count: usize| (0..count).map(|k| if k % 18 == 0 { 1e9 } else { k as f64 }).collect();
        for count in [300_000, 300_001] {
            for values in [irregular(count), rising(count), mostly_equal(count), misleading(count)] {
                assert_eq!(median(&values), select_median(&mut values.clone()), "{count}");
            }
        }
    }
}
