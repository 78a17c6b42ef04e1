//! [`GroupRequest`]: tests of maps over a group of subjects.

mod document;
mod effect;
mod entities;
mod group_correction;
mod map_files;
mod map_space;
mod result;
mod subject_maps;

use std::path::{Path, PathBuf};

use ndarray::Axis;
use rsa_io::OpenOptions;
use rsakit::{
    Error, Result,
    core::Observer,
    stats::{MapContrast, MapTest, VoxelConnectivity},
};
use serde::{Deserialize, Serialize};

use self::{effect::Effect, map_space::MapSpace, result::Tested, subject_maps::SubjectMaps};
pub use self::{
    group_correction::GroupCorrection,
    map_files::GroupMaps,
    result::{GroupCluster, GroupModel, GroupResult},
};
use crate::{memory::MemorySize, notes::Notes};

/// Request for a test of maps over subjects: volumes, time courses, or times × times.
///
/// # Example
/// ```
/// use rsa_io::{FloatWidth, npy, write_atomically};
/// use rsa_run::GroupRequest;
///
/// // Eight subjects, five times; the third time is above 0.
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("courses.npy");
/// let course = |(i, t)| if t == 2 { 1.0 } else { 0.0 } + ((3 * i + 7 * t) % 8) as f64 / 8.0 - 0.44;
/// let courses = ndarray::Array2::from_shape_fn((8, 5), course);
/// write_atomically(&path, false, |file| npy::write_matrix(file, courses.view(), FloatWidth::F64))?;
///
/// let (result, _) = GroupRequest::new([path.display().to_string()]).run(&())?;
/// assert_eq!((result.n_subjects, result.tried, result.exact), (8, 256, true));
/// assert_eq!(result.models[0].clusters[0].peak, [2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRequest {
    /// NIfTI files with a volume for each subject, or arrays of subjects × times.
    pub maps: Vec<String>,
    /// Maps of the same subjects that are subtracted.
    #[serde(default)]
    pub minus: Vec<String>,
    /// Correction for the number of elements.
    #[serde(default)]
    pub correction: GroupCorrection,
    /// Number of random flips or permutations; if no more exist, all are tried.
    pub flips: u64,
    /// Seed of the random flips.
    #[serde(default)]
    pub seed: u64,
    /// `true` to test effects of both signs.
    #[serde(default)]
    pub two_sided: bool,
    /// `true` to test Fisher's z of correlations.
    #[serde(default)]
    pub fisher: bool,
    /// `true` to correct several models, told apart by `model-` in the names of their files, together.
    #[serde(default)]
    pub family: bool,
    /// Table with the group of each subject, `FILE` or `FILE::COLUMN`.
    #[serde(default)]
    pub groups: Option<String>,
    /// Tables with a number for each subject; without groups the slope on the first is tested.
    #[serde(default)]
    pub covariates: Vec<String>,
    /// File of a mask.
    #[serde(default)]
    pub mask: Option<PathBuf>,
    /// Voxels that are neighbors.
    #[serde(default)]
    pub connectivity: VoxelConnectivity,
    /// Fewest subjects with a value at a voxel that is tested; without it all.
    #[serde(default)]
    pub min_subjects: Option<usize>,
    /// Reading of the files.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

impl GroupRequest {
    /// Makes a request with the defaults: a one-sided test of the mean, by the largest t of 10 000 flips.
    pub fn new<S: Into<String>>(maps: impl IntoIterator<Item = S>) -> Self {
        Self {
            maps: maps.into_iter().map(Into::into).collect(),
            minus: Vec::new(),
            correction: GroupCorrection::default(),
            flips: 10_000,
            seed: 0,
            two_sided: false,
            fisher: false,
            family: false,
            groups: None,
            covariates: Vec::new(),
            mask: None,
            connectivity: VoxelConnectivity::default(),
            min_subjects: None,
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Returns the files that the request names beside its maps.
    pub fn other_files(&self) -> impl Iterator<Item = PathBuf> + '_ {
        let tables = self.groups.iter().chain(&self.covariates).map(|input| rsa_io::split_address(input).0.to_owned());
        tables.chain(self.mask.clone())
    }

    /// Tests the maps; returns the clusters and counts, and the maps of the test.
    ///
    /// # Errors
    /// The errors of reading; `InvalidParameter`, `ShapeMismatch`, `LabelMismatch` for maps and subjects that do not go
    /// together; those of [`MapTest`]; `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<(GroupResult, GroupMaps)> {
        let budget = MemorySize::budget(self.memory, observer)?;
        let mut notes = Notes::new(observer);
        ensure_once(&self.maps)?;
        let models = entities::by_model(&self.maps, self.family)?;
        let minus = entities::by_model(&self.minus, self.family)?;
        if !minus.is_empty() && minus.len() != models.len() {
            return Err(Error::invalid_parameter(
                "--minus",
                "maps of as many models as the maps they are subtracted from",
                format_args!("{} and {}", minus.len(), models.len()),
            ));
        }
        let mut read: Vec<SubjectMaps> = Vec::new();
        for (k, (name, inputs)) in models.iter().enumerate() {
            let mut maps = self.read(inputs, budget, &mut notes)?;
            if let Some((_, inputs_of_minus)) = minus.get(k) {
                entities::ensure_same_subjects(inputs, inputs_of_minus)?;
                let other = self.read(inputs_of_minus, budget, &mut notes)?;
                maps.subtract(&other)?;
                maps.inputs.extend(other.inputs);
            }
            if let Some(first) = read.first() {
                ensure_one_group(first, &maps, name.as_deref().unwrap_or_default())?;
                entities::ensure_same_subjects(&first.of_subjects, &maps.of_subjects)?;
            }
            read.push(maps);
        }
        self.test(&models, read, notes, observer)
    }

