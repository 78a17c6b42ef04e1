//! [`ResidualNoise`]: noise estimated from the residuals of a regression.

use std::path::Path;

use ndarray::{Array2, ArrayView2, Axis};
use rsa_io::{LabelRole, Layer, OpenOptions};
use rsakit::{
    Error, Representation, Result,
    core::{Covariance, CovarianceEstimator, ErrorKind, RowBlocks},
};

use crate::{inputs::data_error, memory::float_bytes, row_files::LabelFile};

/// Residuals of an input, and what is said of them.
#[derive(Clone)]
pub(super) struct ResidualNoise {
    input: String,
    layers: Vec<Layer>,
    /// Run of each row.
    runs: Option<LabelFile>,
    dof: Vec<f64>,
}

impl ResidualNoise {
    /// Opens the residuals and reads their runs.
    ///
    /// # Errors
    /// The errors of reading, naming the option.
    pub(super) fn open(input: &str, runs: Option<&str>, dof: &[f64], options: &OpenOptions) -> Result<Self> {
        let named = |error: Error| data_error(error.context("--residuals"));
        let layers = rsa_io::open_all_features(input, options).map_err(named)?.into_layers();
        let runs = runs.map(|path| LabelFile::read(Path::new(path), LabelRole::Runs)).transpose();
        let runs = runs.map_err(|error| data_error(error.context("--residual-runs")))?;
        Ok(Self { input: input.to_owned(), layers, runs, dof: dof.to_vec() })
    }

    /// Returns the number of rows, the most of all layers.
    pub(super) fn n_rows(&self) -> usize {
        self.layers.iter().map(RowBlocks::n_conditions).max().unwrap_or(0)
    }

    /// Holds the features of `layers` in memory, if they are read from one compressed file and fit into `budget`.
    ///
    /// # Errors
    /// The errors of reading.
    pub(super) fn hold(&mut self, layers: &[&Layer], budget: usize) -> Result<()> {
        let n_features = layers.iter().map(|layer| layer.n_features()).fold(0, usize::saturating_add);
        let bytes = float_bytes(self.n_rows().saturating_mul(n_features));
        if let ([source], 2..) = (self.layers.as_mut_slice(), layers.len())
            && bytes <= budget / 4
        {
            *source = source.hold_features_of(layers).map_err(|error| error.context("--residuals"))?;
        }
        Ok(())
    }

    /// Returns a note on the degrees of freedom, if none are given.
    pub(super) fn note(&self) -> Option<String> {
        self.dof.is_empty().then(|| {
            format!(
                "{}: the degrees of freedom of the residuals are taken as their rows − 1, as rsatoolbox takes them; a \
                 regression leaves rows − regressors, which --dof gives",
                self.input
            )
        })
    }

    /// Estimates the covariance of the features of `layer`.
    ///
    /// # Errors
    /// The errors of finding and reading the residuals; those of [`CovarianceEstimator::estimate_about_mean`].
    pub(super) fn covariance(&self, estimator: CovarianceEstimator, layer: &Layer) -> Result<Covariance> {
        let residuals = self.read(self.layer_of(layer)?, layer)?;
        self.estimate(estimator, residuals.values(), self.dof.first().copied())
    }

    /// Estimates the covariance of the features of `layer` in each of `runs`.
    ///
    /// # Errors
    /// Like [`covariance`](Self::covariance); `LabelMismatch` naming a run without residuals.
    pub(super) fn run_covariances(
        &self,
        estimator: CovarianceEstimator,
        layer: &Layer,
        runs: &[String],
    ) -> Result<Vec<Covariance>> {
        let source = self.layer_of(layer)?;
        let run_of = self.runs_of_rows(source)?;
        if self.dof.len() > 1 && self.dof.len() != runs.len() {
            let requirement = format!("one number for all runs, or one for each of the {} runs", runs.len());
            return Err(Error::invalid_parameter("--dof", requirement, format_args!("{} numbers", self.dof.len())));
        }
        let residuals = self.read(source, layer)?;
        let covariance = |(run, label): (usize, &String)| {
            let rows: Vec<usize> = (0..run_of.len()).filter(|&row| run_of[row] == *label).collect();
            if rows.is_empty() {
                let mut known: Vec<&str> = run_of.iter().map(String::as_str).collect();
                known.sort_unstable();
                known.dedup();
                let message = format!("run '{label}' has no residuals; they are of the runs '{}'", known.join("', '"));
                return Err(self.named(Error::label_mismatch(message)));
            }
            let dof = self.dof.get(run).or(self.dof.first().filter(|_| self.dof.len() == 1)).copied();
            let own = residuals.values().select(Axis(0), &rows);
            self.estimate(estimator, own.view(), dof).map_err(|error| error.context(format!("run '{label}'")))
        };
        runs.iter().enumerate().map(covariance).collect()
    }

    fn estimate(
        &self,
        estimator: CovarianceEstimator,
        residuals: ArrayView2<'_, f64>,
        dof: Option<f64>,
    ) -> Result<Covariance> {
        let p = residuals.ncols();
        // Residuals lie in as many dimensions as they have degrees of freedom. That the others are not quite empty is the
        // rounding of the file, which would count as precise features.
        if let (CovarianceEstimator::Full, Some(dof)) = (estimator, dof.filter(|&dof| dof < p as f64)) {
            return Err(self.named(Error::degenerate(
                format!("the noise covariance of {p} features from {dof} degrees of freedom is singular"),
                "estimate it with shrinkage-diagonal or shrinkage-identity, or use diagonal",
            )));
        }
        estimator.estimate_about_mean(residuals, dof).map_err(|error| self.named(error))
    }

    fn named(&self, error: Error) -> Error {
        error.context(format!("--residuals {}", self.input))
    }

    /// Returns the residuals of `layer`: the only ones, or those of its name.
    fn layer_of(&self, layer: &Layer) -> Result<&Layer> {
        match self.layers.as_slice() {
            [only] => Ok(only),
            all => all.iter().find(|own| own.name() == layer.name()).ok_or_else(|| {
                let names: Vec<_> = all.iter().map(Layer::name).collect();
                self.named(Error::format(format!(
                    "has no residuals named '{}', as the layer is; it has '{}'",
                    layer.name(),
                    names.join("', '")
                )))
            }),
        }
    }

    /// Reads the features of `layer`.
    fn read(&self, source: &Layer, layer: &Layer) -> Result<Representation> {
        let same = source.with_features_of(layer).map_err(|error| error.context("--residuals"))?;
        same.read().map_err(|error| match *error.kind() {
            ErrorKind::NonFinite { condition: row, feature } => self.named(non_finite(&same, row, feature)),
            _ => error.context("--residuals"),
        })
    }

    /// Returns the run of each row.
    fn runs_of_rows<'a>(&'a self, source: &'a Layer) -> Result<&'a [String]> {
        if let Some(runs) = &self.runs {
            runs.ensure_fits(source.conditions())?;
            return Ok(runs.labels());
        }
        source.runs().ok_or_else(|| {
            let requirement = "given by --residual-runs FILE or the array 'runs' of the residuals, for --noise-per run";
            Error::invalid_parameter("the run of each residual", requirement, "none")
        })
    }
}

/// Returns the error of the value of a residual, with its row and feature.
fn non_finite(residuals: &Layer, row: usize, feature: usize) -> Error {
    let mut value = Array2::zeros((1, 1));
    match residuals.read_block(row..row + 1, feature..feature + 1, value.view_mut()) {
        Ok(()) => {
            Error::non_finite_entry("the residuals (row and feature, counted from 0)", row, feature, value[(0, 0)])
        }
        Err(error) => error,
    }
}
