//! The program `rsakit`, carried by the package.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the command line with `arguments`, the first of which is the name of the program, and returns its status.
///
/// For processes that are nothing but this command line: an interrupt ends them.
#[pyfunction]
pub(crate) fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| {
        rsa_cli::exit_on_interrupt();
        rsa_cli::run_for_status(arguments)
    })
}
