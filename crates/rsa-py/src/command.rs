//! The program `rsakit`, carried by the package.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the command line with `arguments`, the first of which is the name of the program, and ends the process.
///
/// The process ends here, because Python would otherwise wait for what threads still hold.
#[pyfunction]
pub(crate) fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| {
        rsa_cli::exit_on_interrupt();
        rsa_cli::run_for_status(arguments)
    })
}
