//! SMACOF: moves points step by step so that the stress never rises.

use ndarray::{Array2, ArrayView1, Axis};
use rayon::prelude::*;
use rsa_core::{Error, Observer, Result, condensed, linalg};

use super::isotonic;

/// Relative decrease of the stress below which a step is the last.
const STANDSTILL: f64 = 1e-9;

/// The dissimilarities of all pairs, NaN if missing, and the matrix that a step needs if pairs are missing.
pub(super) struct Pairs {
    n: usize,
    values: Vec<f64>,
    /// The pseudo-inverse of V, the Laplacian of the pairs that are present.
    ///
    /// Without missing pairs it multiplies centered points by 1/n and is not stored.
    inverse: Option<Array2<f64>>,
}

/// The points where the stress stood still.
pub(super) struct SmacofResult {
    pub(super) points: Array2<f64>,
    /// Values to which the distances were fitted.
    pub(super) fitted: Vec<f64>,
    pub(super) steps: u32,
    pub(super) converged: bool,
}

impl Pairs {
    /// Takes the dissimilarities of `n` conditions.
    ///
    /// # Errors
    /// `Degenerate` if missing pairs leave some conditions unconnected with others.
    pub(super) fn new(n: usize, values: Vec<f64>) -> Result<Self> {
        let inverse = match values.iter().any(|value| value.is_nan()) {
            true => Some(inverse(n, &values)?),
            false => None,
        };
        Ok(Self { n, values, inverse })
    }

    pub(super) fn n(&self) -> usize {
        self.n
    }

    /// Returns the dissimilarity of two conditions, 0 for one with itself.
    pub(super) fn get(&self, i: usize, j: usize) -> f64 {
        if i == j { 0.0 } else { self.values[condensed::index(self.n, i.min(j), i.max(j))] }
    }

    /// Returns the mean of the dissimilarities that are present.
    pub(super) fn mean(&self) -> f64 {
        let present = || self.values.iter().filter(|value| !value.is_nan());
        present().sum::<f64>() / present().count() as f64
    }

    /// Returns the points after one step (the Guttman transform) V⁺B(X)X, towards distances `fitted`.
    fn step(&self, points: &Array2<f64>, fitted: &Array2<f64>) -> Result<Array2<f64>> {
        let rows: Vec<_> = (0..self.n)
            .into_par_iter()
            .map(|i| {
                let (x, mut moved) = (points.row(i), vec![0.0; points.ncols()]);
                for (j, y) in points.rows().into_iter().enumerate() {
                    let (target, apart) = (fitted[(i, j)], distance(x, y));
                    // Two points at one place have no direction in which to move.
                    if apart > 0.0 && !target.is_nan() {
                        let pull = target / apart;
                        moved.iter_mut().zip(x.iter().zip(y)).for_each(|(m, (x, y))| *m += pull * (x - y));
                    }
                }
                moved
            })
            .collect();
        let moved = Array2::from_shape_fn(points.dim(), |(i, k)| rows[i][k]);
        match &self.inverse {
            Some(inverse) => linalg::product(inverse.view(), moved.view()),
            None => Ok(moved / self.n as f64),
        }
    }

    /// Returns `values` of the pairs as a square, so that its rows are contiguous.
    fn square(&self, values: &[f64]) -> Array2<f64> {
        Array2::from_shape_fn((self.n, self.n), |(i, j)| match i == j {
            true => f64::NAN,
            false => values[condensed::index(self.n, i.min(j), i.max(j))],
        })
    }
}

/// Returns V⁺ = (V + 11ᵀ/n)⁻¹ − 11ᵀ/n, by an eigendecomposition.
fn inverse(n: usize, values: &[f64]) -> Result<Array2<f64>> {
    let mut laplacian = Array2::zeros((n, n));
    for ((i, j), value) in condensed::pairs(n).zip(values) {
        if !value.is_nan() {
            laplacian[(i, j)] = -1.0;
            laplacian[(j, i)] = -1.0;
            laplacian[(i, i)] += 1.0;
            laplacian[(j, j)] += 1.0;
        }
    }
    if !is_connected(&laplacian) {
        return Err(Error::degenerate(
            "missing pairs leave conditions unconnected, so that their places are free",
            "map the connected conditions by themselves",
        ));
    }
    let center = 1.0 / n as f64;
    let eigen = linalg::eigh((laplacian + center).view())?;
    let scaled = &eigen.vectors / &ndarray::Array1::from(eigen.values);
    Ok(linalg::product(scaled.view(), eigen.vectors.t())? - center)
}

/// Returns `true` if pairs that are present connect every condition with the first.
fn is_connected(laplacian: &Array2<f64>) -> bool {
    let mut reached = vec![false; laplacian.nrows()];
    reached[0] = true;
    let mut from = vec![0];
    while let Some(i) = from.pop() {
        for (j, entry) in laplacian.row(i).iter().enumerate() {
            if *entry < 0.0 && !reached[j] {
                reached[j] = true;
                from.push(j);
            }
        }
    }
    reached.into_iter().all(|reached| reached)
}

