//! [`NoiseSource`]: where the noise of the features of an input is from.

use std::{collections::HashSet, path::Path, sync::Arc};

use rsa_io::{Layer, OpenOptions};
use rsakit::{
    Error, Result,
    core::{Covariance, CovarianceEstimator, Measurements, Precision, RowBlocks},
};

use super::{NoiseEstimator, NoiseMeans, NoiseScope, NoiseSettings, NoiseSummary, residuals::ResidualNoise};
use crate::{
    files_of_inputs::files_of_inputs,
    inputs::data_error,
    memory::{ensure_fits, float_bytes},
    notes::Notes,
};

/// Numbers that the noise of the features takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoiseForm {
    /// None, or one for each feature.
    Few,
    /// As many as the rows have, a few times.
    Products,
    /// One for each pair of features.
    AllPairs,
}

/// Noise by which the features of a layer are weighed.
pub(crate) enum FeatureNoise {
    Ignored,
    Shared(Arc<Precision>),
    /// The covariance of each run, in the order of the runs.
    PerRun(Vec<Covariance>),
}

/// Source of the noise of the features of an input.
#[derive(Clone)]
pub(crate) struct NoiseSource {
    origin: NoiseOrigin,
    estimator: NoiseEstimator,
    scope: NoiseScope,
}

#[derive(Clone)]
enum NoiseOrigin {
    Ignored,
    Known(Arc<Precision>),
    Observations(CovarianceEstimator),
    Residuals(CovarianceEstimator, ResidualNoise),
}

impl NoiseSource {
    /// Opens the source of each input: reads the precision, opens the residuals, or takes the estimator alone.
    ///
    /// # Errors
    /// The errors of [`files_of_inputs`] and of reading.
    pub(crate) fn open_all(
        settings: &NoiseSettings,
        inputs: &[String],
        options: &OpenOptions,
        budget: usize,
        notes: &mut Notes<'_>,
    ) -> Result<Vec<Self>> {
        let (estimator, scope) = (settings.estimator, settings.scope);
        let source = |origin| Self { origin, estimator, scope };
        if let Some(path) = &settings.precision {
            let known = read_precision(path, options, budget);
            let known = known.map_err(|error| data_error(error.context("--precision")))?;
            return Ok(vec![source(NoiseOrigin::Known(Arc::new(known))); inputs.len()]);
        }
        let Some(by) = estimator.estimator() else { return Ok(vec![source(NoiseOrigin::Ignored); inputs.len()]) };
        let residuals = files_of_inputs("--residuals", &settings.residuals, inputs)?;
        let runs = files_of_inputs("--residual-runs", &settings.residual_runs, inputs)?;
        let (mut sources, mut opened) = (Vec::new(), Vec::<(String, Option<String>, ResidualNoise)>::new());
        for (file, runs) in residuals.into_iter().zip(runs) {
            let Some(file) = file else {
                sources.push(source(NoiseOrigin::Observations(by)));
                continue;
            };
            let known = opened.iter().find(|(other, other_runs, _)| (other, other_runs) == (&file, &runs));
            let residuals = match known {
                Some((.., residuals)) => residuals.clone(),
                None => {
                    let residuals = ResidualNoise::open(&file, runs.as_deref(), &settings.dof, options)?;
                    notes.add_all(residuals.note());
                    opened.push((file, runs, residuals.clone()));
                    residuals
                }
            };
            sources.push(source(NoiseOrigin::Residuals(by, residuals)));
        }
        if let ([(file, ..)], 2..) = (opened.as_slice(), sources.len()) {
            notes.add(format!("the noise of all {} inputs is that of the residuals {file}", sources.len()));
        }
        Ok(sources)
    }

    /// Holds residuals in memory that several `layers` would read from one compressed file, if they fit into `budget`.
    ///
    /// # Errors
    /// The errors of reading.
    pub(crate) fn hold_residuals(&mut self, layers: &[&Layer], budget: usize) -> Result<()> {
        match &mut self.origin {
            NoiseOrigin::Residuals(_, residuals) => residuals.hold(layers, budget),
            _ => Ok(()),
        }
    }

    /// Returns the number of rows of residuals that are read; 0 without residuals.
    pub(crate) fn n_residuals(&self) -> usize {
        match &self.origin {
            NoiseOrigin::Residuals(_, residuals) => residuals.n_rows(),
            _ => 0,
        }
    }

    /// Returns `true` if every run has noise of its own.
    pub(crate) fn is_per_run(&self) -> bool {
        self.scope == NoiseScope::Run
    }

    /// Returns the form of the noise that weighs `features`, from `rows` of them; `by_root` if patterns are whitened.
    pub(crate) fn form(&self, rows: usize, features: usize, by_root: bool) -> NoiseForm {
        let (estimator, rows) = match &self.origin {
            NoiseOrigin::Ignored => return NoiseForm::Few,
            NoiseOrigin::Known(_) => return NoiseForm::AllPairs,
            NoiseOrigin::Observations(estimator) => (*estimator, rows),
            NoiseOrigin::Residuals(estimator, residuals) => (*estimator, residuals.n_rows()),
        };
        match estimator {
            // The symmetric root has all pairs, unless all features have one variance.
            CovarianceEstimator::ShrinkageDiagonal if by_root => NoiseForm::AllPairs,
            CovarianceEstimator::Diagonal => NoiseForm::Few,
            _ if estimator.is_dense(rows, features) => NoiseForm::AllPairs,
            _ => NoiseForm::Products,
        }
    }

