//! [`MatReader`]: the variables of a file as a tree, numbers by their places.

use rsa_core::{Error, Result};

use super::{
    element::{Element, Elements, MATRIX, damaged},
    mat_text,
    mat_value::{MatStruct, MatValue},
    sparse::SparseArray,
};
use crate::{
    byte_source::ByteSource,
    layout::{Layout, MemoryOrder, show_shape},
    number::{Number, NumberKind},
    stored::StoredArray,
};

/// The most levels of cells and structs within one another.
pub(super) const MAX_DEPTH: usize = 64;

/// The most values of all variables: more than a cell for every trial of the largest studies.
pub(super) const MAX_VALUES: usize = 1 << 20;

/// The most bytes of text of all variables.
pub(super) const MAX_TEXT: usize = 1 << 26;

/// The most bytes of the names of one variable; MATLAB allows 63 each.
const MAX_NAMES: usize = 1 << 20;

/// The most axes; the limit of NumPy.
const MAX_AXES: usize = 64;

const LOGICAL: u32 = 0x200;
const COMPLEX: u32 = 0x800;

/// A reader of variables, with what it may still take in.
pub(super) struct MatReader {
    big_endian: bool,
    values: usize,
    text: usize,
}

impl MatReader {
    pub(super) fn new(big_endian: bool) -> Self {
        Self { big_endian, values: MAX_VALUES, text: MAX_TEXT }
    }

    /// Reads the name and the structure of the variable `element`.
    ///
    /// # Errors
    /// `Format` if it is damaged, nested too deeply or has too many parts; `Io`.
    pub(super) fn variable(&mut self, source: &ByteSource, element: Element) -> Result<(String, MatValue)> {
        let big_endian = self.big_endian;
        source.with_bytes(element.end(), |bytes| {
            let elements = Elements::new(bytes, big_endian);
            VariableReader { elements, source, reader: self }.matrix(element, 0)
        })
    }
}

/// The part of a variable, a cell or a field before its data.
struct MatrixHead {
    flags: u32,
    shape: Vec<usize>,
    /// The place of the data.
    data: u64,
    end: u64,
}

impl MatrixHead {
    /// Returns the number of entries, each of which takes `least` bytes at least.
    fn count(&self, least: u64) -> Result<usize> {
        let count = self.shape.iter().try_fold(1usize, |count, &length| count.checked_mul(length));
        let left = self.end - self.data;
        match count {
            Some(count) if (count as u64).saturating_mul(least) <= left => Ok(count),
            _ => Err(damaged(format!("claims the shape {}, more than its {left} bytes hold", show_shape(&self.shape)))),
        }
    }
}

struct VariableReader<'a> {
    elements: Elements<'a>,
    source: &'a ByteSource,
    reader: &'a mut MatReader,
}

