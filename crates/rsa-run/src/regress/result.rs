//! [`RegressResult`]: weights and explained variance of models, over subjects.

use rsakit::{
    Rdm, Result,
    stats::{CommonalityAnalysis, Correction, ExplainedVariance, SubjectMean, SubjectTest},
};
use serde::{Deserialize, Serialize};

use super::{RegressRequest, WeightSigns};
use crate::{inputs::Input, rdm_files::RdmFile};

/// Weights and explained variance of models, over subjects.
///
/// Values of a subject with several RDMs are means over them. Shares of variance have no test: none but shared parts can be
/// negative, so that they are above 0 by chance. The weight of a model is 0 if and only if its unique variance is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegressResult {
    /// Version of the software.
    pub rsakit: String,
    /// Signs that weights could have.
    pub weights: WeightSigns,
    /// `true` if ranks of the dissimilarities were taken.
    pub ranks: bool,
    /// Number of conditions.
    pub n_conditions: usize,
    /// Number of pairs of conditions that all RDMs have, which were used.
    pub n_pairs: usize,
    /// Number of pairs that are missing in some RDM and were left out of all.
    pub pairs_dropped: usize,
    /// Number of subjects.
    pub n_subjects: usize,
    /// Test of the weights.
    pub test: SubjectTest,
    /// Correction for the number of models.
    pub correction: Correction,
    /// R² of all models together, for each subject.
    pub r_squared_by_subject: Vec<f64>,
    /// R² of all models together.
    pub r_squared: SubjectMean,
    /// Models in the order of their files.
    pub models: Vec<RegressedModel>,
    /// Parts of R²: unique to one set of models, or shared by exactly the sets that are named; empty without partition.
    pub parts: Vec<SharedVariance>,
    /// Reason why the variance is not partitioned.
    pub parts_reason: Option<String>,
    /// Reason why weights are not tested.
    pub test_reason: Option<String>,
    /// RDMs of the data with their regressions.
    pub rdms: Vec<RegressedRdm>,
    /// Files of the data, then of the models.
    pub inputs: Vec<Input>,
    /// Sentences on the inputs.
    pub notes: Vec<String>,
}

/// Model with its weight and the variance that it explains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegressedModel {
    /// Name of the model.
    pub name: String,
    /// Standardized weight, with its test against 0.
    pub weight: SubjectMean,
    /// p-value of the weight, corrected for the number of models.
    pub p_corrected: Option<f64>,
    /// Loss of R² without the model.
    pub unique: SubjectMean,
    /// R² of the model alone.
    pub alone: SubjectMean,
    /// Standardized weight for each subject.
    pub weights_by_subject: Vec<f64>,
    /// Loss of R² without the model, for each subject.
    pub unique_by_subject: Vec<f64>,
}

/// Part of R² that exactly these sets of models share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharedVariance {
    /// Names of the sets; one for a unique part.
    pub sets: Vec<String>,
    /// Part of R², which may be negative if sets share it.
    pub variance: SubjectMean,
    /// Part for each subject.
    pub by_subject: Vec<f64>,
}

/// RDM of the data with its regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegressedRdm {
    /// Name of the RDM.
    pub name: String,
    /// File or folder as the request has it.
    pub input: String,
    /// Subject, numbered from 0.
    pub subject: usize,
    /// Weights and explained variance; the parts are in the order of `parts` of the result.
    #[serde(flatten)]
    pub explained: ExplainedVariance,
}

/// Regressions of all RDMs, before they are concluded from.
pub(super) struct Fits<'a> {
    pub(super) explained: Vec<ExplainedVariance>,
    /// Subject of each RDM.
    pub(super) subjects: Vec<usize>,
    pub(super) models: &'a [(String, Rdm)],
    pub(super) set_names: Vec<String>,
    pub(super) n_pairs: usize,
}