/// Lowers the stress of distances that follow the dissimilarities.
///
/// # Errors
/// `Cancelled` if the observer says so.
pub(super) fn metric(
    pairs: &Pairs,
    mut points: Array2<f64>,
    max_steps: u32,
    observer: &dyn Observer,
) -> Result<SmacofResult> {
    let square = pairs.square(&pairs.values);
    let fitted = pairs.values.clone();
    let mut before = stress(&distances(&points), &fitted);
    for step in 1..=max_steps {
        begin_step(observer, step, max_steps)?;
        points = pairs.step(&points, &square)?;
        let now = stress(&distances(&points), &fitted);
        if before - now <= STANDSTILL * before {
            return Ok(SmacofResult { points, fitted, steps: step, converged: true });
        }
        before = now;
    }
    Ok(SmacofResult { points, fitted, steps: max_steps, converged: false })
}

/// Lowers the stress of distances that follow the order of the dissimilarities.
///
/// Dissimilarities that differ by `rounding` or less are tied.
///
/// # Errors
/// `Cancelled` if the observer says so.
pub(super) fn ordinal(
    pairs: &Pairs,
    mut points: Array2<f64>,
    rounding: f64,
    max_steps: u32,
    observer: &dyn Observer,
) -> Result<SmacofResult> {
    let tied = runs(&pairs.values, rounding);
    let size = root_mean_square(&pairs.values);
    let mut apart = distances(&points);
    let mut fitted = rising(&tied, &apart, size);
    let mut before = stress(&apart, &fitted);
    for step in 1..=max_steps {
        begin_step(observer, step, max_steps)?;
        points = pairs.step(&points, &pairs.square(&fitted))?;
        apart = distances(&points);
        fitted = rising(&tied, &apart, size);
        let now = stress(&apart, &fitted);
        // A stress that consists of rounding does not fall forever.
        if before - now <= STANDSTILL * before || now < 1e-9 {
            return Ok(SmacofResult { points, fitted, steps: step, converged: true });
        }
        before = now;
    }
    Ok(SmacofResult { points, fitted, steps: max_steps, converged: false })
}

/// Reports the steps that are done, and asks whether to go on.
fn begin_step(observer: &dyn Observer, step: u32, max_steps: u32) -> Result<()> {
    observer.ensure_going("multidimensional scaling")?;
    observer.progress("steps of multidimensional scaling", u64::from(step - 1), u64::from(max_steps));
    Ok(())
}

/// Returns the indices of the values that are present, in rising order, in runs of ties.
fn runs(values: &[f64], rounding: f64) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..values.len()).filter(|&k| !values[k].is_nan()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for k in order {
        match runs.last_mut() {
            Some(run) if values[k] - values[run[0]] <= rounding => run.push(k),
            _ => runs.push(vec![k]),
        }
    }
    runs
}

/// Returns the rising function of the dissimilarities nearest to the distances, by isotonic regression.
///
/// Its values have the root mean square `size`. Tied dissimilarities stand in the order of their distances.
fn rising(tied: &[Vec<usize>], distances: &[f64], size: f64) -> Vec<f64> {
    let mut order = Vec::with_capacity(distances.len());
    for run in tied {
        let mut run = run.clone();
        run.sort_by(|&a, &b| distances[a].total_cmp(&distances[b]));
        order.append(&mut run);
    }
    let mut fit: Vec<f64> = order.iter().map(|&k| distances[k]).collect();
    isotonic::fit(&mut fit);
    let scale = size / root_mean_square(&fit);
    let mut fitted = vec![f64::NAN; distances.len()];
    order.into_iter().zip(fit).for_each(|(k, value)| fitted[k] = value * scale);
    fitted
}

fn root_mean_square(values: &[f64]) -> f64 {
    let present = || values.iter().filter(|value| !value.is_nan());
    (present().map(|value| value * value).sum::<f64>() / present().count() as f64).sqrt()
}

fn distance(x: ArrayView1<'_, f64>, y: ArrayView1<'_, f64>) -> f64 {
    x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt()
}

/// Returns the distances between all points, in condensed order.
pub(super) fn distances(points: &Array2<f64>) -> Vec<f64> {
    let rows: Vec<_> = points.axis_iter(Axis(0)).collect();
    condensed::pairs(rows.len()).map(|(i, j)| distance(rows[i], rows[j])).collect()
}

/// Returns Kruskal's stress-1 at the best scale; a `fitted` value of NaN is a missing pair.
pub(super) fn stress(distances: &[f64], fitted: &[f64]) -> f64 {
    let present = || distances.iter().zip(fitted).filter(|(_, f)| !f.is_nan());
    let [mut dd, mut df, mut ff] = [0.0; 3];
    for (d, f) in present() {
        dd += d * d;
        df += d * f;
        ff += f * f;
    }
    // Squared differences are summed because 1 − (a share near 1) would lose the digits of a small stress.
    let scale = df / ff;
    (present().map(|(d, f)| (d - scale * f).powi(2)).sum::<f64>() / dd).sqrt()
}
