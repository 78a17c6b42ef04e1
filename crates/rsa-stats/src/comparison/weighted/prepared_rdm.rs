//! [`PreparedRdm`]: an RDM scaled and sorted once, for comparison on any resample.

use rsa_core::{Rdm, linalg};

use super::pairs::{Position, WeightedPairs};
use crate::{comparison::Preparation, ranks::SortedValues};

/// An RDM over a power of two, sorted if the comparison needs ranks.
#[derive(Clone, Debug)]
pub(crate) struct PreparedRdm {
    /// Name for messages, empty for an RDM that was computed.
    name: String,
    values: Vec<f64>,
    /// Largest difference of values that are tied.
    rounding: f64,
    /// The values in rising order, where ranks are needed.
    sorted: Option<SortedValues>,
}

impl PreparedRdm {
    /// Prepares RDMs in one unit, so that they can be added.
    pub(crate) fn in_one_unit(rdms: &[Rdm], preparation: Preparation) -> Vec<Self> {
        let scale = linalg::power_of_two(rdms.iter().flat_map(Rdm::values).filter(|value| !value.is_nan()));
        rdms.iter().map(|rdm| Self::scaled(rdm, scale, preparation)).collect()
    }

    /// Prepares an RDM.
    pub(crate) fn new(rdm: &Rdm, preparation: Preparation) -> Self {
        let scale = linalg::power_of_two(rdm.values().iter().filter(|value| !value.is_nan()));
        Self::scaled(rdm, scale, preparation)
    }

    fn scaled(rdm: &Rdm, scale: f64, preparation: Preparation) -> Self {
        let values = rdm.values().iter().map(|value| value / scale).collect();
        Self::from_values(values, rdm.rounding() / scale, preparation)
    }

    /// Takes dissimilarities that are tied if they differ by no more than `rounding`.
    pub(crate) fn from_values(values: Vec<f64>, rounding: f64, preparation: Preparation) -> Self {
        let needs_ranks = !matches!(preparation, Preparation::Linear(_));
        let sorted = needs_ranks.then(|| SortedValues::new(&values, rounding));
        Self { name: String::new(), values, rounding, sorted }
    }

    /// Returns the RDM with a name for messages.
    pub(crate) fn named(self, name: String) -> Self {
        Self { name, ..self }
    }

    /// Returns the name for messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the scaled dissimilarities of all pairs.
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    /// Returns the largest difference of values that are tied.
    pub(crate) fn rounding(&self) -> f64 {
        self.rounding
    }

    /// Returns the pairs from the smallest dissimilarity to the largest.
    pub(crate) fn sorted(&self) -> &SortedValues {
        self.sorted.as_ref().expect("only comparisons by ranks ask for the order, and they sort")
    }

    /// Returns twice the centered mid-ranks of the pairs of a resample.
    ///
    /// They are whole numbers. Missing pairs have 0.
    pub(crate) fn doubled_ranks(&self, pairs: &WeightedPairs) -> Vec<f64> {
        let positions = pairs.positions();
        doubled_ranks(self.sorted(), pairs, |pair| positions[pair as usize])
    }

    /// Returns twice the centered mid-ranks of an RDM that holds only the pairs of the resample.
    pub(crate) fn doubled_ranks_of_resample(&self, pairs: &WeightedPairs) -> Vec<f64> {
        doubled_ranks(self.sorted(), pairs, |place| pairs.position(place as usize))
    }
}

/// Returns twice the centered mid-ranks of sorted values.
///
/// `position` gives the place of each sorted entry among the pairs of the resample, and how often it counts.
fn doubled_ranks(sorted: &SortedValues, pairs: &WeightedPairs, position: impl Fn(u32) -> Position) -> Vec<f64> {
    let mut ranks = vec![0.0; pairs.pairs.len() + 1];
    // Twice the number below, less twice the mean rank, without the entry itself.
    let mut below = -(pairs.total() as i64);
    if sorted.is_strict() {
        // Entries of weight 0, half of the pairs of a resample, are written like the others: a branch would cost more.
        for &entry in sorted.pairs() {
            let (place, count) = position(entry);
            ranks[place as usize] = (below + i64::from(count)) as f64;
            below += 2 * i64::from(count);
        }
    } else {
        for run in sorted.runs() {
            let count: i64 = run.iter().map(|&entry| i64::from(position(entry).1)).sum();
            run.iter().for_each(|&entry| ranks[position(entry).0 as usize] = (below + count) as f64);
            below += 2 * count;
        }
    }
    // Entries of weight 0 were all written to the place after the last.
    ranks.pop();
    ranks
}
