//! [`GivenSpan`]: the space of given RDMs, whose part is taken out of a vector.

use ndarray::{Array2, ArrayView1, Axis};
use rsa_core::{Error, Result, linalg};

/// The space that the vectors of given RDMs span.
#[derive(Clone, Debug)]
pub(crate) struct GivenSpan {
    /// Orthonormal columns; none if nothing is given.
    basis: Array2<f64>,
}

impl GivenSpan {
    /// Takes vectors of one length, centered and with the square roots of the weights in them, of `present` pairs.
    ///
    /// # Errors
    /// `Degenerate` if fewer than two dimensions are left beside them and the mean.
    pub(crate) fn new(columns: &[Vec<f64>], present: usize) -> Result<Self> {
        let Some(first) = columns.first() else { return Ok(Self { basis: Array2::zeros((0, 0)) }) };
        let matrix = Array2::from_shape_fn((first.len(), columns.len()), |(i, j)| columns[j][i]);
        let (u, sigma) = linalg::left_singular_vectors(matrix.view())?;
        // Given RDMs may be linearly dependent, so the basis has as many columns as their rank.
        let rank = linalg::numerical_rank(&sigma, linalg::rank_tolerance(first.len(), columns.len(), sigma[0], 0.0));
        if present < rank + 3 {
            return Err(Error::degenerate(
                format!("{rank} independent given RDMs and the mean leave too little of {present} pairs to correlate"),
                "give fewer RDMs, or compare more conditions",
            ));
        }
        Ok(Self { basis: u.select(Axis(1), &(0..rank).collect::<Vec<_>>()) })
    }

    /// Returns the part of a vector that the given RDMs do not explain.
    ///
    /// # Errors
    /// `Degenerate` if that part is rounding.
    pub(crate) fn residual(&self, vector: Vec<f64>) -> Result<Vec<f64>> {
        if self.basis.is_empty() {
            return Ok(vector);
        }
        let mut residual = ArrayView1::from(&vector).to_owned();
        let length = residual.dot(&residual).sqrt();
        // The second projection removes the rounding error of the first.
        for _ in 0..2 {
            let shared = self.basis.dot(&self.basis.t().dot(&residual));
            residual -= &shared;
        }
        let rounding = linalg::rank_tolerance(vector.len(), self.basis.ncols(), length, 0.0);
        if residual.dot(&residual).sqrt() <= rounding {
            return Err(Error::degenerate(
                "the dissimilarities compared are a combination of the given RDMs",
                "nothing is left to correlate; leave that RDM out, or out of the given ones",
            ));
        }
        Ok(residual.to_vec())
    }
}
