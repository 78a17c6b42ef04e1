//! [`LinearSubjects`]: subjects and pools of subjects for comparisons that are linear in the RDMs.

use ndarray::{Array1, Array2, ArrayView2};
use rsa_core::{Error, Result, linalg};

/// The subjects' unit vectors and their inner products.
#[derive(Debug)]
pub(super) struct LinearSubjects {
    vectors: Array2<f64>,
    products: SubjectProducts,
}

/// The inner products of the subjects' unit vectors, which determine every weighted mean of subjects.
#[derive(Debug)]
pub(crate) struct SubjectProducts(Array2<f64>);

impl LinearSubjects {
    /// Takes the vectors as rows.
    pub(super) fn new(vectors: Array2<f64>) -> Result<Self> {
        Ok(Self { products: SubjectProducts(linalg::gram(vectors.view())?), vectors })
    }

    /// Returns the subjects' vectors as rows.
    pub(super) fn vectors(&self) -> ArrayView2<'_, f64> {
        self.vectors.view()
    }

    /// Returns the inner products of the vectors.
    pub(super) fn products(&self) -> &SubjectProducts {
        &self.products
    }
}

impl SubjectProducts {
    /// Takes the products, subjects × subjects.
    pub(super) fn new(products: Array2<f64>) -> Self {
        Self(products)
    }

    /// Compares subjects with the pool P = Σ cⱼφⱼ, for which φᵢ·P = (Kc)ᵢ and ‖P‖² = cᵀKc.
    ///
    /// # Errors
    /// `Degenerate` if the vectors cancel in the pool.
    pub(super) fn compare_with_pool(&self, weights: &[f64], subjects: &[usize]) -> Result<Vec<f64>> {
        let weights = Array1::from_iter(weights.iter().copied());
        let shared = self.0.dot(&weights);
        let (square, total) = (weights.dot(&shared), weights.sum());
        // Unit vectors that cancel leave rounding.
        if square <= (64.0 * f64::EPSILON * total).powi(2).max(f64::MIN_POSITIVE) {
            return Err(Error::degenerate("the subjects' RDMs cancel in their mean", "check their signs"));
        }
        let length = square.sqrt();
        Ok(subjects.iter().map(|&i| (shared[i] / length).clamp(-1.0, 1.0)).collect())
    }
}
