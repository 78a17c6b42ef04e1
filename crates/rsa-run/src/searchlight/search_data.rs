//! [`SearchData`]: the volumes of a searchlight, their design and their noise.

use std::path::PathBuf;

use ndarray::Array2;
use rayon::prelude::*;
use rsa_brain::{
    AdditiveDissimilarity, AdditiveTerms, Neighborhood, ResidualVariances, SearchDesign, Spheres, VolumeGrid,
    VoxelValues, noise_variances,
};
use rsa_io::{LabelRole, Layer, OpenOptions, VolumeGeometry};
use rsakit::{
    Error, Result,
    core::{Conditions, Fraction, Observer, RowBlocks, RowGroups},
    spec::{DissimilaritySpec, RdmSpec},
};

use super::{
    SearchRadius, SearchlightRequest,
    sphere_source::{EachSphere, SphereSource},
};
use crate::{
    inputs::{Input, data_error, open_source},
    memory::{ensure_fits, float_bytes},
    noise::NoiseEstimator,
    notes::Notes,
    row_files::{LabelFile, RowFiles},
};

/// Volumes with their design and their noise.
pub(super) struct SearchData {
    pub(super) geometry: VolumeGeometry,
    pub(super) spheres: Spheres,
    pub(super) source: SphereSource,
    /// Conditions in the order of the RDMs.
    pub(super) conditions: Conditions,
    pub(super) n_runs: Option<usize>,
    pub(super) inputs: Vec<Input>,
    /// Voxels of the mask with a value that is not finite.
    pub(super) n_broken: usize,
    /// Voxels of the mask without noise.
    pub(super) n_without_noise: usize,
    bytes: usize,
}

/// Numbers read at once: 8 MB.
const PIECE: usize = 1 << 20;

impl SearchData {
    /// Reads the volumes and estimates their noise.
    pub(super) fn read(
        request: &SearchlightRequest,
        budget: usize,
        notes: &mut Notes<'_>,
        observer: &dyn Observer,
    ) -> Result<Self> {
        request.check()?;
        let neighborhood = request.neighborhood()?;
        let options = OpenOptions { mask: request.mask.clone(), ..request.options.clone() };
        let layer = open_volumes(&request.input, &options, notes)?;
        let Some(geometry) = layer.geometry().cloned() else {
            return Err(Error::format(format!("{}: holds no volumes; a searchlight reads NIfTI files", request.input)));
        };
        let rows = request.row_files()?;
        rows.ensure_fit(&layer)?;
        let runs = rows.runs_of(&layer);
        if request.dissimilarity.is_crossvalidated() && runs.is_none() {
            let requirement = "given by --runs FILE, because runs are multiplied with one another";
            return Err(Error::invalid_parameter("the runs of the observations", requirement, "none"));
        }
        let (design, conditions) = design_of(&rows.conditions_of(&layer).unwrap_or(layer.conditions().clone()), runs)?;
        // Values may take 64 bits, and are copied once where they first do not fit into 32.
        let needed = float_bytes(layer.n_conditions().saturating_mul(layer.n_features())).saturating_mul(3) / 2;
        ensure_fits(format_args!("reading {}", request.input), needed, budget, "take a smaller mask")?;
        let mut inputs = vec![Input::from_layers(&request.input, std::slice::from_ref(&layer))];
        let mut values = read_values(&layer, observer)?;
        let places = places_of(&layer, &geometry)?;
        let mut kept = values.finite_voxels();
        let n_broken = kept.iter().filter(|kept| !**kept).count();
        let mut variances = None;
        let mut residuals = None;
        let mut lacks_noise = vec![false; places.len()];
        match (&request.residuals, request.noise) {
            (_, NoiseEstimator::None) => {}
            (None, NoiseEstimator::Diagonal) => variances = Some(noise_variances(&values, &design)?),
            (None, _) => {}
            (Some(path), estimator) => {
                let layer = open_residuals(path, &options, &layer)?;
                inputs.push(Input::from_layers(path, std::slice::from_ref(&layer)));
                match estimator {
                    NoiseEstimator::Diagonal => {
                        let mut sums = ResidualVariances::new(places.len());
                        for_each_block(&layer, observer, &mut |block| sums.push_rows(block))?;
                        variances = Some(sums.finish(request.dof)?);
                    }
                    _ => {
                        let bytes =
                            float_bytes(layer.n_conditions().saturating_mul(places.len())).saturating_mul(3) / 2;
                        let all = needed.saturating_add(bytes);
                        ensure_fits(format_args!("reading {path}"), all, budget, "take --noise diagonal")?;
                        let read = read_values(&layer, observer)?;
                        lacks_noise = read.finite_voxels().into_iter().map(|finite| !finite).collect();
                        residuals = Some(read);
                    }
                }
            }
        }
        for (lacks_noise, variance) in lacks_noise.iter_mut().zip(variances.iter().flatten()) {
            *lacks_noise = !(variance.is_finite() && *variance > 0.0);
        }
        let n_without_noise = kept.iter().zip(&lacks_noise).filter(|(kept, lacks)| **kept && **lacks).count();
        kept.iter_mut().zip(&lacks_noise).for_each(|(kept, lacks)| *kept &= !lacks);
        note_excluded(&request.input, [n_broken, n_without_noise], places.len(), notes);
        if !kept.contains(&true) {
            return Err(Error::degenerate(
                format!("{}: no voxel of the mask has finite values and noise", request.input),
                "check that mask, data and residuals are of one subject and run model",
            ));
        }
        let retained = |numbers: Vec<f64>| retain(numbers, &kept);
        let variances = variances.map(retained);
        if n_broken + n_without_noise > 0 {
            values.retain_voxels(&kept);
            if let Some(residuals) = &mut residuals {
                residuals.retain_voxels(&kept);
            }
        }
        let places = places.into_iter().zip(&kept).filter(|(_, kept)| **kept).map(|(place, _)| place).collect();
        let grid = VolumeGrid::new(geometry.shape(), geometry.affine(), places)?;
        let share = Fraction::new("--min-share", request.min_share)?;
        let spheres = Spheres::new(grid, neighborhood)?.with_minimum(share, request.min_voxels);
        let bytes = needed;
        let n_runs = design.n_runs();
        let precision = layer.precision().clamp(f64::EPSILON, 0.5);
        let source = match (additive(&request.dissimilarity), request.noise) {
            (Some(dissimilarity), NoiseEstimator::None | NoiseEstimator::Diagonal) => {
                let terms = AdditiveTerms::new(dissimilarity, values, design).and_then(|terms| match &variances {
                    Some(variances) => terms.with_noise(variances),
                    None => Ok(terms),
                });
                let terms = terms.and_then(|terms| terms.with_precision(precision));
                SphereSource::Additive(Box::new(terms.map_err(|error| error.context(&request.input))?))
            }
            _ => {
                SphereSource::Each(Box::new(EachSphere::new(request, values, design, variances, residuals, precision)?))
            }
        };
        Ok(Self { geometry, spheres, source, conditions, n_runs, inputs, n_broken, n_without_noise, bytes })
    }

