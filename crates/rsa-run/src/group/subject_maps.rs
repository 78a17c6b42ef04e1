//! [`SubjectMaps`]: the maps of all subjects, as files hold them.

use std::path::Path;

use ndarray::{Array2, ArrayView2, Axis, concatenate};
use rsa_io::VolumeFile;
use rsakit::{Error, Result, core::RowBlocks};

use super::{GroupRequest, map_space::MapSpace};
use crate::{
    inputs::{Input, data_error, open_source},
    memory::{ensure_fits, float_bytes},
    notes::Notes,
};

/// Maps of all subjects, before their elements are chosen.
pub(super) struct SubjectMaps {
    /// Subjects × elements.
    pub(super) values: Array2<f64>,
    /// Input of each subject.
    pub(super) of_subjects: Vec<String>,
    pub(super) space: MapSpace,
    pub(super) inputs: Vec<Input>,
}

/// Copies of the maps that a test holds at once: as read, chosen, and scaled twice.
const COPIES: usize = 4;

impl SubjectMaps {
    /// Reads maps: every volume, or every row of an array, is that of a subject.
    ///
    /// # Errors
    /// The errors of reading; `ShapeMismatch` for maps that are not on one grid; `TooLarge`.
    pub(super) fn read(
        inputs: &[String],
        request: &GroupRequest,
        budget: usize,
        notes: &mut Notes<'_>,
    ) -> Result<Self> {
        let is_volume = |input: &String| rsa_io::holds_volumes(input, &request.options);
        match inputs.iter().filter(|input| is_volume(input)).count() {
            0 => Self::read_arrays(inputs, request, budget, notes),
            n if n == inputs.len() => Self::read_volumes(inputs, request, budget, notes),
            _ => Err(Error::format("some of the maps are NIfTI files and others are not; give one kind")),
        }
    }

    fn read_volumes(inputs: &[String], request: &GroupRequest, budget: usize, notes: &mut Notes<'_>) -> Result<Self> {
        let files = inputs.iter().map(|input| VolumeFile::open(Path::new(input)).map_err(data_error));
        let files: Vec<VolumeFile> = files.collect::<Result<_>>()?;
        let geometry = files[0].geometry().clone();
        for (file, input) in files.iter().zip(inputs) {
            notes.add_all(file.warnings());
            file.geometry().ensure_same(input, &geometry, &inputs[0])?;
        }
        let n_subjects: usize = files.iter().map(VolumeFile::n_volumes).sum();
        ensure_maps_fit(n_subjects, geometry.n_voxels(), budget)?;
        let mut values = Array2::zeros((n_subjects, geometry.n_voxels()));
        let (mut of_subjects, mut described) = (Vec::new(), Vec::new());
        for (file, input) in files.iter().zip(inputs) {
            let n = file.n_volumes();
            let start = of_subjects.len();
            values.slice_axis_mut(Axis(0), (start..start + n).into()).assign(&file.read()?);
            of_subjects.extend((0..n).map(|k| if n == 1 { input.clone() } else { format!("{input}, volume {k}") }));
            let s = if n == 1 { "" } else { "s" };
            let holds = format!("{n} volume{s} of {} voxels", geometry.n_voxels());
            described.push(Input { name: input.clone(), holds, ..Input::default() });
        }
        let places = (0..geometry.n_voxels()).collect();
        let space = MapSpace::Voxels { geometry: Box::new(geometry), places, connectivity: request.connectivity };
        Ok(Self { values, of_subjects, space, inputs: described })
    }

