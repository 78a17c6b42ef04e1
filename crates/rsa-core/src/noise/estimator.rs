//! Estimators of the noise covariance, from residuals or from repeated measurements.

use ndarray::{Array1, ArrayView2, Axis};

use super::{
    Covariance,
    covariance::{Entries, Estimation},
    low_rank::LowRankCovariance,
    residuals, shrinkage,
};
use crate::{Error, Measurements, Result, linalg};

/// Estimator of the covariance of the noise between features.
///
/// With residuals Z (n × P) of `dof` degrees of freedom, the sample covariance is S = ZᵀZ/dof. Unless P is far below
/// `dof`, S is singular or close to it. Shrinkage toward a target makes it invertible, with a weight λ of the target
/// estimated from the data. `dof` is the number of observations less the number of means (or regressors) removed. λ is
/// computed from n, not from `dof`. For many more features than observations shrunk covariances are never written out:
/// their inverse follows from products of the residuals.
///
/// rsatoolbox calls these estimators `full`, `diag`, `shrinkage_eye` and `shrinkage_diag`. Its `cov_from_unbalanced` is
/// [`estimate_within_conditions`](Self::estimate_within_conditions). Its `cov_from_measurements` differs: it divides by
/// (conditions − 1) × repeats, although the degrees of freedom are conditions × (repeats − 1).
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{CovarianceEstimator, Measurements};
///
/// let measurements = Measurements::new(array![[1.0], [3.0], [10.0], [14.0]], ["a", "a", "b", "b"])?;
/// let noise = CovarianceEstimator::Full.estimate_within_conditions(&measurements)?;
/// // Residuals ∓1, ∓2 about two means: (1 + 1 + 4 + 4) / (4 − 2).
/// assert_eq!((noise.matrix(), noise.degrees_of_freedom()), (array![[5.0]], Some(2.0)));
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Ledoit & Wolf 2004, Journal of Multivariate Analysis, doi:10.1016/S0047-259X(03)00096-4; Schäfer & Strimmer 2005,
/// Statistical Applications in Genetics and Molecular Biology, doi:10.2202/1544-6115.1175. Both λ are computed as in
/// rsatoolbox. For the second, rsatoolbox averages products over n − 1; the average over n of the paper makes λ larger
/// by 1/(n − 1)² where one mean was removed. Both formulas assume n independent residuals. The more means are removed,
/// the less independent the residuals are. With two observations per mean, the λ of Ledoit & Wolf is about half of the
/// optimum and that of Schäfer & Strimmer about twice the optimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CovarianceEstimator {
    /// Sample covariance S.
    Full,
    /// Variances alone (univariate noise normalization).
    Diagonal,
    /// (1 − λ)·S + λ·m·I with m the mean variance (Ledoit & Wolf 2004).
    ShrinkageIdentity,
    /// S with its off-diagonal entries times 1 − λ, with λ from the correlations (Schäfer & Strimmer 2005).
    ShrinkageDiagonal,
}

impl CovarianceEstimator {
    /// Estimates the covariance of `residuals`, observations × features, that have `dof` degrees of freedom.
    ///
    /// Residuals are not centred: a mean left in them counts as noise.
    ///
    /// # Errors
    /// `InvalidParameter` unless `dof` is positive and at most the number of residuals, `ShapeMismatch` without
    /// residuals, `NonFinite`, `OutOfRange` if a variance overflows or vanishes although the residuals do not.
    pub fn estimate_from_residuals(self, residuals: ArrayView2<'_, f64>, dof: f64) -> Result<Covariance> {
        self.estimate_as(residuals, dof, self.is_dense(residuals.nrows(), residuals.ncols()))
    }

    /// Returns `true` if a covariance of `n_features` is held as a matrix of all their pairs.
    ///
    /// Shrunk covariances of many more features than residuals are held as a diagonal and the residuals.
    pub fn is_dense(self, n_residuals: usize, n_features: usize) -> bool {
        /// A matrix of this many features takes 8 MB, and its factor a second.
        const WIDE: usize = 1000;
        match self {
            Self::Full => true,
            Self::Diagonal => false,
            Self::ShrinkageIdentity | Self::ShrinkageDiagonal => {
                n_features < WIDE || n_features < n_residuals.saturating_mul(4)
            }
        }
    }

