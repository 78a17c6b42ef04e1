//! The text of an evaluation for a terminal.

use rsakit::stats::{CeilingKind, Correction, Evaluation, GeneralizeTo, ModelEvaluation, NoiseCeiling};

use super::{
    EvaluateResult,
    fitted_model::{FITTED_TO_ALL, weight_lines},
    left_out::describe,
    standard_errors, subject_count,
};
use crate::{
    document::{TextBlock, TextTable, show_p},
    given_rdms::describe_given,
};

/// Length of the bar of the best score or of the noise ceiling, in characters.
const BAR: usize = 24;

/// Most models that the text compares pair by pair.
const MOST_IN_PAIRS: usize = 12;

/// Returns scores, noise ceiling, differences, warnings and notes.
pub(super) fn blocks(result: &EvaluateResult) -> Vec<TextBlock> {
    let evaluation = &result.evaluation;
    let mut blocks = vec![TextBlock::Lines(heading(result)), TextBlock::Table(models(evaluation))];
    blocks.extend(standard_errors::of_fitted(evaluation).map(|line| TextBlock::Lines(format!("\n  {line}"))));
    blocks.extend(standard_errors::of_test(evaluation).map(|line| TextBlock::Lines(format!("\n  {line}"))));
    match (&evaluation.noise_ceiling, &evaluation.noise_ceiling_reason) {
        (Some(ceiling), _) => blocks.push(TextBlock::Lines(ceiling_line(ceiling))),
        (None, Some(reason)) => blocks.push(TextBlock::Lines(format!("\n  no noise ceiling: {reason}"))),
        (None, None) => {}
    }
    if (2..=MOST_IN_PAIRS).contains(&evaluation.models.len()) {
        let meaning = "\nrow less column; * where the corrected p is below .05";
        blocks.extend([TextBlock::Lines(meaning.to_owned()), TextBlock::Table(pairs(evaluation))]);
    }
    if !result.fits.is_empty() {
        let meaning = TextBlock::Lines(format!("\n{FITTED_TO_ALL}"));
        blocks.extend([meaning, TextBlock::Table(weight_lines(&result.fits))]);
    }
    let remarks = evaluation.warnings.iter().chain(&result.notes);
    blocks.extend(remarks.map(|remark| TextBlock::Lines(format!("  ! {remark}"))));
    blocks.extend(result.left_out.iter().map(|left_out| TextBlock::Lines(format!("  – {}", describe(left_out)))));
    blocks
}

fn heading(result: &EvaluateResult) -> String {
    let evaluation = &result.evaluation;
    let Evaluation { comparison, n_conditions, resamples, seed, .. } = evaluation;
    let resampled = |what: &str| format!("for new {what}, {} resamples, seed {seed}", resamples.used);
    let errors = match evaluation.generalize_to {
        GeneralizeTo::Nothing => "for new subjects, by the variance across these".to_owned(),
        GeneralizeTo::Subjects => resampled("subjects"),
        GeneralizeTo::Conditions => resampled("conditions"),
        GeneralizeTo::Both => resampled("subjects and conditions"),
    };
    let subjects = subject_count::describe(result);
    let given = describe_given(&result.given);
    format!("{comparison}{given} with {subjects}, {n_conditions} conditions; standard errors {errors}\n")
}

