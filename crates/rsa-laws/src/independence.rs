//! Test of the mean score of independent representations.

use rayon::prelude::*;
use rsa_core::{Measure, Representation, Result};

use crate::{
    Tolerance,
    random::{normal, stream},
};

/// Number of conditions of the independent data.
const CONDITIONS: usize = 50;

/// Numbers of features of the independent data; the bias of an estimate grows with them.
const FEATURES: [usize; 4] = [10, 200, 1000, 5000];

/// Number of pairs of representations in a sample.
const DRAWS: usize = 64;

/// Result for one measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Independence {
    /// Number of entries of `FEATURES` that gave scores.
    pub(crate) scored: usize,
    /// Largest distance of a mean from 0, in standard errors.
    pub(crate) furthest: f64,
    /// First sample with a mean that differs from 0, as a second sample confirmed.
    pub(crate) biased: Option<Sample>,
}

/// Mean and standard error of the scores of independent data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) features: usize,
    pub(crate) mean: f64,
    pub(crate) error: f64,
}

impl Sample {
    /// Returns the mean in standard errors.
    pub(crate) fn deviation(&self) -> f64 {
        if self.mean == 0.0 { 0.0 } else { self.mean / self.error }
    }

    fn is_off(&self) -> bool {
        self.deviation().abs() > Tolerance::STANDARD_ERRORS.value
    }
}

/// Searches for a bias of each measure, on the same data for all measures.
///
/// Small numbers of features come first, and the search ends at the first that shows a bias.
pub(crate) fn find_biases<M: Measure>(measures: &[&M], seed: u64) -> Vec<Independence> {
    let mut found = vec![Independence { scored: 0, furthest: 0.0, biased: None }; measures.len()];
    for features in FEATURES {
        let open: Vec<usize> = (0..measures.len()).filter(|&k| found[k].biased.is_none()).collect();
        let first = samples(&open.iter().map(|&k| measures[k]).collect::<Vec<_>>(), features, 2 * seed);
        let first: Vec<_> = open.into_iter().zip(first).filter_map(|(k, sample)| Some((k, sample?))).collect();
        for (k, sample) in &first {
            found[*k].scored += 1;
            found[*k].furthest = found[*k].furthest.max(sample.deviation().abs());
        }
        let off: Vec<_> = first.into_iter().filter(|(_, sample)| sample.is_off()).collect();
        let again = samples(&off.iter().map(|(k, _)| measures[*k]).collect::<Vec<_>>(), features, 2 * seed + 1);
        for ((k, sample), again) in off.into_iter().zip(again) {
            let confirmed = again.is_some_and(|again| again.is_off() && again.mean * sample.mean > 0.0);
            found[k].biased = confirmed.then_some(sample);
        }
    }
    found
}

/// Computes the sample of each measure; `None` if the measure refuses such data.
fn samples<M: Measure>(measures: &[&M], features: usize, seed: u64) -> Vec<Option<Sample>> {
    if measures.is_empty() {
        return Vec::new();
    }
    let draw = |k: usize| -> Vec<Result<f64>> {
        let rng = &mut stream(seed, 100 + k as u64);
        let mut make = || Representation::new(normal(rng, CONDITIONS, features)).expect("normal numbers are finite");
        let (x, y) = (make(), make());
        measures.iter().map(|measure| measure.score(&x, &y)).collect()
    };
    let drawn: Vec<_> = (0..DRAWS).into_par_iter().map(draw).collect();
    (0..measures.len())
        .map(|measure| {
            let scores: Result<Vec<f64>> = drawn.iter().map(|scores| scores[measure].clone()).collect();
            let scores = scores.ok()?;
            let mean = scores.iter().sum::<f64>() / DRAWS as f64;
            let squares: f64 = scores.iter().map(|score| (score - mean).powi(2)).sum();
            let error = (squares / ((DRAWS - 1) * DRAWS) as f64).sqrt();
            Some(Sample { features, mean, error })
        })
        .collect()
}
