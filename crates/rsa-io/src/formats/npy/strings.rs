//! Arrays of strings or integers, read as labels.

use std::io::Read;

use rsa_core::{Error, Result};

use super::header::{Dtype, Header};
use crate::{number::Number, positioned::read_error};

/// The most bytes of a label; a limit, so that a damaged header cannot ask for all memory.
const MAX_LABEL: usize = 1 << 18;

/// Reads the array of `header` from `reader`, which stands at its first element.
///
/// # Errors
/// `ShapeMismatch` if there is not exactly one axis, `Format` if the elements are neither strings nor integers, end
/// early or are no text.
pub(crate) fn read_array(header: &Header, mut reader: impl Read) -> Result<Vec<String>> {
    let &[count] = header.shape.as_slice() else {
        let axes = header.shape.len();
        return Err(Error::shape_mismatch(format!("labels need an array with one axis, this one has {axes}")));
    };
    let element = LabelType::of(&header.dtype)?;
    let mut bytes = vec![0; element.size()?];
    let mut labels = Vec::new();
    for position in 0..count {
        reader
            .read_exact(&mut bytes)
            .map_err(|error| read_error(format!("reading label {position} of the claimed {count}"), error))?;
        let label = element
            .label(&bytes)
            .ok_or_else(|| Error::format(format!("label {position} is no text; save the labels as strings again")))?;
        labels.push(label);
    }
    Ok(labels)
}

/// Checks that the elements of `header` can be labels.
///
/// # Errors
/// `Format` naming the remedy if they cannot.
pub(crate) fn ensure_labels(header: &Header) -> Result<()> {
    LabelType::of(&header.dtype).map(|_| ())
}

/// The type of a label.
#[derive(Clone, Copy)]
enum LabelType {
    Integer(Number),
    Unicode { length: usize, big_endian: bool },
    Bytes { length: usize },
}

impl LabelType {
    fn of(dtype: &Dtype) -> Result<Self> {
        match *dtype {
            Dtype::Number(number) if number.is_integer() => Ok(Self::Integer(number)),
            Dtype::Unicode { length, big_endian } => Ok(Self::Unicode { length, big_endian }),
            Dtype::Bytes { length } => Ok(Self::Bytes { length }),
            _ => Err(Error::format("labels must be strings or integers; save them as such, not as objects or floats")),
        }
    }

    fn size(self) -> Result<usize> {
        let size = match self {
            Self::Integer(number) => number.size(),
            Self::Unicode { length, .. } => length.saturating_mul(4),
            Self::Bytes { length } => length,
        };
        // Labels without a byte could be claimed in any number.
        if (1..=MAX_LABEL).contains(&size) {
            return Ok(size);
        }
        Err(Error::format(format!("the header claims labels of {size} bytes, 1 to {MAX_LABEL} are possible")))
    }

    /// Returns the label in `bytes`, padded with zeros at the end as NumPy does it.
    fn label(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Integer(number) => number.integer(bytes).map(|integer| integer.to_string()),
            Self::Unicode { big_endian, .. } => {
                let point = if big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
                let text: Option<String> =
                    bytes.as_chunks().0.iter().map(|&bytes| char::from_u32(point(bytes))).collect();
                text.map(|text| text.trim_end_matches('\0').to_owned())
            }
            Self::Bytes { .. } => {
                let text = str::from_utf8(bytes).ok()?;
                Some(text.trim_end_matches('\0').to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples::npy;

    fn read(descr: &str, shape: &str, data: &[u8]) -> Result<Vec<String>> {
        let bytes = npy(descr, false, shape, data);
        let mut reader = bytes.as_slice();
        let header = Header::read(&mut reader).unwrap();
        read_array(&header, reader)
    }

    fn points(text: &str, bytes: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|c| bytes(u32::from(c))).collect()
    }

    #[test]
    fn strings_and_integers_of_either_byte_order_are_labels() {
        let text = "cat\0é\0\0\0𝄞dog";
        let expected = ["cat", "é", "𝄞dog"];
        assert_eq!(read("<U4", "(3,)", &points(text, u32::to_le_bytes)).unwrap(), expected);
        assert_eq!(read(">U4", "(3,)", &points(text, u32::to_be_bytes)).unwrap(), expected);
        assert_eq!(read("|S3", "(2,)", "ab\0é\0".as_bytes()).unwrap(), ["ab", "é"]);
        assert_eq!(read("<i2", "(2,)", &[1, 0, 0xfe, 0xff]).unwrap(), ["1", "-2"]);
        assert_eq!(read(">u8", "(1,)", &[0xff; 8]).unwrap(), [u64::MAX.to_string()]);
        assert!(read("<i4", "(0,)", &[]).unwrap().is_empty());
    }

    #[test]
    fn other_arrays_are_no_labels() {
        for (descr, shape, data) in [
            ("<f8", "(1,)", [0; 8].as_slice()),
            ("<U0", "(1000000000000000000,)", &[]),
            ("|S99999999999", "(1,)", &[]),
            ("|S99999999999999999999999", "(1,)", &[]),
            ("<U1", "(1000000000000000000,)", &[65, 0, 0, 0]),
            ("<U1", "(1,)", &[0, 0, 0x11, 0]),
            ("|S1", "(1,)", &[0xff]),
            ("|O", "(1,)", &[]),
        ] {
            assert_eq!(read(descr, shape, data).unwrap_err().kind().name(), "Format", "{descr}");
        }
        assert_eq!(read("<U1", "(1, 1)", &[65, 0, 0, 0]).unwrap_err().kind().name(), "ShapeMismatch");
        assert_eq!(read("<U1", "()", &[65, 0, 0, 0]).unwrap_err().kind().name(), "ShapeMismatch");
    }
}
