//! Isotonic regression: the rising sequence nearest to given values.

/// Replaces `values` by the non-decreasing sequence with the least sum of squared differences (pool adjacent violators,
/// Ayer et al. 1955, doi:10.1214/aoms/1177728423).
pub(super) fn fit(values: &mut [f64]) {
    // Blocks of equal fitted values: sum, count.
    let mut blocks: Vec<(f64, usize)> = Vec::with_capacity(values.len());
    for &value in values.iter() {
        let mut block = (value, 1);
        while let Some(&(sum, count)) = blocks.last() {
            // Means compared without a division.
            if sum * block.1 as f64 <= block.0 * count as f64 {
                break;
            }
            block = (block.0 + sum, block.1 + count);
            blocks.pop();
        }
        blocks.push(block);
    }
    let mut rest = values;
    for (sum, count) in blocks {
        let (block, after) = std::mem::take(&mut rest).split_at_mut(count);
        block.fill(sum / count as f64);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn violators_are_pooled() {
        // By hand: 3 and 2 pool to 2.5, then with 1 to 2; 6 and 4 to 5.
        let mut values = [3.0, 2.0, 1.0, 6.0, 4.0, 7.0];
        fit(&mut values);
        assert_eq!(values, [2.0, 2.0, 2.0, 5.0, 5.0, 7.0]);
    }

    proptest! {
        #[test]
        fn the_fit_rises_keeps_the_sum_and_leaves_what_rises(mut values in prop::collection::vec(-5.0..5.0_f64, 1..40)) {
            let sum: f64 = values.iter().sum();
            fit(&mut values);
            prop_assert!(values.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12));
            prop_assert!((values.iter().sum::<f64>() - sum).abs() < 1e-9);
            let once = values.clone();
            fit(&mut values);
            prop_assert!(once.iter().zip(&values).all(|(a, b)| (a - b).abs() < 1e-12));
        }
    }
}
