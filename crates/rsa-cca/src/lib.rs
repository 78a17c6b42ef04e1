//! Canonical correlation between representations: CCA, SVCCA and PWCCA.
//!
//! All three measures compare the [`Subspace`]s that the centered features of two representations span. [`Cca`] weights
//! all directions equally, [`Svcca`] keeps the directions of largest variance, and [`Pwcca`] weights all directions by
//! the features.
//!
//! n centered conditions have n − 1 dimensions. A representation that fills all of them correlates perfectly with any
//! other; this is an error. Two representations that together have more than n − 1 directions must share some; this is
//! a caveat. With fewer conditions than features use SVCCA with few directions, or CKA.
//!
//! For layers larger than the memory, [`CcaAccumulator`] reads one block of conditions after the other.
//!
//! # Example
//! ```
//! use ndarray::Array2;
//! use rsa_cca::{Cca, Keep, Pwcca, Svcca};
//! use rsa_core::{Measure, Representation};
//!
//! let wave = |p, shift: f64| Array2::from_shape_fn((30, p), |(i, j)| (0.3 * i as f64 * (j + 1) as f64 + shift).sin());
//! let (x, y) = (Representation::new(wave(3, 0.0))?, Representation::new(wave(4, 0.5))?);
//! for score in [
//!     Cca::default().score(&x, &y)?,
//!     Svcca::new(Keep::variance(0.99)?).score(&x, &y)?,
//!     Pwcca::default().score(&x, &y)?,
//! ] {
//!     assert!((0.0..=1.0).contains(&score));
//! }
//! # Ok::<(), rsa_core::Error>(())
//! ```

mod keep;
mod subspace;

mod correlations;

mod cca;
mod pwcca;
mod svcca;

mod accumulator;
mod canonical_streamed;

pub use accumulator::{CanonicalMeasure, CcaAccumulator};
pub use cca::Cca;
pub use correlations::{Mean, canonical_correlations};
pub use keep::Keep;
pub use pwcca::{FeatureSubspace, Pwcca, Weights};
pub use subspace::Subspace;
pub use svcca::Svcca;

// A user of this crate alone also needs representations and errors.
pub use rsa_core;

/// The example of this crate's README is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CcaReadmeDoctests;
