//! [`Split`]: the division of conditions into training and test conditions.

use std::num::NonZeroUsize;

use rsa_core::{Error, Fraction, Result};

use crate::{ConditionGroups, shuffle::shuffled};

/// A rule that divides conditions into folds; the folds are a function of the groups of conditions and the seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// The number and kind of the folds.
    pub scheme: SplitScheme,
    /// The order in which conditions are dealt.
    pub order: SplitOrder,
}

/// The number and kind of folds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SplitScheme {
    /// The conditions, cut into this many nearly equal runs, each of which is tested once.
    Folds(NonZeroUsize),
    /// Each condition (or group) is tested alone.
    LeaveOneOut,
    /// Random test conditions, drawn anew for each split; splits overlap.
    Repeated {
        /// Number of splits.
        splits: NonZeroUsize,
        /// Share of the conditions that is tested.
        test: Fraction,
    },
}

/// The order in which conditions are dealt into folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SplitOrder {
    /// An order drawn with this seed.
    Seeded(u64),
    /// The order in which they stand.
    Given,
}

/// Conditions from which the others are predicted, and those others, both in rising order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitFold {
    /// Rows of the conditions that a map is fitted to.
    pub train: Vec<usize>,
    /// Rows of the conditions that it predicts.
    pub test: Vec<usize>,
}

/// Five folds in the order of seed 0.
impl Default for Split {
    fn default() -> Self {
        let five = NonZeroUsize::new(5).expect("5 is not 0");
        Self { scheme: SplitScheme::Folds(five), order: SplitOrder::Seeded(0) }
    }
}

impl Split {
    /// Divides into `count` folds of conditions in the order of `seed`.
    ///
    /// # Errors
    /// `InvalidParameter` if there are fewer than two folds.
    pub fn folds(count: usize, seed: u64) -> Result<Self> {
        Ok(Self { scheme: SplitScheme::folds(count)?, order: SplitOrder::Seeded(seed) })
    }

    /// Divides into `count` folds of conditions in the order in which they stand.
    ///
    /// # Errors
    /// See [`folds`](Self::folds).
    pub fn contiguous(count: usize) -> Result<Self> {
        Ok(Self { scheme: SplitScheme::folds(count)?, order: SplitOrder::Given })
    }

    /// Returns the folds of grouped conditions. Conditions of a group are never on both sides of a fold.
    ///
    /// With strata, each fold tests an equal share of each stratum, as nearly as whole groups allow.
    ///
    /// # Errors
    /// `TooFewConditions` if there are fewer groups than folds, or a group is so large that a fold stays empty;
    /// `InvalidParameter` for repeated splits in the given order.
    pub fn deal(&self, groups: &ConditionGroups) -> Result<Vec<SplitFold>> {
        let tested = match self.scheme {
            SplitScheme::Folds(count) => self.deal_folds(count.get(), groups)?,
            SplitScheme::LeaveOneOut => {
                ensure_groups(2, groups.count(), "leaving one out needs another to learn from")?;
                (0..groups.count()).map(|group| vec![group]).collect()
            }
            SplitScheme::Repeated { splits, test } => self.draw_splits(splits.get(), test.get(), groups)?,
        };
        Ok(tested.iter().map(|tested| groups.fold(tested)).collect())
    }

    /// Returns the groups in the order in which they are dealt.
    fn ordered(&self, draw: u64, groups: &ConditionGroups) -> Vec<usize> {
        let mut order = match self.order {
            SplitOrder::Seeded(seed) => shuffled(seed, draw, groups.count()),
            SplitOrder::Given => (0..groups.count()).collect(),
        };
        order.sort_by_key(|&group| groups.stratum(group));
        order
    }

    fn deal_folds(&self, count: usize, groups: &ConditionGroups) -> Result<Vec<Vec<usize>>> {
        let remedy = format!("{count} folds need as many groups of conditions that stay together; take fewer folds");
        ensure_groups(count, groups.count(), &remedy)?;
        let mut folds = vec![Vec::new(); count];
        let order = self.ordered(0, groups);
        if groups.is_stratified() {
            order.iter().enumerate().for_each(|(place, &group)| folds[place % count].push(group));
            return Ok(folds);
        }
        // The first folds are larger by one condition if the number of conditions cannot be divided.
        let (size, larger) = (groups.n_conditions() / count, groups.n_conditions() % count);
        let end = |fold: usize| (fold + 1) * size + larger.min(fold + 1);
        let (mut fold, mut dealt) = (0, 0);
        for &group in &order {
            // A group belongs to the run in which its middle lies.
            let middle = 2 * dealt + groups.size(group);
            while middle > 2 * end(fold) {
                fold += 1;
            }
            folds[fold].push(group);
            dealt += groups.size(group);
        }
        match folds.iter().position(Vec::is_empty) {
            None => Ok(folds),
            Some(empty) => Err(Error::too_few_conditions(
                count,
                groups.count(),
                format!(
                    "fold {empty} of {count} (counted from 0) stays without conditions, because one of {} groups holds too \
                     many; take fewer folds",
                    groups.count()
                ),
            )),
        }
    }

    fn draw_splits(&self, splits: usize, test: f64, groups: &ConditionGroups) -> Result<Vec<Vec<usize>>> {
        if self.order == SplitOrder::Given {
            return Err(Error::invalid_parameter("the order of repeated splits", "drawn with a seed", "the given one"));
        }
        ensure_groups(2, groups.count(), "a split needs conditions to learn from and others to test")?;
        (0..splits).map(|split| draw_test(&self.ordered(split as u64 + 1, groups), test, groups)).collect()
    }
}

