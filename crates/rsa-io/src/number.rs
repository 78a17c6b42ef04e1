//! [`Number`]: the form of one number in a file, and its conversion to `f64`.

use half::{bf16, f16};

/// The number types that have a value in `f64`.
///
/// Integers of 64 bits beyond 2⁵³ are rounded to the nearest `f64`; every other number arrives as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberKind {
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F16,
    BF16,
    F32,
    F64,
}

/// A number type and the order of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) kind: NumberKind,
    pub(crate) big_endian: bool,
}

impl Number {
    /// Returns the number of bytes of one number.
    pub(crate) fn size(self) -> usize {
        match self.kind {
            NumberKind::Bool | NumberKind::I8 | NumberKind::U8 => 1,
            NumberKind::I16 | NumberKind::U16 | NumberKind::F16 | NumberKind::BF16 => 2,
            NumberKind::I32 | NumberKind::U32 | NumberKind::F32 => 4,
            NumberKind::I64 | NumberKind::U64 | NumberKind::F64 => 8,
        }
    }

    /// Returns the relative spacing of the numbers of this type.
    ///
    /// If `f64` holds all of them exactly, it is the spacing of 64-bit floats.
    pub(crate) fn precision(self) -> f64 {
        match self.kind {
            NumberKind::BF16 => bf16::EPSILON.to_f64(),
            NumberKind::F16 => f16::EPSILON.to_f64(),
            NumberKind::F32 => f32::EPSILON.into(),
            _ => f64::EPSILON,
        }
    }

    /// Returns the name of the type, as NumPy has it.
    pub(crate) fn name(self) -> &'static str {
        match self.kind {
            NumberKind::Bool => "bool",
            NumberKind::I8 => "int8",
            NumberKind::U8 => "uint8",
            NumberKind::I16 => "int16",
            NumberKind::U16 => "uint16",
            NumberKind::I32 => "int32",
            NumberKind::U32 => "uint32",
            NumberKind::I64 => "int64",
            NumberKind::U64 => "uint64",
            NumberKind::F16 => "float16",
            NumberKind::BF16 => "bfloat16",
            NumberKind::F32 => "float32",
            NumberKind::F64 => "float64",
        }
    }

    /// Writes the numbers in `bytes` to `out`, one after the other.
    pub(crate) fn decode<'a>(self, bytes: &[u8], out: impl Iterator<Item = &'a mut f64>) {
        /// `From<f64>` is missing for 64-bit integers only; `as` rounds those to nearest.
        macro_rules! number {
            ($type:ty) => {
                if self.big_endian {
                    spread(bytes, out, |b| <$type>::from_be_bytes(b) as f64)
                } else {
                    spread(bytes, out, |b| <$type>::from_le_bytes(b) as f64)
                }
            };
        }
        match self.kind {
            NumberKind::Bool => spread(bytes, out, |[b]| f64::from(u8::from(b != 0))),
            NumberKind::I8 => number!(i8),
            NumberKind::U8 => number!(u8),
            NumberKind::I16 => number!(i16),
            NumberKind::U16 => number!(u16),
            NumberKind::I32 => number!(i32),
            NumberKind::U32 => number!(u32),
            NumberKind::I64 => number!(i64),
            NumberKind::U64 => number!(u64),
            NumberKind::F32 => number!(f32),
            NumberKind::F64 => number!(f64),
            NumberKind::F16 if self.big_endian => spread(bytes, out, |b| f16::from_be_bytes(b).to_f64()),
            NumberKind::F16 => spread(bytes, out, |b| f16::from_le_bytes(b).to_f64()),
            NumberKind::BF16 if self.big_endian => spread(bytes, out, |b| bf16::from_be_bytes(b).to_f64()),
            NumberKind::BF16 => spread(bytes, out, |b| bf16::from_le_bytes(b).to_f64()),
        }
    }

    /// Returns the integer in `bytes`, exactly; `None` if the type is no integer.
    pub(crate) fn integer(self, bytes: &[u8]) -> Option<i128> {
        macro_rules! integer {
            ($type:ty) => {{
                let bytes = bytes.try_into().ok()?;
                let value = if self.big_endian { <$type>::from_be_bytes(bytes) } else { <$type>::from_le_bytes(bytes) };
                Some(i128::from(value))
            }};
        }
        match self.kind {
            NumberKind::I8 => integer!(i8),
            NumberKind::U8 => integer!(u8),
            NumberKind::I16 => integer!(i16),
            NumberKind::U16 => integer!(u16),
            NumberKind::I32 => integer!(i32),
            NumberKind::U32 => integer!(u32),
            NumberKind::I64 => integer!(i64),
            NumberKind::U64 => integer!(u64),
            NumberKind::Bool | NumberKind::F16 | NumberKind::BF16 | NumberKind::F32 | NumberKind::F64 => None,
        }
    }
}

/// Converts `N` bytes at a time; monomorphized for every type, so that the loop is tight.
fn spread<'a, const N: usize>(bytes: &[u8], out: impl Iterator<Item = &'a mut f64>, convert: impl Fn([u8; N]) -> f64) {
    for (value, number) in out.zip(bytes.as_chunks().0) {
        *value = convert(*number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(kind: NumberKind, big_endian: bool, bytes: &[u8]) -> Vec<f64> {
        let number = Number { kind, big_endian };
        let mut out = vec![f64::NAN; bytes.len() / number.size()];
        number.decode(bytes, out.iter_mut());
        out
    }

    #[test]
    fn halves_have_subnormals_and_infinities() {
        let bits: [u16; 8] = [0x0001, 0x03ff, 0x0400, 0x7bff, 0x7c00, 0xfc00, 0x8000, 0x3555];
        let bytes: Vec<u8> = bits.iter().flat_map(|b| b.to_le_bytes()).collect();
        let values = decode(NumberKind::F16, false, &bytes);
        let expected = [
            2f64.powi(-24),
            1023.0 * 2f64.powi(-24),
            2f64.powi(-14),
            65504.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            -0.0,
            0.333_251_953_125,
        ];
        assert_eq!(values, expected);
        assert!(values[6].is_sign_negative());
        assert!(decode(NumberKind::F16, true, &[0x7e, 0x00])[0].is_nan());
    }

    #[test]
    fn bfloat_is_the_upper_half_of_a_float() {
        assert_eq!(
            decode(NumberKind::BF16, false, &[0x80, 0x3f, 0x49, 0x40, 0x01, 0x00]),
            [1.0, 3.140625, f64::from(f32::from_bits(0x0001_0000)),]
        );
        assert_eq!(decode(NumberKind::BF16, true, &[0x40, 0x49]), [3.140625]);
    }

    #[test]
    fn the_largest_integers_are_rounded_to_nearest() {
        assert_eq!(decode(NumberKind::U64, false, &[0xff; 8]), [2f64.powi(64)]);
        assert_eq!(decode(NumberKind::I64, true, &[0x80, 0, 0, 0, 0, 0, 0, 0]), [-(2f64.powi(63))]);
        let odd = ((1u64 << 53) + 1).to_le_bytes();
        assert_eq!(decode(NumberKind::U64, false, &odd), [2f64.powi(53)]);
        assert_eq!(Number { kind: NumberKind::U64, big_endian: false }.integer(&odd), Some((1 << 53) + 1));
    }

    #[test]
    fn any_nonzero_byte_is_true() {
        assert_eq!(decode(NumberKind::Bool, false, &[0, 1, 255]), [0.0, 1.0, 1.0]);
    }
}
