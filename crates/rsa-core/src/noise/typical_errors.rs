//! Rounding errors of typical size, to be mapped as patterns are mapped.

use ndarray::{Array2, ArrayView2};

use crate::linalg;

/// Rows of errors: the mean over eight rows is within a third of its expectation, also if one direction has all of it.
const ROWS: usize = 8;

/// Returns rows of errors of numbers whose relative spacing is 1.
///
/// The size of an error is the root mean square of its feature. Signs are mixed between features and rows, as those of
/// rounding errors are, and are the same every time.
pub(crate) fn typical_errors(x: ArrayView2<'_, f64>) -> Array2<f64> {
    let moments = linalg::column_moments(x);
    Array2::from_shape_fn((ROWS, x.ncols()), |(row, feature)| {
        let size = moments.mean_squares[feature].sqrt() * moments.scale;
        // The highest bits of a multiplicative hash (Knuth, The Art of Computer Programming, section 6.4).
        let mixed = (feature as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (63 - row);
        if mixed & 1 == 0 { size } else { -size }
    })
}

/// Returns the root of the mean square of all values, of any size.
pub(crate) fn root_mean_square(values: ArrayView2<'_, f64>) -> f64 {
    let scale = linalg::power_of_two(values);
    let squares: f64 = values.iter().map(|value| (value / scale).powi(2)).sum();
    (squares / values.len() as f64).sqrt() * scale
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn errors_are_as_large_as_the_values_and_cancel_between_features() {
        let x = Array2::from_shape_fn((6, 1000), |(i, j)| if j == 3 { 50.0 } else { (i % 2) as f64 * 2.0 - 1.0 });
        let errors = typical_errors(x.view());
        assert!(errors.column(3).iter().all(|error| error.abs() == 50.0));
        for row in errors.rows() {
            assert!(row.sum().abs() < 50.0 + 4.0 * 1000f64.sqrt(), "{}", row.sum());
        }
        assert_eq!(root_mean_square(array![[3e200, -3e200]].view()), 3e200);
    }
}
