//! Squared Euclidean distances between all rows, from one matrix product, without its cancellation.

use std::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
};

use ndarray::{Array2, ArrayView2, Axis, Slice};
use rayon::prelude::*;

use super::{
    columns::Columns,
    extremes::largest_magnitude,
    power_of_two,
    product::{product_into, upper_gram_into},
};
use crate::{Error, Result, condensed};

/// Squared distances of all pairs, divided by the square of a power of two.
#[derive(Clone, Debug)]
pub struct ScaledDistances {
    /// ‖xᵢ − xⱼ‖² / `scale`² for i < j, in [`condensed`] order.
    pub values: Vec<f64>,
    /// The power of two that was divided out.
    pub scale: f64,
    /// Bound on the error of a distance ‖xᵢ − xⱼ‖ / `scale`, from the rounding of the given rows and of the sums.
    ///
    /// The rounding of a row grows with its offset.
    pub rounding: f64,
}

impl ScaledDistances {
    /// Returns the largest distance (not squared), divided by `scale`.
    pub fn largest(&self) -> f64 {
        self.values.par_iter().copied().reduce(|| 0.0, f64::max).sqrt()
    }
}

/// Share of the summed squared lengths below which a squared distance is computed from the differences of the rows,
/// because the matrix product has lost two digits.
const CANCELLED: f64 = 1e-2;

/// Placeholder for a distance that is still to be computed from differences.
const LOST: f64 = -1.0;

/// Computes the squared Euclidean distance between every two rows.
///
/// The formula ‖a‖² + ‖b‖² − 2⟨a, b⟩ costs one matrix product. Three precautions keep it accurate:
///
/// - Features are first shifted close to 0.
/// - If the result is much smaller than ‖a‖² + ‖b‖², the squared differences are summed instead, so equal rows are
///   exactly 0 apart.
/// - The shifts are numbers of few digits, so whole numbers and binary fractions stay exact and their equal distances
///   stay equal. Other equal distances are equal to within `rounding`.
///
/// # Errors
/// `OutOfRange` if the input is not finite.
pub fn squared_distances(x: ArrayView2<'_, f64>) -> Result<ScaledDistances> {
    squared_distances_while(x, &|| Ok(()))
}

/// Like [`squared_distances`], and calls `go_on` before each tile of the product, on computing threads.
///
/// # Errors
/// The errors of [`squared_distances`], and the first error of `go_on`, which ends the work.
pub fn squared_distances_while(
    x: ArrayView2<'_, f64>,
    go_on: &(dyn Fn() -> Result<()> + Sync),
) -> Result<ScaledDistances> {
    let (n, p) = x.dim();
    let x = x.as_standard_layout();
    let scaled = scaled(x.as_slice().expect("rows side by side"));
    let (x, unit) = (scaled.0.as_deref().unwrap_or_else(|| x.as_slice().expect("rows side by side")), scaled.1);
    let moved = move_near_origin(x, p);
    let (smaller, spread) = self::scaled(&moved);
    let moved = Array2::from_shape_vec((n, p), smaller.unwrap_or(moved)).expect("as many values as before");
    let (mut values, lost) = distances_by_products(moved.view(), &squared_lengths(moved.view())?, 1.0, go_on)?;
    // The differences are of the unshifted rows, because shifting costs digits if one row is far from all others.
    let x = ArrayView2::from_shape((n, p), x).expect("as many values as before");
    if lost > 0 {
        fill_lost(&mut values, x, go_on, |sum| sum / spread / spread)?;
    }
    let rounding = rounding(&squared_lengths(x)?, p) / spread;
    Ok(ScaledDistances { values, scale: unit * spread, rounding })
}

/// Computes half of the squared distances of rows of length 1, and a bound on the error of a distance.
///
/// Most such distances are not small, so the rows are not shifted first. If more than n distances have lost digits, the
/// function calls [`squared_distances`], which shifts the rows. It calls `go_on` before each tile of the product, on
/// computing threads.
///
/// # Errors
/// See [`squared_distances_while`].
pub fn half_squared_distances_of_units(
    units: ArrayView2<'_, f64>,
    go_on: &(dyn Fn() -> Result<()> + Sync),
) -> Result<(Vec<f64>, f64)> {
    const HALF: f64 = 0.5;
    let (n, p) = units.dim();
    let lengths = squared_lengths(units)?;
    let (mut values, lost) = distances_by_products(units, &lengths, HALF, go_on)?;
    if lost > n {
        let ScaledDistances { mut values, scale, rounding } = squared_distances_while(units, go_on)?;
        values.par_iter_mut().for_each(|value| *value *= HALF * scale * scale);
        return Ok((values, rounding * scale));
    }
    if lost > 0 {
        fill_lost(&mut values, units, go_on, |sum| HALF * sum)?;
    }
    Ok((values, rounding(&lengths, p)))
}

