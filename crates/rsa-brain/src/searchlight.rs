//! [`Searchlight`]: maps of the similarity of models with the RDM around every voxel.

mod each_sphere;
mod tile_size;
mod tiles;

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use ndarray::Array2;
use rayon::prelude::*;
use rsa_core::{Error, Observer, Result};

pub(crate) use self::tile_size::TileSize;
use crate::{AdditiveTerms, MapModels, MissingReason, SphereRdms, Spheres, additive};

/// A searchlight: spheres, and the models that their RDMs are compared with.
///
/// Sums over voxels are shared between spheres and exact: a value depends on the members of its sphere alone, and has the
/// same bits with any number of threads.
///
/// # Example
/// ```
/// use ndarray::Array2;
/// use rsa_brain::{
///     AdditiveDissimilarity, AdditiveTerms, MapComparison, MapModels, MapStatistic, Neighborhood, SearchDesign,
///     Searchlight, Spheres, VolumeGrid, VoxelValues,
/// };
/// use rsa_core::Rdm;
///
/// let affine = [[2.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0]];
/// let grid = VolumeGrid::new([6, 6, 6], affine, (0..216).collect())?;
/// let spheres = Spheres::new(grid, Neighborhood::Millimeters { radius: 4.0 })?;
/// let betas = Array2::from_shape_fn((4, 216), |(i, v)| ((i * i + i + 1) * v * v % 11) as f64);
/// let terms = AdditiveTerms::new(
///     AdditiveDissimilarity::Correlation,
///     VoxelValues::from_rows(betas.view())?,
///     SearchDesign::new(vec![0, 1, 2, 3])?,
/// )?;
/// let models = vec![("line".to_owned(), Rdm::new(vec![1.0, 2.0, 3.0, 1.0, 2.0, 1.0])?)];
/// let models = MapModels::new(models, &MapComparison::Spearman, MapStatistic::Similarity)?;
/// let maps = Searchlight::new(&spheres, &models).run(&terms, &())?;
/// assert_eq!((maps.values.dim(), maps.n_computed()), ((1, 216), 64 + 96)); // edges have too few voxels
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Searchlight<'a> {
    spheres: &'a Spheres,
    models: &'a MapModels,
    keeps_rdms: bool,
}

/// Maps of a searchlight.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchlightMaps {
    /// Models × centers; NaN, which map files have for it, at a center that is missing.
    pub values: Array2<f64>,
    /// Number of members of each center.
    pub n_members: Vec<u32>,
    /// Reason for which a center is missing.
    pub missing: Vec<Option<MissingReason>>,
    /// Centers × pairs, if they were to be kept; NaN at a center without an RDM.
    pub rdms: Option<Array2<f64>>,
}

/// Stage of the progress.
const STAGE: &str = "centers";

/// Work in messages about its end.
const WORK: &str = "the searchlight";

/// Results of one center.
struct CenterResult {
    center: usize,
    outcome: std::result::Result<Vec<f64>, MissingReason>,
    rdm: Option<Vec<f64>>,
}

impl<'a> Searchlight<'a> {
    /// Takes spheres and models.
    pub fn new(spheres: &'a Spheres, models: &'a MapModels) -> Self {
        Self { spheres, models, keeps_rdms: false }
    }

    /// Returns the searchlight that keeps the RDM of every center.
    #[must_use]
    pub fn keeping_rdms(self) -> Self {
        Self { keeps_rdms: true, ..self }
    }

    /// Returns the bytes that a run takes beside its data, on this number of threads.
    ///
    /// They are those of the tiles, of the maps, and of the RDMs that are kept.
    pub fn bytes(&self, terms: &AdditiveTerms, n_threads: usize) -> usize {
        let results = self.result_bytes();
        match TileSize::choose(self, terms) {
            Some((_, bytes)) => results.saturating_add(bytes.saturating_mul(n_threads)),
            None => results,
        }
    }

    /// Returns the bytes of the maps, and of the RDMs that are kept.
    pub fn result_bytes(&self) -> usize {
        let n_pairs = if self.keeps_rdms { additive::n_pairs(self.models.n_conditions()) } else { 0 };
        let of_center = 2 + self.models.names().len() + n_pairs;
        self.spheres.grid().n_voxels().saturating_mul(of_center).saturating_mul(size_of::<f64>())
    }

    /// Computes the maps from sums that spheres share, on all threads.
    ///
    /// Neighborhoods of the nearest voxels share no sums; their RDMs are computed one by one.
    ///
    /// # Errors
    /// `ShapeMismatch` if terms, models and spheres have different voxels or conditions; `Cancelled`.
    pub fn run(&self, terms: &AdditiveTerms, observer: &dyn Observer) -> Result<SearchlightMaps> {
        match TileSize::choose(self, terms) {
            Some((size, _)) => self.run_tiles(terms, size, observer),
            None => self.run_each(terms, observer),
        }
    }

