//! [`SearchlightResult`]: maps, their summary, and everything to make them again.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

use ndarray::{Array2, ArrayView2};
use rsa_brain::SearchlightMaps;
use rsa_io::{Compression, FloatWidth, NpzWriter, VolumeGeometry};
use rsakit::{Error, Result};
use serde::Serialize;

use super::{SearchlightRequest, search_data::SearchData, search_models::file_word};
use crate::{
    document::{TextBlock, TextTable, four_digits, render_text},
    hashes::sha256,
    inputs::Input,
};

/// Maps of models over a volume.
///
/// The JSON has the keys of its fields but for the maps themselves, which are files of their own.
#[derive(Clone, Debug, Serialize)]
pub struct SearchlightResult {
    /// Version of the software.
    pub rsakit: String,
    /// Command that made the maps, as it was typed, if it was.
    pub command: Option<String>,
    /// Request.
    pub request: SearchlightRequest,
    /// Conditions in the order of the RDMs; `None` without labels.
    pub conditions: Option<Vec<String>>,
    /// Number of conditions.
    pub n_conditions: usize,
    /// Number of runs, if they are known.
    pub n_runs: Option<usize>,
    /// Volume of the maps.
    pub grid: SearchGrid,
    /// Number of centers.
    pub n_centers: usize,
    /// Number of centers that have values.
    pub n_computed: usize,
    /// Number of missing centers by their reason.
    pub missing: BTreeMap<String, usize>,
    /// Number of voxels of the mask that take no part, by their reason.
    pub excluded_voxels: BTreeMap<String, usize>,
    /// Numbers of voxels of a sphere.
    pub members: MemberCounts,
    /// Maps in the order of their models.
    pub maps: Vec<MapSummary>,
    /// Notes on the inputs.
    pub warnings: Vec<String>,
    /// Files that the maps are of.
    pub inputs: Vec<Input>,
    /// SHA-256 of each file that was read.
    pub sha256: BTreeMap<String, String>,
    #[serde(skip)]
    values: SearchlightMaps,
    #[serde(skip)]
    places: Vec<usize>,
    #[serde(skip)]
    geometry: VolumeGeometry,
}

/// Shape and place of the maps.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchGrid {
    /// Numbers of voxels along x, y and z.
    pub shape: [usize; 3],
    /// Rows that give the coordinates in mm of a voxel (x, y, z, 1).
    pub affine: [[f64; 4]; 3],
}

/// Numbers of voxels of spheres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MemberCounts {
    /// Whole sphere.
    pub whole: usize,
    /// Fewest with which a center has a value.
    pub required: usize,
    /// Smallest sphere.
    pub smallest: usize,
    /// Median.
    pub median: usize,
    /// Largest sphere.
    pub largest: usize,
}

/// Summary of the map of a model, over the centers that have values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MapSummary {
    /// Name of the model.
    pub model: String,
    /// End of the name of its file.
    pub file: String,
    /// Mean.
    pub mean: Option<f64>,
    /// Smallest value.
    pub smallest: Option<f64>,
    /// Largest value.
    pub largest: Option<f64>,
    /// Index of the voxel with the largest value.
    pub peak_voxel: Option<[usize; 3]>,
    /// Its coordinates in millimeters.
    pub peak_mm: Option<[f64; 3]>,
}