/// Computes `factor` times the squared distances from products; marks as `LOST` and counts those that have lost digits.
///
/// A tile of products is used as soon as it is computed, so the whole matrix is never stored.
fn distances_by_products(
    rows: ArrayView2<'_, f64>,
    squared_lengths: &[f64],
    factor: f64,
    go_on: &(dyn Fn() -> Result<()> + Sync),
) -> Result<(Vec<f64>, usize)> {
    /// Rows and columns of a task: enough to fill the registers, few enough that products stay in the cache of a core.
    const TILE: usize = 192;
    let n = rows.nrows();
    let part = |of: &Range<usize>| rows.slice_axis(Axis(0), Slice::from(of.clone()));
    let (mut values, lost) = (vec![0.0; condensed::n_pairs(n)], AtomicUsize::new(0));
    condensed::tiles_mut(&mut values, n, TILE).into_par_iter().with_max_len(1).try_for_each_init(
        || vec![0.0; TILE * TILE],
        |products, mut tile| {
            go_on()?;
            let width = tile.columns.len();
            match tile.rows == tile.columns {
                true => upper_gram_into(part(&tile.rows), products, width),
                false => product_into(part(&tile.rows), part(&tile.columns).t(), products, width),
            }
            let of_rows = products.chunks_exact(width).zip(tile.rows.clone());
            for (out, (products, i)) in tile.pairs.iter_mut().zip(of_rows) {
                let later = width - out.len();
                let lengths = &squared_lengths[tile.columns.clone()][later..];
                for ((out, product), length) in out.iter_mut().zip(&products[later..]).zip(lengths) {
                    let lengths = squared_lengths[i] + length;
                    let distance = lengths - 2.0 * product;
                    *out = if distance > CANCELLED * lengths { factor * distance } else { LOST };
                }
                lost.fetch_add(out.iter().filter(|&&value| value == LOST).count(), Ordering::Relaxed);
            }
            Ok(())
        },
    )?;
    Ok((values, lost.into_inner()))
}

/// Replaces each `LOST` distance by `convert` of the sum of squared differences of its two rows.
fn fill_lost(
    values: &mut [f64],
    rows: ArrayView2<'_, f64>,
    go_on: &(dyn Fn() -> Result<()> + Sync),
    convert: impl Fn(f64) -> f64 + Sync,
) -> Result<()> {
    let row = |i: usize| rows.row(i).to_slice().expect("features side by side");
    condensed::rows_mut(values, rows.nrows()).into_par_iter().enumerate().try_for_each(|(i, pairs)| {
        go_on()?;
        let lost = pairs.iter_mut().zip(i + 1..).filter(|(value, _)| **value == LOST);
        lost.for_each(|(value, j)| *value = convert(squared_difference(row(i), row(j))));
        Ok(())
    })
}

fn squared_lengths(rows: ArrayView2<'_, f64>) -> Result<Vec<f64>> {
    let lengths: Vec<f64> = (0..rows.nrows()).into_par_iter().map(|i| rows.row(i).dot(&rows.row(i))).collect();
    match lengths.iter().all(|length| length.is_finite()) {
        true => Ok(lengths),
        false => Err(Error::out_of_range("the length of a pattern", "divide the features by their common scale first")),
    }
}

/// Returns a bound on the error of distances between rows of these squared lengths over `p` features.
///
/// The error of a sum of p products grows with √p; 16 ε is the margin for few features.
fn rounding(squared_lengths: &[f64], p: usize) -> f64 {
    let longest = squared_lengths.iter().copied().fold(0.0, f64::max).sqrt();
    (16.0 + (p as f64).sqrt()) * f64::EPSILON * longest
}

