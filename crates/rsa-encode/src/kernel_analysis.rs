//! [`KernelAnalysis`]: how precisely classes can be told apart with functions of limited complexity.

use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;
use rsa_core::{
    Error, Measurements, Observer, Result,
    linalg::{self, squared_distances},
};

use crate::shuffle::{drawn, shuffled};

/// Kernel ridge regression of class labels over a range of penalties, with Gaussian kernels.
///
/// For each penalty λ, the width of the kernel with the lowest leave-one-out error is taken. The precision 1 − error
/// against the complexity 1/λ shows whether a representation needs simple or complex functions to tell classes apart.
///
/// Widths are 32 multiples of the median distance of two observations, from .1 to 10, and penalties 56 numbers from
/// 10⁻⁴ to 10³, both with equal ratios.
///
/// References: Montavon, Braun & Müller 2011, JMLR 12:2563; Cadieu et al. 2014, doi:10.1371/journal.pcbi.1003963.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelAnalysis {
    /// The observations of each curve.
    pub resampling: KernelResampling,
}

/// The observations that a kernel analysis takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KernelResampling {
    /// All observations, once.
    #[default]
    All,
    /// Random shares of 80 % of each class, without replacement.
    Subsets {
        /// Number of draws.
        times: usize,
        /// Seed of the draws.
        seed: u64,
    },
    /// Random draws of 80 % of each class with replacement, as in Cadieu et al. 2014.
    ///
    /// An observation that is drawn twice predicts itself, so precision is far above 0 even for labels without meaning.
    Bootstrap {
        /// Number of draws.
        times: usize,
        /// Seed of the draws.
        seed: u64,
    },
}

/// Precision against complexity.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelCurve {
    /// λ, from small to large.
    pub penalties: Vec<f64>,
    /// 1 − leave-one-out error at each penalty: 1 for perfect predictions, about 0 for guessing, below 0 for worse.
    pub precisions: Vec<f64>,
    /// The width with the lowest error at each penalty, as a multiple of the median distance.
    pub widths: Vec<f64>,
}

const WIDTHS: usize = 32;
const PENALTIES: usize = 56;
const SHARE: f64 = 0.8;

impl KernelAnalysis {
    /// Computes the curve of each draw of the observations, whose conditions are the classes.
    ///
    /// # Errors
    /// `TooFewConditions` for one class or fewer than three observations, `Degenerate` if more than half of the pairs of
    /// observations are equal, `InvalidParameter` without draws, `NotConverged`, `Cancelled`.
    pub fn curves(&self, x: &Measurements, observer: &dyn Observer) -> Result<Vec<KernelCurve>> {
        if x.n_conditions() < 2 {
            return Err(Error::too_few_conditions(2, x.n_conditions(), "kernel analysis tells classes apart"));
        }
        let (times, seed, replace) = match self.resampling {
            KernelResampling::All => return Ok(vec![curve(x, observer)?]),
            KernelResampling::Subsets { times, seed } => (times, seed, false),
            KernelResampling::Bootstrap { times, seed } => (times, seed, true),
        };
        if times == 0 {
            return Err(Error::invalid_parameter("the number of draws", "at least 1", times));
        }
        (0..times as u64).map(|draw| curve(&x.select(&resampled(x, seed, draw, replace))?, observer)).collect()
    }
}

impl KernelCurve {
    /// Returns the mean precision over the logarithm of complexity, by the trapezoid rule.
    pub fn area(&self) -> f64 {
        let logs: Vec<f64> = self.penalties.iter().map(|penalty| penalty.log10()).collect();
        let steps = logs.windows(2).zip(self.precisions.windows(2));
        let sum: f64 = steps.map(|(log, precision)| (log[1] - log[0]) * (precision[0] + precision[1]) / 2.0).sum();
        sum / (logs[logs.len() - 1] - logs[0])
    }

    /// Returns the largest precision, and the complexity 1/λ at which it is reached.
    pub fn largest(&self) -> (f64, f64) {
        let all = self.precisions.iter().zip(&self.penalties).map(|(&precision, penalty)| (precision, 1.0 / penalty));
        all.reduce(|best, other| if other.0 > best.0 { other } else { best }).expect("there are penalties")
    }
}

