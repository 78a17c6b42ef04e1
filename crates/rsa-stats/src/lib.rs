//! Comparing representational dissimilarity matrices (RDMs): similarities, models, inference, multidimensional scaling.
//!
//! A [`Comparison`] reads each RDM once (its order, its ranks, its length) and compares readings. A [`Weighted`] comparison
//! can be evaluated on a bootstrap resample of conditions without writing the resample out: a resample is a weight on each
//! condition, [`Multiplicities`]. [`Rsa`] pairs a dissimilarity of `rsa-core` with a comparison and is a
//! [`Measure`](rsa_core::Measure).
//!
//! # Which comparison?
//! [`Spearman`] is the most reported. Where models predict ties, take [`KendallA`], or [`RhoA`], which is nearly equivalent
//! and fast. Where the values of dissimilarities mean something, take [`Pearson`] or [`Cosine`]; where these values are
//! measured with noise, [`WhitenedPearson`] or [`WhitenedCosine`], because the plain ones weigh noisy dissimilarities wrongly.
//!
//! # Inference
//! [`Inference`] tells which model explains the data, how certain that is, and how good any model could be; its answer is an
//! [`Evaluation`]. It works over every [`Instrument`] that scores models on subjects and conditions; a set of RDMs,
//! [`RdmSet`], is one. The chapter [`inference_theory`] derives the variances. [`PermutationTest`] and [`Jackknife`] serve every
//! other measure, [`Reliability`] measures the agreement of subjects. [`Mds`] maps an RDM, and [`Dendrogram`] clusters its conditions;
//! [`CategoryContrast`] compares dissimilarities between categories with those within them.
//!
//! # Maps
//! [`MapTest`] tests maps of a group of subjects: volumes, surfaces, time courses. It flips signs or permutes subjects, and
//! corrects by the largest t, by clusters or by exact [`Tfce`] over any [`Adjacency`], or for the false discovery rate. See the
//! chapter [`group_maps`]. [`PeakLatencies`] finds when courses over time are largest.
//!
//! # Long work
//! Long routes have a twin that ends in `_observed`: it reports progress to an [`Observer`](rsa_core::Observer) and ends with
//! an error of kind `Cancelled` when the observer says so.
//!
//! # Example
//! ```
//! use rsa_core::Rdm;
//! use rsa_stats::{Comparison, KendallA, Multiplicities, Weighted};
//!
//! let a = KendallA.read(&Rdm::new(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?)?;
//! let b = KendallA.read(&Rdm::new(vec![1.0, 2.0, 3.0, 4.0, 6.0, 5.0])?)?;
//! assert_eq!(KendallA.compare(&a, &b)?, 13.0 / 15.0);
//! // The resample that drew condition 0 twice and condition 3 not at all.
//! let drawn = Multiplicities::new(vec![2, 1, 1, 0])?;
//! assert!(KendallA.compare_weighted(&a, &b, &drawn)? < 1.0);
//! # Ok::<(), rsa_core::Error>(())
//! ```

mod ranks;
mod whitening;

pub mod comparison;
mod regression;
mod rsa;

mod models;
mod permuted_rdms;
mod resample;

mod category_contrast;
mod clustering;
mod inference;
mod latency;
mod maps;
mod mds;

#[doc = include_str!("../docs/inference.md")]
pub mod inference_theory {}

#[doc = include_str!("../docs/group-maps.md")]
pub mod group_maps {}

pub use category_contrast::{CategoryContrast, CategoryMeans, PermutedCategories, WithinBetween};
pub use clustering::{Dendrogram, Merge};
pub use comparison::{
    AnyComparison, AnyReading, Bures, Comparison, ConditionWhitened, Configuration, Cosine, Embedded, Ignores,
    KendallA, KendallB, Ordered, Partial, Pearson, RhoA, Scoring, Spearman, Weighted, WhitenedCosine, WhitenedPearson,
};
pub use inference::{
    CeilingKind, Crossvalidation, Dropped, Evaluation, FoldAssignment, GeneralizeTo, Inference, Instrument,
    ModelEvaluation, NoiseCeiling, NotLeftOut, PairwiseDifference, Part, PartHeader, PermutationCounts, PermutedScores,
    RdmSet, Reliability, Resample, ResampleCounts, StandardErrorBy, SubjectCeilings, SubjectScores, Variance,
};
pub use latency::{LatencyDifference, LatencyOutcome, PeakLatencies, PeakLatency};
pub use maps::{
    Adjacency, ClusterStatistic, ElementP, MapCluster, MapContrast, MapCorrection, MapTest, MapTestOutcome, TestedMap,
    Tfce, VoxelConnectivity,
};
pub use mds::{Mds, MdsEmbedding, MdsScaling};
pub use models::Model;
pub use ranks::rank_transform;
pub use regression::{CommonalityAnalysis, ExplainedVariance, Regression};
pub use resample::{
    Correction, DrawnPseudoTrials, Jackknife, JackknifeOutcome, Multiplicities, PermutationOutcome, PermutationTest,
    PseudoTrials, SubjectMean, SubjectTest,
};
pub use rsa::Rsa;
pub use whitening::ConditionCovariance;

// Whoever takes this crate alone needs representations and errors, too.
pub use rsa_core;

/// The example of the README, compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct StatsReadmeDoctests;
