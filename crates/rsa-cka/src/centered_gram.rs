//! [`CenteredGram`]: the geometry of CKA, a centred Gram matrix of unit length, or the features it comes from.

use ndarray::Array2;
use rsa_core::{Conditions, Error, Result, linalg};

use crate::Hsic;

/// A centred Gram matrix of unit length, held in whichever form is cheaper.
///
/// Of unit length, because CKA is a cosine: comparing is then one inner product, and no scale can overflow it.
#[derive(Clone, Debug)]
pub struct CenteredGram {
    form: Form,
    conditions: Conditions,
    n_features: Option<usize>,
}

#[derive(Clone, Debug)]
enum Form {
    /// n × p, columns centred: the Gram matrix is XXᵀ.
    Features(Array2<f64>),
    /// n × n, centred as the estimate asks.
    Gram(Array2<f64>),
}

impl CenteredGram {
    /// From centred features.
    pub(crate) fn of_features(x: Array2<f64>, hsic: Hsic, conditions: &Conditions) -> Result<Self> {
        let own = hsic.of_features(x.view(), x.view())?;
        // What the diagonal takes away leaves rounding of the whole behind; the biased norm measures that.
        let whole = Hsic::Biased.of_features(x.view(), x.view())?;
        let rounding = 8.0 * x.nrows() as f64 * f64::EPSILON * whole;
        ensure_varied(own, rounding)?;
        let n_features = Some(x.ncols());
        Ok(Self { form: Form::Features(x / own.powf(0.25)), conditions: conditions.clone(), n_features })
    }

    /// From a kernel matrix.
    pub(crate) fn of_kernel(kernel: Array2<f64>, hsic: Hsic, conditions: &Conditions) -> Result<Self> {
        let scale = linalg::power_of_two(kernel.iter());
        let kernel = kernel / scale;
        let whole = linalg::inner_product(kernel.view(), kernel.view());
        let gram = hsic.center(kernel);
        let own = linalg::inner_product(gram.view(), gram.view());
        let rounding = gram.nrows() as f64 * f64::EPSILON;
        ensure_varied(own, rounding * rounding * whole)?;
        Ok(Self { form: Form::Gram(gram / own.sqrt()), conditions: conditions.clone(), n_features: None })
    }

    /// Remembers the number of features, for the caveat about the bias.
    pub(crate) fn with_features(self, n_features: usize) -> Self {
        Self { n_features: Some(n_features), ..self }
    }

    /// Which conditions the rows are.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Number of features of the representation, where it is known.
    pub fn n_features(&self) -> Option<usize> {
        self.n_features
    }

    /// The entries of the Gram matrix, row by row, if it is held as one.
    pub(crate) fn entries(&self) -> Option<&[f64]> {
        match &self.form {
            Form::Gram(gram) => gram.as_slice(),
            Form::Features(_) => None,
        }
    }

    /// The inner product with another, by the route that their forms allow.
    pub(crate) fn inner_product(&self, other: &Self, hsic: Hsic) -> Result<f64> {
        self.conditions.ensure_same(&other.conditions)?;
        match (&self.form, &other.form) {
            (Form::Gram(k), Form::Gram(l)) => Ok(linalg::inner_product(k.view(), l.view())),
            (Form::Features(x), Form::Features(y)) => hsic.of_features(x.view(), y.view()),
            // ⟨XXᵀ, L⟩ = ⟨LX, X⟩, and the centring of L is all that is needed of both.
            (Form::Features(x), Form::Gram(l)) | (Form::Gram(l), Form::Features(x)) => {
                Ok(linalg::inner_product(linalg::product(l.view(), x.view())?.view(), x.view()))
            }
        }
    }
}

/// Refuses a centred Gram matrix that is nothing but rounding.
fn ensure_varied(own: f64, rounding: f64) -> Result<()> {
    match own > rounding {
        true => Ok(()),
        false => Err(Error::degenerate(
            "the centred Gram matrix vanishes: all conditions are equally alike",
            "leave this representation out",
        )),
    }
}
