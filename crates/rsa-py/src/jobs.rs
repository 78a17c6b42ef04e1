//! Jobs by their names.

use pyo3::prelude::*;
use rsa_io::OpenOptions;
use rsa_run::{
    CompareRdmsRequest, CompareRequest, EvaluateRequest, MdsRequest, Observer, RdmRequest, RegressRequest,
    TransformRequest,
};
use rsakit::{
    Error, MeasureSpec, Result,
    spec::{ComparisonSpec, RdmSpec},
};
use serde::de::DeserializeOwned;

use crate::{
    engine,
    errors::raise,
    held_inputs::{PyInput, hold},
    outcome::{Found, JobOutcome},
};

/// Runs the job `kind` with the JSON of its request; the names of inputs in the request are files or among `inputs`.
#[pyfunction]
#[pyo3(signature = (kind, request, inputs, threads, progress))]
pub(crate) fn run(
    py: Python<'_>,
    kind: &str,
    request: &str,
    inputs: Vec<PyInput<'_>>,
    threads: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<JobOutcome> {
    let held = hold(py, inputs)?;
    let job = read_job(kind, request, |options| options.held = held).map_err(|error| raise(py, &error))?;
    let (found, notes) = engine::run(py, threads, progress.as_ref(), |watch| job(watch))?;
    Ok(JobOutcome::new(found, notes))
}

/// Job whose request is read.
type Job = Box<dyn FnOnce(&dyn Observer) -> Result<Found> + Send>;

fn read_job(kind: &str, request: &str, hold: impl FnOnce(&mut OpenOptions)) -> Result<Job> {
    macro_rules! job {
        ($request:ty, $found:path) => {{
            let mut request: $request = from_json(request)?;
            hold(&mut request.options);
            Box::new(move |observer: &dyn Observer| Ok($found(request.run(observer)?)))
        }};
    }
    Ok(match kind {
        "compare" => job!(CompareRequest, Found::Compare),
        "compare_rdms" => job!(CompareRdmsRequest, Found::Compare),
        "rdm" => job!(RdmRequest, Found::Rdm),
        "transform" => job!(TransformRequest, Found::Rdm),
        "evaluate" => job!(EvaluateRequest, Found::Evaluate),
        "mds" => job!(MdsRequest, Found::Mds),
        "regress" => job!(RegressRequest, Found::Regress),
        _ => return Err(unknown("the job", kind)),
    })
}

/// Reads a request.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::invalid_parameter("the request", "as documented", error))
}

/// Parses a measure, a comparison or a dissimilarity, and returns it as results name it.
#[pyfunction]
pub(crate) fn parse(py: Python<'_>, what: &str, text: &str) -> PyResult<String> {
    let parsed = match what {
        "measure" => text.parse().map(|spec: MeasureSpec| spec.to_string()),
        "comparison" => text.parse().map(|spec: ComparisonSpec| spec.to_string()),
        "dissimilarity" => text.parse().map(|spec: RdmSpec| spec.to_string()),
        _ => Err(unknown("the kind of text", what)),
    };
    parsed.map_err(|error| raise(py, &error))
}

fn unknown(what: &str, found: &str) -> Error {
    Error::invalid_parameter(what, "one that this version knows", format_args!("'{found}'"))
}

/// Returns the catalogue of measures as JSON.
#[pyfunction]
pub(crate) fn list_measures(py: Python<'_>) -> PyResult<String> {
    rsa_run::list_measures().json().map_err(|error| raise(py, &error))
}
