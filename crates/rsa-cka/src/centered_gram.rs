//! [`CenteredGram`]: the geometry of CKA, a centred Gram matrix of unit length, or the features it comes from.

use ndarray::{Array2, Axis};
use rsa_core::{Conditions, Error, Result, linalg};

use crate::Hsic;

/// A centred Gram matrix of unit length, held in whichever form is cheaper.
///
/// Of unit length, because CKA is a cosine: comparing is then one inner product, and no scale can overflow it.
#[derive(Clone, Debug)]
pub struct CenteredGram {
    form: Form,
    conditions: Conditions,
    hsic: Hsic,
    n_features: Option<usize>,
    saturated: bool,
}

#[derive(Clone, Debug)]
enum Form {
    /// n × p, columns centred: the Gram matrix is XXᵀ.
    Features(Array2<f64>),
    /// n × n, centred as the estimate asks.
    Gram(Array2<f64>),
}

impl CenteredGram {
    /// From centred features, `rounding` the norm of what they were rounded by.
    ///
    /// Held as features, unless the unbiased estimate is a small difference of large sums there (one condition far from
    /// all others): then as the Gram matrix, where nothing cancels.
    pub(crate) fn of_features(x: Array2<f64>, rounding: f64, hsic: Hsic, conditions: &Conditions) -> Result<Self> {
        const CANCELLED: f64 = 1e-4;
        let n_features = x.ncols();
        let (own, whole) = hsic.with_itself(x.view())?;
        if own <= CANCELLED * whole {
            // An error δ of X is one of at most 2‖X‖δ in XXᵀ.
            let rounding = 2.0 * whole.powf(0.25) * rounding;
            let gram = Self::of_kernel(linalg::gram(x.view())?, rounding, hsic, conditions)?;
            return Ok(gram.with_features(n_features));
        }
        let form = Form::Features(x / own.powf(0.25));
        Ok(Self { form, conditions: conditions.clone(), hsic, n_features: Some(n_features), saturated: false })
    }

    /// From a kernel matrix, `rounding` the norm of the error in its entries.
    pub(crate) fn of_kernel(kernel: Array2<f64>, rounding: f64, hsic: Hsic, conditions: &Conditions) -> Result<Self> {
        let scale = linalg::power_of_two(kernel.iter());
        let kernel = kernel / scale;
        let whole = linalg::inner_product(kernel.view(), kernel.view()).sqrt();
        let gram = hsic.center(kernel);
        let own = linalg::inner_product(gram.view(), gram.view()).sqrt();
        if own <= gram.nrows() as f64 * f64::EPSILON * whole + rounding / scale {
            return Err(Error::degenerate(
                "the centred Gram matrix vanishes: all conditions are equally alike",
                "leave this representation out",
            ));
        }
        let form = Form::Gram(gram / own);
        Ok(Self { form, conditions: conditions.clone(), hsic, n_features: None, saturated: false })
    }

    /// The same with the conditions in another order; `None` unless `rows` has all of them.
    pub(crate) fn reordered(&self, rows: &[usize]) -> Option<Self> {
        let form = match &self.form {
            _ if rows.len() != self.conditions.count() => return None,
            Form::Features(x) => Form::Features(x.select(Axis(0), rows)),
            Form::Gram(gram) => Form::Gram(gram.select(Axis(0), rows).select(Axis(1), rows)),
        };
        Some(Self { form, conditions: self.conditions.select(rows), ..*self })
    }

    /// Remembers the number of features, for the caveat about the bias.
    pub(crate) fn with_features(self, n_features: usize) -> Self {
        Self { n_features: Some(n_features), ..self }
    }

    /// Remembers whether the kernel saw all conditions as unlike, for the caveat about that.
    pub(crate) fn with_saturation(self, saturated: bool) -> Self {
        Self { saturated, ..self }
    }

    /// Whether the bandwidth is so narrow that the kernel is all but 0 between different conditions.
    pub fn is_saturated(&self) -> bool {
        self.saturated
    }

    /// Which conditions the rows are.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// The estimate it was centred for.
    pub fn hsic(&self) -> Hsic {
        self.hsic
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

    /// Width of the features, if it is held as such.
    pub(crate) fn width(&self) -> Option<usize> {
        match &self.form {
            Form::Features(x) => Some(x.ncols()),
            Form::Gram(_) => None,
        }
    }

    /// The same held as a Gram matrix.
    pub(crate) fn to_gram(&self) -> Result<Self> {
        let form = match &self.form {
            Form::Features(x) => Form::Gram(self.hsic.center(linalg::gram(x.view())?)),
            Form::Gram(gram) => Form::Gram(gram.clone()),
        };
        Ok(Self { form, ..self.clone() })
    }

    /// The inner product with another, by the route that their forms allow.
    ///
    /// # Errors
    /// `InvalidParameter` unless both were centred for the estimate `hsic`; those of different conditions.
    pub(crate) fn inner_product(&self, other: &Self, hsic: Hsic) -> Result<f64> {
        self.conditions.ensure_same(&other.conditions)?;
        if let Some(foreign) = [self, other].into_iter().find(|geometry| geometry.hsic != hsic) {
            let requirement = format!("centred for the {hsic:?} estimate, by the measure that compares it");
            let found = format_args!("one for the {:?} estimate", foreign.hsic);
            return Err(Error::invalid_parameter("a centred Gram matrix", requirement, found));
        }
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
