//! Canonical correlation between representations: CCA, SVCCA and PWCCA.
//!
//! All three look at the [`Subspace`] that the centered features of a representation span. [`Cca`] counts all directions
//! alike, [`Svcca`] the directions of largest variance, and [`Pwcca`] weights all directions by the features.
//!
//! n centered conditions have n − 1 dimensions. A representation that fills them all correlates perfectly with
//! everything, and two that together have more directions must share some: the first is an error here, the second
//! a caveat. With fewer conditions than features use SVCCA with few directions, or CKA.
//!
//! For layers larger than the memory, [`CcaAccumulator`] takes in one block of conditions after the other.
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

// Whoever takes this crate alone needs representations and errors, too.
pub use rsa_core;

/// The example of this crate's README is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CcaReadmeDoctests;
