//! [`Design`]: the condition and the run of each row, and the noise of the features.

use std::collections::HashSet;

use rsa_io::Layer;
use rsakit::{
    Error, Rdm, Result,
    core::{Measurements, Observer},
    spec::RdmSpec,
};

use crate::{
    noise::{FeatureNoise, NoiseSource, NoiseSummary},
    row_files::{RowFiles, repeat_for_rows},
};

/// RDM of a layer, with what is said about it.
pub(super) struct DesignedRdm {
    pub(super) rdm: Rdm,
    pub(super) noise: Option<NoiseSummary>,
    /// Number of conditions that were not observed in every run.
    pub(super) n_incomplete: usize,
}

/// Facts about the rows and features of an input beside their values.
pub(super) struct Design {
    pub(super) rows: RowFiles,
    pub(super) noise: NoiseSource,
}

impl Design {
    /// Computes the RDM of a layer: of its patterns, or of its measurements if a condition was observed repeatedly or
    /// there are runs.
    pub(super) fn compute(
        &self,
        layer: &Layer,
        dissimilarity: &RdmSpec,
        observer: &dyn Observer,
    ) -> Result<DesignedRdm> {
        observer.ensure_going("the reading of the layers")?;
        let mut x = layer.read()?;
        observer.ensure_going("the computation of dissimilarities")?;
        self.rows.ensure_fit(layer)?;
        let given = self.rows.conditions_of(layer);
        let labels = given.as_ref().unwrap_or(x.conditions()).labels();
        let is_repeated = labels.is_some_and(|labels| labels.iter().collect::<HashSet<_>>().len() < labels.len());
        // Runs of the input itself matter only where conditions are known to recur or to differ.
        let runs = self.rows.runs_of(layer).filter(|_| labels.is_some() || self.rows.runs.is_some());
        if runs.is_some() || is_repeated {
            let labels = labels.ok_or_else(|| {
                Error::invalid_parameter(
                    "the conditions of observations in runs",
                    "given, by --conditions FILE",
                    "none",
                )
            })?;
            let mut measurements =
                Measurements::new(x.values().to_owned(), labels.iter().cloned())?.with_precision(x.precision())?;
            if let Some(runs) = runs {
                measurements = measurements.with_runs(repeat_for_rows(runs, x.conditions()))?;
            }
            let (weights, noise) = self.noise.noise(layer, Some(&measurements))?;
            let rdm = match weights {
                FeatureNoise::Ignored => dissimilarity.rdm_of_measurements_observed(&measurements, None, observer),
                FeatureNoise::Shared(precision) => {
                    dissimilarity.rdm_of_measurements_observed(&measurements, Some(&precision), observer)
                }
                FeatureNoise::PerRun(covariances) => {
                    dissimilarity.rdm_of_runs_observed(&measurements, &covariances, observer)
                }
            }?;
            return Ok(DesignedRdm { rdm, noise, n_incomplete: measurements.n_incomplete_conditions() });
        }
        if let Some(conditions) = given {
            x = x.with_conditions(conditions)?;
        }
        let (weights, noise) = self.noise.noise(layer, None)?;
        let precision = if let FeatureNoise::Shared(precision) = &weights { Some(precision.as_ref()) } else { None };
        let rdm = dissimilarity.rdm_of_patterns_observed(&x, precision, observer)?;
        Ok(DesignedRdm { rdm, noise, n_incomplete: 0 })
    }
}
