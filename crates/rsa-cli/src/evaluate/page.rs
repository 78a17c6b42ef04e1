//! An evaluation as a page.

use rsa_plot::report::{Block, Cell, Column, Drawings, Page, Section, Table};
use rsakit::{
    spec::ComparisonSpec,
    stats::{CeilingKind, Evaluation, GeneralizeTo},
};

use super::figure;
use crate::{
    page::{self, Input, WIDE, Work},
    verdict::Failure,
};

/// The whole page.
pub(crate) fn page(
    evaluation: &Evaluation,
    notes: &[String],
    inputs: &[Input],
    commands: &[String],
) -> Result<Page, Failure> {
    let Evaluation { n_conditions, n_subjects, comparison, .. } = evaluation;
    let mut sections =
        vec![models(evaluation, "models")?, measure(evaluation), page::caveats(caveats(evaluation, notes))];
    sections.extend(page::provenance(commands, Some(evaluation.seed), inputs, &works(evaluation))?);
    let s = if *n_subjects == 1 { "" } else { "s" };
    Ok(Page {
        kicker: "rsakit evaluate".to_owned(),
        title: format!("{} models of {n_subjects} subject{s}", evaluation.models.len()),
        verdict: verdict(evaluation),
        facts: format!("{n_conditions} conditions · {n_subjects} subject{s} · {comparison} · seed {}", evaluation.seed),
        sections,
        generator: page::generator(),
    })
}

