//! [`Inference`]: which model explains the data, how certain that is, and how good any model could be.
//!
//! Inference works over any [`Instrument`]; a set of RDMs, [`RdmSet`], is one. The chapter
//! [`inference_theory`](crate::inference_theory) derives the formulas. The files, in reading order:
//! - `settings`: [`Inference`] and its choices;
//! - `instrument`, `groups`, `folds`: instruments, and the resamples on which they score;
//! - `resample_scorer`: scores on the data and on every resample;
//! - `left_out`, `third_out`, `permutation`: scores without few and without many conditions or subjects, and under
//!   permutations;
//! - `part`: the tables of all these scores ([`Part`]);
//! - `uncertainty`, `conclude`, `evaluation`: variances from the tables, and the conclusions ([`Evaluation`]);
//! - `rdm_set`, `reliability`: RDMs as an instrument, and their agreement.

mod settings;

mod folds;
mod groups;
mod instrument;

mod left_out;
mod permutation;
mod resample_scorer;
mod third_out;

mod conclude;
mod evaluation;
mod part;
mod uncertainty;

mod rdm_set;
mod reliability;

use rsa_core::{Observer, Rdm, Result};

pub use self::{
    evaluation::{
        CeilingKind, Dropped, Evaluation, ModelEvaluation, NoiseCeiling, PairwiseDifference, ResampleCounts,
        StandardErrorBy,
    },
    folds::FoldAssignment,
    instrument::{Instrument, PermutedScores, Resample, SubjectCeilings, SubjectScores},
    part::{NotLeftOut, Part, PartHeader},
    permutation::PermutationCounts,
    rdm_set::RdmSet,
    reliability::Reliability,
    settings::{Crossvalidation, GeneralizeTo, Inference, Variance},
};
use crate::Model;

impl Inference {
    /// Evaluates models on the RDMs of subjects.
    ///
    /// # Errors
    /// `InvalidParameter` for settings that contradict one another, `ShapeMismatch` or `LabelMismatch` naming the RDM
    /// of other conditions, `Degenerate` naming the model or subject that is constant, `TooFewConditions` below three.
    pub fn evaluate(&self, models: &[Model], data: &[Rdm]) -> Result<Evaluation> {
        self.evaluate_observed(models, data, &())
    }

    /// Like [`evaluate`](Self::evaluate), and reports to an observer, who may cancel.
    ///
    /// # Errors
    /// Errors of [`evaluate`](Self::evaluate), and `Cancelled`.
    pub fn evaluate_observed(&self, models: &[Model], data: &[Rdm], observer: &dyn Observer) -> Result<Evaluation> {
        let rdms = RdmSet::new_observed(self.comparison, models, data, observer)?;
        self.evaluate_instrument_observed(&rdms, observer)
    }

    /// Evaluates the models of any instrument.
    ///
    /// # Errors
    /// `InvalidParameter` for settings that contradict one another or the instrument; errors of the instrument on the data;
    /// `ShapeMismatch` if it returns another number of scores than it has models and subjects; `Degenerate` if fewer than two
    /// resamples could be used.
    pub fn evaluate_instrument(&self, instrument: &dyn Instrument) -> Result<Evaluation> {
        self.evaluate_instrument_observed(instrument, &())
    }

    /// Like [`evaluate_instrument`](Self::evaluate_instrument), and reports to an observer, who may cancel.
    ///
    /// # Errors
    /// Errors of [`evaluate_instrument`](Self::evaluate_instrument), and `Cancelled`.
    pub fn evaluate_instrument_observed(
        &self,
        instrument: &dyn Instrument,
        observer: &dyn Observer,
    ) -> Result<Evaluation> {
        Part::compute_observed(self, instrument, 0..self.n_resamples(), observer)?.conclude()
    }

    /// Evaluates no model: the noise ceiling alone.
    ///
    /// # Errors
    /// Errors of [`evaluate`](Self::evaluate).
    pub fn ceiling(&self, data: &[Rdm]) -> Result<Evaluation> {
        self.evaluate(&[], data)
    }
}

#[cfg(test)]
mod tests {
    mod cancelling;
    mod fits;
    mod fitting;
    mod hostile;
    mod instruments;
    mod partial;
    mod resamples;
    mod signed_ranks;
}
