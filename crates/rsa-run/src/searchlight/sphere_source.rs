//! [`SphereSource`]: RDMs of spheres from shared sums, or one by one.

use std::time::Instant;

use ndarray::{Array2, Axis};
use rsa_brain::{AdditiveTerms, MissingReason, SearchDesign, SphereError, SphereRdms, Spheres, VoxelValues};
use rsakit::{
    Error, Rdm, Result,
    core::{CovarianceEstimator, Measurements, Precision},
    spec::RdmSpec,
};

use super::SearchlightRequest;

/// RDMs of spheres.
pub(super) enum SphereSource {
    /// From sums that spheres share.
    Additive(Box<AdditiveTerms>),
    /// One by one.
    Each(Box<EachSphere>),
}

/// RDMs that are computed from the voxels of each sphere.
pub(super) struct EachSphere {
    dissimilarity: RdmSpec,
    values: VoxelValues,
    /// Condition and run of each observation, as labels.
    labels: [Option<Vec<String>>; 2],
    /// Groups whose mean is removed before noise is estimated, and their number.
    groups: (Vec<usize>, usize),
    deviations: Option<Vec<f64>>,
    estimator: Option<CovarianceEstimator>,
    residuals: Option<VoxelValues>,
    dof: Option<f64>,
    precision: f64,
}

impl EachSphere {
    pub(super) fn new(
        request: &SearchlightRequest,
        values: VoxelValues,
        design: SearchDesign,
        variances: Option<Vec<f64>>,
        residuals: Option<VoxelValues>,
        precision: f64,
    ) -> Result<Self> {
        let dissimilarity = request.dissimilarity.clone();
        let run_of = design.run_of();
        if dissimilarity.is_crossvalidated() && run_of.is_none() {
            let what = format!("the run of each volume for {dissimilarity}");
            return Err(Error::invalid_parameter(what, "given by --runs FILE", "none"));
        }
        // Numbers as labels keep conditions in their order, which is that of first appearance.
        let words = |numbers: &[usize]| numbers.iter().map(usize::to_string).collect::<Vec<_>>();
        let labels = [Some(words(design.condition_of())), run_of.map(words)];
        let estimator = if variances.is_some() { None } else { request.noise.estimator() };
        let groups = design.noise_groups();
        if estimator.is_some() && residuals.is_none() && values.n_observations() <= groups.1 {
            return Err(Error::degenerate(
                "every condition was observed once, so the data do not show their noise",
                "give repeated observations with --conditions, or --residuals",
            ));
        }
        Ok(Self {
            dissimilarity,
            values,
            labels,
            groups,
            deviations: variances.map(|variances| variances.into_iter().map(f64::sqrt).collect()),
            estimator,
            residuals,
            dof: request.dof,
            precision,
        })
    }

    /// Says how long all centers will take, from the time of one in the middle.
    pub(super) fn announce(&self, spheres: &Spheres) -> Option<String> {
        /// A shorter time is not announced.
        const SECONDS: f64 = 20.0;
        let n = spheres.grid().n_voxels();
        let start = Instant::now();
        let _ = self.sphere_rdm(&spheres.members(n / 2));
        let seconds = start.elapsed().as_secs_f64() * n as f64 / rayon::current_num_threads() as f64;
        let minutes = (seconds / 60.0).ceil();
        (seconds > SECONDS)
            .then(|| format!("every sphere is computed by itself here, and all of them take some {minutes} minutes"))
    }

    fn gathered(values: &VoxelValues, members: &[usize]) -> Array2<f64> {
        Array2::from_shape_fn((values.n_observations(), members.len()), |(i, j)| values.get(i, members[j]))
    }

    fn noise(&self, x: &Array2<f64>, members: &[usize]) -> std::result::Result<Option<Precision>, SphereError> {
        let Some(estimator) = self.estimator else { return Ok(None) };
        let (mut residuals, groups, dof) = match &self.residuals {
            Some(residuals) => {
                let n = residuals.n_observations();
                (Self::gathered(residuals, members), vec![0; n], self.dof.unwrap_or(n as f64 - 1.0))
            }
            None => (x.clone(), self.groups.0.clone(), (x.nrows() - self.groups.1) as f64),
        };
        let n_slots = groups.iter().max().map_or(0, |most| most + 1);
        for slot in 0..n_slots {
            let rows: Vec<_> = (0..groups.len()).filter(|&row| groups[row] == slot).collect();
            if let Some(mean) = residuals.select(Axis(0), &rows).mean_axis(Axis(0)) {
                rows.into_iter().for_each(|row| residuals.row_mut(row).scaled_add(-1.0, &mean));
            }
        }
        let covariance = estimator.estimate_from_residuals(residuals.view(), dof)?;
        // A covariance without an inverse is a fact about the sphere.
        covariance.precision().map(Some).map_err(|error| match error.kind() {
            rsakit::core::ErrorKind::Degenerate { .. } => SphereError::Missing(MissingReason::NotPositiveDefinite),
            _ => SphereError::from(error),
        })
    }
}

impl SphereRdms for EachSphere {
    fn sphere_rdm(&self, members: &[usize]) -> std::result::Result<Rdm, SphereError> {
        let mut x = Self::gathered(&self.values, members);
        if let Some(deviations) = &self.deviations {
            x.columns_mut().into_iter().zip(members).for_each(|(mut column, &voxel)| column /= deviations[voxel]);
        }
        let precision = self.noise(&x, members)?;
        let [conditions, runs] = &self.labels;
        let mut measurements =
            Measurements::new(x, conditions.iter().flatten().cloned())?.with_precision(self.precision)?;
        if let Some(runs) = runs {
            measurements = measurements.with_runs(runs.iter().cloned())?;
        }
        Ok(self.dissimilarity.rdm_of_measurements(&measurements, precision.as_ref())?)
    }
}
