//! [`RdmTargets`]: where RDMs are written, and how they are drawn.

use std::path::Path;

use clap::Args;
use rsa_run::RdmResult;

use crate::{
    format::{Format, RdmFormat, extension},
    input_files::InputFiles,
    rdm_look::RdmLookOptions,
    targets::Targets,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Where RDMs are printed or written, drawn and reported.
#[derive(Args, Clone, Debug)]
pub(crate) struct RdmTargets {
    /// Output format, except for .npz, .npy, .mat and .h5 files [default: by the extension of --out, otherwise table]
    #[arg(long, value_enum)]
    format: Option<RdmFormat>,
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    look: RdmLookOptions,
}

/// Form in which the RDMs are written.
enum RdmFileForm {
    /// The arrays `rdms`, `names`, `conditions` and `rounding`.
    Npz,
    /// Upper triangles alone.
    Npy,
    /// Structs of MATLAB.
    Mat,
    /// Descriptors and triangles of rsatoolbox.
    Hdf5,
    /// Conditions in the first row and column.
    Square,
    Text(Format),
}

impl RdmFileForm {
    fn of(asked: Option<RdmFormat>, out: Option<&Path>) -> Result<Self, Failure> {
        let text = || match asked.map(RdmFormat::of_document) {
            Some(None) => Self::Square,
            Some(asked) => Self::Text(Format::of(asked, out)),
            None => Self::Text(Format::of(None, out)),
        };
        let binary = match out.map(extension).as_deref() {
            Some("npz") => Self::Npz,
            Some("npy") => Self::Npy,
            Some("mat") => Self::Mat,
            Some("h5" | "hdf5") => Self::Hdf5,
            Some("csv" | "json" | "txt") | None => return Ok(text()),
            Some(_) if asked.is_some() => return Ok(text()),
            Some(other) => {
                return Err(Failure::usage(format_args!(
                    "--out with the extension '{other}'; .npz, .npy, .mat, .h5, .csv and .json are written, others with --format"
                )));
            }
        };
        match asked {
            None => Ok(binary),
            Some(_) => {
                Err(Failure::usage("--format does not go with .npz, .npy, .mat and .h5; name the file otherwise"))
            }
        }
    }
}

impl RdmTargets {
    /// Refuses, before any work, what cannot be written, and what would replace one of the `inputs`.
    pub(crate) fn check(&self, inputs: InputFiles) -> Result<(), Failure> {
        self.targets.check(&inputs.with_inputs(self.look.files()))?;
        RdmFileForm::of(self.format, self.targets.output.out.as_deref()).map(|_| ())
    }

    /// Draws, reports, and prints or writes the RDMs.
    pub(crate) fn finish(&self, result: &RdmResult) -> Result<Verdict, Failure> {
        if result.rdms.is_empty() {
            return Ok(Verdict::Nothing);
        }
        let output = &self.targets.output;
        let view = self.look.look().view(result, &Terminal::new())?;
        let document = result.document(&view);
        self.targets.illustrate(&document)?;
        match RdmFileForm::of(self.format, output.out.as_deref())? {
            RdmFileForm::Npz => output.write_with(|file| result.write_npz(file))?,
            RdmFileForm::Npy => output.write_with(|file| result.write_npy(file))?,
            RdmFileForm::Mat => output.write_with(|file| result.write_mat(file))?,
            RdmFileForm::Hdf5 => output.write_with(|file| result.write_hdf5(file))?,
            RdmFileForm::Square => output.write(|file| result.write_square(file))?,
            RdmFileForm::Text(format) => self.targets.write(&document, Some(format))?,
        }
        Ok(if result.failures.is_empty() { Verdict::Complete } else { Verdict::Partial })
    }
}
