//! Recipes: representations given by a few readable numbers.

use std::fmt;

use ndarray::{Array1, Array2, Axis, concatenate};
use rsa_core::Representation;

use crate::random::{centered, normal, orthonormal_columns, stream};

/// Parameters from which a random representation is generated.
///
/// Recipes with equal `n_conditions` and `stimuli` model systems that saw the same stimuli: they share about half of
/// their variance. The singular values of the centered features are exact, so a test can keep them away from the cutoff
/// of a measure that truncates the spectrum.
///
/// # Example
/// ```
/// use rsa_laws::Recipe;
///
/// let recipe = Recipe { n_conditions: 12, n_features: 5, dead: 1, ..Recipe::default() };
/// let x = recipe.representation();
/// assert_eq!((x.n_conditions(), x.n_features()), (12, 5));
/// assert_eq!(x, recipe.representation());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    /// Number of conditions.
    pub n_conditions: usize,
    /// Number of features, constant ones included.
    pub n_features: usize,
    /// Number of directions, at most the number of features that vary and at most the number of conditions less one.
    pub rank: usize,
    /// Ratio of the largest to the smallest singular value of the centered features, which form a geometric series.
    pub conditioning: f64,
    /// Factor of all values.
    pub scale: f64,
    /// `true` to round the values to halves, so that patterns and dissimilarities repeat.
    ///
    /// `rank` and `conditioning` are then approximate.
    pub ties: bool,
    /// Number of constant (dead) features.
    pub dead: usize,
    /// Seed of the part that systems with the same stimuli share.
    pub stimuli: u64,
    /// Seed of the part that is specific to this system.
    pub seed: u64,
}

/// Declared precision of features that are linear combinations of other features.
///
/// Computing a linear combination, or rotating it, rounds. Where large terms cancel, the result has the rounding of the
/// large terms, which a measure could mistake for a direction of the data without the precision.
const COMPUTED: f64 = 4096.0 * f64::EPSILON;

/// Number of signals that represent the stimuli.
const SIGNALS: usize = 3;

impl Recipe {
    /// Generates the representation.
    ///
    /// # Panics
    /// If there are too few conditions or varying features for the rank.
    pub fn representation(&self) -> Representation {
        let (n, living) = (self.n_conditions, self.n_features - self.dead);
        assert!(self.rank <= living && self.rank < n, "{self} has no room for its rank");
        let rng = &mut stream(self.seed, 1);
        let axes = orthonormal_columns(&normal(rng, living, self.rank));
        let mean = normal(rng, 1, living) * 0.7;
        let length = (n as f64).sqrt();
        let spectrum = Array1::from(self.spectrum()) * length;
        let mut values = (self.directions() * &spectrum).dot(&axes.t()) + &mean;
        if self.ties {
            values.mapv_inplace(|value| (2.0 * value).round() / 2.0);
        }
        // 0.1 is not a binary fraction, so the computed mean of such a feature differs from its value.
        let constant = Array2::from_elem((n, self.dead), 0.1);
        let values = concatenate![Axis(1), values, constant] * self.scale;
        let precision = if self.rank < living { COMPUTED } else { f64::EPSILON };
        let x = Representation::new(values).and_then(|x| x.with_precision(precision));
        x.expect("a recipe makes finite numbers")
    }

    /// Generates the orthonormal directions over conditions, n × rank, largest variance first.
    pub(crate) fn directions(&self) -> Array2<f64> {
        let signals = normal(&mut stream(self.stimuli, 0), self.n_conditions, SIGNALS);
        let rng = &mut stream(self.seed, 0);
        let shared = signals.dot(&normal(rng, SIGNALS, self.rank)) / (SIGNALS as f64).sqrt();
        orthonormal_columns(&centered(shared + normal(rng, self.n_conditions, self.rank)))
    }

    /// Returns the singular values, largest first, divided by √n and the scale.
    pub fn spectrum(&self) -> Vec<f64> {
        let steps = (self.rank.max(2) - 1) as f64;
        (0..self.rank).map(|i| self.conditioning.powf(-(i as f64) / steps)).collect()
    }

    /// Returns the smallest distance between `share` and a share of variance that leading directions hold.
    pub fn distance_from_cut(&self, share: f64) -> f64 {
        let squares: Vec<f64> = self.spectrum().iter().map(|sigma| sigma * sigma).collect();
        let total: f64 = squares.iter().sum();
        let mut held = 0.0;
        let distances = squares.iter().map(|square| {
            held += square;
            (held / total - share).abs()
        });
        distances.fold(f64::INFINITY, f64::min)
    }
}

/// Recipe of eight conditions and three features.
impl Default for Recipe {
    fn default() -> Self {
        Self {
            n_conditions: 8,
            n_features: 3,
            rank: 3,
            conditioning: 2.0,
            scale: 1.0,
            ties: false,
            dead: 0,
            stimuli: 0,
            seed: 0,
        }
    }
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use rsa_core::linalg;

    use super::*;

    #[test]
    fn rank_and_conditioning_are_exact() {
        let recipe = Recipe {
            n_conditions: 14,
            n_features: 7,
            rank: 4,
            conditioning: 30.0,
            dead: 2,
            scale: 0.5,
            ..Recipe::default()
        };
        let x = recipe.representation();
        let centered = linalg::center(x.values(), x.precision()).values;
        let sigma = linalg::singular_values(centered.view()).unwrap();
        let unit = 0.5 * 14f64.sqrt();
        for (found, expected) in sigma.iter().zip(recipe.spectrum()) {
            assert!((found / unit - expected).abs() < 1e-13);
        }
        assert!(sigma[4] < 1e-13 && (sigma[0] / sigma[3] - 30.0).abs() < 1e-10);
        assert_eq!(x.values()[(3, 6)], 0.05);
    }

    #[test]
    fn ties_repeat_and_stimuli_are_shared() {
        let tied = Recipe { ties: true, n_conditions: 20, ..Recipe::default() }.representation();
        assert!(tied.values().iter().all(|value| (2.0 * value).fract() == 0.0));
        let shared = |stimuli: u64| -> f64 {
            let directions =
                |seed, stimuli| Recipe { n_conditions: 60, stimuli, seed, ..Recipe::default() }.directions();
            let mean = |k: u64| directions(2 * k, 1).t().dot(&directions(2 * k + 1, stimuli)).mapv(|v| v * v).sum();
            (0..20).map(mean).sum::<f64>() / 20.0
        };
        assert!(shared(1) > 2.0 * shared(2), "{} and {}", shared(1), shared(2));
    }

    #[test]
    fn the_distance_from_a_cut_is_that_of_the_nearest_share() {
        // The squared singular values are 1 and 1/4, so the shares of variance are 0.8 and 1.
        let recipe = Recipe { rank: 2, conditioning: 2.0, ..Recipe::default() };
        assert!((recipe.distance_from_cut(0.75) - 0.05).abs() < 1e-15);
        assert!((recipe.distance_from_cut(0.97) - 0.03).abs() < 1e-15);
    }
}
