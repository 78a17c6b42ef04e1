//! [`DataArray`]: one array of a GIfTI file, as its attributes say.

use std::ops::Range;

use roxmltree::Node;
use rsa_core::{Error, Result};

use super::{
    super::xml::{attribute, child, children, damaged, number},
    encoding::Encoding,
    metadata, structure,
};
use crate::{
    layout::show_shape,
    number::{Number, NumberKind},
};

/// The most axes of an array, by the definition of the format.
const MAX_AXES: usize = 6;

/// One array, whose numbers are not yet decoded.
#[derive(Clone, Debug)]
pub(super) struct DataArray {
    pub(super) intent: Intent,
    pub(super) name: String,
    pub(super) structure: Option<String>,
    pub(super) number: Number,
    pub(super) dims: Vec<usize>,
    /// `true` if the first axis runs fastest.
    pub(super) is_column_major: bool,
    pub(super) encoding: Encoding,
    /// The bytes of the file that are the text of the numbers.
    pub(super) text: Range<u64>,
    /// The rows of the transforms of positions, and the spaces to which they lead.
    pub(super) transforms: Vec<(String, [[f64; 4]; 3])>,
}

/// Meaning of the numbers of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Intent {
    /// The positions of vertices.
    PointSet,
    Triangle,
    Label,
    TimeSeries,
    /// Any other measurements, such as a statistic.
    Values,
}

impl Intent {
    /// Returns the word of the format.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::PointSet => "POINTSET",
            Self::Triangle => "TRIANGLE",
            Self::Label => "LABEL",
            Self::TimeSeries => "TIME_SERIES",
            Self::Values => "NONE",
        }
    }
}

impl DataArray {
    /// Reads the attributes of `node`, of a text that begins `offset` bytes into the file.
    ///
    /// # Errors
    /// `Format` if one is missing or unknown, if the numbers are in another file, or if there are fewer than claimed.
    pub(super) fn parse(node: Node<'_, '_>, offset: u64) -> Result<Self> {
        let encoding = Encoding::parse(attribute(node, "Encoding")?)?;
        let number = Number { kind: number_kind(attribute(node, "DataType")?)?, big_endian: is_big_endian(node)? };
        let n_axes: usize = number_of_axes(node)?;
        let dims = (0..n_axes).map(|axis| self::number(node, &format!("Dim{axis}"))).collect::<Result<Vec<usize>>>()?;
        let bytes = dims.iter().try_fold(number.size(), |product, &length| product.checked_mul(length));
        let text = text_range(child(node, "Data")?, offset)?;
        let most = encoding.most_bytes(text.end - text.start, number.size());
        match bytes {
            Some(0) => return Err(damaged(format!("the array has shape {}, no number at all", show_shape(&dims)))),
            Some(bytes) if bytes as u64 <= most => {}
            _ => {
                return Err(damaged(format!(
                    "the array claims the shape {}, and its text of {} bytes holds at most {most} bytes of numbers",
                    show_shape(&dims),
                    text.end - text.start
                )));
            }
        }
        Ok(Self {
            intent: intent(attribute(node, "Intent")?),
            name: metadata(node, "Name").unwrap_or_default(),
            structure: structure(node),
            number,
            dims,
            is_column_major: is_column_major(node)?,
            encoding,
            text,
            transforms: children(node, "CoordinateSystemTransformMatrix").map(transform).collect::<Result<_>>()?,
        })
    }

    /// Returns the number of numbers.
    pub(super) fn count(&self) -> usize {
        self.dims.iter().product()
    }

    /// Returns the reason why the array is no map of one number for each vertex; `None` if it is one.
    pub(super) fn shape_reason(&self) -> Option<Error> {
        let n = self.dims.first().copied().unwrap_or_default();
        let reason = match self.intent {
            Intent::PointSet => format!("holds the positions of {n} vertices of a surface and no measurements of them"),
            Intent::Triangle => format!("holds the {n} triangles of a surface and no measurements"),
            _ if self.dims.iter().skip(1).all(|&length| length == 1) => return None,
            _ => format!(
                "the array has shape {}, and one number a vertex is read; save each map as an array of its own",
                show_shape(&self.dims)
            ),
        };
        Some(Error::format(reason))
    }
}

