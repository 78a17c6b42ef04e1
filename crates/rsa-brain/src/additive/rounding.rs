//! Bounds on the rounding of dissimilarities, which are sums over voxels too.
//!
//! Rank comparisons tie dissimilarities that differ by no more than their rounding. The bounds follow those of
//! `rsa-core`, with sums in the place of the largest value of a sphere where a largest value is no sum.

use super::{AdditiveTerms, TermForm, rule::SumFinish};

/// Number of sums that a bound needs.
pub(crate) const N_ERRORS: usize = 3;

/// Bound on the difference of two distances that are equal before rounding, in units of precision times mean size.
const OF_MEAN: f64 = 4.0;

/// Terms of some voxels that bounds are made of.
pub(super) struct ErrorTerms<'a> {
    /// The squared size of a voxel in the largest of all patterns.
    sizes: &'a mut [f64],
    /// The weight of a voxel in distances.
    weights: &'a mut [f64],
    /// Weight times mean square.
    weighted: &'a mut [f64],
}

impl<'a> ErrorTerms<'a> {
    pub(super) fn new(rows: &'a mut [f64], width: usize) -> Self {
        let (sizes, rest) = rows.split_at_mut(width);
        let (weights, weighted) = rest.split_at_mut(width);
        Self { sizes, weights, weighted }
    }

    /// Takes the patterns between which there are distances, as they are before they are centered.
    ///
    /// Voxels count by their variance, and all alike where they are divided by their noise.
    pub(super) fn add_distances(&mut self, patterns: &[f64], is_whitened: bool) {
        self.for_each_voxel(patterns, |values, [size, weight, weighted]| {
            let Moments { mean, mean_square, variance } = Moments::of(values.clone());
            *size = values.map(|value| (value - mean).powi(2)).fold(0.0, f64::max);
            *weight = if is_whitened { 1.0 } else { variance };
            *weighted = *weight * mean_square;
        });
    }

    /// Takes patterns whose absolute differences are summed.
    pub(super) fn add_sizes(&mut self, patterns: &[f64]) {
        self.for_each_voxel(patterns, |values, [size, _, weighted]| {
            let moments = Moments::of(values.clone());
            *size = values.map(f64::abs).fold(0.0, f64::max);
            *weighted = if moments.variance > 0.0 { moments.mean_square } else { 0.0 };
        });
    }

    /// Takes patterns that are divided by their length.
    pub(super) fn add_lengths(&mut self, patterns: &[f64]) {
        self.for_each_voxel(patterns, |values, [size, _, _]| {
            *size = values.map(|value| value * value).fold(0.0, f64::max);
        });
    }

    /// Takes rates and their logarithms, in turn.
    pub(super) fn add_divergences(&mut self, maps: &[f64]) {
        let width = self.sizes.len();
        for k in 0..width {
            let rates: Vec<f64> = maps[k..].iter().step_by(2 * width).copied().collect();
            let logarithms: Vec<f64> = maps[width + k..].iter().step_by(2 * width).copied().collect();
            let (rate, logarithm) =
                (Moments::of(rates.iter().copied()).mean, Moments::of(logarithms.iter().copied()).mean);
            let both = || rates.iter().zip(&logarithms).map(|(r, l)| (r - rate, l - logarithm, r));
            self.sizes[k] = both().map(|(r, l, _)| (r * l).abs()).fold(0.0, f64::max);
            self.weighted[k] = both().map(|(r, l, own)| (own * l + r).powi(2)).fold(0.0, f64::max);
        }
    }

    fn for_each_voxel(
        &mut self,
        patterns: &[f64],
        mut take: impl FnMut(std::iter::Copied<std::iter::StepBy<std::slice::Iter<'_, f64>>>, [&mut f64; 3]),
    ) {
        let width = self.sizes.len();
        let rows = self.sizes.iter_mut().zip(&mut *self.weights).zip(&mut *self.weighted).enumerate();
        for (k, ((size, weight), weighted)) in rows {
            take(patterns[k..].iter().step_by(width).copied(), [size, weight, weighted]);
        }
    }
}

/// Mean, mean square and variance of some values.
struct Moments {
    mean: f64,
    mean_square: f64,
    variance: f64,
}

impl Moments {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let (count, sum) = values.clone().fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
        let mean = sum / count;
        let variance = values.map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        Self { mean, mean_square: variance + mean * mean, variance }
    }
}

impl AdditiveTerms {
    /// Bounds the rounding of the dissimilarities of a sphere from the sums of its error terms.
    ///
    /// `shortest` is the squared length of the shortest pattern, for dissimilarities of patterns that are divided by
    /// their length.
    pub(crate) fn rounding(&self, [size, weight, weighted]: [f64; N_ERRORS], n_voxels: f64, shortest: f64) -> f64 {
        let arithmetic = (16.0 + n_voxels.sqrt()) * f64::EPSILON;
        let longest = size.sqrt();
        let bound = match &self.form {
            TermForm::Squares { finish: SumFinish::Root, .. } => {
                2.0 * arithmetic * longest + self.pattern_error(weight, weighted)
            }
            TermForm::Absolute => arithmetic * size + OF_MEAN * self.precision * weighted.sqrt(),
            TermForm::Divergence => (4.0 * arithmetic * size + OF_MEAN * self.precision * weighted.sqrt()) / n_voxels,
            form if form.is_unit() => {
                let whole = (size / shortest).sqrt();
                let error = arithmetic * whole.max(1.0) + OF_MEAN * self.precision * whole / n_voxels.sqrt();
                (2.0 + error) * error
            }
            form => {
                let error = self.pattern_error(weight, weighted);
                let bound = 16.0 * arithmetic * size + 2.0 * (2.0 * longest + error) * error;
                // Every form but the plain sum of squares is a mean over voxels.
                if *form == (TermForm::Squares { maps: 1, finish: SumFinish::Sum }) { bound } else { bound / n_voxels }
            }
        };
        if bound.is_finite() { bound } else { 0.0 }
    }

    /// Bounds the error of a distance of two patterns due to the spacing of their numbers.
    fn pattern_error(&self, weight: f64, weighted: f64) -> f64 {
        if weight > 0.0 { OF_MEAN * self.precision * (weighted / weight).sqrt() } else { 0.0 }
    }
}
