//! Results as text for a terminal.

use comfy_table::{CellAlignment, Table, presets};

use super::escape::{escape_cell, escape_text};

/// Part of a text: a line, which may be empty, or a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextBlock {
    /// One line or several, without the last line feed.
    Lines(String),
    /// A table without rules.
    Table(TextTable),
}

/// Table of a terminal: a header, rows, and the columns that hold numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextTable {
    /// Names of the columns.
    pub header: Vec<String>,
    /// Cells, row by row.
    pub rows: Vec<Vec<String>>,
    /// First column of numbers, which are aligned at the right.
    pub first_number: usize,
    /// Number of columns of numbers.
    pub n_numbers: usize,
}

impl TextTable {
    fn render(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(self.header.iter().map(|cell| escape_cell(cell)));
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| escape_cell(cell)));
        }
        for column in table.column_iter_mut().skip(self.first_number).take(self.n_numbers) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table.to_string()
    }
}

/// Returns the blocks one below the other, each with a line feed; what a terminal would obey is escaped.
pub(crate) fn render(blocks: &[TextBlock]) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            TextBlock::Lines(lines) => text.push_str(&escape_text(lines)),
            TextBlock::Table(table) => text.push_str(&table.render()),
        }
        text.push('\n');
    }
    text
}

/// Writes a number with four digits, whatever its unit.
pub(crate) fn four_digits(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if (1e-3..1e5).contains(&size) => {
            let decimals = (3 - size.log10().floor() as i32).clamp(0, 6) as usize;
            format!("{value:.decimals$}")
        }
        _ => format!("{value:.3e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_one_below_the_other() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let table = TextTable {
            header: words(&["layer", "score"]),
            rows: vec![words(&["conv1", "0.5"]), words(&["fc", "-0.25"])],
            first_number: 1,
            n_numbers: 1,
        };
        let text = render(&[TextBlock::Lines("two layers\n".to_owned()), TextBlock::Table(table)]);
        assert_eq!(text, "two layers\n\n layer  score \n conv1    0.5 \n fc     -0.25 \n");
    }

    #[test]
    fn names_cannot_act_on_the_terminal() {
        let table = TextTable {
            header: vec!["\u{1b}[31mlayer".to_owned()],
            rows: vec![vec!["a\nb\u{202e}".to_owned()]],
            first_number: 1,
            n_numbers: 0,
        };
        let text = render(&[TextBlock::Lines("rows:\u{1b}]0;x\u{7}\ntwo".to_owned()), TextBlock::Table(table)]);
        let expected = "rows:\\u{1b}]0;x\\u{7}\ntwo\n \\u{1b}[31mlayer \n a\\nb\\u{202e}    \n";
        assert_eq!(text, expected);
    }
}
