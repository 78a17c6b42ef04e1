//! Whitening of RDMs by the covariance of their errors.
//!
//! Dissimilarities that share a condition share its noise. Whitening weighs an RDM by the inverse of the covariance V of
//! its entries under noise alone. It turns an RDM x into a vector φ(x), linear in x, whose inner products are xᵀV⁻¹y. V
//! itself, with L² entries, is never formed.

mod condition_covariance;
mod independent;
mod triangular;

pub use condition_covariance::ConditionCovariance;
pub(crate) use independent::IndependentNoise;

#[cfg(test)]
pub(crate) mod dense;