    fn read(&self, inputs: &[String], budget: usize, notes: &mut Notes<'_>) -> Result<SubjectMaps> {
        let mut maps = SubjectMaps::read(inputs, self, budget, notes)?;
        if self.fisher {
            maps.apply_fisher()?;
        }
        Ok(maps)
    }

    fn test(
        &self,
        models: &[(Option<String>, Vec<String>)],
        mut read: Vec<SubjectMaps>,
        mut notes: Notes<'_>,
        observer: &dyn Observer,
    ) -> Result<(GroupResult, GroupMaps)> {
        self.choose_voxels(&mut read, &mut notes)?;
        let value = match (self.fisher, self.minus.is_empty()) {
            (false, true) => "values",
            (true, true) => "Fisher's z",
            (false, false) => "differences",
            (true, false) => "differences of Fisher's z",
        };
        let effect = Effect::read(self, &read[0].of_subjects, value)?;
        let space = read[0].space.clone();
        let test = MapTest {
            correction: self.correction.of_maps(space.is_volume()),
            two_sided: self.two_sided,
            arrangements: self.flips,
            seed: self.seed,
            min_subjects: self.min_subjects,
            ..MapTest::default()
        };
        let views: Vec<_> = read.iter().map(|maps| maps.values.view()).collect();
        let outcome = test.run_observed(&views, &effect.contrast, &space.adjacency()?, observer)?;
        let is_flipped = effect.contrast == MapContrast::Mean;
        result::add_caveats(&outcome, is_flipped, &space, &mut notes);
        let n_subjects = read[0].values.nrows();
        let names = models.iter().map(|(name, _)| name.clone()).collect();
        let inputs = read.into_iter().flat_map(|maps| maps.inputs).collect();
        let tested = Tested { space: &space, effect: effect.words, n_subjects, is_flipped, test: &test, inputs };
        let result = GroupResult::new(self, names, tested, &outcome, notes.into_texts());
        Ok((result, GroupMaps::new(space, models, outcome)))
    }

    /// Keeps the voxels of the mask, or those that have a value other than 0 in some subject.
    fn choose_voxels(&self, read: &mut [SubjectMaps], notes: &mut Notes<'_>) -> Result<()> {
        let MapSpace::Voxels { geometry, connectivity, .. } = read[0].space.clone() else { return Ok(()) };
        let n_voxels = geometry.n_voxels();
        let has_value = |voxel: usize| {
            let values = read.iter().flat_map(|maps| maps.values.column(voxel));
            values.into_iter().any(|value| value.is_finite() && *value != 0.0)
        };
        let places: Vec<usize> = match &self.mask {
            Some(mask) => {
                let mut doubts = Vec::new();
                let places = rsa_io::read_mask(mask, &geometry, &mut doubts)?;
                notes.add_all(doubts);
                places
            }
            None => (0..n_voxels).filter(|&voxel| has_value(voxel)).collect(),
        };
        if self.mask.is_none() {
            let is_partly_zero = |&&voxel: &&usize| {
                let is_zero = |maps: &SubjectMaps| maps.values.column(voxel).iter().any(|&value| value == 0.0);
                self.minus.is_empty() && read.iter().any(is_zero)
            };
            let n_zero = places.iter().filter(is_partly_zero).count();
            if n_zero > 0 {
                notes.add(format!(
                    "{n_zero} of {} voxels are exactly 0 in some subjects and not in others; if 0 means that there is no \
                     value, give --mask",
                    places.len()
                ));
            }
        }
        for maps in read {
            maps.values = maps.values.select(Axis(1), &places);
            maps.space = MapSpace::Voxels { geometry: geometry.clone(), places: places.clone(), connectivity };
        }
        Ok(())
    }
}

/// Checks that no map is given twice.
fn ensure_once(maps: &[String]) -> Result<()> {
    if maps.is_empty() {
        return Err(Error::invalid_parameter("the maps", "one file or more", "none"));
    }
    let same = |a: &&String, b: &&String| Path::new(a.as_str()) == Path::new(b.as_str());
    for (k, map) in maps.iter().enumerate() {
        if maps[..k].iter().any(|other| same(&other, &map)) {
            return Err(Error::invalid_parameter(
                "the maps",
                "different files, one for each subject",
                format_args!("'{map}' twice"),
            ));
        }
    }
    Ok(())
}

/// Checks that the maps of another model are of as many subjects on the same grid.
fn ensure_one_group(first: &SubjectMaps, other: &SubjectMaps, name: &str) -> Result<()> {
    if first.values.dim() == other.values.dim() {
        if let (MapSpace::Voxels { geometry, .. }, MapSpace::Voxels { geometry: of_first, .. }) =
            (&other.space, &first.space)
        {
            geometry.ensure_same(&other.of_subjects[0], of_first, &first.of_subjects[0])?;
        }
        return Ok(());
    }
    let ((n, p), (rows, columns)) = (first.values.dim(), other.values.dim());
    Err(Error::shape_mismatch(format!(
        "model {name} has {rows} maps of {columns} elements, the first model {n} of {p}; every subject needs a map of every model"
    )))
}
