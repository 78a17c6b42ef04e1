//! Features that are left out because they tell nothing, or have values that are no numbers.

use rsa_core::{Error, Result, RowBlocks};

use crate::{layer::Layer, options::DropFeatures};

/// Returns `layer` without the features that `drop` names, and notes how many they are.
///
/// # Errors
/// `Degenerate` if none is left; the errors of reading.
pub(crate) fn without(layer: Layer, drop: DropFeatures, notes: &mut Vec<String>) -> Result<Layer> {
    if drop == DropFeatures::default() {
        return Ok(layer);
    }
    let survey = layer.survey()?;
    let p = survey.n_features();
    let is_dead = |j: usize| drop.dead && survey.is_dead(j);
    let is_broken = |j: usize| drop.nan && survey.is_broken(j);
    let dead = (0..p).filter(|&j| is_dead(j)).count();
    let left: Vec<_> = (0..p).filter(|&j| !is_dead(j) && !is_broken(j)).collect();
    let dropped = p - left.len();
    if dropped == 0 {
        return Ok(layer);
    }
    let n = layer.n_conditions();
    let kinds = [
        drop.dead.then(|| format!("{dead} constant over all {n} conditions")),
        drop.nan.then(|| format!("{} with a NaN or an infinity", dropped - dead)),
    ];
    let kinds = kinds.into_iter().flatten().collect::<Vec<_>>().join(" and ");
    let note = format!("layer '{}': {dropped} of {p} features are left out: {kinds}", layer.name());
    if left.is_empty() {
        return Err(Error::degenerate(note, "no feature is left"));
    }
    notes.push(note);
    layer.with_features(left)
}
