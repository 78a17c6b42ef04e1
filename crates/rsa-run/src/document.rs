//! [`Document`]: a result that can be shown to people and to programs.

mod cards;
mod escape;
mod formula;
mod input_table;
mod outline;
mod p_values;
mod records;
mod shell;
mod text;

use std::io::{self, Write};

use rsa_plot::{Figure, Style, Theme, report::Page};
use rsakit::{Error, Reference, Result};
use serde::Serialize;

pub(crate) use self::records::CsvLines;
pub(crate) use self::{
    cards::{capitalized, comparison_card, measure_card, range_end},
    outline::{Outline, section},
    p_values::{p_cell, show_p},
    text::{four_digits, render as render_text},
};
pub use self::{
    escape::escape_text,
    records::Records,
    shell::quote_argument,
    text::{TextBlock, TextTable},
};

/// Style of a figure that stands beside another on a page.
pub(crate) const COLUMN: Style = Style { width: 89.0, theme: Theme::Light };

/// Style of a figure as wide as a page.
pub(crate) const WIDE: Style = Style { width: 183.0, theme: Theme::Light };

/// A result that can be shown: as text and figures to people, as JSON and CSV to programs, as a page in a browser.
///
/// Each form is made only when it is asked for.
pub trait Document: Serialize {
    /// Returns the result as lines and tables for a terminal.
    fn text_blocks(&self) -> Vec<TextBlock>;

    /// Returns the result as records, one a line of CSV.
    fn records(&self) -> Records;

    /// Draws the result.
    ///
    /// # Errors
    /// `Degenerate` if there is nothing to draw.
    fn figure(&self, style: Style) -> Result<Figure>;

    /// Returns the content of the page but for its provenance.
    ///
    /// # Errors
    /// The errors of the figures.
    #[doc(hidden)]
    fn outline(&self) -> Result<Outline>;

    /// Returns the text for a terminal.
    fn text(&self) -> String {
        text::render(&self.text_blocks())
    }

    /// Returns the JSON, with a line feed at its end.
    ///
    /// # Errors
    /// `Format` if a value has no JSON.
    fn json(&self) -> Result<String> {
        let json = serde_json::to_string(self);
        json.map(|text| text + "\n").map_err(|error| Error::format(format!("the result as JSON: {error}")))
    }

    /// Writes the JSON, with a line feed at its end, without holding all of it.
    ///
    /// # Errors
    /// The errors of the writer; `InvalidData` if a value has no JSON.
    fn write_json(&self, writer: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *writer, self)?;
        writer.write_all(b"\n")
    }

    /// Returns the CSV, with a header.
    fn csv(&self) -> String {
        self.records().csv()
    }

    /// Writes the CSV, with a header; returns the first field that a spreadsheet would take for a formula.
    ///
    /// Names stand in CSV as they are, because programs find the names of other files in it.
    ///
    /// # Errors
    /// The errors of the writer.
    fn write_csv(&self, writer: &mut dyn Write) -> io::Result<Option<String>> {
        let Records { header, rows } = self.records();
        let mut lines = CsvLines::new(writer);
        std::iter::once(header).chain(rows).try_for_each(|record| lines.add(&record))?;
        lines.finish()
    }

    /// Returns the page; `commands` produced the result, as they are typed.
    ///
    /// # Errors
    /// The errors of the figures, and `Io` if an input cannot be read again for its hash.
    fn page(&self, commands: &[String]) -> Result<Page> {
        self.outline()?.page(commands)
    }
}

/// Name and version of the software, as pages and results record it.
pub(crate) fn generator() -> String {
    format!("rsakit {}", env!("CARGO_PKG_VERSION"))
}

/// Returns each work once, in order, and the software itself.
fn citations(works: &[Reference]) -> Vec<String> {
    let mut seen = Vec::new();
    for work in works {
        if !seen.contains(work) {
            seen.push(*work);
        }
    }
    let own = format!(
        "rsakit, version {} (software). Its file `CITATION.cff` says how to cite it.",
        env!("CARGO_PKG_VERSION")
    );
    seen.into_iter().map(|work| work.to_string()).chain([own]).collect()
}
