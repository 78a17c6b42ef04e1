//! Conclusions: an [`Evaluation`] from the tables of all resamples.

use rsa_core::{Error, Result};

use super::{
    Dropped, Evaluation, GeneralizeTo, ModelEvaluation, NoiseCeiling, NotLeftOut, PairwiseDifference, Part, PartHeader,
    ResampleCounts, StandardErrorBy, left_out::Statistic, resample_scorer::ResampleStatus, uncertainty::Uncertainty,
};
use crate::resample::{Correction, SignedRank, StudentT, SubjectTest, VarianceEstimate, ZERO_STANDARD_ERROR};

/// The scores and ceilings of the data with their uncertainty, from which conclusions follow.
struct Conclusions<'a> {
    part: &'a Part,
    uncertainty: Uncertainty<'a>,
    /// The means over subjects of all quantities on the data: scores of the models, then the ceilings.
    point_estimates: Vec<f64>,
}

/// The value of a statistic on the data, its standard error, and the t distribution of their ratio.
struct StatisticEstimate {
    value: f64,
    standard_error: f64,
    standard_error_by: StandardErrorBy,
    degrees_of_freedom: f64,
    t: StudentT,
}

/// Concludes from all resamples.
///
/// # Errors
/// `Degenerate` if fewer than two resamples could be used.
pub(super) fn conclude(part: &Part) -> Result<Evaluation> {
    let header = &part.header;
    let inference = &header.inference;
    let uncertainty = Uncertainty::new(part);
    let (requested, used) = (inference.n_resamples(), uncertainty.n_used());
    if requested > 0 && used < 2 {
        return Err(Error::degenerate(
            format!("only {used} of {requested} resamples could be used"),
            "there are too few conditions or subjects to draw from, or scores that do not exist on few of them",
        ));
    }
    let n_subjects = part.subjects.nrows();
    let degrees_of_freedom = Some(uncertainty.degrees_of_freedom()).filter(|&degrees| degrees > 0);
    let point_estimates = part.subjects.columns().into_iter().map(|column| column.sum() / n_subjects as f64).collect();
    let conclusions = Conclusions { part, point_estimates, uncertainty };
    let has_ceiling = header.no_ceiling.is_none();
    let mut models: Vec<ModelEvaluation> =
        (0..header.models.len()).map(|m| conclusions.model(m, has_ceiling)).collect();
    correct_models(header, &mut models);
    let mut pairwise: Vec<PairwiseDifference> = (0..models.len())
        .flat_map(|a| (a + 1..models.len()).map(move |b| (a, b)))
        .map(|(a, b)| conclusions.pair(a, b))
        .collect();
    let p: Vec<_> = pairwise.iter().map(|pair| pair.p).collect();
    pairwise.iter_mut().zip(inference.correction.apply(&p)).for_each(|(pair, p)| pair.p_corrected = p);
    let reasons = Dropped {
        few_conditions: part.count_status(ResampleStatus::FewConditions),
        few_subjects: part.count_status(ResampleStatus::FewSubjects),
        degenerate: part.count_status(ResampleStatus::Degenerate),
    };
    let mut evaluation = Evaluation {
        comparison: header.scores.clone(),
        generalize_to: inference.generalize_to,
        n_conditions: header.n_conditions,
        n_subjects,
        pairs_dropped: header.pairs_dropped,
        resamples: ResampleCounts { requested, used: used as u64, dropped: requested - used as u64, reasons },
        seed: inference.seed,
        correction: inference.correction,
        degrees_of_freedom,
        models,
        noise_ceiling: has_ceiling.then(|| conclusions.ceiling()),
        noise_ceiling_reason: header.no_ceiling.clone(),
        pairwise,
        warnings: Vec::new(),
        test: inference.test,
        exact: conclusions.all_signs_counted(),
    };
    evaluation.warnings = warnings(&evaluation, header);
    Ok(evaluation)
}

/// Corrects the p-values of models for their number.
fn correct_models(header: &PartHeader, models: &mut [ModelEvaluation]) {
    match (&header.permutations, header.inference.correction) {
        (Some(counts), Correction::Max) => {
            for (model, &count) in models.iter_mut().zip(&counts.exceeding_by_any) {
                model.p_above_zero_corrected = Some(counts.p(count));
            }
        }
        (_, correction) => {
            let p: Vec<_> = models.iter().map(|model| model.p_above_zero).collect();
            let corrected = correction.apply(&p);
            models.iter_mut().zip(corrected).for_each(|(model, p)| model.p_above_zero_corrected = p);
        }
    }
}

impl StatisticEstimate {
    /// Returns the distribution and the value divided by its standard error, or `None` if the standard error is 0.
    fn test_statistic(&self) -> Option<(&StudentT, f64)> {
        (self.standard_error > ZERO_STANDARD_ERROR).then(|| (&self.t, self.value / self.standard_error))
    }

    /// Returns the p-value against a value of 0 or less, one-sided.
    fn p_above(&self) -> Option<f64> {
        self.test_statistic().map(|(t, value)| t.above(value))
    }