    fn read_arrays(inputs: &[String], request: &GroupRequest, budget: usize, notes: &mut Notes<'_>) -> Result<Self> {
        if request.mask.is_some() {
            return Err(Error::invalid_parameter("--mask", "given with NIfTI maps, whose voxels it chooses", "arrays"));
        }
        let (mut parts, mut of_subjects, mut described) = (Vec::new(), Vec::new(), Vec::new());
        let mut shape: Option<(Vec<usize>, Option<Vec<String>>)> = None;
        for input in inputs {
            let source = open_source(input, &request.options)?;
            notes.add_all(source.warnings());
            let [layer] = source.layers() else {
                return Err(Error::format(format!(
                    "{input}: holds {} arrays; name the one with subjects × times, as {input}::NAME",
                    source.layers().len()
                )));
            };
            if layer.grayordinates().is_some() {
                return Err(Error::format(format!(
                    "{input}: holds maps of a surface, whose neighbors are not known here; give volumes or arrays, or use the \
                     library, which takes any neighbors (Adjacency::of_triangles)"
                )));
            }
            let (n, p) = (layer.n_conditions(), layer.n_features());
            let own = layer.shape().to_vec();
            match &shape {
                Some((first, _)) if first[1..] != own[1..] => {
                    return Err(Error::shape_mismatch(format!(
                        "{input} has the shape {own:?} and {} {first:?}; all but the first axis must agree",
                        inputs[0]
                    )));
                }
                Some(_) => {}
                None => shape = Some((own, layer.features().names().map(<[String]>::to_vec))),
            }
            ensure_maps_fit(of_subjects.len().saturating_add(n), p, budget)?;
            let mut values = Array2::zeros((n, p));
            layer.read_rows(0..n, values.view_mut()).map_err(data_error)?;
            parts.push(values);
            of_subjects.extend((0..n).map(|row| format!("{input}, row {row}")));
            described.push(Input::from_layers(input, source.layers()));
        }
        let (shape, names) = shape.unwrap_or_default();
        let space = MapSpace::of_shape(&shape, names).map_err(|error| error.context(&inputs[0]))?;
        let views: Vec<ArrayView2<'_, f64>> = parts.iter().map(Array2::view).collect();
        let values = concatenate(Axis(0), &views).map_err(|error| Error::shape_mismatch(error.to_string()))?;
        Ok(Self { values, of_subjects, space, inputs: described })
    }

    /// Replaces correlations by Fisher's z.
    ///
    /// # Errors
    /// `Degenerate` naming the map and the place of the first value that is no correlation between −1 and 1.
    pub(super) fn apply_fisher(&mut self) -> Result<()> {
        for (subject, mut row) in self.values.rows_mut().into_iter().enumerate() {
            for (element, value) in row.iter_mut().enumerate() {
                if value.is_finite() && value.abs() >= 1.0 {
                    let (input, place) = (&self.of_subjects[subject], self.space.show(element));
                    return Err(Error::degenerate(
                        format!(
                            "{input}: the value at {place} is {value}, and Fisher's z needs correlations between −1 and 1"
                        ),
                        "leave --fisher out for other values",
                    ));
                }
                *value = value.atanh();
            }
        }
        Ok(())
    }

    /// Subtracts the maps of the same subjects under another condition.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of maps, or maps on another grid.
    pub(super) fn subtract(&mut self, other: &Self) -> Result<()> {
        if self.values.nrows() != other.values.nrows() {
            return Err(Error::shape_mismatch(format!(
                "{} maps and {} in --minus; give one for each, in the same order of subjects",
                self.values.nrows(),
                other.values.nrows()
            )));
        }
        match (&self.space, &other.space) {
            (MapSpace::Voxels { geometry: own, .. }, MapSpace::Voxels { geometry, .. }) => {
                geometry.ensure_same(&other.of_subjects[0], own, &self.of_subjects[0])?;
            }
            _ if self.space.describe() == other.space.describe() => {}
            _ => {
                return Err(Error::shape_mismatch(format!(
                    "maps of {} and {} in --minus; all must be on one grid",
                    self.space.describe(),
                    other.space.describe()
                )));
            }
        }
        self.values -= &other.values;
        Ok(())
    }
}

fn ensure_maps_fit(n_subjects: usize, n_elements: usize, budget: usize) -> Result<()> {
    let needed = float_bytes(n_subjects.saturating_mul(n_elements)).saturating_mul(COPIES);
    ensure_fits("testing these maps", needed, budget, "give a smaller grid")
}
