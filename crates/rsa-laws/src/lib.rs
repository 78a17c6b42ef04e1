//! Laws that every measure of representational similarity must satisfy, and a search for counterexamples.
//!
//! A [`Profile`](rsa_core::Profile) declares the transformations that a measure ignores in each argument, its range,
//! its score of a representation with itself, and whether it is symmetric, a metric, unbiased. This crate checks a
//! profile **in both directions**: a declared property must hold on all data, and a property that is not declared must
//! fail on some. [`check`] checks one [`Law`] of one measure; [`Plan`] sets the number of cases.
//!
//! Data are drawn as a [`Recipe`], not as a matrix, so that a counterexample shrinks to a few readable numbers:
//!
//! ```text
//! orthogonal is declared and does not hold
//!   situation    orthogonal
//!   argument     first
//!   recipes      x: Recipe { n_conditions: 14, n_features: 3, rank: 3, conditioning: 1.5, …, stimuli: 0, seed: 0 }
//!   …
//!   to change    take Invariances::ORTHOGONAL, and what contains it, out of `invariances[0]`
//! ```
//!
//! # Example
//! A measure with an error in its profile. It scores 1 if both representations respond most strongly (with the longest
//! pattern) to the same condition, else 0. Its profile wrongly declares that it ignores translations:
//! ```
//! use rsa_core::{Identity, Invariances, Measure, Orientation, Profile, Representation, Result};
//! use rsa_laws::{Law, Transformation, check};
//!
//! struct Loudest;
//!
//! /// Equality of the conditions with the longest pattern.
//! impl Measure for Loudest {
//!     type Geometry = usize;
//!
//!     fn profile(&self) -> Profile {
//!         Profile {
//!             orientation: Orientation::Similarity,
//!             range: [0.0, 1.0],
//!             identity: Identity::Always(1.0),
//!             symmetric: true,
//!             metric: false,
//!             unbiased: false,
//!             reorderable: true,
//!             invariances: [Invariances::ORTHOGONAL | Invariances::SCALING | Invariances::TRANSLATION; 2],
//!         }
//!     }
//!
//!     fn geometry(&self, x: &Representation) -> Result<usize> {
//!         let length = |i: usize| x.pattern(i).dot(&x.pattern(i));
//!         Ok((1..x.n_conditions()).fold(0, |best, i| if length(i) > length(best) { i } else { best }))
//!     }
//!
//!     fn compare(&self, a: &usize, b: &usize) -> Result<f64> {
//!         Ok(if a == b { 1.0 } else { 0.0 })
//!     }
//! }
//!
//! assert!(check(&Loudest, Law::Invariance(Transformation::Orthogonal)).passed());
//! let verdict = check(&Loudest, Law::Invariance(Transformation::Translation));
//! let failure = verdict.failures().next().unwrap();
//! assert!(failure.to_string().contains("take Invariances::TRANSLATION"), "{failure}");
//! ```
//!
//! The parts, in reading order: [`Tolerance`]; [`Transformation`]; [`Recipe`], [`Case`], [`Family`]: data; [`Law`],
//! [`Claim`], [`ArgumentSide`]: statements to check; [`Plan`], [`check`]: the search; [`LawVerdict`], [`Finding`],
//! [`ClaimFailure`]: its results.

mod random;
mod tolerance;

mod transformation;

mod case;
mod draw;
mod recipe;

mod law;

mod deviation;
mod independence;
mod refusals;
mod threads;

mod plan;
mod verdict;

pub use case::{Case, Family};
pub use law::{ArgumentSide, Claim, Law};
pub use plan::{Plan, check};
pub use recipe::Recipe;
pub use tolerance::Tolerance;
pub use transformation::{Transformation, reordering};
pub use verdict::{ClaimFailure, Finding, LawVerdict};

/// The example of this crate's README is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct LawsReadmeDoctests;
