//! The section of models on a page: bars, scores and differences.

use rsa_plot::report::{Block, Cell, Column, Drawings, Section, Table};
use rsakit::{
    Result,
    stats::{CeilingKind, Evaluation, ModelEvaluation, PairwiseDifference},
};

use super::{
    EvaluateResult,
    bars::{self, correction_words},
};
use crate::{
    document::{WIDE, p_cell, section},
    given_rdms::describe_given,
};

/// Returns the bars, the table of scores and the table of differences.
pub(super) fn models(result: &EvaluateResult) -> Result<Section> {
    let evaluation = &result.evaluation;
    let bars = bars::draw(result, WIDE)?;
    let caption = format!("{} Models from the best to the worst.", ceiling(evaluation));
    let mut blocks = vec![
        Block::Figure(Drawings { drawings: vec![bars], wide: true, caption, tables: Vec::new() }),
        Block::Table(scores(result)),
    ];
    if !evaluation.pairwise.is_empty() {
        blocks.push(Block::Fold("Each model against each other".to_owned(), vec![Block::Table(pairs(evaluation))]));
    }
    Ok(section("models", "Models", "Which model explains the data?", blocks))
}

fn ceiling(evaluation: &Evaluation) -> String {
    match (&evaluation.noise_ceiling, &evaluation.noise_ceiling_reason) {
        (Some(ceiling), _) => {
            let upper = match ceiling.upper_is {
                CeilingKind::Maximum => "no model can be above it",
                CeilingKind::MaximumWithoutTies => "no model without ties can be above it",
                CeilingKind::Approximate => "its upper bound is approximate",
            };
            format!("Noise ceiling {:.3} to {:.3}: {upper}.", ceiling.lower, ceiling.upper)
        }
        (None, Some(reason)) => format!("There is no noise ceiling: {reason}."),
        (None, None) => "There is no noise ceiling.".to_owned(),
    }
}

fn scores(result: &EvaluateResult) -> Table {
    let evaluation = &result.evaluation;
    let permuted = evaluation.models.iter().any(|model| model.p_permutation.is_some());
    let mut numbers = vec!["score", "std. error", "low", "high", "p > 0", "corrected", "p < ceiling"];
    if permuted {
        numbers.push("permuted");
    }
    let mut order: Vec<_> = evaluation.models.iter().collect();
    order.sort_by(|a, b| b.score.total_cmp(&a.score));
    let row = |model: &&ModelEvaluation| {
        let [low, high] = [0, 1].map(|end| model.interval.map(|interval| interval[end]));
        let mut cells = vec![
            Cell::number(model.score, 3),
            Cell::maybe(model.standard_error, 3),
            Cell::maybe(low, 3),
            Cell::maybe(high, 3),
            p_cell(model.p_above_zero),
            p_cell(model.p_above_zero_corrected),
            p_cell(model.p_below_ceiling),
        ];
        if permuted {
            cells.push(p_cell(model.p_permutation));
        }
        (model.name.clone(), cells)
    };
    Table {
        id: "models-scores".to_owned(),
        name: "models".to_owned(),
        caption: format!(
            "Mean `{}`{} with the subjects; intervals of 95 %; {}",
            evaluation.comparison,
            describe_given(&result.given),
            correction_words(evaluation.correction)
        ),
        columns: columns("model", &numbers),
        rows: order.iter().map(row).collect(),
    }
}

fn pairs(evaluation: &Evaluation) -> Table {
    let row = |pair: &PairwiseDifference| {
        let cells = vec![
            Cell::number(pair.difference, 3),
            Cell::maybe(pair.standard_error, 3),
            p_cell(pair.p),
            p_cell(pair.p_corrected),
        ];
        (format!("{} − {}", pair.a, pair.b), cells)
    };
    Table {
        id: "models-pairs".to_owned(),
        name: "model-pairs".to_owned(),
        caption: format!("Differences of scores; two-sided p, {}", correction_words(evaluation.correction)),
        columns: columns("models", &["difference", "std. error", "p", "corrected"]),
        rows: evaluation.pairwise.iter().map(row).collect(),
    }
}

fn columns(names: &str, numbers: &[&str]) -> Vec<Column> {
    let numbers = numbers.iter().map(|title| Column::Numbers((*title).to_owned()));
    std::iter::once(Column::Words(names.to_owned())).chain(numbers).collect()
}
