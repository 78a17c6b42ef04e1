//! CKA with the wrong centering.

use ndarray::Array2;
use rsakit::{
    Cka, Measure, Representation, Result,
    core::{Error, Profile, linalg},
};

/// CKA of Gram matrices without centering.
pub(crate) struct Uncentered;

/// CKA of centered Gram matrices with their diagonal set to 0, which is RV2 and not the unbiased estimate.
pub(crate) struct ZeroedDiagonal;

fn cosine(k: &Array2<f64>, l: &Array2<f64>) -> Result<f64> {
    if k.dim() != l.dim() {
        return Err(Error::shape_mismatch("different numbers of conditions; align them first"));
    }
    Ok((k * l).sum() / ((k * k).sum() * (l * l).sum()).sqrt())
}

impl Measure for Uncentered {
    type Geometry = Array2<f64>;

    fn profile(&self) -> Profile {
        Cka::linear().profile()
    }

    fn geometry(&self, x: &Representation) -> Result<Array2<f64>> {
        linalg::gram(x.values())
    }

    fn compare(&self, k: &Array2<f64>, l: &Array2<f64>) -> Result<f64> {
        cosine(k, l)
    }
}

impl Measure for ZeroedDiagonal {
    type Geometry = Array2<f64>;

    fn profile(&self) -> Profile {
        Cka::linear().unbiased().profile()
    }

    fn geometry(&self, x: &Representation) -> Result<Array2<f64>> {
        let mut gram = linalg::center_kernel(linalg::gram(x.values())?);
        gram.diag_mut().fill(0.0);
        Ok(gram)
    }

    fn compare(&self, k: &Array2<f64>, l: &Array2<f64>) -> Result<f64> {
        cosine(k, l)
    }
}
