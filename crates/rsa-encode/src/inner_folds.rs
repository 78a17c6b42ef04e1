//! The choice of a layer by inner folds, so that the conditions that test it had no part in the choice.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rsa_core::{Error, Representation, Result};

use crate::{
    ConditionGroups, Predict, PredictionScore, Predictivity, Split, SplitFold, SplitOrder, SplitScheme,
    predictivity::median,
};

/// Most inner folds, so that the test conditions of small data stay three or more.
const INNER_FOLDS: usize = 5;

/// The scores of one layer in all folds, and its scores within their training conditions.
#[derive(Clone, Debug)]
pub struct LayerCandidate<'a> {
    /// The scores on test conditions.
    pub outer: &'a Predictivity,
    /// For each fold, the score of [`Predict::inner_scores`].
    pub inner: &'a [f64],
}

/// The score of a layer that inner folds choose anew in each fold.
#[derive(Clone, Debug, PartialEq)]
pub struct ChosenLayer {
    /// The layer that each fold chose, as a place among the candidates.
    pub chosen: Vec<usize>,
    /// The median over sites of their mean correlation over folds, each with its chosen layer.
    pub score: f64,
}

impl Predict {
    /// Scores a predictor within the training conditions of each fold, by folds of these alone: medians over sites.
    ///
    /// # Errors
    /// `InvalidParameter` unless the score is a correlation; the errors of [`Predict::read`] and
    /// [`Predict::predictivity`] within the training conditions.
    pub fn inner_scores(
        &self,
        predictor: &Representation,
        target: &Representation,
        groups: &ConditionGroups,
    ) -> Result<Vec<f64>> {
        if self.score != PredictionScore::Pearson {
            let what = "the score by which inner folds choose a layer";
            return Err(Error::invalid_parameter(what, "a correlation", "explained variance"));
        }
        predictor.conditions().ensure_same(target.conditions())?;
        let inner = Self { split: inner_split(self.split)?, ..*self };
        let folds = self.split.deal(groups)?;
        let score = |(at, fold): (usize, &SplitFold)| {
            let groups = groups.select(&fold.train);
            let read = |x: &Representation| inner.read(&x.select(&fold.train)?, &groups);
            let found = read(predictor).and_then(|x| inner.predictivity(&x, &read(target)?));
            let what = || format!("within the training conditions of fold {at} (counted from 0)");
            found.map(|found| found.median()).map_err(|error| error.context(what()))
        };
        folds.par_iter().enumerate().map(score).collect()
    }
}

/// Returns inner folds in the order of the outer ones: as many, but at most five.
fn inner_split(outer: Split) -> Result<Split> {
    let count = match outer.scheme {
        SplitScheme::Folds(count) => count.get().min(INNER_FOLDS),
        SplitScheme::LeaveOneOut | SplitScheme::Repeated { .. } => INNER_FOLDS,
    };
    match outer.order {
        SplitOrder::Seeded(seed) => Split::folds(count, seed),
        SplitOrder::Given => Split::contiguous(count),
    }
}

