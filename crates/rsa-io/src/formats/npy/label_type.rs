//! [`LabelType`]: the types of elements that can be labels.

use rsa_core::{Error, Result};

use super::header::Dtype;
use crate::number::{Number, NumberKind};

/// The most bytes of a label; a limit, so that a damaged header cannot ask for all memory.
const MAX_LABEL: usize = 1 << 18;

/// Largest whole number up to which every whole number is a `f64`.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// The line that makes labels readable, whatever their type.
pub(super) const REMEDY: &str = "save the labels as strings: labels.astype(str)";

/// The type of a label of fixed size.
#[derive(Clone, Copy)]
pub(super) enum LabelType {
    /// An integer, a boolean, or a float that must be whole.
    Number(Number),
    Unicode {
        length: usize,
        big_endian: bool,
    },
    Bytes {
        length: usize,
    },
}

impl LabelType {
    /// Returns the type of labels of `dtype`.
    ///
    /// # Errors
    /// `Format`, with the remedy, for types that have no label, such as dates and complex numbers.
    pub(super) fn of(dtype: &Dtype) -> Result<Self> {
        match dtype {
            Dtype::Number(number) => Ok(Self::Number(*number)),
            Dtype::Unicode { length, big_endian } => Ok(Self::Unicode { length: *length, big_endian: *big_endian }),
            Dtype::Bytes { length } => Ok(Self::Bytes { length: *length }),
            Dtype::Object => Err(Error::format("objects have no fixed size")),
            Dtype::Other(name) => {
                Err(Error::format(format!("labels must be strings or whole numbers, not of type {name:.80}; {REMEDY}")))
            }
        }
    }

    /// Returns the number of bytes of a label.
    ///
    /// # Errors
    /// `Format` for a size that no label has.
    pub(super) fn size(self) -> Result<usize> {
        let size = match self {
            Self::Number(number) => number.size(),
            Self::Unicode { length, .. } => length.saturating_mul(4),
            Self::Bytes { length } => length,
        };
        // Labels without a byte could be claimed in any number.
        if (1..=MAX_LABEL).contains(&size) {
            return Ok(size);
        }
        Err(Error::format(format!("the header claims labels of {size} bytes, 1 to {MAX_LABEL} are possible")))
    }

    /// Returns the label in `bytes`, padded with zeros at the end as NumPy does it, or the reason why it is none, to
    /// follow "label 3".
    pub(super) fn label(self, bytes: &[u8]) -> Result<String, String> {
        match self {
            Self::Number(number) => match (number.integer(bytes), number.kind) {
                (Some(integer), _) => Ok(integer.to_string()),
                (None, NumberKind::Bool) => Ok(if bytes == [0] { "False" } else { "True" }.to_owned()),
                (None, _) => {
                    let mut value = f64::NAN;
                    number.decode(bytes, std::iter::once(&mut value));
                    Self::whole_number(value)
                }
            },
            Self::Unicode { big_endian, .. } => {
                let point = if big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
                let points = bytes.as_chunks().0.iter().map(|&bytes| char::from_u32(point(bytes)));
                let text: String = points.collect::<Option<_>>().ok_or("is no text")?;
                Ok(text.trim_end_matches('\0').to_owned())
            }
            Self::Bytes { .. } => match str::from_utf8(bytes) {
                Ok(text) => Ok(text.trim_end_matches('\0').to_owned()),
                Err(_) => Err("is no UTF-8 text; decode it: numpy.char.decode(labels, 'latin-1')".to_owned()),
            },
        }
    }

    /// Returns the label that a float is, if it is a whole number.
    ///
    /// pandas makes floats of whole numbers where some were missing.
    pub(super) fn whole_number(value: f64) -> Result<String, String> {
        if value.is_nan() {
            return Err("is missing (nan); give every row a label".to_owned());
        }
        match value.fract() == 0.0 && value.abs() < MAX_WHOLE {
            true => Ok((value as i64).to_string()),
            false => Err(format!("is {value}, which is no whole number; {REMEDY}")),
        }
    }
}
