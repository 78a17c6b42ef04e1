//! [`DecodingTest`]: a test of decoding against chance by exchanged class labels.

use rayon::prelude::*;
use rsa_core::{Error, Measurements, Observer, Result};

use super::{
    Decoder, class_names,
    decoding::{balanced_accuracy, confusion},
};
use crate::{ConditionGroups, shuffle::shuffled};

/// The balanced accuracy beside those of exchanged labels.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodingTest {
    /// The balanced accuracy of the labels as they are.
    pub balanced_accuracy: f64,
    /// The balanced accuracies of exchanged labels.
    pub null: Vec<f64>,
    /// (1 + number of null values at least as large)/(1 + permutations).
    pub p: f64,
}

impl Decoder {
    /// Tests decoding against chance: classes of exchanged observations are decoded in the same way.
    ///
    /// Labels are exchanged within groups that hold several classes, such as runs. If every group is of one class, such
    /// as the views of an object, groups exchange their classes.
    ///
    /// # Errors
    /// `InvalidParameter` without permutations, `Cancelled`, and the errors of [`decode`](Self::decode).
    pub fn test(
        &self,
        x: &Measurements,
        groups: &ConditionGroups,
        permutations: usize,
        seed: u64,
        observer: &dyn Observer,
    ) -> Result<DecodingTest> {
        if permutations == 0 {
            return Err(Error::invalid_parameter("the number of permutations", "at least 1", permutations));
        }
        let observed = self.decode(x, groups)?.balanced_accuracy();
        let exchange = Exchange::of(x, groups);
        let done = std::sync::atomic::AtomicU64::new(0);
        let draw = |draw: usize| {
            observer.ensure_going("the permutation test")?;
            let class_of = exchange.draw(seed, draw as u64 + 1);
            let groups = exchange.groups(x, groups, &class_of)?;
            let folds = self.split.deal(&groups)?;
            let assigned = self.assign(x.values(), &class_of, x.conditions(), &folds)?;
            let before = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            observer.progress("permutations", before + 1, permutations as u64);
            Ok(balanced_accuracy(&confusion(&class_of, x.n_conditions(), &folds, &assigned)))
        };
        let null: Vec<f64> = (0..permutations).into_par_iter().map(draw).collect::<Result<_>>()?;
        // Accuracies are ratios of counts, so equal ones differ by rounding at most.
        let reached = null.iter().filter(|&&value| value >= observed - 1e-12).count();
        Ok(DecodingTest { balanced_accuracy: observed, p: (1 + reached) as f64 / (1 + permutations) as f64, null })
    }
}

/// The classes of observations and the sets within which they may be exchanged.
struct Exchange {
    class_of: Vec<usize>,
    /// Blocks of observations that keep one class; sets of blocks exchange their classes.
    sets: Vec<Vec<Vec<usize>>>,
    /// Each group is of one class.
    pure: bool,
}

impl Exchange {
    fn of(x: &Measurements, groups: &ConditionGroups) -> Self {
        let class_of = x.condition_of().to_vec();
        let mut members = vec![Vec::new(); groups.count()];
        groups.of_rows().iter().enumerate().for_each(|(row, &group)| members[group].push(row));
        let pure = members.iter().all(|rows| rows.iter().all(|&row| class_of[row] == class_of[rows[0]]));
        let single = |rows: Vec<usize>| rows.into_iter().map(|row| vec![row]).collect();
        let sets = if pure { vec![members] } else { members.into_iter().map(single).collect() };
        Self { class_of, sets, pure }
    }

    /// Returns the classes of all observations after an exchange.
    fn draw(&self, seed: u64, draw: u64) -> Vec<usize> {
        let mut class_of = self.class_of.clone();
        for (at, blocks) in self.sets.iter().enumerate() {
            let from = shuffled(seed, draw.wrapping_mul(self.sets.len() as u64).wrapping_add(at as u64), blocks.len());
            for (block, from) in blocks.iter().zip(from) {
                block.iter().for_each(|&row| class_of[row] = self.class_of[blocks[from][0]]);
            }
        }
        class_of
    }

    /// Returns the groups, shared equally by the exchanged classes if they were by the true ones.
    fn groups(&self, x: &Measurements, groups: &ConditionGroups, class_of: &[usize]) -> Result<ConditionGroups> {
        if !(self.pure && groups.is_stratified()) {
            return Ok(groups.clone());
        }
        groups.clone().stratified(&class_names(x, class_of))
    }
}
