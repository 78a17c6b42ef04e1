//! Mean square and variance of every column of a matrix.

use ndarray::ArrayView2;

use super::{columns::Columns, extremes::largest_magnitude, power_of_two};

/// Second moments of every column, divided by the square of a power of two.
#[derive(Clone, Debug)]
pub struct ColumnMoments {
    /// The power of two that was divided out of the values.
    pub scale: f64,
    /// Mean of the squares of each column.
    pub mean_squares: Vec<f64>,
    /// Variance of each column; exactly 0 for a constant column.
    pub variances: Vec<f64>,
}

/// Computes the second moments of every column in one pass.
///
/// A variance loses the digits that its mean square has more; it serves to weigh columns, not to be divided by.
pub fn column_moments(x: ArrayView2<'_, f64>) -> ColumnMoments {
    let (n, p) = (x.nrows() as f64, x.ncols());
    let x = x.as_standard_layout();
    let x = x.as_slice().expect("rows side by side");
    let scale = power_of_two(&[largest_magnitude(x)]);
    let columns = Columns::of(x, 1.0 / scale, p);
    let mean_squares: Vec<f64> = columns.square.iter().map(|square| square / n).collect();
    let variance = |j: usize| match columns.low[j] < columns.high[j] {
        true => (mean_squares[j] - (columns.sum[j] / n).powi(2)).max(0.0),
        false => 0.0,
    };
    let variances = (0..p).map(variance).collect();
    ColumnMoments { scale, mean_squares, variances }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn moments_are_those_of_the_columns() {
        let moments = column_moments(array![[1.0, 0.1, -4.0], [3.0, 0.1, 4.0]].view());
        let unit = moments.scale * moments.scale;
        assert_eq!((moments.mean_squares[0] * unit, moments.mean_squares[2] * unit), (5.0, 16.0));
        assert_eq!(moments.variances.iter().map(|variance| variance * unit).collect::<Vec<_>>(), [1.0, 0.0, 16.0]);
        assert!(column_moments(array![[1e300], [-1e300]].view()).mean_squares[0].is_finite());
    }
}
