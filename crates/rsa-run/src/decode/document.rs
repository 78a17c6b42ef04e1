//! A decoding as text, records, figure and page.

use rsa_plot::{
    Figure, Style,
    report::{Block, Cell, Column, Drawings, Table},
};
use rsakit::{Reference, Result, spec::DecodingFolds};

use super::{DecodeResult, DecodedLayer, figure};
use crate::{
    document::{COLUMN, Document, Outline, Records, TextBlock, TextTable, WIDE, p_cell, section, show_p},
    evaluate::{SIGNIFICANCE, correction_words},
};

impl Document for DecodeResult {
    fn text_blocks(&self) -> Vec<TextBlock> {
        let mut blocks = vec![TextBlock::Lines(heading(self) + "\n"), TextBlock::Table(layer_lines(self))];
        blocks.extend(remarks(self).into_iter().map(|line| TextBlock::Lines(format!("  ! {line}"))));
        blocks
    }

    /// Returns a record for each layer, class and class that was assigned.
    fn records(&self) -> Records {
        let header = ["layer", "balanced_accuracy", "accuracy", "p", "p_corrected", "class", "assigned", "count"];
        let mut records = Records::new(&header);
        let show = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        for layer in &self.layers {
            for (class, row) in self.classes.iter().zip(&layer.confusion) {
                for (assigned, count) in self.classes.iter().zip(row) {
                    let numbers = [layer.balanced_accuracy.to_string(), layer.accuracy.to_string()];
                    let tests = [show(layer.p), show(layer.p_corrected)];
                    let cell = [class.clone(), assigned.clone(), count.to_string()];
                    let fields = std::iter::once(layer.name.clone()).chain(numbers).chain(tests).chain(cell);
                    records.rows.push(fields.collect());
                }
            }
        }
        records
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        figure::draw(self, style)
    }

    fn outline(&self) -> Result<Outline> {
        let mut blocks = Vec::new();
        if self.layers.len() > 1 {
            blocks.push(drawings(vec![figure::accuracies(self, WIDE)?], "Balanced accuracy of each layer.", true));
        }
        blocks.push(Block::Table(layer_table(self)));
        let confusions = self.layers.iter().map(|layer| figure::confusion(self, layer, COLUMN));
        let caption = "Share of the observations of a class (row) that was assigned to a class (column).";
        let confusions = vec![drawings(confusions.collect::<Result<_>>()?, caption, false)];
        let best = self.layers.iter().fold(&self.layers[0], |best, layer| {
            if layer.balanced_accuracy > best.balanced_accuracy { layer } else { best }
        });
        let verdict = match self.layers.len() {
            1 => format!("{:.3} of the tests are right, {:.3} by chance.", best.balanced_accuracy, self.chance),
            count => format!(
                "{} decodes best ({:.3}; {:.3} by chance). The largest of {count} accuracies is too large by chance: test it \
                 on other observations.",
                best.name, best.balanced_accuracy, self.chance
            ),
        };
        Ok(Outline {
            kicker: "rsakit decode",
            title: format!("{} classes decoded", self.classes.len()),
            verdict,
            facts: heading(self),
            sections: vec![
                section("accuracy", "Accuracy", "Which layer tells the classes apart?", blocks),
                section("confusions", "Confusions", "Which classes are taken for which?", confusions),
            ],
            caveats: remarks(self).into_iter().map(|line| ("Decoding.".to_owned(), format!("{line}."))).collect(),
            seed: Some(self.seed),
            inputs: self.inputs.clone(),
            works: vec![Reference::BRODERSEN_2010],
        })
    }
}

fn drawings(drawings: Vec<Figure>, caption: &str, wide: bool) -> Block {
    Block::Figure(Drawings { drawings, wide, caption: caption.to_owned(), tables: Vec::new() })
}

fn heading(result: &DecodeResult) -> String {
    let folds = match result.folds {
        DecodingFolds::Folds(count) => format!("{count} folds"),
        DecodingFolds::LeaveOneGroupOut => "one group a fold".to_owned(),
    };
    let [n, groups] = result.layers.first().map_or([0; 2], |layer| [layer.n_observations, layer.n_groups]);
    let groups = if groups < n { format!(" in {groups} groups") } else { String::new() };
    let title = result.classifier.title();
    format!("{title}: {n} observations of {} classes{groups}, {folds}, seed {}", result.classes.len(), result.seed)
}

fn remarks(result: &DecodeResult) -> Vec<String> {
    let mut remarks = vec![format!(
        "balanced accuracy is the mean over classes of the share of right tests, {:.3} by chance",
        result.chance
    )];
    if result.permutations > 0 {
        let correction = correction_words(result.correction);
        remarks.push(format!("p by {} permutations of the classes, one-sided; {correction}", result.permutations));
        let smallest = 1.0 / (1 + result.permutations) as f64;
        let p = vec![Some(smallest); result.layers.len()];
        if let Some(Some(p)) = result.correction.apply(&p).first().filter(|p| p.is_some_and(|p| p >= SIGNIFICANCE)) {
            remarks.push(format!("no p can be below {} with so few permutations; take more", show_p(*p)));
        }
    }
    remarks.extend(result.notes.iter().cloned());
    remarks
}

fn layer_lines(result: &DecodeResult) -> TextTable {
    let p = |p: Option<f64>| p.map_or_else(|| "–".to_owned(), show_p);
    let row = |layer: &DecodedLayer| {
        let numbers = [layer.balanced_accuracy, layer.accuracy].map(|value| format!("{value:.3}"));
        let tests = [p(layer.p), p(layer.p_corrected)];
        let tests = tests.into_iter().filter(|_| result.permutations > 0);
        std::iter::once(layer.name.clone()).chain(numbers).chain(tests).collect()
    };
    let header = ["layer", "balanced accuracy", "accuracy", "p", "corrected"];
    let shown = if result.permutations > 0 { 5 } else { 3 };
    TextTable {
        header: header[..shown].iter().map(|&word| word.to_owned()).collect(),
        rows: result.layers.iter().map(row).collect(),
        first_number: 1,
        n_numbers: shown - 1,
    }
}

fn layer_table(result: &DecodeResult) -> Table {
    let row = |layer: &DecodedLayer| {
        let mut cells = vec![Cell::number(layer.balanced_accuracy, 3), Cell::number(layer.accuracy, 3)];
        cells.extend([Cell::maybe(layer.null_mean, 3), p_cell(layer.p), p_cell(layer.p_corrected)]);
        (layer.name.clone(), cells)
    };
    let numbers = ["balanced accuracy", "accuracy", "mean of permutations", "p", "corrected"];
    let columns = numbers.map(|title| Column::Numbers(title.to_owned()));
    Table {
        id: "decoded-layers".to_owned(),
        name: "decoded-layers".to_owned(),
        caption: format!("Accuracy of each layer; balanced accuracy is {:.3} by chance", result.chance),
        columns: std::iter::once(Column::Words("layer".to_owned())).chain(columns).collect(),
        rows: result.layers.iter().map(row).collect(),
    }
}