    /// Estimates a covariance that is a matrix or not.
    pub(super) fn estimate_as(self, residuals: ArrayView2<'_, f64>, dof: f64, dense: bool) -> Result<Covariance> {
        let (n, p) = residuals.dim();
        if n == 0 || p == 0 {
            return Err(Error::shape_mismatch(format!(
                "{n} residuals of {p} features have no covariance; give at least one residual of one feature"
            )));
        }
        if !(dof > 0.0 && dof <= n as f64) {
            let requirement = format!("above 0 and at most {n}, the number of residuals");
            return Err(Error::invalid_parameter("the degrees of freedom of residuals", requirement, dof));
        }
        if let Some(((i, feature), &value)) = residuals.indexed_iter().find(|(_, value)| !value.is_finite()) {
            return Err(Error::non_finite_observation(i, "unknown", feature, value).context("residuals"));
        }
        let variances = residuals.map_axis(Axis(0), |column| column.fold(0.0, |sum, z| sum + z * z)) / dof;
        for (feature, (&variance, column)) in variances.iter().zip(residuals.columns()).enumerate() {
            if !variance.is_finite() || (variance == 0.0 && column.iter().any(|&z| z != 0.0)) {
                let what = format!("the noise variance of feature {feature}");
                return Err(Error::out_of_range(what, "divide the features by their common scale first"));
            }
        }
        let (entries, shrinkage) = match (self, dense) {
            (Self::Diagonal, _) => (Entries::Diagonal(variances), None),
            (Self::Full, _) => (Entries::Dense(linalg::gram(residuals.t())? / dof), None),
            (_, true) => self.shrink_matrix(residuals, dof, &variances)?,
            (_, false) => self.shrink_products(residuals, dof, &variances)?,
        };
        Ok(Covariance { entries, estimation: Some(Estimation { degrees_of_freedom: dof, shrinkage }) })
    }

    /// Shrinks ZᵀZ/dof, and returns the weight of the target too.
    fn shrink_matrix(
        self,
        residuals: ArrayView2<'_, f64>,
        dof: f64,
        variances: &Array1<f64>,
    ) -> Result<(Entries, Option<f64>)> {
        let scatter = linalg::gram(residuals.t())?;
        let mut matrix = &scatter / dof;
        let share = match self {
            Self::ShrinkageDiagonal => shrinkage::toward_diagonal(residuals, dof)?,
            _ => shrinkage::toward_identity(residuals, scatter.view()),
        };
        matrix *= 1.0 - share;
        match self {
            Self::ShrinkageDiagonal => matrix.diag_mut().assign(variances),
            _ => {
                let target = share * variances.sum() / variances.len() as f64;
                matrix.diag_mut().mapv_inplace(|variance| variance + target);
            }
        }
        Ok((Entries::Dense(matrix), Some(share)))
    }

    /// Like [`shrink_matrix`](Self::shrink_matrix), without a matrix of all pairs of features.
    fn shrink_products(
        self,
        residuals: ArrayView2<'_, f64>,
        dof: f64,
        variances: &Array1<f64>,
    ) -> Result<(Entries, Option<f64>)> {
        let (share, diagonal) = match self {
            Self::ShrinkageDiagonal => {
                let share = shrinkage::toward_diagonal(residuals, dof)?;
                (share, variances * share)
            }
            _ => {
                let share = shrinkage::toward_identity_by_products(residuals)?;
                let target = share * variances.sum() / variances.len() as f64;
                (share, Array1::from_elem(variances.len(), target))
            }
        };
        let factor = &residuals * ((1.0 - share) / dof).sqrt();
        Ok((Entries::LowRank(LowRankCovariance { diagonal, factor }), Some(share)))
    }

