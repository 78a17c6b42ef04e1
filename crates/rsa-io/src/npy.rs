//! NumPy's `.npy`: one array a file. Versions 1.0, 2.0 and 3.0 are read.
//!
//! Reading goes through [`open`](crate::open); this module's public part writes arrays.

mod header;
mod literal;
mod write;

use std::{io::BufReader, path::Path};

use rsa_core::Result;

pub(crate) use self::header::{Dtype, Header};
pub use self::write::{Precision, write_matrix, write_strings};
use crate::{
    labels,
    layer::{Layer, Stored},
    positioned::{PositionedFile, stem},
    source::Contents,
};

/// The array of the file at `path`.
pub(crate) fn open(path: &Path) -> Result<Contents> {
    let file = PositionedFile::open(path)?;
    let header = Header::read(BufReader::new(file.cursor(0)))?;
    let mut contents = Contents::default();
    match header.layout() {
        Err(error) => contents.skip(stem(path), error),
        Ok(layout) => {
            let found = file.length() - header.length;
            layout.ensure_held(found)?;
            if found > layout.bytes() {
                // `numpy.save` called twice on one open file does this; `numpy.load` reads the first array.
                let more = found - layout.bytes();
                contents.warnings.push(format!("{more} bytes after the array are not read; keep one array a file"));
            }
            let place = path.display().to_string();
            contents.layers.push(Layer::stored(stem(path), place, Stored::new(file, header.length, layout)));
        }
    }
    Ok(contents)
}

/// The strings or integers of the file at `path`, as labels.
pub(crate) fn open_labels(path: &Path) -> Result<Vec<String>> {
    let mut reader = BufReader::new(PositionedFile::open(path)?.cursor(0));
    let header = Header::read(&mut reader)?;
    labels::read_array(&header, reader)
}
