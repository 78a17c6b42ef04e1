//! `rsakit merge`: parts of a computation put together.

use std::path::PathBuf;

use clap::Args;
use rsa_run::{CompareLook, MergeRequest, MergedResult};

use crate::{
    compare, evaluate,
    format::Format,
    input_files::InputFiles,
    memory::Memory,
    targets::Targets,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Put parts of a computation together, as one run would have given it
///
/// Parts are what `rsakit evaluate --resamples-range A..B --out part.npz` and `rsakit accumulate --rows A..B --out part.npz`
/// write, on any machines and in any order. Parts that are truncated, of different computations, that overlap or that are
/// missing are refused by name.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit merge part*.npz --out evaluation.json
  rsakit merge part*.npz --plot evaluation.svg --report evaluation.html

An evaluation as a SLURM array job (`rsakit accumulate --help` has one of a comparison), 10 tasks of 100 resamples:
  #SBATCH --array=0-9
  from=$((SLURM_ARRAY_TASK_ID * 100))
  rsakit evaluate --data brain.npz --models models.npz --generalize-to both --resamples 1000 \\
      --resamples-range $from..$((from + 100)) --out part$SLURM_ARRAY_TASK_ID.npz")]
pub(crate) struct Arguments {
    /// Files that hold parts
    #[arg(value_name = "PART", required = true)]
    parts: Vec<PathBuf>,
    /// Output format [default: by the extension of --out, otherwise table]
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    memory: Memory,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    arguments.targets.check(&InputFiles::default().with_paths(&arguments.parts))?;
    let request = MergeRequest { memory: arguments.memory.limit, ..MergeRequest::new(&arguments.parts) };
    match request.run(&Terminal::new())? {
        MergedResult::Comparison(result) => {
            compare::finish(&result, &CompareLook::default(), arguments.format, &arguments.targets)
        }
        MergedResult::Evaluation(result) => evaluate::finish(&result, arguments.format, &arguments.targets),
    }
}