fn number_of_axes(node: Node<'_, '_>) -> Result<usize> {
    match number(node, "Dimensionality")? {
        n @ 1..=MAX_AXES => Ok(n),
        n => Err(damaged(format!("the array has {n} axes, and 1 to {MAX_AXES} are possible"))),
    }
}

/// Returns the bytes of the text within `node`.
fn text_range(node: Node<'_, '_>, offset: u64) -> Result<Range<u64>> {
    let mut inner = node.children();
    match (inner.next(), inner.next()) {
        (None, _) => Ok(0..0),
        (Some(text), None) if text.is_text() => {
            Ok(text.range().start as u64 + offset..text.range().end as u64 + offset)
        }
        _ => Err(damaged("the numbers are broken by other XML")),
    }
}

fn intent(word: &str) -> Intent {
    match word.trim_start_matches("NIFTI_INTENT_") {
        "POINTSET" => Intent::PointSet,
        "TRIANGLE" => Intent::Triangle,
        "LABEL" => Intent::Label,
        "TIME_SERIES" => Intent::TimeSeries,
        _ => Intent::Values,
    }
}

fn number_kind(word: &str) -> Result<NumberKind> {
    Ok(match word.trim_start_matches("NIFTI_TYPE_") {
        "UINT8" => NumberKind::U8,
        "INT8" => NumberKind::I8,
        "INT16" => NumberKind::I16,
        "UINT16" => NumberKind::U16,
        "INT32" => NumberKind::I32,
        "UINT32" => NumberKind::U32,
        "INT64" => NumberKind::I64,
        "UINT64" => NumberKind::U64,
        "FLOAT32" => NumberKind::F32,
        "FLOAT64" => NumberKind::F64,
        _ => {
            return Err(Error::format(format!(
                "the numbers are of type '{word:.40}', and one real number a vertex is read; save them as NIFTI_TYPE_FLOAT32"
            )));
        }
    })
}

/// Returns `true` for big-endian numbers, in the words of any version of the format. Texts need no order.
fn is_big_endian(node: Node<'_, '_>) -> Result<bool> {
    match attribute(node, "Endian")? {
        "BigEndian" | "GIFTI_ENDIAN_BIG" => Ok(true),
        "LittleEndian" | "GIFTI_ENDIAN_LITTLE" => Ok(false),
        _ if Encoding::parse(attribute(node, "Encoding")?)? == Encoding::Ascii => Ok(false),
        word => Err(damaged(format!("Endian is '{word:.40}', and neither BigEndian nor LittleEndian"))),
    }
}

fn is_column_major(node: Node<'_, '_>) -> Result<bool> {
    match attribute(node, "ArrayIndexingOrder")? {
        "RowMajorOrder" | "GIFTI_IND_ORD_ROW_MAJOR" => Ok(false),
        "ColumnMajorOrder" | "GIFTI_IND_ORD_COL_MAJOR" => Ok(true),
        word => {
            Err(damaged(format!("ArrayIndexingOrder is '{word:.40}', and neither RowMajorOrder nor ColumnMajorOrder")))
        }
    }
}

fn transform(node: Node<'_, '_>) -> Result<(String, [[f64; 4]; 3])> {
    let values: Vec<f64> = super::super::xml::numbers(child(node, "MatrixData")?, 16)?;
    let row = |k: usize| [0, 1, 2, 3].map(|column| values[4 * k + column]);
    if values.len() != 16 || !values.iter().all(|value| value.is_finite()) || values[12..] != [0.0, 0.0, 0.0, 1.0] {
        return Err(damaged("the transform of the vertices is no affine matrix of 4 × 4 finite numbers"));
    }
    let space = children(node, "TransformedSpace").next().and_then(|space| space.text()).unwrap_or_default();
    Ok((space.trim().to_owned(), [row(0), row(1), row(2)]))
}
