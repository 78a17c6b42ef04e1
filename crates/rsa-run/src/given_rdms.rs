//! [`GivenRdms`]: RDMs whose linear part is taken out of a correlation.

use rsa_io::OpenOptions;
use rsakit::{
    Error, Rdm, Result,
    core::{Conditions, ErrorKind, Observer},
    spec::ComparisonSpec,
};
use serde::{Deserialize, Serialize};

use crate::{
    alignment::Alignment,
    inputs::{Input, data_error, read_rdms},
    layer_filter::LayerFilter,
    notes::Notes,
};

/// Input whose RDMs were partialled out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenInput {
    /// File or folder.
    #[serde(flatten)]
    pub input: Input,
    /// Names of its RDMs.
    pub rdms: Vec<String>,
}

/// RDMs of `--partial`, by input.
#[derive(Clone, Debug, Default)]
pub(crate) struct GivenRdms {
    inputs: Vec<GivenInput>,
    rdms: Vec<Rdm>,
}

impl GivenRdms {
    /// Reads all RDMs of the inputs.
    pub(crate) fn read(
        inputs: &[String],
        options: &OpenOptions,
        notes: &mut Notes<'_>,
        observer: &dyn Observer,
    ) -> Result<Self> {
        let all = LayerFilter::new(&[])?;
        let mut given = Self::default();
        for input in inputs {
            observer.ensure_going("reading RDMs")?;
            let (rdms, input) = read_rdms(input, &all, options, notes)?;
            let (names, rdms): (Vec<_>, Vec<_>) = rdms.into_iter().unzip();
            given.inputs.push(GivenInput { input, rdms: names });
            given.rdms.extend(rdms);
        }
        Ok(given)
    }

    /// Returns each input with the conditions of its RDMs.
    pub(crate) fn conditions(&self) -> Vec<(String, Vec<Conditions>)> {
        let mut conditions = self.rdms.iter().map(|rdm| rdm.conditions().clone());
        let of_input = self
            .inputs
            .iter()
            .map(|given| (given.input.name.clone(), conditions.by_ref().take(given.rdms.len()).collect()));
        of_input.collect()
    }

    /// Brings the RDMs into the common order of conditions.
    ///
    /// # Errors
    /// Errors of the alignment, naming the RDM.
    pub(crate) fn align(&mut self, alignment: &Alignment) -> Result<()> {
        for (rdm, place) in self.rdms.iter_mut().zip(places(&self.inputs)) {
            *rdm = alignment.align(rdm.clone()).map_err(|error| data_error(error.context(place)))?;
        }
        Ok(())
    }

    /// Refuses RDMs of other conditions.
    ///
    /// # Errors
    /// `ShapeMismatch` or `LabelMismatch` naming the RDM.
    pub(crate) fn ensure_of(&self, conditions: &Conditions) -> Result<()> {
        let mut named = self.rdms.iter().zip(places(&self.inputs));
        named
            .try_for_each(|(rdm, place)| conditions.ensure_same(rdm.conditions()).map_err(|error| error.context(place)))
    }

    /// Returns each RDM with its file and name, for messages.
    pub(crate) fn named(&self) -> Vec<(String, Rdm)> {
        places(&self.inputs).into_iter().zip(self.rdms.iter().cloned()).collect()
    }

    /// Returns the comparison given the RDMs; the comparison itself if there are none.
    ///
    /// # Errors
    /// `InvalidParameter` for a comparison without a partial form; `Degenerate` naming the RDM that is constant.
    pub(crate) fn partial(&self, spec: &ComparisonSpec) -> Result<ComparisonSpec> {
        if self.rdms.is_empty() {
            return Ok(spec.clone());
        }
        for (rdm, place) in self.rdms.iter().zip(places(&self.inputs)) {
            match spec.partial(vec![rdm.clone()]) {
                Err(error) if matches!(error.kind(), ErrorKind::InvalidParameter { .. }) => {
                    return Err(error.context("--partial"));
                }
                Err(error) => return Err(error.context(place)),
                Ok(_) => {}
            }
        }
        spec.partial(self.rdms.clone())
    }

    /// Returns the inputs with the names of their RDMs.
    pub(crate) fn into_inputs(self) -> Vec<GivenInput> {
        self.inputs
    }
}

fn places(inputs: &[GivenInput]) -> Vec<String> {
    let of_input = |given: &GivenInput| -> Vec<String> {
        given.rdms.iter().map(|name| format!("--partial {}::{name}", given.input.name)).collect()
    };
    inputs.iter().flat_map(of_input).collect()
}

/// Returns the addition to the name of a score, such as ` given motion, size`; empty if nothing is given.
pub(crate) fn describe_given(given: &[GivenInput]) -> String {
    /// Most names that a title holds.
    const MOST_NAMES: usize = 3;
    let names: Vec<&str> = given.iter().flat_map(|given| &given.rdms).map(String::as_str).collect();
    match names.len() {
        0 => String::new(),
        1..=MOST_NAMES => format!(" given {}", names.join(", ")),
        n => format!(" given {n} RDMs"),
    }
}

/// Returns the error for permutations of partial correlations.
pub(crate) fn partial_permutations() -> Error {
    Error::invalid_parameter(
        "--permutations",
        "given without --partial: permuted conditions lose their relation to the given RDMs, too, and a small p would not \
         say which relation it is about; test over subjects with rsakit evaluate",
        "both",
    )
}
