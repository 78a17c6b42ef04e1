//! [`Outline`]: the content of a page, and where its numbers come from.

use rsa_plot::report::{Block, Page, Section};
use rsakit::{Reference, Result};

use super::{citations, formula, generator, input_table};
use crate::inputs::{Input, conventions};

/// Content of a page but for its provenance.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// Command, as the line above the title.
    pub(crate) kicker: &'static str,
    /// Title of the page.
    pub(crate) title: String,
    /// Main result in one sentence.
    pub(crate) verdict: String,
    /// Numbers of conditions, layers, subjects.
    pub(crate) facts: String,
    /// Sections of results.
    pub(crate) sections: Vec<Section>,
    /// Reasons to read the numbers with care: a kind and a sentence each.
    pub(crate) caveats: Vec<(String, String)>,
    /// Seed, if random numbers were drawn.
    pub(crate) seed: Option<u64>,
    /// Files behind the results.
    pub(crate) inputs: Vec<Input>,
    /// Works to cite.
    pub(crate) works: Vec<Reference>,
}

impl Outline {
    /// Returns the page; `commands` produced the result.
    pub(super) fn page(self, commands: &[String]) -> Result<Page> {
        let Self { kicker, title, verdict, facts, mut sections, mut caveats, seed, inputs, works } = self;
        caveats.extend(formula::in_sections(&sections).map(|name| {
            let sentence = format!(
                "`{name}` begins like a formula, and saved tables keep names as they are: import them as text."
            );
            ("Spreadsheets.".to_owned(), sentence)
        }));
        sections.push(section("caveats", "Caveats", "Caveats", vec![Block::Caveats(caveats)]));
        let mut origin = vec![("version".to_owned(), generator())];
        origin.extend(seed.map(|seed| ("seed".to_owned(), seed.to_string())));
        origin.push(("threads".to_owned(), "any number gives the same digits".to_owned()));
        origin.push(("platform".to_owned(), format!("{} {}", std::env::consts::ARCH, std::env::consts::OS)));
        origin.extend(conventions(&inputs).into_iter().map(|sentence| ("axes".to_owned(), sentence)));
        let reproduce = vec![Block::Command(commands.join("\n")), Block::Facts(origin)];
        sections.push(section("reproduce", "Reproduce", "How to reproduce this", reproduce));
        sections.push(section("inputs", "Inputs", "Inputs", vec![Block::Table(input_table::table(&inputs)?)]));
        sections.push(section("cite", "Cite", "How to cite", vec![Block::References(citations(&works))]));
        Ok(Page { kicker: kicker.to_owned(), title, verdict, facts, sections, generator: generator() })
    }
}

/// Returns a section with its anchor, its name in the contents, its heading and its blocks.
pub(crate) fn section(id: &str, name: &str, title: &str, blocks: Vec<Block>) -> Section {
    Section { id: id.to_owned(), name: name.to_owned(), title: title.to_owned(), blocks }
}