impl SplitScheme {
    fn folds(count: usize) -> Result<Self> {
        let two = NonZeroUsize::new(count).filter(|count| count.get() >= 2);
        Ok(Self::Folds(two.ok_or_else(|| Error::invalid_parameter("the number of folds", "at least 2", count))?))
    }
}

/// Takes the share `test` of every stratum from `order`, at least one group in all.
fn draw_test(order: &[usize], test: f64, groups: &ConditionGroups) -> Result<Vec<usize>> {
    let (mut tested, mut taken, mut seen) = (Vec::new(), 0, 0);
    for stratum in order.chunk_by(|&a, &b| groups.stratum(a) == groups.stratum(b)) {
        seen += stratum.iter().map(|&group| groups.size(group)).sum::<usize>();
        let wanted = (test * seen as f64).round() as usize;
        for &group in stratum {
            // A group that does not fit as a whole is taken if more than half of it does.
            if 2 * taken + groups.size(group) <= 2 * wanted {
                tested.push(group);
                taken += groups.size(group);
            }
        }
    }
    if tested.is_empty() {
        tested.push(order[0]);
    }
    match tested.len() < order.len() {
        true => Ok(tested),
        false => Err(Error::too_few_conditions(
            2,
            order.len(),
            format!("a test share of {test} leaves nothing to learn from; take a smaller one"),
        )),
    }
}

fn ensure_groups(needed: usize, found: usize, remedy: &str) -> Result<()> {
    match found < needed {
        true => Err(Error::too_few_conditions(needed, found, remedy)),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_partition(folds: &[SplitFold], n: usize) -> bool {
        let mut tested: Vec<usize> = folds.iter().flat_map(|fold| fold.test.clone()).collect();
        tested.sort_unstable();
        let complete = |fold: &SplitFold| {
            let mut all = [fold.train.clone(), fold.test.clone()].concat();
            all.sort_unstable();
            all.into_iter().eq(0..n)
        };
        tested.into_iter().eq(0..n) && folds.iter().all(complete)
    }

    #[test]
    fn folds_in_the_given_order_are_runs_and_the_first_are_larger() {
        let folds = Split::contiguous(5).unwrap().deal(&ConditionGroups::single(12)).unwrap();
        let runs: Vec<Vec<usize>> = folds.iter().map(|fold| fold.test.clone()).collect();
        assert_eq!(runs, [vec![0, 1, 2], vec![3, 4, 5], vec![6, 7], vec![8, 9], vec![10, 11]]);
        assert!(is_partition(&folds, 12));
    }

    #[test]
    fn a_seed_gives_its_folds_and_no_others() {
        let deal = |seed| Split::folds(4, seed).unwrap().deal(&ConditionGroups::single(23)).unwrap();
        assert_eq!(deal(3), deal(3));
        assert_ne!(deal(3), deal(4));
        assert!(is_partition(&deal(3), 23));
    }

    #[test]
    fn groups_never_straddle_a_fold() {
        let labels: Vec<String> = (0..40).map(|i| format!("object {}", i * i % 11)).collect();
        let groups = ConditionGroups::labeled(&labels);
        let ten = NonZeroUsize::new(10).unwrap();
        let repeated = SplitScheme::Repeated { splits: ten, test: Fraction::new("test", 0.3).unwrap() };
        for split in [
            Split::folds(3, 1).unwrap(),
            Split::contiguous(3).unwrap(),
            Split { scheme: SplitScheme::LeaveOneOut, ..Split::default() },
            Split { scheme: repeated, ..Split::default() },
        ] {
            for fold in split.deal(&groups).unwrap() {
                assert!(!fold.test.is_empty() && fold.train.len() + fold.test.len() == 40);
                assert!(fold.train.iter().all(|&i| fold.test.iter().all(|&j| labels[i] != labels[j])), "{split:?}");
            }
        }
    }

    #[test]
    fn strata_have_equal_shares_of_every_fold() {
        let strata: Vec<&str> = (0..30).map(|i| if i < 20 { "face" } else { "house" }).collect();
        let groups = ConditionGroups::single(30).stratified(&strata).unwrap();
        let folds = Split::folds(5, 9).unwrap().deal(&groups).unwrap();
        assert!(is_partition(&folds, 30));
        let faces = |fold: &SplitFold| fold.test.iter().filter(|&&i| i < 20).count();
        assert!(folds.iter().all(|fold| faces(fold) == 4 && fold.test.len() == 6));
        let test = Fraction::new("test", 0.1).unwrap();
        let scheme = SplitScheme::Repeated { splits: NonZeroUsize::new(8).unwrap(), test };
        let folds = Split { scheme, order: SplitOrder::Seeded(2) }.deal(&groups).unwrap();
        assert!(folds.iter().all(|fold| faces(fold) == 2 && fold.test.len() == 3));
        assert!(folds.windows(2).any(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn folds_that_cannot_be_dealt_are_refused() {
        let single = ConditionGroups::single(3);
        assert_eq!(Split::default().deal(&single).unwrap_err().kind().name(), "TooFewConditions");
        let uneven = ConditionGroups::labeled(&["a", "a", "a", "a", "a", "a", "a", "b", "c"]);
        let error = Split::contiguous(3).unwrap().deal(&uneven).unwrap_err();
        assert!(error.to_string().contains("fold 0 of 3"), "{error}");
        assert_eq!(Split::folds(1, 0).unwrap_err().kind().name(), "InvalidParameter");
        let test = Fraction::new("test", 0.5).unwrap();
        let scheme = SplitScheme::Repeated { splits: NonZeroUsize::MIN, test };
        let error = Split { scheme, order: SplitOrder::Given }.deal(&single).unwrap_err();
        assert_eq!(error.kind().name(), "InvalidParameter");
    }
}
