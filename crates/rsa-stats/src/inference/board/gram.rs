//! [`Gram`]: subjects and their pools where the comparison is linear in the RDMs.

use ndarray::{Array1, Array2, ArrayView2};
use rsa_core::{Error, Result, linalg};

/// The subjects' unit vectors, and their inner products, which hold all about their weighted means.
pub(super) struct Gram {
    vectors: Array2<f64>,
    products: Array2<f64>,
}

impl Gram {
    pub(super) fn new(vectors: Array2<f64>) -> Result<Self> {
        Ok(Self { products: linalg::gram(vectors.view())?, vectors })
    }

    pub(super) fn vectors(&self) -> ArrayView2<'_, f64> {
        self.vectors.view()
    }

    /// The pool P = Σ cⱼφⱼ has φᵢ·P = (Kc)ᵢ and ‖P‖² = cᵀKc.
    pub(super) fn against(&self, copies: &[f64], subjects: &[usize]) -> Result<Vec<f64>> {
        let copies = Array1::from_iter(copies.iter().copied());
        let shared = self.products.dot(&copies);
        let (square, total) = (copies.dot(&shared), copies.sum());
        // Unit vectors that cancel leave rounding.
        if square <= (64.0 * f64::EPSILON * total).powi(2).max(f64::MIN_POSITIVE) {
            return Err(Error::degenerate("the subjects' RDMs cancel in their mean", "check their signs"));
        }
        let length = square.sqrt();
        Ok(subjects.iter().map(|&i| (shared[i] / length).clamp(-1.0, 1.0)).collect())
    }
}
