//! A grid of evaluations as text, records, figure and page.

use rsa_plot::{
    Figure, Style,
    report::{Block, Cell, Drawings, Table},
};
use rsakit::{Error, Reference, Result, spec::ComparisonSpec};

use super::{EvaluationGrid, figure};
use crate::{
    document::{Document, Outline, Records, TextBlock, TextTable, WIDE, comparison_card, section},
    evaluate::{EvaluateResult, SIGNIFICANCE, significance_note},
    given_rdms::describe_given,
    inputs::Input,
};

impl EvaluationGrid {
    /// Returns the names of all models, in the order of the first sets that have them.
    pub(super) fn model_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for model in self.data_sets.iter().flat_map(|set| &set.result.evaluation.models) {
            if !names.contains(&model.name) {
                names.push(model.name.clone());
            }
        }
        names
    }

    /// Returns the result of the first set; all sets have its settings.
    ///
    /// # Errors
    /// `Degenerate` without a set.
    pub(super) fn first(&self) -> Result<&EvaluateResult> {
        let first = self.data_sets.first().map(|set| &set.result);
        first.ok_or_else(|| Error::degenerate("no set of data was evaluated", "the failures say why"))
    }

    /// Returns the score of each model, and whether it is significantly above 0, then the lower noise ceiling.
    fn row(&self, k: usize, models: &[String]) -> Vec<Option<(f64, bool)>> {
        let evaluation = &self.data_sets[k].result.evaluation;
        let score = |name: &String| {
            let model = evaluation.models.iter().find(|model| model.name == *name)?;
            Some((model.score, model.p_above_zero_corrected.is_some_and(|p| p < SIGNIFICANCE)))
        };
        let ceiling = evaluation.noise_ceiling.as_ref().map(|ceiling| (ceiling.lower, false));
        models.iter().map(score).chain([ceiling]).collect()
    }

    fn inputs(&self) -> Vec<Input> {
        let mut inputs: Vec<Input> = Vec::new();
        for input in self.data_sets.iter().flat_map(|set| &set.result.inputs) {
            if !inputs.iter().any(|other| other.name == input.name) {
                inputs.push(input.clone());
            }
        }
        inputs
    }
}

impl Document for EvaluationGrid {
    fn text_blocks(&self) -> Vec<TextBlock> {
        let models = self.model_names();
        let Ok(first) = self.first() else { return Vec::new() };
        let (score, stars) = (score_words(first), significance_note(&first.evaluation));
        let heading = format!("{score} of {}; *: {stars}\n", figure::title(self));
        let cell = |score: Option<(f64, bool)>| match score {
            Some((score, star)) => format!("{score:.3}{}", if star { "*" } else { " " }),
            None => "– ".to_owned(),
        };
        let row = |k: usize| {
            let name = self.data_sets[k].name.clone();
            std::iter::once(name).chain(self.row(k, &models).into_iter().map(cell)).collect()
        };
        let table = TextTable {
            header: ["data".to_owned()].into_iter().chain(models.clone()).chain(["noise ceiling".to_owned()]).collect(),
            rows: (0..self.data_sets.len()).map(row).collect(),
            first_number: 1,
            n_numbers: models.len() + 1,
        };
        let mut blocks = vec![TextBlock::Lines(heading), TextBlock::Table(table)];
        for (name, remark) in self.remarks() {
            blocks.push(TextBlock::Lines(format!("  ! {name}: {remark}")));
        }
        blocks
    }

    /// Returns a record for each set, model and RDM of the data.
    fn records(&self) -> Records {
        let mut records = Records::new(&["data_set", "model", "subject", "score", "rdm", "group"]);
        for set in &self.data_sets {
            for row in set.result.records().rows {
                records.rows.push(std::iter::once(set.name.clone()).chain(row).collect());
            }
        }
        records
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        figure::draw(self, style)
    }

