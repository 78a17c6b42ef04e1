//! [`RankedSubjects`]: subjects and pools of subjects for comparisons of ranks.

use ndarray::{Array2, ArrayView2};
use rsa_core::{Result, linalg::dot};

use super::{prepared_rdm::PreparedRdm, subjects::add_scaled, vectorizer::Vectorizer};

/// The subjects' centered ranks over their length, with the square roots of the weights in them.
#[derive(Debug)]
pub(super) struct RankedSubjects {
    vectorizer: Vectorizer,
    vectors: Array2<f64>,
    /// Inverse square roots of the weights, which take the roots out again.
    inverse_roots: Option<Vec<f64>>,
}

impl RankedSubjects {
    /// Takes the vectors that `vectorizer` made of the subjects, as rows.
    pub(super) fn new(vectorizer: Vectorizer, vectors: Array2<f64>) -> Self {
        let inverse = |&root: &f64| if root > 0.0 { root.recip() } else { 0.0 };
        let weights = vectorizer.pairs.weights.as_ref();
        let inverse_roots = weights.map(|weights| weights.roots.iter().map(inverse).collect());
        Self { vectorizer, vectors, inverse_roots }
    }

    /// Returns the vectorizer that made the subjects' vectors.
    pub(super) fn vectorizer(&self) -> &Vectorizer {
        &self.vectorizer
    }

    /// Returns the subjects' vectors as rows.
    pub(super) fn vectors(&self) -> ArrayView2<'_, f64> {
        self.vectors.view()
    }

    fn row(&self, i: usize) -> &[f64] {
        let (columns, all) = (self.vectors.ncols(), self.vectors.as_slice().expect("rows one after another"));
        &all[i * columns..(i + 1) * columns]
    }

    /// Adds subject `i` to a pool.
    pub(super) fn add(&self, i: usize, weight: f64, sum: &mut Vec<f64>) {
        add_scaled(sum, weight, self.row(i));
    }

    /// Ranks a pool of at most `n_subjects` subjects and compares subjects with it.
    ///
    /// # Errors
    /// `Degenerate` if the pool is constant.
    pub(super) fn compare_with_pool(&self, sum: &[f64], n_subjects: usize, subjects: &[usize]) -> Result<Vec<f64>> {
        let mut pool = sum.to_vec();
        if let Some(inverse_roots) = &self.inverse_roots {
            pool.iter_mut().zip(inverse_roots).for_each(|(value, factor)| *value *= factor);
        }
        // Equal sums, added in another order, differ in their last digits and must stay tied.
        let largest = pool.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        let rounding = 8.0 * f64::EPSILON * largest * n_subjects as f64;
        let vectorizer = &self.vectorizer;
        let pool = PreparedRdm::from_values(pool, rounding, vectorizer.preparation);
        let ranks = vectorizer.vector_of_ranks(pool.doubled_ranks_of_resample(&vectorizer.pairs))?;
        Ok(subjects.iter().map(|&i| dot(self.row(i), &ranks).clamp(-1.0, 1.0)).collect())
    }
}
