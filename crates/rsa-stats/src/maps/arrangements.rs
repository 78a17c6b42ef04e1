//! [`Arrangements`]: the flips of signs, or the permutations of subjects, that a test of maps tries.

use ndarray::{Array2, ArrayViewMut1};
use rand::Rng;
use rsa_core::{Error, Result};

use super::map_contrast::{MapContrast, Regressor};
use crate::resample::{Purpose, shuffled, stream};

/// Arrangements of subjects under the null hypothesis: all that exist if there are few, random ones otherwise.
pub(super) struct Arrangements {
    kind: ArrangementKind,
    n_subjects: usize,
    seed: u64,
    count: u64,
    exact: bool,
}

enum ArrangementKind {
    /// A sign for each subject.
    Signs,
    /// An order of the subjects' numbers.
    Orders {
        regressor: Regressor,
        /// Number that subjects with the same value of the regressor share; all are different with covariates.
        classes: Vec<usize>,
    },
}

impl Arrangements {
    /// Takes the number of random arrangements that were asked for; all are tried if they are no more.
    ///
    /// # Errors
    /// `Degenerate` for fewer than two subjects; see [`Regressor::new`].
    pub(super) fn new(contrast: &MapContrast, n_subjects: usize, requested: u64, seed: u64) -> Result<Self> {
        if n_subjects < 2 {
            return Err(Error::degenerate(
                format!("maps of {n_subjects} subject"),
                "a test over subjects needs at least 2, and 5 before p can be below .05",
            ));
        }
        let (kind, all) = match contrast {
            MapContrast::Mean => {
                (ArrangementKind::Signs, 1_u64.checked_shl(n_subjects as u32).filter(|_| n_subjects < 63))
            }
            MapContrast::Slope { of, held } => {
                let regressor = Regressor::new(of, held, n_subjects)?;
                let classes = match held.is_empty() {
                    true => classes(of),
                    false => (0..n_subjects).collect(),
                };
                let all = n_orders(&counts(&classes));
                (ArrangementKind::Orders { regressor, classes }, all)
            }
        };
        let exact = all.filter(|&all| all <= requested);
        Ok(Self { kind, n_subjects, seed, count: exact.unwrap_or(requested), exact: exact.is_some() })
    }

    /// Returns the number of arrangements that are tried.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Returns `true` if these are all arrangements that exist, the one of the data among them.
    pub(super) fn is_exact(&self) -> bool {
        self.exact
    }

    /// Returns the degrees of freedom of t where all subjects have a value.
    pub(super) fn degrees_of_freedom(&self) -> u32 {
        let fitted = self.regressor().map_or(1, |regressor| 2 + regressor.held.len());
        (self.n_subjects - fitted) as u32
    }

    /// Returns the regressor, if a slope is tested.
    pub(super) fn regressor(&self) -> Option<&Regressor> {
        match &self.kind {
            ArrangementKind::Signs => None,
            ArrangementKind::Orders { regressor, .. } => Some(regressor),
        }
    }

    /// Returns the weights of subjects in the arrangement of the data.
    pub(super) fn observed(&self) -> Array2<f64> {
        self.weights(1, |_, n| (vec![1.0; n], (0..n).collect()))
    }

    /// Returns the weights of subjects in the arrangements of `range`.
    ///
    /// There is one row for each, then one for each and the first covariate that is held constant, and so on.
    pub(super) fn block(&self, range: std::ops::Range<u64>) -> Array2<f64> {
        let first = range.start;
        self.weights((range.end - first) as usize, |k, n| match &self.kind {
            ArrangementKind::Signs => (self.signs(first + k as u64), (0..n).collect()),
            ArrangementKind::Orders { classes, .. } => (Vec::new(), self.order(first + k as u64, classes)),
        })
    }

    fn weights(&self, n: usize, arrange: impl Fn(usize, usize) -> (Vec<f64>, Vec<usize>)) -> Array2<f64> {
        let n_held = self.regressor().map_or(0, |regressor| regressor.held.len());
        let mut weights = Array2::zeros((n * (1 + n_held), self.n_subjects));
        for k in 0..n {
            let (signs, order) = arrange(k, self.n_subjects);
            match self.regressor() {
                None => weights.row_mut(k).iter_mut().zip(signs).for_each(|(weight, sign)| *weight = sign),
                Some(regressor) => {
                    let pick = |mut row: ArrayViewMut1<'_, f64>, values: &[f64]| {
                        row.iter_mut().zip(&order).for_each(|(weight, &subject)| *weight = values[subject]);
                    };
                    pick(weights.row_mut(k), &regressor.tested);
                    regressor
                        .held
                        .iter()
                        .enumerate()
                        .for_each(|(j, held)| pick(weights.row_mut((1 + j) * n + k), held));
                }
            }
        }
        weights
    }

    /// Returns the signs of flip `index`; the first of all flips leaves the data as they are.
    fn signs(&self, index: u64) -> Vec<f64> {
        let sign = |is_flipped: bool| if is_flipped { -1.0 } else { 1.0 };
        if self.exact {
            return (0..self.n_subjects).map(|subject| sign(index >> subject & 1 == 1)).collect();
        }
        let mut random = stream(self.seed, Purpose::Signs, index);
        let mut bits = 0_u64;
        let draw = |subject: usize| {
            if subject.is_multiple_of(64) {
                bits = random.next_u64();
            }
            sign(bits >> (subject % 64) & 1 == 1)
        };
        (0..self.n_subjects).map(draw).collect()
    }

    fn order(&self, index: u64, classes: &[usize]) -> Vec<usize> {
        match self.exact {
            true => nth_order_of_classes(classes, index),
            false => shuffled(&mut stream(self.seed, Purpose::Permutation, index), self.n_subjects),
        }
    }
}

