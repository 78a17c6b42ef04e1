//! [`read_labels`]: the elements of an object array, which NumPy stores as a pickle.
//!
//! A pickle is a program for a stack machine. Only the instructions that arrays of strings and plain numbers need are
//! followed. Nothing is imported, called or run: the few Python names that NumPy uses for such arrays are known by
//! what they return, and any other name is an error.

mod machine;
mod object;

use std::io::Read;

use rsa_core::{Error, Result};

use self::machine::Machine;
use super::label_type::REMEDY;
use crate::positioned::read_error;

/// The most bytes of a pickle: labels of a million conditions.
const MAX_PICKLE: u64 = 1 << 25;

/// The most bytes of labels for one byte of the pickle. Two bytes repeat a label that was there before.
const MAX_GROWTH: usize = 256;

/// Reads the labels of an object array of `count` elements from `reader`, which stands at the pickle.
///
/// # Errors
/// `Format` if an element is neither a string nor a whole number nor a boolean, if their number is not `count`, or if
/// the pickle is damaged, too large or needs Python.
pub(super) fn read_labels(reader: impl Read, count: usize) -> Result<Vec<String>> {
    let mut bytes = Vec::new();
    reader
        .take(MAX_PICKLE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| read_error("reading the pickled labels", error))?;
    if bytes.len() as u64 > MAX_PICKLE {
        let limit = MAX_PICKLE >> 20;
        return Err(Error::format(format!("the pickled labels have more than {limit} MiB; {REMEDY}")));
    }
    parse(&bytes, count)
}

/// Reads the labels of a pickled object array of `count` elements.
fn parse(bytes: &[u8], count: usize) -> Result<Vec<String>> {
    let (objects, result) = Machine::new(bytes).run()?;
    let elements = objects.elements(result).ok_or_else(|| no_array("it holds no array of objects"))?;
    if elements.len() != count {
        return Err(no_array(&format!("{count} labels are claimed and {} are there", elements.len())));
    }
    let (mut labels, mut length) = (Vec::with_capacity(elements.len()), 0);
    for (position, &element) in elements.iter().enumerate() {
        let refused = |reason| Error::format(format!("label {position} {reason}"));
        let label = objects.label(element).map_err(refused)?;
        length += label.len();
        if length > MAX_GROWTH * bytes.len() {
            return Err(no_array("its labels are far larger than the file"));
        }
        labels.push(label);
    }
    Ok(labels)
}

/// Returns the error of a pickle that is no array of labels.
fn no_array(reason: &str) -> Error {
    Error::format(format!("the pickle of the labels is not read: {reason}; {REMEDY}"))
}

#[cfg(test)]
mod tests;
