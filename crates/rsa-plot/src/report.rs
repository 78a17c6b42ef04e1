//! Reports as a single HTML file that loads no other file.
//!
//! The page is complete without its script, which adds sorting, copying, saving, and values under the pointer. The page
//! contains no date, so equal content gives equal bytes.

mod block;
mod prose;
mod table;

use std::fmt::Write;

use self::{block::FigureCounter, prose::prose};
pub use self::{
    block::{Block, Card, Drawings},
    table::{Cell, Column, Table},
};
use crate::canvas::escaped;

const STYLE: &str = include_str!("report/page.css");
const SCRIPT: &str = include_str!("report/page.js");

/// Report: a title, the main result in one sentence, and sections.
///
/// Texts are plain, except that `` `code` `` between backticks is set as code and `doi:10.…` becomes a link.
///
/// # Example
/// ```
/// use rsa_plot::report::{Block, Page, Section};
///
/// let blocks = vec![Block::Paragraph("`cka` is high for early layers.".to_owned())];
/// let section = Section { id: "layers".to_owned(), name: "Layers".to_owned(), title: "Which?".to_owned(), blocks };
/// let page = Page { title: "Two networks".to_owned(), sections: vec![section], ..Page::default() };
/// assert!(page.html().contains("<p><code>cka</code> is high for early layers.</p>"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Short line above the title, such as the command.
    pub kicker: String,
    /// Title of the report.
    pub title: String,
    /// Main result in one sentence.
    pub verdict: String,
    /// Numbers of conditions, layers, subjects.
    pub facts: String,
    /// Sections in reading order.
    pub sections: Vec<Section>,
    /// Name and version of the program.
    pub generator: String,
}

/// Section of a report.
#[derive(Clone, Debug)]
pub struct Section {
    /// Anchor of the section: one word, unique on the page.
    pub id: String,
    /// Name in the list of contents.
    pub name: String,
    /// Heading.
    pub title: String,
    /// Content.
    pub blocks: Vec<Block>,
}

impl Page {
    /// Returns the HTML file. Its content security policy forbids all requests to a network.
    pub fn html(&self) -> String {
        let (title, generator) = (escaped(&self.title), escaped(&self.generator));
        let mut html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             script-src 'unsafe-inline'; img-src data:\">\n\
             <meta name=\"generator\" content=\"{generator}\">\n<link rel=\"icon\" href=\"data:,\">\n\
             <title>{title} · rsakit</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        );
        self.header(&mut html);
        html.push_str("<main>\n");
        let mut numbers = FigureCounter::default();
        for Section { id, title, blocks, .. } in &self.sections {
            let (id, title) = (escaped(id), escaped(title));
            let _ = writeln!(
                html,
                "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{title}</h2>"
            );
            for block in blocks {
                block.write(&mut html, &mut numbers);
            }
            html.push_str("</section>\n\n");
        }
        let _ = write!(
            html,
            "</main>\n<footer>Made by {generator}. One file; it loads nothing. The same inputs give the same page, byte \
             for byte.</footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
        );
        html
    }

    fn header(&self, html: &mut String) {
        let [kicker, title, facts] = [&self.kicker, &self.title, &self.facts].map(|text| escaped(text));
        let _ = writeln!(
            html,
            "<header>\n<p class=\"kicker\">{kicker}</p>\n<h1>{title}</h1>\n<p class=\"verdict\">{}</p>\n\
             <p class=\"facts\">{facts}</p>\n<nav aria-label=\"Contents\"><ol>",
            prose(&self.verdict)
        );
        for Section { id, name, .. } in &self.sections {
            let _ = writeln!(html, "<li><a href=\"#{}\">{}</a></li>", escaped(id), escaped(name));
        }
        html.push_str("</ol></nav>\n</header>\n");
    }
}
