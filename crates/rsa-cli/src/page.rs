//! [`Report`]: results as one page for a browser; what the pages of all commands have in common.

mod cite;
mod command;
mod inputs;
mod measures;

use std::path::PathBuf;

use clap::Args;
use rsa_plot::{
    Style, Theme,
    report::{Block, Page, Section},
};

pub(crate) use self::{
    cite::{Work, references},
    command::command_line,
    inputs::{Input, holds_layers, holds_rdms, holds_shapes},
    measures::{comparison_card, measure_card},
};
use crate::{format::extension, output::Output, verdict::Failure};

/// Where to write a report.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Report {
    /// Write a page for a browser, in one file: figures, tables, what the numbers mean, and how they came about
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
}

/// Figures of a page stand on its own paper; a column's width each.
pub(crate) const COLUMN: Style = Style { width: 89.0, theme: Theme::Light };

/// A figure as wide as the page.
pub(crate) const WIDE: Style = Style { width: 183.0, theme: Theme::Light };

impl Report {
    /// Refuses, before any work, what cannot be written.
    pub(crate) fn check(&self, output: &Output) -> Result<(), Failure> {
        let Some(path) = &self.report else { return Ok(()) };
        match extension(path).as_str() {
            "html" | "htm" => output.check_file(path),
            _ => Err(Failure::usage(format_args!("--report {}: a report is an .html file", path.display()))),
        }
    }

    /// Writes the page, if one is wanted.
    pub(crate) fn write(&self, output: &Output, page: impl FnOnce() -> Result<Page, Failure>) -> Result<(), Failure> {
        let Some(path) = &self.report else { return Ok(()) };
        let html = page()?.html();
        rsa_io::write_atomically(path, output.force, |file| file.write_all(html.as_bytes()))
            .map_err(Failure::impossible)
    }
}

/// What made a page.
pub(crate) fn generator() -> String {
    format!("rsakit {}", env!("CARGO_PKG_VERSION"))
}

pub(crate) fn section(id: &str, name: &str, title: &str, blocks: Vec<Block>) -> Section {
    Section { id: id.to_owned(), name: name.to_owned(), title: title.to_owned(), blocks }
}

/// Reasons to read the numbers with care: the first words of each stand out.
pub(crate) fn caveats(found: Vec<(String, String)>) -> Section {
    section("caveats", "Caveats", "Caveats", vec![Block::Caveats(found)])
}

/// The commands, the version and the seed; then the files they read, and what to cite.
pub(crate) fn provenance(
    commands: &[String],
    seed: Option<u64>,
    inputs: &[Input],
    works: &[Work],
) -> Result<Vec<Section>, Failure> {
    let mut facts = vec![("version".to_owned(), generator())];
    if let Some(seed) = seed {
        facts.push(("seed".to_owned(), seed.to_string()));
    }
    facts.push(("threads".to_owned(), "any number gives the same digits".to_owned()));
    facts.push(("platform".to_owned(), format!("{} {}", std::env::consts::ARCH, std::env::consts::OS)));
    let reproduce = vec![Block::Command(commands.join("\n")), Block::Facts(facts)];
    Ok(vec![
        section("reproduce", "Reproduce", "How to reproduce this", reproduce),
        section("inputs", "Inputs", "Inputs", vec![Block::Table(inputs::table(inputs)?)]),
        section("cite", "Cite", "How to cite", vec![Block::References(references(works))]),
    ])
}
