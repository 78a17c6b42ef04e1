//! Predictions as text, records, figure and page.

use std::cmp::Reverse;

use rsa_plot::{
    Figure, Style,
    report::{Block, Cell, Column, Drawings, Table},
};
use rsakit::{Result, encode::PredictionScore};

use super::{LayerChoice, LayerPredictivity, PredictResult, PredictedTarget, figure};
use crate::document::{Document, Outline, Records, TextBlock, TextTable, WIDE, capitalized, section};

/// Names of the numbers of a layer; the second is the score.
const NUMBERS: [&str; 6] = ["features", "median", "mean", "± folds", "explained", "normalized"];

impl Document for PredictResult {
    fn text_blocks(&self) -> Vec<TextBlock> {
        let mut blocks = vec![TextBlock::Lines(heading(self) + "\n")];
        for target in self.targets.iter().filter(|target| !target.layers.is_empty()) {
            blocks.push(TextBlock::Lines(target_line(target)));
            blocks.push(TextBlock::Table(TextTable {
                header: std::iter::once("layer").chain(NUMBERS).map(str::to_owned).collect(),
                rows: target.layers.iter().map(|layer| [vec![layer.layer.clone()], numbers(layer)].concat()).collect(),
                first_number: 1,
                n_numbers: NUMBERS.len(),
            }));
            blocks.extend(target.choice.iter().map(|choice| TextBlock::Lines(format!("  {}\n", choice_line(choice)))));
        }
        blocks.push(TextBlock::Lines(format!("  {}", legend(self))));
        blocks.extend(remarks(self).into_iter().map(|line| TextBlock::Lines(format!("  ! {line}"))));
        blocks
    }

    /// Returns a record for each target, layer and site.
    fn records(&self) -> Records {
        let mut records = Records::new(&["target", "layer", "site", "score", "reliability", "normalized_variance"]);
        for target in &self.targets {
            for layer in &target.layers {
                for site in &layer.sites {
                    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
                    let names = [&target.name, &layer.layer, &site.site].map(String::clone);
                    let values = [Some(site.score), site.reliability, site.normalized_variance].map(number);
                    records.rows.push([names, values].concat());
                }
            }
        }
        records
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        figure::draw(self, style)
    }

    fn outline(&self) -> Result<Outline> {
        let drawings = vec![figure::draw(self, WIDE)?];
        let caption = "Median over sites of the agreement of predicted and measured responses, on conditions that the map \
                       was not fitted to. Error bars are the spread over folds, which overlap, and no standard error.";
        let mut blocks =
            vec![Block::Figure(Drawings { drawings, wide: true, caption: caption.to_owned(), tables: Vec::new() })];
        for (k, target) in self.targets.iter().enumerate() {
            blocks.push(Block::Table(layer_table(k, target)));
            blocks.extend(target.choice.iter().map(|choice| Block::Paragraph(capitalized(&choice_line(choice)) + ".")));
        }
        blocks.push(Block::Paragraph(capitalized(&legend(self)) + "."));
        let n_layers = self.targets.first().map_or(0, |target| target.layers.len());
        let layers = if n_layers == 1 { "layer" } else { "layers" };
        Ok(Outline {
            kicker: "rsakit predict",
            title: format!("Responses predicted from {n_layers} {layers}"),
            verdict: verdict(self),
            facts: heading(self),
            sections: vec![section("layers", "Layers", "How well does each layer predict the sites?", blocks)],
            caveats: remarks(self).into_iter().map(|line| ("Predictions.".to_owned(), format!("{line}."))).collect(),
            seed: None,
            inputs: self.inputs.clone(),
            works: self.measure.references(),
        })
    }
}

/// Returns the name of the score of a site.
pub(super) fn score_words(score: PredictionScore) -> &'static str {
    match score {
        PredictionScore::Pearson => "correlation",
        PredictionScore::ExplainedVariance => "R²",
    }
}

fn heading(result: &PredictResult) -> String {
    let PredictResult { measure, n_conditions, n_groups, n_folds, test_conditions, .. } = result;
    let groups = match n_groups == n_conditions {
        true => String::new(),
        false => format!(" in {n_groups} groups"),
    };
    let (low, high) = (test_conditions.iter().min().copied(), test_conditions.iter().max().copied());
    let tested = match (low, high) {
        (Some(low), Some(high)) if low < high => format!("{low} to {high}"),
        _ => low.unwrap_or(0).to_string(),
    };
    let s = if tested == "1" { "" } else { "s" };
    format!(
        "{}, {measure}: {n_conditions} conditions{groups}, {n_folds} folds that test {tested} condition{s} each",
        measure.title()
    )
}

fn target_line(target: &PredictedTarget) -> String {
    let sites = if target.n_sites == 1 { "site" } else { "sites" };
    let reliability = target.reliability.as_ref().map_or_else(String::new, |found| {
        let error = found.standard_error.map_or_else(String::new, |error| format!(" ± {error:.3}"));
        format!(", mean reliability {:.3}{error} ({})", found.mean, found.method)
    });
    format!("{}: {} {sites}{reliability}", target.name, target.n_sites)
}

