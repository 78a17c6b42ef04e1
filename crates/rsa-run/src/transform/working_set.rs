//! [`WorkingSet`]: the RDMs between two steps.

use std::collections::HashSet;

use rsa_io::RdmPlace;
use rsakit::{Error, Rdm, Result, core::condensed, stats::rank_transform};

use super::{TransformStep, mean};
use crate::{condition_values::ConditionValues, inputs::data_error, notes::Notes, row_choice};

/// RDMs of the same conditions, between two steps.
pub(super) struct WorkingSet {
    pub(super) rdms: Vec<WorkingRdm>,
    /// Mean of all RDMs with the weights by which the last step has rescaled them.
    pub(super) rescaled_mean: Option<Rdm>,
}

/// RDM with its name and its origin.
pub(super) struct WorkingRdm {
    /// Name within its file.
    pub(super) name: String,
    /// `true` if the name is from the request, and so needs no file beside it.
    pub(super) is_renamed: bool,
    /// Name of its file, without folder and extension; empty for an RDM of several files.
    pub(super) stem: String,
    /// Place of the input among the inputs.
    pub(super) input: usize,
    pub(super) place: RdmPlace,
    /// Weight in the next mean.
    pub(super) weight: f64,
    pub(super) rdm: Rdm,
}

impl WorkingSet {
    /// Takes RDMs that no step has rescaled.
    pub(super) fn new(rdms: Vec<WorkingRdm>) -> Self {
        Self { rdms, rescaled_mean: None }
    }

    /// Returns the RDMs after one more step.
    pub(super) fn after(self, step: &TransformStep, notes: &mut Notes<'_>) -> Result<Self> {
        match step {
            TransformStep::Keep(patterns) => {
                let rows = row_choice::rows(self.conditions()?, "--keep", patterns, true)?;
                self.each(|rdm| rdm.select(&rows))
            }
            TransformStep::Drop(patterns) => {
                let rows = row_choice::rows(self.conditions()?, "--drop", patterns, false)?;
                self.each(|rdm| rdm.select(&rows))
            }
            TransformStep::Order(path) => {
                let order = row_choice::order(self.conditions()?, path)?;
                self.each(|rdm| rdm.select(&order))
            }
            TransformStep::Blocks(file) => {
                let groups = ConditionValues::read(file, self.conditions()?, "--blocks", notes)?;
                let n_within = n_within(&groups.texts);
                if n_within > 0 {
                    let s = if n_within == 1 { "" } else { "s" };
                    notes.add(format!("blocks {file}: {n_within} pair{s} within a group left out of the means"));
                }
                self.each(|rdm| rdm.block_means(&groups.texts))
            }
            TransformStep::Mean(unit) => mean::mean(self, unit, notes),
            TransformStep::Rescale(weights) => {
                let rdms: Vec<&Rdm> = self.rdms.iter().map(|one| &one.rdm).collect();
                let rescaled = Rdm::rescale(&rdms, (*weights).into()).map_err(data_error)?;
                let rdms = self.rdms.into_iter().zip(rescaled.rdms).map(|(one, rdm)| WorkingRdm { rdm, ..one });
                Ok(Self { rdms: rdms.collect(), rescaled_mean: Some(rescaled.mean) })
            }
            TransformStep::Sqrt => self.each(Rdm::sqrt),
            TransformStep::Square => self.each(Rdm::square),
            TransformStep::Ranks => self.each(rank_transform),
            TransformStep::Positive => {
                let negative = |one: &WorkingRdm| one.rdm.values().iter().filter(|value| **value < 0.0).count();
                let n_negative: usize = self.rdms.iter().map(negative).sum();
                if n_negative > 0 {
                    notes.add(format!("positive: {n_negative} negative dissimilarities were set to 0"));
                }
                self.each(Rdm::positive)
            }
            TransformStep::MinMax => self.each(Rdm::min_max),
            TransformStep::OneMinus => self.each(Rdm::one_minus),
        }
    }

    /// Returns the RDMs by names that tell them apart: their own, that of their file, or both.
    pub(super) fn into_named(self) -> Vec<(String, Rdm)> {
        let own: HashSet<&str> = self.rdms.iter().map(|one| one.name.as_str()).collect();
        let files: HashSet<&str> = self.rdms.iter().map(|one| one.stem.as_str()).collect();
        let (n, by_own, by_file) = (self.rdms.len(), own.len(), files.len());
        let name = |one: &WorkingRdm| match &one.stem {
            stem if stem.is_empty() || one.is_renamed => one.name.clone(),
            stem if n > 1 && by_file == n => stem.clone(),
            _ if by_own == n => one.name.clone(),
            stem => format!("{stem}/{}", one.name),
        };
        let names: Vec<String> = self.rdms.iter().map(name).collect();
        names.into_iter().zip(self.rdms).map(|(name, one)| (name, one.rdm)).collect()
    }

    fn conditions(&self) -> Result<&rsakit::core::Conditions> {
        let first = self.rdms.first().map(|one| one.rdm.conditions());
        first.ok_or_else(|| Error::invalid_parameter("the RDMs to transform", "at least one", 0))
    }

    /// Replaces each RDM; errors name it.
    fn each(self, transform: impl Fn(&Rdm) -> Result<Rdm>) -> Result<Self> {
        let replace = |one: WorkingRdm| {
            let rdm = transform(&one.rdm).map_err(|error| data_error(error.context(format!("RDM '{}'", one.name))))?;
            Ok(WorkingRdm { rdm, ..one })
        };
        Ok(Self::new(self.rdms.into_iter().map(replace).collect::<Result<_>>()?))
    }
}

/// Counts the pairs of conditions of one group.
fn n_within(groups: &[String]) -> usize {
    condensed::pairs(groups.len()).filter(|&(i, j)| groups[i] == groups[j]).count()
}
