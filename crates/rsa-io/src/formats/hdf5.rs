//! HDF5: datasets in groups, in files of h5py, rsatoolbox, Brain-Score (netCDF-4) and MATLAB (version 7.3).
//!
//! Numbers that lie in one piece are read in place; those in chunks are decoded some rows at a time. What a file means is
//! told by what it says of itself, not by its name.

mod assembly;
mod choice;
mod chunked;
pub(super) mod dataset_source;
pub(super) mod element_type;
mod lzf;
mod plain;
mod storage;
mod toolbox;
pub(super) mod tree;

use std::path::Path;

use rsa_core::{Error, Result};

pub(crate) use self::chunked::ChunkedBytes;
pub(super) use self::storage::start;
use self::tree::Hdf5Tree;
use super::mat::mat_tree;
use crate::{
    contents::Contents,
    format::FileFormat,
    options::OpenOptions,
    positioned::{PositionedFile, read_error},
};

/// The format HDF5.
///
/// Every dataset of numbers is an array by its path: `layers/conv1`. Datasets of text are lists of strings.
pub(crate) struct Hdf5Format;

impl FileFormat for Hdf5Format {
    fn name(&self) -> &'static str {
        "HDF5"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["h5", "hdf5", "hdf", "nc"]
    }

    fn names_arrays(&self) -> bool {
        true
    }

    fn open(&self, path: &Path, _: &OpenOptions) -> Result<Contents> {
        let file = PositionedFile::open(path)?;
        if start(&file).is_none() {
            return Err(no_signature(&file, path));
        }
        list(&file, path)
    }
}

/// Lists the arrays of `file`, which has the signature of the format.
pub(super) fn list(file: &PositionedFile, path: &Path) -> Result<Contents> {
    let tree = Hdf5Tree::new(file)?;
    if mat_tree::is_matlab(&tree) {
        return mat_tree::list(&tree, path);
    }
    if let Some(contents) = toolbox::list(&tree, path)? {
        return Ok(contents);
    }
    match assembly::list(&tree, path)? {
        Some(contents) => Ok(contents),
        None => plain::list(&tree, path),
    }
}

/// Returns the error of a file that is no HDF5.
fn no_signature(file: &PositionedFile, path: &Path) -> Error {
    let mut magic = [0; 4];
    if let Err(error) = file.read_exact_at(0, &mut magic) {
        return read_error("reading the HDF5 signature", error);
    }
    match &magic {
        b"CDF\x01" | b"CDF\x02" | b"CDF\x05" => Error::format(format!(
            "is netCDF of version 3, which is not read; convert it in Python: import xarray; \
             xarray.load_dataset({:?}).to_netcdf({:?}, engine=\"h5netcdf\")",
            path.to_string_lossy(),
            path.with_extension("h5").to_string_lossy()
        )),
        b"\x0e\x03\x13\x01" => Error::format("is HDF4, which is not read; convert it with h4toh5 of the HDF Group"),
        _ => Error::format("does not start like an HDF5 file; the file is of another format or damaged"),
    }
}

/// The bytes of a file in `tests/data/hdf5`.
#[cfg(test)]
macro_rules! data {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/hdf5/", $name)).as_slice()
    };
}

#[cfg(test)]
mod layout_tests;
#[cfg(test)]
mod tests;
