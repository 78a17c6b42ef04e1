//! A regression as text, records, figure and page.

use rsa_plot::{
    Figure, Style,
    report::{Block, Cell, Column, Drawings, Table},
};
use rsakit::{
    Reference, Result,
    stats::{SubjectMean, SubjectTest},
};

use super::{RegressResult, RegressedModel, SharedVariance, WeightSigns, figure};
use crate::{
    document::{Document, Outline, Records, TextBlock, TextTable, WIDE, p_cell, section, show_p},
    evaluate::correction_words,
};

impl Document for RegressResult {
    fn text_blocks(&self) -> Vec<TextBlock> {
        let mut blocks = vec![TextBlock::Lines(heading(self) + "\n"), TextBlock::Table(model_lines(self))];
        blocks.push(TextBlock::Lines(format!(
            "\n  all together explain {} of the variance (R²)",
            with_error(&self.r_squared)
        )));
        if !self.parts.is_empty() {
            let meaning = "\nparts of R²: explained by one alone, or shared by exactly these";
            blocks.extend([TextBlock::Lines(meaning.to_owned()), TextBlock::Table(part_lines(&self.parts))]);
        }
        blocks.extend(remarks(self).into_iter().map(|line| TextBlock::Lines(format!("  ! {line}"))));
        blocks
    }

    /// Returns a record for each quantity and RDM of the data.
    fn records(&self) -> Records {
        let mut records = Records::new(&["quantity", "model", "subject", "value", "rdm"]);
        for rdm in &self.rdms {
            let mut add = |quantity: &str, model: String, value: f64| {
                let fields = [quantity.to_owned(), model, rdm.subject.to_string(), value.to_string(), rdm.name.clone()];
                records.rows.push(fields.to_vec());
            };
            add("r_squared", String::new(), rdm.explained.r_squared);
            for (k, model) in self.models.iter().enumerate() {
                add("weight", model.name.clone(), rdm.explained.weights[k]);
                add("unique", model.name.clone(), rdm.explained.unique[k]);
                add("alone", model.name.clone(), rdm.explained.alone[k]);
            }
            for (part, &value) in self.parts.iter().zip(&rdm.explained.parts) {
                add("part", part.sets.join(" + "), value);
            }
        }
        records
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        figure::draw(self, style)
    }

    fn outline(&self) -> Result<Outline> {
        let caption = "Standardized weights: standard deviations of the data for one of the model. R² is the share of the \
                       variance of the data; parts are unique to one model or shared by exactly those that are named.";
        let drawings = vec![figure::draw(self, WIDE)?];
        let mut blocks = vec![
            Block::Figure(Drawings { drawings, wide: true, caption: caption.to_owned(), tables: Vec::new() }),
            Block::Table(model_table(self)),
        ];
        if !self.parts.is_empty() {
            blocks.push(Block::Table(part_table(&self.parts)));
        }
        let reading = "Unique variance is what R² loses without a model. Variance that models share belongs to none of them \
                       alone. It is negative where one model removes from another what the data do not have. Shares of \
                       variance are above 0 by chance, so the tests are of the weights.";
        blocks.push(Block::Paragraph(reading.to_owned()));
        Ok(Outline {
            kicker: "rsakit regress",
            title: format!("{} models together", self.models.len()),
            verdict: format!("All models together explain {} of the variance.", with_error(&self.r_squared)),
            facts: heading(self),
            sections: vec![section("variance", "Variance", "What do the models explain together and alone?", blocks)],
            caveats: remarks(self).into_iter().map(|line| ("Regression.".to_owned(), format!("{line}."))).collect(),
            seed: None,
            inputs: self.inputs.clone(),
            works: vec![Reference::KRIEGESKORTE_2008],
        })
    }
}

fn heading(result: &RegressResult) -> String {
    let RegressResult { n_subjects, n_conditions, n_pairs, models, .. } = result;
    let what = if result.ranks { "regression of ranks" } else { "regression" };
    let signs = match result.weights {
        WeightSigns::Free => "weights of any sign",
        WeightSigns::NonNegative => "no negative weights",
    };
    let [subjects, plural] = [n_subjects, &models.len()].map(|&count| if count == 1 { "" } else { "s" });
    format!(
        "{what} on {} model{plural}, {signs}: {n_subjects} subject{subjects}, {n_conditions} conditions, {n_pairs} pairs",
        models.len()
    )
}