impl ChosenLayer {
    /// Takes, in each fold, the first of the layers with the highest inner score.
    ///
    /// # Errors
    /// `InvalidParameter` without layers, `ShapeMismatch` for layers with other folds, `Degenerate` if no site has a
    /// score.
    pub fn new(layers: &[LayerCandidate<'_>]) -> Result<Self> {
        let Some(first) = layers.first() else {
            return Err(Error::invalid_parameter("the layers to choose from", "at least one", 0));
        };
        let n_folds = first.inner.len();
        if layers.iter().any(|layer| layer.inner.len() != n_folds || layer.outer.test_counts.len() != n_folds) {
            return Err(Error::shape_mismatch("layers to choose from have other folds; score all on the same"));
        }
        let better = |fold: usize| {
            move |best: usize, other: usize| {
                if layers[other].inner[fold] > layers[best].inner[fold] { other } else { best }
            }
        };
        let chosen: Vec<usize> = (0..n_folds).map(|fold| (1..layers.len()).fold(0, better(fold))).collect();
        let mut sums: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
        for (fold, &layer) in chosen.iter().enumerate() {
            for site in &layers[layer].outer.sites {
                let Some(score) = site.folds[fold] else { continue };
                let (sum, count) = sums.entry(site.site).or_default();
                *sum += score;
                *count += 1;
            }
        }
        let means = sums.into_values().map(|(sum, count)| sum / count as f64).collect();
        let score = median(means)
            .ok_or_else(|| Error::degenerate("no site has a score in any fold", "take fewer folds, or other sites"))?;
        Ok(Self { chosen, score })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::{SitePredictivity, shuffle::shuffled};

    fn outer(scores: &[[f64; 2]]) -> Predictivity {
        let site = |(site, folds): (usize, &[f64; 2])| SitePredictivity {
            site,
            score: (folds[0] + folds[1]) / 2.0,
            folds: folds.map(Some).to_vec(),
        };
        Predictivity {
            sites: scores.iter().enumerate().map(site).collect(),
            constant_sites: Vec::new(),
            skipped: 0,
            constant_predictions: 0,
            chosen_penalties: Vec::new(),
            test_counts: vec![5, 5],
            scored_by: PredictionScore::Pearson,
        }
    }

    #[test]
    fn each_fold_is_scored_by_the_layer_that_its_own_training_conditions_chose() {
        let (a, b) = (outer(&[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]), outer(&[[0.7, 0.8], [0.9, 1.0], [0.5, 0.5]]));
        let candidates =
            [LayerCandidate { outer: &a, inner: &[0.6, 0.1] }, LayerCandidate { outer: &b, inner: &[0.5, 0.2] }];
        let found = ChosenLayer::new(&candidates).unwrap();
        assert_eq!(found.chosen, [0, 1]);
        // Sites (0.1 + 0.8)/2, (0.3 + 1.0)/2 and (0.5 + 0.5)/2.
        assert!((found.score - 0.5).abs() < 1e-15);
        assert_eq!(ChosenLayer::new(&[]).unwrap_err().kind().name(), "InvalidParameter");
    }

    /// The largest of many useless layers is above 0, and the layer that inner folds choose is not.
    #[test]
    fn a_choice_among_useless_layers_scores_0_on_average() {
        let noise = |seed: usize, p: usize| {
            let columns: Vec<Vec<usize>> = (0..p).map(|draw| shuffled(seed as u64, draw as u64, 30)).collect();
            Representation::new(Array2::from_shape_fn((30, p), |(i, j)| columns[j][i] as f64)).unwrap()
        };
        let predict = Predict { split: Split::folds(3, 0).unwrap(), ..Predict::default() };
        let groups = ConditionGroups::single(30);
        let (mut largest, mut chosen) = (0.0, 0.0);
        for draw in 0..20 {
            let target = noise(1000 + draw, 1);
            let y = predict.read(&target, &groups).unwrap();
            let layers: Vec<_> = (0..8).map(|layer| noise(50 * draw + layer, 2)).collect();
            let outer: Vec<_> =
                layers.iter().map(|x| predict.predictivity(&predict.read(x, &groups).unwrap(), &y).unwrap()).collect();
            let inner: Vec<_> = layers.iter().map(|x| predict.inner_scores(x, &target, &groups).unwrap()).collect();
            let candidates: Vec<_> =
                outer.iter().zip(&inner).map(|(outer, inner)| LayerCandidate { outer, inner }).collect();
            largest += outer.iter().map(Predictivity::median).fold(f64::NEG_INFINITY, f64::max) / 20.0;
            chosen += ChosenLayer::new(&candidates).unwrap().score / 20.0;
        }
        assert!(largest > 0.2 && chosen.abs() < 0.12, "{largest} {chosen}");
    }
}
