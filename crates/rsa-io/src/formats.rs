//! The file formats, one module each, and the list of them.

mod brainvision;
mod cifti;
mod edf;
pub(crate) mod fif;
pub(crate) mod folder;
pub(crate) mod foreign;
pub(crate) mod gifti;
pub(crate) mod hdf5;
mod images;
pub(crate) mod mat;
pub(crate) mod nifti;
pub mod npy;
pub(crate) mod npz;
mod safetensors;
mod shards;
pub(crate) mod table;
mod xml;

use std::path::Path;

use rsa_core::{Error, Result};

use crate::{format::FileFormat, positioned::extension, voxels::BrainMaps};

/// All formats of single files. A new format is added here.
pub(crate) const FORMATS: [&dyn FileFormat; 14] = [
    &npy::NpyFormat,
    &npz::NpzFormat,
    &safetensors::SafetensorsFormat,
    &mat::MatFormat,
    &hdf5::Hdf5Format,
    // Before NIfTI: its files end in .nii, too.
    &cifti::CiftiFormat,
    &gifti::GiftiFormat,
    &nifti::NiftiFormat,
    &fif::FifFormat,
    &brainvision::BrainVisionFormat,
    &edf::EdfFormat,
    &table::COMMAS,
    &table::TABS,
    &table::TEXTS,
];

/// Returns the format of the file at `path`, if one recognizes it.
pub(crate) fn find(path: &Path) -> Option<&'static dyn FileFormat> {
    FORMATS.into_iter().find(|format| format.sniff(path))
}

/// Returns the format of the file at `path`.
///
/// # Errors
/// `Io` if there is no such file; `Format` with the line that converts it, or listing the known extensions, if no
/// format recognizes it.
pub(crate) fn of_file(path: &Path) -> Result<&'static dyn FileFormat> {
    if let Some(format) = find(path) {
        return Ok(format);
    }
    // A missing file is a missing file, whatever its extension.
    std::fs::metadata(path).map_err(|error| Error::io("cannot be opened", error))?;
    Err(foreign::refuse(path).unwrap_or_else(|| unknown(path)))
}

/// Returns `true` if the file at `path` holds volumes of the brain, or maps of vertices and voxels, by its extension.
pub(crate) fn is_of_brain(path: &Path) -> bool {
    nifti::NiftiFormat.sniff(path) || gifti::GiftiFormat.sniff(path)
}

/// Opens the maps of a file of the brain, labels of regions too, and adds doubts to `warnings`.
///
/// # Errors
/// `Io` or `Format` if it cannot be read.
pub(crate) fn open_maps(path: &Path, warnings: &mut Vec<String>) -> Result<BrainMaps> {
    if cifti::CiftiFormat.sniff(path) {
        cifti::open_maps(path, warnings)
    } else if gifti::GiftiFormat.sniff(path) {
        gifti::open_maps(path, warnings)
    } else {
        Ok(BrainMaps { array: nifti::open_volumes(path, warnings)?, labels: None })
    }
}

fn unknown(path: &Path) -> Error {
    Error::format(format!("the extension '{}' is unknown; {} are read", extension(path), known()))
}

/// Returns the extensions that are read, for a message.
fn known() -> String {
    let extensions: Vec<_> = FORMATS.iter().flat_map(|format| format.extensions()).map(|e| format!(".{e}")).collect();
    match extensions.split_last() {
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
