//! Centered kernel alignment between representations.
//!
//! [`Cka`] compares centered Gram matrices. Its parameters are the [`Kernel`] (linear, or a radial basis function with
//! a [`Bandwidth`]) and the estimate of [`Hsic`] (biased or unbiased). Its geometry, [`CenteredGram`], stores features
//! or the Gram matrix, whichever is cheaper.
//!
//! Layers larger than the memory have three routes. For the linear kernel, [`CkaAccumulator`] sums over conditions and
//! [`Cka::geometry_by_columns`] over features; both are exact. For other kernels, [`MinibatchCka`] estimates CKA from
//! batches.
//!
//! # Example
//! ```
//! use ndarray::array;
//! use rsa_cka::{Bandwidth, Cka};
//! use rsa_core::{Measure, Representation};
//!
//! let x = Representation::new(array![[0.0, 1.0], [1.0, 3.0], [2.0, 2.0], [4.0, 0.0], [3.0, 1.0]])?;
//! let rotated = Representation::new(array![[-1.0, 0.0], [-3.0, 1.0], [-2.0, 2.0], [0.0, 4.0], [-1.0, 3.0]])?;
//! for cka in [Cka::linear(), Cka::linear().unbiased(), Cka::rbf(Bandwidth::median(0.5)?)] {
//!     assert!((cka.score(&x, &rotated)? - 1.0).abs() < 1e-14);
//! }
//! # Ok::<(), rsa_core::Error>(())
//! ```

mod exponential;
mod hsic;
mod kernel;
mod median;
mod triangle;

mod centered_gram;
mod route;
mod tiles;

mod cka;

mod accumulator;
mod co_moments;
mod linear_streamed;
mod streamed_gram;

mod minibatch;

pub use accumulator::CkaAccumulator;
pub use centered_gram::CenteredGram;
pub use cka::Cka;
pub(crate) use cka::biased_by_dimension;
pub use hsic::Hsic;
pub use kernel::{Bandwidth, Kernel};
pub use minibatch::MinibatchCka;
pub use route::Route;

// A user of this crate alone also needs representations and errors.
pub use rsa_core;

/// The example of this crate's README is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CkaReadmeDoctests;
