//! Types and traits that all of rsakit shares: representations, geometries, measures, RDMs and measurements.
//!
//! One sentence describes the library: **a measure reads a geometry from each representation, and compares
//! geometries.**
//!
//! ```text
//! Representation ──geometry──▶ Geometry ┐
//!                                       ├─compare──▶ f64   + Profile: the meaning of this number and what it ignores
//! Representation ──geometry──▶ Geometry ┘
//! ```
//!
//! The parts, in reading order:
//! - [`Error`], [`Conditions`], [`Features`], [`Representation`], [`Measurements`], [`RowBlocks`]: data, checked once;
//! - [`RowGroups`]: means and standard scores of rows that belong together;
//! - [`Covariance`], [`CovarianceEstimator`], [`Precision`], [`whiten_runs`], [`condition_covariance`]: the noise of
//!   measurements;
//! - [`Invariances`], [`Profile`], [`Caveat`]: the meaning of a score, as data; [`Positive`], [`Fraction`]: parameters;
//! - [`Measure`], [`AnyMeasure`], [`Grid`]: the trait of measures, its type-erased form, and the scores of all pairs;
//! - [`Accumulate`], [`Streaming`]: sums over conditions, for layers that are read a block at a time;
//! - [`ParticipationRatio`]: the number of dimensions that a representation uses;
//! - [`Rdm`], [`Gram`]: the geometries that several crates use, and [`condensed`], the order of pairs;
//! - [`Dissimilarity`]: RDMs from representations; [`Estimator`]: RDMs from measurements, cross-validated between runs;
//! - [`blocks`]: layers larger than memory, read a block at a time;
//! - [`linalg`]: the crate rsa-linalg, the only one that uses the numeric backend.
//!
//! # Example
//! ```
//! use ndarray::array;
//! use rsa_core::{Dissimilarity, Euclidean, Representation};
//!
//! let x = Representation::new(array![[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])?;
//! assert_eq!(Euclidean.rdm(&x)?.values(), [5.0, 10.0, 5.0]);
//! # Ok::<(), rsa_core::Error>(())
//! ```

mod conditions;
mod features;
mod representation;
mod row_blocks;
mod row_groups;

mod measurements;
mod noise;

mod caveat;
mod invariances;
mod number;
mod profile;

pub mod blocks;

mod observer;

mod accumulate;
mod all_pairs;
mod any_measure;
mod grid;
mod measure;

mod gram;
mod participation_ratio;
mod rdm;

mod dissimilarity;

pub use accumulate::{Accumulate, ByFeatures, NamedArray, Streaming, SummedScores};
pub use all_pairs::{compare_each, compare_read, compare_readable, score_pairs};
pub use any_measure::{AnyGeometry, AnyMeasure};
pub use caveat::{Caveat, CaveatKind};
pub use conditions::Conditions;
pub use dissimilarity::{
    Correlation, Cosine, Crossnobis, CrossvalidatedCorrelation, CrossvalidatedCosine, CrossvalidatedPoisson,
    Dissimilarity, Estimator, Euclidean, Mahalanobis, Manhattan, PairWeighting, Poisson, RunNoise, SquaredEuclidean,
};
pub use features::{FeatureAxis, FeatureGrid, FeaturePositions, Features, PositionUnit};
pub use gram::Gram;
pub use grid::Grid;
pub use invariances::Invariances;
pub use measure::Measure;
pub use measurements::Measurements;
pub use noise::{
    Covariance, CovarianceEstimator, Precision, condition_covariance, identity_share_of_products, whiten_runs,
};
pub use number::{Fraction, Positive};
pub use observer::Observer;
pub use participation_ratio::ParticipationRatio;
pub use profile::{Identity, Orientation, Profile};
pub use rdm::{Evidence, Rdm, Rescaled};
pub use representation::Representation;
pub use row_blocks::{FeatureSubset, RowBlocks};
pub use row_groups::{RowGroups, StandardizedRows};

pub use rsa_linalg as linalg;
pub use rsa_linalg::{Error, ErrorKind, Result, condensed, same_list};

/// The example of this crate's README is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CoreReadmeDoctests;
