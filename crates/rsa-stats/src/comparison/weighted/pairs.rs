//! [`WeightedPairs`]: the pairs of conditions that a resample or a fold contains, and how often each counts.

use std::sync::OnceLock;

use rsa_core::{Error, Result, condensed, linalg::dot};

use crate::{Multiplicities, whitening::IndependentNoise};

/// The conditions that occur in a resample, each once with its count, and all pairs of them.
#[derive(Debug)]
pub(crate) struct WeightedPairs {
    n_conditions: usize,
    /// The number of times that each of the conditions that occur was drawn.
    counts: Vec<u32>,
    /// The index of each pair among the pairs of all conditions, in condensed order of the conditions that occur.
    pub(crate) pairs: Vec<u32>,
    /// The weights of `pairs`, 0 for a missing pair; `None` if each counts once.
    pub(crate) weights: Option<PairWeights>,
    positions: OnceLock<Vec<Position>>,
}

/// The position of a pair among the pairs that occur, and how often it counts.
///
/// A pair that does not occur or is missing has the position after the last and counts 0 times.
pub(crate) type Position = (u32, u32);

/// The weights of pairs, in the order of the pairs that occur.
#[derive(Debug)]
pub(crate) struct PairWeights {
    /// Products of the counts of two conditions.
    pub(crate) counts: Vec<u32>,
    /// The counts as floating-point numbers.
    pub(crate) values: Vec<f64>,
    /// Square roots of the counts.
    pub(crate) roots: Vec<f64>,
    /// The sum of the counts.
    pub(crate) total: u32,
    /// `true` if some pair is missing.
    some_missing: bool,
}

/// Most conditions of which a resample has no more pairs than 32 bits count.
pub(crate) const MOST_CONDITIONS: usize = 46_340;

impl WeightedPairs {
    /// Takes how often each condition occurs, and which pairs are present (`None`: all).
    ///
    /// # Errors
    /// `TooFewConditions` unless three different conditions occur, `Degenerate` without two present pairs.
    pub(crate) fn new(drawn: &[u32], present: Option<&[bool]>) -> Result<Self> {
        let n = drawn.len();
        let occurring: Vec<usize> = (0..n).filter(|&i| drawn[i] > 0).collect();
        if occurring.len() < 3 {
            let why = "fewer have no pattern of dissimilarities";
            return Err(Error::too_few_conditions(3, occurring.len(), why));
        }
        let counts: Vec<u32> = occurring.iter().map(|&i| drawn[i]).collect();
        let mut pairs = Vec::with_capacity(condensed::n_pairs(occurring.len()));
        for (a, &i) in occurring.iter().enumerate() {
            let row = condensed::index(n, i, i + 1);
            #[allow(clippy::cast_possible_truncation, reason = "the pairs of the conditions allowed fit 32 bits")]
            pairs.extend(occurring[a + 1..].iter().map(|&j| (row + j - i - 1) as u32));
        }
        if present.is_none() && counts.iter().all(|&count| count == 1) {
            return Ok(Self { n_conditions: n, counts, pairs, weights: None, positions: OnceLock::new() });
        }
        let weights = Some(PairWeights::new(&counts, &pairs, present)?);
        Ok(Self { n_conditions: n, counts, pairs, weights, positions: OnceLock::new() })
    }

    /// Returns the number of pairs, each as often as it counts.
    pub(crate) fn total(&self) -> f64 {
        self.weights.as_ref().map_or(self.pairs.len() as f64, |weights| f64::from(weights.total))
    }

    /// Returns the number of different pairs that are present.
    pub(crate) fn n_present(&self) -> usize {
        match &self.weights {
            None => self.pairs.len(),
            Some(weights) => weights.counts.iter().filter(|&&count| count > 0).count(),
        }
    }

    /// Returns the position of each pair of all conditions.
    pub(crate) fn positions(&self) -> &[Position] {
        self.positions.get_or_init(|| {
            let mut positions = vec![(self.pairs.len() as u32, 0); condensed::n_pairs(self.n_conditions)];
            for (place, &pair) in self.pairs.iter().enumerate() {
                positions[pair as usize] = self.position(place);
            }
            positions
        })
    }

    /// Returns the position of one of the pairs that occur.
    pub(crate) fn position(&self, place: usize) -> Position {
        let count = self.weights.as_ref().map_or(1, |weights| weights.counts[place]);
        (if count > 0 { place as u32 } else { self.pairs.len() as u32 }, count)
    }

    /// Returns how often each pair counts, or `None` if each counts once.
    pub(crate) fn weights(&self) -> Option<&[f64]> {
        self.weights.as_ref().map(|weights| weights.values.as_slice())
    }

    /// Returns how often each pair counts, if some are missing.
    pub(crate) fn missing(&self) -> Option<&PairWeights> {
        self.weights.as_ref().filter(|weights| weights.some_missing)
    }

    /// Returns the whitening by independent noise of the conditions, for these pairs.
    pub(crate) fn noise(&self) -> Result<IndependentNoise> {
        let drawn = self.weights.as_ref().map(|_| Multiplicities::new(self.counts.clone())).transpose()?;
        IndependentNoise::new(self.counts.len(), self.weights(), drawn.as_ref())
    }

    /// Sets the values of pairs that are missing to 0.
    pub(crate) fn zero_missing(&self, values: &mut [f64]) {
        if let Some(weights) = self.missing() {
            let missing = values.iter_mut().zip(&weights.counts).filter(|(_, count)| **count == 0);
            missing.for_each(|(value, _)| *value = 0.0);
        }
    }

    /// Returns Σ w·a·b.
    pub(crate) fn product(&self, a: &[f64], b: &[f64]) -> f64 {
        match self.weights() {
            None => dot(a, b),
            Some(weights) => {
                let weighted: Vec<f64> = a.iter().zip(weights).map(|(a, weight)| a * weight).collect();
                dot(&weighted, b)
            }
        }
    }
}

impl PairWeights {
    /// Takes the counts of the conditions that occur, and the pairs that they form.
    fn new(conditions: &[u32], pairs: &[u32], present: Option<&[bool]>) -> Result<Self> {
        let mut counts = Vec::with_capacity(pairs.len());
        for (a, &count) in conditions.iter().enumerate() {
            counts.extend(conditions[a + 1..].iter().map(|other| count * other));
        }
        if let Some(present) = present {
            counts.iter_mut().zip(pairs).for_each(|(count, &pair)| *count *= u32::from(present[pair as usize]));
        }
        let counted = counts.iter().filter(|&&count| count > 0).count();
        if counted < 2 {
            return Err(Error::degenerate("fewer than two dissimilarities are present", "at least two are needed"));
        }
        let values: Vec<f64> = counts.iter().map(|&count| f64::from(count)).collect();
        let roots = values.iter().map(|value| value.sqrt()).collect();
        let total = counts.iter().sum();
        let some_missing = counted < counts.len();
        Ok(Self { counts, values, roots, total, some_missing })
    }
}
