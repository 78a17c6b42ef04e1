//! [`Design`]: the condition and the run of each row, and the noise of the features.

use std::collections::HashSet;

use rsa_io::Layer;
use rsakit::{
    Error, Rdm, Result,
    core::{Conditions, Measurements, Observer},
    spec::RdmSpec,
};

use super::{
    label_file::LabelFile,
    noise::{NoiseSource, NoiseSummary},
};

/// RDM of a layer, with what is said about it.
pub(super) struct DesignedRdm {
    pub(super) rdm: Rdm,
    pub(super) noise: Option<NoiseSummary>,
    /// Number of conditions that were not observed in every run.
    pub(super) n_incomplete: usize,
}

/// Facts about rows and features beside their values.
pub(super) struct Design {
    /// Condition of each row, or of each stimulus.
    pub(super) conditions: Option<LabelFile>,
    /// Run of each row, or of each stimulus.
    pub(super) runs: Option<LabelFile>,
    pub(super) noise: NoiseSource,
}

impl Design {
    /// Returns `true` if the run of each row of `layer` is known.
    pub(super) fn has_runs(&self, layer: &Layer) -> bool {
        self.runs.is_some() || layer.runs().is_some()
    }

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
        for labels in self.conditions.iter().chain(&self.runs) {
            labels.ensure_fits(x.conditions())?;
        }
        let given = self.conditions.as_ref().map(|file| label_rows(file.labels(), x.conditions()));
        let labels = given.as_ref().unwrap_or(x.conditions()).labels();
        let is_repeated = labels.is_some_and(|labels| labels.iter().collect::<HashSet<_>>().len() < labels.len());
        // Runs of the file matter only where conditions are known to recur or to differ.
        let own_runs = layer.runs().filter(|_| labels.is_some());
        let runs = self.runs.as_ref().map(LabelFile::labels).or(own_runs);
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
            let (precision, noise) = self.noise.precision(Some(&measurements))?;
            let rdm = dissimilarity.rdm_of_measurements_observed(&measurements, precision.as_ref(), observer)?;
            return Ok(DesignedRdm { rdm, noise, n_incomplete: measurements.n_incomplete_conditions() });
        }
        if let Some(conditions) = given {
            x = x.with_conditions(conditions)?;
        }
        let (precision, noise) = self.noise.precision(None)?;
        let rdm = dissimilarity.rdm_of_patterns_observed(&x, precision.as_ref(), observer)?;
        Ok(DesignedRdm { rdm, noise, n_incomplete: 0 })
    }
}

/// Returns conditions with `labels`, one for each of the `rows` or one for each stimulus.
///
/// The label of a stimulus labels all positions of the stimulus; the index of the position is appended.
pub(super) fn label_rows(labels: &[String], rows: &Conditions) -> Conditions {
    let conditions = Conditions::labeled(labels);
    match rows.positions() {
        Some(positions) if labels.len() == rows.n_stimuli() => conditions.at_positions(positions),
        _ => conditions,
    }
}

/// Returns one value for each of the `rows`, from one for each row or for each stimulus.
fn repeat_for_rows(values: &[String], rows: &Conditions) -> Vec<String> {
    match values.len() == rows.n_stimuli() {
        true => values.iter().flat_map(|value| std::iter::repeat_n(value.clone(), rows.rows_per_stimulus())).collect(),
        false => values.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn labels_of_stimuli_label_their_positions() {
        let rows = Conditions::unlabeled(2).at_positions(&[1, 2]);
        let labels = label_rows(&words(&["cat", "dog"]), &rows);
        assert_eq!(labels.labels().unwrap(), ["cat (0, 0)", "cat (0, 1)", "dog (0, 0)", "dog (0, 1)"]);
        assert_eq!(labels.n_stimuli(), 2);
        assert_eq!(repeat_for_rows(&words(&["1", "2"]), &rows), ["1", "1", "2", "2"]);
    }

    #[test]
    fn labels_of_rows_stay() {
        let rows = Conditions::unlabeled(2).at_positions(&[1, 2]);
        let own = words(&["a", "b", "c", "d"]);
        assert_eq!(label_rows(&own, &rows).labels().unwrap(), own);
        assert_eq!(repeat_for_rows(&own, &rows), own);
        assert_eq!(label_rows(&own[..2], &Conditions::unlabeled(2)).labels().unwrap(), &own[..2]);
        assert_eq!(label_rows(&own[..3], &rows).count(), 3, "a wrong number is left to the checks of the values");
    }
}
