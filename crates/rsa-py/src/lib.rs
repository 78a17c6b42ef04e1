//! The compiled part of the Python package `rsakit`: arrays of NumPy to jobs of `rsa-run`, results to Python.
//!
//! A job enters as the JSON of its request, beside the arrays that it reads; its result leaves as an outcome, whose JSON
//! is the JSON of the program. The Python files of the package make values of both.

mod command;
mod engine;
mod errors;
mod held_inputs;
mod jobs;
mod numpy_array;
mod outcome;
mod sums;

use pyo3::prelude::*;

/// The module `rsakit._core`.
#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<outcome::JobOutcome>()?;
    module.add_class::<sums::BatchSums>()?;
    module.add_function(wrap_pyfunction!(jobs::run, module)?)?;
    module.add_function(wrap_pyfunction!(jobs::parse, module)?)?;
    module.add_function(wrap_pyfunction!(jobs::list_measures, module)?)?;
    module.add_function(wrap_pyfunction!(command::main, module)?)
}