    /// Estimates the covariance of observations about the mean of their condition; dof = observations − conditions.
    ///
    /// # Errors
    /// `Degenerate` if no condition was observed twice; else as [`estimate_from_residuals`](Self::estimate_from_residuals).
    pub fn estimate_within_conditions(self, measurements: &Measurements) -> Result<Covariance> {
        self.estimate_about_means(
            measurements,
            measurements.condition_of(),
            measurements.n_conditions(),
            "no condition was observed twice",
        )
    }

    /// Estimates the covariance of observations about the mean of their condition in their run.
    ///
    /// dof = observations − pairs of condition and run. Differences between runs do not count as noise.
    ///
    /// # Errors
    /// `InvalidParameter` without run labels, `Degenerate` if no condition was observed twice in one run; else as
    /// [`estimate_from_residuals`](Self::estimate_from_residuals).
    pub fn estimate_within_runs(self, measurements: &Measurements) -> Result<Covariance> {
        let cells = measurements.cells()?;
        self.estimate_about_means(
            measurements,
            cells.cell_of(),
            cells.list().len(),
            "no condition was observed twice within a run",
        )
    }

    fn estimate_about_means(
        self,
        x: &Measurements,
        group_of: &[usize],
        n_groups: usize,
        subject: &str,
    ) -> Result<Covariance> {
        let dof = x.n_observations() - n_groups;
        if dof == 0 {
            return Err(Error::degenerate(
                format!("{subject}, so the noise cannot be estimated from the measurements"),
                "give repeated observations, or a known covariance",
            ));
        }
        let residuals = residuals::about_means(x.values(), group_of, n_groups);
        self.estimate_from_residuals(residuals.view(), dof as f64)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use rand::{Rng, RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use rand_distr::StandardNormal;

    use super::*;
    use crate::condensed;

    const ALL: [CovarianceEstimator; 4] = [
        CovarianceEstimator::Full,
        CovarianceEstimator::Diagonal,
        CovarianceEstimator::ShrinkageIdentity,
        CovarianceEstimator::ShrinkageDiagonal,
    ];

    /// ((7i + 5j + i²j) mod 13) − 6.
    fn observations() -> Array2<f64> {
        Array2::from_shape_fn((9, 4), |(i, j)| ((i * 7 + j * 5 + i * i * j) % 13) as f64 - 6.0)
    }

    fn normal(rng: &mut impl Rng, shape: (usize, usize)) -> Array2<f64> {
        Array2::from_shape_simple_fn(shape, || rng.sample(StandardNormal))
    }

    #[track_caller]
    fn close(covariance: &Array2<f64>, diagonal: [f64; 4], upper: [f64; 6]) {
        for (k, (i, j)) in condensed::pairs(4).enumerate() {
            assert!(
                (covariance[(i, j)] - upper[k]).abs() < 1e-12,
                "({i}, {j}): {} != {}",
                covariance[(i, j)],
                upper[k]
            );
            assert_eq!(covariance[(i, j)], covariance[(j, i)]);
        }
        (0..4).for_each(|i| assert!((covariance[(i, i)] - diagonal[i]).abs() < 1e-12, "{covariance}"));
    }

    /// rsatoolbox 0.3.2, `cov_from_residuals` of the observations; one mean is removed.
    #[test]
    fn about_one_mean_as_rsatoolbox() {
        let measurements = Measurements::new(observations(), ["all"; 9]).unwrap();
        let [full, diagonal, identity, shrunk] = ALL.map(|e| e.estimate_within_conditions(&measurements).unwrap());
        let variances = [13.61111111111111, 19.02777777777778, 11.694444444444445, 19.777777777777775];
        let upper = [
            -2.4305555555555554,
            -5.652777777777778,
            8.819444444444445,
            -0.8611111111111116,
            -11.722222222222221,
            1.1388888888888886,
        ];
        close(&full.matrix(), variances, upper);
        close(&diagonal.matrix(), variances, [0.0; 6]);
        let upper = [
            -0.8596206097572229,
            -1.9992319324067989,
            3.1191947839762104,
            -0.3045513017425593,
            -4.145827397914837,
            0.4027936571433846,
        ];
        close(
            &identity.matrix(),
            [15.173069285790598, 17.088795216106696, 14.4951970335249, 17.354049575688922],
            upper,
        );
        let upper = [
            -0.7511007178820379,
            -1.7468456695885115,
            2.725422604886253,
            -0.26610425433535084,
            -3.6224514622425157,
            0.3519443363790123,
        ];
        close(&shrunk.matrix(), variances, upper);
        // prec_from_residuals, method='shrinkage_diag'.
        let upper = [
            0.0011892604489425378,
            0.01187682810222917,
            -0.010630181638254826,
            0.0011225927940838975,
            0.009794958953748899,
            -0.0029863234578438114,
        ];
        let diagonal = [0.07718781875118776, 0.05448212379748665, 0.08740019561770279, 0.053873824062293775];
        close(&shrunk.precision().unwrap().matrix().unwrap(), diagonal, upper);
        assert_eq!((full.shrinkage(), full.degrees_of_freedom()), (None, Some(8.0)));
    }

    /// rsatoolbox 0.3.2, `cov_from_residuals(…, dof=6)` of the observations less their mean.
    #[test]
    fn residuals_of_given_degrees_of_freedom_as_rsatoolbox() {
        let of = |estimator: CovarianceEstimator| {
            estimator.estimate_about_mean(observations().view(), Some(6.0)).unwrap().matrix()
        };
        let variances = [18.14814814814815, 25.370370370370377, 15.592592592592593, 26.370370370370367];
        let upper = [
            -3.2407407407407405,
            -7.537037037037037,
            11.75925925925926,
            -1.1481481481481488,
            -15.629629629629628,
            1.5185185185185182,
        ];
        close(&of(CovarianceEstimator::Full), variances, upper);
        let upper = [
            -1.1461608130096306,
            -2.6656425765423983,
            4.1589263786349475,
            -0.4060684023234124,
            -5.527769863886449,
            0.5370582095245128,
        ];
        let diagonal = [20.2307590477208, 22.78506028814226, 19.3269293780332, 23.13873276758523];
        close(&of(CovarianceEstimator::ShrinkageIdentity), diagonal, upper);
        close(&of(CovarianceEstimator::ShrinkageDiagonal), variances, [0.0; 6]);
    }

    /// rsatoolbox 0.3.2, `cov_from_unbalanced`.
    #[test]
    fn an_unbalanced_design_as_rsatoolbox() {
        let measurements = Measurements::new(observations(), ["a", "b", "c", "a", "b", "c", "a", "b", "a"]).unwrap();
        let of = |estimator: CovarianceEstimator| estimator.estimate_within_conditions(&measurements).unwrap().matrix();
        let upper = [
            -3.597222222222222,
            -3.2083333333333335,
            12.708333333333336,
            -1.375,
            -15.791666666666664,
            -0.9583333333333334,
        ];
        let variances = [16.23611111111111, 24.23611111111111, 4.791666666666667, 25.791666666666668];
        close(&of(CovarianceEstimator::Full), variances, upper);
        let upper = [
            -2.203677744569787,
            -1.965442312724405,
            7.7851935763758915,
            -0.8423324197390305,
            -9.674060214578564,
            -0.5870801713332637,
        ];
        let diagonal = [16.827963978067743, 21.728807147458465, 9.817035555189348, 22.681748874839993];
        close(&of(CovarianceEstimator::ShrinkageIdentity), diagonal, upper);
    }

    #[test]
    fn unit_noise_is_estimated_as_such_whatever_means_were_removed() {
        // 40 conditions, 3 observations each, half of them in either of two runs that differ by an offset.
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let label = Vec::from_iter((0..120).map(|i| (i / 3).to_string()));
        let values = normal(&mut rng, (120, 200)) + Array2::from_shape_fn((120, 200), |(i, _)| (i / 3) as f64 * 7.0);
        let measurements = Measurements::new(values, label).unwrap();
        let mean = |covariance: Covariance| covariance.matrix().diag().sum() / 200.0;
        let standard_error = (2.0 / (80.0 * 200.0_f64)).sqrt();
        let found = mean(CovarianceEstimator::Full.estimate_within_conditions(&measurements).unwrap());
        assert!((found - 1.0).abs() < 3.0 * standard_error, "{found}");
        let (run, n) = (|i: usize| (i % 3 / 2).to_string(), measurements.n_observations());
        let shifted = &measurements.values() + Array2::from_shape_fn((120, 200), |(i, _)| (i % 3 / 2) as f64 * 100.0);
        let two_runs = measurements.with_values(shifted).unwrap().with_runs((0..n).map(run)).unwrap();
        let within = CovarianceEstimator::Diagonal.estimate_within_runs(&two_runs).unwrap();
        assert_eq!(within.degrees_of_freedom(), Some(40.0));
        let standard_error = (2.0 / (40.0 * 200.0_f64)).sqrt();
        let found = mean(within);
        assert!((found - 1.0).abs() < 3.0 * standard_error, "{found}");
    }

    #[test]
    fn shrinkage_of_independent_noise_is_nearly_complete_and_of_strong_correlations_slight() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let noise = normal(&mut rng, (300, 50));
        let share = |estimator: CovarianceEstimator, z: &Array2<f64>| {
            estimator.estimate_from_residuals(z.view(), 300.0).unwrap().shrinkage().unwrap()
        };
        let common = &noise * 0.3 + &normal(&mut rng, (300, 1));
        for estimator in [CovarianceEstimator::ShrinkageIdentity, CovarianceEstimator::ShrinkageDiagonal] {
            assert!(share(estimator, &noise) > 0.9 && share(estimator, &common) < 0.1);
        }
    }

    #[test]
    fn an_offset_of_a_million_leaves_the_noise_of_a_thousandth() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let exact = normal(&mut rng, (20, 5)) * 1e-3;
        let label = Vec::from_iter((0..20).map(|i| (i % 4).to_string()));
        for estimator in ALL {
            let of = |offset| {
                let measurements = Measurements::new(&exact + offset, label.clone()).unwrap();
                estimator.estimate_within_conditions(&measurements).unwrap().matrix()
            };
            let (near, far) = (of(0.0), of(1e6));
            assert!((&near - &far).iter().all(|d| d.abs() < 1e-6 * near[(0, 0)]), "{estimator:?}");
        }
    }

