//! [`VoxelSelection`]: the voxels of volumes that are features, and the regions that are layers.

use std::{collections::HashSet, path::Path};

use rsa_core::{Error, Result, RowBlocks};

use super::{
    atlas::{Atlas, Region},
    single_volume::SingleVolume,
};
use crate::{feature_survey::FeatureSurvey, layer::Layer, open::enumerate, options::OpenOptions};

/// The mask and the atlas of [`OpenOptions`], as far as there are any.
pub(crate) struct VoxelSelection {
    mask: Option<SingleVolume>,
    atlas: Option<Atlas>,
}

impl VoxelSelection {
    /// Opens the files that `options` name, and notes doubts about them.
    ///
    /// # Errors
    /// `Io` or `Format` if a file cannot be read, or holds more than one volume.
    pub(crate) fn open(options: &OpenOptions, notes: &mut Vec<String>) -> Result<Self> {
        let mask = options.mask.as_deref().map(|path: &Path| SingleVolume::open(path, "mask", notes)).transpose()?;
        let atlas = options.regions.as_ref().map(|regions| Atlas::open(regions, notes)).transpose()?;
        Ok(Self { mask, atlas })
    }

    /// Returns `true` if every region is a layer.
    pub(crate) fn divides(&self) -> bool {
        self.atlas.is_some()
    }

    /// Returns the layer of the voxels of `layer` that are features, or a layer for each region.
    ///
    /// The features are the voxels of the mask. Without a mask they are those that are finite and not constant over all
    /// volumes.
    ///
    /// # Errors
    /// `ShapeMismatch` if mask or atlas have another shape or place than the volumes, `Degenerate` if no voxel is left;
    /// the errors of reading.
    pub(crate) fn select(&self, layer: &Layer, is_alone: bool, notes: &mut Vec<String>) -> Result<Vec<Layer>> {
        let Some(geometry) = layer.geometry() else { return Ok(vec![layer.clone()]) };
        let mask = self.mask.as_ref().map(|mask| mask.nonzero(geometry)).transpose()?;
        let Some(atlas) = &self.atlas else {
            return Ok(vec![match mask {
                Some(mask) => layer.with_features(places(mask.len(), |j| mask[j]))?,
                None => informative(layer, notes)?,
            }]);
        };
        let regions = atlas.regions(geometry, notes)?;
        let mut is_wanted = vec![false; geometry.n_voxels()];
        regions.iter().flat_map(|region| &region.voxels).for_each(|&voxel| is_wanted[voxel] = true);
        if let Some(mask) = &mask {
            is_wanted.iter_mut().zip(mask).for_each(|(wanted, inside)| *wanted &= inside);
        }
        // The regions of compressed volumes are held in memory: each would inflate the whole file.
        let all = layer.with_features(places(is_wanted.len(), |j| is_wanted[j]))?.held_if_compressed()?;
        if mask.is_none() {
            let left = informative(&all, notes)?;
            is_wanted.fill(false);
            left.voxels().for_each(|voxel| is_wanted[voxel] = true);
        }
        divide(&all, regions, &is_wanted, is_alone, notes)
    }
}

/// Returns a layer for each of `regions` that has voxels in `is_wanted`.
fn divide(
    all: &Layer,
    regions: Vec<Region>,
    is_wanted: &[bool],
    is_alone: bool,
    notes: &mut Vec<String>,
) -> Result<Vec<Layer>> {
    let (mut layers, mut empty, mut names) = (Vec::new(), Vec::new(), HashSet::new());
    for Region { name, mut voxels } in regions {
        voxels.retain(|&voxel| is_wanted[voxel]);
        if voxels.is_empty() {
            empty.push(format!("'{name}'"));
            continue;
        }
        if !names.insert(name.clone()) {
            return Err(Error::format(format!(
                "two regions of the atlas are named '{name}'; give every region its name"
            )));
        }
        let full = if is_alone { name } else { format!("{}/{name}", all.name()) };
        layers.push(all.with_voxels(voxels)?.renamed(full));
    }
    if !empty.is_empty() {
        notes.push(format!("regions without a voxel that is a feature are left out: {}", enumerate(&empty)));
    }
    match layers.is_empty() {
        true => {
            Err(Error::degenerate("no region of the atlas has a voxel inside the mask", "give another atlas or mask"))
        }
        false => Ok(layers),
    }
}

/// Returns the layer of those voxels of `layer` that are finite and not constant over all volumes.
fn informative(layer: &Layer, notes: &mut Vec<String>) -> Result<Layer> {
    let survey = layer.survey()?;
    let p = survey.n_features();
    let left = places(p, |j| !survey.is_dead(j) && !survey.is_broken(j));
    let counts = counts(&survey, layer.n_conditions());
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

fn counts(survey: &FeatureSurvey, n: usize) -> String {
    let count = |is: fn(&FeatureSurvey, usize) -> bool| (0..survey.n_features()).filter(|&j| is(survey, j)).count();
    let (dead, broken) = (count(FeatureSurvey::is_dead), count(FeatureSurvey::is_broken));
    format!("{dead} are constant over all {n} volumes and {broken} have a NaN or an infinity")
}

fn places(n: usize, is_in: impl Fn(usize) -> bool) -> Vec<usize> {
    (0..n).filter(|&j| is_in(j)).collect()
}
