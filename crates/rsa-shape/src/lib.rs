//! Shapes of representations and neighbors of conditions.
//!
//! A representation places its conditions as points in the space of its features. Its shape is what remains of this
//! configuration if rotations, reflections, translations and size are ignored. [`Shape`] compares shapes, and with
//! [`Alpha`] below 1 also ignores, partly or wholly, how far the configuration extends in each direction.
//! [`SizeAndShape`] keeps the size. Both read a [`ShapeConfiguration`] from each representation.
//!
//! The distances are metrics, so layers can be placed on a map, clustered and averaged by them.
//!
//! [`Knn`] counts the nearest neighbors of conditions that two representations share, and [`Cknna`] aligns the inner
//! products of such neighbors. Both read blocks of rows and keep lists, so they take many conditions.
//!
//! # Example
//! ```
//! use ndarray::array;
//! use rsa_core::{Measure, Representation};
//! use rsa_shape::Shape;
//!
//! let x = Representation::new(array![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])?;
//! let turned = Representation::new(array![[5.0, 5.0], [5.0, 7.0], [3.0, 5.0]])?;
//! assert!(Shape::procrustes().score(&x, &turned)? < 1e-15);
//! # Ok::<(), rsa_core::Error>(())
//! ```

mod alpha;
mod configuration;

mod shape;
mod size_and_shape;

mod neighbors;
mod patterns;

mod cknna;
mod knn;

pub use alpha::Alpha;
pub use cknna::{Cknna, NeighborProducts, PatternLength};
pub use configuration::ShapeConfiguration;
pub use knn::{Chance, Knn, NeighborScore};
pub use neighbors::{NeighborMetric, Neighbors};
pub use shape::{Shape, ShapeDistance};
pub use size_and_shape::SizeAndShape;

// A user of this crate alone also needs representations and errors.
pub use rsa_core;

/// The example of this crate's README is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ShapeReadmeDoctests;
