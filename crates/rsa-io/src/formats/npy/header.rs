//! [`Header`]: the description of a `.npy` array that precedes its numbers.

use std::io::{self, Read};

use rsa_core::{Error, Result};

use super::literal::Literal;
use crate::{
    layout::{Layout, MemoryOrder, show_shape},
    number::{Number, NumberKind},
    positioned::read_error,
};

pub(super) const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// Longer headers belong to arrays with thousands of fields, which are not read.
const MAX_HEADER: u64 = 1 << 20;

/// The type of an array's elements.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Dtype {
    /// Numbers with a value in `f64`.
    Number(Number),
    /// Strings of `length` code points of four bytes each.
    Unicode { length: usize, big_endian: bool },
    /// Strings of `length` bytes.
    Bytes { length: usize },
    /// Python objects, which are pickled.
    Object,
    /// Anything else, as it is written.
    Other(String),
}

impl Dtype {
    /// Returns `true` if the elements are strings.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Self::Unicode { .. } | Self::Bytes { .. })
    }
}

/// The header of an array.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    pub(crate) order: MemoryOrder,
    /// Bytes from the start of the file to the first number.
    pub(crate) length: u64,
}

impl Header {
    /// Reads the header at the start of `reader`; never more than a bounded number of bytes.
    ///
    /// # Errors
    /// `Format` if it is none or ends early, `Io` if the operating system refuses.
    pub(crate) fn read(mut reader: impl Read) -> Result<Self> {
        let fill = |reader: &mut dyn Read, bytes: &mut [u8]| {
            reader.read_exact(bytes).map_err(|error| read_error("reading the npy header", error))
        };
        let mut start = [0; 8];
        fill(&mut reader, &mut start)?;
        if &start[..6] != MAGIC {
            return Err(Error::format("does not start like a npy array; the file is of another format or damaged"));
        }
        let (claimed, before) = match start[6] {
            1 => {
                let mut length = [0; 2];
                fill(&mut reader, &mut length)?;
                (u64::from(u16::from_le_bytes(length)), 10)
            }
            2 | 3 => {
                let mut length = [0; 4];
                fill(&mut reader, &mut length)?;
                (u64::from(u32::from_le_bytes(length)), 12)
            }
            other => {
                return Err(Error::format(format!("npy format version {other} is unknown; versions 1 to 3 are read")));
            }
        };
        if claimed > MAX_HEADER {
            return Err(Error::format(format!(
                "the npy header claims {claimed} bytes, at most {MAX_HEADER} are possible; the file is damaged"
            )));
        }
        let mut text = Vec::new();
        reader.take(claimed).read_to_end(&mut text).map_err(|error| read_error("reading the npy header", error))?;
        if (text.len() as u64) < claimed {
            let found = text.len();
            return Err(read_error(
                format!("the npy header claims {claimed} bytes and has {found}"),
                io::ErrorKind::UnexpectedEof.into(),
            ));
        }
        let text = str::from_utf8(&text)
            .map_err(|_| Error::format("the npy header is no text; the file is damaged, write it again"))?;
        Self::parse(text, before + claimed)
    }

    fn parse(text: &str, length: u64) -> Result<Self> {
        let Literal::Dictionary(entries) = Literal::parse(text)? else {
            return Err(Error::format("the npy header is no Python dictionary; the file is damaged"));
        };
        let (mut dtype, mut shape, mut order) = (None, None, None);
        for (key, value) in entries {
            let known = match key.as_str() {
                "descr" => dtype.replace(read_dtype(value)).is_some(),
                "shape" => shape.replace(read_shape(value)?).is_some(),
                "fortran_order" => order.replace(read_order(&value)?).is_some(),
                _ => return Err(Error::format(format!("the npy header has an unknown key '{key:.40}'"))),
            };
            if known {
                return Err(Error::format(format!("the npy header has the key '{key}' twice; the file is damaged")));
            }
        }
        let missing = |key| Error::format(format!("the npy header lacks the key '{key}'; the file is damaged"));
        Ok(Self {
            dtype: dtype.ok_or_else(|| missing("descr"))?,
            shape: shape.ok_or_else(|| missing("shape"))?,
            order: order.ok_or_else(|| missing("fortran_order"))?,
            length,
        })
    }

    /// Returns the layout of the array as a layer.
    ///
    /// # Errors
    /// `Format` if the elements are no numbers, and the errors of [`Layout::new`].
    pub(crate) fn layout(&self) -> Result<Layout> {
        let remedy = match &self.dtype {
            Dtype::Number(number) => return Layout::new(*number, self.shape.clone(), self.order),
            Dtype::Unicode { .. } | Dtype::Bytes { .. } => {
                "strings label conditions only, as the 1-D array 'conditions'".to_owned()
            }
            Dtype::Object => {
                "objects may be anything; save an array of floats, integers or booleans: x.astype(float)".to_owned()
            }
            Dtype::Other(name) => format!("the type {name:.80} has no single real value; {}", remedy_for(name)),
        };
        Err(Error::format(format!("the array of shape {} holds no numbers: {remedy}", show_shape(&self.shape))))
    }
}

fn remedy_for(name: &str) -> &'static str {
    match name.trim_start_matches(['<', '>', '|', '=', '\'']) {
        // What NumPy writes for bfloat16, which it does not know itself.
        name if name.starts_with("V2") => "bfloat16 must be converted to float32 before saving",
        name if name.starts_with('f') => "convert it to float64 before saving",
        name if name.starts_with('c') => "save its real and imaginary parts, or its magnitude",
        _ => "save an array of floats, integers or booleans",
    }
}

