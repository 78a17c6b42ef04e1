//! [`FittedModel`]: the weights of a model with parameters, fitted to all data.

use rsakit::{
    Result,
    core::Observer,
    stats::{Model, RdmSet},
};
use serde::{Deserialize, Serialize};

use crate::document::TextTable;

/// Weights of the RDMs of a model, fitted to all subjects and conditions.
///
/// Scores are not those of this fit but of fits to training folds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedModel {
    /// Name of the model.
    pub model: String,
    /// Names of its RDMs.
    pub rdms: Vec<String>,
    /// Weight of each RDM; their sizes add up to 1.
    pub weights: Vec<f64>,
}

/// Returns the weights of all models with parameters.
///
/// # Errors
/// The errors of [`RdmSet::fitted_weights`].
pub(super) fn fitted_models(rdms: &RdmSet, models: &[Model], observer: &dyn Observer) -> Result<Vec<FittedModel>> {
    let fitted = |(model, weights): (&Model, Option<Vec<f64>>)| {
        let (name, rdms) = (model.name.clone(), model.rdm_names().to_vec());
        weights.map(|weights| FittedModel { model: name, rdms, weights })
    };
    Ok(models.iter().zip(rdms.fitted_weights(observer)?).filter_map(fitted).collect())
}

/// Sentence on where the weights come from.
pub(super) const FITTED_TO_ALL: &str =
    "weights fitted to all data, while scores are of fits to training folds; sizes add up to 1";

/// Returns the weights that are not 0.
pub(super) fn weight_lines(fits: &[FittedModel]) -> TextTable {
    let of_model = |fit: &FittedModel| -> Vec<Vec<String>> {
        let weights = fit.rdms.iter().zip(&fit.weights).filter(|(_, weight)| **weight != 0.0);
        weights.map(|(name, weight)| vec![fit.model.clone(), name.clone(), format!("{weight:.3}")]).collect()
    };
    TextTable {
        header: ["model", "RDM", "weight"].map(str::to_owned).to_vec(),
        rows: fits.iter().flat_map(of_model).collect(),
        first_number: 2,
        n_numbers: 1,
    }
}