fn remarks(result: &RegressResult) -> Vec<String> {
    let mut remarks: Vec<String> = result.test_reason.iter().chain(&result.parts_reason).cloned().collect();
    if result.test_reason.is_none() {
        let exact = result.models.iter().filter_map(|model| model.weight.exact);
        let test = match result.test {
            SubjectTest::T => "Student's t over subjects",
            SubjectTest::Wilcoxon if exact.clone().all(|exact| exact) => "Wilcoxon's signed ranks over subjects, exact",
            SubjectTest::Wilcoxon if exact.clone().any(|exact| exact) => {
                "Wilcoxon's signed ranks over subjects, exact where no values are tied, else by a normal distribution"
            }
            SubjectTest::Wilcoxon => "Wilcoxon's signed ranks over subjects, by a normal distribution",
        };
        remarks.push(format!("p of the weights, two-sided: {test}; {}", correction_words(result.correction)));
    }
    if result.pairs_dropped > 0 {
        let all = result.n_pairs + result.pairs_dropped;
        let dropped = result.pairs_dropped;
        remarks
            .push(format!("{dropped} of {all} pairs of conditions are missing somewhere and were left out everywhere"));
    }
    remarks.extend(result.notes.iter().cloned());
    remarks
}

fn with_error(mean: &SubjectMean) -> String {
    let error = mean.standard_error.map_or_else(String::new, |error| format!(" ± {error:.3}"));
    format!("{:.3}{error}", mean.mean)
}

fn three(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

fn model_lines(result: &RegressResult) -> TextTable {
    let p = |p: Option<f64>| p.map_or_else(|| "–".to_owned(), show_p);
    let row = |model: &RegressedModel| {
        let RegressedModel { name, weight, p_corrected, unique, alone, .. } = model;
        let mut row = vec![name.clone(), three(Some(weight.mean)), three(weight.standard_error)];
        row.extend([p(weight.p), p(*p_corrected), three(Some(unique.mean)), three(unique.standard_error)]);
        row.extend([three(Some(alone.mean)), three(alone.standard_error)]);
        row
    };
    let header = ["model", "weight", "±", "p", "corrected", "unique R²", "±", "R² by itself", "±"];
    TextTable {
        header: header.map(str::to_owned).to_vec(),
        rows: result.models.iter().map(row).collect(),
        first_number: 1,
        n_numbers: header.len() - 1,
    }
}

fn part_lines(parts: &[SharedVariance]) -> TextTable {
    let row = |part: &SharedVariance| {
        vec![part.sets.join(" + "), three(Some(part.variance.mean)), three(part.variance.standard_error)]
    };
    let sum = parts.iter().map(|part| part.variance.mean).sum();
    let total = vec!["sum".to_owned(), three(Some(sum)), String::new()];
    TextTable {
        header: ["part", "R²", "±"].map(str::to_owned).to_vec(),
        rows: parts.iter().map(row).chain([total]).collect(),
        first_number: 1,
        n_numbers: 2,
    }
}

fn columns(words: &str, numbers: &[&str]) -> Vec<Column> {
    let numbers = numbers.iter().map(|title| Column::Numbers((*title).to_owned()));
    std::iter::once(Column::Words(words.to_owned())).chain(numbers).collect()
}

fn model_table(result: &RegressResult) -> Table {
    let row = |model: &RegressedModel| {
        let RegressedModel { name, weight, p_corrected, unique, alone, .. } = model;
        let mut cells = vec![Cell::number(weight.mean, 3), Cell::maybe(weight.standard_error, 3)];
        cells.extend([p_cell(weight.p), p_cell(*p_corrected)]);
        for share in [unique, alone] {
            cells.extend([Cell::number(share.mean, 3), Cell::maybe(share.standard_error, 3)]);
        }
        (name.clone(), cells)
    };
    let numbers = ["weight", "std. error", "p", "corrected", "unique R²", "std. error", "R² by itself", "std. error"];
    Table {
        id: "regressed-models".to_owned(),
        name: "regressed-models".to_owned(),
        caption: "Standardized weights, unique variance, and R² of each model by itself".to_owned(),
        columns: columns("model", &numbers),
        rows: result.models.iter().map(row).collect(),
    }
}

fn part_table(parts: &[SharedVariance]) -> Table {
    let row = |part: &SharedVariance| {
        let cells = vec![Cell::number(part.variance.mean, 3), Cell::maybe(part.variance.standard_error, 3)];
        (part.sets.join(" + "), cells)
    };
    Table {
        id: "variance-parts".to_owned(),
        name: "variance-parts".to_owned(),
        caption: "Parts of R², which add up to it".to_owned(),
        columns: columns("part", &["R²", "std. error"]),
        rows: parts.iter().map(row).collect(),
    }
}
