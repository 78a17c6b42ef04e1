//! [`RdmSet`]: RDMs of subjects and models with a comparison, as an instrument of inference.

mod crossvalidated;
pub(super) mod dataset;
mod degenerate;
pub(super) mod fit;
mod fit_target;
mod permuted;
mod pooled;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ndarray::Array2;
use rsa_core::{Error, ErrorKind, Observer, Rdm, Result};

pub(super) use self::pooled::pooled;
use self::{
    dataset::{Dataset, number_subjects},
    fit::TrainingSet,
    fit_target::FitTarget,
};
use super::{CeilingKind, Instrument, PermutedScores, Resample, SubjectCeilings, SubjectScores};
use crate::{
    Model, Scoring,
    comparison::{
        Preparation,
        weighted::{PairConcordances, PairProducts, PreparedRdm, PreparedSubjects, WeightedPairs},
    },
};

/// The RDMs of subjects with models, under a comparison of RDMs.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{Inference, Instrument, Model, RdmSet, Scoring};
///
/// let rdm = |d: [f64; 6]| Rdm::new(d.to_vec());
/// let data = [rdm([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?, rdm([1.0, 3.0, 2.0, 4.0, 6.0, 5.0])?];
/// let rdms = RdmSet::new(Scoring::Spearman, &[Model::fixed("first", data[0].clone())], &data)?;
/// assert_eq!((rdms.n_subjects(), rdms.n_conditions()), (2, 4));
/// let found = Inference::default().evaluate_instrument(&rdms)?;
/// // Spearman of the two subjects is 1 - 6·4/(6·35).
/// assert!((found.models[0].score - (2.0 - 4.0 / 35.0) / 2.0).abs() < 1e-14);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Debug)]
pub struct RdmSet {
    scoring: Scoring,
    dataset: Dataset,
    /// The comparison on all conditions, if all models are fixed.
    whole: Option<ComparedSubjects>,
    /// Sums for leaving conditions out, made when they are first asked for; `None` where there are none.
    sums: OnceLock<Option<LeftOutSums>>,
    making: Mutex<()>,
}

/// Sums over all pairs from which those without a few conditions follow.
#[derive(Debug)]
enum LeftOutSums {
    Products(PairProducts),
    Concordances(PairConcordances),
}

/// The subjects prepared on the pairs of one resample, and the scores of fixed models on them.
#[derive(Debug)]
struct ComparedSubjects {
    subjects: PreparedSubjects,
    scores: Array2<f64>,
}

impl RdmSet {
    /// Reads models and subjects, and compares them on all conditions if all models are fixed.
    ///
    /// # Errors
    /// `InvalidParameter` without subjects, `TooFewConditions` below three, `ShapeMismatch` or `LabelMismatch` naming the RDM
    /// of other conditions, `Degenerate` naming the model or subject that is constant.
    pub fn new(comparison: Scoring, models: &[Model], data: &[Rdm]) -> Result<Self> {
        Self::new_observed(comparison, models, data, &())
    }

    /// Like [`new`](Self::new), and asks an observer whether to go on.
    ///
    /// # Errors
    /// Errors of [`new`](Self::new), and `Cancelled`.
    pub fn new_observed(comparison: Scoring, models: &[Model], data: &[Rdm], observer: &dyn Observer) -> Result<Self> {
        Self::new_named(comparison, models, data, number_subjects(data.len()), observer)
    }

    /// Like [`new_observed`](Self::new_observed), with a name for each RDM of the data, which errors give.
    ///
    /// # Errors
    /// Errors of [`new_observed`](Self::new_observed), and `ShapeMismatch` unless there is a name for each RDM.
    pub fn new_named(
        comparison: Scoring,
        models: &[Model],
        data: &[Rdm],
        names: Vec<String>,
        observer: &dyn Observer,
    ) -> Result<Self> {
        Self::new_partial(comparison, models, data, names, &[], observer)
    }

