//! [`SearchlightRequest`]: maps of models over a volume.

mod center;
mod place;
mod search_data;
mod search_models;
mod search_result;
mod sphere_source;

use std::path::PathBuf;

use rsa_brain::{MapModels, Searchlight, SearchlightMaps};
use rsa_io::OpenOptions;
use rsakit::{
    Error, Result,
    core::Observer,
    spec::{ComparisonSpec, RdmSpec},
};
use serde::{Deserialize, Serialize};

pub use self::{
    center::CenterReport,
    place::{SearchRadius, VoxelPlace},
    search_models::SearchStatistic,
    search_result::{MapSummary, MemberCounts, SearchGrid, SearchlightResult},
};
use self::{search_data::SearchData, sphere_source::SphereSource};
use crate::{
    memory::{MemorySize, ensure_fits, show},
    noise::NoiseEstimator,
    notes::Notes,
};

/// Request for a searchlight: the RDM around every voxel of a volume, compared with models.
///
/// # Example
/// ```no_run
/// use rsa_run::SearchlightRequest;
///
/// let request = SearchlightRequest {
///     mask: Some("brain.nii.gz".into()),
///     conditions: Some("conditions.txt".into()),
///     runs: Some("runs.txt".into()),
///     radius: Some("4vox".parse()?),
///     ..SearchlightRequest::new("betas.nii.gz", "crossnobis".parse()?, ["models.npz"])
/// };
/// let result = request.run(&())?;
/// println!("{}", result.text());
/// # Ok::<(), rsakit::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchlightRequest {
    /// Volumes, one an observation: a file of NIfTI, or a folder with a file for each.
    pub input: String,
    /// File of the mask, whose voxels are the centers. Without it voxels that are finite and not constant are.
    #[serde(default)]
    pub mask: Option<PathBuf>,
    /// File with the condition of each volume. Without it every volume is a condition.
    #[serde(default)]
    pub conditions: Option<PathBuf>,
    /// File with the run of each volume.
    #[serde(default)]
    pub runs: Option<PathBuf>,
    /// Radius of the spheres. It excludes a count.
    #[serde(default)]
    pub radius: Option<SearchRadius>,
    /// `true` for voxels at the radius itself, too, where it is in voxels.
    #[serde(default)]
    pub inclusive: bool,
    /// Number of the nearest voxels that a center takes.
    #[serde(default)]
    pub count: Option<usize>,
    /// Largest distance of the nearest voxels, in millimeters.
    #[serde(default)]
    pub max_radius: Option<SearchRadius>,
    /// Share of a whole sphere that a center needs.
    #[serde(default = "half")]
    pub min_share: f64,
    /// Number of voxels that a center needs.
    #[serde(default = "ten")]
    pub min_voxels: usize,
    /// Dissimilarity of two conditions.
    pub dissimilarity: RdmSpec,
    /// Estimator of the noise: of each voxel, or between the voxels of each sphere.
    #[serde(default)]
    pub noise: NoiseEstimator,
    /// Volumes of residuals from which the noise is estimated. Without them it is estimated from repeated observations.
    #[serde(default)]
    pub residuals: Option<String>,
    /// Degrees of freedom of the residuals. Without them one less than there are volumes.
    #[serde(default)]
    pub dof: Option<f64>,
    /// Files of model RDMs.
    pub models: Vec<String>,
    /// Comparison of the RDM of a center with a model.
    #[serde(default = "spearman")]
    pub comparison: ComparisonSpec,
    /// Statistic of a model.
    #[serde(default)]
    pub statistic: SearchStatistic,
    /// `true` to keep the RDM of every center.
    #[serde(default)]
    pub keep_rdms: bool,
    /// Options for reading the inputs.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most; a searchlight that needs more is refused. No map depends on it.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

fn half() -> f64 {
    0.5
}

fn ten() -> usize {
    10
}

fn spearman() -> ComparisonSpec {
    ComparisonSpec::Spearman
}