    /// Returns the 95 % interval, or `None` if the standard error is 0, because an interval without width says nothing.
    fn interval(&self) -> Option<[f64; 2]> {
        let half = self.t.critical_value() * self.standard_error;
        (self.standard_error > ZERO_STANDARD_ERROR).then_some([self.value - half, self.value + half])
    }
}

impl Conclusions<'_> {
    /// Returns a statistic with its standard error, or `None` if there are too few groups or draws for it.
    fn estimate(&self, statistic: Statistic) -> Option<StatisticEstimate> {
        // Draws without a ceiling may leave fewer than two values, which have no variance.
        let estimate = self.uncertainty.variance(statistic).filter(|estimate| estimate.variance.is_finite())?;
        let VarianceEstimate { variance, degrees_of_freedom } = estimate;
        let t = StudentT::new(degrees_of_freedom).expect("one degree of freedom at least");
        let (value, standard_error) = (statistic.value(&self.point_estimates), variance.sqrt());
        let standard_error_by = self.uncertainty.standard_error_by(statistic);
        Some(StatisticEstimate { value, standard_error, standard_error_by, degrees_of_freedom, t })
    }

    /// Tests a statistic of the subjects by signed ranks, `None` with one group of subjects or if that is not the test.
    fn signed_rank(&self, statistic: Statistic) -> Option<SignedRank> {
        if self.part.header.inference.test != SubjectTest::Wilcoxon || self.part.n_subject_groups() < 2 {
            return None;
        }
        let rows = self.part.subjects.rows().into_iter().zip(&self.part.header.subject_groups);
        let mut groups = vec![(0.0, 0.0); self.part.n_subject_groups()];
        for (row, &group) in rows {
            groups[group].0 += statistic.value(&row.to_vec());
            groups[group].1 += 1.0;
        }
        SignedRank::new(&groups.iter().map(|(sum, count)| sum / count).collect::<Vec<_>>())
    }

    /// Returns the one-sided p-value of a statistic above 0 by the test of the settings.
    fn p_above(&self, statistic: Statistic, estimate: Option<&StatisticEstimate>) -> Option<f64> {
        match self.part.header.inference.test {
            SubjectTest::T => estimate.and_then(StatisticEstimate::p_above),
            SubjectTest::Wilcoxon => self.signed_rank(statistic).map(|found| found.above),
        }
    }

    /// Returns the statistics of all tests: models, differences, and distances from the lower ceiling.
    fn tested(&self) -> impl Iterator<Item = Statistic> {
        let n = self.part.header.models.len();
        let has_ceiling = self.part.header.no_ceiling.is_none();
        let models = (0..n).map(|of| Statistic { of, minus: None });
        let pairs = (0..n).flat_map(move |of| (of + 1..n).map(move |b| Statistic { of, minus: Some(b) }));
        let below = (0..n).filter(move |_| has_ceiling).map(move |m| Statistic { of: n, minus: Some(m) });
        models.chain(pairs).chain(below)
    }

    /// Returns `true` if every test by signed ranks counts all assignments of signs, `None` without such tests.
    fn all_signs_counted(&self) -> Option<bool> {
        self.tested().filter_map(|statistic| self.signed_rank(statistic)).map(|found| found.exact).reduce(|a, b| a && b)
    }

    /// Concludes about model `m`.
    fn model(&self, m: usize, has_ceiling: bool) -> ModelEvaluation {
        let header = &self.part.header;
        let (score, lower) = (self.point_estimates[m], header.models.len());
        let statistic = Statistic { of: m, minus: None };
        let estimate = self.estimate(statistic);
        let below = Statistic { of: lower, minus: Some(m) };
        let p_below_ceiling = has_ceiling.then(|| self.p_above(below, self.estimate(below).as_ref())).flatten();
        let mut values = self.uncertainty.values(statistic);
        let bootstrap_mean = (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        let not_above = values.iter().filter(|&&value| value <= 0.0).count() as f64;
        let p_above_zero_bootstrap = (!values.is_empty()).then(|| (1.0 + not_above) / (1.0 + values.len() as f64));
        values.sort_by(f64::total_cmp);
        ModelEvaluation {
            name: header.models[m].clone(),
            score,
            standard_error: estimate.as_ref().map(|estimate| estimate.standard_error),
            standard_error_by: estimate.as_ref().map(|estimate| estimate.standard_error_by),
            degrees_of_freedom: estimate.as_ref().map(|estimate| estimate.degrees_of_freedom),
            interval: estimate.as_ref().and_then(StatisticEstimate::interval),
            percentile_interval: (!values.is_empty()).then(|| [quantile(&values, 0.025), quantile(&values, 0.975)]),
            bootstrap_mean,
            p_above_zero: self.p_above(statistic, estimate.as_ref()),
            p_above_zero_bootstrap,
            p_above_zero_corrected: None,
            p_permutation: header.permutations.as_ref().map(|counts| counts.p(counts.exceeding[m])),
            p_below_ceiling,
            scores_by_subject: self.part.subjects.column(m).to_vec(),
        }
    }

    /// Concludes about the difference of two models.
    fn pair(&self, a: usize, b: usize) -> PairwiseDifference {
        let names = &self.part.header.models;
        let difference = self.point_estimates[a] - self.point_estimates[b];
        let statistic = Statistic { of: a, minus: Some(b) };
        let estimate = self.estimate(statistic);
        let p = match self.part.header.inference.test {
            SubjectTest::T => {
                estimate.as_ref().and_then(StatisticEstimate::test_statistic).map(|(t, value)| t.two_sided(value))
            }
            SubjectTest::Wilcoxon => self.signed_rank(statistic).map(|found| found.two_sided),
        };
        PairwiseDifference {
            a: names[a].clone(),
            b: names[b].clone(),
            difference,
            standard_error: estimate.as_ref().map(|estimate| estimate.standard_error),
            standard_error_by: estimate.as_ref().map(|estimate| estimate.standard_error_by),
            degrees_of_freedom: estimate.as_ref().map(|estimate| estimate.degrees_of_freedom),
            p,
            p_corrected: None,
        }
    }

    /// Concludes about the noise ceiling.
    fn ceiling(&self) -> NoiseCeiling {
        let place = self.part.header.models.len();
        let [lower, upper] = [self.point_estimates[place], self.point_estimates[place + 1]];
        let interval = |of| self.estimate(Statistic { of, minus: None }).as_ref().and_then(StatisticEstimate::interval);
        NoiseCeiling {
            lower,
            upper,
            upper_is: self.part.header.upper_ceiling_is,
            lower_interval: interval(place),
            upper_interval: interval(place + 1),
        }
    }
}

