//! [`Dataset`]: models and subjects, checked and read once.

use rsa_core::{Error, Rdm, Result};

use super::{Inference, scoring::Kind, source::Source, view::MOST_CONDITIONS};
use crate::{Model, models::Prediction};

/// Everything that is compared.
pub(crate) struct Dataset {
    pub(crate) kind: Kind,
    pub(crate) n_conditions: usize,
    /// Which pairs are present everywhere; `None`: all.
    pub(crate) present: Option<Vec<bool>>,
    pub(crate) models: Vec<Candidate>,
    pub(crate) subjects: Vec<Source>,
    pub(crate) subject_groups: Groups,
    pub(crate) condition_groups: Groups,
}

/// A model as it was read.
pub(crate) enum Candidate {
    Fixed(Source),
    Selection(Vec<Source>),
    Weighted { components: Vec<Source>, non_negative: bool },
    Interpolated(Vec<Source>),
}

/// Which of several groups each subject or condition belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Groups {
    /// Numbered from 0 in the order of their first members.
    pub(crate) of: Vec<usize>,
    pub(crate) count: usize,
}

impl Groups {
    /// One label for each member; `None`: each is a group of its own.
    fn new(labels: Option<&[usize]>, members: usize, what: &str) -> Result<Self> {
        let Some(labels) = labels else { return Ok(Self { of: (0..members).collect(), count: members }) };
        if labels.len() != members {
            let requirement = format!("{members}, one for every {what}");
            return Err(Error::invalid_parameter(format!("the groups of {what}s"), requirement, labels.len()));
        }
        let mut known: Vec<usize> = Vec::new();
        let of = labels
            .iter()
            .map(|label| {
                known.iter().position(|other| other == label).unwrap_or_else(|| {
                    known.push(*label);
                    known.len() - 1
                })
            })
            .collect();
        Ok(Self { of, count: known.len() })
    }

    /// A number for each group as one for each member.
    pub(crate) fn spread<T: Copy>(&self, of_groups: &[T]) -> Vec<T> {
        self.of.iter().map(|&group| of_groups[group]).collect()
    }
}

impl Dataset {
    pub(crate) fn new(inference: &Inference, models: &[Model], data: &[Rdm]) -> Result<Self> {
        let Some(first) = data.first() else {
            return Err(Error::invalid_parameter("the data", "the RDM of at least one subject", 0));
        };
        let n = first.n_conditions();
        if n > MOST_CONDITIONS {
            return Err(Error::invalid_parameter("an RDM to infer from", format!("of at most {MOST_CONDITIONS}"), n));
        }
        if n < 3 {
            return Err(Error::too_few_conditions(3, n, "two conditions have one dissimilarity, and no pattern"));
        }
        let kind = inference.comparison.kind();
        let named: Vec<(String, &Rdm)> =
            data.iter().enumerate().map(|(i, rdm)| (format!("subject {i}"), rdm)).collect();
        let of_models = models.iter().flat_map(|model| {
            let rdms = model.rdms();
            rdms.iter().enumerate().map(move |(k, rdm)| match rdms.len() {
                1 => (format!("model '{}'", model.name), rdm),
                _ => (format!("RDM {k} of model '{}'", model.name), rdm),
            })
        });
        let all: Vec<(String, &Rdm)> = named.into_iter().chain(of_models).collect();
        for (name, rdm) in &all {
            first.conditions().ensure_same(rdm.conditions()).map_err(|error| error.context(name))?;
        }
        let present = present_everywhere(&all)?;
        let dataset = Self {
            kind,
            n_conditions: n,
            models: models.iter().map(|model| Candidate::new(model, kind)).collect(),
            subjects: data.iter().map(|rdm| Source::new(rdm, kind)).collect(),
            subject_groups: Groups::new(inference.subject_groups.as_deref(), data.len(), "subject")?,
            condition_groups: Groups::new(inference.condition_groups.as_deref(), n, "condition")?,
            present,
        };
        Ok(dataset)
    }

    /// How many pairs are left out because they are missing somewhere.
    pub(crate) fn pairs_dropped(&self) -> usize {
        self.present.as_ref().map_or(0, |present| present.iter().filter(|&&present| !present).count())
    }
}

/// Which pairs no RDM lacks, or `None` if none lacks any.
fn present_everywhere(all: &[(String, &Rdm)]) -> Result<Option<Vec<bool>>> {
    if !all.iter().any(|(_, rdm)| rdm.has_missing()) {
        return Ok(None);
    }
    let mut present = vec![true; all[0].1.values().len()];
    for (name, rdm) in all {
        let own = rdm.values().iter().filter(|value| !value.is_nan()).count();
        if own < 2 {
            let what = format!("{name} has {own} of {} dissimilarities", present.len());
            return Err(Error::degenerate(what, "leave it out"));
        }
        present.iter_mut().zip(rdm.values()).for_each(|(present, value)| *present &= !value.is_nan());
    }
    match present.iter().filter(|&&present| present).count() {
        left @ 0..2 => Err(Error::degenerate(
            format!("only {left} of {} pairs are present in all subjects and models", present.len()),
            "leave out the RDMs that lack most, or conditions without data",
        )),
        _ => Ok(Some(present)),
    }
}

impl Candidate {
    fn new(model: &Model, kind: Kind) -> Self {
        match &model.prediction {
            Prediction::Fixed(rdm) => Self::Fixed(Source::new(rdm, kind)),
            Prediction::Selection(rdms) => Self::Selection(Source::all(rdms, kind)),
            Prediction::Weighted { rdms, non_negative } => {
                Self::Weighted { components: Source::all(rdms, kind), non_negative: *non_negative }
            }
            Prediction::Interpolated(rdms) => Self::Interpolated(Source::all(rdms, kind)),
        }
    }
}