    /// Returns the noise of the features of `layer`, which was read as the measurements `x`, or as patterns alone.
    ///
    /// # Errors
    /// `Degenerate` if the noise cannot be estimated or has no inverse; `InvalidParameter` without runs where each has its
    /// own; the errors of reading residuals.
    pub(crate) fn noise(
        &self,
        layer: &Layer,
        x: Option<&Measurements>,
    ) -> Result<(FeatureNoise, Option<NoiseSummary>)> {
        if self.is_per_run() {
            return self.noise_of_runs(layer, x);
        }
        let (covariance, about) = match (&self.origin, x) {
            (NoiseOrigin::Ignored, _) => return Ok((FeatureNoise::Ignored, None)),
            (NoiseOrigin::Known(precision), _) => return Ok((FeatureNoise::Shared(precision.clone()), None)),
            (NoiseOrigin::Observations(_), None) => {
                return Err(Error::degenerate(
                    "every condition was observed once, so the data do not show their noise",
                    "give repeated observations with --conditions, residuals of a regression with --residuals, or a \
                     precision from elsewhere with --precision",
                ));
            }
            (NoiseOrigin::Observations(by), Some(x)) => estimate_noise(*by, x)?,
            (NoiseOrigin::Residuals(by, residuals), _) => (residuals.covariance(*by, layer)?, NoiseMeans::Residuals),
        };
        let summary = NoiseSummary::new(self.estimator, about, &covariance);
        Ok((FeatureNoise::Shared(Arc::new(covariance.precision()?)), Some(summary)))
    }

    fn noise_of_runs(&self, layer: &Layer, x: Option<&Measurements>) -> Result<(FeatureNoise, Option<NoiseSummary>)> {
        let Some((x, runs)) = x.and_then(|x| Some((x, x.runs()?))) else {
            let requirement = "given by --runs FILE or the array 'runs' of the input, for --noise-per run";
            return Err(Error::invalid_parameter("the run of each row", requirement, "none"));
        };
        let (covariances, about) = match &self.origin {
            NoiseOrigin::Ignored | NoiseOrigin::Known(_) => return Ok((FeatureNoise::Ignored, None)),
            NoiseOrigin::Observations(by) => {
                let parts = x.split_by_run()?;
                let one = |(part, run): (&Measurements, &String)| {
                    let covariance = by.estimate_within_conditions(part);
                    covariance.map_err(|error| error.context(format!("run '{run}'")))
                };
                let covariances = parts.iter().zip(runs).map(one).collect::<Result<Vec<_>>>()?;
                (covariances, NoiseMeans::ConditionsWithinRuns)
            }
            NoiseOrigin::Residuals(by, residuals) => {
                (residuals.run_covariances(*by, layer, runs)?, NoiseMeans::Residuals)
            }
        };
        let summary = NoiseSummary::of_runs(self.estimator, about, runs, &covariances);
        Ok((FeatureNoise::PerRun(covariances), Some(summary)))
    }
}

/// Estimates the noise about the mean of each condition in each run, so that differences between runs are no noise.
///
/// Where that leaves less than half of the degrees of freedom, because most conditions were observed once a run, the
/// mean of each condition is removed instead.
pub(crate) fn estimate_noise(estimator: CovarianceEstimator, x: &Measurements) -> Result<(Covariance, NoiseMeans)> {
    let within_conditions = x.n_observations() - x.n_conditions();
    let cells: HashSet<_> = x.condition_of().iter().zip(x.run_of().unwrap_or_default()).collect();
    let within_runs = x.n_observations() - cells.len();
    match x.run_of().is_some() && 2 * within_runs >= within_conditions.max(1) {
        true => Ok((estimator.estimate_within_runs(x)?, NoiseMeans::ConditionsWithinRuns)),
        false => Ok((estimator.estimate_within_conditions(x)?, NoiseMeans::Conditions)),
    }
}

fn read_precision(path: &Path, options: &OpenOptions, budget: usize) -> Result<Precision> {
    let name = path.display().to_string();
    let source = rsa_io::open(&name, &options.clone().with_all_features())?;
    let [layer] = source.layers() else {
        return Err(Error::invalid_parameter(name, "one array of features × features", source.layers().len()));
    };
    // The numbers, a copy, and the factor.
    let (rows, columns) = (layer.n_conditions(), layer.n_features());
    let needed = float_bytes(rows.saturating_mul(columns)).saturating_mul(3);
    let work = format_args!("{name}: a precision of {rows} × {columns} features");
    ensure_fits(work, needed, budget, "take fewer features, or --noise diagonal")?;
    Precision::new(layer.read()?.values().to_owned()).map_err(|error| error.context(name))
}
