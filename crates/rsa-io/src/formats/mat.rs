//! MATLAB's `.mat` files.
//!
//! Version 5 is what `save` writes unless it is told `-v7.3`, and Octave and SciPy too. Version 7.3 is HDF5.
//!
//! Numbers that are not compressed are read in place; compressed variables are inflated when they are read, and their
//! checksums are verified when they are read to their ends.

mod element;
mod listing;
mod mat_labels;
mod mat_reader;
mod mat_text;
pub(super) mod mat_tree;
mod mat_value;
mod meadows;
mod rdm_struct;
mod sparse;

use std::{path::Path, sync::Arc};

use rsa_core::{Error, Result};

pub(crate) use self::meadows::{participant_of_file, stimulus};
use self::{
    element::{COMPRESSED, Elements, MATRIX},
    listing::Listing,
    mat_reader::MatReader,
    mat_value::MatValue,
};
use super::{foreign, hdf5};
use crate::{
    byte_source::ByteSource,
    contents::Contents,
    format::FileFormat,
    inflated::{Compressed, InflatedStretch},
    options::OpenOptions,
    positioned::{PositionedFile, read_error},
};

/// The bytes before the first variable.
const HEADER: usize = 128;

/// The format `.mat`, versions 5 and 7.3.
///
/// Every numeric variable is an array, and so is every one in a field of a struct or in a cell, by its address in
/// MATLAB: `layers.conv1`, `subjects(2).betas`, `c{3}`. Cells of character vectors, and character matrices, are lists of
/// strings. A struct with a field `RDM` holds dissimilarity matrices.
pub(crate) struct MatFormat;

impl FileFormat for MatFormat {
    fn name(&self) -> &'static str {
        "MATLAB file"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["mat"]
    }

    fn names_arrays(&self) -> bool {
        true
    }

    fn open(&self, path: &Path, _: &OpenOptions) -> Result<Contents> {
        let file = PositionedFile::open(path)?;
        if hdf5::start(&file).is_some() {
            return hdf5::list(&file, path);
        }
        let big_endian = read_header(&file, path)?;
        let mut reader = MatReader::new(big_endian);
        let mut listing = Listing::new(path);
        let mut at = HEADER as u64;
        while at < file.length() {
            let element = Elements::new(&mut &file, big_endian).tag(at, file.length())?;
            let (source, inner) = match element.kind {
                COMPRESSED => {
                    let stretch = InflatedStretch::new(file.clone(), element.data, element.size, Compressed::Zlib);
                    let most = stretch.most_bytes();
                    let source = ByteSource::Inflated(Arc::new(stretch));
                    let inner = source.with_bytes(0, |bytes| Elements::new(bytes, big_endian).tag(0, most))?;
                    (source, inner)
                }
                _ => (ByteSource::File(file.clone()), element),
            };
            if inner.kind == MATRIX {
                let (name, value) = reader.variable(&source, inner)?;
                add(&mut listing, name, value)?;
            }
            at = element.next;
        }
        let mut contents = listing.finish();
        meadows::label(&mut contents, path)?;
        contents.note_neighbors();
        Ok(contents)
    }
}

/// Adds a variable. One without a name is what MATLAB keeps of its objects.
fn add(listing: &mut Listing<'_>, name: String, value: MatValue) -> Result<()> {
    match name.as_str() {
        "" => Ok(()),
        _ => listing.add_variable(&name, value).map_err(|error| error.context(format!("array '{name}'"))),
    }
}

/// Reads the header, and returns `true` if the numbers of the file are big-endian.
///
/// # Errors
/// `Format` with the line that converts the file, if it is of another version.
fn read_header(file: &PositionedFile, path: &Path) -> Result<bool> {
    let mut magic = [0; 4];
    file.read_exact_at(0, &mut magic).map_err(|error| read_error("reading the MAT header", error))?;
    // A text stands here in version 5, and in version 4 a number below 5000.
    if magic.contains(&0) {
        return Err(foreign::refuse_matlab(path));
    }
    let mut header = [0; HEADER];
    file.read_exact_at(0, &mut header).map_err(|error| read_error("reading the MAT header", error))?;
    match &header[HEADER - 2..] {
        b"IM" => Ok(false),
        b"MI" => Ok(true),
        _ => Err(Error::format("does not start like a MAT file; the file is of another format or damaged")),
    }
}

#[cfg(test)]
mod tests;
