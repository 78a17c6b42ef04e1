//! NIfTI-1 and NIfTI-2: volumes of the brain, in `.nii`, `.nii.gz`, or a pair of `.hdr` and `.img`.
//!
//! Every volume is one row, and every voxel one column, x running fastest: the order of the numbers in the file.

mod nifti_header;
mod nifti_writer;
mod orientation;
mod volumes;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rsa_core::{Error, Result};

use self::nifti_header::NiftiHeader;
pub use self::nifti_writer::write_nifti;
pub(super) use self::{
    nifti_header::{MatrixHeader, SIZE_2 as NIFTI_2, is_cifti},
    volumes::Volumes,
};
use super::foreign::refuse_named_cifti;
use crate::{
    byte_source::ByteSource,
    contents::{Contents, FileArray},
    format::FileFormat,
    inflated::{Compressed, InflatedStretch},
    options::OpenOptions,
    positioned::{PositionedFile, extension, is_named_cifti, stem},
    stored::StoredArray,
    voxels::BrainSpace,
};

/// The format of `.nii`, `.nii.gz`, `.hdr` with `.img`, and both of them compressed.
pub(crate) struct NiftiFormat;

impl FileFormat for NiftiFormat {
    fn name(&self) -> &'static str {
        "NIfTI"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["nii", "nii.gz", "hdr", "hdr.gz", "img", "img.gz"]
    }

    fn is_beside_another(&self, path: &Path) -> bool {
        matches!(extension(path).as_str(), "hdr" | "hdr.gz") && companion(path).is_some()
    }

    fn companions(&self, path: &Path) -> Vec<PathBuf> {
        companion(path).into_iter().collect()
    }

    fn open(&self, path: &Path, _: &OpenOptions) -> Result<Contents> {
        let mut contents = Contents::default();
        contents.arrays.push(open_volumes(path, &mut contents.warnings)?);
        Ok(contents)
    }
}

/// Opens the volumes of the file at `path`, and adds doubts to `warnings`.
///
/// # Errors
/// `Io` if a file cannot be read, `Format` if it is malformed or holds no real numbers.
pub(crate) fn open_volumes(path: &Path, warnings: &mut Vec<String>) -> Result<FileArray> {
    // Files of CIFTI-2 come here only if their header says nothing of it; vertices would become voxels.
    if is_named_cifti(path) {
        return Err(refuse_named_cifti(path));
    }
    let (header_path, data_path) = match extension(path).as_str() {
        "hdr" | "hdr.gz" => (path.to_owned(), Some(required_companion(path, "img")?)),
        "img" | "img.gz" => (required_companion(path, "hdr")?, Some(path.to_owned())),
        _ => (path.to_owned(), None),
    };
    let (head, _) = open_bytes(&header_path)?;
    let header = head.with_bytes(u64::MAX, |bytes| NiftiHeader::read(bytes, data_path.is_some()));
    let header = header.map_err(|error| match header_path == path {
        true => error,
        false => error.context(header_path.display()),
    })?;
    let (source, most) = match &data_path {
        Some(data) => open_bytes(data)?,
        None => open_bytes(path)?,
    };
    let found = most.saturating_sub(header.data_start);
    header.layout.ensure_held(found)?;
    if let (ByteSource::File(_), more @ 1..) = (&source, found - header.layout.bytes()) {
        warnings.push(format!("{more} bytes after the last volume are not read"));
    }
    warnings.extend(header.warnings);
    let numbers = Volumes::new(StoredArray::new(source, header.data_start, header.layout), header.scaling);
    let array = FileArray::new(stem(path), path.display().to_string(), numbers);
    Ok(FileArray { space: Some(BrainSpace::Volume(Arc::new(header.geometry))), ..array })
}

/// Opens the bytes of a file, compressed or not, and returns the most that there can be.
fn open_bytes(path: &Path) -> Result<(ByteSource, u64)> {
    let file = PositionedFile::open(path)?;
    let length = file.length();
    if !extension(path).ends_with(".gz") {
        return Ok((ByteSource::File(file), length));
    }
    let stretch = InflatedStretch::new(file, 0, length, Compressed::Gzip);
    let most = stretch.most_bytes();
    Ok((ByteSource::Inflated(Arc::new(stretch)), most))
}

/// Returns the other file of a pair of header and numbers, if it is there.
fn companion(path: &Path) -> Option<PathBuf> {
    let kinds = match extension(path).as_str() {
        "hdr" | "hdr.gz" => ["img", "img.gz", "IMG"],
        "img" | "img.gz" => ["hdr", "hdr.gz", "HDR"],
        _ => return None,
    };
    let named = |kind: &str| path.with_file_name(format!("{}.{kind}", stem(path)));
    kinds.into_iter().map(named).find(|other| other.is_file())
}

fn required_companion(path: &Path, kind: &str) -> Result<PathBuf> {
    companion(path).ok_or_else(|| {
        let missing = path.with_file_name(format!("{}.{kind}", stem(path)));
        Error::format(format!("is one file of a pair, and '{}' is missing beside it", missing.display()))
    })
}

#[cfg(test)]
mod tests;
