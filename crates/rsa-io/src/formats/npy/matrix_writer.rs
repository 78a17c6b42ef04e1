//! Writing arrays as `.npy`: always version 1.0, little-endian and in C order.

use std::{
    fmt,
    io::{self, Write},
};

use half::f16;
use ndarray::ArrayView2;

use super::header::MAGIC;

/// The numbers start at a multiple of this, so that readers that map the file find them aligned.
const ALIGNMENT: usize = 64;

/// The number type of a written matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatWidth {
    /// Half width, 2 bytes.
    F16,
    /// Single width, 4 bytes.
    F32,
    /// Double width, 8 bytes: every value as it is.
    F64,
}

impl FloatWidth {
    /// Returns the number of bytes of one number.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::F16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// Writes `matrix` as a `.npy` array, each value rounded once to `width`.
///
/// # Errors
/// The errors of `writer`; `InvalidData` naming the first finite value that `width` cannot hold.
pub fn write_matrix(mut writer: impl Write, matrix: ArrayView2<'_, f64>, width: FloatWidth) -> io::Result<()> {
    let shape = format!("({}, {})", matrix.nrows(), matrix.ncols());
    write_header(&mut writer, format!("<f{}", width.size()), &shape)?;
    let mut bytes = Vec::with_capacity(matrix.ncols() * width.size());
    for (row, pattern) in matrix.rows().into_iter().enumerate() {
        bytes.clear();
        for (column, &value) in pattern.iter().enumerate() {
            let kept = match width {
                FloatWidth::F16 => {
                    let half = round_to_half(value);
                    bytes.extend(half.to_le_bytes());
                    half.is_finite()
                }
                FloatWidth::F32 => {
                    let single = value as f32;
                    bytes.extend(single.to_le_bytes());
                    single.is_finite()
                }
                FloatWidth::F64 => {
                    bytes.extend(value.to_le_bytes());
                    true
                }
            };
            if value.is_finite() && !kept {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("the value {value} at row {row}, column {column} is too large for {width:?}"),
                ));
            }
        }
        writer.write_all(&bytes)?;
    }
    Ok(())
}

/// Rounds `value` to a half, once, to nearest with ties to even.
///
/// The conversions of `half` drop the lower bits of an `f64`, or round it to single width on the way. Rounding
/// to odd on the way keeps the bits that decide about ties; and the portable conversion gives the same bytes on every
/// processor.
fn round_to_half(value: f64) -> f16 {
    let single = value as f32;
    if single.is_finite() && f64::from(single) != value {
        let away = f64::from(single).abs() > value.abs();
        let towards_zero = single.to_bits() - u32::from(away);
        return f16::from_f32_const(f32::from_bits(towards_zero | 1));
    }
    f16::from_f32_const(single)
}

/// Writes `strings` as a `.npy` array with one axis, of fixed-width Unicode as NumPy has it.
///
/// # Errors
/// The errors of `writer`.
pub fn write_strings<S: AsRef<str>>(mut writer: impl Write, strings: &[S]) -> io::Result<()> {
    let width = strings.iter().map(|string| string.as_ref().chars().count()).max().unwrap_or(0).max(1);
    write_header(&mut writer, format!("<U{width}"), &format!("({},)", strings.len()))?;
    for string in strings {
        let points = string.as_ref().chars().map(u32::from).chain(std::iter::repeat(0)).take(width);
        writer.write_all(&points.flat_map(u32::to_le_bytes).collect::<Vec<_>>())?;
    }
    Ok(())
}

fn write_header(writer: &mut impl Write, descr: impl fmt::Display, shape: &str) -> io::Result<()> {
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    // Magic, version and length take ten bytes; the text ends with a line feed.
    while (10 + text.len() + 1) % ALIGNMENT != 0 {
        text.push(' ');
    }
    text.push('\n');
    let length = u16::try_from(text.len()).map_err(io::Error::other)?;
    writer.write_all(MAGIC)?;
    writer.write_all(&[1, 0])?;
    writer.write_all(&length.to_le_bytes())?;
    writer.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_bytes_are_those_of_numpy() {
        // numpy.save(file, numpy.array([[1.0, -2.0], [0.5, 3.0]], dtype="<f2")) of NumPy 2.4.6.
        let mut bytes = Vec::new();
        write_matrix(&mut bytes, array![[1.0, -2.0], [0.5, 3.0]].view(), FloatWidth::F16).unwrap();
        assert_eq!(bytes, include_bytes!("../../../tests/data/half.npy"));
        // numpy.save(file, numpy.array(["cat", "é", ""])) of NumPy 2.4.6.
        let mut bytes = Vec::new();
        write_strings(&mut bytes, &["cat", "é", ""]).unwrap();
        assert_eq!(bytes, include_bytes!("../../../tests/data/strings.npy"));
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused_with_its_place() {
        let x = array![[1.0, 2.0], [3.0, 70000.0]];
        let error = write_matrix(io::sink(), x.view(), FloatWidth::F16).unwrap_err();
        assert!(error.to_string().contains("70000 at row 1, column 1 is too large for F16"), "{error}");
        assert!(write_matrix(io::sink(), x.view(), FloatWidth::F32).is_ok());
        assert!(write_matrix(io::sink(), array![[f64::INFINITY]].view(), FloatWidth::F16).is_ok());
    }

    #[test]
    fn a_half_is_rounded_once() {
        // All finite halves, subnormal ones too, and what lies between them: exact in `f64`.
        for bits in 0..f16::MAX.to_bits() {
            let (low, high) = (f16::from_bits(bits), f16::from_bits(bits + 1));
            let middle = (low.to_f64() + high.to_f64()) / 2.0;
            for sign in [1.0, -1.0] {
                let rounded = |value: f64| round_to_half(sign * value).to_bits() & 0x7fff;
                assert_eq!(rounded(low.to_f64()), bits);
                assert_eq!(rounded(middle), bits + (bits & 1), "{middle}");
                assert_eq!(rounded(middle.next_up()), bits + 1, "above {middle}");
                assert_eq!(rounded(middle.next_down()), bits, "below {middle}");
            }
        }
        // The middle between the largest half and the next power of two.
        assert!(round_to_half(65520f64.next_down()).is_finite());
        assert!(round_to_half(65520.0).is_infinite());
    }
}
