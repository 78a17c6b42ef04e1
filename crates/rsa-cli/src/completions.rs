//! `rsakit completions`: words that a shell completes.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::{
    Cli, output,
    verdict::{Failure, Verdict},
};

/// Print what a shell needs to complete commands and options
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit completions bash > ~/.local/share/bash-completion/completions/rsakit
  rsakit completions fish > ~/.config/fish/completions/rsakit.fish")]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "rsakit", &mut script);
    output::print(&String::from_utf8_lossy(&script)).map(|()| Verdict::Complete)
}
