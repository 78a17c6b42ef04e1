//! [`Instrument`]: anything that scores models on subjects and conditions, for inference about the scores.

use ndarray::Array2;
use rsa_core::{Error, ErrorKind, Observer, Result};

use super::{CeilingKind, FoldAssignment};

/// A way to score several models on every subject, on any weighting of conditions and subjects.
///
/// [`RdmSet`](super::RdmSet) is the first instrument: RDMs of subjects, compared with model RDMs. Others are decoders
/// with their accuracies, encoding models, a searchlight, a point in time. [`Inference::evaluate_instrument`] gives
/// every instrument standard errors, intervals, tests and noise ceilings over subjects and conditions.
///
/// # Shapes and units
/// With m models, s subjects and n conditions, a [`Resample`] has n condition weights and s subject weights, and
/// [`scores`](Self::scores) returns m × s numbers. Scores have any unit, the same for all models; inference tests them
/// against 0, so subtract the level of chance first. Entries of subjects with weight 0 may hold any finite number.
///
/// # What must hold
/// - A score of a subject does not depend on the weights of subjects, unless models are fitted to other subjects on
///   [folds](Resample::folds). Ceilings depend on the weights of subjects.
/// - A weight is a number of copies: a condition of weight 2 counts as two conditions, and a condition of weight 0 is
///   absent. An instrument that looks at pairs of conditions leaves out pairs of two copies of the same condition.
/// - Models are fitted to the weights [`Resample::training_conditions`] of the conditions of the training folds.
/// - The same resample gives the same bits, on any number of threads.
///
/// # Errors
/// An error on a bootstrap resample drops the resample and is counted: `TooFewConditions` as such, every other kind as
/// degenerate. `Cancelled` ends the evaluation. An error on the data themselves is the error of the evaluation.
///
/// # Example
/// ```
/// use ndarray::{Array2, array};
/// use rsa_stats::{Inference, Instrument, Resample};
///
/// /// The accuracy of one decoder above chance: subjects × conditions.
/// struct Accuracy(Array2<f64>);
///
/// impl Instrument for Accuracy {
///     fn n_subjects(&self) -> usize {
///         self.0.nrows()
///     }
///
///     fn n_conditions(&self) -> usize {
///         self.0.ncols()
///     }
///
///     fn models(&self) -> Vec<String> {
///         vec!["decoder".to_owned()]
///     }
///
///     fn score_name(&self) -> String {
///         "accuracy above chance".to_owned()
///     }
///
///     fn scores(&self, resample: &Resample<'_>) -> rsa_core::Result<Array2<f64>> {
///         let weights = resample.conditions();
///         let total: u32 = weights.iter().sum();
///         let score = |i: usize| -> f64 {
///             let row = self.0.row(i);
///             let weighted = row.iter().zip(weights).map(|(accuracy, &weight)| accuracy * f64::from(weight));
///             weighted.sum::<f64>() / f64::from(total)
///         };
///         Ok(Array2::from_shape_fn((1, self.n_subjects()), |(_, i)| score(i)))
///     }
/// }
///
/// let accuracies = array![[0.1, 0.3], [0.2, 0.2], [0.3, 0.5]];
/// let found = Inference::default().evaluate_instrument(&Accuracy(accuracies))?;
/// // Scores .2, .2, .4: their standard error is √(.04/3/3) = .0667.
/// assert!((found.models[0].standard_error.unwrap() - 1.0 / 15.0).abs() < 1e-12);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// [`Inference::evaluate_instrument`]: super::Inference::evaluate_instrument
pub trait Instrument: Sync {
    /// Returns the number of subjects.
    fn n_subjects(&self) -> usize;

    /// Returns the number of conditions.
    fn n_conditions(&self) -> usize;

    /// Returns the names of the models, in the order of the rows of [`scores`](Self::scores).
    fn models(&self) -> Vec<String>;

    /// Returns the name of the scores, for results: "spearman", "accuracy".
    fn score_name(&self) -> String;

    /// Returns the name of a subject, for messages.
    fn subject_name(&self, subject: usize) -> String {
        format!("subject {subject}")
    }

    /// Returns the smallest number of different conditions on which a score exists.
    fn fewest_conditions(&self) -> usize {
        1
    }

    /// Returns `true` if model `m` has parameters to fit; it can be scored on folds alone.
    fn is_fitted(&self, m: usize) -> bool {
        let _ = m;
        false
    }

    /// Returns the number of pairs of conditions that are left out of all scores because they are missing in some data.
    fn pairs_dropped(&self) -> usize {
        0
    }

    /// Returns the meaning of the upper noise ceiling.
    fn ceiling_kind(&self) -> CeilingKind {
        CeilingKind::Approximate
    }

