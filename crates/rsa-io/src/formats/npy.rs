//! NumPy's `.npy`: one array a file. Versions 1.0, 2.0 and 3.0 are read.
//!
//! Reading goes through [`open`](crate::open()); the public part of this module writes arrays.

mod header;
mod label_type;
mod literal;
mod matrix_writer;
mod pickle;
mod strings;

use std::{io::BufReader, path::Path};

use rsa_core::Result;

pub use self::matrix_writer::{FloatWidth, write_matrix, write_strings};
pub(crate) use self::{
    header::{Dtype, Header},
    strings::{claimed_strings, read_labels, read_strings},
};
use crate::{
    contents::{Contents, FileArray},
    format::FileFormat,
    options::OpenOptions,
    positioned::{PositionedFile, stem},
    stored::StoredArray,
};

/// The format `.npy`.
pub(crate) struct NpyFormat;

impl FileFormat for NpyFormat {
    fn name(&self) -> &'static str {
        "NumPy array"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["npy"]
    }

    fn open(&self, path: &Path, _: &OpenOptions) -> Result<Contents> {
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
                let array = StoredArray::new(file, header.length, layout);
                contents.arrays.push(FileArray::new(stem(path), place, array));
            }
        }
        Ok(contents)
    }
}

/// Reads the labels of the file at `path`.
pub(crate) fn open_labels(path: &Path) -> Result<Vec<String>> {
    let mut reader = BufReader::new(PositionedFile::open(path)?.cursor(0));
    let header = Header::read(&mut reader)?;
    read_labels(&header, reader)
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use rsa_core::{ErrorKind, RowBlocks};

    use super::*;
    use crate::tests::samples::{doubles, npy, open_bytes};

    fn read(bytes: &[u8]) -> Result<Array2<f64>> {
        Ok(open_bytes("x.npy", bytes)?.layers()[0].read()?.values().to_owned())
    }

    /// The values 0 to 5 in every integer and float type.
    fn counting(name: &str, big_endian: bool) -> Vec<u8> {
        /// The bits of 0 to 5 as halves.
        const HALVES: [u16; 6] = [0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500];
        let little = |value: u8| -> Vec<u8> {
            match name {
                "i1" | "u1" => vec![value],
                "i2" | "u2" => vec![value, 0],
                "i4" | "u4" => vec![value, 0, 0, 0],
                "i8" | "u8" => vec![value, 0, 0, 0, 0, 0, 0, 0],
                "f2" => HALVES[usize::from(value)].to_le_bytes().to_vec(),
                "f4" => f32::from(value).to_le_bytes().to_vec(),
                "f8" => f64::from(value).to_le_bytes().to_vec(),
                other => panic!("{other}"),
            }
        };
        let mut numbers: Vec<_> = (0..6).map(little).collect();
        if big_endian {
            numbers.iter_mut().for_each(|number| number.reverse());
        }
        numbers.concat()
    }

    #[test]
    fn every_type_byte_order_and_axis_order_is_read() {
        let rows = array![[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]];
        let columns = array![[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]];
        for name in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"] {
            let native = if cfg!(target_endian = "big") { ">" } else { "<" };
            for (mark, big_endian) in [("<", false), (">", true), ("=", native == ">"), ("|", false)] {
                if mark == "|" && !name.ends_with('1') {
                    continue;
                }
                let data = counting(name, big_endian);
                let descr = format!("{mark}{name}");
                assert_eq!(read(&npy(&descr, false, "(2, 3)", &data)).unwrap(), rows, "{descr}");
                assert_eq!(read(&npy(&descr, true, "(2, 3)", &data)).unwrap(), columns, "{descr}");
            }
        }
        let bools = npy("|b1", false, "(2, 3)", &[0, 1, 0, 1, 1, 0]);
        assert_eq!(read(&bools).unwrap(), array![[0.0, 1.0, 0.0], [1.0, 1.0, 0.0]]);
    }

    #[test]
    fn negative_integers_keep_their_sign() {
        for (descr, data) in
            [("|i1", vec![0xff]), ("<i2", vec![0xff, 0xff]), (">i4", vec![0xff; 4]), ("<i8", vec![0xff; 8])]
        {
            assert_eq!(read(&npy(descr, false, "(1, 1)", &data)).unwrap(), array![[-1.0]], "{descr}");
        }
    }

    #[test]
    fn trailing_axes_are_flattened_in_c_order_whatever_the_order_in_the_file() {
        // The element at (i, j, k, l) is worth 1000 i + 100 j + 10 k + l.
        let shape = [3usize, 2, 4, 5];
        let value = |[i, j, k, l]: [usize; 4]| (1000 * i + 100 * j + 10 * k + l) as f64;
        let [n, a, b, c] = shape;
        let mut by_rows = Vec::new();
        let indices = |outer: usize| 0..outer;
        for i in indices(n) {
            for j in indices(a) {
                for k in indices(b) {
                    by_rows.extend(indices(c).map(|l| value([i, j, k, l])));
                }
            }
        }
        let mut by_columns = Vec::new();
        for l in indices(c) {
            for k in indices(b) {
                for j in indices(a) {
                    by_columns.extend(indices(n).map(|i| value([i, j, k, l])));
                }
            }
        }
        let expected = Array2::from_shape_vec((n, a * b * c), by_rows.clone()).unwrap();
        assert_eq!(read(&npy("<f8", false, "(3, 2, 4, 5)", &doubles(&by_rows))).unwrap(), expected);
        assert_eq!(read(&npy("<f8", true, "(3, 2, 4, 5)", &doubles(&by_columns))).unwrap(), expected);
    }

    #[test]
    fn a_layer_needs_two_axes_conditions_and_features() {
        let kind = |shape: &str, numbers: usize| {
            open_bytes("x.npy", &npy("<f8", false, shape, &doubles(&vec![0.0; numbers]))).unwrap_err().kind().clone()
        };
        assert_eq!(kind("()", 1), ErrorKind::ShapeMismatch);
        assert_eq!(kind("(3,)", 3), ErrorKind::ShapeMismatch);
        assert_eq!(kind("(3, 0)", 0), ErrorKind::ShapeMismatch);
        assert_eq!(kind("(0, 3)", 0), ErrorKind::TooFewConditions { needed: 1, found: 0 });
    }

    #[test]
    fn claims_beyond_the_file_are_refused_before_anything_is_allocated() {
        for (shape, order) in [
            ("(1000000000, 1000000000)", false),
            ("(1000000000, 1000000000)", true),
            ("(4294967296, 4294967296)", false),
            ("(9223372036854775807, 2)", false),
            ("(3, 1000000000000000000, 0, 7)", false),
            ("(18446744073709551615, 1)", true),
        ] {
            let error = open_bytes("x.npy", &npy("<f8", order, shape, &[0; 48])).unwrap_err();
            let message = error.to_string();
            assert!(message.contains("x.npy") && message.contains(&shape[1..4]), "{message}");
        }
        let error = open_bytes("x.npy", &npy("<f8", false, "(2, 3)", &[0; 47])).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Format);
        assert!(error.to_string().contains("48 bytes") && error.to_string().contains("47 bytes"), "{error}");
    }

    #[test]
    fn bytes_after_the_array_are_not_ignored_in_silence() {
        let source = open_bytes("x.npy", &npy("<f8", false, "(1, 1)", &[0; 11])).unwrap();
        assert!(source.warnings()[0].contains("3 bytes after the array"), "{:?}", source.warnings());
    }

    #[test]
    fn a_value_that_is_not_finite_is_refused_with_the_file_named() {
        let layer =
            open_bytes("x.npy", &npy("<f2", false, "(1, 2)", &[0, 0, 0, 0x7c])).unwrap().into_layers().remove(0);
        let error = layer.read().unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::NonFinite { condition: 0, feature: 1 });
        assert!(error.to_string().contains("x.npy: the value of condition 0"), "{error}");
        let mut block = Array2::zeros((1, 2));
        layer.read_rows(0..1, block.view_mut()).unwrap();
        assert_eq!(block, array![[0.0, f64::INFINITY]]);
    }

    #[test]
    fn files_of_numpy_are_read() {
        // numpy.save(file, numpy.asfortranarray(numpy.arange(24, dtype=">i2").reshape(2, 3, 4))) of NumPy 2.4.6.
        let x = read(include_bytes!("../../tests/data/fortran.npy")).unwrap();
        assert_eq!(x, Array2::from_shape_fn((2, 12), |(i, j)| (12 * i + j) as f64));
        // numpy.save(file, numpy.array([[1.0, -2.0], [0.5, 3.0]], dtype="<f2")) of NumPy 2.4.6.
        assert_eq!(read(include_bytes!("../../tests/data/half.npy")).unwrap(), array![[1.0, -2.0], [0.5, 3.0]]);
    }

    #[test]
    fn what_is_written_is_read() {
        let x = Array2::from_shape_fn((5, 7), |(i, j)| i as f64 - j as f64 / 4.0);
        for precision in [FloatWidth::F16, FloatWidth::F32, FloatWidth::F64] {
            for view in [x.view(), x.t()] {
                let mut bytes = Vec::new();
                write_matrix(&mut bytes, view, precision).unwrap();
                assert_eq!(read(&bytes).unwrap(), view, "{precision:?}");
            }
        }
    }
}
