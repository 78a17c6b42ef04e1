//! [`CenteredGram`]: the geometry of CKA, stored as a centered Gram matrix or as features.

use std::sync::OnceLock;

use ndarray::{Array2, ArrayView2, Axis};
use rsa_core::{Conditions, Error, Result, linalg};

use crate::{Hsic, triangle::Triangle};

/// A centered Gram matrix, stored as features X with the Gram matrix XXᵀ or as the matrix itself, whichever is cheaper.
///
/// Values are divided by a power of two where they could overflow; CKA is a cosine and ignores the factor.
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
    /// Features X, n × p, with centered columns, and the length of the Gram matrix XXᵀ, computed on first use.
    Features(Array2<f64>, OnceLock<f64>),
    /// The Gram matrix, centered for the estimate, and its length.
    Gram(Triangle, f64),
}

impl CenteredGram {
    /// Makes the geometry of centered features, given the norm of their rounding.
    ///
    /// It stores the features, except where the unbiased estimate from features is a small difference of large sums
    /// (because one condition is far from all others). Then it stores the Gram matrix, with which nothing cancels.
    pub(crate) fn of_features(x: Array2<f64>, rounding: f64, hsic: Hsic, conditions: &Conditions) -> Result<Self> {
        let n_features = x.ncols();
        if hsic.cancels(x.view())? {
            // An error δ of X causes an error of at most 2‖X‖δ in XXᵀ.
            let length = linalg::inner_product(x.view(), x.view()).sqrt();
            let gram = Self::of_gram(linalg::gram(x.view())?, 2.0 * length * rounding, hsic, conditions)?;
            return Ok(gram.with_features(n_features));
        }
        let form = Form::Features(x, OnceLock::new());
        Ok(Self { form, conditions: conditions.clone(), hsic, n_features: Some(n_features), saturated: false })
    }

    /// Makes the geometry of a square kernel matrix in any unit, given the norm of the rounding of its entries.
    pub(crate) fn of_gram(kernel: Array2<f64>, rounding: f64, hsic: Hsic, conditions: &Conditions) -> Result<Self> {
        let (kernel, scale) = linalg::scale_into_range(kernel);
        Self::of_kernel(Triangle::of_square(kernel.view()), rounding / scale, hsic, conditions)
    }

    /// Makes the geometry of a kernel whose squares neither overflow nor vanish, given the norm of its rounding.
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

    /// Returns the geometry with its conditions in another order; `None` unless `rows` has all of them.
    pub(crate) fn reordered(&self, rows: &[usize]) -> Option<Self> {
        let form = match &self.form {
            _ if rows.len() != self.conditions.count() => return None,
            Form::Features(x, length) => Form::Features(x.select(Axis(0), rows), length.clone()),
            Form::Gram(gram, length) => Form::Gram(gram.reordered(rows), *length),
        };
        Some(Self { form, conditions: self.conditions.select(rows), ..*self })
    }

    /// Sets the number of features, on which the caveat about bias depends.
    pub(crate) fn with_features(self, n_features: usize) -> Self {
        Self { n_features: Some(n_features), ..self }
    }

    /// Sets whether the kernel is saturated, on which the caveat about saturation depends.
    pub(crate) fn with_saturation(self, saturated: bool) -> Self {
        Self { saturated, ..self }
    }

    /// Returns `true` if the bandwidth is so narrow that the kernel of different conditions is nearly 0.
    pub fn is_saturated(&self) -> bool {
        self.saturated
    }

    /// Returns the conditions, one for each row.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Returns the estimate for which the matrix is centered.
    pub fn hsic(&self) -> Hsic {
        self.hsic
    }

    /// Returns the number of features of the representation, if it is known.
    pub fn n_features(&self) -> Option<usize> {
        self.n_features
    }

    /// Returns the features, n × p, if they are stored.
    pub(crate) fn features(&self) -> Option<ArrayView2<'_, f64>> {
        match &self.form {
            Form::Features(x, _) => Some(x.view()),
            Form::Gram(..) => None,
        }
    }

    /// Returns the Gram matrix, if it is stored.
    pub(crate) fn gram(&self) -> Option<&Triangle> {
        match &self.form {
            Form::Features(..) => None,
            Form::Gram(gram, _) => Some(gram),
        }
    }

    /// Returns the number of features, if features are stored.
    pub(crate) fn width(&self) -> Option<usize> {
        self.features().map(|x| x.ncols())
    }

    /// Returns the length of the Gram matrix, in the unit of the stored features or matrix.
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

    /// Returns the cosine of the angle to another Gram matrix, whether features or matrices are stored.
    ///
    /// # Errors
    /// `InvalidParameter` unless both were centered for the estimate `hsic`; `ShapeMismatch` or `LabelMismatch` for
    /// different conditions.
    pub(crate) fn cosine(&self, other: &Self, hsic: Hsic) -> Result<f64> {
        self.conditions.ensure_same(&other.conditions)?;
        if let Some(foreign) = [self, other].into_iter().find(|geometry| geometry.hsic != hsic) {
            let requirement = format!("centered for the {hsic:?} estimate, by the measure that compares it");
            let found = format_args!("one for the {:?} estimate", foreign.hsic);
            return Err(Error::invalid_parameter("a centered Gram matrix", requirement, found));
        }
        let product = match (&self.form, &other.form) {
            (Form::Gram(k, _), Form::Gram(l, _)) => k.inner_product(l),
            (Form::Features(x, _), Form::Features(y, _)) => hsic.of_features(x.view(), y.view())?,
            // ⟨XXᵀ, L⟩ = ⟨LX, X⟩, and the product ignores what centering XXᵀ would subtract, because L is centered.
            (Form::Features(x, _), Form::Gram(l, _)) | (Form::Gram(l, _), Form::Features(x, _)) => {
                linalg::inner_product(linalg::product(l.to_square_plus(0.0).view(), x.view())?.view(), x.view())
            }
        };
        Ok(product / self.length()? / other.length()?)
    }
}
