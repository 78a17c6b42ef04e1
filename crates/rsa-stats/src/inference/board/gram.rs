//! [`Gram`]: subjects and their pools where the comparison is linear in the RDMs.

use ndarray::{Array1, Array2, ArrayView2};
use rsa_core::{Error, Result, linalg};

/// The inner products of the subjects' unit vectors, which hold all about their weighted means.
pub(super) struct Gram(Array2<f64>);

impl Gram {
    pub(super) fn new(subjects: ArrayView2<'_, f64>) -> Result<Self> {
        Ok(Self(linalg::gram(subjects)?))
    }

    /// The pool P = Σ cⱼφⱼ has φᵢ·P = (Kc)ᵢ and ‖P‖² = cᵀKc.
    pub(super) fn against_pool(&self, copies: &[f64], subjects: &[usize]) -> Result<Vec<f64>> {
        let copies = Array1::from_iter(copies.iter().copied());
        let shared = self.0.dot(&copies);
        let (square, total) = (copies.dot(&shared), copies.sum());
        // Unit vectors that cancel leave rounding.
        if square <= (64.0 * f64::EPSILON * total).powi(2).max(f64::MIN_POSITIVE) {
            return Err(Error::degenerate("the subjects' RDMs cancel in their mean", "check their signs"));
        }
        let length = square.sqrt();
        Ok(subjects.iter().map(|&i| (shared[i] / length).clamp(-1.0, 1.0)).collect())
    }
}