/// Returns the observations of a draw, in rising order.
fn resampled(x: &Measurements, seed: u64, draw: u64, replace: bool) -> Vec<usize> {
    let n_classes = x.n_conditions();
    let mut members = vec![Vec::new(); n_classes];
    x.condition_of().iter().enumerate().for_each(|(row, &class)| members[class].push(row));
    let mut rows = Vec::new();
    for (class, members) in members.iter().enumerate() {
        let size = ((SHARE * members.len() as f64).round() as usize).max(1);
        let stream = draw * n_classes as u64 + class as u64;
        let places = match replace {
            false => shuffled(seed, stream, members.len()),
            true => drawn(seed, stream, members.len(), size),
        };
        rows.extend(places.into_iter().take(size).map(|at| members[at]));
    }
    rows.sort_unstable();
    rows
}

fn curve(x: &Measurements, observer: &dyn Observer) -> Result<KernelCurve> {
    let n = x.n_observations();
    if n < 3 {
        return Err(Error::too_few_conditions(3, n, "kernel analysis leaves one observation out"));
    }
    let distances = squared_distances(x.values())?;
    let median = median(distances.values.iter().map(|square| square.sqrt()).collect());
    if median == 0.0 {
        return Err(Error::degenerate(
            "more than half of the pairs of observations are equal, so no width of a kernel fits them",
            "leave repeated observations out",
        ));
    }
    let labels = standardized_labels(x);
    let ratio =
        |at: usize, count: usize, low: f64, high: f64| 10f64.powf(low + (high - low) * at as f64 / (count - 1) as f64);
    let penalties: Vec<f64> = (0..PENALTIES).map(|at| ratio(at, PENALTIES, -4.0, 3.0)).collect();
    let errors = |at: usize| {
        observer.ensure_going("the kernel analysis")?;
        let width = ratio(at, WIDTHS, -1.0, 1.0);
        // Distances in units of the width: exponents of the kernel are scale-free.
        let unit = width * median;
        let kernel =
            distances.values.iter().map(|square| (-0.5 * (square.sqrt() / unit).powi(2)).exp()).collect::<Vec<_>>();
        let mut kernel = rsa_core::condensed::to_square(&kernel, n);
        kernel.diag_mut().fill(1.0);
        Ok((width, leave_one_out_errors(&kernel, &labels, &penalties)?))
    };
    let by_width: Vec<(f64, Vec<f64>)> = (0..WIDTHS).into_par_iter().map(errors).collect::<Result<_>>()?;
    let best = |at: usize| {
        let errors = by_width.iter().map(|(width, errors)| (errors[at], *width));
        errors.reduce(|best, other| if other.0 < best.0 { other } else { best }).expect("there are widths")
    };
    let (precisions, widths) = (0..PENALTIES).map(best).map(|(error, width)| (1.0 - error, width)).unzip();
    Ok(KernelCurve { penalties, precisions, widths })
}

/// Returns the mean squared leave-one-out error at each penalty.
///
/// With θ = (K + λI)⁻¹Y, the error of observation i is θᵢ divided by the i-th diagonal entry of the inverse.
fn leave_one_out_errors(kernel: &Array2<f64>, labels: &Array2<f64>, penalties: &[f64]) -> Result<Vec<f64>> {
    let linalg::Eigh { values, vectors } = linalg::eigh(kernel.view())?;
    let coordinates = linalg::product(vectors.t(), labels.view())?;
    let squares = vectors.mapv(|value| value * value);
    let mut errors = Vec::with_capacity(penalties.len());
    for penalty in penalties {
        let inverse: Array1<f64> = values.iter().map(|value| 1.0 / (value.max(0.0) + penalty)).collect();
        let weighted = &coordinates * &inverse.view().insert_axis(Axis(1));
        let theta = linalg::product(vectors.view(), weighted.view())?;
        let diagonal = squares.dot(&inverse);
        let sum: f64 = theta.rows().into_iter().zip(&diagonal).map(|(row, entry)| row.dot(&row) / entry / entry).sum();
        errors.push(sum / labels.len() as f64);
    }
    Ok(errors)
}

/// Returns one column for each class, 1 for its observations and 0 for others, of mean 0 and variance 1.
fn standardized_labels(x: &Measurements) -> Array2<f64> {
    let n = x.n_observations() as f64;
    let mut labels = Array2::zeros((x.n_observations(), x.n_conditions()));
    x.condition_of().iter().enumerate().for_each(|(row, &class)| labels[(row, class)] = 1.0);
    for mut column in labels.columns_mut() {
        let share = column.sum() / n;
        let deviation = (share * (1.0 - share)).sqrt();
        column.mapv_inplace(|value| (value - share) / deviation);
    }
    labels
}

fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    let even = values.len().is_multiple_of(2);
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    match even {
        true => (below.iter().copied().fold(f64::NEG_INFINITY, f64::max) + upper) / 2.0,
        false => upper,
    }
}
