//! [`VoxelSelection`]: the places of the brain that are features, and the regions that are layers.

use std::{collections::HashSet, path::Path};

use rsa_core::{Error, Result, RowBlocks};

use super::{
    atlas::{Atlas, Region},
    brain_space::BrainSpace,
    single_map::SingleMap,
};
use crate::{feature_survey::FeatureSurvey, layer::Layer, open::enumerate, options::OpenOptions};

/// The mask and the atlas of [`OpenOptions`], as far as there are any.
pub(crate) struct VoxelSelection {
    mask: Option<SingleMap>,
    atlas: Option<Atlas>,
}

impl VoxelSelection {
    /// Opens the files that `options` name, and notes doubts about them.
    ///
    /// # Errors
    /// `Io` or `Format` if a file cannot be read, or holds more than one map.
    pub(crate) fn open(options: &OpenOptions, notes: &mut Vec<String>) -> Result<Self> {
        let mask = options.mask.as_deref().map(|path: &Path| SingleMap::open(path, "mask", notes)).transpose()?;
        let atlas = options.regions.as_ref().map(|regions| Atlas::open(regions, notes)).transpose()?;
        Ok(Self { mask, atlas })
    }

    /// Returns `true` if every region is a layer.
    pub(crate) fn divides(&self) -> bool {
        self.atlas.is_some()
    }

    /// Returns the layer of the places of `layer` that are features, or a layer for each region.
    ///
    /// The features are the places of the mask. Without a mask they are those that are finite and not constant over all
    /// conditions.
    ///
    /// # Errors
    /// `ShapeMismatch` if mask or atlas are of other places than the layer, `Degenerate` if no place is left; the errors
    /// of reading.
    pub(crate) fn select(&self, layer: &Layer, is_alone: bool, notes: &mut Vec<String>) -> Result<Vec<Layer>> {
        let Some(space) = layer.space() else { return Ok(vec![layer.clone()]) };
        let mask = self.mask.as_ref().map(|mask| mask.nonzero(space)).transpose()?;
        let Some(atlas) = &self.atlas else {
            return Ok(vec![match mask {
                Some(mask) => inside(layer, &mask)?,
                None => informative(layer, space, notes)?,
            }]);
        };
        let regions = atlas.regions(space, notes)?;
        let mut is_wanted = vec![false; space.n_places()];
        regions.iter().flat_map(|region| &region.places).for_each(|&place| is_wanted[place] = true);
        if let Some(mask) = &mask {
            is_wanted.iter_mut().zip(mask).for_each(|(wanted, inside)| *wanted &= inside);
        }
        // The regions of compressed volumes are held in memory: each would inflate the whole file.
        let all = layer.with_features(places(is_wanted.len(), |j| is_wanted[j]))?.held_if_compressed()?;
        if mask.is_none() {
            let left = informative(&all, space, notes)?;
            is_wanted.fill(false);
            left.places().for_each(|place| is_wanted[place] = true);
        }
        divide(&all, regions, &is_wanted, is_alone, notes)
    }
}

/// Returns the layer of those places of `layer` that are inside the mask.
///
/// # Errors
/// `Degenerate` if there is none, as for one structure and a mask of another.
fn inside(layer: &Layer, mask: &[bool]) -> Result<Layer> {
    let left: Vec<_> = layer.places().filter(|&place| mask[place]).collect();
    match left.is_empty() {
        true => Err(Error::degenerate(
            format!("layer '{}' has no place inside the mask", layer.name()),
            "no feature is left",
        )),
        false => layer.with_places(left),
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
    let word = all.space().map_or("place", BrainSpace::place_word);
    let (mut layers, mut empty, mut names) = (Vec::new(), Vec::new(), HashSet::new());
    for Region { name, mut places } in regions {
        places.retain(|&place| is_wanted[place]);
        if places.is_empty() {
            empty.push(format!("'{name}'"));
            continue;
        }
        if !names.insert(name.clone()) {
            return Err(Error::format(format!(
                "two regions of the atlas are named '{name}'; give every region its name"
            )));
        }
        let full = if is_alone { name } else { format!("{}/{name}", all.name()) };
        layers.push(all.with_places(places)?.renamed(full));
    }
    if !empty.is_empty() {
        notes.push(format!("regions without a {} that is a feature are left out: {}", word, enumerate(&empty)));
    }
    match layers.is_empty() {
        true => Err(Error::degenerate(
            format!("no region of the atlas has a {word} inside the mask"),
            "give another atlas or mask",
        )),
        false => Ok(layers),
    }
}

/// Returns the layer of those places of `layer`, in `space`, that are finite and not constant over all conditions.
fn informative(layer: &Layer, space: &BrainSpace, notes: &mut Vec<String>) -> Result<Layer> {
    let survey = layer.survey()?;
    let p = survey.n_features();
    let left = places(p, |j| !survey.is_dead(j) && !survey.is_broken(j));
    let word = space.places_word();
    let counts = counts(&survey, layer.n_conditions(), space);
    if left.is_empty() {
        return Err(Error::degenerate(
            format!("layer '{}': of {p} {word} {counts}", layer.name()),
            format!("no {} is left to be a feature", space.place_word()),
        ));
    }
    if left.len() < p {
        notes.push(format!(
            "layer '{}': {} of {p} {word} are features: {counts}; --mask chooses {word} by a file",
            layer.name(),
            left.len()
        ));
    }
    layer.with_features(left)
}

fn counts(survey: &FeatureSurvey, n: usize, space: &BrainSpace) -> String {
    let count = |is: fn(&FeatureSurvey, usize) -> bool| (0..survey.n_features()).filter(|&j| is(survey, j)).count();
    let rows = if matches!(space, BrainSpace::Volume(_)) { "volumes" } else { "maps" };
    let (dead, broken) = (count(FeatureSurvey::is_dead), count(FeatureSurvey::is_broken));
    format!("{dead} are constant over all {n} {rows} and {broken} have a NaN or an infinity")
}

fn places(n: usize, is_in: impl Fn(usize) -> bool) -> Vec<usize> {
    (0..n).filter(|&j| is_in(j)).collect()
}