/// Divides the values by a power of two; returns `None` and 1 if squares can neither overflow nor vanish.
fn scaled(values: &[f64]) -> (Option<Vec<f64>>, f64) {
    const SAFE: f64 = 1e100;
    let largest = largest_magnitude(values);
    if largest == 0.0 || (1.0 / SAFE..SAFE).contains(&largest) {
        return (None, 1.0);
    }
    let unit = power_of_two(&[largest]);
    (Some(values.par_iter().map(|value| value / unit).collect()), unit)
}

/// Subtracts from each of `p` features a number of few digits near its mean.
///
/// The number is the mean rounded to a multiple of an eighth of the feature's range.
fn move_near_origin(x: &[f64], p: usize) -> Vec<f64> {
    let all = Columns::of(x, 1.0, p);
    let n = (x.len() / p) as f64;
    let pivot: Vec<f64> = (0..p)
        .map(|j| {
            let (low, high) = (all.low[j], all.high[j]);
            let step = power_of_two(&[high - low]) / 8.0;
            if high > low { (all.sum[j] / n / step).round() * step } else { low }
        })
        .collect();
    let mut moved = vec![0.0; x.len()];
    moved.par_chunks_mut(p).zip(x.par_chunks(p)).for_each(|(moved, row)| {
        moved.iter_mut().zip(row).zip(&pivot).for_each(|((moved, value), pivot)| *moved = value - pivot);
    });
    moved
}

fn squared_difference(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn apart(x: &Array2<f64>, i: usize, j: usize) -> f64 {
        squared_difference(&x.row(i).to_vec(), &x.row(j).to_vec())
    }

    #[test]
    fn whole_numbers_have_exact_distances() {
        let x = Array2::from_shape_fn((9, 7), |(i, j)| ((i * 5 + j * 3) % 11) as f64 + 1e6);
        let distances = squared_distances(x.view()).unwrap();
        for (k, (i, j)) in condensed::pairs(9).enumerate() {
            assert_eq!(distances.values[k] * distances.scale * distances.scale, apart(&x, i, j));
        }
    }

    #[test]
    fn pairs_of_different_tiles_are_as_exact() {
        // More rows than two tiles have, with a row of the first tile again in the last.
        let x = Array2::from_shape_fn((401, 5), |(i, j)| ((i % 400 * 13 + j * 29 + i % 400 * j) % 101) as f64);
        let distances = squared_distances(x.view()).unwrap();
        for (value, (i, j)) in distances.values.iter().zip(condensed::pairs(401)) {
            assert_eq!(value * distances.scale * distances.scale, apart(&x, i, j), "{i} and {j}");
        }
    }

    #[test]
    fn one_crooked_number_leaves_the_distances_of_the_others_exact() {
        let mut x = Array2::from_shape_fn((9, 3), |(i, j)| ((i * 5 + j * 3) % 11) as f64 / 4.0);
        x.row_mut(8).fill(0.1);
        let distances = squared_distances(x.view()).unwrap();
        for (k, (i, j)) in condensed::pairs(9).enumerate().filter(|(_, (_, j))| *j < 8) {
            assert_eq!(distances.values[k] * distances.scale * distances.scale, apart(&x, i, j));
        }
    }

    #[test]
    fn a_distant_row_takes_no_digits_from_the_others() {
        let mut x = Array2::from_shape_fn((7, 3), |(i, j)| ((i * i * (j + 2)) as f64).sin());
        x.row_mut(6).fill(1e12);
        let distances = squared_distances(x.view()).unwrap();
        for (k, (i, j)) in condensed::pairs(7).enumerate().filter(|(_, (_, j))| *j < 6) {
            let found = distances.values[k] * distances.scale * distances.scale;
            assert!((found / apart(&x, i, j) - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn neighbors_in_distant_clusters_keep_their_digits() {
        let x = array![[1e5, 0.0], [1e5 + 0.125, 0.0], [-1e5, 0.0], [-1e5, 0.25], [-1e5, 0.25]];
        let distances = squared_distances(x.view()).unwrap();
        let at = |i, j| distances.values[condensed::index(5, i, j)].sqrt() * distances.scale;
        assert_eq!((at(0, 1), at(2, 3), at(3, 4)), (0.125, 0.25, 0.0));
    }
}