/// Returns a quantile of sorted values, interpolated linearly between the two nearest (type 7 of Hyndman & Fan 1996).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    low + (high - low) * place.fract()
}

/// Returns the sentences that must be reported with the numbers.
fn warnings(evaluation: &Evaluation, header: &PartHeader) -> Vec<String> {
    let mut warnings = resample_warnings(evaluation, header);
    match &header.not_left_out {
        NotLeftOut { conditions: Some(why), .. } => {
            warnings.push(format!("standard errors come from resampled conditions and are rather too large: {why}"));
        }
        NotLeftOut { third_of_conditions: Some(why), .. } => {
            warnings.push(format!("standard errors of fitted models come from resampled conditions: {why}"));
        }
        NotLeftOut { subjects: Some(why), .. }
            if header.inference.crossvalidation.is_some() && evaluation.degrees_of_freedom.is_some() =>
        {
            warnings.push(format!(
                "standard errors over subjects come from subjects' own scores, as if no model had been fitted to other \
                 subjects: {why}"
            ));
        }
        NotLeftOut { third_of_subjects: Some(why), .. } => {
            warnings.push(format!("standard errors of fitted models come from leaving few subjects out: {why}"));
        }
        NotLeftOut { .. } => {}
    }
    if evaluation.test == SubjectTest::Wilcoxon && header.fitted.contains(&true) {
        warnings.push(
            "signed ranks take subjects' own scores, as if no model had been fitted to other subjects".to_owned(),
        );
    }
    match evaluation.degrees_of_freedom {
        None => warnings.push(
            "there is one subject, or one group of subjects: the scores have no standard error".to_owned(),
        ),
        Some(degrees @ ..=2) => warnings.push(format!(
            "tests with {degrees} degrees of freedom, because of so few subjects or groups, find very large effects only"
        )),
        Some(_) => {}
    }
    if let Some(ceiling) = &evaluation.noise_ceiling
        && ceiling.lower <= 0.0
    {
        warnings.push("the lower noise ceiling is not above 0: the subjects do not agree with one another".to_owned());
    }
    let without_error =
        evaluation.models.iter().filter(|model| model.standard_error.is_some_and(|error| error <= ZERO_STANDARD_ERROR));
    let names: Vec<_> = without_error.map(|model| format!("'{}'", model.name)).collect();
    if !names.is_empty() && evaluation.test == SubjectTest::T {
        warnings.push(format!("the standard error of {} is 0, and there is no test", names.join(", ")));
    }
    warnings
}

/// Returns the warnings about missing pairs, dropped resamples and few conditions.
fn resample_warnings(evaluation: &Evaluation, header: &PartHeader) -> Vec<String> {
    let mut warnings = Vec::new();
    if evaluation.pairs_dropped > 0 {
        let n = evaluation.n_conditions;
        let all = n.saturating_mul(n.saturating_sub(1)) / 2;
        warnings.push(format!(
            "{} of {all} pairs of conditions are missing somewhere and were left out everywhere",
            evaluation.pairs_dropped
        ));
    }
    let ResampleCounts { requested, dropped, .. } = evaluation.resamples;
    if dropped > 0 {
        warnings.push(format!("{dropped} of {requested} resamples could not be used"));
    }
    if dropped > requested / 2 {
        warnings.push(
            "more than half of the resamples could not be used: the others do not represent the population".to_owned(),
        );
    }
    let conditions = matches!(evaluation.generalize_to, GeneralizeTo::Conditions | GeneralizeTo::Both);
    let groups = header.n_condition_groups;
    if conditions && groups < 20 {
        warnings.push(format!("{groups} conditions say little about all others: the standard errors are rough"));
    }
    warnings
}
