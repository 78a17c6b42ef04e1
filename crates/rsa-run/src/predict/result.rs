//! [`PredictResult`]: the predictivity of layers, site by site.

use rsakit::{
    Error, MeasureSpec, Result,
    core::Caveat,
    encode::{NormalizedVariance, PredictionScore, Predictivity, SitePredictivity},
};
use serde::{Deserialize, Serialize};

use super::{PredictTarget, ReliabilitySummary};
use crate::{compare::Completeness, inputs::Input};

/// The predictivity of layers for each target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictResult {
    /// Version of the software.
    pub rsakit: String,
    /// Map, folds and score.
    pub measure: MeasureSpec,
    /// Number of conditions.
    pub n_conditions: usize,
    /// Number of groups of conditions that folds keep together; as many as conditions if none are.
    pub n_groups: usize,
    /// Number of folds.
    pub n_folds: usize,
    /// Number of test conditions of each fold.
    pub test_conditions: Vec<usize>,
    /// Targets in the order of the file.
    pub targets: Vec<PredictedTarget>,
    /// Layers that do not predict a target.
    pub failures: Vec<PredictFailure>,
    /// Files of the layers, then of the target.
    pub inputs: Vec<Input>,
    /// Sentences on the inputs.
    pub notes: Vec<String>,
}

/// Sites that layers predict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictedTarget {
    /// Name of the target.
    pub name: String,
    /// Number of sites, constant ones included.
    pub n_sites: usize,
    /// The reliability of the sites, if there are trials.
    pub reliability: Option<ReliabilitySummary>,
    /// Reason why there is no reliability.
    pub reliability_reason: Option<String>,
    /// Layers in the order of their files.
    pub layers: Vec<LayerPredictivity>,
    /// The layer that inner folds choose, if there are several.
    pub choice: Option<LayerChoice>,
    /// Reason why none is chosen.
    pub choice_reason: Option<String>,
}

/// The predictivity of one layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerPredictivity {
    /// Name of the layer.
    pub layer: String,
    /// Number of features, constant ones included.
    pub n_features: usize,
    /// Number of constant features, which are left out.
    pub n_constant_features: usize,
    /// Median over sites of their scores.
    pub median: f64,
    /// Mean over sites of their scores.
    pub mean: f64,
    /// Median over sites in each fold; absent where no site varies.
    pub fold_medians: Vec<Option<f64>>,
    /// Mean of these medians.
    pub mean_of_fold_medians: f64,
    /// Standard deviation of these medians by the root of their number: a spread, no standard error, for folds overlap.
    pub spread_over_folds: Option<f64>,
    /// Mean over sites of the squared correlation less what chance adds; absent unless scores are correlations.
    pub explained_variance: Option<f64>,
    /// Ratio of the sums over sites of explained variance and reliability.
    pub normalized_variance: Option<f64>,
    /// Reason why nothing is normalized, though there are reliabilities.
    pub normalized_reason: Option<String>,
    /// Names of the sites without a score, which are constant.
    pub constant_sites: Vec<String>,
    /// Sites with a score.
    pub sites: Vec<SiteScore>,
    /// Reasons to read the scores with care.
    pub caveats: Vec<Caveat>,
}

/// The score of one site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteScore {
    /// Name of the site.
    pub site: String,
    /// Score over all folds.
    pub score: f64,
    /// Score of each fold; absent where the site does not vary.
    pub folds: Vec<Option<f64>>,
    /// Reliability of the mean over trials.
    pub reliability: Option<f64>,
    /// Explained variance by reliability; absent unless the reliability is surely above .1.
    pub normalized_variance: Option<f64>,
}

/// The layer that inner folds choose anew in each fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerChoice {
    /// The layer that each fold chose.
    pub layers: Vec<String>,
    /// Median over sites of the score with the chosen layers.
    pub median: f64,
}

/// A layer that does not predict a target, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PredictFailure {
    /// Name of the target.
    pub target: String,
    /// Name of the layer.
    pub layer: String,
    /// Kind of the error.
    pub kind: String,
    /// Error, with file and layer.
    pub message: String,
}

impl PredictResult {
    /// Returns the meaning of the scores.
    pub fn score(&self) -> PredictionScore {
        match &self.measure {
            MeasureSpec::Predict(predict) => predict.score,
            _ => PredictionScore::default(),
        }
    }

    /// Returns whether all layers predict all targets.
    pub fn completeness(&self) -> Completeness {
        if self.failures.is_empty() { Completeness::All } else { Completeness::Some }
    }
}

impl PredictFailure {
    pub(super) fn new(target: &str, layer: &str, error: &Error) -> Self {
        let (target, layer) = (target.to_owned(), layer.to_owned());
        Self { target, layer, kind: error.kind().name().to_owned(), message: error.to_string() }
    }
}

impl PredictedTarget {
    pub(super) fn new(
        target: PredictTarget,
        layers: Vec<LayerPredictivity>,
        choice: Option<LayerChoice>,
        choice_reason: Option<String>,
    ) -> Self {
        Self {
            n_sites: target.sites.len(),
            reliability: target.summary(),
            reliability_reason: target.reliability.err(),
            name: target.name,
            layers,
            choice,
            choice_reason,
        }
    }
}

impl LayerPredictivity {
    /// Summarizes the scores of one layer; `counts` are its features and how many of them are constant.
    pub(super) fn new(
        name: &str,
        counts: [usize; 2],
        found: &Predictivity,
        mut caveats: Vec<Caveat>,
        target: &PredictTarget,
    ) -> Result<Self> {
        let is_correlation = found.scored_by == PredictionScore::Pearson;
        let explained_variance = match is_correlation {
            true => {
                let all = found.explained_variances()?;
                Some(all.iter().map(|(_, explained)| explained).sum::<f64>() / all.len() as f64)
            }
            false => None,
        };
        let reliabilities = target.reliability.as_ref().ok().filter(|_| is_correlation);
        let normalized = reliabilities.map(|table| NormalizedVariance::new(found, table));
        let (normalized, normalized_reason) = match normalized {
            Some(Ok(normalized)) => (Some(normalized), None),
            Some(Err(error)) => (None, Some(error.to_string())),
            None => (None, None),
        };
        caveats.extend(normalized.iter().flat_map(NormalizedVariance::caveats));
        let site = |(place, site): (usize, &SitePredictivity)| SiteScore {
            site: target.sites[site.site].clone(),
            score: site.score,
            folds: site.folds.clone(),
            reliability: target.reliability.as_ref().ok().and_then(|table| table.sites[site.site]),
            normalized_variance: normalized.as_ref().and_then(|normalized| normalized.sites[place]),
        };
        Ok(Self {
            layer: name.to_owned(),
            n_features: counts[0],
            n_constant_features: counts[1],
            median: found.median(),
            mean: found.mean(),
            fold_medians: found.medians_of_folds(),
            mean_of_fold_medians: found.mean_of_fold_medians(),
            // The score of a single condition is no score of a fold.
            spread_over_folds: found.spread_over_folds().filter(|_| found.test_counts.iter().all(|&count| count > 1)),
            explained_variance,
            normalized_variance: normalized.as_ref().map(|normalized| normalized.ratio),
            normalized_reason,
            constant_sites: found.constant_sites.iter().map(|&site| target.sites[site].clone()).collect(),
            sites: found.sites.iter().enumerate().map(site).collect(),
            caveats,
        })
    }
}
