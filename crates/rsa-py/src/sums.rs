//! [`BatchSums`]: sums over conditions that arrive in batches.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use pyo3::prelude::*;
use rsa_run::{AccumulateRequest, Accumulation};

use crate::{
    engine,
    errors::raise,
    held_inputs::{PyInput, hold},
    jobs::from_json,
    outcome::{Found, JobOutcome},
};

/// Sums over batches of conditions; several threads may add at once.
#[pyclass(frozen, module = "rsakit._core")]
pub(crate) struct BatchSums(Mutex<Accumulation>);

impl BatchSums {
    fn lock(&self) -> MutexGuard<'_, Accumulation> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn copied(&self) -> rsakit::Result<Accumulation> {
        self.lock().copy()
    }
}

#[pymethods]
impl BatchSums {
    /// Sums up one batch, by the JSON of a request to accumulate.
    #[staticmethod]
    fn of_batch(py: Python<'_>, request: &str, inputs: Vec<PyInput<'_>>, threads: usize) -> PyResult<Self> {
        let mut request: AccumulateRequest = from_json(request).map_err(|error| raise(py, &error))?;
        request.options.held = hold(py, inputs)?;
        let (sums, _) = engine::run(py, threads, None, |watch| request.run(watch))?;
        Ok(Self(Mutex::new(sums)))
    }

    /// Reads sums from a part file.
    #[staticmethod]
    fn read(py: Python<'_>, path: &str) -> PyResult<Self> {
        let read = py.detach(|| Accumulation::read(Path::new(path)));
        read.map(|sums| Self(Mutex::new(sums))).map_err(|error| raise(py, &error))
    }

    /// Writes a part file.
    fn write(&self, py: Python<'_>, path: &str, force: bool) -> PyResult<()> {
        let written = py.detach(|| {
            let copy = self.copied()?;
            rsa_io::write_atomically(Path::new(path), force, |file| copy.write(file))
        });
        written.map_err(|error| raise(py, &error))
    }

    /// Adds other sums, over further conditions of the same layers.
    fn absorb(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        // A copy, because sums may be added to themselves.
        let absorbed = py.detach(|| {
            let other = other.copied()?;
            self.lock().absorb(&other)
        });
        absorbed.map_err(|error| raise(py, &error))
    }

    /// Returns a copy.
    fn copy(&self, py: Python<'_>) -> PyResult<Self> {
        let copy = py.detach(|| self.copied()).map_err(|error| raise(py, &error))?;
        Ok(Self(Mutex::new(copy)))
    }

    /// Returns the number of conditions summed up.
    fn n_conditions(&self) -> usize {
        self.lock().n_conditions()
    }

    /// Returns the comparison of all pairs.
    fn compare(&self, py: Python<'_>, threads: usize) -> PyResult<JobOutcome> {
        let copy = py.detach(|| self.copied()).map_err(|error| raise(py, &error))?;
        let (result, notes) = engine::run(py, threads, None, |watch| copy.compare(watch))?;
        Ok(JobOutcome::new(Found::Compare(result), notes))
    }
}
