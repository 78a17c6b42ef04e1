//! Stored RDMs under comparisons.

use rayon::prelude::*;
use rsakit::{
    Error, Rdm, Result,
    core::{Observer, Orientation},
    spec::ComparisonSpec,
    stats::{AnyComparison, AnyReading, Comparison, ConditionCovariance, PermutationTest},
};

use super::{
    CompareRdmsRequest,
    certainty::{Readable, test_rdms},
    result::{CompareResult, Compared, Frame, ScoredBy, ensure_tables_fit},
};
use crate::{
    alignment::Alignment,
    given_rdms::GivenRdms,
    inputs::{Input, read_rdms},
    layer_filter::LayerFilter,
    notes::Notes,
    scores::Scores,
};

/// RDMs that are rows and RDMs that are columns; with one input both are the same.
pub(super) struct RdmSides {
    rows: RdmSide,
    columns: Option<RdmSide>,
    given: GivenRdms,
    /// Notes on what the inputs left out and what was done to them.
    notes: Vec<String>,
}

/// RDMs of one input, in the order of conditions of all RDMs with as many.
struct RdmSide {
    input: Input,
    names: Vec<String>,
    rdms: Vec<Result<Rdm>>,
}

impl RdmSides {
    /// Reads the inputs and selects RDMs.
    pub(super) fn read(request: &CompareRdmsRequest, observer: &dyn Observer) -> Result<Self> {
        let filter = LayerFilter::new(&request.layers)?;
        let mut notes = Notes::new(observer);
        let mut read = |input: &str| {
            observer.ensure_going("reading RDMs")?;
            read_rdms(input, &filter, &request.options, &mut notes)
        };
        let rows = read(&request.first)?;
        let columns = request.second.as_deref().map(&mut read).transpose()?;
        let mut given = GivenRdms::read(&request.partial, &request.options, &mut notes, observer)?;
        let conditions = |(rdms, input): &'_ (Vec<(String, Rdm)>, Input)| {
            (input.name.clone(), rdms.iter().map(|(_, rdm)| rdm.conditions().clone()).collect::<Vec<_>>())
        };
        let all = [Some(&rows), columns.as_ref()];
        let all: Vec<_> = all.into_iter().flatten().map(conditions).chain(given.conditions()).collect();
        let alignment = Alignment::new(all.iter().flat_map(|(_, conditions)| conditions));
        for (path, conditions) in &all {
            notes.add_all(alignment.notes(path, "RDMs", conditions.iter()));
        }
        given.align(&alignment)?;
        let notes = notes.into_texts();
        let side = |(rdms, input): (Vec<(String, Rdm)>, Input)| {
            let (names, rdms): (Vec<_>, Vec<_>) = rdms.into_iter().unzip();
            let place = |name: &str| format!("{}::{name}", input.name);
            let align = |(rdm, name): (Rdm, &String)| alignment.align(rdm).map_err(|error| error.context(place(name)));
            let rdms = rdms.into_iter().zip(&names).map(align).collect();
            RdmSide { input, names, rdms }
        };
        Ok(Self { rows: side(rows), columns: columns.map(side), given, notes })
    }

    /// Compares all pairs. The whitened comparisons use the noise of `covariance`, if it is known.
    ///
    /// # Errors
    /// `InvalidParameter` if there is a covariance and a comparison takes none, or given RDMs and a comparison has no partial
    /// form; `TooLarge`; `Cancelled`.
    pub(super) fn compare(
        self,
        request: &CompareRdmsRequest,
        covariance: Option<&ConditionCovariance>,
        budget: usize,
        observer: &dyn Observer,
    ) -> Result<CompareResult> {
        let comparisons = &request.comparisons;
        let last = self.columns.as_ref().unwrap_or(&self.rows);
        ensure_tables_fit([self.rows.names.len(), last.names.len()], comparisons.len(), budget)?;
        let readable = |side: &RdmSide| Readable::new(side.rdms.iter().map(|rdm| rdm.as_ref().cloned()));
        let tested = request.permutations.map(|permutations| {
            let test = PermutationTest { permutations, seed: request.seed };
            (test, readable(&self.rows), self.columns.as_ref().map(readable))
        });
        let mut results = Vec::with_capacity(comparisons.len());
        for (done, spec) in comparisons.iter().enumerate() {
            let comparison = match covariance {
                None => self.given.partial(spec)?.comparison(),
                Some(covariance) => {
                    let whitened = spec.whitened_by(covariance.clone());
                    whitened.map_err(|error| error.context("--condition-covariance"))?.comparison()
                }
            };
            let mut scores = self.scores(spec, &comparison, observer);
            if let Some((test, rows, columns)) = &tested {
                test_rdms(*test, &mut scores, &comparison, rows, columns.as_ref(), observer)?;
            }
            results.push(scores);
            observer.ensure_going("comparing RDMs")?;
            observer.progress("comparisons", done as u64 + 1, comparisons.len() as u64);
        }
        let n_conditions = self.rows.rdms.iter().find_map(|rdm| Some(rdm.as_ref().ok()?.n_conditions()));
        let rdms = |side: &RdmSide| side.rdms.iter().map(|rdm| rdm.as_ref().ok().cloned()).collect();
        let rdms = Some([rdms(&self.rows), rdms(last)]);
        let frame = Frame {
            compared: Compared::Rdms,
            n_conditions: n_conditions.unwrap_or(0),
            inputs: [Some(&self.rows), self.columns.as_ref()]
                .into_iter()
                .flatten()
                .map(|side| side.input.clone())
                .collect(),
            columns: last.names.clone(),
            rows: self.rows.names.clone(),
            notes: self.notes,
            seed: tested.map(|_| request.seed),
        };
        let given = self.given.into_inputs();
        Ok(CompareResult { rdms, given, ..CompareResult::new(frame, results, budget)? })
    }

    /// Returns the scores of all pairs under one comparison.
    fn scores(&self, spec: &ComparisonSpec, comparison: &AnyComparison, observer: &dyn Observer) -> Scores {
        let rows = self.rows.read(comparison, observer);
        let columns = self.columns.as_ref().map(|side| side.read(comparison, observer));
        Scores::new(
            ScoredBy::Comparison(spec.clone()),
            Orientation::Similarity,
            [&rows, columns.as_ref().unwrap_or(&rows)],
            |a, b| comparison.compare_all_observed(a, b, observer),
            |a, b| comparison.caveats(a, b),
        )
    }
}

impl RdmSide {
    /// Reads each RDM once, as the comparison needs it.
    fn read(&self, comparison: &AnyComparison, observer: &dyn Observer) -> Vec<Result<AnyReading>> {
        let read = |(rdm, name): (&Result<Rdm>, &String)| {
            let rdm = rdm.as_ref().map_err(Error::clone)?;
            observer.ensure_going("reading RDMs")?;
            comparison.read(rdm).map_err(|error| error.context(format!("{}::{name}", self.input.name)))
        };
        self.rdms.par_iter().zip(&self.names).map(read).collect()
    }
}
