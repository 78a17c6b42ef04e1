//! Representational similarity of brains, models and neural networks.
//!
//! Do two systems, or two layers, represent the same conditions alike? **A measure reads a geometry off each
//! representation, and compares geometries.**
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
//! - Brains, behaviour, models of different kinds, or only dissimilarities are known: [`Rsa`].
//!
//! What each measure ignores is data, [`Profile::invariances`](core::Profile::invariances), printed by `rsakit measures`
//! and held true by the laws; the chapter [`ignores`] says why it is so.
//!
//! # Where things are
//! The root has the names of a first hour. The crates below stand in [`core`] (representations, dissimilarities,
//! geometries), [`stats`] (comparisons of RDMs, RSA), [`cca`] and [`cka`]. [`spec`] reads measures from text, and
//! [`catalogue`] lists them.

pub use rsa_cca as cca;
pub use rsa_cka as cka;
pub use rsa_core as core;
pub use rsa_stats as stats;

mod catalogue;
pub mod ignores;
pub mod spec;

pub use catalogue::catalogue;
pub use rsa_cca::{Cca, Keep, Pwcca, Svcca};
pub use rsa_cka::{Bandwidth, Cka};
pub use rsa_core::{Correlation, Error, Euclidean, Measure, Rdm, Representation, Result};
pub use rsa_stats::{Rsa, Spearman};
pub use spec::MeasureSpec;

/// The examples of the README are compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
