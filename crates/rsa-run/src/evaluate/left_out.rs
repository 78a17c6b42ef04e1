//! [`LeftOut`]: an RDM or model that is left out of an evaluation, so that the rest is evaluated.

use rsakit::{
    Error, Rdm, Result,
    core::{ErrorKind, Observer},
    stats::{RdmSet, Scoring},
};
use serde::{Deserialize, Serialize};

/// Fewest conditions of which RDMs can be constant; for fewer the evaluation has an error of its own.
const FEWEST_CONDITIONS: usize = 3;

/// RDM or model without a comparison, such as one whose dissimilarities are all equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Name of the RDM of the data or of the model; of an RDM of a fit, after the name of its model.
    pub name: String,
    /// File or folder as the request has it.
    pub input: String,
    /// Part of the evaluation that lacks it.
    pub side: LeftOutSide,
    /// Reason why it has no comparison.
    pub reason: String,
}

/// Part of an evaluation that something is left out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeftOutSide {
    /// RDMs of subjects.
    Data,
    /// Models, and the RDMs of a model that is fitted.
    Models,
}

impl LeftOut {
    /// Takes the name and the input of what is left out, and the reason.
    pub(super) fn new(side: LeftOutSide, input: &str, name: String, reason: &Error) -> Self {
        let reason = match reason.kind() {
            // The remedy, to leave it out, is done.
            ErrorKind::Degenerate { what } => what.clone(),
            _ => reason.to_string(),
        };
        Self { name, input: input.to_owned(), side, reason }
    }
}

impl LeftOutSide {
    /// Returns the part in words.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Data => "RDM",
            Self::Models => "model",
        }
    }
}

/// Reasons against RDMs in their order, and what was left out for them.
pub(super) struct Sieve {
    reasons: std::vec::IntoIter<Option<Error>>,
    left_out: Vec<LeftOut>,
}

impl Sieve {
    /// Finds which of `rdms` have no comparison, beside the `given` RDMs that are partialled out.
    ///
    /// # Errors
    /// The errors of [`RdmSet::reasons_against_partial`].
    pub(super) fn new(
        comparison: Scoring,
        rdms: &[&Rdm],
        given: &[(String, Rdm)],
        observer: &dyn Observer,
    ) -> Result<Self> {
        let reasons = match rdms.first().is_some_and(|rdm| rdm.n_conditions() >= FEWEST_CONDITIONS) {
            true => RdmSet::reasons_against_partial(comparison, rdms, given, observer)?,
            false => vec![None; rdms.len()],
        };
        Ok(Self { reasons: reasons.into_iter(), left_out: Vec::new() })
    }

    /// Returns `true` if the next RDM has a comparison, and otherwise leaves it out under its name.
    pub(super) fn keeps(&mut self, side: LeftOutSide, input: &str, name: impl FnOnce() -> String) -> bool {
        let Some(reason) = self.reasons.next().flatten() else { return true };
        self.left_out.push(LeftOut::new(side, input, name(), &reason));
        false
    }

    /// Leaves out what cannot be made without the RDMs that were left out.
    pub(super) fn leave_out(&mut self, left_out: LeftOut) {
        self.left_out.push(left_out);
    }

    /// Returns what was left out, after telling the observer.
    pub(super) fn into_left_out(self, observer: &dyn Observer) -> Vec<LeftOut> {
        self.left_out.iter().for_each(|left_out| observer.note(&describe(left_out)));
        self.left_out
    }
}

/// Returns a sentence on what is left out.
pub(super) fn describe(LeftOut { name, input, side, reason }: &LeftOut) -> String {
    format!("{} '{name}' of {input} is left out: {reason}", side.noun())
}

/// Refuses an evaluation of which one side is left out altogether.
///
/// # Errors
/// `Degenerate` with all reasons.
pub(super) fn ensure_some_left(n_models: usize, n_data: usize, left_out: &[LeftOut]) -> Result<()> {
    let side = match (n_models, n_data) {
        (0, _) => LeftOutSide::Models,
        (_, 0) => LeftOutSide::Data,
        _ => return Ok(()),
    };
    let of_side = left_out.iter().filter(|left_out| left_out.side == side);
    let reasons: Vec<_> = of_side.map(describe).collect();
    if reasons.is_empty() {
        return Ok(());
    }
    let what = if side == LeftOutSide::Data { "subject" } else { "model" };
    Err(Error::degenerate(
        format!("no {what} is left to evaluate ({})", reasons.join("; ")),
        "give RDMs whose dissimilarities differ",
    ))
}

/// Names what was left out in an error of what is left.
pub(super) fn with_left_out(error: Error, left_out: &[LeftOut]) -> Error {
    match left_out.is_empty() {
        true => error,
        false => error.context(left_out.iter().map(describe).collect::<Vec<_>>().join("; ")),
    }
}
