//! Squared Euclidean distances between all rows, by one matrix product and without its cancellation.

use ndarray::{Array2, ArrayView1, ArrayView2};
use rayon::prelude::*;

use super::{extremes, power_of_two, product::upper_gram};
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
    let (n, p) = x.dim();
    let x = x.as_standard_layout();
    let scaled = scaled(x.as_slice().expect("rows side by side"));
    let (x, unit) = (scaled.0.as_deref().unwrap_or_else(|| x.as_slice().expect("rows side by side")), scaled.1);
    let moved = near_origin(x, p);
    let (smaller, spread) = self::scaled(&moved);
    let moved = Array2::from_shape_vec((n, p), smaller.unwrap_or(moved)).expect("as many values as before");
    Ok(of_products(x, p, &upper_gram(moved.view())?, [unit, spread]))
}

/// The same of rows of length 1, whose distances are mostly not small: they are moved close to 0 only if they have so
/// much in common that the product has lost the digits of many.
///
/// # Errors
/// Those of [`squared_distances`].
pub(crate) fn squared_distances_of_units(units: ArrayView2<'_, f64>) -> Result<ScaledDistances> {
    let (n, p) = units.dim();
    let rows = units.as_slice().expect("rows side by side");
    let products = upper_gram(units)?;
    let lost = |i: usize| (i + 1..n).filter(|&j| distance(&products, i, j).is_none()).count();
    match (0..n).into_par_iter().map(lost).sum::<usize>() > n {
        true => squared_distances(units),
        false => Ok(of_products(rows, p, &products, [1.0, 1.0])),
    }
}

/// The distance from the products, unless it has lost its digits there.
fn distance(products: &Array2<f64>, i: usize, j: usize) -> Option<f64> {
    let lengths = products[(i, i)] + products[(j, j)];
    let distance = lengths - 2.0 * products[(i, j)];
    (distance > CANCELLED * lengths).then_some(distance)
}

/// From the rows as they were given, over `unit`, and the products of what they were moved to, over `spread` besides.
fn of_products(x: &[f64], p: usize, products: &Array2<f64>, [unit, spread]: [f64; 2]) -> ScaledDistances {
    let n = products.nrows();
    let pattern = |i: usize| &x[i * p..(i + 1) * p];
    // From the rows as they were given: moving them has cost digits if one row is far from all others.
    let summed = |i, j| summed(pattern(i), pattern(j)) / spread / spread;
    let mut values = vec![0.0; condensed::n_pairs(n)];
    condensed::rows_mut(&mut values, n).into_par_iter().enumerate().for_each(|(i, row)| {
        row.iter_mut().zip(i + 1..).for_each(|(value, j)| {
            *value = distance(products, i, j).unwrap_or_else(|| summed(i, j));
        });
    });
    let lengths: Vec<f64> = (0..n).into_par_iter().map(|i| squared_length(pattern(i))).collect();
    let longest = lengths.into_iter().fold(0.0, f64::max).sqrt() / spread;
    let rounding = (16.0 + (p as f64).sqrt()) * f64::EPSILON * longest;
    ScaledDistances { values, scale: unit * spread, rounding }
}

/// The values over a power of two, and that power; `None` and 1 if their squares are far from both ends of the range.
fn scaled(values: &[f64]) -> (Option<Vec<f64>>, f64) {
    const SAFE: f64 = 1e100;
    let largest_of = |values| {
        let [low, high] = extremes(values);
        high.max(-low)
    };
    let largest = values.par_chunks(CHUNK).map(largest_of).reduce(|| 0.0, f64::max);
    if largest == 0.0 || (1.0 / SAFE..SAFE).contains(&largest) {
        return (None, 1.0);
    }
    let unit = power_of_two(&[largest]);
    (Some(values.par_iter().map(|value| value / unit).collect()), unit)
}

/// Values that one thread looks at before another takes over.
const CHUNK: usize = 1 << 15;

/// Rows of which one thread sums the features: a fixed partition, so that the sums do not depend on the threads.
const ROWS: usize = 32;

/// Each of `p` features less its mean, rounded to an eighth of the feature's range: to a number of few digits.
fn near_origin(x: &[f64], p: usize) -> Vec<f64> {
    let blocks: Vec<Features> = x.par_chunks(ROWS * p).map(|rows| Features::of(rows, p)).collect();
    let mut all = Features::of(&[], p);
    blocks.iter().for_each(|block| all.add(block));
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

/// Sum, smallest and largest value of every feature.
struct Features {
    sum: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
}

impl Features {
    fn of(rows: &[f64], p: usize) -> Self {
        let mut all = Self { sum: vec![0.0; p], low: vec![f64::INFINITY; p], high: vec![f64::NEG_INFINITY; p] };
        for row in rows.chunks_exact(p) {
            let features = all.sum.iter_mut().zip(&mut all.low).zip(&mut all.high).zip(row);
            features.for_each(|(((sum, low), high), &value)| {
                *sum += value;
                *low = low.min(value);
                *high = high.max(value);
            });
        }
        all
    }

    fn add(&mut self, other: &Self) {
        self.sum.iter_mut().zip(&other.sum).for_each(|(sum, other)| *sum += other);
        self.low.iter_mut().zip(&other.low).for_each(|(low, other)| *low = low.min(*other));
        self.high.iter_mut().zip(&other.high).for_each(|(high, other)| *high = high.max(*other));
    }
}

fn summed(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

fn squared_length(row: &[f64]) -> f64 {
    ArrayView1::from(row).dot(&ArrayView1::from(row))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn apart(x: &Array2<f64>, i: usize, j: usize) -> f64 {
        summed(&x.row(i).to_vec(), &x.row(j).to_vec())
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
    fn neighbours_in_distant_clusters_keep_their_digits() {
        let x = array![[1e5, 0.0], [1e5 + 0.125, 0.0], [-1e5, 0.0], [-1e5, 0.25], [-1e5, 0.25]];
        let distances = squared_distances(x.view()).unwrap();
        let at = |i, j| distances.values[condensed::index(5, i, j)].sqrt() * distances.scale;
        assert_eq!((at(0, 1), at(2, 3), at(3, 4)), (0.125, 0.25, 0.0));
    }
}
