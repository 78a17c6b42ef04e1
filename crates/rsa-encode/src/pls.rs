//! Partial least squares by kernels.

use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use rsa_core::{Error, Result, linalg};

use crate::{SplitFold, SplitResponses, factor::FoldGram, fold_map::FoldMap};

/// The predictor in one fold, as its products with vectors over training conditions need it.
enum FoldKernel {
    /// Centered training and test rows, of fewer features than training conditions.
    Features { train: Array2<f64>, test: Array2<f64> },
    /// Inner products, for more features.
    Products(FoldGram),
}

impl FoldKernel {
    fn new(x: &SplitResponses, fold: &SplitFold) -> Result<Self> {
        if x.values().ncols() >= fold.train.len() {
            return Ok(Self::Products(FoldGram::new(x, fold)?));
        }
        let (train, test) = x.centered_in(fold);
        Ok(Self::Features { train, test })
    }

    /// Multiplies inner products of training conditions with `vectors`.
    fn times(&self, vectors: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
        match self {
            Self::Features { train, .. } => linalg::product(train.view(), linalg::product(train.t(), vectors)?.view()),
            Self::Products(gram) => linalg::product(gram.train.view(), vectors),
        }
    }

    /// Multiplies inner products of test with training conditions with `vectors`.
    fn test_times(&self, vectors: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
        match self {
            Self::Features { train, test } => linalg::product(test.view(), linalg::product(train.t(), vectors)?.view()),
            Self::Products(gram) => linalg::product(gram.test.view(), vectors),
        }
    }
}

/// Fits `count` components of all sites together (PLS2) to centered training values of the targets.
///
/// A component is t = (I − TTᵀ)Ku, scaled to unit length, with u = Fv; F are the targets less their part along the
/// components T so far, K = XXᵀ, and v is the leading eigenvector of FᵀKF. Because F is orthogonal to T, K need not be
/// deflated. Predictions are K_test·U·(TᵀKU)⁻¹·Tᵀ·targets. Lindgren, Geladi & Wold 1993, doi:10.1002/cem.1180070104.
///
/// # Errors
/// `TooFewConditions` or `Degenerate` if the training conditions do not have so many components.
pub(crate) fn fit(
    x: &SplitResponses,
    fold: &SplitFold,
    targets: ArrayView2<'_, f64>,
    count: usize,
) -> Result<FoldMap<'static>> {
    let n = fold.train.len();
    if n <= count {
        let why =
            format!("{count} components of pls need more than {count} training conditions; take fewer components");
        return Err(Error::too_few_conditions(count + 1, n, why));
    }
    let kernel = FoldKernel::new(x, fold)?;
    let mut left = narrowed(targets)?;
    let mut covaried = kernel.times(left.view())?;
    let (mut components, mut directions) = (Array2::zeros((n, count)), Array2::zeros((n, count)));
    let mut triangle = Array2::zeros((count, count));
    let mut first = 0.0;
    for c in 0..count {
        let square = linalg::product(left.t(), covaried.view())?;
        let linalg::Eigh { values, vectors } = linalg::eigh(((&square + &square.t()) / 2.0).view())?;
        let largest = values.last().copied().unwrap_or(0.0);
        if c == 0 {
            first = largest;
        }
        if first <= 0.0 {
            // The targets do not vary in training, or not with the predictor: their means predict them.
            return Ok(FoldMap::joint(Array2::zeros((n, 1)), Array2::zeros((fold.test.len(), 1))));
        }
        let weights = vectors.column(vectors.ncols() - 1).insert_axis(Axis(1)).to_owned();
        let u = linalg::product(left.view(), weights.view())?;
        let image = kernel.times(u.view())?;
        let mut t = image.column(0).to_owned();
        let before = components.slice_axis(Axis(1), Slice::from(..c));
        // Twice, because one subtraction leaves rounding of the part that is subtracted.
        for _ in 0..2 {
            let along: Array1<f64> = before.t().dot(&t);
            t -= &before.dot(&along);
            triangle
                .slice_axis_mut(Axis(1), Slice::from(c..=c))
                .column_mut(0)
                .iter_mut()
                .zip(&along)
                .for_each(|(entry, along)| *entry += along);
        }
        let length = t.dot(&t).sqrt();
        let tolerance = n.max(x.values().ncols()) as f64 * f64::EPSILON;
        if largest <= tolerance * first || length <= tolerance * image.column(0).dot(&image.column(0)).sqrt() {
            return Err(exhausted(count, c, n));
        }
        t /= length;
        triangle[(c, c)] = length;
        let t = t.insert_axis(Axis(1));
        let along = linalg::product(t.t(), left.view())?;
        covaried -= &linalg::product(kernel.times(t.view())?.view(), along.view())?;
        left -= &linalg::product(t.view(), along.view())?;
        components.column_mut(c).assign(&t.column(0));
        directions.column_mut(c).assign(&u.column(0));
    }
    let mut weights = kernel.test_times(directions.view())?;
    divide_by_triangle(&mut weights, &triangle);
    Ok(FoldMap::joint(components, weights))
}

fn exhausted(count: usize, found: usize, n: usize) -> Error {
    Error::degenerate(
        format!(
            "pls cannot have {count} components: after {found} of them no direction of the predictor covaries with the \
             targets in {n} training conditions; components are limited by n - 1 = {} and by the rank of the predictor",
            n - 1
        ),
        format!("take at most {found} components"),
    )
}

/// Replaces more sites than conditions by as many as conditions, with the same inner products of conditions.
///
/// Components depend on the targets through these products alone.
fn narrowed(targets: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    let (n, q) = targets.dim();
    if q <= n {
        return Ok(targets.to_owned());
    }
    let linalg::Eigh { values, vectors } = linalg::eigh(linalg::gram(targets)?.view())?;
    let roots: Array1<f64> = values.iter().map(|value| value.max(0.0).sqrt()).collect();
    Ok(vectors * &roots)
}

/// Solves W·R = A for W in the place of A, with R upper triangular.
fn divide_by_triangle(a: &mut Array2<f64>, r: &Array2<f64>) {
    for mut row in a.rows_mut() {
        for c in 0..row.len() {
            let known: f64 = (0..c).map(|i| row[i] * r[(i, c)]).sum();
            row[c] = (row[c] - known) / r[(c, c)];
        }
    }
}
