//! Arrays of strings, and arrays of anything that can be labels.

use std::io::Read;

use rsa_core::{Error, Result};

use super::{
    header::{Dtype, Header},
    label_type::LabelType,
    pickle,
};
use crate::{labels::spelled, layout::show_shape, positioned::read_error};

/// Reads the strings of the array of `header`, as they are, from `reader`, which stands at the first of them.
///
/// # Errors
/// `ShapeMismatch` if there is more than one axis, `Format` if the elements are no strings, end early or are no text.
pub(crate) fn read_strings(header: &Header, reader: impl Read) -> Result<Vec<String>> {
    let count = match header.shape.as_slice() {
        [] => 1,
        &[count] => count,
        axes => {
            return Err(Error::shape_mismatch(format!(
                "strings need an array with one axis, this one has {}",
                axes.len()
            )));
        }
    };
    read_elements(&header.dtype, count, reader)
}

/// Reads the labels of the array of `header` from `reader`, which stands at its first element.
///
/// Strings, bytes, whole numbers and booleans are labels, in NumPy's own types or as objects. Labels come without
/// padding and in one Unicode form. All axes but one may have the length 1.
///
/// # Errors
/// `ShapeMismatch` if there is not exactly one axis of labels; `Format`, with the remedy, if an element cannot be a
/// label or is missing.
pub(crate) fn read_labels(header: &Header, reader: impl Read) -> Result<Vec<String>> {
    let count = label_count(&header.shape)?;
    let mut labels = match &header.dtype {
        Dtype::Object => pickle::read_labels(reader, count)?,
        dtype => read_elements(dtype, count, reader)?,
    };
    for (position, label) in labels.iter_mut().enumerate() {
        *label = spelled(label);
        if label.is_empty() {
            return Err(Error::format(format!("label {position} is empty; give every row a label")));
        }
    }
    Ok(labels)
}

/// Returns the number of strings of the array of `header`, and their bytes; `None` for types without a size.
pub(crate) fn claimed_strings(header: &Header) -> Option<(usize, u64)> {
    let size = LabelType::of(&header.dtype).and_then(LabelType::size).ok()?;
    let count = header.shape.iter().fold(1, |product: usize, &length| product.saturating_mul(length));
    Some((count, (count as u64).saturating_mul(size as u64)))
}

/// Returns the number of labels of an array of `shape`: n, n × 1 or 1 × n.
fn label_count(shape: &[usize]) -> Result<usize> {
    let long: Vec<usize> = shape.iter().copied().filter(|&length| length != 1).collect();
    match (shape, long.as_slice()) {
        ([_, ..], []) => Ok(1),
        (_, &[count]) => Ok(count),
        _ => Err(Error::shape_mismatch(format!(
            "labels need an array with one axis and this one has the shape {}; save one label for every row, and give \
             an array that is a layer another name",
            show_shape(shape)
        ))),
    }
}

fn read_elements(dtype: &Dtype, count: usize, mut reader: impl Read) -> Result<Vec<String>> {
    let element = LabelType::of(dtype)?;
    let mut bytes = vec![0; element.size()?];
    let mut labels = Vec::new();
    for position in 0..count {
        reader
            .read_exact(&mut bytes)
            .map_err(|error| read_error(format!("reading label {position} of the claimed {count}"), error))?;
        let refused = |reason| Error::format(format!("label {position} {reason}"));
        labels.push(element.label(&bytes).map_err(refused)?);
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples::npy;

    fn read(descr: &str, shape: &str, data: &[u8]) -> Result<Vec<String>> {
        let bytes = npy(descr, false, shape, data);
        let mut reader = bytes.as_slice();
        let header = Header::read(&mut reader).unwrap();
        read_labels(&header, reader)
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
    fn whole_floats_booleans_and_columns_are_labels() {
        let floats: Vec<u8> = [2.0, -0.0, 1e15].iter().flat_map(|value: &f64| value.to_le_bytes()).collect();
        assert_eq!(read("<f8", "(3,)", &floats).unwrap(), ["2", "0", "1000000000000000"]);
        assert_eq!(read("<f2", "(1,)", &[0, 0x3c]).unwrap(), ["1"]);
        assert_eq!(read("|b1", "(2,)", &[1, 0]).unwrap(), ["True", "False"]);
        for shape in ["(2, 1)", "(1, 2)", "(1, 2, 1)"] {
            assert_eq!(read("|S3", shape, b"a  b\0\0").unwrap(), ["a", "b"], "{shape}");
        }
        assert_eq!(read("|S1", "(1, 1)", b"a").unwrap(), ["a"]);
        for value in [0.5, f64::NAN, f64::INFINITY, 1e300] {
            let error = read("<f8", "(1,)", &value.to_le_bytes()).unwrap_err();
            assert!(error.to_string().contains("label 0 is "), "{error}");
        }
        let latin = read("|S4", "(1,)", b"caf\xe9").unwrap_err().to_string();
        assert!(latin.contains("numpy.char.decode(labels, 'latin-1')"), "{latin}");
        let date = read("<M8[D]", "(1,)", &[0; 8]).unwrap_err().to_string();
        assert!(date.contains("'<M8[D]'") && date.contains("labels.astype(str)"), "{date}");
        assert!(
            read("<U2", "(1,)", &points(" \0", u32::to_le_bytes)).unwrap_err().to_string().contains("label 0 is empty")
        );
        let matrix = read("<f8", "(2, 3)", &[0; 48]).unwrap_err().to_string();
        assert!(matrix.contains("(2, 3)") && matrix.contains("another name"), "{matrix}");
    }

    #[test]
    fn other_arrays_are_no_labels() {
        for (descr, shape, data) in [
            ("<f8", "(1,)", 0.5f64.to_le_bytes().as_slice()),
            ("<c8", "(1,)", &[0; 8]),
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
        assert_eq!(read("<U1", "(2, 2)", &[65, 0, 0, 0]).unwrap_err().kind().name(), "ShapeMismatch");
        assert_eq!(read("<U1", "()", &[65, 0, 0, 0]).unwrap_err().kind().name(), "ShapeMismatch");
    }
}
