//! [`AdditiveTerms`]: dissimilarities that are functions of sums over voxels, so that spheres share the work.

mod maps;
mod rounding;
mod rule;
mod sphere;

use rsa_core::{Error, PairWeighting, Result};

pub(crate) use self::{
    maps::MapBuffer,
    rounding::N_ERRORS,
    rule::{GramSums, TermForm, n_pairs},
};
use crate::{SearchDesign, VoxelValues, noise::ensure_observations};

/// A dissimilarity that follows from sums over voxels.
///
/// # Formula
/// Squared distances, crossnobis, Manhattan and Poisson are Σᵥ cᵢⱼ(v), over the number of voxels where the definition
/// says so. Cosine, correlation and crossnobis of unbalanced designs follow from Gᵢᵢ, Gⱼⱼ and Gᵢⱼ, sums of products.
/// With M complete runs, contrasts b⁰ = Σ_f u^f / √M and b^k (Helmert) make crossnobis M squares instead of M + 1:
/// cᵢⱼ = [(M − 1)(b⁰ᵢ − b⁰ⱼ)² − Σ_k (b^kᵢ − b^kⱼ)²] / (M(M − 1)σ²).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AdditiveDissimilarity {
    /// [`rsa_core::Crossnobis`], without noise or with one variance for each voxel.
    Crossnobis {
        /// Weighting of pairs in an unbalanced design.
        weighting: PairWeighting,
    },
    /// [`rsa_core::SquaredEuclidean`]; per feature and with variances it is [`rsa_core::Mahalanobis`].
    SquaredEuclidean {
        /// `true` to divide by the number of voxels.
        per_feature: bool,
    },
    /// [`rsa_core::Euclidean`].
    Euclidean,
    /// [`rsa_core::Cosine`].
    Cosine,
    /// [`rsa_core::Correlation`].
    Correlation,
    /// [`rsa_core::Manhattan`].
    Manhattan,
    /// [`rsa_core::Poisson`].
    Poisson(rsa_core::Poisson),
}

/// Values of all voxels, with the rule by which sums over them become dissimilarities.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_brain::{AdditiveDissimilarity, AdditiveTerms, SearchDesign, VoxelValues};
///
/// let values = VoxelValues::from_rows(array![[0.0, 0.0, 9.0], [3.0, 4.0, 9.0]].view())?;
/// let design = SearchDesign::new(vec![0, 1])?;
/// let terms = AdditiveTerms::new(AdditiveDissimilarity::Euclidean, values, design)?;
/// assert_eq!(terms.sphere_rdm(&[0, 1])?.values(), [5.0]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AdditiveTerms {
    dissimilarity: AdditiveDissimilarity,
    design: SearchDesign,
    values: VoxelValues,
    /// Standard deviation of the noise of each voxel.
    deviations: Option<Vec<f64>>,
    precision: f64,
    form: TermForm,
    /// Mean of each condition over all voxels, subtracted before correlations.
    offsets: Vec<f64>,
}

impl AdditiveTerms {
    /// Takes the values of all voxels.
    ///
    /// # Errors
    /// `ShapeMismatch` if design and values have different numbers of observations, `NonFinite`; for crossnobis
    /// `InvalidParameter` without runs and `Degenerate` naming a condition that is in one run only; for Poisson
    /// `Degenerate` for a rate that is not positive and `InvalidParameter` for a prior that is none.
    pub fn new(dissimilarity: AdditiveDissimilarity, values: VoxelValues, design: SearchDesign) -> Result<Self> {
        ensure_observations(&values, &design)?;
        if let Some(voxel) = values.finite_voxels().iter().position(|finite| !finite) {
            let broken = |observation: &usize| !values.get(*observation, voxel).is_finite();
            let observation = (0..values.n_observations()).find(broken).unwrap_or(0);
            return Err(Error::non_finite(observation, voxel, values.get(observation, voxel)));
        }
        let form = TermForm::new(dissimilarity, &design)?;
        let offsets = vec![0.0; design.n_conditions()];
        let terms = Self { dissimilarity, design, values, deviations: None, precision: f64::EPSILON, form, offsets };
        if let AdditiveDissimilarity::Poisson(poisson) = dissimilarity {
            terms.ensure_rates(poisson)?;
        }
        Ok(terms.with_offsets())
    }

    /// Returns the terms with voxels divided by the standard deviation of their noise.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of variances, `Degenerate` naming a voxel whose variance is not positive and
    /// finite, `InvalidParameter` for Poisson rates, whose noise is that of counts.
    pub fn with_noise(self, variances: &[f64]) -> Result<Self> {
        if matches!(self.dissimilarity, AdditiveDissimilarity::Poisson(_)) {
            let requirement = "none, since rates have the noise of their counts";
            return Err(Error::invalid_parameter("the noise of poisson", requirement, "variances"));
        }
        if variances.len() != self.values.n_voxels() {
            return Err(Error::shape_mismatch(format!(
                "{} variances for {} voxels; give one for each",
                variances.len(),
                self.values.n_voxels()
            )));
        }
        if let Some(voxel) = variances.iter().position(|variance| !(variance.is_finite() && *variance > 0.0)) {
            let what = format!("the noise variance of voxel {voxel} is {}", variances[voxel]);
            return Err(Error::degenerate(what, "leave out that voxel"));
        }
        let deviations = variances.iter().map(|variance| variance.sqrt()).collect();
        Ok(Self { deviations: Some(deviations), ..self }.with_offsets())
    }

    /// Returns the terms with the relative spacing `precision` that the values were rounded to at their source.
    ///
    /// Dissimilarities that differ by what this explains are tied in rank comparisons, as those of an
    /// [`Rdm`](rsa_core::Rdm) of the same voxels.
    ///
    /// # Errors
    /// `InvalidParameter` unless `precision` is between that of 64-bit floats and 1.
    pub fn with_precision(self, precision: f64) -> Result<Self> {
        match (f64::EPSILON..1.0).contains(&precision) {
            true => Ok(Self { precision, ..self }),
            false => Err(Error::invalid_parameter("the precision of voxels", "between 2.2e-16 and 1", precision)),
        }
    }

    /// Returns the number of conditions.
    pub fn n_conditions(&self) -> usize {
        self.design.n_conditions()
    }

    /// Returns the number of voxels.
    pub fn n_voxels(&self) -> usize {
        self.values.n_voxels()
    }

    /// Returns the rule by which sums become dissimilarities.
    pub(crate) fn form(&self) -> &TermForm {
        &self.form
    }

    /// Finds the mean of each condition over all voxels, if patterns are to be centered.
    fn with_offsets(mut self) -> Self {
        self.offsets.fill(0.0);
        if self.dissimilarity != AdditiveDissimilarity::Correlation {
            return self;
        }
        let n = self.n_conditions();
        let mut sums = vec![0.0; n];
        const BLOCK: usize = 1024;
        for start in (0..self.n_voxels()).step_by(BLOCK) {
            let voxels = start..(start + BLOCK).min(self.n_voxels());
            let patterns = self.group_means(voxels.clone(), self.design.condition_of(), n);
            sums.iter_mut()
                .zip(patterns.chunks(voxels.len()))
                .for_each(|(sum, pattern)| *sum += pattern.iter().sum::<f64>());
        }
        self.offsets = sums.into_iter().map(|sum| sum / self.values.n_voxels() as f64).collect();
        self
    }
}
