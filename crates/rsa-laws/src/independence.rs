//! Do independent representations score 0 on average?

use rayon::prelude::*;
use rsa_core::{Measure, Representation, Result};

use crate::{
    Tolerance,
    random::{normal, stream},
};

/// Conditions of the independent data.
const CONDITIONS: usize = 50;

/// Features of the independent data: a biased estimate rises with them.
const FEATURES: [usize; 4] = [10, 200, 1000, 5000];

/// Pairs of representations in a sample.
const DRAWS: usize = 64;

/// What was found about one measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Independence {
    /// For how many numbers of features there were scores.
    pub(crate) scored: usize,
    /// The largest distance of a mean from 0, in standard errors.
    pub(crate) furthest: f64,
    /// The first sample whose mean is not 0, and was not 0 in a second sample either.
    pub(crate) biased: Option<Sample>,
}

/// The scores of independent data with this many features.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) features: usize,
    pub(crate) mean: f64,
    pub(crate) error: f64,
}

impl Sample {
    /// The mean in standard errors.
    pub(crate) fn deviation(&self) -> f64 {
        if self.mean == 0.0 { 0.0 } else { self.mean / self.error }
    }

    fn is_off(&self) -> bool {
        self.deviation().abs() > Tolerance::STANDARD_ERRORS.value
    }
}

/// Looks for a bias of each measure, on the same data for all; smaller numbers of features first, up to the first that
/// shows one.
pub(crate) fn independence<M: Measure>(measures: &[&M], seed: u64) -> Vec<Independence> {
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

/// The sample of each measure; none if it refuses such data.
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
