//! Comparing layers with layers, or RDMs with RDMs.

mod certainty;
mod document;
mod figure;
mod layers;
mod look;
mod page;
mod pair_remarks;
mod rdms;
mod records;
mod result;
mod sides;
mod streamed;
mod text;

use rsa_io::OpenOptions;
use rsakit::{Error, MeasureSpec, Result, core::Observer, spec::ComparisonSpec, stats::ConditionCovariance};
use serde::{Deserialize, Serialize};

use self::{certainty::Certainty, rdms::RdmSides};
pub use self::{
    document::CompareDocument,
    look::{CompareLook, CompareView},
    pair_remarks::{FailureScope, PairFailure, ScoreWarning},
    result::{CompareResult, Compared, Completeness, MeasureScores, PermutationCount, ScoredBy},
};
pub(crate) use self::{
    result::{Frame, ensure_tables_fit},
    sides::Sides,
};
use crate::{
    given_rdms::partial_permutations,
    inputs::{data_error, ensure_rdms_fit},
    layer_filter::LayerFilter,
    memory::MemorySize,
    permutation_limit::check_permutations,
};

/// Request to compare the layers of one system with each other, or with the layers of another.
///
/// # Example
/// ```
/// use rsa_run::CompareRequest;
///
/// let request = CompareRequest { permutations: Some(1000), seed: 7, ..CompareRequest::new("a.npz", Some("b.npz")) };
/// let text = serde_json::to_string(&request)?;
/// assert_eq!(serde_json::from_str::<CompareRequest>(&text)?, request);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareRequest {
    /// Layers of the rows: a file, one array `FILE::NAME` of it, or a folder of files.
    pub first: String,
    /// Layers of the columns; without it the rows are compared with each other.
    #[serde(default)]
    pub second: Option<String>,
    /// Measures, in the order of the results.
    #[serde(default = "default_measures")]
    pub measures: Vec<MeasureSpec>,
    /// Patterns, with `*` and `?`, of which a layer's name must match one; none keeps all.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Reading of the files.
    #[serde(default)]
    pub options: OpenOptions,
    /// Number of random permutations of the conditions to test against; `None` tests nothing.
    #[serde(default)]
    pub permutations: Option<u64>,
    /// `true` for intervals of 95 % for other conditions.
    #[serde(default)]
    pub interval: bool,
    /// Seed of permutations and intervals.
    #[serde(default)]
    pub seed: u64,
    /// Memory to use at most; it decides what is refused, and no result.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

/// Request to compare RDMs with each other, or with other RDMs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareRdmsRequest {
    /// RDMs of the rows: a file, one array `FILE::NAME` of it, or a folder of files.
    pub first: String,
    /// RDMs of the columns; without it the rows are compared with each other.
    #[serde(default)]
    pub second: Option<String>,
    /// Comparisons, in the order of the results.
    #[serde(default = "default_comparisons")]
    pub comparisons: Vec<ComparisonSpec>,
    /// File with the n × n covariance of the noise of the conditions, for the whitened comparisons.
    #[serde(default)]
    pub condition_covariance: Option<String>,
    /// Files or folders of RDMs that are partialled out of both sides of a Pearson or Spearman correlation.
    #[serde(default)]
    pub partial: Vec<String>,
    /// Number of random permutations of the conditions to test against; `None` tests nothing.
    #[serde(default)]
    pub permutations: Option<u64>,
    /// Seed of permutations.
    #[serde(default)]
    pub seed: u64,
    /// Patterns, with `*` and `?`, of which an RDM's name must match one; none keeps all.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Reading of the files.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most; a request that needs more is refused.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

/// The measures of a request that names none.
fn default_measures() -> Vec<MeasureSpec> {
    let words = ["cka", "svcca:keep=variance(0.99)", "pwcca", "rsa:rdm=correlation,compare=spearman"];
    words.iter().map(|word| word.parse().expect("the defaults are measures")).collect()
}