    /// Returns the bytes that the data take.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the smallest, the median and the largest number of voxels of a sphere.
    pub(super) fn member_counts(&self) -> [usize; 3] {
        let n = self.spheres.grid().n_voxels();
        let mut counts: Vec<_> = (0..n).into_par_iter().map(|center| self.spheres.n_members(center)).collect();
        counts.sort_unstable();
        [counts[0], counts[n / 2], counts[n - 1]]
    }
}

impl SearchlightRequest {
    fn neighborhood(&self) -> Result<Neighborhood> {
        let refuse =
            |what: &str, requirement: &str, found: &str| Err(Error::invalid_parameter(what, requirement, found));
        match (self.radius, self.count) {
            (Some(_), Some(_)) => refuse("the spheres", "given by --radius or by --count", "both"),
            (None, None) => refuse("the spheres", "given by --radius, such as 4vox or 8mm, or by --count", "neither"),
            (Some(_), None) if self.max_radius.is_some() => refuse("--max-radius", "given with --count", "--radius"),
            (Some(SearchRadius::Voxels(radius)), None) => {
                Ok(Neighborhood::Voxels { radius, inclusive: self.inclusive })
            }
            (Some(SearchRadius::Millimeters(radius)), None) => Ok(Neighborhood::Millimeters { radius }),
            (None, Some(count)) => match self.max_radius {
                Some(SearchRadius::Voxels(_)) => refuse("--max-radius", "in mm, as the nearest voxels are", "voxels"),
                Some(SearchRadius::Millimeters(radius)) => {
                    Ok(Neighborhood::Nearest { count, max_radius: Some(radius) })
                }
                None => Ok(Neighborhood::Nearest { count, max_radius: None }),
            },
        }
    }

    /// Reads the files of the labels and the runs of the volumes.
    fn row_files(&self) -> Result<RowFiles> {
        let read = |path: &Option<PathBuf>, role| path.as_deref().map(|path| LabelFile::read(path, role)).transpose();
        Ok(RowFiles {
            conditions: read(&self.conditions, LabelRole::Conditions)?,
            runs: read(&self.runs, LabelRole::Runs)?,
        })
    }
}

