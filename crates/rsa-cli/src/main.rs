//! The program `rsakit`.

use std::process::ExitCode;

fn main() -> ExitCode {
    rsa_cli::exit_on_interrupt();
    rsa_cli::run(std::env::args_os())
}