/// The comparison of a request that names none.
fn default_comparisons() -> Vec<ComparisonSpec> {
    vec![ComparisonSpec::Spearman]
}

impl CompareRequest {
    /// Takes the inputs, with the default measures: CKA, SVCCA, PWCCA and Spearman RSA of correlation distances.
    pub fn new(first: &str, second: Option<&str>) -> Self {
        Self {
            first: first.to_owned(),
            second: second.map(str::to_owned),
            measures: default_measures(),
            layers: Vec::new(),
            options: OpenOptions::default(),
            permutations: None,
            interval: false,
            seed: 0,
            memory: None,
        }
    }

    /// Reads the layers and compares all pairs under every measure.
    ///
    /// A pair that cannot be compared has no value and its reason among the failures. Layers of more than 256 MiB in all
    /// are read in blocks by the measures that can.
    ///
    /// # Errors
    /// The errors of reading; `InvalidParameter` if no layer is wanted; `ShapeMismatch` if no two layers have as many
    /// conditions; the errors of permutations and intervals; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<CompareResult> {
        check_permutations(self.permutations.unwrap_or(0), observer)?;
        let filter = LayerFilter::new(&self.layers)?;
        let sides = Sides::open(&self.first, self.second.as_deref(), &filter, &self.options, observer)?;
        let certainty = Certainty { permutations: self.permutations, interval: self.interval, seed: self.seed };
        layers::compare(&sides, &self.measures, certainty, MemorySize::budget(self.memory, observer)?, observer)
    }
}

impl CompareRdmsRequest {
    /// Takes the inputs, with Spearman's rank correlation as the comparison.
    pub fn new(first: &str, second: Option<&str>) -> Self {
        Self {
            first: first.to_owned(),
            second: second.map(str::to_owned),
            comparisons: default_comparisons(),
            condition_covariance: None,
            partial: Vec::new(),
            permutations: None,
            seed: 0,
            layers: Vec::new(),
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Reads the RDMs and compares all pairs under every comparison.
    ///
    /// # Errors
    /// The errors of reading; `InvalidParameter` if no RDM is wanted, if a comparison takes no covariance or has no partial
    /// form and one is asked for, or for permutations of partial correlations; `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<CompareResult> {
        check_permutations(self.permutations.unwrap_or(0), observer)?;
        if !self.partial.is_empty() && self.condition_covariance.is_some() {
            let requirement = "given without --condition-covariance: whitened comparisons have no partial form";
            return Err(Error::invalid_parameter("--partial", requirement, "both"));
        }
        if !self.partial.is_empty() && self.permutations.is_some() {
            return Err(partial_permutations());
        }
        let paths = std::iter::once(&self.first).chain(&self.second).chain(&self.partial);
        let budget = MemorySize::budget(self.memory, observer)?;
        ensure_rdms_fit(paths, &self.options, budget)?;
        let covariance = self.read_covariance()?;
        let sides = RdmSides::read(self, observer)?;
        sides.compare(self, covariance.as_ref(), budget, observer)
    }

    fn read_covariance(&self) -> Result<Option<ConditionCovariance>> {
        let Some(name) = &self.condition_covariance else { return Ok(None) };
        let source = rsa_io::open(name, &self.options.clone().with_all_features()).map_err(data_error)?;
        let [layer] = source.layers() else {
            let names: Vec<_> = source.layers().iter().map(rsa_io::Layer::name).collect();
            let requirement = format!("one array: name one of {} as {name}::NAME", names.join(", "));
            let found = format!("{} of {name}", names.len());
            return Err(Error::invalid_parameter("--condition-covariance", requirement, found));
        };
        let read = layer.read().and_then(|matrix| {
            let covariance = ConditionCovariance::new(matrix.values().to_owned())?;
            covariance.with_conditions(matrix.conditions().clone())
        });
        read.map(Some).map_err(|error| data_error(error.context(format!("--condition-covariance {name}"))))
    }
}
