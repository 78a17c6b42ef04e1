//! [`CenteredGram`]: the geometry of CKA, a centred Gram matrix, or the features it comes from.

use std::sync::OnceLock;

use ndarray::{Array2, ArrayView2, Axis};
use rsa_core::{Conditions, Error, Result, linalg};

use crate::{Hsic, triangle::Triangle};

/// A centred Gram matrix, held in whichever form is cheaper: itself, or the features it comes from.
///
/// Either is over a power of two where needed: CKA is a cosine, and no scale can overflow it.
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
    /// n × p, columns centred: the Gram matrix is XXᵀ, whose length is computed when a pair of features asks for it.
    Features(Array2<f64>, OnceLock<f64>),
    /// Centred as the estimate asks, and its length.
    Gram(Triangle, f64),
}

impl CenteredGram {
    /// From centred features, `rounding` the norm of what they were rounded by.
    ///
    /// Held as features, unless the unbiased estimate is a small difference of large sums there (one condition far from
    /// all others): then as the Gram matrix, where nothing cancels.
    pub(crate) fn of_features(x: Array2<f64>, rounding: f64, hsic: Hsic, conditions: &Conditions) -> Result<Self> {
        let n_features = x.ncols();
        if hsic.cancels(x.view())? {
            // An error δ of X is one of at most 2‖X‖δ in XXᵀ.
            let length = linalg::inner_product(x.view(), x.view()).sqrt();
            let gram = Self::of_gram(linalg::gram(x.view())?, 2.0 * length * rounding, hsic, conditions)?;
            return Ok(gram.with_features(n_features));
        }
        let form = Form::Features(x, OnceLock::new());
        Ok(Self { form, conditions: conditions.clone(), hsic, n_features: Some(n_features), saturated: false })
    }

    /// From a square kernel matrix in any unit, `rounding` the norm of the error in its entries.
    pub(crate) fn of_gram(kernel: Array2<f64>, rounding: f64, hsic: Hsic, conditions: &Conditions) -> Result<Self> {
        let (kernel, scale) = linalg::scale_into_range(kernel);
        Self::of_kernel(Triangle::of_square(kernel.view()), rounding / scale, hsic, conditions)
    }

    /// From a kernel whose squares are far from both ends of the range, `rounding` the norm of the error in its entries.
    pub(crate) fn of_kernel(kernel: Triangle, rounding: f64, hsic: Hsic, conditions: &Conditions) -> Result<Self> {
        let whole = kernel.length();
        let gram = kernel.centered(hsic);
        let length = gram.length();
        if length <= gram.n() as f64 * f64::EPSILON * whole + rounding {
            return Err(Error::degenerate(
                "the centred Gram matrix vanishes: all conditions are equally alike",
                "leave this representation out",
            ));
        }
        let form = Form::Gram(gram, length);
        Ok(Self { form, conditions: conditions.clone(), hsic, n_features: None, saturated: false })
    }

    /// The same with the conditions in another order; `None` unless `rows` has all of them.
    pub(crate) fn reordered(&self, rows: &[usize]) -> Option<Self> {
        let form = match &self.form {
            _ if rows.len() != self.conditions.count() => return None,
            Form::Features(x, length) => Form::Features(x.select(Axis(0), rows), length.clone()),
            Form::Gram(gram, length) => Form::Gram(gram.reordered(rows), *length),
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

    /// The features, n × p, if it is held as such.
    pub(crate) fn features(&self) -> Option<ArrayView2<'_, f64>> {
        match &self.form {
            Form::Features(x, _) => Some(x.view()),
            Form::Gram(..) => None,
        }
    }

    /// The Gram matrix, if it is held as such.
    pub(crate) fn gram(&self) -> Option<&Triangle> {
        match &self.form {
            Form::Features(..) => None,
            Form::Gram(gram, _) => Some(gram),
        }
    }

    /// Width of the features, if it is held as such.
    pub(crate) fn width(&self) -> Option<usize> {
        self.features().map(|x| x.ncols())
    }

    /// The length of the Gram matrix in the form that it is held in.
    fn length(&self) -> Result<f64> {
        match &self.form {
            Form::Gram(_, length) => Ok(*length),
            Form::Features(x, length) => match length.get() {
                Some(&length) => Ok(length),
                None => {
                    let (own, _) = self.hsic.with_itself(x.view())?;
                    Ok(*length.get_or_init(|| own.sqrt()))
                }
            },
        }
    }

    /// The cosine of the angle to another, by the route that their forms allow.
    ///
    /// # Errors
    /// `InvalidParameter` unless both were centred for the estimate `hsic`; those of different conditions.
    pub(crate) fn cosine(&self, other: &Self, hsic: Hsic) -> Result<f64> {
        self.conditions.ensure_same(&other.conditions)?;
        if let Some(foreign) = [self, other].into_iter().find(|geometry| geometry.hsic != hsic) {
            let requirement = format!("centred for the {hsic:?} estimate, by the measure that compares it");
            let found = format_args!("one for the {:?} estimate", foreign.hsic);
            return Err(Error::invalid_parameter("a centred Gram matrix", requirement, found));
        }
        let product = match (&self.form, &other.form) {
            (Form::Gram(k, _), Form::Gram(l, _)) => k.inner_product(l),
            (Form::Features(x, _), Form::Features(y, _)) => hsic.of_features(x.view(), y.view())?,
            // ⟨XXᵀ, L⟩ = ⟨LX, X⟩, and the centring of L is all that is needed of both.
            (Form::Features(x, _), Form::Gram(l, _)) | (Form::Gram(l, _), Form::Features(x, _)) => {
                linalg::inner_product(linalg::product(l.to_square_plus(0.0).view(), x.view())?.view(), x.view())
            }
        };
        Ok(product / self.length()? / other.length()?)
    }
}
