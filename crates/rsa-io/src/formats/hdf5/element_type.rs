//! [`ElementType`]: the type of the entries of a dataset.

use hdf5_reader::{ByteOrder, Dataset, Datatype, StringSize, VarLenKind};
use rsa_core::{Error, Result};

use super::storage::translated;
use crate::number::{Number, NumberKind};

/// The type of the entries of a dataset.
#[derive(Debug)]
pub(in crate::formats) enum ElementType {
    Number(Number),
    /// Text of variable or fixed length.
    Text,
    /// Addresses of other objects of the file.
    References,
    /// A type that is not read: the reason.
    Other(Error),
}

impl ElementType {
    /// Returns the type of the entries of `dataset`.
    ///
    /// # Errors
    /// `Format` if the description of the type is damaged.
    pub(in crate::formats) fn of(dataset: &Dataset) -> Result<Self> {
        Ok(match dataset.dtype() {
            Datatype::FixedPoint { size, signed, byte_order } => {
                let raw = dataset.raw_datatype().map_err(translated)?;
                integer(*size, *signed, *byte_order, &raw)
            }
            Datatype::FloatingPoint { byte_order, .. } => {
                let raw = dataset.raw_datatype().map_err(translated)?;
                float(*byte_order, &raw)
            }
            Datatype::Enum { base, members } => {
                let mut codes: Vec<_> = members.iter().map(|member| (member.name.as_str(), &*member.value)).collect();
                codes.sort_unstable();
                match (&**base, codes.as_slice()) {
                    (Datatype::FixedPoint { size: 1, .. }, [("FALSE", [0]), ("TRUE", [1])]) => {
                        Self::Number(Number { kind: NumberKind::Bool, big_endian: false })
                    }
                    _ => Self::Other(Error::format(
                        "is an enumeration; save its codes as integers, or its words as text",
                    )),
                }
            }
            Datatype::String { size: StringSize::Fixed(_) | StringSize::Variable, .. }
            | Datatype::VarLen { kind: VarLenKind::String, .. } => Self::Text,
            Datatype::Reference { ref_type: hdf5_reader::ReferenceType::Object, size: 8 } => Self::References,
            Datatype::Compound { fields, .. } => {
                let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
                Self::Other(compound(&names))
            }
            Datatype::VarLen { .. } => not_read("lists of different lengths", "pad them to one array"),
            Datatype::Array { .. } => not_read("arrays as entries", "save one array with more axes"),
            Datatype::Reference { .. } => not_read("references", "save the arrays they refer to"),
            Datatype::Opaque { .. } | Datatype::Bitfield { .. } => not_read("bytes without a meaning", "save numbers"),
        })
    }
}

fn not_read(what: &str, remedy: &str) -> ElementType {
    ElementType::Other(Error::format(format!("holds {what}; {remedy}")))
}

/// Returns the reason why entries of several fields are not read.
fn compound(names: &[&str]) -> Error {
    match names {
        ["r", "i"] | ["real", "imag"] => {
            Error::format("is complex; save its absolute values, or real and imaginary parts as arrays of their own")
        }
        _ => Error::format(format!("is a table with the fields {}; save each as an array", names.join(", "))),
    }
}

/// Returns the parts of a description of a type behind its class and size, `N` bytes of them.
fn properties<const N: usize>(raw: &[u8]) -> Option<[u8; N]> {
    raw.get(8..8 + N)?.try_into().ok()
}

fn integer(size: u8, signed: bool, byte_order: ByteOrder, raw: &[u8]) -> ElementType {
    let kind = match (size, signed) {
        (1, true) => NumberKind::I8,
        (1, false) => NumberKind::U8,
        (2, true) => NumberKind::I16,
        (2, false) => NumberKind::U16,
        (4, true) => NumberKind::I32,
        (4, false) => NumberKind::U32,
        (8, true) => NumberKind::I64,
        (8, false) => NumberKind::U64,
        _ => return not_read(&format!("integers of {size} bytes"), "save them as 32-bit integers"),
    };
    // First bit and number of bits.
    match properties(raw) {
        Some([0, 0, bits, 0]) if bits == 8 * size => number(kind, byte_order),
        _ => not_read("integers of an unusual number of bits", "save them as 32-bit integers"),
    }
}

fn float(byte_order: ByteOrder, raw: &[u8]) -> ElementType {
    // First bit, number of bits, place and size of exponent and of fraction, bias: all little-endian.
    let kind = match properties(raw) {
        Some([0, 0, 16, 0, 10, 5, 0, 10, 15, 0, 0, 0]) => NumberKind::F16,
        Some([0, 0, 16, 0, 7, 8, 0, 7, 127, 0, 0, 0]) => NumberKind::BF16,
        Some([0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]) => NumberKind::F32,
        Some([0, 0, 64, 0, 52, 11, 0, 52, 255, 3, 0, 0]) => NumberKind::F64,
        _ => return not_read("floats of an unusual form", "save them as float64"),
    };
    number(kind, byte_order)
}

fn number(kind: NumberKind, byte_order: ByteOrder) -> ElementType {
    ElementType::Number(Number { kind, big_endian: byte_order == ByteOrder::BigEndian })
}
