//! [`Number`]: how one number is written in a file, and its way to `f64`.

use half::{bf16, f16};

/// The number types that have a value in `f64`.
///
/// Integers of 64 bits beyond 2⁵³ are rounded to the nearest `f64`; every other number arrives as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
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
    pub(crate) kind: Kind,
    pub(crate) big_endian: bool,
}

impl Number {
    /// Bytes of one number.
    pub(crate) fn size(self) -> usize {
        match self.kind {
            Kind::Bool | Kind::I8 | Kind::U8 => 1,
            Kind::I16 | Kind::U16 | Kind::F16 | Kind::BF16 => 2,
            Kind::I32 | Kind::U32 | Kind::F32 => 4,
            Kind::I64 | Kind::U64 | Kind::F64 => 8,
        }
    }

    /// The relative spacing of the numbers of this type; that of 64-bit floats where all are held exactly.
    pub(crate) fn precision(self) -> f64 {
        match self.kind {
            Kind::BF16 => bf16::EPSILON.to_f64(),
            Kind::F16 => f16::EPSILON.to_f64(),
            Kind::F32 => f32::EPSILON.into(),
            _ => f64::EPSILON,
        }
    }

    /// Whether the type is a signed or unsigned integer.
    pub(crate) fn is_integer(self) -> bool {
        !matches!(self.kind, Kind::Bool | Kind::F16 | Kind::BF16 | Kind::F32 | Kind::F64)
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
            Kind::Bool => spread(bytes, out, |[b]| f64::from(u8::from(b != 0))),
            Kind::I8 => number!(i8),
            Kind::U8 => number!(u8),
            Kind::I16 => number!(i16),
            Kind::U16 => number!(u16),
            Kind::I32 => number!(i32),
            Kind::U32 => number!(u32),
            Kind::I64 => number!(i64),
            Kind::U64 => number!(u64),
            Kind::F32 => number!(f32),
            Kind::F64 => number!(f64),
            Kind::F16 if self.big_endian => spread(bytes, out, |b| f16::from_be_bytes(b).to_f64()),
            Kind::F16 => spread(bytes, out, |b| f16::from_le_bytes(b).to_f64()),
            Kind::BF16 if self.big_endian => spread(bytes, out, |b| bf16::from_be_bytes(b).to_f64()),
            Kind::BF16 => spread(bytes, out, |b| bf16::from_le_bytes(b).to_f64()),
        }
    }

    /// The integer in `bytes`, exactly; `None` if the type is no integer.
    pub(crate) fn integer(self, bytes: &[u8]) -> Option<i128> {
        macro_rules! integer {
            ($type:ty) => {{
                let bytes = bytes.try_into().ok()?;
                let value = if self.big_endian { <$type>::from_be_bytes(bytes) } else { <$type>::from_le_bytes(bytes) };
                Some(i128::from(value))
            }};
        }
        match self.kind {
            Kind::I8 => integer!(i8),
            Kind::U8 => integer!(u8),
            Kind::I16 => integer!(i16),
            Kind::U16 => integer!(u16),
            Kind::I32 => integer!(i32),
            Kind::U32 => integer!(u32),
            Kind::I64 => integer!(i64),
            Kind::U64 => integer!(u64),
            Kind::Bool | Kind::F16 | Kind::BF16 | Kind::F32 | Kind::F64 => None,
        }
    }
}

/// Converts `N` bytes at a time; monomorphised for every type, so that the loop is tight.
fn spread<'a, const N: usize>(bytes: &[u8], out: impl Iterator<Item = &'a mut f64>, convert: impl Fn([u8; N]) -> f64) {
    for (value, number) in out.zip(bytes.as_chunks().0) {
        *value = convert(*number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(kind: Kind, big_endian: bool, bytes: &[u8]) -> Vec<f64> {
        let number = Number { kind, big_endian };
        let mut out = vec![f64::NAN; bytes.len() / number.size()];
        number.decode(bytes, out.iter_mut());
        out
    }

    #[test]
    fn halves_have_subnormals_and_infinities() {
        let bits: [u16; 8] = [0x0001, 0x03ff, 0x0400, 0x7bff, 0x7c00, 0xfc00, 0x8000, 0x3555];
        let bytes: Vec<u8> = bits.iter().flat_map(|b| b.to_le_bytes()).collect();
        let values = decode(Kind::F16, false, &bytes);
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
        assert!(decode(Kind::F16, true, &[0x7e, 0x00])[0].is_nan());
    }

    #[test]
    fn bfloat_is_the_upper_half_of_a_float() {
        assert_eq!(
            decode(Kind::BF16, false, &[0x80, 0x3f, 0x49, 0x40, 0x01, 0x00]),
            [1.0, 3.140625, f64::from(f32::from_bits(0x0001_0000)),]
        );
        assert_eq!(decode(Kind::BF16, true, &[0x40, 0x49]), [3.140625]);
    }

    #[test]
    fn the_largest_integers_are_rounded_to_nearest() {
        assert_eq!(decode(Kind::U64, false, &[0xff; 8]), [2f64.powi(64)]);
        assert_eq!(decode(Kind::I64, true, &[0x80, 0, 0, 0, 0, 0, 0, 0]), [-(2f64.powi(63))]);
        let odd = ((1u64 << 53) + 1).to_le_bytes();
        assert_eq!(decode(Kind::U64, false, &odd), [2f64.powi(53)]);
        assert_eq!(Number { kind: Kind::U64, big_endian: false }.integer(&odd), Some((1 << 53) + 1));
    }

    #[test]
    fn any_nonzero_byte_is_true() {
        assert_eq!(decode(Kind::Bool, false, &[0, 1, 255]), [0.0, 1.0, 1.0]);
    }
}
