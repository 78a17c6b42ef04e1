//! [`PairMoments`]: sums over pairs at every center, from which a comparison of values follows without an RDM.

use rsa_core::linalg::on_wide_registers;

use crate::models::ModelVectors;

/// Sums over the pairs seen so far at every center.
///
/// Dissimilarities are summed less the first one of their center, so that a common offset costs no digits.
pub(crate) struct PairMoments<'a> {
    models: &'a ModelVectors,
    n_pairs: usize,
    pivots: Vec<f64>,
    sums: Vec<f64>,
    squares: Vec<f64>,
    lows: Vec<f64>,
    highs: Vec<f64>,
    /// Model by model, a number for every center.
    products: Vec<f64>,
}

/// Similarities of a center with the models.
pub(crate) enum MomentScores {
    Scores(Vec<f64>),
    /// All dissimilarities are equal, or all zero.
    Constant,
    /// The variance is too small beside the offset: the RDM itself is needed.
    Cancelled,
}

/// Number of sums of a center beside one for each model.
pub(crate) const N_MOMENTS: usize = 5;

impl<'a> PairMoments<'a> {
    pub(crate) fn new(models: &'a ModelVectors, n_centers: usize) -> Self {
        let zeros = || vec![0.0; n_centers];
        Self {
            models,
            n_pairs: 0,
            pivots: zeros(),
            sums: zeros(),
            squares: zeros(),
            lows: vec![f64::INFINITY; n_centers],
            highs: vec![f64::NEG_INFINITY; n_centers],
            products: vec![0.0; n_centers * models.vectors.len()],
        }
    }

    /// Takes in the dissimilarities of the next pair, one for each center; they are changed.
    pub(crate) fn add(&mut self, dissimilarities: &mut [f64]) {
        let n = dissimilarities.len();
        if self.n_pairs == 0 && self.models.is_centered {
            // What is not finite stays so, and is found by the extremes.
            let pivots = self.pivots.iter_mut().zip(&*dissimilarities);
            pivots.for_each(|(pivot, value)| *pivot = if value.is_finite() { *value } else { 0.0 });
        }
        let pair = self.n_pairs;
        self.n_pairs += 1;
        let Self { models, pivots, sums, squares, lows, highs, products, .. } = self;
        let (pivots, sums, squares) = (&pivots[..n], &mut sums[..n], &mut squares[..n]);
        let (lows, highs) = (&mut lows[..n], &mut highs[..n]);
        on_wide_registers(
            #[inline(always)]
            || {
                for k in 0..n {
                    let value = dissimilarities[k];
                    // A NaN stays where it is met.
                    lows[k] = if value < lows[k] || value.is_nan() { value } else { lows[k] };
                    highs[k] = if value > highs[k] { value } else { highs[k] };
                    let less = value - pivots[k];
                    dissimilarities[k] = less;
                    sums[k] += less;
                    squares[k] += less * less;
                }
                for (model, products) in models.vectors.iter().zip(products.chunks_mut(n)) {
                    let own = model[pair];
                    for (product, value) in products.iter_mut().zip(&*dissimilarities) {
                        *product += own * value;
                    }
                }
            },
        );
    }

    /// Returns `true` if all dissimilarities of a center were finite.
    pub(crate) fn is_finite(&self, center: usize) -> bool {
        self.squares[center].is_finite() && self.lows[center].is_finite() && self.highs[center].is_finite()
    }

    /// Returns the similarities of a center, whose dissimilarities are known to within `rounding`.
    pub(crate) fn scores(&self, center: usize, rounding: f64) -> MomentScores {
        /// A sum of squares keeps ten digits if it loses no more than six.
        const LOST: f64 = 1e-6;
        /// Spacing of numbers that may differ by rounding alone, as in `rsa-stats`.
        const ROUNDING: f64 = 64.0 * f64::EPSILON;
        let (sum, square) = (self.sums[center], self.squares[center]);
        let [low, high] = [self.lows[center], self.highs[center]];
        let length = match self.models.is_centered {
            true => {
                if high - low <= rounding.max(ROUNDING * low.abs().max(high.abs())) {
                    return MomentScores::Constant;
                }
                let left = square - sum * sum / self.n_pairs as f64;
                if left <= LOST * square {
                    return MomentScores::Cancelled;
                }
                left.sqrt()
            }
            false => square.sqrt(),
        };
        if length == 0.0 {
            return if low == high { MomentScores::Constant } else { MomentScores::Cancelled };
        }
        let products = self.products.iter().skip(center).step_by(self.sums.len());
        MomentScores::Scores(products.map(|product| (product / length).clamp(-1.0, 1.0)).collect())
    }
}
