//! [`pooled`]: the pool of several RDMs, as an RDM.

use std::sync::Arc;

use rsa_core::{Observer, Rdm, Result, linalg::dot};

use super::dataset::{Dataset, number_subjects};
use crate::{
    Scoring,
    comparison::{
        Preparation,
        weighted::{PreparedRdm, Vectorizer, WeightedPairs},
    },
};

/// Returns the mean of the members, each scaled as the noise ceiling scales it.
///
/// # Errors
/// `Degenerate`, naming the subject that is constant; mismatched conditions; `Cancelled`.
pub(in crate::inference) fn pooled(
    comparison: Scoring,
    data: &[Rdm],
    members: &[usize],
    observer: &dyn Observer,
) -> Result<Rdm> {
    let dataset = Dataset::new(comparison.preparation(), &[], data, number_subjects(data.len()), &[], observer)?;
    let pairs = Arc::new(WeightedPairs::new(&vec![1; dataset.n_conditions], dataset.present.as_deref())?);
    let mut sum = vec![0.0; pairs.pairs.len()];
    for &member in members {
        let values = contribution(dataset.preparation, &pairs, &dataset.subjects[member])
            .map_err(|error| error.context(&dataset.subject_names[member]))?;
        sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
    }
    if let Some(present) = &dataset.present {
        sum.iter_mut().zip(present).filter(|(_, present)| !**present).for_each(|(sum, _)| *sum = f64::NAN);
    }
    // Equal sums, added in another order, differ in their last digits and must stay tied.
    let largest = sum.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let rounding = 8.0 * f64::EPSILON * largest * members.len() as f64;
    Rdm::new(sum)?.with_rounding(rounding)?.with_conditions(data[0].conditions().clone())
}

/// Returns what a subject adds to the pool.
fn contribution(preparation: Preparation, pairs: &Arc<WeightedPairs>, rdm: &PreparedRdm) -> Result<Vec<f64>> {
    match preparation {
        Preparation::Linear(_) => {
            let vector = Vectorizer::new(preparation, pairs.clone())?.linear(rdm)?;
            let length = dot(&vector, &vector).sqrt();
            // Comparisons that subtract the mean also subtract the mean of the pool, so an offset may stay.
            Ok(rdm.values().iter().map(|value| value / length).collect())
        }
        Preparation::Ranks { .. } => Vectorizer::new(preparation, pairs.clone())?.ranks(rdm),
        Preparation::Counts { .. } => Ok(rdm.doubled_ranks(pairs)),
    }
}