fn read_dtype(value: Literal) -> Dtype {
    let Literal::Text(text) = value else { return Dtype::Other("with fields".to_owned()) };
    let big_endian = match text.chars().next() {
        Some('>') => true,
        Some('=') => cfg!(target_endian = "big"),
        _ => false,
    };
    match read_dtype_name(text.trim_start_matches(['<', '>', '|', '=']), big_endian) {
        Dtype::Other(_) => Dtype::Other(format!("'{text}'")),
        dtype => dtype,
    }
}

/// Returns the type that NumPy calls `name`, such as `f8`.
pub(super) fn read_dtype_name(name: &str, big_endian: bool) -> Dtype {
    let kind = match name {
        "b1" | "?" => Some(NumberKind::Bool),
        "i1" => Some(NumberKind::I8),
        "u1" => Some(NumberKind::U8),
        "i2" => Some(NumberKind::I16),
        "u2" => Some(NumberKind::U16),
        "i4" => Some(NumberKind::I32),
        "u4" => Some(NumberKind::U32),
        "i8" => Some(NumberKind::I64),
        "u8" => Some(NumberKind::U64),
        "f2" => Some(NumberKind::F16),
        "f4" => Some(NumberKind::F32),
        "f8" => Some(NumberKind::F64),
        _ => None,
    };
    if let Some(kind) = kind {
        return Dtype::Number(Number { kind, big_endian });
    }
    let string = |letter| name.strip_prefix(letter).and_then(|length| length.parse().ok());
    match (string('U'), string('S')) {
        (Some(length), _) => Dtype::Unicode { length, big_endian },
        (_, Some(length)) => Dtype::Bytes { length },
        _ if name == "O" => Dtype::Object,
        _ => Dtype::Other(name.to_owned()),
    }
}

fn read_shape(value: Literal) -> Result<Vec<usize>> {
    let Literal::Sequence(axes) = value else {
        return Err(Error::format("the shape in the npy header is no tuple; the file is damaged"));
    };
    axes.iter()
        .map(|axis| match axis {
            Literal::Integer(axis) => usize::try_from(*axis).map_err(|_| {
                Error::format(format!("the npy header claims an axis of {axis}, no file holds that; it is damaged"))
            }),
            _ => Err(Error::format("the shape in the npy header holds something else than integers")),
        })
        .collect()
}

fn read_order(value: &Literal) -> Result<MemoryOrder> {
    match value {
        Literal::Bool(true) => Ok(MemoryOrder::Fortran),
        Literal::Bool(false) => Ok(MemoryOrder::C),
        _ => Err(Error::format("fortran_order in the npy header is neither True nor False; the file is damaged")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(version: u8, text: &str) -> Vec<u8> {
        let mut bytes = [MAGIC.as_slice(), &[version, 0]].concat();
        match version {
            1 => bytes.extend((text.len() as u16).to_le_bytes()),
            _ => bytes.extend((text.len() as u32).to_le_bytes()),
        }
        bytes.extend(text.as_bytes());
        bytes
    }

    #[test]
    fn keys_come_in_any_order_and_any_version() {
        for version in 1..=3 {
            let text = "{'shape':(2,3,4),'fortran_order' : True,  'descr':'>i2'}";
            let header = Header::read(bytes(version, text).as_slice()).unwrap();
            assert_eq!(header.dtype, Dtype::Number(Number { kind: NumberKind::I16, big_endian: true }));
            assert_eq!((header.shape, header.order), (vec![2, 3, 4], MemoryOrder::Fortran));
            assert_eq!(header.length, bytes(version, text).len() as u64);
        }
    }

    #[test]
    fn damaged_headers_are_format_errors() {
        let whole = "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f8'}";
        for text in [
            "",
            "[]",
            "{'shape': (2, 3), 'fortran_order': False}",
            "{'shape': (2, 3), 'shape': (2, 3), 'fortran_order': False, 'descr': '<f8'}",
            "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f8', 'more': 1}",
            &whole.replace("(2, 3)", "(-2, 3)"),
            &whole.replace("(2, 3)", "(2, 99999999999999999999)"),
            &whole.replace("(2, 3)", "('2', 3)"),
            &whole.replace("(2, 3)", "2"),
            &whole.replace("False", "0"),
        ] {
            assert_eq!(Header::read(bytes(1, text).as_slice()).unwrap_err().kind().name(), "Format", "{text}");
        }
        let mut no_text = bytes(1, whole);
        no_text[12] = 0xff;
        assert!(Header::read(no_text.as_slice()).unwrap_err().to_string().contains("no text"));
        assert!(Header::read(bytes(4, whole).as_slice()).unwrap_err().to_string().contains("version 4"));
        let mut endless = bytes(2, whole);
        endless[8..12].fill(0xff);
        assert!(Header::read(endless.as_slice()).unwrap_err().to_string().contains("claims 4294967295 bytes"));
    }

    #[test]
    fn types_without_a_real_value_name_the_remedy() {
        for (descr, remedy) in [
            ("'<c16'", "magnitude"),
            ("'|O'", "floats, integers or booleans"),
            ("'<M8[ns]'", "floats, integers or booleans"),
            ("[('x', '<f8'), ('y', '<i4')]", "with fields"),
            ("'|V2'", "bfloat16"),
            ("'<f16'", "float64"),
            ("'<U5'", "label conditions"),
        ] {
            let text = format!("{{'shape': (2, 3), 'fortran_order': False, 'descr': {descr}}}");
            let error = Header::read(bytes(1, &text).as_slice()).unwrap().layout().unwrap_err();
            assert_eq!(error.kind().name(), "Format");
            assert!(error.to_string().contains(remedy), "{error}");
        }
    }
}
