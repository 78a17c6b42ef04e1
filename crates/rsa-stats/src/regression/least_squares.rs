//! [`LeastSquares`]: a linear fit, reduced to a triangular system as wide as its unknowns.

use ndarray::{Array1, Array2, ArrayView1, Axis, concatenate};
use rsa_core::{
    Result,
    linalg::{self, Qr},
};

/// The space of all linear combinations of columns of unit length.
pub(crate) struct Combinations {
    /// An orthonormal basis as rows, or rows from which `to_basis` makes one.
    spanning: Array2<f64>,
    /// Upper triangular.
    to_basis: Option<Array2<f64>>,
    /// The columns in that basis, upper triangular.
    r: Array2<f64>,
}

/// The problem of the combination of columns nearest to a vector; columns and vector have unit length.
pub(crate) struct LeastSquares {
    /// R of the QR decomposition of the columns, rows × unknowns, upper triangular.
    pub(crate) r: Array2<f64>,
    /// Qᵀ·y.
    pub(crate) y: Array1<f64>,
    /// Number of entries of a column before the reduction.
    length: usize,
}

impl Combinations {
    /// Takes columns of one length.
    pub(crate) fn new(columns: &[&[f64]]) -> Result<Self> {
        let length = columns.first().map_or(0, |column| column.len());
        let all = Array2::from_shape_vec((columns.len(), length), columns.concat()).expect("columns of one length");
        // Columns that are well apart are orthogonalized by their products, in a fraction of the time.
        if let Some(found) = linalg::cholesky_qr(all.t())? {
            let spanning = found.columns.map_or(all, Array2::reversed_axes);
            return Ok(Self { spanning, to_basis: Some(found.to_basis), r: found.r });
        }
        let Qr { q, r } = linalg::qr(all.t())?;
        Ok(Self { spanning: q.reversed_axes(), to_basis: None, r })
    }

    /// Returns the fit to a vector y, which depends on Qᵀ·y alone.
    pub(crate) fn nearest_to(&self, y: &[f64]) -> LeastSquares {
        let y: Array1<f64> = self.spanning.rows().into_iter().map(|row| row.dot(&ArrayView1::from(y))).collect();
        let y = match &self.to_basis {
            Some(to_basis) => to_basis.t().dot(&y),
            None => y,
        };
        LeastSquares { r: self.r.clone(), y, length: self.spanning.ncols() }
    }
}

impl LeastSquares {
    /// Takes columns of one length, and the vector to fit.
    pub(crate) fn new(columns: &[&[f64]], y: &[f64]) -> Result<Self> {
        Ok(Combinations::new(columns)?.nearest_to(y))
    }

    /// Returns the fit with some of the unknowns alone.
    pub(crate) fn with_unknowns(&self, unknowns: &[usize]) -> Result<Self> {
        let y = self.y.view().insert_axis(Axis(1));
        let all = concatenate(Axis(1), &[self.r.select(Axis(1), unknowns).view(), y])
            .expect("R has a row for every entry of Qᵀ·y");
        Self::reduce(&all)
    }

    /// Takes R with the vector as its last column; the triangle of all columns holds both the new R and Qᵀ·y.
    fn reduce(all: &Array2<f64>) -> Result<Self> {
        let unknowns = all.ncols() - 1;
        let triangle = linalg::qr(all.view())?.r;
        let r = triangle.select(Axis(1), &(0..unknowns).collect::<Vec<_>>());
        Ok(Self { r, y: triangle.column(unknowns).to_owned(), length: all.nrows() })
    }

    /// Returns the length of the part of column `k` that the columns before it do not explain; 0 if that is rounding.
    pub(crate) fn independent_length(&self, k: usize) -> f64 {
        let rounding = linalg::rank_tolerance(self.length, self.r.ncols(), 1.0, 0.0);
        if k < self.r.nrows() && self.r[(k, k)] > rounding { self.r[(k, k)] } else { 0.0 }
    }

    /// Returns the weights of the columns before `k` in their combination nearest to column `k`.
    ///
    /// The columns before `k` must be independent.
    pub(crate) fn shares_before(&self, k: usize) -> Vec<f64> {
        let before: Vec<usize> = (0..k).collect();
        let r = self.r.select(Axis(0), &before).select(Axis(1), &before);
        let y = before.iter().map(|&row| self.r[(row, k)]).collect();
        Self { r, y, length: self.length }.solve()
    }

    /// Returns the weights of the columns, which must be independent.
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