impl Fits<'_> {
    /// Returns a value of each subject, the mean over its RDMs.
    fn by_subject(&self, value: impl Fn(&ExplainedVariance) -> f64) -> Vec<f64> {
        let n_subjects = self.subjects.iter().max().map_or(0, |last| last + 1);
        let mean = |subject: usize| {
            let own = self.explained.iter().zip(&self.subjects).filter(|(_, other)| **other == subject);
            let values: Vec<f64> = own.map(|(explained, _)| value(explained)).collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        (0..n_subjects).map(mean).collect()
    }
}

/// Returns mean and standard error without a test.
fn untested(values: &[f64]) -> Result<SubjectMean> {
    Ok(SubjectMean { p: None, exact: None, ..SubjectTest::T.test(values)? })
}

impl RegressResult {
    /// Collects the regressions of all RDMs and tests weights over subjects.
    pub(super) fn conclude(
        request: &RegressRequest,
        fits: Fits<'_>,
        files: &[RdmFile],
        inputs: Vec<Input>,
        notes: Vec<String>,
    ) -> Result<Self> {
        let signed = request.weights == WeightSigns::Free;
        let model = |(k, (name, _)): (usize, &(String, Rdm))| -> Result<RegressedModel> {
            let weights_by_subject = fits.by_subject(|explained| explained.weights[k]);
            let unique_by_subject = fits.by_subject(|explained| explained.unique[k]);
            Ok(RegressedModel {
                name: name.clone(),
                weight: match signed {
                    true => request.test.test(&weights_by_subject)?,
                    false => untested(&weights_by_subject)?,
                },
                p_corrected: None,
                unique: untested(&unique_by_subject)?,
                alone: untested(&fits.by_subject(|explained| explained.alone[k]))?,
                weights_by_subject,
                unique_by_subject,
            })
        };
        let mut models = fits.models.iter().enumerate().map(model).collect::<Result<Vec<_>>>()?;
        let p: Vec<_> = models.iter().map(|model| model.weight.p).collect();
        models.iter_mut().zip(request.correction.apply(&p)).for_each(|(model, p)| model.p_corrected = p);
        let n_sets = fits.set_names.len();
        let part = |k: usize| -> Result<SharedVariance> {
            let sets = (0..n_sets).filter(|set| (k + 1) >> set & 1 == 1).map(|set| fits.set_names[set].clone());
            let by_subject = fits.by_subject(|explained| explained.parts[k]);
            Ok(SharedVariance { sets: sets.collect(), variance: untested(&by_subject)?, by_subject })
        };
        let n_parts = fits.explained.first().map_or(0, |explained| explained.parts.len());
        let parts = (0..n_parts).map(part).collect::<Result<Vec<_>>>()?;
        let r_squared_by_subject = fits.by_subject(|explained| explained.r_squared);
        let n_subjects = r_squared_by_subject.len();
        let first = &fits.models[0].1;
        let entries = files.iter().flat_map(|file| file.rdms.iter().map(move |entry| (file, entry)));
        let rdms =
            entries.zip(fits.subjects.iter().zip(&fits.explained)).map(|((file, entry), (&subject, explained))| {
                let (name, input) = (entry.name.clone(), file.path.clone());
                RegressedRdm { name, input, subject, explained: explained.clone() }
            });
        Ok(Self {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            weights: request.weights,
            ranks: request.ranks,
            n_conditions: first.n_conditions(),
            n_pairs: fits.n_pairs,
            pairs_dropped: first.values().len() - fits.n_pairs,
            n_subjects,
            test: request.test,
            correction: request.correction,
            r_squared: untested(&r_squared_by_subject)?,
            r_squared_by_subject,
            models,
            parts_reason: parts.is_empty().then(|| {
                let most = CommonalityAnalysis::MOST_SETS;
                format!("shared variance is partitioned among at most {most} models, or sets of models (--sets file)")
            }),
            parts,
            test_reason: match (n_subjects, signed) {
                (1, _) => Some("there is one subject, so that nothing has a standard error or a test".to_owned()),
                (_, false) => Some(
                    "weights that cannot be negative are above 0 by chance and have no test; --weights free tests them"
                        .to_owned(),
                ),
                (_, true) => None,
            },
            rdms: rdms.collect(),
            inputs,
            notes,
        })
    }
}
