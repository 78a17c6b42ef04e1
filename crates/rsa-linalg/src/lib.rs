//! Dense linear algebra for representational data, the error that every crate of rsakit returns, and the order of pairs.
//!
//! This is the only crate that knows the numeric backend. Functions take ndarray views and return ndarray arrays; what
//! they refuse is an [`Error`], never a NaN. The seam adds to the backend (faer) what representational data need:
//! - non-finite input is refused, and an overflow on the way is `OutOfRange`;
//! - decompositions see their input scaled by a power of two, so that 1e±200 is as good as 1;
//! - signs are fixed, so that a decomposition is a function of its input;
//! - one [`rank`](numerical_rank) rule serves all;
//! - decompositions run on one thread, because the threaded ones round differently; products use all threads.
//!
//! [`condensed`] is the order of the pairs of conditions, which distances are written in.
//!
//! `rsa-core` re-exports all of it, as `rsa_core::linalg`.

mod error;

pub mod condensed;

mod accumulate;
mod backend;
mod center;
mod cholesky;
mod cholesky_qr;
mod columns;
mod distances;
mod eigh;
mod extremes;
mod inner_products;
mod pair_sums;
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
pub use distances::{ScaledDistances, half_squared_distances_of_units, squared_distances};
pub use eigh::{Eigh, eigh};
pub use error::{Error, ErrorKind, Result};
pub use extremes::{extremes, extremes_and_sum};
pub use inner_products::{inner_products, same_list};
pub use pair_sums::sums_of_pairs;
pub use product::{dot, gram, inner_product, mirror_lower, product, product_into};
pub use qr::{Qr, qr};
pub use rank::{numerical_rank, rank_tolerance, rounding_noise};
pub use registers::on_wide_registers;
pub use running_mean::{Move, Recentred, RunningMean};
pub use scale::{are_equal, is_constant, power_of_two, within_range};
pub use svd::{Svd, left_singular_vectors, singular_values, svd};
pub use triangular::solve_lower;
pub use triangular_factor::triangular_factor;

#[cfg(test)]
mod hostile;