    /// Computes the maps from sums that the spheres of a tile share.
    pub(crate) fn run_tiles(
        &self,
        terms: &AdditiveTerms,
        size: TileSize,
        observer: &dyn Observer,
    ) -> Result<SearchlightMaps> {
        let Some(ball) = self.spheres.ball() else { return self.run_each(terms, observer) };
        self.ensure_same(terms.n_voxels(), terms.n_conditions())?;
        let n_members = self.count_members();
        let maps = self.unfinished(&n_members, observer);
        size.tiles(self.spheres.grid().shape()).into_par_iter().try_for_each(|(y, z)| {
            observer.ensure_going(WORK)?;
            let Some(tile) = crate::tile::SearchTile::new(self.spheres, ball, &n_members, y, z) else { return Ok(()) };
            maps.add(tiles::run(self, terms, &tile, observer)?);
            Ok(())
        })?;
        Ok(maps.finish())
    }

    /// Computes the maps from the RDM of each sphere by itself, on all threads.
    ///
    /// # Errors
    /// `ShapeMismatch` if the RDMs of `source` have another number of conditions than the models; the errors of `source`
    /// that are not about the data of a sphere; `Cancelled`.
    pub fn run_each(&self, source: &dyn SphereRdms, observer: &dyn Observer) -> Result<SearchlightMaps> {
        let n_members = self.count_members();
        let maps = self.unfinished(&n_members, observer);
        /// Centers between two looks at the observer.
        const BLOCK: usize = 64;
        let centers: Vec<usize> =
            (0..n_members.len()).filter(|&k| self.spheres.missing(n_members[k] as usize).is_none()).collect();
        centers.par_chunks(BLOCK).try_for_each(|centers| {
            observer.ensure_going(WORK)?;
            let results = centers.iter().map(|&center| each_sphere::run(self, source, center));
            maps.add(results.collect::<Result<Vec<_>>>()?);
            Ok(())
        })?;
        Ok(maps.finish())
    }

    fn count_members(&self) -> Vec<u32> {
        // A sphere has at most all voxels, of which there are fewer than 2³².
        let count = |center| u32::try_from(self.spheres.n_members(center)).unwrap_or(u32::MAX);
        (0..self.spheres.grid().n_voxels()).into_par_iter().map(count).collect()
    }

    fn ensure_same(&self, n_voxels: usize, n_conditions: usize) -> Result<()> {
        let (grid, models) = (self.spheres.grid().n_voxels(), self.models.n_conditions());
        if n_voxels != grid {
            return Err(Error::shape_mismatch(format!("values of {n_voxels} voxels, and the grid has {grid}")));
        }
        self.ensure_conditions(n_conditions).map_err(|_| {
            Error::shape_mismatch(format!("data of {n_conditions} conditions, and the models have {models}"))
        })
    }

    fn ensure_conditions(&self, found: usize) -> Result<()> {
        match self.models.n_conditions() {
            n if n == found => Ok(()),
            n => Err(Error::shape_mismatch(format!("an RDM of {found} conditions, and the models have {n}"))),
        }
    }

    fn unfinished<'b>(&self, n_members: &[u32], observer: &'b dyn Observer) -> UnfinishedMaps<'b> {
        let n_centers = n_members.len();
        let missing: Vec<_> = n_members.iter().map(|&count| self.spheres.missing(count as usize)).collect();
        let total = missing.iter().filter(|reason| reason.is_none()).count() as u64;
        observer.progress(STAGE, 0, total);
        let n_pairs = additive::n_pairs(self.models.n_conditions());
        let maps = SearchlightMaps {
            values: Array2::from_elem((self.models.names().len(), n_centers), f64::NAN),
            n_members: n_members.to_vec(),
            missing,
            rdms: self.keeps_rdms.then(|| Array2::from_elem((n_centers, n_pairs), f64::NAN)),
        };
        UnfinishedMaps { maps: Mutex::new(maps), done: AtomicU64::new(0), total, observer }
    }
}

/// Maps that threads add centers to.
struct UnfinishedMaps<'a> {
    maps: Mutex<SearchlightMaps>,
    done: AtomicU64,
    total: u64,
    observer: &'a dyn Observer,
}

impl UnfinishedMaps<'_> {
    fn add(&self, results: Vec<CenterResult>) {
        let count = results.len() as u64;
        // A thread that panicked ends the run, so the maps are never read half written.
        let mut maps = self.maps.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for CenterResult { center, outcome, rdm } in results {
            match outcome {
                Ok(scores) => {
                    maps.values.column_mut(center).iter_mut().zip(scores).for_each(|(value, score)| *value = score);
                }
                Err(reason) => maps.missing[center] = Some(reason),
            }
            if let (Some(rdms), Some(rdm)) = (&mut maps.rdms, rdm) {
                rdms.row_mut(center).iter_mut().zip(rdm).for_each(|(value, own)| *value = own);
            }
        }
        drop(maps);
        self.observer.progress(STAGE, self.done.fetch_add(count, Ordering::Relaxed) + count, self.total);
    }

    fn finish(self) -> SearchlightMaps {
        self.maps.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl SearchlightMaps {
    /// Returns the number of centers that have values.
    pub fn n_computed(&self) -> usize {
        self.missing.iter().filter(|reason| reason.is_none()).count()
    }

    /// Returns the reasons for which centers are missing, with their numbers of centers.
    pub fn missing_counts(&self) -> Vec<(MissingReason, usize)> {
        let count = |reason| self.missing.iter().filter(|missing| **missing == Some(reason)).count();
        MissingReason::ALL.into_iter().map(|reason| (reason, count(reason))).filter(|&(_, count)| count > 0).collect()
    }
}
