//! Errors of the workspace as exceptions of `rsakit._errors`, with the fields of their kind.

use std::{error::Error as _, io};

use pyo3::{prelude::*, types::PyDict};
use rsakit::{Error, core::ErrorKind};

/// Returns the exception of an error.
pub(crate) fn raise(py: Python<'_>, error: &Error) -> PyErr {
    let fields = PyDict::new(py);
    let made = set_fields(&fields, error).and_then(|()| make(py, error.kind().name(), &error.to_string(), &fields));
    made.unwrap_or_else(|failed| failed)
}

/// Returns the exception of a broken promise inside the library.
pub(crate) fn internal(py: Python<'_>, message: &str) -> PyErr {
    make(py, "Internal", message, &PyDict::new(py)).unwrap_or_else(|failed| failed)
}

fn make(py: Python<'_>, kind: &str, message: &str, fields: &Bound<'_, PyDict>) -> PyResult<PyErr> {
    let exception = py.import("rsakit._errors")?.call_method1("make", (kind, message, fields))?;
    Ok(PyErr::from_value(exception))
}

fn set_fields(fields: &Bound<'_, PyDict>, error: &Error) -> PyResult<()> {
    match error.kind() {
        ErrorKind::TooFewConditions { needed, found } => {
            fields.set_item("needed", needed)?;
            fields.set_item("found", found)
        }
        ErrorKind::NonFinite { condition, feature } => {
            fields.set_item("condition", condition)?;
            fields.set_item("feature", feature)
        }
        ErrorKind::Degenerate { what } | ErrorKind::OutOfRange { what } => fields.set_item("what", what),
        ErrorKind::InvalidParameter { name, requirement, found } => {
            fields.set_item("name", name)?;
            fields.set_item("requirement", requirement)?;
            fields.set_item("found", found)
        }
        ErrorKind::TooLarge { needed, allowed } => {
            fields.set_item("needed", needed)?;
            fields.set_item("allowed", allowed)
        }
        ErrorKind::Io => {
            let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
            fields.set_item("errno", source.and_then(io::Error::raw_os_error))
        }
        _ => Ok(()),
    }
}