    #[test]
    fn too_little_data_is_an_error_and_constant_features_have_no_noise() {
        let once = Measurements::new(array![[1.0], [2.0]], ["a", "b"]).unwrap();
        let error = CovarianceEstimator::Full.estimate_within_conditions(&once).unwrap_err();
        assert!(error.to_string().starts_with("no condition was observed twice"), "{error}");
        assert_eq!(
            CovarianceEstimator::Full.estimate_within_runs(&once).unwrap_err().kind().name(),
            "InvalidParameter"
        );
        let twice = Measurements::new(array![[0.1, 1.0], [0.1, 3.0], [0.7, 2.0]], ["a", "a", "b"]).unwrap();
        for estimator in ALL {
            let matrix = estimator.estimate_within_conditions(&twice).unwrap().matrix();
            assert!(matrix.iter().all(|value| value.is_finite()) && matrix[(1, 1)] > 0.0, "{estimator:?} {matrix}");
            for dof in [0.0, -1.0, 4.0, f64::NAN] {
                assert!(estimator.estimate_from_residuals(twice.values(), dof).is_err());
            }
            assert_eq!(
                estimator.estimate_from_residuals(array![[1e200]].view(), 1.0).unwrap_err().kind().name(),
                "OutOfRange"
            );
            assert_eq!(
                estimator.estimate_from_residuals(array![[1e-200]].view(), 1.0).unwrap_err().kind().name(),
                "OutOfRange"
            );
        }
    }
}
