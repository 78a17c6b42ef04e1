//! The table that a person reads at a glance.

use std::fmt::Write;

use comfy_table::Table;
use rsakit::stats::{CeilingKind, Correction, Evaluation, GeneralizeTo, ModelEvaluation, NoiseCeiling};

use crate::format::{align_numbers, plain_table};

/// Characters of the bar of the best score.
const BAR: usize = 24;

/// More models are not compared pair by pair in the table.
const PAIRS: usize = 12;

pub(super) fn text(evaluation: &Evaluation) -> String {
    let mut out = heading(evaluation);
    let _ = write!(out, "\n{}\n", models(evaluation));
    match (&evaluation.noise_ceiling, &evaluation.noise_ceiling_reason) {
        (Some(ceiling), _) => out.push_str(&ceiling_line(ceiling)),
        (None, Some(reason)) => {
            let _ = writeln!(out, "\n  no noise ceiling: {reason}");
        }
        (None, None) => {}
    }
    if (2..=PAIRS).contains(&evaluation.models.len()) {
        let _ = write!(out, "\nrow less column; * where the corrected p is below .05\n{}\n", pairs(evaluation));
    }
    for warning in &evaluation.warnings {
        let _ = writeln!(out, "  ! {warning}");
    }
    out
}

fn heading(evaluation: &Evaluation) -> String {
    let Evaluation { comparison, n_conditions, n_subjects, resamples, seed, .. } = evaluation;
    let errors = match evaluation.generalize_to {
        GeneralizeTo::Nothing => "for new subjects, by the variance across these".to_owned(),
        to => {
            let what = match to {
                GeneralizeTo::Subjects => "subjects",
                GeneralizeTo::Conditions => "conditions",
                _ => "subjects and conditions",
            };
            format!("for new {what}, {} resamples, seed {seed}", resamples.used)
        }
    };
    let s = if *n_subjects == 1 { "" } else { "s" };
    format!("{comparison} with {n_subjects} subject{s}, {n_conditions} conditions; standard errors {errors}\n")
}

fn models(evaluation: &Evaluation) -> Table {
    // What is corrected by the best of all permuted models stands behind the p-values of permutation.
    let permuted = evaluation.models.iter().any(|model| model.p_permutation.is_some());
    let by_max = evaluation.correction == Correction::Max;
    let mut table = plain_table();
    let mut header = vec!["model", "score", "±", "95 % interval", "p > 0"];
    match (permuted, by_max) {
        (true, true) => header.extend(["permuted", "corrected"]),
        (true, false) => header.extend(["corrected", "permuted"]),
        (false, _) => header.push("corrected"),
    }
    header.extend(["p < ceiling", ""]);
    table.set_header(header);
    let best = evaluation.models.iter().map(|model| model.score).fold(0.0, f64::max);
    let full = evaluation.noise_ceiling.as_ref().map_or(best, |ceiling| ceiling.upper.max(best));
    for model in &evaluation.models {
        let ModelEvaluation { name, score, standard_error, interval, .. } = model;
        let mut row = vec![
            name.clone(),
            format!("{score:.3}"),
            standard_error.map_or_else(dash, |error| format!("{error:.3}")),
            interval.map_or_else(dash, |[low, high]| format!("{low:.3} … {high:.3}")),
            model.p_above_zero.map_or_else(dash, p_value),
        ];
        let corrected = model.p_above_zero_corrected.map_or_else(dash, p_value);
        let by_permutation = model.p_permutation.map_or_else(dash, p_value);
        match (permuted, by_max) {
            (true, true) => row.extend([by_permutation, corrected]),
            (true, false) => row.extend([corrected, by_permutation]),
            (false, _) => row.push(corrected),
        }
        row.push(model.p_below_ceiling.map_or_else(dash, p_value));
        row.push(bar(*score, full, evaluation.noise_ceiling.as_ref()));
        table.add_row(row);
    }
    align_numbers(&mut table, 1, if permuted { 7 } else { 6 });
    table
}

/// A bar as long as the score, and the ceiling behind it.
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
        "\n  noise ceiling ░ {:.3}{} to {:.3}{}: {what}\n",
        ceiling.lower,
        interval(ceiling.lower_interval),
        ceiling.upper,
        interval(ceiling.upper_interval)
    )
}

/// The differences above the diagonal.
fn pairs(evaluation: &Evaluation) -> Table {
    let names: Vec<&str> = evaluation.models.iter().map(|model| model.name.as_str()).collect();
    let mut table = plain_table();
    table.set_header(std::iter::once(String::new()).chain(names[1..].iter().map(|name| format!("{name} "))));
    let mut differences = evaluation.pairwise.iter();
    for (a, name) in names[..names.len() - 1].iter().enumerate() {
        let mut row = vec![(*name).to_owned()];
        row.extend(std::iter::repeat_n(String::new(), a));
        for pair in differences.by_ref().take(names.len() - 1 - a) {
            let mark = if pair.p_corrected.is_some_and(|p| p < 0.05) { '*' } else { ' ' };
            row.push(format!("{:.3}{mark}", pair.difference));
        }
        table.add_row(row);
    }
    align_numbers(&mut table, 1, names.len() - 1);
    table
}

fn dash() -> String {
    "–".to_owned()
}

/// Three decimals, or the power of ten of what is smaller.
fn p_value(p: f64) -> String {
    if p >= 0.0005 || p == 0.0 { format!("{p:.3}") } else { format!("{p:.0e}") }
}
