//! [`FitTarget`]: fits models with parameters to subjects, for the comparison that will score them.

use std::borrow::Cow;

use rsa_core::{
    Error, Result,
    linalg::{self, dot},
};

use super::{
    dataset::PreparedModel,
    fit::{CombinationBasis, TrainingSet},
};
use crate::{
    comparison::{
        Preparation,
        vector::Vector,
        weighted::{PreparedRdm, WeightedPairs, add_scaled},
    },
    regression::{LeastSquares, non_negative_weights},
    resample::unless_cancelled,
};

/// The weighted subjects on the training conditions, to which models are fitted.
pub(crate) struct FitTarget<'a, 'd> {
    pub(super) training: &'a TrainingSet<'d>,
    pub(super) weights: Vec<f64>,
    /// The weighted sum of the subjects' vectors.
    pub(super) sum: Vec<f64>,
    /// The pairs on which predictions are tested.
    pub(super) tested: &'a WeightedPairs,
}

impl FitTarget<'_, '_> {
    /// Returns the weighted sum of the scores of a prediction on the training data, which a fit maximizes.
    fn gain(&self, prediction: &PreparedRdm) -> Result<f64> {
        let TrainingSet { counted, vectorizer, observer, .. } = self.training;
        observer.ensure_going("the fit of a model")?;
        match counted {
            Some(subjects) => {
                let scores = subjects.scores(&[prediction], &|_| "a prediction".to_owned(), *observer)?;
                Ok(scores.row(0).iter().zip(&self.weights).map(|(score, weight)| score * weight).sum())
            }
            None => Ok(dot(&vectorizer.vector(prediction)?, &self.sum)),
        }
    }

    /// Returns a linear combination of RDMs for testing.
    ///
    /// Where ranks are not needed, only the pairs on which the prediction is tested are added up; the others are 0.
    fn tested_mixture(&self, rdms: &[PreparedRdm], weights: &[f64]) -> PreparedRdm {
        if !matches!(self.training.dataset.preparation, Preparation::Linear(_)) {
            return self.mixture(rdms, weights);
        }
        let mut values = vec![0.0; rdms[0].values().len()];
        for (rdm, weight) in rdms.iter().zip(weights).filter(|(_, weight)| **weight != 0.0) {
            let tested = self.tested.pairs.iter().map(|&pair| pair as usize);
            tested.for_each(|pair| values[pair] += weight * rdm.values()[pair]);
        }
        self.prepared(values, rdms, weights)
    }

    /// Returns a linear combination of RDMs on all pairs, training pairs included.
    fn mixture(&self, rdms: &[PreparedRdm], weights: &[f64]) -> PreparedRdm {
        let mut values = vec![0.0; rdms[0].values().len()];
        let used = rdms.iter().zip(weights).filter(|(_, weight)| **weight != 0.0);
        used.for_each(|(rdm, weight)| add_scaled(&mut values, *weight, rdm.values()));
        self.prepared(values, rdms, weights)
    }

    /// Prepares the values of a linear combination, whose rounding follows from the RDMs and weights.
    fn prepared(&self, values: Vec<f64>, rdms: &[PreparedRdm], weights: &[f64]) -> PreparedRdm {
        let rounding: f64 = rdms.iter().zip(weights).map(|(rdm, weight)| weight.abs() * rdm.rounding()).sum();
        // Values that cancel leave rounding of their own.
        let largest = linalg::extremes(&values).into_iter().fold(0.0, |largest: f64, end| largest.max(end.abs()));
        PreparedRdm::from_values(values, rounding.max(8.0 * f64::EPSILON * largest), self.training.dataset.preparation)
    }

    /// Returns the place of the RDM that is most similar to the training data.
    fn best(&self, rdms: &[PreparedRdm]) -> Result<usize> {
        let mut best: Option<(f64, usize)> = None;
        for (k, rdm) in rdms.iter().enumerate() {
            let gain = self.gain(rdm).map_err(|error| error.context(rdm.name()))?;
            if best.is_none_or(|(other, _)| gain > other) {
                best = Some((gain, k));
            }
        }
        best.map(|(_, k)| k).ok_or_else(|| Error::invalid_parameter("a selection", "of at least one RDM", 0))
    }