/// Returns the design of volumes with these conditions, and the conditions in the order of their first appearance.
fn design_of(volumes: &Conditions, runs: Option<&[String]>) -> Result<(SearchDesign, Conditions)> {
    let Some(labels) = volumes.labels() else {
        if runs.is_some() {
            let what = "the conditions of observations in runs";
            return Err(Error::invalid_parameter(what, "given, by --conditions FILE", "none"));
        }
        let design = SearchDesign::new((0..volumes.count()).collect())?;
        return Ok((design, volumes.clone()));
    };
    let groups = RowGroups::from_labels(labels.iter().cloned());
    let design = SearchDesign::new(groups.of().to_vec())?;
    let design = match runs {
        Some(runs) => design.with_runs(RowGroups::from_labels(runs.iter().cloned()).of().to_vec())?,
        None => design,
    };
    Ok((design, Conditions::labeled(groups.labels())))
}

/// Opens the one layer of volumes of an input.
fn open_volumes(input: &str, options: &OpenOptions, notes: &mut Notes<'_>) -> Result<Layer> {
    let source = open_source(input, options)?;
    notes.add_all(source.warnings());
    only_layer(input, source.into_layers())
}

fn only_layer(input: &str, mut layers: Vec<Layer>) -> Result<Layer> {
    match layers.len() {
        1 => Ok(layers.swap_remove(0)),
        n => Err(Error::format(format!(
            "{input}: holds {n} layers, and a searchlight takes one; name it as FILE::NAME, or give a file of volumes"
        ))),
    }
}

/// Opens residuals, with the voxels of the data.
fn open_residuals(path: &str, options: &OpenOptions, data: &Layer) -> Result<Layer> {
    let named = |error: Error| data_error(error.context("--residuals"));
    let layers = rsa_io::open_all_features(path, options).map_err(named)?.into_layers();
    only_layer(path, layers)?.with_features_of(data).map_err(named)
}

/// Returns the places of the voxels of a layer in its volume.
fn places_of(layer: &Layer, geometry: &VolumeGeometry) -> Result<Vec<usize>> {
    let features = layer.features();
    match features.grid() {
        Some(grid) => Ok((0..layer.n_features()).map(|j| grid.place(j)).collect()),
        None if layer.n_features() == geometry.n_voxels() => Ok((0..geometry.n_voxels()).collect()),
        None => Err(Error::format(format!("{}: its voxels have no places", layer.place()))),
    }
}

fn for_each_block(
    layer: &Layer,
    observer: &dyn Observer,
    take: &mut dyn FnMut(ndarray::ArrayView2<'_, f64>) -> Result<()>,
) -> Result<()> {
    let (n, p) = (layer.n_conditions(), layer.n_features());
    let per_block = (PIECE / p.max(1)).clamp(1, n.max(1));
    for start in (0..n).step_by(per_block) {
        observer.ensure_going("the reading of the volumes")?;
        observer.progress("volumes", start as u64, n as u64);
        let rows = start..(start + per_block).min(n);
        let mut block = Array2::zeros((rows.len(), p));
        layer.read_rows(rows, block.view_mut())?;
        take(block.view())?;
    }
    Ok(())
}

fn read_values(layer: &Layer, observer: &dyn Observer) -> Result<VoxelValues> {
    let mut values = VoxelValues::new(layer.n_features());
    for_each_block(layer, observer, &mut |block| values.push_rows(block))?;
    Ok(values)
}

fn retain(numbers: Vec<f64>, kept: &[bool]) -> Vec<f64> {
    numbers.into_iter().zip(kept).filter(|(_, kept)| **kept).map(|(number, _)| number).collect()
}

fn note_excluded(input: &str, [n_broken, n_without_noise]: [usize; 2], p: usize, notes: &mut Notes<'_>) {
    if n_broken > 0 {
        notes.add(format!("{input}: voxels with a NaN or an infinity are left out: {n_broken} of {p}"));
    }
    if n_without_noise > 0 {
        notes.add(format!("{input}: voxels without noise are left out: {n_without_noise} of {p}"));
    }
}

/// Returns the dissimilarity as sums over voxels, if it is one.
fn additive(spec: &RdmSpec) -> Option<AdditiveDissimilarity> {
    Some(match spec {
        RdmSpec::Crossnobis { weighting } => AdditiveDissimilarity::Crossnobis { weighting: *weighting },
        RdmSpec::Mahalanobis => AdditiveDissimilarity::SquaredEuclidean { per_feature: true },
        RdmSpec::Patterns(patterns) => match patterns {
            DissimilaritySpec::Euclidean => AdditiveDissimilarity::Euclidean,
            DissimilaritySpec::SquaredEuclidean { per_feature } => {
                AdditiveDissimilarity::SquaredEuclidean { per_feature: *per_feature }
            }
            DissimilaritySpec::Correlation => AdditiveDissimilarity::Correlation,
            DissimilaritySpec::Cosine => AdditiveDissimilarity::Cosine,
            DissimilaritySpec::Manhattan => AdditiveDissimilarity::Manhattan,
            DissimilaritySpec::Poisson(poisson) => AdditiveDissimilarity::Poisson(*poisson),
            _ => return None,
        },
        _ => return None,
    })
}
