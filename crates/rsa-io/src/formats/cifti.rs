//! CIFTI-2: maps and time series of grayordinates (`.dscalar.nii`, `.dtseries.nii`) and of parcels (`.pscalar.nii`,
//! `.ptseries.nii`), and labels of regions (`.dlabel.nii`).
//!
//! The file is a NIfTI-2 file whose matrix stands along the axes 5 and 6; an extension of the header says in XML what the
//! rows and columns are.

mod brain_models;
mod matrix_axes;

use std::path::Path;

use rsa_core::{Conditions, Error, Result};

use self::matrix_axes::{MapAxis, MatrixAxes};
use super::nifti::{self, MatrixHeader, NIFTI_2, Volumes};
use crate::{
    byte_source::ByteSource,
    contents::{Contents, FileArray},
    format::FileFormat,
    layout::{Bytes, Layout, MemoryOrder},
    options::OpenOptions,
    positioned::{PositionedFile, extension, stem},
    stored::StoredArray,
    voxels::BrainMaps,
};

/// The code of the extension that holds the XML.
const XML: i32 = 32;

/// The longest XML that is read: it has about 1 MB for grayordinates of the usual mesh.
const MAX_XML: usize = 1 << 26;

/// The format of `.dscalar.nii`, `.dtseries.nii`, `.pscalar.nii`, `.ptseries.nii` and `.dlabel.nii`.
pub(crate) struct CiftiFormat;

impl FileFormat for CiftiFormat {
    fn name(&self) -> &'static str {
        "CIFTI-2"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["dscalar.nii", "dtseries.nii", "pscalar.nii", "ptseries.nii"]
    }

    fn sniff(&self, path: &Path) -> bool {
        extension(path) == "nii" && is_cifti(path)
    }

    fn open(&self, path: &Path, _: &OpenOptions) -> Result<Contents> {
        let mut contents = Contents::default();
        let BrainMaps { array, labels } = open_maps(path, &mut contents.warnings)?;
        match labels {
            None => contents.arrays.push(array),
            Some(_) => contents.skip(array.name, labels_reason()),
        }
        Ok(contents)
    }
}

/// Returns the reason why labels of regions are no layer.
pub(super) fn labels_reason() -> Error {
    Error::format("holds labels of regions, whose numbers are no measurements; --roi FILE makes a layer of each region")
}

/// Returns `true` if the header of the file at `path` says that it is CIFTI, whatever its name.
fn is_cifti(path: &Path) -> bool {
    let mut header = [0; NIFTI_2];
    let read = PositionedFile::open(path).is_ok_and(|file| file.read_exact_at(0, &mut header).is_ok());
    read && nifti::is_cifti(&header)
}

/// Opens the maps of the file at `path`, and adds doubts to `warnings`.
///
/// # Errors
/// `Io` if the file cannot be read, `Format` if it is malformed or of a kind that is not read, with the remedy.
pub(super) fn open_maps(path: &Path, warnings: &mut Vec<String>) -> Result<BrainMaps> {
    let file = PositionedFile::open(path)?;
    let header = MatrixHeader::read(&mut &file)?;
    let xml = read_xml(&file, &header)?;
    let axes = MatrixAxes::parse(&xml, header.lengths)?;
    let [rows, columns] = axes.shape();
    // Along axis 5 the numbers follow one another.
    let order = if axes.maps_are_first { MemoryOrder::Fortran } else { MemoryOrder::C };
    let layout = Layout::new(header.number, vec![rows, columns], order)?;
    let found = file.length().saturating_sub(header.data_start);
    layout.ensure_held(found)?;
    if let more @ 1.. = found - layout.bytes() {
        warnings.push(format!("{more} bytes after the last number are not read"));
    }
    let array = StoredArray::new(ByteSource::File(file), header.data_start, layout);
    let array = FileArray {
        space: Some(axes.space),
        ..FileArray::new(stem(path), path.display().to_string(), Volumes::new(array, header.scaling))
    };
    Ok(match axes.maps {
        MapAxis::Series(_) => BrainMaps { array, labels: None },
        MapAxis::Scalars(names) => {
            let labels = map_labels(names, warnings).map(Conditions::labeled);
            BrainMaps { array: FileArray { labels, ..array }, labels: None }
        }
        MapAxis::Labels { regions, .. } => BrainMaps { array, labels: Some(regions) },
    })
}

/// Returns the names of maps as labels, or a warning if they tell none apart.
pub(super) fn map_labels(names: Vec<String>, warnings: &mut Vec<String>) -> Option<Vec<String>> {
    let unnamed = names.iter().filter(|name| name.is_empty()).count();
    let all_alike = names.len() > 1 && names.iter().all(|name| *name == names[0]);
    match (unnamed, all_alike) {
        (0, false) => return Some(names),
        (0, true) => {
            warnings.push(format!("all {} maps are named '{}', which labels no condition", names.len(), names[0]));
        }
        (unnamed, _) if unnamed < names.len() => {
            warnings.push(format!("{unnamed} of {} maps have no name, so the conditions have no labels", names.len()));
        }
        _ => {}
    }
    None
}

/// Reads the XML in the extensions of the header.
fn read_xml(mut file: &PositionedFile, header: &MatrixHeader) -> Result<String> {
    let mut at = NIFTI_2 as u64 + 4;
    while at + 8 <= header.data_start {
        let mut field = [0; 8];
        file.read_exact_at(at, &mut field)
            .map_err(|error| crate::positioned::read_error("reading the header", error))?;
        let [size, code] = [0, 4].map(|k| header.i32(&field[k..]));
        // The size counts itself and the code.
        let length = usize::try_from(size).ok().and_then(|size| size.checked_sub(8));
        let length = length.filter(|&length| at + 8 + length as u64 <= header.data_start).ok_or_else(|| {
            Error::format(format!(
                "an extension of the header claims {size} bytes; the file is damaged, write it again"
            ))
        })?;
        if code == XML {
            if length > MAX_XML {
                return Err(Error::format(format!(
                    "its XML has {length} bytes, and at most {MAX_XML} are read; save fewer maps to the file"
                )));
            }
            let mut bytes = vec![0; length.min(usize::try_from(file.length()).unwrap_or(usize::MAX))];
            Bytes::read_exact_at(&mut file, at + 8, &mut bytes)?;
            // Zeros fill the extension up to a multiple of 16 bytes.
            bytes.truncate(bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1));
            return String::from_utf8(bytes).map_err(|_| Error::format("its XML is no UTF-8; the file is damaged"));
        }
        at += 8 + length as u64;
    }
    Err(Error::format("has no XML that says what its rows and columns are; the file is damaged, write it again"))
}

#[cfg(test)]
mod tests;
