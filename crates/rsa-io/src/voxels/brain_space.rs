//! [`BrainSpace`]: the places of the brain that the columns of an array are.

use std::sync::Arc;

use rsa_core::{Error, FeatureAxis, Features, PositionUnit, Result};

use super::{
    VolumeGeometry,
    grayordinates::{GrayPlace, Grayordinates},
};
use crate::layout::ensure_room;

/// The voxels of a volume, the grayordinates of a CIFTI-2 or GIfTI file, or named parcels of them.
#[derive(Clone, Debug)]
pub(crate) enum BrainSpace {
    Volume(Arc<VolumeGeometry>),
    Grayordinates(Arc<Grayordinates>),
    Parcels(Arc<[String]>),
}

impl BrainSpace {
    /// Returns the number of places.
    pub(crate) fn n_places(&self) -> usize {
        match self {
            Self::Volume(volume) => volume.n_voxels(),
            Self::Grayordinates(gray) => gray.count(),
            Self::Parcels(names) => names.len(),
        }
    }

    /// Returns the word for a place, in the plural.
    pub(crate) fn places_word(&self) -> &'static str {
        match self {
            Self::Volume(_) => "voxels",
            Self::Grayordinates(_) => "grayordinates",
            Self::Parcels(_) => "parcels",
        }
    }

    /// Returns the word for a place.
    pub(crate) fn place_word(&self) -> &'static str {
        self.places_word().trim_end_matches('s')
    }

    /// Returns the place of column `j` for a message.
    pub(crate) fn show_place(&self, j: usize) -> String {
        match self {
            Self::Volume(volume) => {
                let [x, y, z] = volume.index(j);
                format!("voxel ({x}, {y}, {z})")
            }
            Self::Grayordinates(gray) => gray.show_place(j),
            Self::Parcels(names) => format!("'{}'", names[j]),
        }
    }

    /// Returns the columns of the structure `name`.
    pub(crate) fn structure(&self, name: &str) -> Option<std::ops::Range<usize>> {
        match self {
            Self::Grayordinates(gray) if !name.is_empty() => Some(gray.structure(name)?.range()),
            _ => None,
        }
    }

    /// Returns the names of the structures.
    pub(crate) fn structure_names(&self) -> Vec<String> {
        let Self::Grayordinates(gray) = self else { return Vec::new() };
        let names = gray.structures().iter().map(|structure| structure.name().to_owned());
        names.filter(|name| !name.is_empty()).collect()
    }

    /// Returns the places at the columns `chosen` as features, with names and positions where there are any.
    ///
    /// # Errors
    /// `InvalidParameter` if a position overflows; `Io` if they do not fit into memory.
    pub(crate) fn features(&self, chosen: &[usize]) -> Result<Features> {
        // A position, its place, and copies of both.
        ensure_room(chosen.len(), 64)?;
        match self {
            Self::Volume(volume) => {
                let positions = chosen.iter().map(|&place| volume.position(place)).collect();
                on_volume(volume.shape(), chosen)?.with_positions(positions, PositionUnit::Millimeters)
            }
            Self::Grayordinates(gray) => of_grayordinates(gray, chosen),
            Self::Parcels(names) => Ok(Features::named(chosen.iter().map(|&j| names[j].clone()))),
        }
    }

    /// Checks that both are the same places; `own` and `others` name them.
    ///
    /// # Errors
    /// `ShapeMismatch`.
    pub(crate) fn ensure_same(&self, own: &str, other: &Self, others: &str) -> Result<()> {
        match (self, other) {
            (Self::Volume(a), Self::Volume(b)) => a.ensure_same(own, b, others),
            (Self::Grayordinates(a), Self::Grayordinates(b)) => a.ensure_same(own, b, others),
            (Self::Parcels(a), Self::Parcels(b)) if a == b => Ok(()),
            _ => Err(Error::shape_mismatch(format!(
                "{own} has {}, {others} {}, and they are not the same places",
                self.places_word(),
                other.places_word()
            ))),
        }
    }
}

/// Returns grayordinates as features. Voxels have positions, and the places of one kind a grid.
fn of_grayordinates(gray: &Grayordinates, chosen: &[usize]) -> Result<Features> {
    let features = Features::named(chosen.iter().map(|&j| gray.show_place(j)));
    let (mut vertices, mut voxels) = (Vec::new(), Vec::new());
    let mut surface = None;
    let mut surfaces = 0;
    for &j in chosen {
        match gray.place(j) {
            (structure, GrayPlace::Vertex(vertex)) => {
                if surface.replace(structure.range().start) != Some(structure.range().start) {
                    surfaces += 1;
                }
                vertices.push(vertex as usize);
            }
            (_, GrayPlace::Voxel(voxel)) => voxels.push(voxel),
        }
    }
    if let (Some(grid), 0) = (gray.grid(), vertices.len()) {
        let places: Vec<_> = voxels.iter().map(|&voxel| grid.place(voxel)).collect();
        let positions = voxels.iter().map(|&voxel| grid.position(voxel)).collect();
        let on_grid = on_volume(grid.shape, &places)?.with_names(names_of(&features))?;
        return on_grid.with_positions(positions, PositionUnit::Millimeters);
    }
    let n_vertices = chosen.first().and_then(|&j| gray.place(j).0.n_vertices());
    match n_vertices.filter(|_| surfaces == 1 && voxels.is_empty()) {
        Some(n) => on_axes(vec![FeatureAxis::new("vertex", n)], n, &vertices)?.with_names(names_of(&features)),
        None => Ok(features),
    }
}

fn names_of(features: &Features) -> Vec<String> {
    features.names().unwrap_or_default().to_vec()
}

fn on_volume([nx, ny, nz]: [usize; 3], places: &[usize]) -> Result<Features> {
    let axes = vec![FeatureAxis::new("z", nz), FeatureAxis::new("y", ny), FeatureAxis::new("x", nx)];
    on_axes(axes, nx * ny * nz, places)
}

/// Returns features at `places`, each at most once and in any order, of axes that have `n_places`.
fn on_axes(axes: Vec<FeatureAxis>, n_places: usize, places: &[usize]) -> Result<Features> {
    ensure_room(n_places, 2)?;
    let mut mask = vec![false; n_places];
    places.iter().for_each(|&place| mask[place] = true);
    let features = Features::unnamed(places.len()).with_axes(axes, Some(&mask))?;
    if places.is_sorted() {
        return Ok(features);
    }
    let mut sorted = places.to_vec();
    sorted.sort_unstable();
    // Each place is there, because `sorted` has the same places.
    let rank = |place: &usize| sorted.partition_point(|other| other < place);
    Ok(features.select(&places.iter().map(rank).collect::<Vec<_>>()))
}