    /// Returns the combination with the largest mean cosine to the subjects, found by least squares, and its weights.
    ///
    /// It is the projection of the sum of the subjects' unit vectors.
    fn weighted(
        &self,
        components: &[PreparedRdm],
        non_negative: bool,
        basis: &CombinationBasis,
    ) -> Result<(Vec<f64>, PreparedRdm)> {
        let CombinationBasis { combinations, lengths } = basis;
        let problem = combinations.nearest_to(&Vector::unit(self.sum.clone())?.into_values());
        if let Some(k) = (0..components.len()).find(|&k| problem.independent_length(k) == 0.0) {
            return Err(Error::degenerate(
                format!("{} is a combination of those before it on the training conditions", components[k].name()),
                "their weights could be anything; leave it out",
            ));
        }
        let weights = if non_negative { non_negative_weights(&problem)? } else { problem.solve() };
        if weights.iter().all(|&weight| weight == 0.0) {
            // No component correlates positively with the data; take the one with the highest correlation.
            let best = self.best(components)?;
            return Ok((only(best, components.len()), components[best].clone()));
        }
        let weights: Vec<f64> = weights.iter().zip(lengths).map(|(weight, length)| weight / length).collect();
        match self.training.vectorizer.preparation {
            Preparation::Linear(_) => {
                let mixture = self.tested_mixture(components, &weights);
                Ok((weights, mixture))
            }
            _ => self.climb(components, weights, lengths, non_negative),
        }
    }

    /// Returns the gain of a linear combination of RDMs.
    ///
    /// If ranks are needed, only the training pairs are ranked, which are fewer.
    fn gain_of_mixture(&self, rdms: &[PreparedRdm], on_training: &[Vec<f64>], weights: &[f64]) -> Result<f64> {
        let vectorizer = &self.training.vectorizer;
        self.training.observer.ensure_going("the fit of a model")?;
        if self.training.counted.is_some() {
            return self.gain(&self.mixture(rdms, weights));
        }
        let mut values = vec![0.0; vectorizer.pairs.pairs.len()];
        on_training.iter().zip(weights).for_each(|(rdm, &weight)| add_scaled(&mut values, weight, rdm));
        let mixture = self.prepared(values, rdms, weights);
        Ok(dot(&vectorizer.vector_of_ranks(mixture.doubled_ranks_of_resample(&vectorizer.pairs))?, &self.sum))
    }

    /// Changes one weight at a time while that raises the gain, by smaller and smaller steps.
    ///
    /// Ranks make the gain a step function, which has no slope to follow.
    fn climb(
        &self,
        components: &[PreparedRdm],
        mut weights: Vec<f64>,
        lengths: &[f64],
        non_negative: bool,
    ) -> Result<(Vec<f64>, PreparedRdm)> {
        // Number of rounds, each along every weight, before the steps are halved.
        const ROUNDS: usize = 4;
        let pairs = &self.training.vectorizer.pairs.pairs;
        let on_training: Vec<Vec<f64>> =
            components.iter().map(|rdm| pairs.iter().map(|&pair| rdm.values()[pair as usize]).collect()).collect();
        let gain_of = |weights: &[f64]| self.gain_of_mixture(components, &on_training, weights);
        let mut gain = gain_of(&weights)?;
        let size = weights.iter().zip(lengths).fold(0.0, |size: f64, (w, length)| size.max(w.abs() * length));
        for step in [0.5, 0.25, 0.125, 0.0625, 0.03125] {
            for _ in 0..ROUNDS {
                let before = gain;
                for (k, change) in (0..weights.len()).flat_map(|k| [(k, step), (k, -step)]) {
                    let mut other = weights.clone();
                    other[k] += change * size / lengths[k];
                    if non_negative {
                        other[k] = other[k].max(0.0);
                    }
                    // A constant mixture has no gain and is no better.
                    if let Ok(other_gain) = unless_cancelled(gain_of(&other))?
                        && other_gain > gain
                    {
                        (weights, gain) = (other, other_gain);
                    }
                }
                if gain == before {
                    break;
                }
            }
        }
        let mixture = self.tested_mixture(components, &weights);
        Ok((weights, mixture))
    }

