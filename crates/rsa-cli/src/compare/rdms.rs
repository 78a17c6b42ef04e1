//! Stored RDMs under comparisons.

use indicatif::ProgressBar;
use rayon::prelude::*;
use rsa_io::OpenOptions;
use rsakit::{
    Error, Rdm, Result,
    core::Orientation,
    spec::ComparisonSpec,
    stats::{AnyComparison, AnyReading, Comparison, ConditionCovariance},
};

use super::report::{Report, Scores};
use crate::{alignment::Alignment, inputs::Wanted, page::holds_rdms, verdict::Failure};

/// The RDMs that are rows and those that are columns; with one input both are the same.
pub(super) struct RdmSides {
    rows: RdmSide,
    columns: Option<RdmSide>,
    /// What the inputs left out, and what was done to them.
    notes: Vec<String>,
}

/// One input's RDMs, in the order of conditions that all RDMs of as many have.
struct RdmSide {
    path: String,
    names: Vec<String>,
    rdms: Vec<Result<Rdm>>,
}

impl RdmSides {
    /// Reads the inputs and selects RDMs.
    pub(super) fn read(
        first: &str,
        second: Option<&str>,
        wanted: &Wanted,
        options: &OpenOptions,
    ) -> std::result::Result<Self, Failure> {
        let mut notes = Vec::new();
        let mut read = |input: &str| -> std::result::Result<_, Failure> {
            let stored = rsa_io::read_rdms(input, options).map_err(Failure::impossible)?;
            notes.extend(stored.warnings);
            let mut rdms = stored.rdms;
            wanted.keep(&mut rdms, input, |(name, _)| name)?;
            Ok((input.to_owned(), rdms))
        };
        let rows = read(first)?;
        let columns = second.map(&mut read).transpose()?;
        let conditions = |(_, rdms): &'_ (String, Vec<(String, Rdm)>)| {
            rdms.iter().map(|(_, rdm)| rdm.conditions().clone()).collect::<Vec<_>>()
        };
        let all = [Some(&rows), columns.as_ref()];
        let all: Vec<_> = all.into_iter().flatten().map(|side| (side.0.clone(), conditions(side))).collect();
        let alignment = Alignment::of(all.iter().flat_map(|(_, conditions)| conditions));
        for (path, conditions) in &all {
            notes.extend(alignment.remarks(path, "RDMs", conditions.iter()));
        }
        let side = |(path, rdms): (String, Vec<(String, Rdm)>)| {
            let (names, rdms): (Vec<_>, Vec<_>) = rdms.into_iter().unzip();
            let place = |name: &str| format!("{path}::{name}");
            let align = |(rdm, name): (Rdm, &String)| alignment.align(rdm).map_err(|error| error.context(place(name)));
            let rdms = rdms.into_iter().zip(&names).map(align).collect();
            RdmSide { path, names, rdms }
        };
        Ok(Self { rows: side(rows), columns: columns.map(side), notes })
    }

    /// Compares all pairs; the whitened comparisons with the noise of `covariance`, if it is known.
    ///
    /// # Errors
    /// Wrong usage, if there is a covariance and a comparison that takes none.
    pub(super) fn compare(
        self,
        comparisons: &[ComparisonSpec],
        covariance: Option<&ConditionCovariance>,
        progress: &ProgressBar,
    ) -> std::result::Result<Report, Failure> {
        progress.set_message("comparisons");
        let mut results = Vec::with_capacity(comparisons.len());
        for spec in comparisons {
            let comparison = match covariance {
                None => spec.comparison(),
                Some(covariance) => {
                    let whitened = spec.whitened_by(covariance.clone());
                    let usage = |error| Failure::usage(format_args!("--condition-covariance: {error}"));
                    whitened.map_err(usage)?.comparison()
                }
            };
            results.push(self.scores(spec.to_string(), &comparison));
            progress.inc(1);
        }
        let last = self.columns.as_ref().unwrap_or(&self.rows);
        let n_conditions = self.rows.rdms.iter().find_map(|rdm| Some(rdm.as_ref().ok()?.n_conditions()));
        let pair = match (self.rows.rdms.as_slice(), self.columns.as_ref().map(|side| side.rdms.as_slice())) {
            ([Ok(row)], Some([Ok(column)])) => Some([row.clone(), column.clone()]),
            _ => None,
        };
        Ok(Report {
            pair,
            inputs: [&self.rows, last].map(|side| side.path.clone()),
            holds: [&self.rows, last].map(RdmSide::holds),
            what: "RDMs",
            against_itself: self.columns.is_none(),
            n_conditions: n_conditions.unwrap_or(0),
            columns: last.names.clone(),
            rows: self.rows.names,
            results,
            notes: self.notes,
        })
    }

    /// Returns the scores of all pairs under one comparison.
    fn scores(&self, name: String, comparison: &AnyComparison) -> Scores {
        let rows = self.rows.read(comparison);
        let columns = self.columns.as_ref().map(|side| side.read(comparison));
        Scores::new(
            name,
            Orientation::Similarity,
            [&rows, columns.as_ref().unwrap_or(&rows)],
            |a, b| comparison.compare_all(a, b),
            |a, b| comparison.caveats(a, b),
        )
    }
}

impl RdmSide {
    /// How many RDMs of how many conditions, in words.
    fn holds(&self) -> String {
        let n = self.rdms.iter().find_map(|rdm| Some(rdm.as_ref().ok()?.n_conditions())).unwrap_or(0);
        holds_rdms(self.names.len(), n)
    }

    /// Each RDM as the comparison reads it, once.
    fn read(&self, comparison: &AnyComparison) -> Vec<Result<AnyReading>> {
        let read = |(rdm, name): (&Result<Rdm>, &String)| {
            let rdm = rdm.as_ref().map_err(Error::clone)?;
            comparison.read(rdm).map_err(|error| error.context(format!("{}::{name}", self.path)))
        };
        self.rdms.par_iter().zip(&self.names).map(read).collect()
    }
}