    /// Like [`new_named`](Self::new_named), with partial correlations given other RDMs, each with its name for errors.
    ///
    /// On every resample and every fold, the given RDMs are regressed out on the pairs that it has, each as often as it
    /// counts. [`Partial`](crate::Partial) is the same comparison on all conditions.
    ///
    /// # Errors
    /// Errors of [`new_named`](Self::new_named); `InvalidParameter` if RDMs are given and the comparison is neither Pearson's
    /// nor Spearman's correlation; `Degenerate` naming the given RDM that is constant, or the model or subject that is a
    /// combination of the given ones.
    ///
    /// # Example
    /// ```
    /// use rsa_core::Rdm;
    /// use rsa_stats::{Inference, Model, RdmSet, Scoring};
    ///
    /// // The residuals of model and data given two blocks are -1 0 1 -1 0 1 and -1 1 0 -1 1 0: 2/√(4·4).
    /// let rdm = |d: [f64; 6]| Rdm::new(d.to_vec());
    /// let given = [("blocks".to_owned(), rdm([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])?)];
    /// let model = [Model::fixed("one", rdm([1.0, 2.0, 3.0, 7.0, 8.0, 9.0])?)];
    /// let data = [rdm([4.0, 6.0, 5.0, 0.0, 2.0, 1.0])?];
    /// let rdms = RdmSet::new_partial(Scoring::Pearson, &model, &data, vec!["sub-01".to_owned()], &given, &())?;
    /// assert!((Inference::default().evaluate_instrument(&rdms)?.models[0].score - 0.5).abs() < 1e-14);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn new_partial(
        comparison: Scoring,
        models: &[Model],
        data: &[Rdm],
        names: Vec<String>,
        given: &[(String, Rdm)],
        observer: &dyn Observer,
    ) -> Result<Self> {
        if !given.is_empty() {
            ensure_partial(comparison)?;
        }
        let dataset = Dataset::new(comparison.preparation(), models, data, names, given, observer)?;
        let mut set = Self { scoring: comparison, dataset, whole: None, sums: OnceLock::new(), making: Mutex::new(()) };
        if set.dataset.models.iter().all(|model| model.fixed().is_some()) {
            set.whole = Some(set.compare(&vec![1; set.dataset.n_conditions], observer)?);
        }
        Ok(set)
    }

    /// Returns for each RDM, of models and subjects alike, the reason why it has no comparison, if there is one.
    ///
    /// [`new`](Self::new) refuses all of them if one has a reason; without those it takes the rest.
    ///
    /// # Errors
    /// `Degenerate` if too few pairs are present in all RDMs that have any; `Cancelled`.
    pub fn reasons_against(comparison: Scoring, rdms: &[&Rdm], observer: &dyn Observer) -> Result<Vec<Option<Error>>> {
        degenerate::reasons(comparison, rdms, &[], observer)
    }

    /// Like [`reasons_against`](Self::reasons_against), for partial correlations given other RDMs.
    ///
    /// # Errors
    /// Errors of [`reasons_against`](Self::reasons_against) and, on the given RDMs, of [`new_partial`](Self::new_partial).
    pub fn reasons_against_partial(
        comparison: Scoring,
        rdms: &[&Rdm],
        given: &[(String, Rdm)],
        observer: &dyn Observer,
    ) -> Result<Vec<Option<Error>>> {
        if !given.is_empty() {
            ensure_partial(comparison)?;
        }
        degenerate::reasons(comparison, rdms, given, observer)
    }

    /// Returns for each model the reason why it has no fit to all subjects on all conditions, if there is one.
    ///
    /// Such a model, of RDMs of which one is a combination of others for example, has no fit on folds either. Models
    /// without parameters have no reason.
    ///
    /// # Errors
    /// Errors of a fit other than `Degenerate`; `Degenerate` naming a subject that is constant; `Cancelled`.
    pub fn reasons_against_fits(&self, observer: &dyn Observer) -> Result<Vec<Option<Error>>> {
        self.of_fits(observer, |target, m| match target.prediction(m) {
            Err(error) if !matches!(error.kind(), ErrorKind::Degenerate { .. }) => Err(error),
            prediction => Ok(prediction.err()),
        })
    }

    /// Returns the weight of each RDM in each model's fit to all subjects on all conditions, `None` for models without
    /// parameters.
    ///
    /// Weights are of dissimilarities in the unit of the RDMs, and divided by the sum of their sizes, because no comparison
    /// depends on that. A selection has one weight of 1. Scores are not those of this fit but of fits to training folds.
    ///
    /// # Errors
    /// Errors of a fit; `Degenerate` naming a subject that is constant; `Cancelled`.
    pub fn fitted_weights(&self, observer: &dyn Observer) -> Result<Vec<Option<Vec<f64>>>> {
        self.of_fits(observer, |target, m| {
            let weights = target.weights(m).map_err(|error| error.context(self.dataset.model_name(m)))?;
            Ok(weights.map(|weights| {
                let size: f64 = weights.iter().map(|weight| weight.abs()).sum();
                weights.iter().map(|weight| weight / size).collect()
            }))
        })
    }

    /// Takes something of each model's fit to all subjects on all conditions; `None` of all if no model has parameters.
    fn of_fits<T>(
        &self,
        observer: &dyn Observer,
        take: impl Fn(&FitTarget<'_, '_>, usize) -> Result<Option<T>>,
    ) -> Result<Vec<Option<T>>> {
        let dataset = &self.dataset;
        if dataset.models.iter().all(|model| model.fixed().is_some()) {
            return Ok(dataset.models.iter().map(|_| None).collect());
        }
        let pairs = Arc::new(WeightedPairs::new(&vec![1; dataset.n_conditions], dataset.present.as_deref())?);
        let training = TrainingSet::new(dataset, pairs.clone(), None, observer)?;
        let target = training.target(vec![1.0; dataset.subjects.len()], &pairs);
        (0..dataset.models.len()).map(|m| take(&target, m)).collect()
    }

    /// Prepares the subjects on a resample of conditions and scores the models, all of which are fixed.
    ///
    /// # Errors
    /// `TooFewConditions` below three, `Degenerate` naming the model or subject that is constant, `Cancelled`.
    fn compare(&self, conditions: &[u32], observer: &dyn Observer) -> Result<ComparedSubjects> {
        match self.compare_by_sums(conditions, observer)? {
            Some(found) => Ok(found),
            None => self.compare_pairs(conditions, observer),
        }
    }

    /// Compares by a pass over all pairs.
    fn compare_pairs(&self, conditions: &[u32], observer: &dyn Observer) -> Result<ComparedSubjects> {
        let dataset = &self.dataset;
        let pairs = Arc::new(WeightedPairs::new(conditions, dataset.present.as_deref())?);
        let models: Vec<&PreparedRdm> = dataset.fixed_models().collect();
        let subjects = dataset.prepare_subjects(pairs, observer)?;
        let scores = subjects.scores(&models, &|m| dataset.model_name(m), observer)?;
        Ok(ComparedSubjects { subjects, scores })
    }

    /// Compares by sums, if some conditions are left out, no other is repeated, and there are sums.
    ///
    /// Ranks of pools are not known from sums: the noise ceiling of Kendall's correlations takes a pass over all pairs.
    /// Partial correlations have other vectors on every set of pairs.
    ///
    /// # Errors
    /// `Cancelled`.
    fn compare_by_sums(&self, conditions: &[u32], observer: &dyn Observer) -> Result<Option<ComparedSubjects>> {
        let out: Vec<usize> = (0..conditions.len()).filter(|&i| conditions[i] == 0).collect();
        let is_partial = !self.dataset.given.is_empty();
        if is_partial || out.is_empty() || conditions.iter().any(|&weight| weight > 1) {
            return Ok(None);
        }
        let rdms: Vec<&PreparedRdm> = self.dataset.subjects.iter().chain(self.dataset.fixed_models()).collect();
        let present = self.dataset.present.as_deref();
        match self.sums(&rdms, observer)? {
            None => Ok(None),
            Some(LeftOutSums::Products(products)) => Ok(products.without(&out, &rdms, present).map(|found| {
                ComparedSubjects { subjects: PreparedSubjects::of_products(found.subjects), scores: found.scores }
            })),
            Some(LeftOutSums::Concordances(concordances)) => {
                let Some(scores) = concordances.without(&out) else { return Ok(None) };
                let pairs = Arc::new(WeightedPairs::new(conditions, present)?);
                Ok(Some(ComparedSubjects { subjects: self.dataset.prepare_subjects(pairs, observer)?, scores }))
            }
        }
    }

    /// Returns the sums for leaving conditions out, if there are any; makes them when they are first asked for.
    fn sums(&self, rdms: &[&PreparedRdm], observer: &dyn Observer) -> Result<Option<&LeftOutSums>> {
        if self.sums.get().is_none() {
            // The sums are made by one thread while others wait; a cancelled one leaves nothing behind.
            let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
            if self.sums.get().is_none() {
                let made = self.make_sums(rdms, observer)?;
                self.sums.get_or_init(|| made);
            }
        }
        Ok(self.sums.get().and_then(Option::as_ref))
    }
}

