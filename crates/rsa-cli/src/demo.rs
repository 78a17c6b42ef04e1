//! `rsakit demo`: the newcomer's first command.

use std::path::PathBuf;

use clap::Args;
use rsa_run::DemoRequest;

use crate::{
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Try everything on real activations that come with the program
///
/// Ten small convolutional networks, trained from different seeds on handwritten digits, saw the same 150 images. The
/// demo writes their layers to a folder, compares them as you would compare your own, evaluates the layers of one network
/// as models of the others, and ends with a report for a browser.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit demo
  rsakit demo --out /tmp/digits")]
pub(crate) struct Arguments {
    /// The folder to write to; unchanged files of an earlier demo there are replaced
    #[arg(long, value_name = "DIR", default_value = "rsakit-demo")]
    out: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let terminal = Terminal::new();
    let mut printed = Ok(());
    let mut print = |text: &str| {
        if printed.is_ok() {
            printed = terminal.print(text);
        }
    };
    let result = DemoRequest::new(&arguments.out).run_in_steps(&terminal, &mut print)?;
    printed?;
    Ok(result.comparison.completeness().into())
}