    fn outline(&self) -> Result<Outline> {
        let models = self.model_names();
        let first = self.first()?;
        let (score, first) = (score_words(first), &first.evaluation);
        let row = |k: usize| {
            let cells = self.row(k, &models).into_iter().map(|score| match score {
                Some((value, strong)) => {
                    Cell::Number { value, shown: format!("{value:.3}").replace('-', "−"), strong }
                }
                None => Cell::Empty,
            });
            (self.data_sets[k].name.clone(), cells.collect())
        };
        let columns: Vec<String> = models.iter().cloned().chain(["noise ceiling".to_owned()]).collect();
        let caption = format!("Scores ({score}); bold: {}", significance_note(first));
        let about = ["grid".to_owned(), "scores".to_owned(), caption];
        let table = Table::matrix(about, "data", &columns, (0..self.data_sets.len()).map(row).collect());
        let drawings = Drawings {
            drawings: vec![self.figure(WIDE)?],
            wide: true,
            caption: "Score of each model on each set of data.".to_owned(),
            tables: vec![table],
        };
        let note = "Each set of data was evaluated by itself: tests are corrected for the models of one set, not for the \
                    number of sets.";
        let spec = first.comparison.parse::<ComparisonSpec>();
        let card = spec.as_ref().ok().map(comparison_card);
        let works =
            [vec![Reference::KRIEGESKORTE_2008], spec.map(|spec| spec.references()).unwrap_or_default()].concat();
        let measure = vec![Block::Cards(card.into_iter().collect())];
        Ok(Outline {
            kicker: "rsakit evaluate",
            title: figure::title(self),
            verdict: verdict(self, &models),
            facts: format!("{} sets of data · {} models · {score}", self.data_sets.len(), models.len()),
            sections: vec![
                section(
                    "models",
                    "Scores",
                    "Which model fits where?",
                    vec![Block::Figure(drawings), Block::Paragraph(note.to_owned())],
                ),
                section("measures", "Measure", "What the scores mean", measure),
            ],
            caveats: self.remarks().into_iter().map(|(name, text)| (format!("{name}."), format!("{text}."))).collect(),
            seed: Some(first.seed),
            inputs: self.inputs(),
            works: [works, vec![Reference::NILI_2014, Reference::SCHUETT_2023]].concat(),
        })
    }
}

impl EvaluationGrid {
    /// Returns warnings, notes and failures, with the names of their sets; what is said of all sets once.
    fn remarks(&self) -> Vec<(String, String)> {
        let mut remarks: Vec<(String, String)> = Vec::new();
        for set in &self.data_sets {
            for text in set.result.evaluation.warnings.iter().chain(&set.result.notes) {
                match remarks.iter_mut().find(|(_, known)| known == text) {
                    Some((names, _)) if !names.ends_with('…') => names.push_str(", …"),
                    Some(_) => {}
                    None => remarks.push((set.name.clone(), text.clone())),
                }
            }
            for left_out in &set.result.left_out {
                remarks.push((set.name.clone(), format!("left out: {} ({})", left_out.name, left_out.reason)));
            }
        }
        remarks.extend(self.failures.iter().map(|failure| (failure.name.clone(), failure.message.clone())));
        remarks
    }
}

/// Returns the comparison, with what was partialled out.
fn score_words(result: &EvaluateResult) -> String {
    format!("{}{}", result.evaluation.comparison, describe_given(&result.given))
}

/// Returns the best model of most sets, in a sentence.
fn verdict(grid: &EvaluationGrid, models: &[String]) -> String {
    let best = |k: usize| {
        let row = grid.row(k, models);
        (0..models.len()).filter_map(|j| Some((j, row[j]?.0))).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(j, _)| j)
    };
    let mut counts = vec![0; models.len()];
    (0..grid.data_sets.len()).filter_map(best).for_each(|j| counts[j] += 1);
    let Some(most) = (0..models.len()).rev().max_by_key(|&j| counts[j]) else { return String::new() };
    format!("{} is the best model on {} of {} sets of data.", models[most], counts[most], grid.data_sets.len())
}
