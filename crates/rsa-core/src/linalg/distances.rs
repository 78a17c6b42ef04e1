//! Squared Euclidean distances between all rows, by one matrix product and without its cancellation.

use ndarray::{Array2, ArrayView2, Axis, Zip};
use rayon::prelude::*;

use super::{gram, power_of_two};
use crate::{Result, condensed};

/// Squared distances over the square of a power of two.
#[derive(Clone, Debug)]
pub struct ScaledDistances {
    /// ‖xᵢ − xⱼ‖² / `scale`², i < j, row by row.
    pub values: Vec<f64>,
    /// The power of two that was divided out.
    pub scale: f64,
    /// How closely a distance ‖xᵢ − xⱼ‖ / `scale` is known: the rounding of the rows as they were given, offsets
    /// included, and of the sums.
    pub rounding: f64,
}

impl ScaledDistances {
    /// The largest distance, over `scale`.
    pub fn largest(&self) -> f64 {
        self.values.iter().copied().fold(0.0, f64::max).sqrt()
    }
}

/// A squared distance below this share of the squared lengths is summed directly: the product has lost its digits.
const CANCELLED: f64 = 1e-2;

/// The squared Euclidean distance of every two rows.
///
/// ‖a‖² + ‖b‖² − 2⟨a, b⟩ costs one product, and three precautions make it exact where it matters: features are first
/// moved close to 0; where the result is small beside ‖a‖² + ‖b‖² the differences are summed instead, so that equal
/// rows are exactly 0 apart; and features are moved by numbers of few digits, so that whole numbers and binary
/// fractions stay exact and their equal distances stay equal. Other equal distances are equal to within `rounding`.
///
/// # Errors
/// `OutOfRange` if the input is not finite.
pub fn squared_distances(x: ArrayView2<'_, f64>) -> Result<ScaledDistances> {
    let unit = power_of_two(x.iter());
    let x = x.mapv(|value| value / unit);
    let moved = near_origin(&x);
    let spread = power_of_two(moved.iter());
    let moved = moved / spread;
    let gram = gram(moved.view())?;
    let n = x.nrows();
    let rows: Vec<Vec<f64>> = (0..n)
        .into_par_iter()
        .map(|i| {
            let products = gram.row(i);
            (i + 1..n)
                .map(|j| {
                    let lengths = products[i] + gram[(j, j)];
                    let distance = lengths - 2.0 * products[j];
                    // From the rows as they were given: moving them has cost digits if one row is far from all others.
                    if distance > CANCELLED * lengths { distance } else { summed(&x, i, j) / spread / spread }
                })
                .collect()
        })
        .collect();
    let mut values = Vec::with_capacity(condensed::n_pairs(n));
    rows.iter().for_each(|row| values.extend_from_slice(row));
    let longest = x.rows().into_iter().map(|row| row.dot(&row)).fold(0.0, f64::max).sqrt() / spread;
    let rounding = (16.0 + (x.ncols() as f64).sqrt()) * f64::EPSILON * longest;
    Ok(ScaledDistances { values, scale: unit * spread, rounding })
}

/// Each feature less its mean, rounded to an eighth of the feature's range: to a number of few digits.
fn near_origin(x: &Array2<f64>) -> Array2<f64> {
    let mean = x.sum_axis(Axis(0)) / x.nrows() as f64;
    let low = x.fold_axis(Axis(0), f64::INFINITY, |low, &value| low.min(value));
    let high = x.fold_axis(Axis(0), f64::NEG_INFINITY, |high, &value| high.max(value));
    let pivot = Zip::from(&mean).and(&low).and(&high).map_collect(|mean, low, high| {
        let step = power_of_two(&[high - low]) / 8.0;
        if high > low { (mean / step).round() * step } else { *low }
    });
    x - &pivot
}

fn summed(x: &Array2<f64>, i: usize, j: usize) -> f64 {
    x.row(i).iter().zip(x.row(j)).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn whole_numbers_have_exact_distances() {
        let x = Array2::from_shape_fn((9, 7), |(i, j)| ((i * 5 + j * 3) % 11) as f64 + 1e6);
        let distances = squared_distances(x.view()).unwrap();
        for (k, (i, j)) in condensed::pairs(9).enumerate() {
            assert_eq!(distances.values[k] * distances.scale * distances.scale, summed(&x, i, j));
        }
    }

    #[test]
    fn one_crooked_number_leaves_the_distances_of_the_others_exact() {
        let mut x = Array2::from_shape_fn((9, 3), |(i, j)| ((i * 5 + j * 3) % 11) as f64 / 4.0);
        x.row_mut(8).fill(0.1);
        let distances = squared_distances(x.view()).unwrap();
        for (k, (i, j)) in condensed::pairs(9).enumerate().filter(|(_, (_, j))| *j < 8) {
            assert_eq!(distances.values[k] * distances.scale * distances.scale, summed(&x, i, j));
        }
    }

    #[test]
    fn a_distant_row_takes_no_digits_from_the_others() {
        let mut x = Array2::from_shape_fn((7, 3), |(i, j)| ((i * i * (j + 2)) as f64).sin());
        x.row_mut(6).fill(1e12);
        let distances = squared_distances(x.view()).unwrap();
        for (k, (i, j)) in condensed::pairs(7).enumerate().filter(|(_, (_, j))| *j < 6) {
            let found = distances.values[k] * distances.scale * distances.scale;
            assert!((found / summed(&x, i, j) - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn neighbours_in_distant_clusters_keep_their_digits() {
        let x = array![[1e5, 0.0], [1e5 + 0.125, 0.0], [-1e5, 0.0], [-1e5, 0.25], [-1e5, 0.25]];
        let distances = squared_distances(x.view()).unwrap();
        let at = |i, j| distances.values[condensed::index(5, i, j)].sqrt() * distances.scale;
        assert_eq!((at(0, 1), at(2, 3), at(3, 4)), (0.125, 0.25, 0.0));
    }
}
