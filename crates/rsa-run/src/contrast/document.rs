//! Contrasts between categories as text, records, figure and page.

use rsa_plot::{
    Figure, Style,
    report::{Block, Cell, Column, Drawings, Table},
};
use rsakit::{Reference, Result};

use super::{CategoryDifference, ContrastResult, ContrastTest, figure};
use crate::{
    document::{Document, Outline, Records, TextBlock, TextTable, WIDE, p_cell, section, show_p},
    evaluate::correction_words,
};

/// Name of the contrast of all categories.
const ALL: &str = "all categories";

impl Document for ContrastResult {
    fn text_blocks(&self) -> Vec<TextBlock> {
        let mut blocks = vec![
            TextBlock::Lines(heading(self) + "\n"),
            TextBlock::Table(contrast_lines(self)),
            TextBlock::Lines("\nmean dissimilarity; on the diagonal within a category".to_owned()),
            TextBlock::Table(block_lines(self)),
        ];
        blocks.extend(remarks(self).into_iter().map(|line| TextBlock::Lines(format!("  ! {line}"))));
        blocks
    }

    /// Returns a record for each mean and RDM.
    fn records(&self) -> Records {
        let mut records = Records::new(&["quantity", "category_a", "category_b", "subject", "value", "rdm"]);
        for rdm in &self.rdms {
            let mut add = |quantity: &str, a: &str, b: &str, value: f64| {
                let fields = [quantity, a, b, &rdm.subject.to_string(), &value.to_string(), &rdm.name];
                records.rows.push(fields.map(str::to_owned).to_vec());
            };
            for (block, value) in self.blocks.iter().zip(&rdm.blocks) {
                value.iter().for_each(|&value| add("block", &block.a, &block.b, value));
            }
            for (one, means) in self.contrasts.iter().zip(&rdm.contrasts) {
                let category = one.category.as_deref().unwrap_or_default();
                add("within", category, "", means.within);
                add("between", category, "", means.between);
                add("difference", category, "", means.difference());
            }
        }
        records
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        figure::draw(self, style)
    }

    fn outline(&self) -> Result<Outline> {
        let caption = "Mean dissimilarity of every two categories, on the diagonal within a category; and the mean between \
                       categories less the mean within.";
        let drawings = vec![figure::draw(self, WIDE)?];
        let blocks = vec![
            Block::Figure(Drawings { drawings, wide: true, caption: caption.to_owned(), tables: Vec::new() }),
            Block::Table(contrast_table(self)),
            Block::Table(block_table(self)),
        ];
        let all = &self.contrasts[0];
        let p = all.difference.p.map_or_else(|| "no test".to_owned(), |p| format!("p = {}", show_p(p)));
        Ok(Outline {
            kicker: "rsakit contrast",
            title: format!("Within and between {} categories", self.categories.len()),
            verdict: format!("Between − within is {} ({p}).", significant(all.difference.mean)),
            facts: heading(self),
            sections: vec![section("contrasts", "Contrasts", "Are categories apart?", blocks)],
            caveats: remarks(self).into_iter().map(|line| ("Contrast.".to_owned(), format!("{line}."))).collect(),
            seed: self.seed,
            inputs: self.inputs.clone(),
            works: vec![Reference::KRIEGESKORTE_2008],
        })
    }
}

fn heading(result: &ContrastResult) -> String {
    let ContrastResult { n_subjects, n_conditions, n_pairs, categories, .. } = result;
    let subjects = if *n_subjects == 1 { "subject" } else { "subjects" };
    format!(
        "between − within categories of {}: {n_subjects} {subjects}, {n_conditions} conditions, {n_pairs} pairs, {} categories",
        result.groups,
        categories.len()
    )
}

/// Returns the test, its null hypothesis and the correction.
pub(super) fn test_words(result: &ContrastResult) -> String {
    let test = match (result.test, result.permutations) {
        (ContrastTest::T, _) => "Student's t over subjects".to_owned(),
        (ContrastTest::Wilcoxon, _) => {
            let mut exact = result.contrasts.iter().filter_map(|one| one.difference.exact);
            let how = if exact.all(|exact| exact) { "exact" } else { "by a normal distribution where not exact" };
            format!("Wilcoxon's signed ranks over subjects, {how}")
        }
        (ContrastTest::Permutation, permutations) => {
            let orders = match permutations {
                Some(count) if count.exact => format!("all {} orders of the conditions", count.tried),
                count => format!("{} random orders of the conditions", count.map_or(0, |count| count.tried)),
            };
            if result.rdms.len() > 1 { orders + ", the same in all RDMs" } else { orders }
        }
    };
    match result.contrasts.len() {
        0..=2 => test,
        _ => format!("{test}; categories {}", correction_words(result.correction)),
    }
}

