//! Where results go: standard output, or a file that appears whole.

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::Args;

use crate::{input_files::InputFiles, verdict::Failure};

/// Where to write.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Output {
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Replace files that exist
    #[arg(long)]
    pub(crate) force: bool,
}

impl Output {
    /// Refuses, before any work, a file that may not be replaced or a folder that does not exist.
    pub(crate) fn check(&self, inputs: &InputFiles) -> Result<(), Failure> {
        match &self.out {
            Some(path) => self.check_file(path, inputs),
            None => Ok(()),
        }
    }

    /// Refuses another file that may not be replaced, or whose folder does not exist.
    pub(crate) fn check_file(&self, path: &Path, inputs: &InputFiles) -> Result<(), Failure> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if path.is_dir() {
            return Err(Failure::usage(format_args!("{} is a folder; name a file", path.display())));
        }
        if !folder.is_dir() {
            return Err(Failure::usage(format_args!("there is no folder {} to write to", folder.display())));
        }
        inputs.ensure_not_replaced_by(path)?;
        if path.is_file() && !self.force {
            let path = path.display();
            return Err(Failure::usage(format_args!("{path} exists; choose another name, or replace it with --force")));
        }
        Ok(())
    }

    /// Writes what `write` writes to the file or to standard output.
    pub(crate) fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        match &self.out {
            Some(_) => self.write_with(write),
            None => print_with(write),
        }
    }

    /// Writes what `write` writes to the file, if there is one.
    pub(crate) fn write_with(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let Some(path) = &self.out else { return Ok(()) };
        rsa_io::write_atomically(path, self.force, write).map_err(Failure::impossible)
    }
}

/// Prints `text`.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_with(|out| out.write_all(text.as_bytes()))
}

/// Prints what `write` writes; a reader that has seen enough (`| head`) is no failure.
fn print_with(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::impossible(format_args!("writing to standard output: {error}")))
        }
        _ => Ok(()),
    }
}
