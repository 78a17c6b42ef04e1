//! RDMs of pairwise decoding.

use ndarray::{Array2, Axis};
use rayon::prelude::*;
use rsa_core::{Error, Measurements, Observer, Rdm, Result, condensed};

use super::{
    Decoder,
    decoding::{balanced_accuracy, confusion},
    ensure_trained,
    pair_discriminants::PairDiscriminants,
};
use crate::{Classifier, ConditionGroups, DiscriminantCovariance, SplitFold, classifier::ClassTask};

impl Decoder {
    /// Computes the RDM whose dissimilarities are cross-validated accuracies of telling two conditions apart.
    ///
    /// An accuracy is between 0 and 1, and .5 by chance; it is balanced, so unequal numbers of observations do not
    /// matter. All pairs share the folds. (Cichy, Pantazis & Oliva 2014, doi:10.1038/nn.3635)
    ///
    /// # Errors
    /// The errors of [`decode`](Self::decode), with the pair of conditions; `Degenerate` if a condition is never tested;
    /// `Cancelled`.
    pub fn rdm(&self, x: &Measurements, groups: &ConditionGroups, observer: &dyn Observer) -> Result<Rdm> {
        let folds = self.folds(x, groups)?;
        for (at, fold) in folds.iter().enumerate() {
            ensure_trained(x.condition_of(), x.conditions(), fold)
                .map_err(|error| error.context(format!("fold {at} of {} (counted from 0)", folds.len())))?;
        }
        ensure_tested(x, &folds)?;
        let shared = match self.classifier {
            Classifier::LinearDiscriminant(DiscriminantCovariance::Shrunk) => PairDiscriminants::new(x)?,
            _ => None,
        };
        let members: Vec<FoldMembers> = folds.iter().map(|fold| FoldMembers::of(x, fold)).collect();
        let pairs: Vec<(usize, usize)> = condensed::pairs(x.n_conditions()).collect();
        let done = std::sync::atomic::AtomicU64::new(0);
        let accuracy = |&(first, second): &(usize, usize)| {
            observer.ensure_going("the decoding of pairs")?;
            let mut counts = Array2::zeros((2, 2));
            for (at, fold) in members.iter().enumerate() {
                let pair = fold.pair(first, second);
                counts += &self.pair_confusion(x, &pair, shared.as_ref()).map_err(|error| {
                    let names = [first, second].map(|class| x.conditions().name(class));
                    let [first, second] = names;
                    error.context(format!("conditions {first} and {second}, fold {at} (counted from 0)"))
                })?;
            }
            let before = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            observer.progress("pairs of conditions", before + 1, pairs.len() as u64);
            Ok(balanced_accuracy(&counts))
        };
        let values = pairs.par_iter().map(accuracy).collect::<Result<_>>()?;
        Rdm::new(values)?.with_conditions(x.conditions().clone())
    }

    fn pair_confusion(
        &self,
        x: &Measurements,
        pair: &PairFold,
        shared: Option<&PairDiscriminants>,
    ) -> Result<Array2<usize>> {
        if let Some(assigned) = shared.map(|shared| shared.assign(pair)).transpose()?.flatten() {
            return Ok(confusion(&pair.class_of_test(), 2, &[pair.counted()], &[assigned]));
        }
        // Rows are numbered within the pair.
        let parts = [pair.train[0], pair.train[1], pair.test[0], pair.test[1]];
        let values = x.values().select(Axis(0), &parts.concat());
        let classes = parts.iter().enumerate().map(|(part, rows)| std::iter::repeat_n(part % 2, rows.len()));
        let class_of: Vec<usize> = classes.flatten().collect();
        let n_train = pair.train[0].len() + pair.train[1].len();
        let (train, test): (Vec<usize>, Vec<usize>) = (0..class_of.len()).partition(|&row| row < n_train);
        let task = ClassTask::new(values.view(), &class_of, 2, [&train, &test]);
        let assigned = self.classifier.assign(&task)?;
        Ok(confusion(&class_of, 2, &[SplitFold { train, test }], &[assigned]))
    }
}

/// Training and test observations of each condition in a fold.
struct FoldMembers {
    train: Vec<Vec<usize>>,
    test: Vec<Vec<usize>>,
}

impl FoldMembers {
    fn of(x: &Measurements, fold: &SplitFold) -> Self {
        let by_class = |rows: &[usize]| {
            let mut members = vec![Vec::new(); x.n_conditions()];
            rows.iter().for_each(|&row| members[x.condition_of()[row]].push(row));
            members
        };
        Self { train: by_class(&fold.train), test: by_class(&fold.test) }
    }

    fn pair(&self, first: usize, second: usize) -> PairFold<'_> {
        PairFold { train: [&self.train[first], &self.train[second]], test: [&self.test[first], &self.test[second]] }
    }
}

/// Training and test observations of two conditions in a fold.
pub(super) struct PairFold<'a> {
    pub(super) train: [&'a [usize]; 2],
    pub(super) test: [&'a [usize]; 2],
}

impl PairFold<'_> {
    fn class_of_test(&self) -> Vec<usize> {
        (0..2).flat_map(|class| std::iter::repeat_n(class, self.test[class].len())).collect()
    }

    /// Returns a fold whose test observations are counted from 0.
    fn counted(&self) -> SplitFold {
        SplitFold { train: Vec::new(), test: (0..self.test[0].len() + self.test[1].len()).collect() }
    }
}

fn ensure_tested(x: &Measurements, folds: &[SplitFold]) -> Result<()> {
    let mut tested = vec![false; x.n_conditions()];
    folds.iter().flat_map(|fold| &fold.test).for_each(|&row| tested[x.condition_of()[row]] = true);
    match tested.iter().position(|tested| !tested) {
        None => Ok(()),
        Some(class) => Err(Error::degenerate(
            format!("no fold tests condition {}", x.conditions().name(class)),
            "take more or larger test folds",
        )),
    }
}
