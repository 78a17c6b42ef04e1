//! [`Object`] and [`Objects`]: the values that a pickle builds.

use super::super::{
    header::read_dtype_name,
    label_type::{LabelType, REMEDY},
};

/// The place of an object among the [`Objects`].
pub(super) type Id = usize;

/// A value in a pickle. Texts and bytes stay in the file; sequences refer to other objects.
#[derive(Debug)]
pub(super) enum Object<'a> {
    None,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// Bytes, written as the characters of a text as protocol 2 does it.
    Latin1(&'a str),
    /// A list or a tuple.
    Sequence(Vec<Id>),
    Name(Name),
    Dtype {
        name: &'a str,
        big_endian: bool,
    },
    /// One number or string of NumPy.
    Scalar {
        dtype: Id,
        bytes: Id,
    },
    /// An array; its state follows its creation.
    Array {
        state: Option<Id>,
    },
}

/// A name of Python whose effect is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Name {
    Reconstruct,
    Array,
    Dtype,
    Scalar,
    StringDtype,
    Encode,
}

impl Name {
    /// Returns the name `name` of `module`, if its effect is known.
    pub(super) fn find(module: &str, name: &str) -> Option<Self> {
        // NumPy 2 renamed its inner modules.
        match (module.replace("numpy.core.", "numpy._core.").as_str(), name) {
            ("numpy._core.multiarray", "_reconstruct") => Some(Self::Reconstruct),
            ("numpy._core.multiarray", "scalar") => Some(Self::Scalar),
            ("numpy._core._internal", "_convert_to_stringdtype_kwargs") => Some(Self::StringDtype),
            ("numpy", "ndarray") => Some(Self::Array),
            ("numpy", "dtype") => Some(Self::Dtype),
            ("_codecs", "encode") => Some(Self::Encode),
            _ => None,
        }
    }
}

/// All objects of a pickle: at most one for each instruction.
#[derive(Debug, Default)]
pub(super) struct Objects<'a> {
    all: Vec<Object<'a>>,
}

impl<'a> Objects<'a> {
    pub(super) fn add(&mut self, object: Object<'a>) -> Id {
        self.all.push(object);
        self.all.len() - 1
    }

    pub(super) fn get(&self, id: Id) -> &Object<'a> {
        &self.all[id]
    }

    pub(super) fn get_mut(&mut self, id: Id) -> &mut Object<'a> {
        &mut self.all[id]
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// Returns the items of a list or tuple.
    pub(super) fn items(&self, id: Id) -> Option<&[Id]> {
        match self.get(id) {
            Object::Sequence(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn text(&self, id: Id) -> Option<&'a str> {
        match self.get(id) {
            Object::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the elements of the array `id`, if they are objects.
    pub(super) fn elements(&self, id: Id) -> Option<&[Id]> {
        let (_, data) = self.array_state(id)?;
        self.items(data)
    }

    /// Returns the dtype and the data of an array.
    fn array_state(&self, id: Id) -> Option<(Id, Id)> {
        let Object::Array { state: Some(state) } = *self.get(id) else { return None };
        match *self.items(state)? {
            [_version, _shape, dtype, _is_fortran, data] => Some((dtype, data)),
            _ => None,
        }
    }

    /// Returns the label that the object is, or the reason why it is none, to follow "label 3".
    pub(super) fn label(&self, id: Id) -> Result<String, String> {
        match *self.get(id) {
            Object::Text(text) => Ok(text.to_owned()),
            Object::Bytes(_) | Object::Latin1(_) => {
                let bytes = self.bytes(id).unwrap_or_default();
                String::from_utf8(bytes).map_err(|_| format!("is no UTF-8 text; {REMEDY}"))
            }
            Object::Bool(value) => Ok(if value { "True" } else { "False" }.to_owned()),
            Object::Integer(value) => Ok(value.to_string()),
            Object::Float(value) => LabelType::whole_number(value),
            Object::None => Err("is missing (None); give every row a label".to_owned()),
            Object::Scalar { dtype, bytes } => self.element(dtype, bytes),
            Object::Array { .. } => {
                // MATLAB's cell arrays of strings arrive as arrays of arrays that hold one string each.
                let (dtype, data) = self.array_state(id).ok_or_else(|| no_label("is an array"))?;
                match self.items(data) {
                    None => self.element(dtype, data),
                    Some(_) => Err(no_label("is an array of objects")),
                }
            }
            Object::Sequence(_) => Err(no_label("is a list")),
            Object::Name(_) | Object::Dtype { .. } => Err(no_label("is neither a string nor a number")),
        }
    }

    /// Returns the label that one element of NumPy's type `dtype` is.
    fn element(&self, dtype: Id, bytes: Id) -> Result<String, String> {
        let Object::Dtype { name, big_endian } = *self.get(dtype) else { return Err(no_label("has no type")) };
        let bytes = self.bytes(bytes).ok_or_else(|| no_label("has no value"))?;
        let label_type = LabelType::of(&read_dtype_name(name, big_endian))
            .map_err(|_| no_label(&format!("has the type {name:.20}")))?;
        match label_type.size() {
            Ok(size) if size == bytes.len() => label_type.label(&bytes),
            _ => Err(no_label("is an array")),
        }
    }

    /// Returns the bytes of a bytes object.
    fn bytes(&self, id: Id) -> Option<Vec<u8>> {
        match *self.get(id) {
            Object::Bytes(bytes) => Some(bytes.to_owned()),
            Object::Latin1(text) => text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect(),
            _ => None,
        }
    }
}

fn no_label(reason: &str) -> String {
    format!("{reason}; {REMEDY}")
}
