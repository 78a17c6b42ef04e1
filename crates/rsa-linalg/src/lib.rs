//! Dense linear algebra for representational data, the error type of rsakit and the order of pairs of conditions.
//!
//! This is the only crate that names the numeric backend (faer). Functions take ndarray views and return ndarray
//! arrays. A function that cannot answer returns an [`Error`], never NaN. The crate adds to the backend:
//! - non-finite input is refused, and an overflow on the way is `OutOfRange`;
//! - a decomposition first divides its input by a power of two, so that values near 1e±200 cause no overflow;
//! - the signs of singular vectors, eigenvectors and QR factors are fixed, so that equal inputs give equal results;
//! - one rule decides the [rank](numerical_rank) of every matrix;
//! - decompositions run on one thread, because those of the backend round differently on several; products use all
//!   threads.
//!
//! The module [`condensed`] defines the order in which the distances of all pairs of conditions are stored.
//!
//! `rsa-core` re-exports this crate as `rsa_core::linalg`.

mod error;

pub mod condensed;

mod accumulate;
mod backend;
mod center;
mod cholesky;
mod cholesky_qr;
mod column_moments;
mod columns;
mod distances;
mod eigh;
mod extremes;
mod held_precision;
mod inner_products;
mod pair_sums;
mod positive_definite;
mod product;
mod qr;
mod rank;
mod registers;
mod running_mean;
mod scale;
mod svd;
mod triangular;
mod triangular_factor;

pub use accumulate::{add_lower_gram, add_product, transpose_into};
pub use center::{Centered, center, center_in, center_kernel};
pub use cholesky::cholesky;
pub use cholesky_qr::{CholeskyQr, cholesky_qr};
pub use column_moments::{ColumnMoments, column_moments};
pub use distances::{ScaledDistances, half_squared_distances_of_units, squared_distances, squared_distances_while};
pub use eigh::{Eigh, eigh};
pub use error::{Error, ErrorKind, Result};
pub use extremes::{extremes, extremes_and_sum};
pub use held_precision::held_precision;
pub use inner_products::{inner_products, same_list};
pub use pair_sums::sums_of_pairs;
pub use positive_definite::solve_positive_definite;
pub use product::{allocate_product_scratch, dot, gram, inner_product, mirror_lower, product, product_into};
pub use qr::{Qr, qr};
pub use rank::{numerical_rank, rank_tolerance, rounding_noise};
pub use registers::on_wide_registers;
pub use running_mean::{Move, Recentered, RunningMean};
pub use scale::{are_equal, is_constant, power_of_two, scale_into_range};
pub use svd::{Svd, left_singular_vectors, singular_values, svd};
pub use triangular::solve_lower;
pub use triangular_factor::triangular_factor;

/// The example of this crate's README is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct LinalgReadmeDoctests;

#[cfg(test)]
mod tests {
    mod hostile;
}
