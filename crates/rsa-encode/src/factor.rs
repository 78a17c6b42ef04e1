//! [`TrainFactor`]: the directions of the training conditions, from which all linear maps follow.

use ndarray::{Array2, ArrayView2, Axis, Slice};
use rsa_core::{
    Result,
    linalg::{self, numerical_rank, rank_tolerance, rounding_noise},
};

use crate::{SplitFold, SplitResponses};

/// The singular value decomposition of the centered training rows, X = UΣVᵀ, with the test rows in its basis.
#[derive(Debug)]
pub(crate) struct TrainFactor {
    /// U, training conditions × rank.
    pub(crate) basis: Array2<f64>,
    /// X_test·V·Σ⁻¹, test conditions × rank.
    pub(crate) test: Array2<f64>,
    /// Σ, largest first.
    pub(crate) sigma: Vec<f64>,
    /// Number of directions whose squares are not rounding, either, which a relative penalty counts.
    pub(crate) clear: usize,
}

/// The computation of a [`TrainFactor`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactorRoute {
    /// From the features, to all digits.
    SingularValues,
    /// From inner products of conditions, which is cheaper for many features.
    ///
    /// Directions below 1e-7 or so of the largest are lost. A ridge penalty leaves nothing of them.
    Gram,
}

impl TrainFactor {
    pub(crate) fn new(x: &SplitResponses, fold: &SplitFold, route: FactorRoute) -> Result<Self> {
        match route {
            FactorRoute::SingularValues => Self::by_singular_values(x, fold),
            FactorRoute::Gram => Self::by_gram(x, fold),
        }
    }

    fn by_singular_values(x: &SplitResponses, fold: &SplitFold) -> Result<Self> {
        let (train, test) = x.centered_in(fold);
        Self::of_rows(train.view(), test.view(), rounding_noise(train.nrows(), x.rounding().view()))
    }

    /// Decomposes centered training rows, of which singular values up to `noise` are rounding.
    pub(crate) fn of_rows(train: ArrayView2<'_, f64>, test: ArrayView2<'_, f64>, noise: f64) -> Result<Self> {
        let linalg::Svd { u, mut sigma, v } = linalg::svd(train)?;
        let (n, p) = train.dim();
        let largest = sigma.first().copied().unwrap_or(0.0);
        let rank = numerical_rank(&sigma, rank_tolerance(n, p, largest, noise));
        let clear = numerical_rank(&sigma, clear_tolerance(n, p, largest, noise));
        sigma.truncate(rank);
        let mut projected = linalg::product(test, leading(v.view(), rank))?;
        divide_columns(&mut projected, &sigma);
        Ok(Self { basis: leading(u.view(), rank).to_owned(), test: projected, sigma, clear })
    }

    fn by_gram(x: &SplitResponses, fold: &SplitFold) -> Result<Self> {
        let FoldGram { train, test } = FoldGram::new(x, fold)?;
        let linalg::Eigh { values, vectors } = linalg::eigh(train.view())?;
        let sigma: Vec<f64> = values.iter().rev().map(|value| value.max(0.0).sqrt()).collect();
        let (n, p) = (fold.train.len(), x.values().ncols());
        let noise = rounding_noise(n, x.rounding().view());
        let clear = numerical_rank(&sigma, clear_tolerance(n, p, sigma.first().copied().unwrap_or(0.0), noise));
        let order: Vec<usize> = (0..n).rev().take(clear).collect();
        let basis = vectors.select(Axis(1), &order);
        let mut projected = linalg::product(test.view(), basis.view())?;
        let squares: Vec<f64> = sigma[..clear].iter().map(|sigma| sigma * sigma).collect();
        divide_columns(&mut projected, &squares);
        Ok(Self { basis, test: projected, sigma: sigma[..clear].to_vec(), clear })
    }

    /// Returns the mean squared singular value, the unit of relative penalties; 0 without directions.
    pub(crate) fn mean_square(&self) -> f64 {
        let sum: f64 = self.sigma[..self.clear].iter().map(|sigma| sigma * sigma).sum();
        sum / self.clear.max(1) as f64
    }
}

/// Inner products of centered training rows with each other, and of test rows with them.
pub(crate) struct FoldGram {
    pub(crate) train: Array2<f64>,
    pub(crate) test: Array2<f64>,
}

impl FoldGram {
    pub(crate) fn new(x: &SplitResponses, fold: &SplitFold) -> Result<Self> {
        let all = x.gram()?;
        let with_train = all.select(Axis(1), &fold.train);
        let [train, mut test] = [&fold.train, &fold.test].map(|rows| with_train.select(Axis(0), rows));
        let n = fold.train.len() as f64;
        let means = train.sum_axis(Axis(0)) / n;
        let total = means.sum() / n;
        for mut row in test.rows_mut() {
            let own = row.sum() / n;
            row.zip_mut_with(&means, |value, mean| *value += total - own - mean);
        }
        Ok(Self { train: linalg::center_kernel(train), test })
    }
}

/// Returns the tolerance below which the square of a singular value is rounding of the squares.
fn clear_tolerance(n: usize, p: usize, largest: f64, noise: f64) -> f64 {
    let of_squares = (n.max(p) as f64 * f64::EPSILON).sqrt() * largest;
    rank_tolerance(n, p, largest, noise.max(of_squares))
}

fn leading(mut a: ArrayView2<'_, f64>, count: usize) -> ArrayView2<'_, f64> {
    a.slice_axis_inplace(Axis(1), Slice::from(..count));
    a
}

fn divide_columns(a: &mut Array2<f64>, divisors: &[f64]) {
    for mut row in a.rows_mut() {
        row.iter_mut().zip(divisors).for_each(|(value, divisor)| *value /= divisor);
    }
}
