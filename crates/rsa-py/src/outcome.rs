//! [`JobOutcome`]: the result of a job, in every form that the program writes.

use numpy::PyArray1;
use pyo3::{prelude::*, types::PyBytes};
use rsa_plot::{Figure, Style, Theme};
use rsa_run::{CompareResult, Document, EvaluateResult, MdsResult, RdmResult, RegressResult};
use rsakit::{Error, Result};

use crate::errors::raise;

/// Dots an inch of a PNG: what journals ask for, and the program draws.
const DPI: f64 = 300.0;

/// Name, number of conditions, dissimilarities and rounding of an RDM.
type RdmParts<'py> = (String, usize, Bound<'py, PyArray1<f64>>, f64);

/// Result of a job.
pub(crate) enum Found {
    Compare(CompareResult),
    Rdm(RdmResult),
    Evaluate(EvaluateResult),
    Mds(MdsResult),
    Regress(RegressResult),
}

/// Evaluates an expression on the result, of whichever job.
macro_rules! each {
    ($found:expr, $result:ident => $value:expr) => {
        match $found {
            Found::Compare($result) => $value,
            Found::Rdm($result) => $value,
            Found::Evaluate($result) => $value,
            Found::Mds($result) => $value,
            Found::Regress($result) => $value,
        }
    };
}

/// Result of a job with what was noted while it ran.
#[pyclass(frozen, module = "rsakit._core")]
pub(crate) struct JobOutcome {
    found: Found,
    #[pyo3(get)]
    notes: Vec<String>,
}

impl JobOutcome {
    pub(crate) fn new(found: Found, notes: Vec<String>) -> Self {
        Self { found, notes }
    }

    fn figure(&self, width: f64, theme: &str) -> Result<Figure> {
        let theme = match theme {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => return Err(Error::invalid_parameter("theme", "'light' or 'dark'", format_args!("'{theme}'"))),
        };
        each!(&self.found, result => result.figure(Style { width, theme }))
    }
}

#[pymethods]
impl JobOutcome {
    /// Reads the result of a job from its JSON.
    #[staticmethod]
    fn from_json(py: Python<'_>, kind: &str, text: &str) -> PyResult<Self> {
        let found = match kind {
            "compare" => serde_json::from_str(text).map(Found::Compare),
            "rdm" => serde_json::from_str(text).map(Found::Rdm),
            "evaluate" => serde_json::from_str(text).map(Found::Evaluate),
            "mds" => serde_json::from_str(text).map(Found::Mds),
            "regress" => serde_json::from_str(text).map(Found::Regress),
            _ => return Err(raise(py, &Error::invalid_parameter("the result", "of a known kind", kind))),
        };
        let found = found.map_err(|error| raise(py, &Error::format(format!("the JSON of a result: {error}"))))?;
        Ok(Self { found, notes: Vec::new() })
    }

    /// Returns the JSON, byte for byte as the program writes it.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| each!(&self.found, result => result.json())).map_err(|error| raise(py, &error))
    }

    /// Returns the CSV.
    fn csv(&self, py: Python<'_>) -> String {
        py.detach(|| each!(&self.found, result => result.csv()))
    }

    /// Returns the text that the program prints.
    fn text(&self, py: Python<'_>) -> String {
        py.detach(|| each!(&self.found, result => result.text()))
    }

    /// Returns the figure as SVG.
    fn svg(&self, py: Python<'_>, width: f64, theme: &str) -> PyResult<String> {
        py.detach(|| Ok(self.figure(width, theme)?.svg())).map_err(|error| raise(py, &error))
    }

    /// Returns the figure as PNG.
    fn png<'py>(&self, py: Python<'py>, width: f64, theme: &str) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| self.figure(width, theme)?.png(DPI)).map_err(|error| raise(py, &error))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Returns name, number of conditions, dissimilarities and rounding of every RDM; nothing of other results.
    fn rdms<'py>(&self, py: Python<'py>) -> Vec<RdmParts<'py>> {
        let Found::Rdm(result) = &self.found else { return Vec::new() };
        let array = |one: &rsa_run::NamedRdm| {
            (one.name.clone(), one.rdm.n_conditions(), PyArray1::from_slice(py, one.rdm.values()), one.rdm.rounding())
        };
        result.rdms.iter().map(array).collect()
    }

    /// Returns the labels of the conditions of RDMs.
    fn labels(&self) -> Option<Vec<String>> {
        let Found::Rdm(result) = &self.found else { return None };
        result.labels().map(<[String]>::to_vec)
    }
}
