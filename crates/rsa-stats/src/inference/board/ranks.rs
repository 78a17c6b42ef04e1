//! [`Ranks`]: subjects and their pools where RDMs are ranked.

use ndarray::{Array1, Array2};
use rsa_core::Result;

use crate::{
    comparison::embedded::dot,
    inference::{
        scoring::Kind,
        source::{Frame, Source},
        view::View,
    },
};

/// The centred ranks of the subjects over their length, with the roots of the weights in them.
pub(super) struct Ranks {
    kind: Kind,
    vectors: Array2<f64>,
    /// What takes the roots out again.
    unweighted: Option<Vec<f64>>,
}

impl Ranks {
    pub(super) fn new(kind: Kind, view: &View, vectors: Array2<f64>) -> Self {
        let inverse = |&root: &f64| if root > 0.0 { root.recip() } else { 0.0 };
        let unweighted = view.copies.as_ref().map(|copies| copies.roots.iter().map(inverse).collect());
        Self { kind, vectors, unweighted }
    }

    /// Pools ranks, and ranks the pool.
    pub(super) fn against_pool(&self, view: &View, copies: &[f64], subjects: &[usize]) -> Result<Vec<f64>> {
        let mut pool = Array1::<f64>::zeros(self.vectors.ncols());
        for (row, &copies) in self.vectors.rows().into_iter().zip(copies).filter(|(_, copies)| **copies != 0.0) {
            pool.scaled_add(copies, &row);
        }
        let mut pool = pool.to_vec();
        if let Some(unweighted) = &self.unweighted {
            pool.iter_mut().zip(unweighted).for_each(|(value, factor)| *value *= factor);
        }
        // Sums of the same ranks in another order differ in their last digits, and are ties.
        let largest = pool.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        let rounding = 8.0 * f64::EPSILON * largest * copies.len() as f64;
        let frame = Frame::new(self.kind, view)?;
        let mut ranks = frame.ranks_over_length(Source::of(pool, rounding, self.kind).doubled_own_ranks(view))?;
        frame.weigh(&mut ranks);
        let row = |i: usize| self.vectors.row(i).to_slice().map_or(0.0, |row| dot(row, &ranks).clamp(-1.0, 1.0));
        Ok(subjects.iter().map(|&i| row(i)).collect())
    }
}