fn models(evaluation: &Evaluation) -> TextTable {
    let permuted = evaluation.models.iter().any(|model| model.p_permutation.is_some());
    // The correction by the best of permuted models builds on permutation p-values, so its column stands after theirs.
    let by_max = evaluation.correction == Correction::Max;
    let mut header = vec!["model", "score", "±", "95 % interval", "p > 0"];
    match (permuted, by_max) {
        (true, true) => header.extend(["permuted", "corrected"]),
        (true, false) => header.extend(["corrected", "permuted"]),
        (false, _) => header.push("corrected"),
    }
    header.extend(["p < ceiling", ""]);
    let best = evaluation.models.iter().map(|model| model.score).fold(0.0, f64::max);
    let full = evaluation.noise_ceiling.as_ref().map_or(best, |ceiling| ceiling.upper.max(best));
    let row = |model: &ModelEvaluation| {
        let ModelEvaluation { name, score, standard_error, interval, .. } = model;
        let mut row = vec![
            name.clone(),
            format!("{score:.3}"),
            standard_error.map_or_else(dash, |error| format!("{error:.3}")),
            interval.map_or_else(dash, |[low, high]| format!("{low:.3} … {high:.3}")),
            model.p_above_zero.map_or_else(dash, show_p),
        ];
        let corrected = model.p_above_zero_corrected.map_or_else(dash, show_p);
        let by_permutation = model.p_permutation.map_or_else(dash, show_p);
        match (permuted, by_max) {
            (true, true) => row.extend([by_permutation, corrected]),
            (true, false) => row.extend([corrected, by_permutation]),
            (false, _) => row.push(corrected),
        }
        row.push(model.p_below_ceiling.map_or_else(dash, show_p));
        row.push(bar(*score, full, evaluation.noise_ceiling.as_ref()));
        row
    };
    TextTable {
        header: header.into_iter().map(str::to_owned).collect(),
        rows: evaluation.models.iter().map(row).collect(),
        first_number: 1,
        n_numbers: if permuted { 7 } else { 6 },
    }
}

/// Returns a bar as long as the score, in front of the noise ceiling.
fn bar(score: f64, full: f64, ceiling: Option<&NoiseCeiling>) -> String {
    if full <= 0.0 {
        return String::new();
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 and the length of a bar")]
    let place = |value: f64| (value / full * BAR as f64).round().clamp(0.0, BAR as f64) as usize;
    let shaded = ceiling.map(|ceiling| place(ceiling.lower)..place(ceiling.upper));
    let mark = |k: usize| match &shaded {
        _ if k < place(score) => '█',
        Some(shaded) if shaded.contains(&k) => '░',
        _ => ' ',
    };
    (0..BAR).map(mark).collect::<String>().trim_end().to_owned()
}

fn ceiling_line(ceiling: &NoiseCeiling) -> String {
    let what = match ceiling.upper_is {
        CeilingKind::Maximum => "no model can be above",
        CeilingKind::MaximumWithoutTies => "no model without ties can be above",
        CeilingKind::Approximate => "an approximate upper bound",
    };
    let interval = |interval: Option<[f64; 2]>| {
        interval.map_or_else(String::new, |[low, high]| format!(" ({low:.3} … {high:.3})"))
    };
    format!(
        "\n  noise ceiling ░ {:.3}{} to {:.3}{}: {what}",
        ceiling.lower,
        interval(ceiling.lower_interval),
        ceiling.upper,
        interval(ceiling.upper_interval)
    )
}

/// Returns the differences of every two models, above the diagonal.
fn pairs(evaluation: &Evaluation) -> TextTable {
    let names: Vec<&str> = evaluation.models.iter().map(|model| model.name.as_str()).collect();
    let header = std::iter::once(String::new()).chain(names[1..].iter().map(|name| format!("{name} ")));
    let mut differences = evaluation.pairwise.iter();
    let mut rows = Vec::new();
    for (a, name) in names[..names.len() - 1].iter().enumerate() {
        let mut row = vec![(*name).to_owned()];
        row.extend(std::iter::repeat_n(String::new(), a));
        for pair in differences.by_ref().take(names.len() - 1 - a) {
            let mark = if pair.p_corrected.is_some_and(|p| p < 0.05) { '*' } else { ' ' };
            row.push(format!("{:.3}{mark}", pair.difference));
        }
        rows.push(row);
    }
    TextTable { header: header.collect(), rows, first_number: 1, n_numbers: names.len() - 1 }
}

fn dash() -> String {
    "–".to_owned()
}