/// Bars, scores and differences; `id` begins the names of the tables.
pub(crate) fn models(evaluation: &Evaluation, id: &str) -> Result<Section, Failure> {
    let bars = figure::draw(evaluation, WIDE).map_err(Failure::impossible)?;
    let caption = format!("{} Models from the best to the worst.", ceiling(evaluation));
    let mut blocks = vec![
        Block::Figure(Drawings { drawings: vec![bars], wide: true, caption, tables: Vec::new() }),
        Block::Table(scores(evaluation, id)),
    ];
    if !evaluation.pairwise.is_empty() {
        blocks.push(Block::Fold("Each model against each other".to_owned(), vec![Block::Table(pairs(evaluation, id))]));
    }
    Ok(page::section(id, "Models", "Which model explains the data?", blocks))
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

fn scores(evaluation: &Evaluation, id: &str) -> Table {
    let permuted = evaluation.models.iter().any(|model| model.p_permutation.is_some());
    let mut numbers = vec!["score", "std. error", "low", "high", "p > 0", "corrected", "p < ceiling"];
    if permuted {
        numbers.push("permuted");
    }
    let mut order: Vec<_> = evaluation.models.iter().collect();
    order.sort_by(|a, b| b.score.total_cmp(&a.score));
    let row = |model: &&rsakit::stats::ModelEvaluation| {
        let [low, high] = [0, 1].map(|end| model.interval.map(|interval| interval[end]));
        let mut cells = vec![
            Cell::number(model.score, 3),
            Cell::maybe(model.standard_error, 3),
            Cell::maybe(low, 3),
            Cell::maybe(high, 3),
            p_value(model.p_above_zero),
            p_value(model.p_above_zero_corrected),
            p_value(model.p_below_ceiling),
        ];
        if permuted {
            cells.push(p_value(model.p_permutation));
        }
        (model.name.clone(), cells)
    };
    let name = std::iter::once(Column::Words("model".to_owned()));
    Table {
        id: format!("{id}-scores"),
        name: "models".to_owned(),
        caption: format!(
            "Mean `{}` with the subjects; intervals of 95 %; {}",
            evaluation.comparison,
            figure::correction(evaluation.correction)
        ),
        columns: name.chain(numbers.into_iter().map(|title| Column::Numbers(title.to_owned()))).collect(),
        rows: order.iter().map(row).collect(),
    }
}

fn pairs(evaluation: &Evaluation, id: &str) -> Table {
    let row = |pair: &rsakit::stats::PairwiseDifference| {
        let cells = vec![
            Cell::number(pair.difference, 3),
            Cell::maybe(pair.standard_error, 3),
            p_value(pair.p),
            p_value(pair.p_corrected),
        ];
        (format!("{} − {}", pair.a, pair.b), cells)
    };
    let name = std::iter::once(Column::Words("models".to_owned()));
    Table {
        id: format!("{id}-pairs"),
        name: "model-pairs".to_owned(),
        caption: format!("Differences of scores; two-sided p, {}", figure::correction(evaluation.correction)),
        columns: name
            .chain(["difference", "std. error", "p", "corrected"].map(|title| Column::Numbers(title.to_owned())))
            .collect(),
        rows: evaluation.pairwise.iter().map(row).collect(),
    }
}

/// Three decimals, or the power of ten of what is smaller.
fn p_value(p: Option<f64>) -> Cell {
    match p {
        Some(value) if value > 0.0 && value < 0.0005 => {
            Cell::Number { value, shown: format!("{value:.0e}").replace('-', "−"), strong: false }
        }
        p => Cell::maybe(p, 3),
    }
}

fn measure(evaluation: &Evaluation) -> Section {
    let card = evaluation.comparison.parse::<ComparisonSpec>().ok().map(|spec| page::comparison_card(&spec));
    let errors = match evaluation.generalize_to {
        GeneralizeTo::Nothing | GeneralizeTo::Subjects => {
            "Standard errors are about new subjects and these very conditions."
        }
        GeneralizeTo::Conditions => "Standard errors are about new conditions and these very subjects.",
        GeneralizeTo::Both => "Standard errors are about new subjects and new conditions.",
    };
    let ceiling = "The noise ceiling says how well subjects predict one another: its lower bound is what the true model reaches at \
                   the least, nearly; a model below it leaves something to explain. A mark under the ceiling is one model's own \
                   test and not corrected for the number of models.";
    let blocks = vec![
        Block::Cards(card.into_iter().collect()),
        Block::Paragraph(errors.to_owned()),
        Block::Paragraph(ceiling.to_owned()),
    ];
    page::section("measures", "Measure", "What the scores mean", blocks)
}

pub(crate) fn works(evaluation: &Evaluation) -> Vec<Work> {
    let spec = evaluation.comparison.parse::<ComparisonSpec>();
    let comparison = spec.map(|spec| spec.references()).unwrap_or_default();
    [vec![Work::KRIEGESKORTE_2008], comparison, vec![Work::NILI_2014, Work::SCHUETT_2023]].concat()
}

pub(crate) fn caveats(evaluation: &Evaluation, notes: &[String]) -> Vec<(String, String)> {
    let named = |name: &str, text: &String| (name.to_owned(), format!("{text}."));
    let mut found: Vec<_> = notes.iter().map(|note| named("Input.", note)).collect();
    found.extend(evaluation.warnings.iter().map(|warning| named("Inference.", warning)));
    let unsure = evaluation.noise_ceiling.as_ref().filter(|ceiling| ceiling.lower > 0.0);
    if let Some([low, high]) = unsure.and_then(|ceiling| ceiling.lower_interval).filter(|[low, _]| *low <= 0.0) {
        let text = format!(
            "The 95 % interval of the lower bound, {low:.3} to {high:.3}, has 0 in it: that a model is not below the ceiling \
             says little here."
        );
        found.push(("Ceiling near 0.".to_owned(), text));
    }
    found
}

pub(crate) fn verdict(evaluation: &Evaluation) -> String {
    let Some(best) = evaluation.models.iter().max_by(|a, b| a.score.total_cmp(&b.score)) else { return String::new() };
    let error = best.standard_error.map_or_else(String::new, |error| format!(" ± {error:.3}"));
    let below = best.p_below_ceiling.is_some_and(|p| p < 0.05);
    let ceiling = match &evaluation.noise_ceiling {
        None => String::new(),
        Some(ceiling) if below => format!(
            ", below the noise ceiling of {:.3} to {:.3}: something is left to explain",
            ceiling.lower, ceiling.upper
        ),
        Some(ceiling) => {
            format!("; it is not shown to be below the noise ceiling of {:.3} to {:.3}", ceiling.lower, ceiling.upper)
        }
    };
    format!("The best model is {} ({:.3}{error}){ceiling}.", best.name, best.score)
}
