//! [`MapBuffer`]: the numbers of some voxels whose products, squares or differences are summed.

use std::ops::Range;

use rsa_core::{Error, Result};

use super::{
    AdditiveDissimilarity, AdditiveTerms, TermForm,
    rounding::{ErrorTerms, N_ERRORS},
    rule::cell_weights,
};

/// Maps of some consecutive voxels: those of each condition, then the terms of the rounding.
#[derive(Clone, Debug, Default)]
pub(crate) struct MapBuffer {
    /// Map by map, each with a number for every voxel.
    pub(crate) rows: Vec<f64>,
}

impl AdditiveTerms {
    /// Returns the number of maps: those of all conditions and those of the rounding.
    pub(crate) fn n_rows(&self) -> usize {
        self.n_conditions() * self.form.n_maps() + N_ERRORS
    }

    /// Computes the maps of consecutive `voxels`.
    pub(crate) fn fill_maps(&self, voxels: Range<usize>, buffer: &mut MapBuffer) {
        let width = voxels.len();
        buffer.rows.clear();
        buffer.rows.resize(self.n_rows() * width, 0.0);
        let (maps, errors) = buffer.rows.split_at_mut(self.n_conditions() * self.form.n_maps() * width);
        let mut errors = ErrorTerms::new(errors, width);
        match (&self.form, self.dissimilarity) {
            (TermForm::Squares { maps: n_runs, .. }, AdditiveDissimilarity::Crossnobis { .. }) => {
                self.fill_contrasts(voxels, *n_runs, maps, &mut errors);
            }
            (_, AdditiveDissimilarity::Crossnobis { weighting }) => {
                let counts = self.design.counts();
                let weights = cell_weights(weighting, &counts);
                self.fill_run_sums(voxels, &weights, maps, &mut errors);
            }
            (_, AdditiveDissimilarity::Poisson(poisson)) => self.fill_rates(voxels, poisson, maps, &mut errors),
            (form, dissimilarity) => {
                let is_unit =
                    matches!(dissimilarity, AdditiveDissimilarity::Cosine | AdditiveDissimilarity::Correlation);
                let mut patterns = self.group_means(voxels, self.design.condition_of(), self.n_conditions());
                match is_unit {
                    true => errors.add_lengths(&patterns),
                    false if *form == TermForm::Absolute => errors.add_sizes(&patterns),
                    false => errors.add_distances(&patterns, self.deviations.is_some()),
                }
                match is_unit {
                    true => patterns.chunks_mut(width).zip(&self.offsets).for_each(|(pattern, offset)| {
                        pattern.iter_mut().for_each(|value| *value -= offset);
                    }),
                    false => center(&mut patterns, width),
                }
                maps.copy_from_slice(&patterns);
            }
        }
    }

    /// Computes the mean of each group of observations at consecutive `voxels`, divided by the deviations of the noise.
    pub(super) fn group_means(&self, voxels: Range<usize>, group_of: &[usize], n_groups: usize) -> Vec<f64> {
        let width = voxels.len();
        let mut means = vec![0.0; n_groups * width];
        let mut counts = vec![0_usize; n_groups];
        for (observation, &group) in group_of.iter().enumerate() {
            counts[group] += 1;
            let mean = &mut means[group * width..(group + 1) * width];
            self.values.for_each_of(observation, voxels.clone(), |k, value| mean[k] += value);
        }
        for (mean, &count) in means.chunks_mut(width).zip(&counts) {
            if count > 1 {
                mean.iter_mut().for_each(|sum| *sum /= count as f64);
            }
            if let Some(deviations) = &self.deviations {
                mean.iter_mut().zip(&deviations[voxels.clone()]).for_each(|(mean, deviation)| *mean /= deviation);
            }
        }
        means
    }

    /// Returns the mean of each condition in each run, run by run.
    fn run_means(&self, voxels: Range<usize>) -> Vec<f64> {
        let cell_of: Vec<_> = (0..self.design.n_observations()).map(|k| self.design.cell(k)).collect();
        self.group_means(voxels, &cell_of, self.design.counts().len())
    }

