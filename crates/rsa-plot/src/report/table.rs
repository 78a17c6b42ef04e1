//! Tables that a reader can sort, copy and save.

use std::fmt::Write;

use super::prose::prose;
use crate::canvas::escaped;

/// Table with a head, a caption, and a name for each row.
#[derive(Clone, Debug)]
pub struct Table {
    /// Identifier that figures refer to; unique on the page.
    pub id: String,
    /// File name, without `.csv`, for saving the table.
    pub name: String,
    /// Caption.
    pub caption: String,
    /// Columns; the first holds the names of the rows.
    pub columns: Vec<Column>,
    /// Names of the rows and their cells, one for each column after the first.
    pub rows: Vec<(String, Vec<Cell>)>,
}

/// Head of a column, with the kind of its cells.
#[derive(Clone, Debug)]
pub enum Column {
    /// Numbers, aligned.
    Numbers(String),
    /// Words.
    Words(String),
    /// Long words, such as hashes, that may break anywhere.
    Hashes(String),
}

/// Cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Number with its displayed text.
    Number {
        /// Value, for sorting and copying.
        value: f64,
        /// Displayed text.
        shown: String,
        /// `true` to emphasize the number.
        strong: bool,
    },
    /// Words.
    Words(String),
    /// Empty cell.
    Empty,
}

impl Cell {
    /// Returns a number with `decimals` decimals and a typographic minus sign.
    pub fn number(value: f64, decimals: usize) -> Self {
        Self::Number { value, shown: format!("{value:.decimals$}").replace('-', "−"), strong: false }
    }

    /// Returns a number, or an empty cell for `None`.
    pub fn maybe(value: Option<f64>, decimals: usize) -> Self {
        value.map_or(Self::Empty, |value| Self::number(value, decimals))
    }
}

impl Column {
    fn title(&self) -> &str {
        match self {
            Self::Numbers(title) | Self::Words(title) | Self::Hashes(title) => title,
        }
    }

    fn class(&self) -> &'static str {
        match self {
            Self::Numbers(_) => "",
            Self::Words(_) => " class=\"text\"",
            Self::Hashes(_) => " class=\"text hash\"",
        }
    }
}

impl Table {
    /// Returns a matrix of numbers with names of rows and columns.
    pub fn matrix(
        [id, name, caption]: [String; 3],
        corner: &str,
        columns: &[String],
        rows: Vec<(String, Vec<Cell>)>,
    ) -> Self {
        let heads = std::iter::once(Column::Words(corner.to_owned()));
        let columns = heads.chain(columns.iter().map(|name| Column::Numbers(name.clone()))).collect();
        Self { id, name, caption, columns, rows }
    }

    pub(super) fn write(&self, html: &mut String) {
        let (id, name, caption) = (escaped(&self.id), escaped(&self.name), prose(&self.caption));
        let _ = write!(
            html,
            "<div class=\"scroll\"><table class=\"data\" id=\"{id}\" data-name=\"{name}\">\n<caption>{caption}</caption>\n\
             <thead><tr>"
        );
        for column in &self.columns {
            let _ = write!(html, "<th scope=\"col\"{}>{}</th>", column.class(), escaped(column.title()));
        }
        html.push_str("</tr></thead>\n<tbody>\n");
        for (name, cells) in &self.rows {
            let _ = write!(html, "<tr><th scope=\"row\">{}</th>", escaped(name));
            for (cell, column) in cells.iter().zip(&self.columns[1..]) {
                match cell {
                    Cell::Empty => html.push_str("<td></td>"),
                    Cell::Words(words) => {
                        let words = match column {
                            Column::Hashes(_) => format!("<code>{}</code>", escaped(words)),
                            _ => escaped(words),
                        };
                        let _ = write!(html, "<td{}>{words}</td>", column.class());
                    }
                    Cell::Number { value, shown, strong } => {
                        let shown = escaped(shown);
                        let shown = if *strong { format!("<strong>{shown}</strong>") } else { shown };
                        let _ = write!(html, "<td data-value=\"{}\">{shown}</td>", six_digits(*value));
                    }
                }
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</tbody></table></div>\n");
    }
}

/// Formats a number with six significant digits, without trailing zeros.
fn six_digits(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    let size = rounded.abs();
    if size == 0.0 || (1e-5..1e9).contains(&size) { format!("{rounded}") } else { format!("{rounded:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_read_six_digits() {
        assert_eq!(
            [0.123_456_78, 1.0, -2.5e-12, 0.0, 54_321.0].map(six_digits),
            ["0.123457", "1", "-2.5e-12", "0", "54321"]
        );
    }

    #[test]
    fn names_are_escaped_and_missing_values_empty() {
        let cells = vec![Cell::number(-0.25, 2), Cell::maybe(None, 2)];
        let names = ["x", "y"].map(str::to_owned);
        let about = ["t", "scores", "of `cka`"].map(str::to_owned);
        let mut html = String::new();
        Table::matrix(about, "layer", &names, vec![("<a>".to_owned(), cells)]).write(&mut html);
        assert!(html.contains("<caption>of <code>cka</code></caption>"));
        assert!(
            html.contains("<th scope=\"row\">&lt;a&gt;</th><td data-value=\"-0.25\">−0.25</td><td></td></tr>"),
            "{html}"
        );
    }
}
