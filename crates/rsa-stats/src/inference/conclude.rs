//! From the numbers of all resamples to an [`Evaluation`].

use rsa_core::{Error, Result};

use super::{
    CeilingKind, Dropped, Evaluation, GeneralizeTo, ModelEvaluation, NoiseCeiling, NotLeftOut, PairwiseDifference,
    Part, PartHeader, ResampleCounts, Scoring,
    draw::Fate,
    spread::{Certainty, Spread},
};
use crate::significance::{Correction, StudentT};

/// Estimates with their spread.
struct Estimates<'a> {
    part: &'a Part,
    spread: Spread<'a>,
    /// Scores of the models, then the ceilings, on the data as they are.
    point: Vec<f64>,
}

/// A value with its spread.
struct Estimate {
    value: f64,
    standard_error: f64,
    degrees_of_freedom: f64,
    t: StudentT,
}

/// Concludes from all resamples.
pub(crate) fn conclude(part: &Part) -> Result<Evaluation> {
    let header = &part.header;
    let inference = &header.inference;
    let spread = Spread::new(part);
    let reasons = dropped(part);
    let requested = inference.n_resamples();
    if requested > 0 && spread.used() < 2 {
        return Err(Error::degenerate(
            format!("only {} of {requested} resamples could be used", spread.used()),
            "there are too few conditions or subjects to draw from, or RDMs with too few different values",
        ));
    }
    let n_subjects = part.subjects.nrows();
    let degrees_of_freedom = Some(spread.degrees_of_freedom()).filter(|&degrees| degrees > 0);
    let estimates = Estimates {
        part,
        point: part.subjects.columns().into_iter().map(|column| column.sum() / n_subjects as f64).collect(),
        spread,
    };
    let has_ceiling = header.no_ceiling.is_none();
    let mut models: Vec<ModelEvaluation> = (0..header.models.len()).map(|m| estimates.model(m, has_ceiling)).collect();
    match (&header.permutations, inference.correction) {
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
    let mut pairwise: Vec<PairwiseDifference> = (0..models.len())
        .flat_map(|a| (a + 1..models.len()).map(move |b| (a, b)))
        .map(|(a, b)| estimates.pair(a, b))
        .collect();
    let p: Vec<_> = pairwise.iter().map(|pair| pair.p).collect();
    pairwise.iter_mut().zip(inference.correction.apply(&p)).for_each(|(pair, p)| pair.p_corrected = p);
    let resamples = ResampleCounts {
        requested,
        used: estimates.spread.used() as u64,
        dropped: requested - estimates.spread.used() as u64,
        reasons,
    };
    let mut evaluation = Evaluation {
        comparison: inference.comparison,
        generalize_to: inference.generalize_to,
        n_conditions: header.n_conditions,
        n_subjects,
        pairs_dropped: header.pairs_dropped,
        resamples,
        seed: inference.seed,
        correction: inference.correction,
        degrees_of_freedom,
        models,
        noise_ceiling: has_ceiling.then(|| estimates.ceiling(inference.comparison)),
        noise_ceiling_reason: header.no_ceiling.clone(),
        pairwise,
        warnings: Vec::new(),
    };
    evaluation.warnings = warnings(&evaluation, header);
    Ok(evaluation)
}

fn dropped(part: &Part) -> Dropped {
    let count = |fate: Fate| part.draws.column(0).iter().filter(|&&code| code == f64::from(fate as u8)).count() as u64;
    match part.draws.is_empty() {
        true => Dropped::default(),
        false => Dropped {
            few_conditions: count(Fate::FewConditions),
            few_subjects: count(Fate::FewSubjects),
            degenerate: count(Fate::Degenerate),
        },
    }
}

impl Estimate {
    /// Its t with the distribution, `None` if there is no standard error to divide by.
    fn t(&self) -> Option<(&StudentT, f64)> {
        // Subjects who are all alike differ by rounding.
        (self.standard_error > 1e-12).then(|| (&self.t, self.value / self.standard_error))
    }

    fn interval(&self) -> [f64; 2] {
        let half = self.t.of_95_percent() * self.standard_error;
        [self.value - half, self.value + half]
    }
}

impl Estimates<'_> {
    /// A quantity with its spread, `None` for that of one subject.
    fn estimate(&self, quantity: &dyn Fn(&[f64]) -> f64) -> Option<Estimate> {
        let Certainty { variance, degrees_of_freedom } = self.spread.certainty(quantity)?;
        let t = StudentT::new(degrees_of_freedom).expect("one degree of freedom at least");
        Some(Estimate { value: quantity(&self.point), standard_error: variance.sqrt(), degrees_of_freedom, t })
    }

    fn model(&self, m: usize, has_ceiling: bool) -> ModelEvaluation {
        let header = &self.part.header;
        let (score, lower) = (self.point[m], header.models.len());
        let estimate = self.estimate(&|q| q[m]);
        let above = |estimate: &Estimate| estimate.t().map(|(t, value)| t.above(value));
        let below = has_ceiling.then(|| self.estimate(&|q| q[lower] - q[m])).flatten();
        let mut values = self.spread.values(&|q| q[m]);
        let bootstrap_mean = (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        let not_above = values.iter().filter(|&&value| value <= 0.0).count() as f64;
        let p_above_zero_bootstrap = (!values.is_empty()).then(|| (1.0 + not_above) / (1.0 + values.len() as f64));
        values.sort_by(f64::total_cmp);
        ModelEvaluation {
            name: header.models[m].clone(),
            score,
            standard_error: estimate.as_ref().map(|estimate| estimate.standard_error),
            degrees_of_freedom: estimate.as_ref().map(|estimate| estimate.degrees_of_freedom),
            interval: estimate.as_ref().map(Estimate::interval),
            percentile_interval: (!values.is_empty()).then(|| [quantile(&values, 0.025), quantile(&values, 0.975)]),
            bootstrap_mean,
            p_above_zero: estimate.as_ref().and_then(above),
            p_above_zero_bootstrap,
            p_above_zero_corrected: None,
            p_permutation: header.permutations.as_ref().map(|counts| counts.p(counts.exceeding[m])),
            p_below_ceiling: below.as_ref().and_then(above),
            scores_by_subject: self.part.subjects.column(m).to_vec(),
        }
    }

    fn pair(&self, a: usize, b: usize) -> PairwiseDifference {
        let names = &self.part.header.models;
        let difference = self.point[a] - self.point[b];
        let estimate = self.estimate(&|q| q[a] - q[b]);
        PairwiseDifference {
            a: names[a].clone(),
            b: names[b].clone(),
            difference,
            standard_error: estimate.as_ref().map(|estimate| estimate.standard_error),
            degrees_of_freedom: estimate.as_ref().map(|estimate| estimate.degrees_of_freedom),
            p: estimate.as_ref().and_then(Estimate::t).map(|(t, value)| t.two_sided(value)),
            p_corrected: None,
        }
    }

    fn ceiling(&self, comparison: Scoring) -> NoiseCeiling {
        let place = self.part.header.models.len();
        let [lower, upper] = [self.point[place], self.point[place + 1]];
        NoiseCeiling {
            lower,
            upper,
            upper_is: match comparison {
                Scoring::Spearman => CeilingKind::MaximumWithoutTies,
                Scoring::KendallA | Scoring::KendallB => CeilingKind::Approximate,
                _ => CeilingKind::Maximum,
            },
            lower_interval: self.estimate(&|q| q[place]).as_ref().map(Estimate::interval),
            upper_interval: self.estimate(&|q| q[place + 1]).as_ref().map(Estimate::interval),
        }
    }
}

/// The quantile of sorted values, between neighbours where it falls between.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    low + (high - low) * place.fract()
}

