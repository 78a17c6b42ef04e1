//! The voxels of volumes that are features.

use rsa_core::{Error, Result, RowBlocks};

use crate::layer::Layer;

/// Returns the layer of those voxels of `layer` that are finite and not constant over all volumes.
///
/// # Errors
/// `Degenerate` if there is none; the errors of reading.
pub(crate) fn select(layer: &Layer, notes: &mut Vec<String>) -> Result<Layer> {
    let survey = layer.survey()?;
    let (n, p) = (layer.n_conditions(), survey.n_features());
    let count = |is: &dyn Fn(usize) -> bool| (0..p).filter(|&j| is(j)).count();
    let (dead, broken) = (count(&|j| survey.is_dead(j)), count(&|j| survey.is_broken(j)));
    let left = (0..p).filter(|&j| !survey.is_dead(j) && !survey.is_broken(j)).collect::<Vec<_>>();
    let counts = format!("{dead} are constant over all {n} volumes and {broken} have a NaN or an infinity");
    if left.is_empty() {
        return Err(Error::degenerate(
            format!("layer '{}': of {p} voxels {counts}", layer.name()),
            "no voxel is left to be a feature",
        ));
    }
    if left.len() < p {
        notes.push(format!(
            "layer '{}': {} of {p} voxels are features: {counts}; --mask chooses voxels by a file",
            layer.name(),
            left.len()
        ));
    }
    layer.with_features(left)
}
