//! Model RDMs of the columns of a table.

use ndarray::Array2;
use rsakit::{Error, Euclidean, Rdm, Representation, Result, core::Dissimilarity};

use super::{ModelRdmKind, ModelRdmSpec};
use crate::{
    condition_values::ConditionTable,
    inputs::{data_error, stem},
    notes::Notes,
};

/// Returns the models of `spec` with their names.
///
/// # Errors
/// `Format` for what is no number; `Degenerate` for a model whose dissimilarities are all equal.
pub(super) fn rdms(spec: &ModelRdmSpec, table: &ConditionTable, notes: &mut Notes<'_>) -> Result<Vec<(String, Rdm)>> {
    let named = |error: Error| data_error(error.context(format!("--{} {}", spec.kind.word(), spec.file)));
    let found: Vec<(String, Rdm)> = match spec.kind {
        ModelRdmKind::Category => vec![(name(spec, table), category(table).map_err(named)?)],
        ModelRdmKind::Quantity => {
            let rdm = Rdm::differences(&table.numbers(0)?).map_err(named)?;
            vec![(name(spec, table), rdm)]
        }
        ModelRdmKind::SquaredQuantity => {
            let rdm = Rdm::differences(&table.numbers(0)?).and_then(|rdm| rdm.square()).map_err(named)?;
            vec![(name(spec, table), rdm)]
        }
        ModelRdmKind::Features => vec![(name(spec, table), features(table).map_err(named)?)],
        ModelRdmKind::Factors => factors(spec, table).map_err(named)?,
    };
    let mut kept = Vec::with_capacity(found.len());
    for (name, rdm) in found {
        match (rdm.extremes(), spec.kind) {
            ([low, high], _) if low < high => {
                kept.push((name, rdm.with_conditions(table.conditions.clone())?));
            }
            (_, ModelRdmKind::Factors) => notes.add(format!(
                "model '{name}' is left out: its dissimilarities are all equal, and it says nothing about the conditions"
            )),
            ([value, _], _) => {
                return Err(named(Error::degenerate(
                    format!("all dissimilarities of model '{name}' are {value}"),
                    "a model needs conditions that agree and conditions that differ; another column may name the conditions \
                     (--condition-column)",
                )));
            }
        }
    }
    Ok(kept)
}

/// Returns the name of the model: its own, that of its columns, or of its file.
fn name(spec: &ModelRdmSpec, table: &ConditionTable) -> String {
    let columns = || table.names.join("+");
    spec.name.clone().or_else(|| Some(columns()).filter(|name| !name.is_empty())).unwrap_or_else(|| stem(&spec.file))
}

fn category(table: &ConditionTable) -> Result<Rdm> {
    let columns: Vec<Vec<String>> = (0..table.names.len()).map(|column| table.texts(column)).collect();
    Rdm::categorical(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn features(table: &ConditionTable) -> Result<Rdm> {
    let columns = (0..table.names.len()).map(|column| table.numbers(column)).collect::<Result<Vec<_>>>()?;
    let values = Array2::from_shape_fn((table.conditions.count(), columns.len()), |(i, j)| columns[j][i]);
    Euclidean.rdm(&Representation::new(values)?)
}

/// Returns a model for each factor, then for the interaction of every two, every three and so on.
fn factors(spec: &ModelRdmSpec, table: &ConditionTable) -> Result<Vec<(String, Rdm)>> {
    let columns: Vec<Vec<String>> = (0..table.names.len()).map(|column| table.texts(column)).collect();
    let mut sets: Vec<u32> = (1..1 << columns.len()).collect();
    sets.sort_by_key(|set| (set.count_ones(), set.reverse_bits()));
    // Of two sets of one size, the one with the earlier factor comes first.
    let in_order = sets.chunk_by(|a, b| a.count_ones() == b.count_ones()).flat_map(|sets| sets.iter().rev());
    let model = |set: &u32| {
        let members: Vec<usize> = (0..columns.len()).filter(|column| set >> column & 1 == 1).collect();
        let factors: Vec<&[String]> = members.iter().map(|&column| columns[column].as_slice()).collect();
        let names: Vec<&str> = members.iter().map(|&column| table.names[column].as_str()).collect();
        let name = match &spec.name {
            Some(prefix) => format!("{prefix}:{}", names.join("×")),
            None => names.join("×"),
        };
        Ok((name, Rdm::interaction(&factors)?))
    };
    in_order.map(model).collect()
}
