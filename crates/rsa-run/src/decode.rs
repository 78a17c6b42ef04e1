//! [`DecodeRequest`]: which class an observation is of, told from its pattern.

mod document;
mod figure;
mod result;

use std::path::PathBuf;

use rsa_io::{LabelRole, OpenOptions};
use rsakit::{
    Error, Result,
    core::{Measurements, Observer, RowBlocks},
    encode::{ConditionGroups, Decoder},
    spec::{ClassifierSpec, DecodingFolds},
    stats::Correction,
};
use serde::{Deserialize, Serialize};

pub use self::result::{DecodeResult, DecodedLayer};
use crate::{
    layer_filter::LayerFilter,
    layer_to_read::{self, LayerToRead},
    memory::{MemorySize, ensure_fits, float_bytes},
    notes::Notes,
    permutation_limit::check_permutations,
    row_files::{RowFiles, repeat_for_rows},
};

/// Request to decode the class of each row of layers.
///
/// # Example
/// ```
/// use ndarray::Array2;
/// use rsa_io::{FloatWidth, npy, write_atomically};
/// use rsa_run::{DecodeRequest, Document};
///
/// let folder = tempfile::tempdir()?;
/// let path = |name: &str| folder.path().join(name).display().to_string();
/// // Ten images of each of two classes, which differ in the first unit.
/// let value = |(i, j): (usize, usize)| ((7 * i + 3 * j) as f64).sin() + if j == 0 { (i % 2 * 6) as f64 } else { 0.0 };
/// let layer = Array2::from_shape_fn((20, 4), value);
/// write_atomically(path("layer.npy").as_ref(), false, |file| npy::write_matrix(file, layer.view(), FloatWidth::F64))?;
/// std::fs::write(path("classes.txt"), "face\nhouse\n".repeat(10))?;
///
/// let request = DecodeRequest { classes: vec![path("classes.txt")], ..DecodeRequest::new([path("layer.npy")]) };
/// let result = request.run(&())?;
/// assert_eq!(result.layers[0].balanced_accuracy, 1.0);
/// assert!(result.text().starts_with("linear discriminants, shrunk covariance"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecodeRequest {
    /// Layers: `FILE`, `FILE::NAME` or a folder each. Rows are observations.
    pub inputs: Vec<String>,
    /// Files with the class of each row, or of each stimulus; without a file the conditions of the input.
    ///
    /// One file is for all inputs, several are for one each, and a pattern such as `{}_classes.txt` names the file of each.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Files with the group of each row, such as its run or its object; without a file the runs of the input.
    ///
    /// A group is learned from or tested as a whole.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Patterns of names of layers, with `*` and `?`. Without patterns all layers are taken.
    #[serde(default)]
    pub layers: Vec<String>,
    /// The rule that assigns observations to classes.
    #[serde(default)]
    pub classifier: ClassifierSpec,
    /// Folds.
    #[serde(default)]
    pub folds: DecodingFolds,
    /// Seed of folds and permutations.
    #[serde(default)]
    pub seed: u64,
    /// Number of permutations of a test against chance; 0 for none.
    #[serde(default)]
    pub permutations: u64,
    /// Correction of p-values for the number of layers.
    #[serde(default)]
    pub correction: Correction,
    /// Options for reading the inputs.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most; a layer that needs more is refused. No result depends on it.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

impl DecodeRequest {
    /// Makes a request with the defaults: shrunk linear discriminants, five folds, no test.
    pub fn new<S: Into<String>>(inputs: impl IntoIterator<Item = S>) -> Self {
        Self {
            inputs: inputs.into_iter().map(Into::into).collect(),
            classes: Vec::new(),
            groups: Vec::new(),
            layers: Vec::new(),
            classifier: ClassifierSpec::default(),
            folds: DecodingFolds::default(),
            seed: 0,
            permutations: 0,
            correction: Correction::default(),
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Returns the files that are read beside the inputs and the files of voxels.
    ///
    /// # Errors
    /// `InvalidParameter` for another number of files than inputs, and for a pattern that does not fit an input.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        RowFiles::names_of_options(self.label_options(), &self.inputs)
    }

    /// Decodes each layer, on all threads.
    ///
    /// # Errors
    /// `InvalidParameter` for a correction by the largest score, for absurd numbers of permutations and for layers
    /// without classes; the errors of reading; `LabelMismatch` for layers of other classes than the first; the errors of
    /// [`Decoder::decode`], with the layer; `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<DecodeResult> {
        if self.correction == Correction::Max {
            let requirement = "none, holm, bh or by, because layers are permuted one by one";
            return Err(Error::invalid_parameter("--correct", requirement, "max"));
        }
        check_permutations(self.permutations, observer)?;
        let budget = MemorySize::budget(self.memory, observer)?;
        let mut notes = Notes::new(observer);
        let rows = RowFiles::read_options(self.label_options(), LabelRole::Groups, &self.inputs)?;
        let filter = LayerFilter::new(&self.layers)?;
        let (layers, inputs) = layer_to_read::open_all(&self.inputs, &filter, &self.options, &mut notes, observer)?;
        let mut decoded = Vec::new();
        for (at, layer) in layers.iter().enumerate() {
            observer.progress("layers", at as u64, layers.len() as u64);
            let one = self.decode(layer, &rows[layer.input], budget, observer);
            decoded.push(one.map_err(|error| error.context(&layer.place))?);
        }
        observer.progress("layers", layers.len() as u64, layers.len() as u64);
        DecodeResult::new(self, decoded, inputs, notes.into_texts())
    }

    fn label_options(&self) -> [(&'static str, &[String]); 2] {
        [("--classes", &self.classes), ("--groups", &self.groups)]
    }

    fn decode(
        &self,
        one: &LayerToRead,
        rows: &RowFiles,
        budget: usize,
        observer: &dyn Observer,
    ) -> Result<(Vec<String>, DecodedLayer)> {
        observer.ensure_going("decoding")?;
        let (n, p) = (one.layer.n_conditions(), one.layer.n_features());
        // The layer, its observations, and a fold's copies on each thread.
        let copies = 3 + 4 * rayon::current_num_threads();
        let needed = float_bytes(n.saturating_mul(p)).saturating_mul(copies);
        ensure_fits(
            "the decoding of this layer",
            needed,
            budget,
            "take fewer features (--conv mean) or fewer threads",
        )?;
        let x = one.layer.read()?;
        rows.ensure_fit(&one.layer)?;
        let given = rows.conditions_of(&one.layer);
        let classes = given.as_ref().unwrap_or(x.conditions()).labels().ok_or_else(|| {
            Error::invalid_parameter("the class of each row", "given by --classes FILE or by the input", "none")
        })?;
        let measurements =
            Measurements::new(x.values().to_owned(), classes.iter().cloned())?.with_precision(x.precision())?;
        let groups = match rows.runs_of(&one.layer) {
            Some(labels) => ConditionGroups::labeled(&repeat_for_rows(labels, x.conditions())),
            None => Decoder::groups_of(&measurements),
        };
        let decoder = self.decoder();
        let decoding = decoder.decode(&measurements, &groups)?;
        let test = match self.permutations {
            0 => None,
            count => Some(decoder.test(&measurements, &groups, count as usize, self.seed, observer)?),
        };
        let classes = decoding.classes.labels().expect("classes have names").to_vec();
        Ok((classes, DecodedLayer::new(one.name.clone(), [n, groups.count()], &decoding, test.as_ref())))
    }

    fn decoder(&self) -> Decoder {
        Decoder { classifier: self.classifier.0, split: self.folds.split(self.seed) }
    }
}