fn choice_line(choice: &LayerChoice) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for layer in &choice.layers {
        match counts.iter_mut().find(|(name, _)| name == layer) {
            Some((_, count)) => *count += 1,
            None => counts.push((layer, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| Reverse(*count));
    let names: Vec<String> = counts.iter().map(|(name, count)| format!("{name} ({count})")).collect();
    format!(
        "chosen by inner folds in {} folds: {}; median with the chosen layers {:.3}",
        choice.layers.len(),
        names.join(", "),
        choice.median
    )
}

fn legend(result: &PredictResult) -> String {
    let score = score_words(result.score());
    let explained = match result.score() {
        PredictionScore::Pearson => {
            "; explained: mean squared correlation less what chance adds; normalized: its sum over sites by the sum of their \
             reliabilities"
        }
        PredictionScore::ExplainedVariance => "; only correlations are normalized",
    };
    format!("median and mean of the {score} over sites; ± folds: spread over folds, which overlap{explained}")
}

fn verdict(result: &PredictResult) -> String {
    let chosen = result.targets.iter().find_map(|target| target.choice.as_ref());
    let only = result.targets.first().and_then(|target| target.layers.first());
    match (chosen, only) {
        (Some(choice), _) => format!("{}.", capitalized(&choice_line(choice))),
        (None, Some(layer)) if result.targets.iter().all(|target| target.layers.len() <= 1) => {
            format!(
                "`{}` predicts the sites with a median {} of {:.3}.",
                layer.layer,
                score_words(result.score()),
                layer.median
            )
        }
        _ => "The largest score of several layers is too high by chance, so none is named the best.".to_owned(),
    }
}

fn remarks(result: &PredictResult) -> Vec<String> {
    let mut remarks = Vec::new();
    for target in &result.targets {
        remarks.extend(target.reliability_reason.iter().map(|reason| format!("{}: {reason}", target.name)));
        match (&target.choice, &target.choice_reason) {
            (Some(_), _) => remarks.push(format!(
                "{}: the largest score of {} layers is too high by chance; report the score with the chosen layers",
                target.name,
                target.layers.len()
            )),
            (None, reason) => remarks.extend(reason.iter().map(|reason| format!("{}: {reason}", target.name))),
        }
        // The reliabilities are those of the target, so all layers have one reason.
        let refused = target.layers.iter().find_map(|layer| layer.normalized_reason.as_ref());
        remarks.extend(refused.map(|reason| format!("{}: not normalized: {reason}", target.name)));
        for layer in &target.layers {
            if layer.n_constant_features > 0 {
                let (constant, all) = (layer.n_constant_features, layer.n_features);
                remarks.push(format!("{}: {constant} of {all} features are constant and left out", layer.layer));
            }
        }
        remarks.extend(caveats(target));
    }
    remarks.dedup();
    remarks.extend(result.failures.iter().map(|failure| failure.message.clone()));
    remarks.extend(result.notes.iter().cloned());
    remarks
}

/// Returns each caveat once, with the layers that have it.
fn caveats(target: &PredictedTarget) -> Vec<String> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for layer in &target.layers {
        for caveat in &layer.caveats {
            match found.iter_mut().find(|(message, _)| *message == caveat.message) {
                Some((_, layers)) => layers.push(&layer.layer),
                None => found.push((&caveat.message, vec![&layer.layer])),
            }
        }
    }
    found.into_iter().map(|(message, layers)| format!("{} → {}: {message}", layers.join(", "), target.name)).collect()
}

fn numbers(layer: &LayerPredictivity) -> Vec<String> {
    let three = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    let values = [
        Some(layer.median),
        Some(layer.mean),
        layer.spread_over_folds,
        layer.explained_variance,
        layer.normalized_variance,
    ];
    std::iter::once(layer.n_features.to_string()).chain(values.map(three)).collect()
}

fn layer_table(place: usize, target: &PredictedTarget) -> Table {
    let row = |layer: &LayerPredictivity| {
        let cells = vec![
            Cell::number(layer.n_features as f64, 0),
            Cell::number(layer.median, 3),
            Cell::number(layer.mean, 3),
            Cell::maybe(layer.spread_over_folds, 3),
            Cell::maybe(layer.explained_variance, 3),
            Cell::maybe(layer.normalized_variance, 3),
        ];
        (layer.layer.clone(), cells)
    };
    let columns = NUMBERS.iter().map(|title| Column::Numbers((*title).to_owned()));
    Table {
        id: format!("layers-of-target-{place}"),
        name: format!("layers-of-target-{place}"),
        caption: capitalized(&target_line(target)),
        columns: std::iter::once(Column::Words("layer".to_owned())).chain(columns).collect(),
        rows: target.layers.iter().map(row).collect(),
    }
}
