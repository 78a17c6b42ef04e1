//! [`DecodeResult`]: accuracies and confusions of all layers.

use rsakit::{
    Error, Result,
    encode::{Decoding, DecodingTest},
    spec::{ClassifierSpec, DecodingFolds},
    stats::Correction,
};
use serde::{Deserialize, Serialize};

use super::DecodeRequest;
use crate::inputs::Input;

/// Accuracies and confusions of all layers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecodeResult {
    /// Version of the software.
    pub rsakit: String,
    /// The rule that assigned observations to classes.
    pub classifier: ClassifierSpec,
    /// Folds.
    pub folds: DecodingFolds,
    /// Seed of folds and permutations.
    pub seed: u64,
    /// Number of permutations; 0 without a test.
    pub permutations: u64,
    /// Correction of p-values for the number of layers.
    pub correction: Correction,
    /// Classes in the order of the data.
    pub classes: Vec<String>,
    /// Balanced accuracy by chance: one over the number of classes.
    pub chance: f64,
    /// Layers in the order of the inputs.
    pub layers: Vec<DecodedLayer>,
    /// Files.
    pub inputs: Vec<Input>,
    /// Sentences on the inputs.
    pub notes: Vec<String>,
}

/// Accuracy and confusions of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecodedLayer {
    /// Name of the layer.
    pub name: String,
    /// Number of observations.
    pub n_observations: usize,
    /// Number of groups of observations that stay together; as many as observations if none do.
    pub n_groups: usize,
    /// Mean over classes of the share of right tests.
    pub balanced_accuracy: f64,
    /// Share of right tests.
    pub accuracy: f64,
    /// p-value against chance, by permutation.
    pub p: Option<f64>,
    /// p-value corrected for the number of layers.
    pub p_corrected: Option<f64>,
    /// Mean balanced accuracy of permuted labels.
    pub null_mean: Option<f64>,
    /// Share of right tests of each class.
    pub recalls: Vec<Option<f64>>,
    /// Number of tests in which an observation of a class (row) was assigned to a class (column).
    pub confusion: Vec<Vec<usize>>,
}

impl DecodedLayer {
    pub(super) fn new(
        name: String,
        [n_observations, n_groups]: [usize; 2],
        decoding: &Decoding,
        test: Option<&DecodingTest>,
    ) -> Self {
        Self {
            name,
            n_observations,
            n_groups,
            balanced_accuracy: decoding.balanced_accuracy(),
            accuracy: decoding.accuracy(),
            p: test.map(|test| test.p),
            p_corrected: None,
            null_mean: test.map(|test| test.null.iter().sum::<f64>() / test.null.len() as f64),
            recalls: decoding.recalls(),
            confusion: decoding.confusion.rows().into_iter().map(|row| row.to_vec()).collect(),
        }
    }
}

impl DecodeResult {
    /// Puts layers of the same classes into one result.
    ///
    /// # Errors
    /// `LabelMismatch` if a layer has other classes than the first, or has them in another order.
    pub(super) fn new(
        request: &DecodeRequest,
        decoded: Vec<(Vec<String>, DecodedLayer)>,
        inputs: Vec<Input>,
        notes: Vec<String>,
    ) -> Result<Self> {
        let (all_classes, mut layers): (Vec<Vec<String>>, Vec<DecodedLayer>) = decoded.into_iter().unzip();
        if let Some(other) = all_classes.iter().position(|classes| *classes != all_classes[0]) {
            return Err(Error::label_mismatch(format!(
                "layer {} has the classes {}, and layer {} has {}; decode layers of other classes by themselves",
                layers[0].name,
                all_classes[0].join(", "),
                layers[other].name,
                all_classes[other].join(", ")
            )));
        }
        let classes = all_classes.into_iter().next().unwrap_or_default();
        let p: Vec<Option<f64>> = layers.iter().map(|layer| layer.p).collect();
        let corrected = request.correction.apply(&p);
        layers.iter_mut().zip(corrected).for_each(|(layer, p)| layer.p_corrected = p);
        Ok(Self {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            classifier: request.classifier,
            folds: request.folds,
            seed: request.seed,
            permutations: request.permutations,
            correction: request.correction,
            chance: 1.0 / classes.len() as f64,
            classes,
            layers,
            inputs,
            notes,
        })
    }
}
