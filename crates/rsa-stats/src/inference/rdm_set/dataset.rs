//! [`Dataset`]: models and subjects, checked and prepared once.

use std::sync::Arc;

use rsa_core::{Error, Observer, Rdm, Result};

use crate::{
    Model,
    comparison::{
        Preparation,
        weighted::{MOST_CONDITIONS, PreparedRdm, PreparedSubjects, WeightedPairs},
    },
    models::Prediction,
};

/// The RDMs of subjects and models that are compared.
#[derive(Debug)]
pub(crate) struct Dataset {
    pub(crate) preparation: Preparation,
    pub(crate) n_conditions: usize,
    /// For each pair, `true` if it is present in all RDMs; `None` if all pairs are.
    pub(crate) present: Option<Vec<bool>>,
    /// The names of the models.
    pub(crate) names: Vec<String>,
    pub(crate) models: Vec<PreparedModel>,
    pub(crate) subjects: Vec<PreparedRdm>,
    /// The names of the subjects, for messages.
    pub(crate) subject_names: Vec<String>,
    /// RDMs that are partialled out of all comparisons.
    pub(crate) given: Vec<PreparedRdm>,
}

/// A model whose RDMs are prepared for comparison.
#[derive(Debug)]
pub(crate) enum PreparedModel {
    Fixed(PreparedRdm),
    Selection(Vec<PreparedRdm>),
    Weighted { components: Vec<PreparedRdm>, non_negative: bool },
    Interpolated(Vec<PreparedRdm>),
}

impl Dataset {
    /// Checks that all RDMs are of the same conditions, and prepares them.
    ///
    /// # Errors
    /// `InvalidParameter` without subjects or for too many conditions, `TooFewConditions` below three, `ShapeMismatch` or
    /// `LabelMismatch` naming the RDM of other conditions, `Degenerate` if too few pairs are present; `Cancelled`.
    pub(crate) fn new(
        preparation: Preparation,
        models: &[Model],
        data: &[Rdm],
        subject_names: Vec<String>,
        given: &[(String, Rdm)],
        observer: &dyn Observer,
    ) -> Result<Self> {
        if subject_names.len() != data.len() {
            let message =
                format!("{} names for {} RDMs of the data; give one for each", subject_names.len(), data.len());
            return Err(Error::shape_mismatch(message));
        }
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
        let named: Vec<(String, &Rdm)> =
            subject_names.iter().zip(data).map(|(name, rdm)| (name.clone(), rdm)).collect();
        let of_models = models.iter().flat_map(|model| {
            let rdms = model.rdms();
            rdms.iter().enumerate().map(move |(k, rdm)| match rdms.len() {
                1 => (format!("model '{}'", model.name), rdm),
                _ => (format!("{} of model '{}'", model.rdm_name(k), model.name), rdm),
            })
        });
        let of_given = given.iter().map(|(name, rdm)| (name.clone(), rdm));
        let all: Vec<(String, &Rdm)> = named.into_iter().chain(of_models).chain(of_given).collect();
        for (name, rdm) in &all {
            first.conditions().ensure_same(rdm.conditions()).map_err(|error| error.context(name))?;
        }
        let present = present_everywhere(&all)?;
        let going = || observer.ensure_going("the preparation of RDMs");
        let prepare_model = |model: &Model| going().map(|()| PreparedModel::new(model, preparation));
        let prepare_subject = |rdm: &Rdm| going().map(|()| PreparedRdm::new(rdm, preparation));
        Ok(Self {
            preparation,
            n_conditions: n,
            names: models.iter().map(|model| model.name.clone()).collect(),
            models: models.iter().map(prepare_model).collect::<Result<_>>()?,
            subjects: data.iter().map(prepare_subject).collect::<Result<_>>()?,
            subject_names,
            present,
            given: prepare_given(given, preparation),
        })
    }

    /// Prepares all subjects on the given pairs.
    ///
    /// # Errors
    /// `Degenerate`, naming the subject that is constant on the pairs; `Cancelled`.
    pub(crate) fn prepare_subjects(
        &self,
        pairs: Arc<WeightedPairs>,
        observer: &dyn Observer,
    ) -> Result<PreparedSubjects> {
        let subjects: Vec<&PreparedRdm> = self.subjects.iter().collect();
        let name = |i: usize| self.subject_names[i].clone();
        PreparedSubjects::new(self.preparation, pairs, &subjects, &self.given, &name, observer)
    }

    /// Returns the RDMs of the models without parameters.
    pub(crate) fn fixed_models(&self) -> impl Iterator<Item = &PreparedRdm> {
        self.models.iter().filter_map(PreparedModel::fixed)
    }

    /// Returns the name of a model, for messages.
    pub(crate) fn model_name(&self, m: usize) -> String {
        format!("model '{}'", self.names[m])
    }

    /// Returns the number of pairs that are left out because they are missing somewhere.
    pub(crate) fn pairs_dropped(&self) -> usize {
        self.present.as_ref().map_or(0, |present| present.iter().filter(|&&present| !present).count())
    }
}

/// Prepares given RDMs, under their names.
pub(super) fn prepare_given(given: &[(String, Rdm)], preparation: Preparation) -> Vec<PreparedRdm> {
    given.iter().map(|(name, rdm)| PreparedRdm::new(rdm, preparation).named(name.clone())).collect()
}

/// Returns names for subjects that have none.
pub(crate) fn number_subjects(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("subject {i}")).collect()
}

/// Returns for each pair `true` if it is present in all RDMs, or `None` if no pair is missing.
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
    ensure_some_present(present.iter().filter(|&&present| present).count(), present.len())?;
    Ok(Some(present))
}

/// Refuses `left` of `all` pairs if they are fewer than two.
pub(super) fn ensure_some_present(left: usize, all: usize) -> Result<()> {
    match left {
        0..2 => Err(Error::degenerate(
            format!("only {left} of {all} pairs are present in all subjects and models"),
            "leave out the RDMs that lack most, or conditions without data",
        )),
        _ => Ok(()),
    }
}

impl PreparedModel {
    /// Prepares the RDMs of a model; those that may be added, in one unit.
    fn new(model: &Model, preparation: Preparation) -> Self {
        let named = |rdms: &[Rdm]| {
            let prepared = PreparedRdm::in_one_unit(rdms, preparation).into_iter().enumerate();
            prepared.map(|(k, rdm)| rdm.named(model.rdm_name(k))).collect()
        };
        match &model.prediction {
            Prediction::Fixed(rdm) => Self::Fixed(PreparedRdm::new(rdm, preparation)),
            Prediction::Selection(rdms) => Self::Selection(named(rdms)),
            Prediction::Weighted { rdms, non_negative } => {
                Self::Weighted { components: named(rdms), non_negative: *non_negative }
            }
            Prediction::Interpolated(rdms) => Self::Interpolated(named(rdms)),
        }
    }

    /// Returns the RDM of a fixed model.
    pub(crate) fn fixed(&self) -> Option<&PreparedRdm> {
        match self {
            Self::Fixed(rdm) => Some(rdm),
            _ => None,
        }
    }
}