fn remarks(result: &ContrastResult) -> Vec<String> {
    let null = match result.test {
        ContrastTest::T => "null: the mean over the population of subjects is 0",
        ContrastTest::Wilcoxon => "null: values of subjects are symmetric around 0",
        ContrastTest::Permutation => {
            "null: the category of a condition says nothing about its dissimilarities; this is about these subjects"
        }
    };
    let mut remarks = vec![format!("p, two-sided: {}; {null}", test_words(result))];
    let without = result
        .categories
        .iter()
        .filter(|category| !result.contrasts.iter().any(|one| one.category.as_ref() == Some(&category.name)));
    let without: Vec<&str> = without.map(|category| category.name.as_str()).collect();
    if !without.is_empty() {
        remarks.push(format!("no contrast of their own, without pairs within or between: {}", without.join(", ")));
    }
    if result.pairs_dropped > 0 {
        let (dropped, all) = (result.pairs_dropped, result.n_pairs + result.pairs_dropped);
        remarks
            .push(format!("{dropped} of {all} pairs of conditions are missing somewhere and were left out everywhere"));
    }
    remarks.extend(result.notes.iter().cloned());
    remarks
}

/// Returns the name of a contrast.
pub(super) fn contrast_name(one: &CategoryDifference) -> String {
    one.category.clone().unwrap_or_else(|| ALL.to_owned())
}

/// Returns four significant digits, since dissimilarities have any unit.
fn significant(value: f64) -> String {
    let size = value.abs();
    match size == 0.0 || (1e-3..1e6).contains(&size) {
        true => {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 6")]
            let decimals = if size == 0.0 { 0 } else { (3.0 - size.log10().floor()).clamp(0.0, 6.0) as usize };
            format!("{value:.decimals$}")
        }
        false => format!("{value:.3e}"),
    }
}

fn maybe(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), significant)
}

fn contrast_lines(result: &ContrastResult) -> TextTable {
    let p = |p: Option<f64>| p.map_or_else(|| "–".to_owned(), show_p);
    let row = |one: &CategoryDifference| {
        let mut row = vec![contrast_name(one), significant(one.within), significant(one.between)];
        row.extend([significant(one.difference.mean), maybe(one.difference.standard_error)]);
        row.extend([maybe(one.interval.map(|ends| ends[0])), maybe(one.interval.map(|ends| ends[1]))]);
        row.extend([p(one.difference.p), p(one.p_corrected)]);
        row
    };
    let header = ["category", "within", "between", "difference", "±", "95 % from", "to", "p", "corrected"];
    TextTable {
        header: header.map(str::to_owned).to_vec(),
        rows: result.contrasts.iter().map(row).collect(),
        first_number: 1,
        n_numbers: header.len() - 1,
    }
}

/// Returns the mean of every two categories, row by row.
fn block_rows(result: &ContrastResult) -> Vec<(String, Vec<Option<f64>>)> {
    let mean = |a: &str, b: &str| {
        let is_block = |block: &&super::BlockMean| (block.a == a && block.b == b) || (block.a == b && block.b == a);
        result.blocks.iter().find(is_block).and_then(|block| block.mean)
    };
    let row =
        |a: &super::CategoryCount| (a.name.clone(), result.categories.iter().map(|b| mean(&a.name, &b.name)).collect());
    result.categories.iter().map(row).collect()
}

fn block_lines(result: &ContrastResult) -> TextTable {
    let count =
        |name: &String| result.categories.iter().find(|one| one.name == *name).map_or(0, |one| one.n_conditions);
    let row = |(name, means): (String, Vec<Option<f64>>)| {
        let mut row = vec![name.clone(), count(&name).to_string()];
        row.extend(means.into_iter().map(maybe));
        row
    };
    let names = result.categories.iter().map(|category| category.name.clone());
    TextTable {
        header: ["category".to_owned(), "conditions".to_owned()].into_iter().chain(names).collect(),
        rows: block_rows(result).into_iter().map(row).collect(),
        first_number: 1,
        n_numbers: result.categories.len() + 1,
    }
}

fn columns<S: Into<String>>(numbers: impl IntoIterator<Item = S>) -> Vec<Column> {
    let numbers = numbers.into_iter().map(|title| Column::Numbers(title.into()));
    std::iter::once(Column::Words("category".to_owned())).chain(numbers).collect()
}

fn contrast_table(result: &ContrastResult) -> Table {
    let row = |one: &CategoryDifference| {
        let mut cells = vec![Cell::number(one.within, 3), Cell::number(one.between, 3)];
        cells.extend([Cell::number(one.difference.mean, 3), Cell::maybe(one.difference.standard_error, 3)]);
        cells.extend([0, 1].map(|end| Cell::maybe(one.interval.map(|ends| ends[end]), 3)));
        cells.extend([p_cell(one.difference.p), p_cell(one.p_corrected)]);
        (contrast_name(one), cells)
    };
    let numbers = ["within", "between", "difference", "std. error", "95 % from", "to", "p", "corrected"];
    Table {
        id: "contrasts".to_owned(),
        name: "contrasts".to_owned(),
        caption: "Mean dissimilarities within and between categories, and their difference".to_owned(),
        columns: columns(numbers),
        rows: result.contrasts.iter().map(row).collect(),
    }
}

fn block_table(result: &ContrastResult) -> Table {
    let cells = |means: Vec<Option<f64>>| means.into_iter().map(|mean| Cell::maybe(mean, 3)).collect();
    Table {
        id: "block-means".to_owned(),
        name: "block-means".to_owned(),
        caption: "Mean dissimilarity of every two categories, on the diagonal within a category".to_owned(),
        columns: columns(result.categories.iter().map(|category| category.name.clone())),
        rows: block_rows(result).into_iter().map(|(name, means)| (name, cells(means))).collect(),
    }
}
