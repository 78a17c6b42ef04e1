//! [`Comparison`]: similarities between RDMs, plain and on a resample of conditions; each RDM is read once.
//!
//! A comparison that is an inner product of two vectors declares the steps to the vector and nothing else (`embedded`);
//! [`Pearson`] is the shortest. One that counts pairs of dissimilarities uses `ordered`, like [`KendallB`]. Every other
//! comparison has a reading of its own, like [`Bures`]. `joint` finds the pairs that are present in both RDMs, and
//! refuses RDMs that cannot be compared.

pub(crate) mod joint;
pub(crate) mod vector;

pub(crate) mod embedded;
pub(crate) mod given_span;
pub(crate) mod ordered;

mod any_comparison;
mod bures;
mod condition_whitened;
mod cosine;
mod kendall_a;
mod kendall_b;
mod partial;
mod pearson;
mod rho_a;
mod spearman;
mod whitened_cosine;
mod whitened_pearson;

mod scoring;
pub(crate) mod weighted;

pub use any_comparison::{AnyComparison, AnyReading};
pub use bures::{Bures, Configuration};
pub use condition_whitened::ConditionWhitened;
pub use cosine::Cosine;
pub use embedded::Embedded;
pub use kendall_a::KendallA;
pub use kendall_b::KendallB;
pub use ordered::Ordered;
pub use partial::Partial;
pub use pearson::Pearson;
pub use rho_a::RhoA;
pub(crate) use scoring::Preparation;
pub use scoring::Scoring;
pub use spearman::Spearman;
pub use whitened_cosine::WhitenedCosine;
pub use whitened_pearson::WhitenedPearson;

use rayon::prelude::*;
use rsa_core::{Caveat, Grid, Identity, Observer, Rdm, Result, same_list, score_pairs};

use crate::Multiplicities;

/// A similarity between RDMs.
///
/// Work that concerns one RDM alone (its order, ranks, length) is done once, in [`read`](Self::read).
/// Dissimilarities missing on either side are left out of a comparison.
pub trait Comparison: Send + Sync {
    /// An RDM prepared for comparing.
    type Reading: Send + Sync + 'static;

    /// Prepares an RDM.
    ///
    /// # Errors
    /// `TooFewConditions` below three, `Degenerate` if the RDM is constant (for a cosine: all zero).
    fn read(&self, rdm: &Rdm) -> Result<Self::Reading>;

    /// Prepares every RDM, on all threads; one that cannot be read leaves its error in its place.
    fn read_all(&self, rdms: &[Rdm]) -> Vec<Result<Self::Reading>> {
        rdms.par_iter().map(|rdm| self.read(rdm)).collect()
    }

    /// Compares two RDMs of the same conditions.
    ///
    /// # Errors
    /// `ShapeMismatch` or `LabelMismatch` for different conditions, `Degenerate` if too few dissimilarities are present
    /// on both sides or those of one side are constant.
    fn compare(&self, a: &Self::Reading, b: &Self::Reading) -> Result<f64>;

    /// Compares every RDM of `a` (rows) with every RDM of `b` (columns); each pair once if the lists are the same.
    fn compare_all(&self, a: &[&Self::Reading], b: &[&Self::Reading]) -> Grid<Result<f64>> {
        self.compare_all_observed(a, b, &())
    }

    /// Compares all pairs like [`compare_all`](Self::compare_all), and stops if the observer cancels.
    ///
    /// A pair that was not compared before the work was cancelled holds an error of kind `Cancelled`. A comparison with
    /// a faster exact route for many pairs overrides this method.
    fn compare_all_observed(
        &self,
        a: &[&Self::Reading],
        b: &[&Self::Reading],
        observer: &dyn Observer,
    ) -> Grid<Result<f64>> {
        // Every comparison of RDMs is symmetric.
        score_pairs(a.len(), b.len(), same_list(a, b), observer, |i, j| self.compare(a[i], b[j]))
    }

    /// Returns the RDM that was read, if the reading keeps it.
    fn rdm_of<'a>(&self, reading: &'a Self::Reading) -> Option<&'a Rdm> {
        let _ = reading;
        None
    }

    /// Returns the caveats that must be reported with the comparison of `a` and `b`.
    ///
    /// By default one of few pairs, if the readings keep their RDMs.
    fn caveats(&self, a: &Self::Reading, b: &Self::Reading) -> Vec<Caveat> {
        match (self.rdm_of(a), self.rdm_of(b)) {
            (Some(a), Some(b)) => joint::few_pairs(&[a, b]).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the changes of all dissimilarities of an RDM that leave the comparison unchanged.
    ///
    /// [`Rsa`](crate::Rsa) ignores what multiplies all dissimilarities by one factor if the comparison ignores the scale.
    fn ignores(&self) -> Ignores;

    /// Returns `true` if two RDMs score 0 on average over all orders of the conditions of one of them.
    fn is_unbiased(&self) -> bool {
        // On average each pair of one RDM meets the same value of the other, an offset.
        self.ignores() >= Ignores::ScaleAndOffset
    }

    /// Returns the comparison of an RDM with itself.
    fn identity(&self) -> Identity {
        Identity::Always(1.0)
    }
}

/// A comparison that can be evaluated on a resample of conditions without writing it out.
pub trait Weighted: Comparison {
    /// Compares two RDMs on the resample in which condition i occurs mᵢ times.
    ///
    /// The result equals the comparison of both RDMs of the resample written out, without the pairs of copies.
    ///
    /// # Errors
    /// Errors of [`Comparison::compare`], on the resample.
    fn compare_weighted(&self, a: &Self::Reading, b: &Self::Reading, drawn: &Multiplicities) -> Result<f64>;
}

/// Changes of the dissimilarities of either RDM that a comparison ignores; each includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Ignores {
    /// No change.
    Nothing,
    /// A positive factor.
    Scale,
    /// A positive factor and a constant added to all dissimilarities.
    ScaleAndOffset,
    /// Everything but the order of the dissimilarities.
    AllButOrder,
}

#[cfg(test)]
mod tests {
    mod peers;
    mod resampling;
}