fn warnings(evaluation: &Evaluation, header: &PartHeader) -> Vec<String> {
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
            "more than half of the resamples could not be used: the rest tell of designs like themselves".to_owned(),
        );
    }
    let conditions = matches!(evaluation.generalize_to, GeneralizeTo::Conditions | GeneralizeTo::Both);
    let groups = header.n_condition_groups;
    if conditions && groups < 20 {
        warnings.push(format!("{groups} conditions say little about all others, and the standard errors are rough"));
    }
    match &header.not_left_out {
        NotLeftOut { conditions: Some(why), .. } => {
            warnings.push(format!("standard errors are those of resampled conditions, rather too large: {why}"));
        }
        NotLeftOut { subjects: Some(why), .. }
            if header.inference.crossvalidation.is_some() && evaluation.degrees_of_freedom.is_some() =>
        {
            warnings.push(format!(
                "standard errors over subjects are those of their own scores, which know nothing of what was fitted to \
                 whom: {why}"
            ));
        }
        NotLeftOut { .. } => {}
    }
    if evaluation.degrees_of_freedom.is_none() {
        warnings.push("there is one subject, or one group of them: nothing tells how sure the scores are".to_owned());
    }
    if let Some(degrees @ ..=2) = evaluation.degrees_of_freedom {
        warnings.push(format!(
            "tests with {degrees} degrees of freedom, of so few subjects or groups, find very large effects alone"
        ));
    }
    if let Some(ceiling) = &evaluation.noise_ceiling
        && ceiling.lower <= 0.0
    {
        warnings.push("the lower noise ceiling is not above 0: the subjects do not agree with one another".to_owned());
    }
    let exact = evaluation.models.iter().filter(|model| model.standard_error.is_some_and(|error| error <= 1e-12));
    let names: Vec<_> = exact.map(|model| format!("'{}'", model.name)).collect();
    if !names.is_empty() {
        warnings.push(format!("the standard error of {} is 0, and there is no test", names.join(", ")));
    }
    warnings
}
