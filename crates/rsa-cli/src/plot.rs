//! [`Plot`]: results as a figure.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rsa_plot::{Figure, Style, Theme};

use crate::{format::extension, input_files::InputFiles, output::Output, verdict::Failure};

/// Dots an inch of a PNG: what journals ask for.
const DPI: f64 = 300.0;

/// Where to draw, and how large.
#[derive(Args, Clone, Debug)]
pub(crate) struct Plot {
    /// Draw a figure: .svg, or .png with 300 dots an inch
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    /// Width of the figure in millimetres; columns of journals have about 89, 120 or 183
    #[arg(long, value_name = "MM", default_value_t = 183.0)]
    plot_width: f64,
    /// Paper of the figure
    #[arg(long, value_enum, value_name = "PAPER", default_value_t)]
    plot_theme: Paper,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Paper {
    #[default]
    Light,
    Dark,
}

impl Default for Plot {
    fn default() -> Self {
        Self { plot: None, plot_width: Style::default().width, plot_theme: Paper::Light }
    }
}

impl Plot {
    /// Refuses, before any work, what cannot be written.
    pub(crate) fn check(&self, output: &Output, inputs: &InputFiles) -> Result<(), Failure> {
        let Some(path) = &self.plot else { return Ok(()) };
        match extension(path).as_str() {
            "svg" | "png" => output.check_file(path, inputs),
            _ => Err(Failure::usage(format_args!("--plot {}: figures are .svg or .png files", path.display()))),
        }
    }

    /// Returns the style of the figure.
    pub(crate) fn style(&self) -> Style {
        let theme = match self.plot_theme {
            Paper::Light => Theme::Light,
            Paper::Dark => Theme::Dark,
        };
        Style { width: self.plot_width, theme }
    }

    /// Draws and writes the figure, if one is wanted.
    pub(crate) fn write(
        &self,
        output: &Output,
        draw: impl FnOnce(Style) -> rsakit::Result<Figure>,
    ) -> Result<(), Failure> {
        let Some(path) = &self.plot else { return Ok(()) };
        let named = |error: rsakit::Error| Failure::impossible(error.context("--plot"));
        let figure = draw(self.style()).map_err(named)?;
        let bytes = match extension(path).as_str() {
            "png" => figure.png(DPI).map_err(named)?,
            _ => figure.svg().into_bytes(),
        };
        rsa_io::write_atomically(path, output.force, |file| file.write_all(&bytes)).map_err(Failure::impossible)
    }
}
