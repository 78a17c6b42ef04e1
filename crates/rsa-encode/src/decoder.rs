//! [`Decoder`]: cross-validated classification of observations.

mod decoding;
mod decoding_rdm;
mod pair_discriminants;
mod permutations;

use ndarray::ArrayView2;
use rayon::prelude::*;
use rsa_core::{Error, Measurements, Result};

pub use decoding::{DecodedFold, Decoding};
pub use permutations::DecodingTest;

use crate::{Classifier, ConditionGroups, Split, SplitFold, classifier::ClassTask};

/// Classification of observations by rules that are fitted to others: what can be read out of a representation.
///
/// The conditions of the [`Measurements`] are the classes. Groups of observations, such as runs or the views of one
/// object, are trained on or tested as a whole, so a split by views shows whether a rule generalizes to new views.
///
/// # Example
/// ```
/// use ndarray::Array2;
/// use rsa_core::Measurements;
/// use rsa_encode::Decoder;
///
/// // Ten observations of each of two classes, which differ in the first feature.
/// let value = |(i, j): (usize, usize)| ((7 * i + 3 * j) as f64).sin() + if j == 0 { (i % 2 * 6) as f64 } else { 0.0 };
/// let measurements = Measurements::new(Array2::from_shape_fn((20, 4), value), (0..20).map(|i| ["face", "house"][i % 2]))?;
/// let decoder = Decoder::default();
/// let decoding = decoder.decode(&measurements, &Decoder::groups_of(&measurements))?;
/// assert_eq!(decoding.balanced_accuracy(), 1.0);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Decoder {
    /// The rule that assigns observations to classes.
    pub classifier: Classifier,
    /// The division of the observations into folds.
    pub split: Split,
}

impl Decoder {
    /// Returns the groups that fit most designs: the runs, or single observations, shared equally by class.
    pub fn groups_of(x: &Measurements) -> ConditionGroups {
        match (x.runs(), x.run_of()) {
            (Some(runs), Some(run_of)) => {
                ConditionGroups::labeled(&run_of.iter().map(|&run| &runs[run]).collect::<Vec<_>>())
            }
            _ => {
                let groups = ConditionGroups::single(x.n_observations());
                groups.stratified(&class_names(x, x.condition_of())).expect("a single observation is of one class")
            }
        }
    }

    /// Classifies every test observation by the rule that its fold was fitted to.
    ///
    /// # Errors
    /// `TooFewConditions` for one class, `ShapeMismatch` for groups of another number of observations, `Degenerate` if
    /// the training observations of a fold lack a class, and the errors of [`Split::deal`] and of the classifier, with
    /// the fold.
    pub fn decode(&self, x: &Measurements, groups: &ConditionGroups) -> Result<Decoding> {
        let folds = self.folds(x, groups)?;
        let assigned = self.assign(x.values(), x.condition_of(), x.conditions(), &folds)?;
        Ok(Decoding::new(x, folds, assigned))
    }

    /// Classifies the observations of `test` by the rule fitted to `train`, which has the same classes and features.
    ///
    /// # Errors
    /// `LabelMismatch` for a class that `train` lacks, `ShapeMismatch` for other features, and the errors of the
    /// classifier.
    pub fn generalize(&self, train: &Measurements, test: &Measurements) -> Result<Decoding> {
        ensure_classes(train)?;
        if train.n_features() != test.n_features() {
            return Err(Error::shape_mismatch(format!(
                "the rule is fitted to {} features, and {} are to be classified; give both sides the same features",
                train.n_features(),
                test.n_features()
            )));
        }
        let names = train.conditions().labels().expect("classes have names");
        let classes = test.conditions().labels().expect("classes have names");
        let known = |class: &String| {
            names.iter().position(|name| name == class).ok_or_else(|| {
                Error::label_mismatch(format!(
                    "class '{class}' is tested, and no training observation is of it; leave its observations out"
                ))
            })
        };
        let place: Vec<usize> = classes.iter().map(known).collect::<Result<_>>()?;
        let of_test = test.condition_of().iter().map(|&class| place[class]);
        let class_of: Vec<usize> = train.condition_of().iter().copied().chain(of_test).collect();
        let n = train.n_observations();
        let values = ndarray::concatenate![ndarray::Axis(0), train.values(), test.values()];
        let fold = SplitFold { train: (0..n).collect(), test: (n..class_of.len()).collect() };
        let folds = vec![fold];
        let assigned = self.assign(values.view(), &class_of, train.conditions(), &folds)?;
        Ok(Decoding::from_classes(train.conditions().clone(), &class_of, folds, assigned))
    }

    fn folds(&self, x: &Measurements, groups: &ConditionGroups) -> Result<Vec<SplitFold>> {
        ensure_classes(x)?;
        if groups.n_conditions() != x.n_observations() {
            return Err(Error::shape_mismatch(format!(
                "groups of {} observations for {} observations; give one each",
                groups.n_conditions(),
                x.n_observations()
            )));
        }
        self.split.deal(groups)
    }

    /// Returns the class that each test observation of each fold is assigned to.
    fn assign(
        &self,
        values: ArrayView2<'_, f64>,
        class_of: &[usize],
        classes: &rsa_core::Conditions,
        folds: &[SplitFold],
    ) -> Result<Vec<Vec<usize>>> {
        let fold = |(at, fold): (usize, &SplitFold)| {
            let place = || format!("fold {at} of {} (counted from 0)", folds.len());
            ensure_trained(class_of, classes, fold).map_err(|error| error.context(place()))?;
            let task = ClassTask::new(values, class_of, classes.count(), [&fold.train, &fold.test]);
            self.classifier.assign(&task).map_err(|error| error.context(place()))
        };
        folds.par_iter().enumerate().map(fold).collect()
    }
}

/// Returns the name of the class of each observation.
fn class_names<'a>(x: &'a Measurements, class_of: &[usize]) -> Vec<&'a str> {
    let names = x.conditions().labels().expect("conditions of measurements have names");
    class_of.iter().map(|&class| names[class].as_str()).collect()
}

fn ensure_classes(x: &Measurements) -> Result<()> {
    match x.n_conditions() {
        0 | 1 => Err(Error::too_few_conditions(2, x.n_conditions(), "a classifier tells classes apart")),
        _ => Ok(()),
    }
}

fn ensure_trained(class_of: &[usize], classes: &rsa_core::Conditions, fold: &SplitFold) -> Result<()> {
    let mut seen = vec![false; classes.count()];
    fold.train.iter().for_each(|&row| seen[class_of[row]] = true);
    match seen.iter().position(|seen| !seen) {
        None => Ok(()),
        Some(class) => Err(Error::degenerate(
            format!("no training observation is of class {}", classes.name(class)),
            "take more folds, or groups that do not hold all of a class; a class needs two observations",
        )),
    }
}