impl RdmSet {
    /// Makes the sums for leaving conditions out, if the comparison has some.
    ///
    /// # Errors
    /// `Cancelled`.
    fn make_sums(&self, rdms: &[&PreparedRdm], observer: &dyn Observer) -> Result<Option<LeftOutSums>> {
        let (n_subjects, n_conditions) = (self.dataset.subjects.len(), self.dataset.n_conditions);
        let present = self.dataset.present.as_deref();
        Ok(match self.dataset.preparation {
            Preparation::Linear(embedding) => {
                PairProducts::new(embedding, rdms, n_subjects, n_conditions, present, observer)?
                    .map(LeftOutSums::Products)
            }
            Preparation::Counts { without_ties } if present.is_none() => {
                PairConcordances::new(without_ties, rdms, n_subjects, n_conditions, observer)?
                    .map(LeftOutSums::Concordances)
            }
            Preparation::Counts { .. } | Preparation::Ranks { .. } => None,
        })
    }
}

impl Instrument for RdmSet {
    fn n_subjects(&self) -> usize {
        self.dataset.subjects.len()
    }

    fn n_conditions(&self) -> usize {
        self.dataset.n_conditions
    }

    fn models(&self) -> Vec<String> {
        self.dataset.names.clone()
    }

    fn subject_name(&self, subject: usize) -> String {
        self.dataset.subject_names[subject].clone()
    }

