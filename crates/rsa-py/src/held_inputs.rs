//! Arrays of NumPy as the inputs of a job.

use std::sync::Arc;

use pyo3::prelude::*;
use rsa_io::{HeldInput, HeldInputs};

use crate::{errors::raise, numpy_array::NumpyArray};

/// Name, array, type in which its numbers were computed, and labels of its rows.
type PyArray<'py> = (String, Bound<'py, PyAny>, String, Option<Vec<String>>);

/// Input as Python hands it over.
#[derive(FromPyObject)]
pub(crate) struct PyInput<'py> {
    /// Name under which the request has the input.
    name: String,
    arrays: Vec<PyArray<'py>>,
    conditions: Option<Vec<String>>,
    runs: Option<Vec<String>>,
    /// Names of dissimilarity matrices.
    names: Option<Vec<String>>,
}

/// Takes the inputs of a job.
pub(crate) fn hold(py: Python<'_>, inputs: Vec<PyInput<'_>>) -> PyResult<HeldInputs> {
    let mut held = HeldInputs::default();
    for input in inputs {
        let mut one = HeldInput::default();
        for (name, array, dtype, labels) in input.arrays {
            let array = Arc::new(NumpyArray::new(&array, dtype)?);
            one = one.with_array(name, array, labels).map_err(|error| raise(py, &error.context(&input.name)))?;
        }
        if let Some(conditions) = input.conditions {
            one = one.with_conditions(conditions);
        }
        if let Some(runs) = input.runs {
            one = one.with_runs(runs);
        }
        if let Some(names) = input.names {
            one = one.with_names(names);
        }
        held.add(input.name, one);
    }
    Ok(held)
}
