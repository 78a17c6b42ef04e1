//! [`PairDiscriminants`]: shrunk linear discriminants of all pairs of conditions from one matrix of inner products.

use ndarray::{Array1, Array2, Axis};
use rsa_core::{
    Measurements, Result, identity_share_of_products,
    linalg::{self, solve_positive_definite},
};

use super::decoding_rdm::PairFold;

/// Inner products of all observations, from which every pair's discriminant follows without the features.
///
/// With residuals R of m training observations about the mean of their class, the shrunk covariance is
/// S = aI + bRᵀR, so S⁻¹ = (I − Rᵀ((a/b)I + RRᵀ)⁻¹R)/a (Woodbury). A fold of a pair costs m³/3, whatever the number of
/// features.
pub(super) struct PairDiscriminants {
    /// Observations × observations, about their common mean.
    products: Array2<f64>,
    n_features: usize,
}

/// Observations above which their inner products would take more than 800 MB.
const MOST_OBSERVATIONS: usize = 10_000;

impl PairDiscriminants {
    /// Computes the inner products, or returns `None` for too many observations.
    pub(super) fn new(x: &Measurements) -> Result<Option<Self>> {
        if x.n_observations() > MOST_OBSERVATIONS {
            return Ok(None);
        }
        let centered = linalg::center(x.values(), x.precision()).values;
        Ok(Some(Self { products: linalg::gram(centered.view())?, n_features: x.n_features() }))
    }

    /// Assigns the test observations of both classes to class 0 or 1.
    ///
    /// Returns `None` if the covariance is not shrunk at all, so that it has no inverse of this form.
    pub(super) fn assign(&self, pair: &PairFold) -> Result<Option<Vec<usize>>> {
        let rows: Vec<usize> = pair.train.concat();
        let counts = pair.train.map(<[usize]>::len);
        let class_of = |k: usize| usize::from(k >= counts[0]);
        let with_all = self.products.select(Axis(0), &rows);
        let train = with_all.select(Axis(1), &rows);
        let m = rows.len();
        // Inner products with the class means, of training observations and of the means themselves.
        let with_means = class_means(&train, counts);
        let of_means = class_means(&with_means, counts);
        let residuals = Array2::from_shape_fn((m, m), |(k, l)| {
            let (c, d) = (class_of(k), class_of(l));
            train[(k, l)] - with_means[(k, d)] - with_means[(l, c)] + of_means[(c, d)]
        });
        let share = identity_share_of_products(residuals.view(), self.n_features);
        let mean_variance = residuals.diag().sum() / m as f64 / self.n_features as f64;
        let (a, b) = (share * mean_variance, (1.0 - share) / m as f64);
        // Without variance, or without a share of the identity, the route by features answers or names the error.
        if !(a > 0.0 && a > 1e-12 * mean_variance) {
            return Ok(None);
        }
        // The products of the residuals with the difference of the means, weighted as S⁻¹ does.
        let along = Array1::from_shape_fn(m, |k| {
            with_means[(k, 0)] - with_means[(k, 1)] - of_means[(class_of(k), 0)] + of_means[(class_of(k), 1)]
        });
        let weights = match b > 0.0 {
            false => Array1::zeros(m),
            true => {
                let mut matrix = residuals;
                matrix.diag_mut().mapv_inplace(|value| value + a / b);
                solve_positive_definite(matrix.view(), along.view().insert_axis(Axis(1)))?.column(0).to_owned()
            }
        };
        let prior = (counts[0] as f64 / counts[1] as f64).ln();
        let middle = (of_means[(0, 0)] - of_means[(1, 1)]) / 2.0;
        let middle_of_residuals =
            Array1::from_shape_fn(m, |k| (with_means.row(k).sum() - of_means.row(class_of(k)).sum()) / 2.0);
        let assign = |&test: &usize| {
            let with_test = with_all.column(test);
            let means = [0, 1].map(|class| {
                let own = with_test.iter().enumerate().filter(|&(k, _)| class_of(k) == class).map(|(_, value)| value);
                own.sum::<f64>() / counts[class] as f64
            });
            let residual = |k: usize| with_test[k] - means[class_of(k)] - middle_of_residuals[k];
            let explained: f64 = (0..m).map(|k| weights[k] * residual(k)).sum();
            let score = (means[0] - means[1] - middle - explained) / a + prior;
            usize::from(score < 0.0)
        };
        Ok(Some(pair.test.iter().flat_map(|rows| rows.iter()).map(assign).collect()))
    }
}

/// Averages the rows of each of two classes, which follow each other, and returns columns × classes.
fn class_means(values: &Array2<f64>, counts: [usize; 2]) -> Array2<f64> {
    let mut means = Array2::zeros((values.ncols(), 2));
    for (k, row) in values.rows().into_iter().enumerate() {
        let mut mean = means.column_mut(usize::from(k >= counts[0]));
        mean += &row;
    }
    means / &Array1::from(counts.map(|count| count as f64).to_vec())
}
