//! [`Model`]: a hypothesis about the data, fixed or with free parameters.

use rsa_core::{Error, Rdm, Result};

/// A named hypothesis about the geometry of the data.
///
/// Category and feature models are RDMs made by [`Rdm::categorical`] and [`Rdm::differences`].
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::Model;
///
/// let kind = Rdm::categorical(&[&["animal", "animal", "tool"]])?;
/// let size = Rdm::differences(&[3.0, 0.1, 0.3])?;
/// let models = [Model::fixed("kind", kind.clone()), Model::non_negative("kind and size", vec![kind, size])?];
/// assert!(!models[0].is_flexible() && models[1].is_flexible());
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Model {
    /// Name of the model in results.
    pub name: String,
    pub(crate) prediction: Prediction,
    /// Names of the RDMs, for messages; empty if they have none.
    rdm_names: Vec<String>,
}

/// The prediction of a model.
#[derive(Clone, Debug)]
pub(crate) enum Prediction {
    Fixed(Rdm),
    /// The RDM nearest to the training data.
    Selection(Vec<Rdm>),
    /// Σ wₖ·RDMₖ.
    Weighted {
        rdms: Vec<Rdm>,
        non_negative: bool,
    },
    /// A mixture w·RDMₖ + (1 − w)·RDMₖ₊₁ of two neighbors, 0 ≤ w ≤ 1.
    Interpolated(Vec<Rdm>),
}

impl Model {
    /// Makes a model of one RDM, without parameters.
    pub fn fixed(name: impl Into<String>, rdm: Rdm) -> Self {
        Self { name: name.into(), prediction: Prediction::Fixed(rdm), rdm_names: Vec::new() }
    }

    /// Makes a model that selects, of several RDMs, the one nearest to the training data.
    ///
    /// # Errors
    /// `InvalidParameter` without RDMs, `ShapeMismatch` or `LabelMismatch` if their conditions differ.
    pub fn selection(name: impl Into<String>, rdms: Vec<Rdm>) -> Result<Self> {
        Self::flexible(name.into(), Prediction::Selection(rdms), 1)
    }

    /// Makes a model that is a weighted sum of RDMs.
    ///
    /// # Errors
    /// Errors of [`selection`](Self::selection).
    pub fn weighted(name: impl Into<String>, rdms: Vec<Rdm>) -> Result<Self> {
        Self::flexible(name.into(), Prediction::Weighted { rdms, non_negative: false }, 1)
    }

    /// Makes a model that is a weighted sum of RDMs without negative weights.
    ///
    /// Squared dissimilarities of several populations of neurons add up in this way.
    ///
    /// # Errors
    /// Errors of [`selection`](Self::selection).
    pub fn non_negative(name: impl Into<String>, rdms: Vec<Rdm>) -> Result<Self> {
        Self::flexible(name.into(), Prediction::Weighted { rdms, non_negative: true }, 1)
    }

    /// Makes a model that mixes two neighbors in a list of RDMs, such as one model at several settings of a parameter.
    ///
    /// # Errors
    /// Errors of [`selection`](Self::selection), and `InvalidParameter` for a single RDM.
    pub fn interpolated(name: impl Into<String>, rdms: Vec<Rdm>) -> Result<Self> {
        Self::flexible(name.into(), Prediction::Interpolated(rdms), 2)
    }

    fn flexible(name: String, prediction: Prediction, least: usize) -> Result<Self> {
        let model = Self { name, prediction, rdm_names: Vec::new() };
        let rdms = model.rdms();
        let Some(first) = rdms.first().filter(|_| rdms.len() >= least) else {
            let what = format!("the RDMs of model '{}'", model.name);
            return Err(Error::invalid_parameter(what, format!("at least {least}"), rdms.len()));
        };
        for (k, rdm) in rdms.iter().enumerate() {
            let named = |error: Error| error.context(format!("RDM {k} of model '{}'", model.name));
            first.conditions().ensure_same(rdm.conditions()).map_err(named)?;
        }
        Ok(model)
    }

    /// Returns the model with a name for each of its RDMs, which errors give.
    ///
    /// # Errors
    /// `ShapeMismatch` unless there is a name for each RDM.
    pub fn with_rdm_names(self, rdm_names: Vec<String>) -> Result<Self> {
        let (names, rdms) = (rdm_names.len(), self.rdms().len());
        match names == rdms {
            true => Ok(Self { rdm_names, ..self }),
            false => Err(Error::shape_mismatch(format!("{names} names for {rdms} RDMs of a model; give one for each"))),
        }
    }

    /// Returns the names of the RDMs, empty if they have none.
    pub fn rdm_names(&self) -> &[String] {
        &self.rdm_names
    }

    /// Returns the name of an RDM for messages.
    pub(crate) fn rdm_name(&self, k: usize) -> String {
        self.rdm_names.get(k).map_or_else(|| format!("RDM {k}"), |name| format!("RDM '{name}'"))
    }

    /// Returns `true` if the model has parameters to fit, and so must be cross-validated.
    pub fn is_flexible(&self) -> bool {
        !matches!(self.prediction, Prediction::Fixed(_))
    }

    /// Returns the RDMs of the model.
    pub(crate) fn rdms(&self) -> &[Rdm] {
        match &self.prediction {
            Prediction::Fixed(rdm) => std::slice::from_ref(rdm),
            Prediction::Selection(rdms) | Prediction::Weighted { rdms, .. } | Prediction::Interpolated(rdms) => rdms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_without_rdms_or_of_different_conditions_is_refused_by_name() {
        let rdm = |values: &[f64]| Rdm::new(values.to_vec()).unwrap();
        let error = Model::weighted("layers", vec![]).unwrap_err();
        assert_eq!(error.to_string(), "the RDMs of model 'layers' must be at least 1, found 0");
        assert!(Model::interpolated("width", vec![rdm(&[1.0, 2.0, 3.0])]).is_err());
        let error = Model::selection("layers", vec![rdm(&[1.0, 2.0, 3.0]), rdm(&[1.0])]).unwrap_err();
        assert!(error.to_string().starts_with("RDM 1 of model 'layers': "), "{error}");
    }
}