    /// Returns the best mixture of two neighbors in the list, and its weights.
    fn interpolated(&self, rdms: &[PreparedRdm]) -> Result<(Vec<f64>, PreparedRdm)> {
        const STEPS: u32 = 32;
        let mut mixtures = Vec::new();
        let mut weights_of_all = Vec::new();
        for (first, pair) in rdms.windows(2).enumerate() {
            let mut add = |weights: [f64; 2]| {
                let mut of_all = vec![0.0; rdms.len()];
                of_all[first..first + 2].copy_from_slice(&weights);
                weights_of_all.push(of_all);
                mixtures.push(self.mixture(pair, &weights));
            };
            match self.training.vectorizer.preparation {
                Preparation::Linear(_) => {
                    let (columns, lengths) = self.training.columns(pair)?;
                    let problem =
                        LeastSquares::new(&[&columns[0], &columns[1]], &Vector::unit(self.sum.clone())?.into_values())?;
                    if problem.independent_length(1) > 0.0 {
                        let weights = problem.solve();
                        if weights.iter().all(|&weight| weight > 0.0) {
                            add([weights[0] / lengths[0], weights[1] / lengths[1]]);
                        }
                    }
                }
                _ => (1..STEPS).for_each(|step| {
                    let weight = f64::from(step) / f64::from(STEPS);
                    add([weight, 1.0 - weight]);
                }),
            }
        }
        mixtures.extend(rdms.iter().cloned());
        weights_of_all.extend((0..rdms.len()).map(|k| only(k, rdms.len())));
        let best = self.best(&mixtures)?;
        Ok((weights_of_all.swap_remove(best), mixtures.swap_remove(best)))
    }

    /// Returns the weight of each RDM in the fit of model `m`, `None` for a model without parameters.
    ///
    /// # Errors
    /// Errors of [`prediction`](Self::prediction).
    pub(crate) fn weights(&self, m: usize) -> Result<Option<Vec<f64>>> {
        Ok(Some(match &self.training.dataset.models[m] {
            PreparedModel::Fixed(_) => return Ok(None),
            PreparedModel::Selection(rdms) => only(self.best(rdms)?, rdms.len()),
            PreparedModel::Weighted { components, non_negative } => {
                self.weighted(components, *non_negative, self.basis(m)?)?.0
            }
            PreparedModel::Interpolated(rdms) => self.interpolated(rdms)?.0,
        }))
    }

    fn basis(&self, m: usize) -> Result<&CombinationBasis> {
        let basis = self.training.bases[m].as_ref().expect("weighted models have a basis");
        basis.as_ref().map_err(Error::clone)
    }

    /// Returns the prediction of model `m`, fitted if it has parameters.
    ///
    /// # Errors
    /// `Degenerate` if the fit does not exist; `Cancelled`.
    pub(crate) fn prediction(&self, m: usize) -> Result<Cow<'_, PreparedRdm>> {
        Ok(match &self.training.dataset.models[m] {
            PreparedModel::Fixed(rdm) => Cow::Borrowed(rdm),
            PreparedModel::Selection(rdms) => Cow::Borrowed(&rdms[self.best(rdms)?]),
            PreparedModel::Weighted { components, non_negative } => {
                Cow::Owned(self.weighted(components, *non_negative, self.basis(m)?)?.1)
            }
            PreparedModel::Interpolated(rdms) => Cow::Owned(self.interpolated(rdms)?.1),
        })
    }
}

/// Returns the weights of which only that of entry `k` is not 0.
fn only(k: usize, count: usize) -> Vec<f64> {
    (0..count).map(|other| if other == k { 1.0 } else { 0.0 }).collect()
}