/// Returns a number for each value that equal values share.
fn classes(values: &[f64]) -> Vec<usize> {
    let mut different: Vec<f64> = values.to_vec();
    different.sort_by(f64::total_cmp);
    different.dedup();
    values.iter().map(|value| different.iter().position(|other| other == value).unwrap_or(0)).collect()
}

/// Returns how many subjects are in each class.
fn counts(classes: &[usize]) -> Vec<u64> {
    let mut counts = vec![0; classes.iter().max().map_or(0, |most| most + 1)];
    classes.iter().for_each(|&class| counts[class] += 1);
    counts
}

/// Returns the number of different orders of classes, unless it exceeds 2⁶³.
fn n_orders(counts: &[u64]) -> Option<u64> {
    let (mut placed, mut orders) = (0_u64, 1_u128);
    for &count in counts {
        for k in 1..=count {
            placed += 1;
            orders = orders.checked_mul(u128::from(placed))? / u128::from(k);
            if orders > 1 << 63 {
                return None;
            }
        }
    }
    u64::try_from(orders).ok()
}

/// Returns order `index` of all different orders of the classes, as subjects whose classes stand in that order.
fn nth_order_of_classes(classes: &[usize], mut index: u64) -> Vec<usize> {
    let mut left = counts(classes);
    // Subjects of each class, the first one last.
    let mut members = vec![Vec::new(); left.len()];
    (0..classes.len()).rev().for_each(|subject| members[classes[subject]].push(subject));
    let mut order = Vec::with_capacity(classes.len());
    for _ in 0..classes.len() {
        for class in 0..left.len() {
            if left[class] == 0 {
                continue;
            }
            left[class] -= 1;
            // It is no more than the number of all orders, which has 64 bits.
            let with_this_first = n_orders(&left).unwrap_or(u64::MAX);
            if index < with_this_first {
                order.extend(members[class].pop());
                break;
            }
            index -= with_this_first;
            left[class] += 1;
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(n_subjects: usize, requested: u64) -> Arrangements {
        Arrangements::new(&MapContrast::Mean, n_subjects, requested, 7).unwrap()
    }

    #[test]
    fn few_subjects_have_all_flips_once_and_the_data_first() {
        let all = signs(3, 8);
        assert!(all.is_exact() && all.count() == 8);
        let weights = all.block(0..8);
        assert_eq!(weights.row(0), all.observed().row(0));
        let mut rows: Vec<Vec<i8>> =
            weights.rows().into_iter().map(|row| row.iter().map(|&s| s as i8).collect()).collect();
        rows.sort();
        rows.dedup();
        assert_eq!(rows.len(), 8);
        assert!(!signs(3, 7).is_exact());
        assert!(!signs(100, u64::MAX).is_exact());
    }

    #[test]
    fn random_flips_are_fair_and_do_not_depend_on_blocks() {
        let random = signs(70, 500);
        let whole = random.block(0..500);
        assert_eq!(random.block(123..125).row(1), whole.row(124));
        let plus = whole.iter().filter(|&&sign| sign == 1.0).count();
        // The standard deviation is 94.
        assert!(plus.abs_diff(17_500) < 400, "{plus}");
    }

    #[test]
    fn labels_of_two_groups_have_every_choice_once() {
        let contrast = MapContrast::Slope { of: vec![1.0, 0.0, 1.0, 0.0, 0.0], held: Vec::new() };
        let all = Arrangements::new(&contrast, 5, 10, 0).unwrap();
        assert!(all.is_exact() && all.count() == 10);
        let weights = all.block(0..10);
        let mut rows: Vec<Vec<i64>> =
            weights.rows().into_iter().map(|row| row.iter().map(|&w| (1e9 * w).round() as i64).collect()).collect();
        rows.sort();
        rows.dedup();
        assert_eq!(rows.len(), 10);
        assert_eq!(weights.rows().into_iter().filter(|row| *row == all.observed().row(0)).count(), 1);
    }

    #[test]
    fn with_covariates_all_subjects_are_told_apart() {
        let contrast = MapContrast::Slope { of: vec![1.0, 1.0, 0.0, 0.0], held: vec![vec![1.0, 2.0, 4.0, 7.0]] };
        let all = Arrangements::new(&contrast, 4, 24, 0).unwrap();
        assert_eq!((all.count(), all.is_exact()), (24, true));
        assert_eq!(all.block(0..24).dim(), (48, 4));
    }

    #[test]
    fn orders_are_counted() {
        assert_eq!(n_orders(&[2, 3]), Some(10));
        assert_eq!(n_orders(&[1; 10]), Some(3_628_800));
        assert_eq!(n_orders(&[50, 50]), None);
        assert_eq!(Arrangements::new(&MapContrast::Mean, 1, 10, 0).err().unwrap().kind().name(), "Degenerate");
    }
}