impl SearchlightRequest {
    /// Makes a request with the defaults: Spearman's correlation, no noise, half of a sphere and ten voxels at least.
    ///
    /// A radius or a count has to be added.
    pub fn new<S: Into<String>>(
        input: impl Into<String>,
        dissimilarity: RdmSpec,
        models: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            input: input.into(),
            mask: None,
            conditions: None,
            runs: None,
            radius: None,
            inclusive: false,
            count: None,
            max_radius: None,
            min_share: half(),
            min_voxels: ten(),
            dissimilarity,
            noise: NoiseEstimator::None,
            residuals: None,
            dof: None,
            models: models.into_iter().map(Into::into).collect(),
            comparison: spearman(),
            statistic: SearchStatistic::Similarity,
            keep_rdms: false,
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Computes the maps, on all threads.
    ///
    /// A center without a value is missing in all maps, and its reason is counted.
    ///
    /// # Errors
    /// `InvalidParameter` for settings that do not go together; the errors of reading data, mask, labels, residuals and
    /// models; `Degenerate` if no voxel is left; `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<SearchlightResult> {
        let budget = MemorySize::budget(self.memory, observer)?;
        let mut notes = Notes::new(observer);
        let data = SearchData::read(self, budget, &mut notes, observer)?;
        let models = self.read_models(&data, &mut notes)?;
        let (names, models) = (models.names().to_vec(), models);
        let maps = self.search(&data, &models, budget, &mut notes, observer)?;
        SearchlightResult::new(self, data, names, maps, notes.into_texts())
    }

    fn search(
        &self,
        data: &SearchData,
        models: &MapModels,
        budget: usize,
        notes: &mut Notes<'_>,
        observer: &dyn Observer,
    ) -> Result<SearchlightMaps> {
        let mut searchlight = Searchlight::new(&data.spheres, models);
        if self.keep_rdms {
            searchlight = searchlight.keeping_rdms();
            let n = models.n_conditions();
            let bytes = data.spheres.grid().n_voxels().saturating_mul(n * (n - 1) / 2).saturating_mul(size_of::<f64>());
            notes.add(format!("the RDMs of all centers take {}, in memory and in their file", show(bytes)));
        }
        let own = match &data.source {
            SphereSource::Additive(terms) => searchlight.bytes(terms, rayon::current_num_threads()),
            SphereSource::Each(_) => searchlight.result_bytes(),
        };
        let needed = data.bytes().saturating_add(own);
        ensure_fits("this searchlight", needed, budget, "take a smaller mask, or fewer conditions")?;
        let [low, middle, high] = data.member_counts();
        let [nx, ny, nz] = data.geometry.shape();
        observer.detail(&format!(
            "{nx} × {ny} × {nz} voxels, {} centers, {middle} voxels each (median; {low} to {high}), {} of memory",
            data.spheres.grid().n_voxels(),
            show(needed)
        ));
        match &data.source {
            SphereSource::Additive(terms) => searchlight.run(terms, observer),
            SphereSource::Each(source) => {
                notes.add_all(source.announce(&data.spheres));
                searchlight.run_each(source.as_ref(), observer)
            }
        }
    }

    /// Computes the RDM and the scores of the center at `place`, to check a map by hand.
    ///
    /// # Errors
    /// The errors of [`run`](Self::run); `InvalidParameter` if `place` is no center, `Degenerate` if it has no RDM.
    pub fn run_center(&self, place: VoxelPlace, observer: &dyn Observer) -> Result<CenterReport> {
        let budget = MemorySize::budget(self.memory, observer)?;
        let mut notes = Notes::new(observer);
        let data = SearchData::read(self, budget, &mut notes, observer)?;
        let models = self.read_models(&data, &mut notes)?;
        CenterReport::new(self, &data, &models, place)
    }

    /// Refuses settings that do not go together.
    fn check(&self) -> Result<()> {
        let estimates = self.noise != NoiseEstimator::None;
        if self.dissimilarity.needs_noise() && !estimates {
            let requirement = "given by --noise, because it weighs the voxels";
            return Err(Error::invalid_parameter(format!("the noise for {}", self.dissimilarity), requirement, "none"));
        }
        if self.residuals.is_some() && !estimates {
            let requirement = "said with --noise: diagonal weighs each voxel, shrinkage-diagonal each sphere";
            return Err(Error::invalid_parameter("the use of --residuals", requirement, "none"));
        }
        if self.dof.is_some() && self.residuals.is_none() {
            return Err(Error::invalid_parameter("--dof", "given with --residuals", "no residuals"));
        }
        Ok(())
    }
}
