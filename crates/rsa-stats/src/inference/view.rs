//! [`View`]: the pairs that a resample or a fold looks at, and how often each counts.

use std::sync::OnceLock;

use rsa_core::{Error, Result, condensed};

use crate::{Multiplicities, whitening::IndependentNoise};

/// The conditions that occur, each once with its count, and all pairs of them.
pub(crate) struct View {
    n_conditions: usize,
    /// How often each of the conditions that occur does.
    counts: Vec<u32>,
    /// The place of each pair among the pairs of all conditions, in condensed order of those that occur.
    pub(crate) pairs: Vec<u32>,
    /// How often each of `pairs` counts, 0 if it is missing; `None` if each counts once.
    pub(crate) copies: Option<Copies>,
    places: OnceLock<Vec<Place>>,
}

/// Where one of the pairs of all conditions stands in a view: its place among the pairs that occur, or after the last if
/// it does not occur or is missing; and how often it counts.
pub(crate) type Place = (u32, u32);

/// The weights of pairs.
pub(crate) struct Copies {
    /// By place among the pairs that occur.
    pub(crate) counts: Vec<u32>,
    /// The same as numbers.
    pub(crate) weights: Vec<f64>,
    /// Their roots.
    pub(crate) roots: Vec<f64>,
    /// Their sum.
    pub(crate) total: u32,
    /// Whether some are 0.
    some_missing: bool,
}

/// Beyond this the pairs of a resample are more than 32 bits count.
pub(crate) const MOST_CONDITIONS: usize = 46_340;

impl View {
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
            return Ok(Self { n_conditions: n, counts, pairs, copies: None, places: OnceLock::new() });
        }
        let mut copies = Vec::with_capacity(pairs.len());
        for (a, &count) in counts.iter().enumerate() {
            copies.extend(counts[a + 1..].iter().map(|other| count * other));
        }
        if let Some(present) = present {
            copies.iter_mut().zip(&pairs).for_each(|(count, &pair)| *count *= u32::from(present[pair as usize]));
        }
        let counted = copies.iter().filter(|&&count| count > 0).count();
        if counted < 2 {
            return Err(Error::degenerate("fewer than two dissimilarities are present", "at least two are needed"));
        }
        let weights: Vec<f64> = copies.iter().map(|&count| f64::from(count)).collect();
        let roots = weights.iter().map(|weight| weight.sqrt()).collect();
        let total = copies.iter().sum();
        let some_missing = counted < copies.len();
        let copies = Some(Copies { counts: copies, weights, roots, total, some_missing });
        Ok(Self { n_conditions: n, counts, pairs, copies, places: OnceLock::new() })
    }

    /// How many pairs count, copies included.
    pub(crate) fn total(&self) -> f64 {
        self.copies.as_ref().map_or(self.pairs.len() as f64, |copies| f64::from(copies.total))
    }

    /// Where each pair of all conditions stands.
    pub(crate) fn places(&self) -> &[Place] {
        self.places.get_or_init(|| {
            let mut places = vec![(self.pairs.len() as u32, 0); condensed::n_pairs(self.n_conditions)];
            for (place, &pair) in self.pairs.iter().enumerate() {
                places[pair as usize] = self.place(place);
            }
            places
        })
    }

    /// Where one of the pairs that occur stands.
    pub(crate) fn place(&self, place: usize) -> Place {
        let count = self.copies.as_ref().map_or(1, |copies| copies.counts[place]);
        (if count > 0 { place as u32 } else { self.pairs.len() as u32 }, count)
    }

    pub(crate) fn weights(&self) -> Option<&[f64]> {
        self.copies.as_ref().map(|copies| copies.weights.as_slice())
    }

    /// How often each pair counts, if some are missing.
    pub(crate) fn missing(&self) -> Option<&Copies> {
        self.copies.as_ref().filter(|copies| copies.some_missing)
    }

    /// What whitens these pairs.
    pub(crate) fn noise(&self) -> Result<IndependentNoise> {
        let drawn = self.copies.as_ref().map(|_| Multiplicities::new(self.counts.clone())).transpose()?;
        IndependentNoise::new(self.counts.len(), self.weights(), drawn.as_ref())
    }
}
