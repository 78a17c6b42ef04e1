//! The places of the brain that an axis of a CIFTI-2 matrix is.

use std::collections::HashSet;

use roxmltree::Node;
use rsa_core::{Error, Result};

use super::super::xml::{attribute, child, children, damaged, number, numbers};
use crate::voxels::{BrainSpace, Grayordinates, StructurePlaces, VoxelGrid};

/// The most vertices of a surface: the finest meshes in use have some hundred thousand.
const MAX_VERTICES: usize = 1 << 26;

/// The most voxels of a volume: a brain in voxels of 0.3 mm.
const MAX_VOXELS: usize = 1 << 28;

/// Reads the vertices and voxels of a map of brain models.
///
/// # Errors
/// `Format` if the models overlap, leave columns out, or have places that do not exist.
pub(super) fn grayordinates(map: Node<'_, '_>) -> Result<BrainSpace> {
    let grid = children(map, "Volume").next().map(voxel_grid).transpose()?;
    let mut models: Vec<(usize, String, StructurePlaces)> = Vec::new();
    for node in children(map, "BrainModel") {
        let name = attribute(node, "BrainStructure")?.trim_start_matches("CIFTI_STRUCTURE_").to_owned();
        let places = brain_model(node, grid.as_ref()).map_err(|error| error.context(format!("structure '{name}'")))?;
        models.push((number(node, "IndexOffset")?, name, places));
    }
    models.sort_by_key(|(offset, _, _)| *offset);
    let (mut next, mut names, mut voxels) = (0, HashSet::new(), HashSet::new());
    for (offset, name, places) in &models {
        if *offset != next {
            return Err(damaged(format!("structure '{name}' begins at column {offset} and not at {next}")));
        }
        if !names.insert(name) {
            return Err(damaged(format!("two structures are named '{name}'")));
        }
        next += match places {
            StructurePlaces::Vertices { indices, .. } => indices.len(),
            StructurePlaces::Voxels(own) => {
                if let Some(twice) = own.iter().find(|voxel| !voxels.insert(**voxel)) {
                    return Err(damaged(format!("voxel {twice:?} is there twice, once in structure '{name}'")));
                }
                own.len()
            }
        };
    }
    let structures = models.into_iter().map(|(_, name, places)| (name, places)).collect();
    Ok(BrainSpace::Grayordinates(Grayordinates::new(structures, grid).into()))
}

/// Reads the names of a map of parcels.
///
/// # Errors
/// `Format` if two have the same name.
pub(super) fn parcels(map: Node<'_, '_>) -> Result<BrainSpace> {
    let mut names = Vec::new();
    let mut known = HashSet::new();
    for node in children(map, "Parcel") {
        let name = attribute(node, "Name")?;
        if !known.insert(name) {
            return Err(damaged(format!("two parcels are named '{name:.40}'")));
        }
        names.push(name.to_owned());
    }
    Ok(BrainSpace::Parcels(names.into()))
}

fn brain_model(node: Node<'_, '_>, grid: Option<&VoxelGrid>) -> Result<StructurePlaces> {
    let count: usize = number(node, "IndexCount")?;
    let kind = attribute(node, "ModelType")?;
    match kind.trim_start_matches("CIFTI_MODEL_TYPE_") {
        "SURFACE" => {
            let n_vertices: usize = number(node, "SurfaceNumberOfVertices")?;
            if n_vertices > MAX_VERTICES {
                return Err(damaged(format!("the surface claims {n_vertices} vertices")));
            }
            let indices: Vec<u32> = numbers(child(node, "VertexIndices")?, count)?;
            ensure_count(indices.len(), count)?;
            if let Some(beyond) = indices.iter().find(|&&vertex| vertex as usize >= n_vertices) {
                return Err(damaged(format!("vertex {beyond} is beyond the {n_vertices} of the surface")));
            }
            let mut known = HashSet::with_capacity(indices.len());
            match indices.iter().find(|vertex| !known.insert(**vertex)) {
                Some(twice) => Err(damaged(format!("vertex {twice} is there twice"))),
                None => Ok(StructurePlaces::Vertices { indices, n_vertices }),
            }
        }
        "VOXELS" => {
            let grid = grid.ok_or_else(|| damaged("there are voxels and no 'Volume' that they lie in"))?;
            let flat: Vec<u32> = numbers(child(node, "VoxelIndicesIJK")?, count.saturating_mul(3))?;
            ensure_count(flat.len(), count.saturating_mul(3))?;
            let voxels: Vec<[u32; 3]> = flat.chunks_exact(3).map(|ijk| [ijk[0], ijk[1], ijk[2]]).collect();
            let is_beyond = |voxel: &&[u32; 3]| voxel.iter().zip(grid.shape).any(|(&k, length)| k as usize >= length);
            match voxels.iter().find(is_beyond) {
                Some(beyond) => Err(damaged(format!("voxel {beyond:?} is beyond the volume of {:?}", grid.shape))),
                None => Ok(StructurePlaces::Voxels(voxels)),
            }
        }
        _ => Err(Error::format(format!("is a model of type '{kind:.40}', and surfaces and voxels are read"))),
    }
}

fn ensure_count(found: usize, claimed: usize) -> Result<()> {
    match found == claimed {
        true => Ok(()),
        false => Err(damaged(format!("{found} indices are there and {claimed} are claimed"))),
    }
}

fn voxel_grid(volume: Node<'_, '_>) -> Result<VoxelGrid> {
    let lengths: Vec<usize> = attribute(volume, "VolumeDimensions")?
        .split(',')
        .map(|word| word.trim().parse().map_err(|_| damaged("VolumeDimensions are no three whole numbers")))
        .collect::<Result<_>>()?;
    let n_voxels = lengths.iter().try_fold(1usize, |product, &length| product.checked_mul(length));
    let shape: [usize; 3] = match (lengths.try_into(), n_voxels) {
        (Ok(shape), Some(1..=MAX_VOXELS)) => shape,
        _ => return Err(damaged("VolumeDimensions are no three lengths of a volume")),
    };
    let node = child(volume, "TransformationMatrixVoxelIndicesIJKtoXYZ")?;
    let exponent: i32 = number(node, "MeterExponent")?;
    let values: Vec<f64> = numbers(node, 16)?;
    // Positions are in mm, which is the exponent −3.
    let scale = 10f64.powi(exponent.saturating_add(3));
    let row = |k: usize| [0, 1, 2, 3].map(|column| values[4 * k + column] * scale);
    match values.len() == 16 && (0..3).all(|k| row(k).iter().all(|value| value.is_finite())) {
        true => Ok(VoxelGrid { shape, affine: [row(0), row(1), row(2)] }),
        false => Err(damaged("the transformation of voxels to positions is no matrix of 4 × 4 finite numbers")),
    }
}