    /// Computes orthogonal contrasts of the runs, whose signed squares are crossnobis.
    fn fill_contrasts(&self, voxels: Range<usize>, n_runs: usize, maps: &mut [f64], errors: &mut ErrorTerms<'_>) {
        let (n, width) = (self.n_conditions(), voxels.len());
        let mut means = self.run_means(voxels);
        errors.add_distances(&means, self.deviations.is_some());
        // A difference of conditions is the same, and its squares keep their digits beside a large common offset.
        means.chunks_mut(n * width).for_each(|run| center(run, width));
        let m = n_runs as f64;
        let pairs = (m * (m - 1.0)).sqrt();
        let mean_of = |run: usize, condition: usize| &means[(run * n + condition) * width..][..width];
        let mut sums = vec![0.0; width];
        for (condition, maps) in maps.chunks_mut(n_runs * width).enumerate() {
            sums.copy_from_slice(mean_of(0, condition));
            for run in 1..n_runs {
                // Helmert: the mean of the runs before against this run.
                let k = run as f64;
                let scale = 1.0 / ((k * (k + 1.0)).sqrt() * pairs);
                let own = mean_of(run, condition);
                let contrast = &mut maps[run * width..(run + 1) * width];
                for ((contrast, sum), own) in contrast.iter_mut().zip(&mut sums).zip(own) {
                    *contrast = (*sum - k * own) * scale;
                    *sum += own;
                }
            }
            // (M − 1)(b⁰)² / (M(M − 1)) with b⁰ = Σ/√M.
            maps[..width].iter_mut().zip(&sums).for_each(|(map, sum)| *map = sum / m);
        }
    }

    /// Computes weighted sums over all runs, and of each run.
    fn fill_run_sums(&self, voxels: Range<usize>, weights: &[f64], maps: &mut [f64], errors: &mut ErrorTerms<'_>) {
        let (n, width) = (self.n_conditions(), voxels.len());
        let means = self.run_means(voxels);
        errors.add_distances(&means, self.deviations.is_some());
        let n_maps = self.form.n_maps();
        for (condition, maps) in maps.chunks_mut(n_maps * width).enumerate() {
            let (total, runs) = maps.split_at_mut(width);
            for (run, sums) in runs.chunks_mut(width).enumerate() {
                let cell = run * n + condition;
                let mean = &means[cell * width..(cell + 1) * width];
                for ((sum, total), mean) in sums.iter_mut().zip(&mut *total).zip(mean) {
                    *sum = weights[cell] * mean;
                    *total += *sum;
                }
            }
        }
    }

    /// Computes the rates of Poisson neurons and their logarithms.
    fn fill_rates(
        &self,
        voxels: Range<usize>,
        poisson: rsa_core::Poisson,
        maps: &mut [f64],
        errors: &mut ErrorTerms<'_>,
    ) {
        let width = voxels.len();
        let patterns = self.group_means(voxels, self.design.condition_of(), self.n_conditions());
        for (maps, pattern) in maps.chunks_mut(2 * width).zip(patterns.chunks(width)) {
            let (rates, logarithms) = maps.split_at_mut(width);
            for ((rate, logarithm), value) in rates.iter_mut().zip(logarithms).zip(pattern) {
                *rate = posterior(poisson, *value);
                *logarithm = rate.ln();
            }
        }
        errors.add_divergences(maps);
    }

    /// Refuses rates that are not positive.
    pub(super) fn ensure_rates(&self, poisson: rsa_core::Poisson) -> Result<()> {
        let rsa_core::Poisson { prior_rate, prior_weight } = poisson;
        if !(prior_rate.is_finite() && prior_rate > 0.0) {
            return Err(Error::invalid_parameter("prior_rate", "a finite number above 0", prior_rate));
        }
        if !(prior_weight.is_finite() && prior_weight >= 0.0) {
            return Err(Error::invalid_parameter("prior_weight", "a finite number, at least 0", prior_weight));
        }
        const BLOCK: usize = 1024;
        for start in (0..self.n_voxels()).step_by(BLOCK) {
            let voxels = start..(start + BLOCK).min(self.n_voxels());
            let patterns = self.group_means(voxels.clone(), self.design.condition_of(), self.n_conditions());
            let rates = patterns.iter().map(|value| posterior(poisson, *value));
            if let Some((k, rate)) = rates.enumerate().find(|(_, rate)| *rate <= 0.0) {
                let (condition, voxel) = (k / voxels.len(), voxels.start + k % voxels.len());
                return Err(Error::degenerate(
                    format!("the Poisson rate of condition {condition}, voxel {voxel} (counted from 0), is {rate}"),
                    "rates must be positive: give counts or rates that are not negative, with a prior if some are 0",
                ));
            }
        }
        Ok(())
    }
}

fn posterior(rsa_core::Poisson { prior_rate, prior_weight }: rsa_core::Poisson, value: f64) -> f64 {
    (value + prior_rate * prior_weight) / (1.0 + prior_weight)
}

/// Subtracts from each voxel its mean over `patterns`.
fn center(patterns: &mut [f64], width: usize) {
    let n = (patterns.len() / width) as f64;
    let mut means = vec![0.0; width];
    patterns
        .chunks(width)
        .for_each(|pattern| means.iter_mut().zip(pattern).for_each(|(mean, value)| *mean += value / n));
    patterns
        .chunks_mut(width)
        .for_each(|pattern| pattern.iter_mut().zip(&means).for_each(|(value, mean)| *value -= mean));
}