    /// Scores every model on every subject: models × subjects.
    ///
    /// # Errors
    /// `TooFewConditions` or `Degenerate` if a score does not exist on this resample, naming the model or subject.
    fn scores(&self, resample: &Resample<'_>) -> Result<Array2<f64>>;

    /// Returns the lower and the upper noise ceiling of every subject, in the unit of the scores.
    ///
    /// The lower ceiling of a subject is the score of the other subjects, taken as a model of this subject. The upper
    /// ceiling is the score of all subjects. Both weigh subjects by [`Resample::subjects`] and count the members of a
    /// group in [`Resample::subject_groups`] as one subject.
    ///
    /// # Errors
    /// `Degenerate` if there is no ceiling on this resample, which then has scores alone. This is the default.
    fn ceilings(&self, resample: &Resample<'_>) -> Result<[Vec<f64>; 2]> {
        let _ = resample;
        Err(Error::degenerate(
            format!("the instrument of the score '{}' has no noise ceiling", self.score_name()),
            "compare models with one another",
        ))
    }

    /// Returns scores and ceilings of several resamples of subjects, on the same conditions and folds.
    ///
    /// The default calls [`scores`](Self::scores) and [`ceilings`](Self::ceilings). Override it if preparing the
    /// conditions is costly, to prepare them once for all resamples.
    ///
    /// # Errors
    /// Errors of [`scores`](Self::scores); `Cancelled`.
    fn score_all(&self, resamples: &[Resample<'_>], with_ceilings: bool) -> Result<Vec<SubjectScores>> {
        let score = |resample: &Resample<'_>| {
            let scores = self.scores(resample)?;
            let ceilings = match with_ceilings {
                true => SubjectCeilings::from_result(self.ceilings(resample))?,
                false => SubjectCeilings::NotAsked,
            };
            Ok(SubjectScores { scores, ceilings })
        };
        resamples.iter().map(score).collect()
    }

    /// Returns a function that scores the models with the conditions of the data in another order.
    ///
    /// The function takes an order and pairs condition i of the models with condition `order[i]` of the data. It
    /// returns each model's mean score over subjects.
    ///
    /// # Errors
    /// `InvalidParameter` if the conditions cannot be permuted. This is the default.
    fn permuted_scores<'a>(&'a self, observer: &dyn Observer) -> Result<PermutedScores<'a>> {
        let _ = observer;
        let requirement = format!("0: conditions of the score '{}' cannot be permuted", self.score_name());
        Err(Error::invalid_parameter("the number of permutations", requirement, "more"))
    }
}

/// A function of an order of the conditions that returns each model's mean score, `None` where a model has none.
pub type PermutedScores<'a> = Box<dyn Fn(&[usize]) -> Result<Vec<Option<f64>>> + Sync + 'a>;

/// A weighting of conditions and subjects: the data, a bootstrap resample, or the data with some left out.
#[derive(Clone, Copy)]
pub struct Resample<'a> {
    pub(super) conditions: &'a [u32],
    pub(super) training_conditions: &'a [u32],
    pub(super) subjects: &'a [f64],
    pub(super) subject_groups: &'a [usize],
    pub(super) folds: Option<&'a FoldAssignment>,
    pub(super) observer: &'a dyn Observer,
}

impl<'a> Resample<'a> {
    /// Returns the weight of each condition, the number of times that it counts; 0 if it is absent.
    pub fn conditions(&self) -> &'a [u32] {
        self.conditions
    }

    /// Returns the weight of each condition where models are fitted.
    ///
    /// It differs from [`conditions`](Self::conditions) where conditions are left out of scores while fits stay as they
    /// are.
    pub fn training_conditions(&self) -> &'a [u32] {
        self.training_conditions
    }

    /// Returns the weight of each subject, a whole number of times that it counts; 0 if it is absent.
    pub fn subjects(&self) -> &'a [f64] {
        self.subjects
    }

    /// Returns the group of each subject, numbered from 0; sessions of one person are one group.
    pub fn subject_groups(&self) -> &'a [usize] {
        self.subject_groups
    }

    /// Returns the folds on which models are fitted and scored, if the evaluation is cross-validated.
    pub fn folds(&self) -> Option<&'a FoldAssignment> {
        self.folds
    }

    /// Returns the caller's observer; long work asks it whether to go on.
    pub fn observer(&self) -> &'a dyn Observer {
        self.observer
    }

    /// Returns `true` if every condition counts once.
    pub fn has_each_condition_once(&self) -> bool {
        self.conditions.iter().all(|&weight| weight == 1)
    }

    /// Returns the indices of the subjects with a weight above 0.
    pub fn drawn_subjects(&self) -> Vec<usize> {
        (0..self.subjects.len()).filter(|&i| self.subjects[i] > 0.0).collect()
    }
}

impl std::fmt::Debug for Resample<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut found = f.debug_struct("Resample");
        found.field("conditions", &self.conditions).field("training_conditions", &self.training_conditions);
        found.field("subjects", &self.subjects);
        found.field("subject_groups", &self.subject_groups).field("folds", &self.folds).finish_non_exhaustive()
    }
}