impl SearchlightResult {
    pub(super) fn new(
        request: &SearchlightRequest,
        data: SearchData,
        names: Vec<String>,
        values: SearchlightMaps,
        warnings: Vec<String>,
    ) -> Result<Self> {
        let [smallest, median, largest] = data.member_counts();
        let (grid, spheres) = (data.spheres.grid(), &data.spheres);
        let statistic = format!("{}{}", request.comparison, request.statistic.suffix());
        let summary = |(model, row): (String, ndarray::ArrayView1<'_, f64>)| {
            let present = || row.iter().enumerate().filter(|(_, value)| !value.is_nan());
            let count = present().count();
            let largest = present().max_by(|(i, a), (j, b)| a.total_cmp(b).then(j.cmp(i)));
            MapSummary {
                file: format!("_model-{}_stat-{statistic}_map.nii.gz", file_word(&model)),
                model,
                mean: (count > 0).then(|| present().map(|(_, value)| value).sum::<f64>() / count as f64),
                smallest: present().map(|(_, value)| *value).min_by(f64::total_cmp),
                largest: largest.map(|(_, value)| *value),
                peak_voxel: largest.map(|(voxel, _)| grid.index(voxel)),
                peak_mm: largest.map(|(voxel, _)| grid.position(voxel)),
            }
        };
        let excluded = [("non-finite", data.n_broken), ("no-noise", data.n_without_noise)];
        let excluded = excluded.into_iter().filter(|(_, count)| *count > 0);
        Ok(Self {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            command: None,
            conditions: data.conditions.labels().map(<[String]>::to_vec),
            n_conditions: data.conditions.count(),
            n_runs: data.n_runs,
            grid: SearchGrid { shape: grid.shape(), affine: grid.affine() },
            n_centers: grid.n_voxels(),
            n_computed: values.n_computed(),
            missing: values.missing_counts().into_iter().map(|(reason, n)| (reason.word().to_owned(), n)).collect(),
            excluded_voxels: excluded.map(|(reason, count)| (reason.to_owned(), count)).collect(),
            members: MemberCounts {
                whole: spheres.n_whole(),
                required: spheres.n_required(),
                smallest,
                median,
                largest,
            },
            maps: names.into_iter().zip(values.values.rows()).map(summary).collect(),
            warnings,
            inputs: data.inputs,
            sha256: hashes(request)?,
            places: grid.places().to_vec(),
            geometry: data.geometry,
            values,
            request: request.clone(),
        })
    }

    /// Returns the map of each model with the path of its file, which begins with `prefix`.
    pub fn map_files(&self, prefix: &Path) -> Vec<PathBuf> {
        self.maps.iter().map(|map| with_suffix(prefix, &map.file)).collect()
    }

    /// Returns the path of the map of the numbers of voxels of spheres.
    pub fn voxels_file(prefix: &Path) -> PathBuf {
        with_suffix(prefix, "_voxels.nii.gz")
    }

    /// Returns the path of the JSON beside the maps.
    pub fn json_file(prefix: &Path) -> PathBuf {
        with_suffix(prefix, ".json")
    }

    /// Writes the map of the model `k` as compressed NIfTI; `fill` stands outside of the mask and at missing centers.
    ///
    /// # Errors
    /// The errors of [`rsa_io::write_nifti`].
    ///
    /// # Panics
    /// If there is no such model.
    pub fn write_map(&self, k: usize, fill: Option<f64>, writer: &mut dyn Write) -> io::Result<()> {
        self.write_values(self.values.values.row(k).insert_axis(ndarray::Axis(0)), fill, writer)
    }

    /// Writes the number of voxels of the sphere of each center.
    ///
    /// # Errors
    /// The errors of [`rsa_io::write_nifti`].
    pub fn write_voxels(&self, fill: Option<f64>, writer: &mut dyn Write) -> io::Result<()> {
        let counts = Array2::from_shape_fn((1, self.places.len()), |(_, k)| f64::from(self.values.n_members[k]));
        self.write_values(counts.view(), fill, writer)
    }

    fn write_values(&self, values: ArrayView2<'_, f64>, fill: Option<f64>, writer: &mut dyn Write) -> io::Result<()> {
        let Some(fill) = fill else {
            return rsa_io::write_nifti(writer, &self.geometry, &self.places, values, true);
        };
        let mut all = Array2::from_elem((1, self.geometry.n_voxels()), fill);
        for (&place, &value) in self.places.iter().zip(values) {
            all[(0, place)] = if value.is_nan() { fill } else { value };
        }
        let places: Vec<usize> = (0..self.geometry.n_voxels()).collect();
        rsa_io::write_nifti(writer, &self.geometry, &places, all.view(), true)
    }

