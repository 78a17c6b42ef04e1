//! [`Ranks`]: subjects and their pools where RDMs are ranked.

use ndarray::{Array2, ArrayView2};
use rsa_core::{Result, linalg::dot};

use super::add;
use crate::inference::source::{Frame, Source};

/// The centred ranks of the subjects over their length, with the roots of the weights in them.
pub(super) struct Ranks<'v> {
    frame: Frame<'v>,
    vectors: Array2<f64>,
    /// What takes the roots out again.
    unweighted: Option<Vec<f64>>,
}

impl<'v> Ranks<'v> {
    pub(super) fn new(frame: Frame<'v>, vectors: Array2<f64>) -> Self {
        let inverse = |&root: &f64| if root > 0.0 { root.recip() } else { 0.0 };
        let unweighted = frame.view.copies.as_ref().map(|copies| copies.roots.iter().map(inverse).collect());
        Self { frame, vectors, unweighted }
    }

    pub(super) fn frame(&self) -> &Frame<'v> {
        &self.frame
    }

    pub(super) fn vectors(&self) -> ArrayView2<'_, f64> {
        self.vectors.view()
    }

    fn row(&self, i: usize) -> &[f64] {
        let (columns, all) = (self.vectors.ncols(), self.vectors.as_slice().expect("rows one after another"));
        &all[i * columns..(i + 1) * columns]
    }

    pub(super) fn add(&self, i: usize, copies: f64, sum: &mut Vec<f64>) {
        add(sum, copies, self.row(i));
    }

    /// Ranks the pool of `members` subjects.
    pub(super) fn against(&self, sum: &[f64], members: usize, subjects: &[usize]) -> Result<Vec<f64>> {
        let mut pool = sum.to_vec();
        if let Some(unweighted) = &self.unweighted {
            pool.iter_mut().zip(unweighted).for_each(|(value, factor)| *value *= factor);
        }
        // Sums of the same ranks in another order differ in their last digits, and are ties.
        let largest = pool.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        let rounding = 8.0 * f64::EPSILON * largest * members as f64;
        let pool = Source::of(pool, rounding, self.frame.kind);
        let mut ranks = self.frame.ranks_over_length(pool.doubled_own_ranks(self.frame.view))?;
        self.frame.weigh(&mut ranks);
        Ok(subjects.iter().map(|&i| dot(self.row(i), &ranks).clamp(-1.0, 1.0)).collect())
    }
}