    fn score_name(&self) -> String {
        self.scoring.name().to_owned()
    }

    fn fewest_conditions(&self) -> usize {
        3
    }

    fn is_fitted(&self, m: usize) -> bool {
        self.dataset.models[m].fixed().is_none()
    }

    fn pairs_dropped(&self) -> usize {
        self.dataset.pairs_dropped()
    }

    fn ceiling_kind(&self) -> CeilingKind {
        match self.scoring {
            // Residuals of ranks are pooled as vectors, and no other vector agrees better with the subjects on average.
            _ if !self.dataset.given.is_empty() => CeilingKind::Maximum,
            Scoring::Spearman => CeilingKind::MaximumWithoutTies,
            Scoring::KendallA | Scoring::KendallB => CeilingKind::Approximate,
            _ => CeilingKind::Maximum,
        }
    }

    fn scores(&self, resample: &Resample<'_>) -> Result<Array2<f64>> {
        let mut found = self.score_all(&[*resample], false)?;
        Ok(found.swap_remove(0).scores)
    }

    fn ceilings(&self, resample: &Resample<'_>) -> Result<[Vec<f64>; 2]> {
        let mut found = self.score_all(&[*resample], true)?;
        match found.swap_remove(0).ceilings {
            SubjectCeilings::Known(bounds) => Ok(bounds),
            SubjectCeilings::Absent(error) => Err(error),
            SubjectCeilings::NotAsked => unreachable!("ceilings were asked for"),
        }
    }

