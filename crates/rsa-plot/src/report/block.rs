//! Blocks of content in the sections of a report.

use std::fmt::Write;

use super::{prose::prose, table::Table};
use crate::{canvas::escaped, figure::Figure};

/// Block of content in a section.
#[derive(Clone, Debug)]
pub enum Block {
    /// A paragraph.
    Paragraph(String),
    /// One or more figures under one caption.
    Figure(Drawings),
    /// A table.
    Table(Table),
    /// Blocks folded under a title; unfolded when printed.
    Fold(String, Vec<Self>),
    /// Descriptions of measures.
    Cards(Vec<Card>),
    /// Caveats: a name and a sentence each.
    Caveats(Vec<(String, String)>),
    /// A command, with a button to copy it.
    Command(String),
    /// Definitions: names and their meanings.
    Facts(Vec<(String, String)>),
    /// Publications.
    References(Vec<String>),
}

/// Figures with a caption and the tables of their numbers.
#[derive(Clone, Debug)]
pub struct Drawings {
    /// Single figure, or several that are one column wide each.
    pub drawings: Vec<Figure>,
    /// `true` if a single figure takes the whole width.
    pub wide: bool,
    /// Caption.
    pub caption: String,
    /// Tables of the numbers shown, folded.
    pub tables: Vec<Table>,
}

/// Description of a measure.
#[derive(Clone, Debug)]
pub struct Card {
    /// Title of the measure.
    pub title: String,
    /// Specification of the measure on the command line.
    pub spec: String,
    /// Properties: names and texts.
    pub facts: Vec<(String, String)>,
}

/// Largest number of columns of a table that is printed; wider ones do not fit on paper.
const PRINTED: usize = 17;

/// Number of figures so far.
#[derive(Debug, Default)]
pub(super) struct FigureCounter {
    figures: usize,
}

impl Block {
    pub(super) fn write(&self, html: &mut String, numbers: &mut FigureCounter) {
        match self {
            Self::Paragraph(text) => {
                let _ = writeln!(html, "<p>{}</p>", prose(text));
            }
            Self::Figure(drawings) => drawings.write(html, numbers),
            Self::Table(table) => table.write(html),
            Self::Fold(title, blocks) => {
                let _ = writeln!(html, "<details><summary>{}</summary>", escaped(title));
                blocks.iter().for_each(|block| block.write(html, numbers));
                html.push_str("</details>\n");
            }
            Self::Cards(cards) => {
                html.push_str("<div class=\"measures\">\n");
                for Card { title, spec, facts: rows } in cards {
                    let _ = writeln!(html, "<article><h3>{} <code>{}</code></h3>", escaped(title), escaped(spec));
                    facts(html, "", rows);
                    html.push_str("</article>\n");
                }
                html.push_str("</div>\n");
            }
            Self::Caveats(caveats) if caveats.is_empty() => html.push_str("<p>None was met.</p>\n"),
            Self::Caveats(caveats) => {
                html.push_str("<ul class=\"caveats\">\n");
                for (name, text) in caveats {
                    let _ = writeln!(html, "<li><strong>{}</strong> {}</li>", escaped(name), prose(text));
                }
                html.push_str("</ul>\n");
            }
            Self::Command(command) => {
                let _ = writeln!(html, "<pre data-copy><code>{}</code></pre>", escaped_lines(command));
            }
            Self::Facts(rows) => facts(html, " class=\"plain\"", rows),
            Self::References(references) => {
                html.push_str("<ol class=\"references\">\n");
                for reference in references {
                    let _ = writeln!(html, "<li>{}</li>", prose(reference));
                }
                html.push_str("</ol>\n");
            }
        }
    }
}

impl Drawings {
    fn write(&self, html: &mut String, numbers: &mut FigureCounter) {
        numbers.figures += 1;
        let (number, panels) = (numbers.figures, self.drawings.len() > 1);
        html.push_str(if self.wide || panels { "<figure class=\"wide\">\n" } else { "<figure>\n" });
        match (panels, self.wide) {
            (true, _) => html.push_str("<div class=\"panels\">\n"),
            (false, true) => html.push_str("<div class=\"scroll\">\n"),
            (false, false) => {}
        }
        self.drawings.iter().for_each(|drawing| html.push_str(&drawing.inline()));
        if panels || self.wide {
            html.push_str("</div>\n");
        }
        let _ = writeln!(html, "<figcaption><strong>Figure {number}.</strong> {}</figcaption>", prose(&self.caption));
        if !self.tables.is_empty() {
            let bulk = self.tables.iter().any(|table| table.columns.len() > PRINTED);
            let class = if bulk { " class=\"bulk\"" } else { "" };
            let _ = writeln!(html, "<details{class}><summary>The numbers of Figure {number}</summary>");
            self.tables.iter().for_each(|table| table.write(html));
            html.push_str("</details>\n");
        }
        html.push_str("</figure>\n");
    }
}

fn facts(html: &mut String, class: &str, rows: &[(String, String)]) {
    let _ = write!(html, "<dl{class}>");
    for (name, text) in rows {
        let _ = write!(html, "<dt>{}</dt><dd>{}</dd>", escaped(name), prose(text));
    }
    html.push_str("</dl>\n");
}

/// Escapes a text and keeps its line breaks.
fn escaped_lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}
