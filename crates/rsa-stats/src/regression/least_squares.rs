//! [`LeastSquares`]: a linear fit, reduced to a triangle as wide as its unknowns.

use ndarray::{Array1, Array2, Axis, concatenate};
use rsa_core::{Result, linalg};

/// Which combination of columns comes nearest to a vector; all are of unit length.
pub(crate) struct LeastSquares {
    /// R of the QR decomposition of the columns, rows × unknowns, upper triangular.
    pub(crate) r: Array2<f64>,
    /// Qᵀ·y.
    pub(crate) y: Array1<f64>,
    /// Entries of a column before the reduction.
    length: usize,
}

impl LeastSquares {
    /// Takes columns of one length, and the vector to fit.
    pub(crate) fn new(columns: &[&[f64]], y: &[f64]) -> Result<Self> {
        let all = [columns, &[y]].concat().concat();
        let all = Array2::from_shape_vec((columns.len() + 1, y.len()), all).expect("columns of one length");
        Self::reduce(&all.reversed_axes())
    }

    /// The same fit with some of the unknowns alone.
    pub(crate) fn of(&self, unknowns: &[usize]) -> Result<Self> {
        let y = self.y.view().insert_axis(Axis(1));
        let all = concatenate(Axis(1), &[self.r.select(Axis(1), unknowns).view(), y])
            .expect("R has a row for every entry of Qᵀ·y");
        Self::reduce(&all)
    }

    /// The last column is what is fitted; the triangle of all holds both R and Qᵀ·y.
    fn reduce(all: &Array2<f64>) -> Result<Self> {
        let unknowns = all.ncols() - 1;
        let triangle = linalg::qr(all.view())?.r;
        let r = triangle.select(Axis(1), &(0..unknowns).collect::<Vec<_>>());
        Ok(Self { r, y: triangle.column(unknowns).to_owned(), length: all.nrows() })
    }

    /// How much of column `k` those before it do not explain, of a length of 1; 0 if that is rounding.
    pub(crate) fn independent_length(&self, k: usize) -> f64 {
        let rounding = linalg::rank_tolerance(self.length, self.r.ncols(), 1.0, 0.0);
        if k < self.r.nrows() && self.r[(k, k)] > rounding { self.r[(k, k)] } else { 0.0 }
    }

    /// The weights of the columns, which must be independent.
    pub(crate) fn solve(&self) -> Vec<f64> {
        let unknowns = self.r.ncols();
        let mut weights = vec![0.0; unknowns];
        for k in (0..unknowns).rev() {
            let known: f64 = (k + 1..unknowns).map(|j| self.r[(k, j)] * weights[j]).sum();
            weights[k] = (self.y[k] - known) / self.r[(k, k)];
        }
        weights
    }
}