    fn score_all(&self, resamples: &[Resample<'_>], with_ceilings: bool) -> Result<Vec<SubjectScores>> {
        let Some(first) = resamples.first() else { return Ok(Vec::new()) };
        if first.folds().is_some() {
            return resamples.iter().map(|resample| self.crossvalidate(resample, with_ceilings)).collect();
        }
        let prepared;
        let compared = match &self.whole {
            Some(whole) if first.has_each_condition_once() => whole,
            _ => {
                prepared = self.compare(first.conditions(), first.observer())?;
                &prepared
            }
        };
        resamples.iter().map(|resample| compared.score(resample, with_ceilings)).collect()
    }

    fn permuted_scores<'a>(&'a self, observer: &dyn Observer) -> Result<PermutedScores<'a>> {
        if !self.dataset.given.is_empty() {
            let requirement =
                "0 for partial correlations: permuted conditions lose their relation to the given RDMs, too";
            return Err(Error::invalid_parameter("the number of permutations", requirement, "more"));
        }
        permuted::permuted_scores(&self.dataset, observer)
    }
}

/// Refuses a comparison without a partial form.
fn ensure_partial(comparison: Scoring) -> Result<()> {
    match comparison {
        Scoring::Pearson | Scoring::Spearman => Ok(()),
        other => Err(Error::invalid_parameter(
            "a comparison given other RDMs",
            "pearson or spearman, the correlations with a partial form",
            format_args!("'{other}'"),
        )),
    }
}

impl ComparedSubjects {
    /// Returns the scores, and the ceilings of one weighting of the subjects.
    fn score(&self, resample: &Resample<'_>, with_ceilings: bool) -> Result<SubjectScores> {
        let ceilings = match with_ceilings {
            true => SubjectCeilings::from_result(ceilings(&self.subjects, resample))?,
            false => SubjectCeilings::NotAsked,
        };
        Ok(SubjectScores { scores: self.scores.clone(), ceilings })
    }
}

/// Returns the lower and upper ceilings: comparisons with the pool outside of a subject's group, and with that of all.
///
/// # Errors
/// `Degenerate` if there is one group of subjects alone, or if a pool is constant; `Cancelled`.
fn ceilings(subjects: &PreparedSubjects, resample: &Resample<'_>) -> Result<[Vec<f64>; 2]> {
    let (weights, groups) = (resample.subjects(), resample.subject_groups());
    let drawn = resample.drawn_subjects();
    let mut upper = vec![0.0; weights.len()];
    let pool = subjects.pool(weights);
    for (&i, value) in drawn.iter().zip(subjects.compare_with_pool(&pool, &drawn)?) {
        upper[i] = value;
    }
    let mut lower = vec![0.0; weights.len()];
    let n_groups = groups.iter().max().map_or(0, |last| last + 1);
    for group in 0..n_groups {
        let (own, others): (Vec<usize>, Vec<usize>) = drawn.iter().partition(|&&i| groups[i] == group);
        if own.is_empty() {
            continue;
        }
        if others.is_empty() {
            return Err(Error::degenerate("one group of subjects alone has no others to agree with", "draw more"));
        }
        resample.observer().ensure_going("the noise ceiling")?;
        for (&i, value) in own.iter().zip(subjects.compare_with_pool(&subjects.without(&pool, &own), &own)?) {
            lower[i] = value;
        }
    }
    Ok([lower, upper])
}