    /// Writes the RDMs of all centers that have one: `rdms` (centers × pairs), `voxels` (centers × 3) and `conditions`.
    ///
    /// # Errors
    /// `InvalidInput` if they were not kept; the errors of `writer`.
    pub fn write_rdms(&self, writer: &mut dyn Write) -> io::Result<()> {
        let Some(rdms) = &self.values.rdms else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the RDMs of centers were not kept"));
        };
        let with: Vec<usize> = (0..rdms.nrows()).filter(|&k| rdms.row(k).iter().all(|value| !value.is_nan())).collect();
        let voxels =
            Array2::from_shape_fn((with.len(), 3), |(k, axis)| self.geometry.index(self.places[with[k]])[axis] as f64);
        let mut npz = NpzWriter::new(writer, Compression::Stored);
        npz.add_matrix("rdms", rdms.select(ndarray::Axis(0), &with).view(), FloatWidth::F64)?;
        npz.add_matrix("voxels", voxels.view(), FloatWidth::F64)?;
        if let Some(conditions) = &self.conditions {
            npz.add_strings("conditions", conditions)?;
        }
        npz.finish().map(|_| ())
    }

    /// Returns the summary as text.
    pub fn text(&self) -> String {
        let MemberCounts { smallest, median, largest, .. } = self.members;
        let statistic = format!("{}{}", self.request.comparison, self.request.statistic.suffix());
        let runs = self.n_runs.map_or_else(String::new, |n| format!(" in {n} runs"));
        let mut lines = vec![format!(
            "{} × {statistic}, {} conditions{runs}: {} of {} centers, {median} voxels each (median; {smallest} to {largest})",
            self.request.dissimilarity, self.n_conditions, self.n_computed, self.n_centers
        )];
        for (reason, count) in &self.missing {
            lines.push(format!("missing: {count} {reason}"));
        }
        let place = |map: &MapSummary| match (map.peak_voxel, map.peak_mm) {
            (Some([x, y, z]), Some(mm)) => {
                let [a, b, c] = mm.map(|coordinate| format!("{coordinate:.1}"));
                [format!("{x},{y},{z}"), format!("{a},{b},{c}")]
            }
            _ => [String::new(), String::new()],
        };
        let number = |value: Option<f64>| value.map_or_else(String::new, four_digits);
        let row = |map: &MapSummary| {
            let [voxel, mm] = place(map);
            vec![map.model.clone(), number(map.mean), number(map.smallest), number(map.largest), voxel, mm]
        };
        let table = TextTable {
            header: ["model", "mean", "smallest", "largest", "peak voxel", "peak mm"].map(str::to_owned).to_vec(),
            rows: self.maps.iter().map(row).collect(),
            first_number: 1,
            n_numbers: 3,
        };
        render_text(&[TextBlock::Lines(lines.join("\n") + "\n"), TextBlock::Table(table)])
    }

    /// Returns the JSON, with a line feed at its end.
    ///
    /// # Errors
    /// `Format` if a value has no JSON.
    pub fn json(&self) -> Result<String> {
        let json = serde_json::to_string(self);
        json.map(|text| text + "\n").map_err(|error| Error::format(format!("the result as JSON: {error}")))
    }
}

/// Returns the path that begins with `prefix` and ends with `suffix`.
fn with_suffix(prefix: &Path, suffix: &str) -> PathBuf {
    let mut path = prefix.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Returns the SHA-256 of every file that the request names.
fn hashes(request: &SearchlightRequest) -> Result<BTreeMap<String, String>> {
    let named = [&request.mask, &request.conditions, &request.runs].into_iter().flatten();
    let named = named.map(|path| path.to_string_lossy().into_owned());
    let inputs = std::iter::once(request.input.clone()).chain(request.residuals.clone()).chain(request.models.clone());
    let files = inputs.chain(named).flat_map(|input| rsa_io::list_input_files(&input));
    let hash = |path: PathBuf| {
        let read = File::open(&path).and_then(sha256);
        let (_, hash) = read.map_err(|error| Error::io(format!("{}: cannot be read again", path.display()), error))?;
        Ok((path.display().to_string(), hash))
    };
    files.filter(|path| path.is_file()).map(hash).collect()
}
