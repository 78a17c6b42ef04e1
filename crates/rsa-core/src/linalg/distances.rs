//! Squared Euclidean distances between all rows, by one matrix product and without its cancellation.

use ndarray::{Array1, Array2, ArrayView2, Axis, Zip};
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
}

/// A squared distance below this share of the squared lengths is summed directly: the product has lost its digits.
const CANCELLED: f64 = 1e-4;

/// The squared Euclidean distance of every two rows.
///
/// ‖a‖² + ‖b‖² − 2⟨a, b⟩ costs one product, and three precautions make it exact where it matters: features are first
/// moved close to 0; where the result is small beside ‖a‖² + ‖b‖² the differences are summed instead, so that equal
/// rows are exactly 0 apart; and features are moved by a value that occurs, so that whole numbers stay whole and
/// equal distances stay equal.
///
/// # Errors
/// `OutOfRange` if the input is not finite.
pub fn squared_distances(x: ArrayView2<'_, f64>) -> Result<ScaledDistances> {
    let unit = power_of_two(x.iter());
    let moved = near_origin(x.mapv(|value| value / unit));
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
                    if distance > CANCELLED * lengths { distance } else { summed(&moved, i, j) }
                })
                .collect()
        })
        .collect();
    let mut values = Vec::with_capacity(condensed::n_pairs(n));
    rows.iter().for_each(|row| values.extend_from_slice(row));
    Ok(ScaledDistances { values, scale: unit * spread })
}

/// Each feature less that of its values which is nearest to its mean.
fn near_origin(x: Array2<f64>) -> Array2<f64> {
    let mean = x.sum_axis(Axis(0)) / x.nrows() as f64;
    let mut pivot = Array1::from_elem(x.ncols(), f64::INFINITY);
    for row in x.rows() {
        Zip::from(&mut pivot).and(row).and(&mean).for_each(|pivot, &value, mean| {
            if (value - mean).abs() < (*pivot - mean).abs() {
                *pivot = value;
            }
        });
    }
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
    fn neighbours_in_distant_clusters_keep_their_digits() {
        let x = array![[1e5, 0.0], [1e5 + 0.125, 0.0], [-1e5, 0.0], [-1e5, 0.25], [-1e5, 0.25]];
        let distances = squared_distances(x.view()).unwrap();
        let at = |i, j| distances.values[condensed::index(5, i, j)].sqrt() * distances.scale;
        assert_eq!((at(0, 1), at(2, 3), at(3, 4)), (0.125, 0.25, 0.0));
    }
}