impl VariableReader<'_> {
    /// Reads a matrix in the sense of the format: a value of any class.
    fn matrix(&mut self, element: Element, depth: usize) -> Result<(String, MatValue)> {
        if element.size == 0 {
            return Ok((String::new(), MatValue::Little(Error::format("is empty"))));
        }
        if depth > MAX_DEPTH {
            return Err(Error::format(format!(
                "has cells or structs of more than {MAX_DEPTH} levels; save the numbers as variables of their own"
            )));
        }
        self.reader.values = self.reader.values.checked_sub(1).ok_or_else(|| {
            Error::format(format!("has more than {MAX_VALUES} cells and fields; save what is needed alone"))
        })?;
        let end = element.end();
        let flags = self.elements.tag(element.data, end)?;
        let class = self.elements.words(flags, 2)?.first().copied().unwrap_or_default();
        if class & 0xff == 17 {
            let (name, kind) = self.object(flags.next, end)?;
            return Ok((name, MatValue::Unread(object_error(&kind))));
        }
        let (name, head) = self.head(class, flags.next, end)?;
        match self.value(&head, depth) {
            Err(error) if depth == 0 => Err(error.context(format!("array '{name}'"))),
            value => Ok((name, value?)),
        }
    }

    /// Reads the value that follows `head`.
    fn value(&mut self, head: &MatrixHead, depth: usize) -> Result<MatValue> {
        let class = head.flags & 0xff;
        if head.shape.contains(&0) && class != 4 {
            return Ok(MatValue::Little(Error::format("is empty")));
        }
        Ok(match class {
            1 => self.cells(head, depth)?,
            2 => self.structs(head, depth)?,
            3 => MatValue::Unread(object_error("an old class")),
            4 => self.text(head)?,
            5..16 if head.flags & COMPLEX != 0 => {
                MatValue::Unread(Error::format("is complex; save abs(…), angle(…) or [real(…), imag(…)] of it"))
            }
            5 => self.sparse(head)?,
            6..16 => self.numbers(head)?,
            16 => MatValue::Unread(Error::format("is a function")),
            other => return Err(damaged(format!("is of the unknown class {other}"))),
        })
    }

    /// Reads the name and what else precedes the data.
    fn head(&mut self, flags: u32, at: u64, end: u64) -> Result<(String, MatrixHead)> {
        let axes = self.elements.tag(at, end)?;
        let shape: Option<Vec<usize>> = self
            .elements
            .words(axes, MAX_AXES)?
            .into_iter()
            .map(|length| i32::try_from(length).ok().and_then(|length| usize::try_from(length).ok()))
            .collect();
        let shape = shape.filter(|shape| shape.len() > 1);
        let shape = shape.ok_or_else(|| damaged("has an array without axes, or with negative ones"))?;
        let name = self.elements.tag(axes.next, end)?;
        let text = self.elements.bytes(name, MAX_NAMES)?;
        Ok((mat_text::name(&text), MatrixHead { flags, shape, data: name.next, end }))
    }

    /// Reads name and class of an object that is stored elsewhere in the file.
    fn object(&mut self, at: u64, end: u64) -> Result<(String, String)> {
        let mut at = at;
        let mut texts = [const { String::new() }; 3];
        for text in &mut texts {
            let element = self.elements.tag(at, end)?;
            *text = mat_text::name(&self.elements.bytes(element, MAX_NAMES)?);
            at = element.next;
        }
        let [name, _, class] = texts;
        Ok((name, class))
    }

    fn numbers(&mut self, head: &MatrixHead) -> Result<MatValue> {
        let element = self.elements.tag(head.data, head.end)?;
        let (number, found) = element.numbers(self.reader.big_endian)?;
        let count = head.count(1)?;
        if found != count {
            return Err(damaged(format!("claims {count} numbers and has {found}")));
        }
        let layout = Layout::new(logical(number, head.flags), shape_of(&head.shape), MemoryOrder::Fortran);
        Ok(match layout {
            Ok(layout) => MatValue::Numbers(StoredArray::new(self.source.clone(), element.data, layout)),
            Err(_) if count == 1 => MatValue::Little(Error::format("is a single number")),
            Err(reason) => MatValue::Unread(reason),
        })
    }

    fn sparse(&mut self, head: &MatrixHead) -> Result<MatValue> {
        let rows = self.elements.tag(head.data, head.end)?;
        let starts = self.elements.tag(rows.next, head.end)?;
        let values = self.elements.tag(starts.next, head.end)?;
        let place = |element: Element| {
            let (number, count) = element.numbers(self.reader.big_endian)?;
            Ok((number, element.data, count))
        };
        let (rows, starts) = (place(rows)?, place(starts)?);
        let parts = match head.flags & LOGICAL {
            // MATLAB writes booleans as bytes and says that they are 64-bit floats.
            0 => [rows, starts, place(values)?],
            _ => {
                let number = Number { kind: NumberKind::Bool, big_endian: self.reader.big_endian };
                [rows, starts, (number, values.data, usize::try_from(values.size).unwrap_or(usize::MAX))]
            }
        };
        Ok(match SparseArray::new(self.source.clone(), &head.shape, parts) {
            Ok(array) => MatValue::Sparse(array),
            Err(reason) => MatValue::Unread(reason),
        })
    }

    fn text(&mut self, head: &MatrixHead) -> Result<MatValue> {
        let &[n_rows, n_columns] = head.shape.as_slice() else {
            return Ok(MatValue::Unread(Error::format("is text of more than two axes")));
        };
        if head.data == head.end || n_rows == 0 || n_columns == 0 {
            return Ok(MatValue::Text(vec![String::new()]));
        }
        let element = self.elements.tag(head.data, head.end)?;
        let bytes = self.elements.bytes(element, self.reader.text)?;
        self.reader.text -= bytes.len();
        let rows = mat_text::rows(element.kind, &bytes, self.reader.big_endian, n_rows, n_columns);
        Ok(rows.map_or_else(MatValue::Unread, MatValue::Text))
    }

    fn cells(&mut self, head: &MatrixHead, depth: usize) -> Result<MatValue> {
        let count = head.count(8)?;
        let cells = self.children(head.data, head.end, count, depth)?;
        Ok(MatValue::Cells { shape: head.shape.clone(), cells })
    }

    fn structs(&mut self, head: &MatrixHead, depth: usize) -> Result<MatValue> {
        let width_element = self.elements.tag(head.data, head.end)?;
        let width = self.elements.words(width_element, 1)?.first().copied().unwrap_or_default() as usize;
        let names = self.elements.tag(width_element.next, head.end)?;
        let text = self.elements.bytes(names, MAX_NAMES)?;
        if width == 0 && !text.is_empty() || width > MAX_NAMES {
            return Err(damaged(format!("has fields whose names are {width} bytes long")));
        }
        let fields: Vec<_> = text.chunks_exact(width.max(1)).map(mat_text::name).collect();
        if fields.is_empty() {
            return Ok(MatValue::Unread(Error::format("is a struct without fields")));
        }
        let head = MatrixHead { data: names.next, shape: head.shape.clone(), ..*head };
        let count = head.count(8 * fields.len() as u64)? * fields.len();
        let values = self.children(head.data, head.end, count, depth)?;
        Ok(MatValue::Struct(MatStruct { shape: head.shape, fields, values }))
    }

    /// Reads `count` values from `at` on.
    fn children(&mut self, at: u64, end: u64, count: usize, depth: usize) -> Result<Vec<MatValue>> {
        let mut at = at;
        let mut values = Vec::new();
        for _ in 0..count {
            let element = self.elements.tag(at, end)?;
            if element.kind != MATRIX {
                return Err(damaged(format!("has an element of kind {} where a value is expected", element.kind)));
            }
            values.push(self.matrix(element, depth + 1)?.1);
            at = element.next;
        }
        Ok(values)
    }
}

/// Returns the type of numbers that are stored as `number`: booleans are stored as bytes.
fn logical(number: Number, flags: u32) -> Number {
    match number.kind {
        NumberKind::U8 if flags & LOGICAL != 0 => Number { kind: NumberKind::Bool, ..number },
        _ => number,
    }
}

/// Returns the axes of an array as other programs have them: a row is an array with one axis, a number has none.
pub(super) fn shape_of(shape: &[usize]) -> Vec<usize> {
    match shape {
        [1, 1] => Vec::new(),
        &[1, length] => vec![length],
        _ => shape.to_vec(),
    }
}

/// Returns the error of an object, with the remedy for its class.
pub(super) fn object_error(class: &str) -> Error {
    let remedy = match class {
        "string" => "save cellstr(…) of it",
        "table" | "timetable" => "save its numbers with table2array(…), its labels with cellstr(…)",
        "categorical" => "save cellstr(…) of it",
        _ => "save its numbers as variables of their own",
    };
    Error::format(format!("is an object ({class}), which only MATLAB reads; {remedy}"))
}
