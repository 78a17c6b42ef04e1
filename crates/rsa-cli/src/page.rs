//! [`Report`]: results as one page for a browser.

use std::path::PathBuf;

use clap::Args;
use rsa_plot::report::Page;

use crate::{format::extension, input_files::InputFiles, output::Output, verdict::Failure};

/// Where to write a report.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Report {
    /// Write a page for a browser, in one file: figures, tables, what the numbers mean, and how they came about
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
}

impl Report {
    /// Refuses, before any work, what cannot be written.
    pub(crate) fn check(&self, output: &Output, inputs: &InputFiles) -> Result<(), Failure> {
        let Some(path) = &self.report else { return Ok(()) };
        match extension(path).as_str() {
            "html" | "htm" => output.check_file(path, inputs),
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
