//! [`write_part`] and [`read_part`]: files of the parts of a divided computation.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use ndarray::{Array2, ArrayView2};
use rsa_core::{Error, Result};

use crate::{
    contents::FileArray,
    formats::{
        npy::FloatWidth,
        npz::{self, Compression, NpzWriter},
    },
};

/// The array of strings that describes the part.
const HEADER: &str = "rsakit";

/// The longest string of the header, in characters: well below the limit of labels, at most 16 bytes each.
const PIECE: usize = 4096;

/// One part of a divided computation: its description and its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct PartFile {
    /// The kind of computation.
    pub kind: String,
    /// The request, as a text of its writer.
    pub header: String,
    /// The matrices, by name.
    pub matrices: Vec<(String, Array2<f64>)>,
}

/// Part whose description has been read, and whose numbers have not.
#[derive(Debug)]
pub struct UnreadPart {
    path: PathBuf,
    kind: String,
    header: String,
    arrays: Vec<FileArray>,
}

/// Writes a part as a `.npz` file; every bit of the numbers is kept.
///
/// # Errors
/// The errors of the writer; `InvalidInput` for a matrix without rows or columns, which no file of arrays keeps.
pub fn write_part(
    writer: impl Write,
    kind: &str,
    header: &str,
    matrices: &[(&str, ArrayView2<'_, f64>)],
) -> io::Result<()> {
    let mut npz = NpzWriter::new(writer, Compression::Stored);
    let characters: Vec<char> = header.chars().collect();
    let pieces = characters.chunks(PIECE).map(|piece| piece.iter().collect::<String>());
    npz.add_strings(HEADER, &std::iter::once(kind.to_owned()).chain(pieces).collect::<Vec<_>>())?;
    for &(name, matrix) in matrices {
        if matrix.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("the matrix '{name}' of a part is empty")));
        }
        npz.add_matrix(name, matrix, FloatWidth::F64)?;
    }
    npz.finish().map(|_| ())
}

/// Reads a file of [`write_part`] and verifies its checksums, because parts cross machines.
///
/// # Errors
/// `Io` or `Format`, naming the file, if it cannot be read or is no part.
pub fn read_part(path: &Path) -> Result<PartFile> {
    open_part(path)?.read()
}

/// Opens a file of [`write_part`]: reads its description and verifies the checksum of that.
///
/// # Errors
/// `Io` or `Format`, naming the file, if it cannot be read or is no part.
pub fn open_part(path: &Path) -> Result<UnreadPart> {
    let open = || {
        npz::verify(path, |entry| entry.strip_suffix(".npy") == Some(HEADER))?;
        let mut contents = npz::list(path)?;
        let strings = contents.take_text(HEADER).filter(|strings| !strings.is_empty());
        let Some((kind, pieces)) = strings.as_deref().and_then(<[String]>::split_first) else {
            return Err(Error::format("is no part of a computation; rsakit writes those with --out part.npz"));
        };
        let (kind, header) = (kind.clone(), pieces.concat());
        Ok(UnreadPart { path: path.to_owned(), kind, header, arrays: contents.arrays })
    };
    open().map_err(|error| error.context(path.display()))
}

impl UnreadPart {
    /// Returns the kind of computation.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Returns the request, as a text of its writer.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// Returns the bytes that the matrices will take in memory, by their headers.
    pub fn bytes(&self) -> usize {
        let values = |array: &FileArray| array.shape().iter().fold(1, |product: usize, &n| product.saturating_mul(n));
        let values = self.arrays.iter().map(values).fold(0, usize::saturating_add);
        values.saturating_mul(size_of::<f64>())
    }

    /// Reads the numbers and verifies their checksums.
    ///
    /// # Errors
    /// `Io` or `Format`, naming the file, if it cannot be read or is damaged.
    pub fn read(self) -> Result<PartFile> {
        let Self { path, kind, header, arrays } = self;
        let read = || {
            let is_array = |entry: &str| arrays.iter().any(|array| entry.strip_suffix(".npy") == Some(&array.name));
            npz::verify(&path, is_array)?;
            arrays.iter().map(|array| Ok((array.name.clone(), array.read_all()?))).collect::<Result<_>>()
        };
        let matrices = read().map_err(|error| error.context(path.display()))?;
        Ok(PartFile { kind, header, matrices })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::tests::samples::{Zip, folder, npy};

    #[test]
    fn what_is_written_is_read_to_the_bit() {
        let header = "é{}".repeat(5000);
        let numbers = array![[0.1, f64::NAN], [-0.0, 1e-300]];
        let mut bytes = Vec::new();
        write_part(&mut bytes, "evaluation", &header, &[("draws", numbers.view())]).unwrap();
        let folder = folder(&[("part.npz", bytes)]);
        let part = read_part(&folder.path().join("part.npz")).unwrap();
        assert_eq!((part.kind.as_str(), part.header == header), ("evaluation", true));
        assert_eq!(part.matrices[0].0, "draws");
        assert_eq!(open_part(&folder.path().join("part.npz")).unwrap().bytes(), 4 * 8);
        assert_eq!(part.matrices[0].1.mapv(f64::to_bits), numbers.mapv(f64::to_bits));
        assert!(write_part(Vec::new(), "x", "", &[("none", Array2::zeros((0, 3)).view())]).is_err());
    }

    #[test]
    fn a_flipped_bit_is_noticed() {
        let mut bytes = Vec::new();
        write_part(&mut bytes, "evaluation", "{}", &[("draws", array![[0.5, 1.5]].view())]).unwrap();
        let place = bytes.windows(8).position(|eight| eight == 1.5f64.to_le_bytes()).unwrap();
        bytes[place + 1] ^= 4;
        let folder = folder(&[("part.npz", bytes)]);
        let error = read_part(&folder.path().join("part.npz")).unwrap_err();
        assert!(error.to_string().contains("part.npz: 'draws.npy' is damaged"), "{error}");
    }

    #[test]
    fn a_description_of_more_bytes_than_its_header_says_is_refused_before_it_is_inflated() {
        let header = npy("<U8", false, "(2,)", &[]);
        let length = header.len() as u16;
        let deflated = [&[1], &length.to_le_bytes()[..], &(!length).to_le_bytes(), &header, &[0xff; 50_000]].concat();
        let zip = Zip::new().entry("rsakit.npy", 0, 8, &deflated, 40_000_000, 0).finish();
        let folder = folder(&[("part.npz", zip)]);
        let error = open_part(&folder.path().join("part.npz")).unwrap_err();
        assert!(error.to_string().contains("the header claims 64 bytes and the archive holds"), "{error}");
    }

    #[test]
    fn another_file_is_no_part() {
        let zip = Zip::new().stored("x.npy", &npy("|u1", false, "(1, 2)", &[1, 2])).finish();
        let folder = folder(&[("x.npz", zip)]);
        let error = read_part(&folder.path().join("x.npz")).unwrap_err();
        assert!(error.to_string().contains("x.npz: is no part of a computation"), "{error}");
        assert_eq!(read_part(&folder.path().join("none.npz")).unwrap_err().kind().name(), "Io");
    }
}
