//! Representational similarity of brains, models and neural networks.
//!
//! The measures say how alike two systems, or two layers, represent the same conditions. **A measure reads a geometry
//! off each representation, and compares geometries.**
//!
//! ```text
//! Representation ──geometry──▶ Geometry ┐
//!                                       ├─compare──▶ f64   + Profile: what this number means and what it ignores
//! Representation ──geometry──▶ Geometry ┘
//! ```
//!
//! # Example
//! ```
//! use ndarray::array;
//! use rsakit::{Cka, Measure, Representation};
//!
//! // Four conditions (rows) in two layers of two and three features.
//! let x = Representation::new(array![[1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [1.0, 3.0]])?;
//! let y = Representation::new(array![[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 2.0, 0.0], [3.0, 1.0, 0.0]])?;
//! let similarity = Cka::linear().score(&x, &y)?;
//! assert!((0.0..=1.0).contains(&similarity));
//! # Ok::<(), rsakit::Error>(())
//! ```
//!
//! # Which measure?
//! - Layers of networks, more conditions than a handful: [`Cka`]; with more features than half the conditions its
//!   unbiased estimate, because the biased one is then high even for independent data.
//! - Is the same information there in any linear code? [`Cca`], with many more conditions than features;
//!   [`Svcca`] or [`Pwcca`] where small directions are noise.
//! - A distance for maps, clusters and means of layers: [`Shape`], a metric, Procrustes by default.
//! - Do the same conditions lie side by side? [`Knn`], which ignores all that is far apart.
//! - Brains, behaviour, models of different kinds, or only dissimilarities are known: [`Rsa`].
//! - How well do the features of a model predict each recorded site on new conditions? [`Predict`].
//!
//! [`Profile::invariances`](core::Profile::invariances) says what each measure ignores, `rsakit measures` prints it, and
//! the laws check it; the chapter [`ignores`] gives the reasons.
//!
//! # Where to begin
//! The chapter [`guide`] goes from arrays to a comparison, an RDM, an evaluation of models and its reading. The folder
//! `examples` of this crate has longer programs.
//!
//! # Where things are
//! The root has the names that most programs begin with. The crates below are the modules [`core`] (representations,
//! dissimilarities, geometries), [`stats`] (comparisons of RDMs, RSA, inference), [`cca`], [`cka`], [`shape`](mod@shape) and [`encode`]
//! (encoding models); with the features of these names also `brain` (searchlights), `io` (files) and `plot` (figures and pages).
//! [`spec`] reads measures from text, and [`catalogue`] lists them.

#[cfg(feature = "brain")]
pub use rsa_brain as brain;
pub use rsa_cca as cca;
pub use rsa_cka as cka;
pub use rsa_core as core;
pub use rsa_encode as encode;
#[cfg(feature = "io")]
pub use rsa_io as io;
#[cfg(feature = "plot")]
pub use rsa_plot as plot;
pub use rsa_shape as shape;
pub use rsa_stats as stats;

pub mod guide;
pub mod ignores;
pub mod spec;

mod catalogue;
mod families;
mod reference;

pub use catalogue::catalogue;
pub use families::MeasureSpec;
pub use reference::Reference;
pub use rsa_cca::{Cca, Keep, Pwcca, Svcca};
pub use rsa_cka::{Bandwidth, Cka};
pub use rsa_core::{Correlation, Error, Euclidean, Measure, Rdm, Representation, Result};
pub use rsa_encode::Predict;
pub use rsa_shape::{Cknna, Knn, Shape, SizeAndShape};
pub use rsa_stats::{Rsa, Spearman};

/// The examples of the workspace's README are compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct WorkspaceReadme;

/// The example of this crate's README is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FacadeReadmeDoctests;
