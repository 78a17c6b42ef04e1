//! [`Block`]: what stands in a section of a report.

use std::fmt::Write;

use super::{prose::prose, table::Table};
use crate::{canvas::escaped, figure::Figure};

/// What stands in a section.
#[derive(Clone, Debug)]
pub enum Block {
    /// A paragraph.
    Paragraph(String),
    /// One or more drawings under one caption.
    Figure(Drawings),
    /// A table.
    Table(Table),
    /// Something folded away under a title; on paper it is open.
    Fold(String, Vec<Self>),
    /// What measures mean.
    Cards(Vec<Card>),
    /// Reasons to read numbers with care: a name and a sentence each.
    Caveats(Vec<(String, String)>),
    /// A command, which can be copied.
    Command(String),
    /// Names and what they stand for.
    Facts(Vec<(String, String)>),
    /// Publications.
    References(Vec<String>),
}

/// Drawings with their caption and their numbers.
#[derive(Clone, Debug)]
pub struct Drawings {
    /// One, or several of a column's width each.
    pub drawings: Vec<Figure>,
    /// Whether a single drawing takes the whole width.
    pub wide: bool,
    /// What one sees.
    pub caption: String,
    /// The numbers drawn, folded away.
    pub tables: Vec<Table>,
}

/// What a measure means.
#[derive(Clone, Debug)]
pub struct Card {
    /// Its title.
    pub title: String,
    /// As it is written.
    pub spec: String,
    /// What it reads, ignores, and so on.
    pub facts: Vec<(String, String)>,
}

/// Tables of more columns are not printed: no paper is wide enough.
const PRINTED: usize = 17;

/// How many figures there are so far.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    figures: usize,
}

impl Block {
    pub(super) fn write(&self, html: &mut String, numbers: &mut Numbers) {
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
    fn write(&self, html: &mut String, numbers: &mut Numbers) {
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

/// Escapes a text whose lines matter.
fn escaped_lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}
