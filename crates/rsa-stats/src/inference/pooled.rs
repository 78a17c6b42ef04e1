//! The pool of several RDMs, as an RDM; and two RDMs compared by name of the comparison.

use rsa_core::{Rdm, Result, linalg::dot};

use super::{
    Inference, Scoring,
    dataset::Dataset,
    scoring::Kind,
    source::{Frame, Source},
    view::View,
};
use crate::{Comparison, Cosine, KendallA, KendallB, Pearson, RhoA, Spearman, WhitenedCosine, WhitenedPearson};

/// The mean of the members after each was brought to what the noise ceiling weighs alike.
pub(crate) fn pooled(comparison: Scoring, data: &[Rdm], members: &[usize]) -> Result<Rdm> {
    let dataset = Dataset::new(&Inference { comparison, ..Inference::default() }, &[], data)?;
    let view = View::new(&vec![1; dataset.n_conditions], dataset.present.as_deref())?;
    let mut sum = vec![0.0; view.pairs.len()];
    for &member in members {
        let values = contribution(dataset.kind, &view, &dataset.subjects[member])
            .map_err(|error| error.context(format!("subject {member}")))?;
        sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
    }
    if let Some(present) = &dataset.present {
        sum.iter_mut().zip(present).filter(|(_, present)| !**present).for_each(|(sum, _)| *sum = f64::NAN);
    }
    // Sums of the same numbers in another order differ in their last digits.
    let largest = sum.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let rounding = 8.0 * f64::EPSILON * largest * members.len() as f64;
    Rdm::new(sum)?.with_rounding(rounding)?.with_conditions(data[0].conditions().clone())
}

fn contribution(kind: Kind, view: &View, source: &Source) -> Result<Vec<f64>> {
    match kind {
        Kind::Linear(_) => {
            let column = Frame::new(kind, view)?.column(source)?;
            let length = dot(&column, &column).sqrt();
            // An offset is nothing to the comparisons that take it off.
            Ok(source.values().iter().map(|value| value / length).collect())
        }
        Kind::Ranks { .. } => Frame::new(kind, view)?.ranks(source),
        Kind::Counts { .. } => Ok(source.doubled_ranks(view)),
    }
}

impl Scoring {
    /// Compares two RDMs.
    ///
    /// # Errors
    /// Those of [`Comparison::read`] and [`Comparison::compare`].
    pub fn compare(self, a: &Rdm, b: &Rdm) -> Result<f64> {
        fn of<C: Comparison>(comparison: C, a: &Rdm, b: &Rdm) -> Result<f64> {
            let first = comparison.read(a).map_err(|error| error.context("first RDM"))?;
            comparison.compare(&first, &comparison.read(b).map_err(|error| error.context("second RDM"))?)
        }
        match self {
            Self::Cosine => of(Cosine, a, b),
            Self::Pearson => of(Pearson, a, b),
            Self::Spearman => of(Spearman, a, b),
            Self::RhoA => of(RhoA, a, b),
            Self::KendallA => of(KendallA, a, b),
            Self::KendallB => of(KendallB, a, b),
            Self::WhitenedCosine => of(WhitenedCosine, a, b),
            Self::WhitenedPearson => of(WhitenedPearson, a, b),
        }
    }
}