/// Scores and noise ceilings of every subject on one resample.
#[derive(Clone, Debug)]
pub struct SubjectScores {
    /// Models × subjects; entries of subjects with weight 0 are ignored.
    pub scores: Array2<f64>,
    /// The noise ceilings.
    pub ceilings: SubjectCeilings,
}

/// The noise ceilings of every subject on one resample.
#[derive(Clone, Debug)]
pub enum SubjectCeilings {
    /// Ceilings were not asked for.
    NotAsked,
    /// Ceilings do not exist on this resample, for this reason; the scores do.
    Absent(Error),
    /// The lower and the upper ceiling of each subject.
    Known([Vec<f64>; 2]),
}

impl SubjectCeilings {
    /// Keeps the reason why there is no ceiling, unless the reason is cancellation.
    ///
    /// # Errors
    /// `Cancelled` if that is the error of `found`.
    pub fn from_result(found: Result<[Vec<f64>; 2]>) -> Result<Self> {
        match found {
            Ok(bounds) => Ok(Self::Known(bounds)),
            Err(error) if *error.kind() == ErrorKind::Cancelled => Err(error),
            Err(error) => Ok(Self::Absent(error)),
        }
    }
}

impl SubjectScores {
    /// Returns weighted means over subjects: each model's score, then both ceilings if they were asked for.
    ///
    /// A ceiling that does not exist is NaN.
    pub(super) fn means(&self, weights: &[f64]) -> Vec<f64> {
        let total: f64 = weights.iter().sum();
        let mean = |values: &mut dyn Iterator<Item = &f64>| {
            let drawn = values.zip(weights).filter(|(_, weight)| **weight > 0.0);
            drawn.map(|(value, weight)| value * weight).sum::<f64>() / total
        };
        let scores: Vec<f64> = self.scores.rows().into_iter().map(|row| mean(&mut row.iter())).collect();
        let ceilings = match &self.ceilings {
            SubjectCeilings::NotAsked => Vec::new(),
            SubjectCeilings::Absent(_) => vec![f64::NAN; 2],
            SubjectCeilings::Known(bounds) => bounds.iter().map(|bound| mean(&mut bound.iter())).collect(),
        };
        scores.into_iter().chain(ceilings).collect()
    }

    /// Refuses scores and ceilings of another shape, or with numbers that are not finite.
    pub(super) fn check(&self, instrument: &dyn Instrument, n_models: usize, weights: &[f64]) -> Result<()> {
        let (name, expected) = (instrument.score_name(), (n_models, weights.len()));
        if self.scores.dim() != expected {
            let found = self.scores.dim();
            return Err(Error::shape_mismatch(format!(
                "the instrument of '{name}' returned scores of shape {found:?}; models × subjects are {expected:?}"
            )));
        }
        let drawn = |i: usize| weights[i] > 0.0;
        if let Some(((m, i), value)) =
            self.scores.indexed_iter().find(|((_, i), value)| drawn(*i) && !value.is_finite())
        {
            let [model, subject] = [instrument.models()[m].clone(), instrument.subject_name(i)];
            let what = format!("the score '{name}' of model '{model}' for {subject} is {value}");
            return Err(Error::degenerate(what, "leave that model or subject out"));
        }
        if let SubjectCeilings::Known(bounds) = &self.ceilings {
            for bound in bounds {
                if bound.len() != weights.len() || (0..bound.len()).any(|i| drawn(i) && !bound[i].is_finite()) {
                    return Err(Error::shape_mismatch(format!(
                        "the instrument of '{name}' returned ceilings that are not one finite number for each subject"
                    )));
                }
            }
        }
        Ok(())
    }
}

/// Returns the quantities of each subject (scores, then ceilings if wanted), averaged over fold assignments.
///
/// # Errors
/// The error of a ceiling that is wanted and does not exist.
pub(super) fn mean_by_subject(found: &[SubjectScores], with_ceilings: bool) -> Result<Array2<f64>> {
    let mut sum: Option<Array2<f64>> = None;
    for one in found {
        let mut values = one.scores.t().to_owned();
        match &one.ceilings {
            SubjectCeilings::Absent(error) if with_ceilings => return Err(error.clone()),
            SubjectCeilings::NotAsked | SubjectCeilings::Absent(_) => {}
            SubjectCeilings::Known(bounds) => {
                for bound in bounds.iter().filter(|_| with_ceilings) {
                    values.push_column(ndarray::ArrayView1::from(bound)).expect("a ceiling for every subject");
                }
            }
        }
        values *= 1.0 / found.len() as f64;
        sum = Some(match sum {
            None => values,
            Some(sum) => sum + values,
        });
    }
    Ok(sum.expect("scores on at least one fold assignment"))
}
