//! [`DataRdm`]: an RDM of the data with its subject and scores.

use rsakit::stats::Evaluation;
use serde::{Deserialize, Serialize};

/// RDM of the data, with its subject and the score of each model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataRdm {
    /// Name of the RDM.
    pub name: String,
    /// File or folder as the request has it.
    pub input: String,
    /// Number of the subject, from 0.
    pub subject: usize,
    /// Number of the group, from 0: RDMs of one group are drawn and left out together.
    pub group: usize,
    /// Score of each model, in the order of the models.
    pub scores: Vec<f64>,
}

/// RDM of the data before it has scores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SubjectRdm {
    pub(super) name: String,
    pub(super) input: String,
    pub(super) subject: usize,
}

/// Adds groups and scores to the RDMs of the data, and replaces scores of RDMs by means of subjects in `evaluation`.
pub(super) fn conclude(rdms: Vec<SubjectRdm>, groups: &[usize], evaluation: &mut Evaluation) -> Vec<DataRdm> {
    let scores = |k: usize| evaluation.models.iter().map(|model| model.scores_by_subject[k]).collect();
    let data: Vec<_> = rdms
        .into_iter()
        .zip(groups)
        .enumerate()
        .map(|(k, (SubjectRdm { name, input, subject }, &group))| DataRdm {
            name,
            input,
            subject,
            group,
            scores: scores(k),
        })
        .collect();
    let n_subjects = data.iter().map(|rdm| rdm.subject + 1).max().unwrap_or(0);
    evaluation.n_subjects = n_subjects;
    if n_subjects < data.len() {
        for (m, model) in evaluation.models.iter_mut().enumerate() {
            model.scores_by_subject = means_by_subject(&data, m, n_subjects);
        }
    }
    data
}

/// Returns the mean score of model `m` over the RDMs of each subject.
fn means_by_subject(rdms: &[DataRdm], m: usize, n_subjects: usize) -> Vec<f64> {
    let (mut sums, mut counts) = (vec![0.0; n_subjects], vec![0.0; n_subjects]);
    for rdm in rdms {
        sums[rdm.subject] += rdm.scores[m];
        counts[rdm.subject] += 1.0;
    }
    sums.into_iter().zip(counts).map(|(sum, count): (f64, f64)| sum / count).collect()
}
