//! [`NpzWriter`]: writing several arrays into one `.npz` file.

use std::{
    fmt,
    io::{self, Write},
};

use ndarray::ArrayView2;
use zip::{
    DateTime, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use crate::formats::npy::{self, FloatWidth};

/// From this size on an entry needs the wide fields of the zip format; headers take less than the difference to
/// 4 GiB.
const LARGE: u64 = (1 << 32) - (1 << 20);

/// The storage of the arrays of a [`NpzWriter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// As they are: read in place, block by block.
    Stored,
    /// Deflated: smaller, but inflated from the start for every block.
    Deflated,
}

/// Writes arrays into a `.npz` file, one after the other.
///
/// Equal arrays give equal bytes: the entries have no time of writing.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_io::{Compression, NpzWriter, FloatWidth};
///
/// let mut bytes = Vec::new();
/// let mut npz = NpzWriter::new(&mut bytes, Compression::Stored);
/// npz.add_matrix("conv1", array![[1.0, 2.0], [3.0, 4.0]].view(), FloatWidth::F32)?;
/// npz.add_strings("conditions", &["cat", "dog"])?;
/// npz.finish()?;
/// assert!(bytes.starts_with(b"PK"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct NpzWriter<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    compression: Compression,
}

impl<W: Write> NpzWriter<W> {
    /// Starts a file in `writer`, which need not be able to seek.
    pub fn new(writer: W, compression: Compression) -> Self {
        Self { zip: ZipWriter::new_stream(writer), compression }
    }

    /// Adds `matrix` as the array `name`, each value rounded once to `width`.
    ///
    /// # Errors
    /// The errors of the writer; `InvalidData` naming the first finite value that `width` cannot hold.
    pub fn add_matrix(&mut self, name: &str, matrix: ArrayView2<'_, f64>, width: FloatWidth) -> io::Result<()> {
        self.start(name, (matrix.len() * width.size()) as u64)?;
        npy::write_matrix(&mut self.zip, matrix, width)
    }

    /// Adds `strings` as the array `name` with one axis. The array `conditions` labels the rows of all layers.
    ///
    /// # Errors
    /// The errors of the writer.
    pub fn add_strings<S: AsRef<str>>(&mut self, name: &str, strings: &[S]) -> io::Result<()> {
        let widest = strings.iter().map(|string| string.as_ref().len()).max().unwrap_or(0);
        self.start(name, (strings.len() * widest * 4) as u64)?;
        npy::write_strings(&mut self.zip, strings)
    }

    /// Writes the end of the file and gives the writer back. Without it the file cannot be read.
    ///
    /// # Errors
    /// The errors of the writer.
    pub fn finish(self) -> io::Result<W> {
        Ok(self.zip.finish()?.into_inner())
    }

    fn start(&mut self, name: &str, bytes: u64) -> io::Result<()> {
        let method = match self.compression {
            Compression::Stored => zip::CompressionMethod::Stored,
            Compression::Deflated => zip::CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644)
            .large_file(bytes >= LARGE);
        Ok(self.zip.start_file(format!("{name}.npy"), options)?)
    }
}

impl<W: Write> fmt::Debug for NpzWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NpzWriter").field("compression", &self.compression).finish_non_exhaustive()
    }
}
