//! [`Targets`]: all that a result is written to.

use clap::Args;
use rsa_run::Document;

use crate::{format::Format, input_files::InputFiles, output::Output, page, plot::Plot, say, typed, verdict::Failure};

/// Where a result is printed or written, drawn and reported.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Targets {
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    plot: Plot,
    #[command(flatten)]
    page: page::Report,
}

impl Targets {
    /// Refuses, before any work, what cannot be written, and what would replace one of the `inputs`.
    pub(crate) fn check(&self, inputs: &InputFiles) -> Result<(), Failure> {
        self.output.check(inputs)?;
        self.plot.check(&self.output, inputs)?;
        self.page.check(&self.output, inputs)
    }

    /// Returns `true` if a figure or a page is wanted.
    pub(crate) fn are_seen(&self) -> bool {
        self.plot.plot.is_some() || self.page.report.is_some()
    }

    /// Draws the figure and writes the page of `document`, if they are wanted.
    pub(crate) fn illustrate(&self, document: &impl Document) -> Result<(), Failure> {
        self.plot.write(&self.output, |style| document.figure(style))?;
        self.page.write(&self.output, || Ok(document.page(&[typed::command_line()])?))
    }

    /// Prints `document`, or writes it to the output file, in the format that was asked for.
    pub(crate) fn write(&self, document: &impl Document, format: Option<Format>) -> Result<(), Failure> {
        match Format::of(format, self.output.out.as_deref()) {
            Format::Table => self.output.write(|writer| writer.write_all(document.text().as_bytes())),
            Format::Json => self.output.write(|writer| document.write_json(writer)),
            Format::Csv => self.write_csv(document),
        }
    }

    fn write_csv(&self, document: &impl Document) -> Result<(), Failure> {
        let mut formula = None;
        self.output.write(|writer| {
            formula = document.write_csv(writer)?;
            Ok(())
        })?;
        if let Some(name) = formula {
            say::note(format_args!(
                "'{name}' begins like a formula, and CSV keeps names as they are; import the file into a spreadsheet as text"
            ));
        }
        Ok(())
    }
}
