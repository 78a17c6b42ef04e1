//! Centering of features, and of the rows and columns of a kernel.

use ndarray::{Array1, Array2, ArrayView2, Axis};
use rayon::prelude::*;

use super::{
    are_equal,
    columns::{Columns, shift_into},
    extremes::largest_magnitude,
    power_of_two,
};

/// Matrix whose columns sum to 0, divided by a power of two.
#[derive(Clone, Debug)]
pub struct Centered {
    /// Values less the mean of their column, divided by `scale`. A constant column is exactly 0.
    pub values: Array2<f64>,
    /// The power of two that was divided out.
    pub scale: f64,
    /// Rounding of the values of each column: their relative precision times the norm of the column before centering,
    /// divided by `scale`.
    pub rounding: Array1<f64>,
}

impl Centered {
    /// Returns a bound on the Frobenius norm of the rounding of all values.
    pub fn total_rounding(&self) -> f64 {
        self.rounding.dot(&self.rounding).sqrt()
    }
}

/// Subtracts each column's mean.
///
/// The mean is subtracted twice: the second pass removes the mean that rounding left in the first. So an offset of 1e6
/// over a unit signal leaves only the rounding of the input. A column that is constant up to that rounding (a dead
/// unit) becomes exactly 0, not noise. `precision` is the relative spacing of the numbers that the values were rounded
/// to, ε for 64-bit floats.
pub fn center(x: ArrayView2<'_, f64>, precision: f64) -> Centered {
    center_in(x, precision, Vec::new())
}

/// Subtracts each column's mean like [`center`], reusing the memory of `values` for the result.
pub fn center_in(x: ArrayView2<'_, f64>, precision: f64, mut values: Vec<f64>) -> Centered {
    let (n, p) = x.dim();
    let x = x.as_standard_layout();
    let x = x.as_slice().expect("rows side by side");
    let scale = power_of_two(&[largest_magnitude(x)]);
    // The inverse of a power of two is exact.
    let factor = 1.0 / scale;
    let columns = Columns::of(x, factor, p);
    let dead: Vec<usize> = (0..p).filter(|&j| are_equal(columns.low[j], columns.high[j], precision)).collect();
    let over_n = |sums: Vec<f64>| -> Vec<f64> { sums.into_iter().map(|sum| sum / n as f64).collect() };
    values.resize(x.len(), 0.0);
    let left = over_n(shift_into(x, factor, &over_n(columns.sum), &mut values));
    values.par_chunks_mut(p.max(1)).for_each(|row| {
        row.iter_mut().zip(&left).for_each(|(value, left)| *value -= left);
        dead.iter().for_each(|&j| row[j] = 0.0);
    });
    let mut rounding = Array1::from(columns.square).mapv(|square| precision * square.sqrt());
    dead.iter().for_each(|&j| rounding[j] = 0.0);
    let values = Array2::from_shape_vec((n, p), values).expect("as many values as before");
    Centered { values, scale, rounding }
}

/// Computes HKH of a symmetric kernel matrix K with H = I − 11ᵀ/n: rows and columns sum to 0.
pub fn center_kernel(mut kernel: Array2<f64>) -> Array2<f64> {
    let n = kernel.nrows() as f64;
    for _ in 0..2 {
        let means = kernel.sum_axis(Axis(1)) / n;
        let total = means.sum() / n;
        subtract_means(&mut kernel, &means, total);
    }
    kernel
}

/// Subtracts `means[i]` + `means[j]` − `total` from entry (i, j) of a square matrix: one pass of centering a kernel.
fn subtract_means(kernel: &mut Array2<f64>, means: &Array1<f64>, total: f64) {
    let n = kernel.ncols().max(1);
    let values = kernel.as_slice_mut().expect("a kernel is made row by row");
    values.par_chunks_mut(n).zip(means.as_slice().expect("one block of memory")).for_each(|(row, own)| {
        row.iter_mut().zip(means).for_each(|(value, other)| *value -= own + other - total);
    });
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_dead_unit_becomes_exactly_zero() {
        let x = array![[0.1, 1.0, 0.0], [0.1, 2.0, 0.0], [0.1, 4.0, 0.0]];
        let centered = center(x.view(), f64::EPSILON);
        assert_eq!(centered.values.column(0).to_vec(), [0.0; 3]);
        assert_eq!(centered.values.column(2).to_vec(), [0.0; 3]);
        assert!(centered.values.column(1).sum().abs() < 1e-16);
        assert_eq!((centered.rounding[0], centered.rounding[2]), (0.0, 0.0));
    }

    #[test]
    fn a_dead_unit_with_a_crooked_last_digit_becomes_exactly_zero() {
        let x = array![[0.1, 1.0], [0.1 + f64::EPSILON / 16.0, 2.0], [0.1, 4.0]];
        assert_ne!(x[(0, 0)], x[(1, 0)]);
        assert_eq!(center(x.view(), f64::EPSILON).values.column(0).to_vec(), [0.0; 3]);
    }

    #[test]
    fn a_large_offset_leaves_the_signal_exact() {
        let signal = array![[0.25], [-0.75], [0.5]];
        let centered = center((&signal + 1e6).view(), f64::EPSILON);
        for i in 0..3 {
            assert_eq!(centered.values[(i, 0)] * centered.scale, signal[(i, 0)]);
        }
        assert!(centered.total_rounding() * centered.scale >= 1e6 * f64::EPSILON);
    }

    #[test]
    fn sums_of_huge_values_do_not_overflow() {
        let centered = center(array![[1.7e308], [1.7e308], [1.6e308]].view(), f64::EPSILON);
        assert!(centered.values.iter().all(|value| value.is_finite()));
    }
}
