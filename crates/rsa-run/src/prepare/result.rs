//! [`PrepareResult`]: patterns after the steps, and what was done to them.

use std::io::{self, Write};

use ndarray::Array2;
use rsa_io::PatternFile;
use rsakit::{Error, Result};
use serde::Serialize;

use super::PrepareStep;
use crate::{
    document::{TextBlock, TextTable, render_text},
    inputs::Input,
};

/// Patterns after the steps, with the labels of their rows.
///
/// The JSON has the keys `rsakit`, `steps`, `layers` (each with `name`, `n_rows`, `n_features`, `conditions` and `runs`, null
/// without labels, and `done`, a sentence for each step), `warnings` and `inputs`. It has no values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PrepareResult {
    /// Version of the software.
    pub rsakit: String,
    /// Steps, in the order in which they were applied.
    pub steps: Vec<PrepareStep>,
    /// Layers in the order of the inputs.
    pub layers: Vec<PreparedLayer>,
    /// Notes on the inputs and the steps.
    pub warnings: Vec<String>,
    /// Files that the patterns are of.
    pub inputs: Vec<Input>,
}

/// Patterns of a layer after the steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PreparedLayer {
    /// Name of the layer, of its file, or of both, whatever tells the layers apart.
    pub name: String,
    /// Number of rows.
    pub n_rows: usize,
    /// Number of features.
    pub n_features: usize,
    /// Condition of each row.
    pub conditions: Option<Vec<String>>,
    /// Run of each row.
    pub runs: Option<Vec<String>>,
    /// Sentences on what was done, one for each step.
    pub done: Vec<String>,
    /// Values, rows × features.
    #[serde(skip)]
    pub values: Array2<f64>,
}

impl PrepareResult {
    /// Returns the text for a terminal.
    pub fn text(&self) -> String {
        let header = ["layer", "rows", "features", "conditions", "runs"].map(str::to_owned).to_vec();
        let distinct = |list: &Option<Vec<String>>| {
            let mut distinct = list.clone()?;
            distinct.sort_unstable();
            distinct.dedup();
            Some(distinct.len().to_string())
        };
        let row = |layer: &PreparedLayer| {
            let (rows, features) = (layer.n_rows.to_string(), layer.n_features.to_string());
            let labels = [&layer.conditions, &layer.runs].map(|list| distinct(list).unwrap_or_else(|| "–".to_owned()));
            [vec![layer.name.clone(), rows, features], labels.to_vec()].concat()
        };
        let rows = self.layers.iter().map(row).collect();
        let table = TextTable { header, rows, first_number: 1, n_numbers: 4 };
        let lines = self.done().into_iter().map(TextBlock::Lines);
        render_text(&[vec![TextBlock::Table(table)], lines.collect()].concat())
    }

    /// Returns the JSON, with a line feed at its end.
    ///
    /// # Errors
    /// `Format` if a value has no JSON.
    pub fn json(&self) -> Result<String> {
        let json = serde_json::to_string(self);
        json.map(|text| text + "\n").map_err(|error| Error::format(format!("the result as JSON: {error}")))
    }

    /// Checks that the layers have the same rows, so that one file can hold them.
    ///
    /// # Errors
    /// `LabelMismatch` naming a layer of other rows than the first.
    pub fn ensure_same_rows(&self) -> Result<()> {
        let Some(first) = self.layers.first() else { return Ok(()) };
        let differs = |layer: &&PreparedLayer| {
            (layer.n_rows, &layer.conditions, &layer.runs) != (first.n_rows, &first.conditions, &first.runs)
        };
        match self.layers.iter().find(differs) {
            None => Ok(()),
            Some(other) => Err(Error::label_mismatch(format!(
                "the layers '{}' and '{}' have other rows, conditions or runs, and a file has one list of them for all layers; \
                 write a file for each input with --out FOLDER, or choose layers with --layers",
                first.name, other.name
            ))),
        }
    }

    /// Writes an `.npz` file of the layers with the arrays `conditions`, `runs` and `prepared`.
    ///
    /// # Errors
    /// The errors of [`ensure_same_rows`](Self::ensure_same_rows) and of [`PatternFile::write`].
    pub fn write_npz(&self, writer: impl Write) -> io::Result<()> {
        self.ensure_same_rows().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let layers: Vec<_> = self.layers.iter().map(|layer| (layer.name.clone(), layer.values.view())).collect();
        let own = self.inputs.iter().map(|input| format!("input {}: {}", input.name, input.holds));
        let prepared: Vec<String> =
            std::iter::once(format!("rsakit {}", self.rsakit)).chain(own).chain(self.done()).collect();
        let first = self.layers.first();
        let file = PatternFile {
            layers: &layers,
            conditions: first.and_then(|layer| layer.conditions.as_deref()),
            runs: first.and_then(|layer| layer.runs.as_deref()),
            prepared: &prepared,
        };
        file.write(writer)
    }

    /// Returns what was done: once, if it is the same for all layers.
    fn done(&self) -> Vec<String> {
        match self.layers.as_slice() {
            [first, others @ ..] if others.iter().all(|layer| layer.done == first.done) => first.done.clone(),
            layers => {
                let line = |layer: &PreparedLayer| {
                    layer.done.iter().map(|line| format!("{}: {line}", layer.name)).collect::<Vec<_>>()
                };
                layers.iter().flat_map(line).collect()
            }
        }
    }
}
