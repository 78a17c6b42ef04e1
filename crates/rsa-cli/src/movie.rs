//! `rsakit movie`: from trials of sensors to an RDM at every time.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rsa_io::TimeWindow;
use rsa_run::{BinWidth, MovieRequest, NoiseTimes, TimeSteps};

use crate::{
    format::PlainFormat,
    input_files::InputFiles,
    inputs::{Tables, Threads},
    memory::Memory,
    noise::NoiseWord,
    output::{self, Output},
    row_labels::RowLabelFiles,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Make movies of RDMs: how far apart are two conditions at every time?
///
/// Each input is one subject: trials of MEG or EEG (FIF, BrainVision, EDF) with one kind of channels, sub-01-epo.fif::mag,
/// or an array of three axes, with --axes conditions,channels,time in the order of the file and --times FIRST,STEP in
/// seconds. The RDM of a time is that of `rsakit rdm` for the patterns of that time. With --bin the samples of a bin are
/// averaged first; its time is the mean of their times, and samples at the end that fill no bin are left out.
///
/// Cross-validated dissimilarities need runs: --runs, or --pseudo-trials SIZE, which groups the trials of each condition at
/// random, averages each group, and takes the groups for runs; dissimilarities are averaged over --repeats groupings.
/// --noise is estimated from single trials about the mean of their condition: by default one covariance for the whole movie,
/// the mean over its times.
///
/// --out names the file of each movie: {} is the name of the input without folder and extension, {sub} the value of
/// sub-VALUE. It has the arrays `movie` (times × pairs), `times` (s), `rounding` and `conditions`. `rsakit time` reads it,
/// and `rsakit compare --rdm` and `evaluate` read one time of it, FILE::0.17, or the times in a window, FILE::0.1..0.2.
///
/// JSON: {"rsakit", "dissimilarity", "movies": [{"name", "n_conditions", "n_trials", "n_channels", "times"}], "warnings",
/// "inputs"}.
///
/// Exit status: 0 done, 1 an input cannot be read or has no movie, 2 wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit movie sub-01-epo.fif::mag --dissimilarity correlation --window -0.1..0.8 --baseline -0.1..0 --bin 10ms \\
      --out sub-01_movie.npz
  rsakit movie sub-*_eeg.vhdr --window -0.1..0.8 --dissimilarity crossnobis --pseudo-trials 5 \\
      --noise shrinkage-diagonal --out '{sub}_movie.npz'
  rsakit movie trials.npy --axes conditions,channels,time --times=-0.1,0.01 --conditions trials.txt \\
      --dissimilarity euclidean --out movie.npz")]
pub(crate) struct Arguments {
    /// Trials, one input a subject
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<String>,
    /// Dissimilarity of two conditions, as of `rsakit rdm`
    #[arg(long, value_name = "SPEC")]
    dissimilarity: String,
    #[command(flatten)]
    rows: RowLabelFiles,
    /// Width of the bins that samples are averaged in: 10ms [default: every sample has an RDM]
    #[arg(long, value_name = "WIDTH")]
    bin: Option<BinWidth>,
    /// Times in seconds from the event: -0.1..0.8, without the later end
    #[arg(long, value_name = "FROM..TO", allow_hyphen_values = true)]
    window: Option<TimeWindow>,
    /// Times whose mean is subtracted from each channel of each trial: -0.1..0 [default: none]
    #[arg(long, value_name = "FROM..TO", allow_hyphen_values = true)]
    baseline: Option<TimeWindow>,
    /// Time of the first sample of an array, and the step to the next, in seconds: -0.1,0.01
    #[arg(long, value_name = "FIRST,STEP", allow_hyphen_values = true)]
    times: Option<TimeSteps>,
    /// Estimate the noise of the channels from repeated trials, and weigh them by it
    #[arg(long, value_enum, value_name = "ESTIMATOR", default_value_t)]
    noise: NoiseWord,
    /// Times that share one noise covariance
    #[arg(long, value_enum, value_name = "WHICH", default_value_t)]
    noise_times: NoiseTimesWord,
    /// Average groups of this number of trials, which stand for runs
    #[arg(long, value_name = "SIZE")]
    pseudo_trials: Option<usize>,
    /// Number of random groupings into pseudo-trials
    #[arg(long, value_name = "N", default_value_t = 20, requires = "pseudo_trials")]
    repeats: u16,
    /// Seed of the groupings
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// File of each movie, .npz: a name, or a pattern such as '{}_movie.npz'
    #[arg(long, value_name = "FILE")]
    out: String,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
    /// Format of what is printed
    #[arg(long, value_enum, default_value_t)]
    format: PlainFormat,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
}

/// Times that share one noise covariance, by a word.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum NoiseTimesWord {
    /// All times
    #[default]
    All,
    /// Each time has its own
    Each,
}

impl Arguments {
    fn request(&self) -> Result<MovieRequest, Failure> {
        let mut options = self.tables.options();
        (options.window, options.baseline) = (self.window, self.baseline);
        Ok(MovieRequest {
            conditions: self.rows.conditions.clone(),
            runs: self.rows.runs.clone(),
            bin: self.bin,
            times: self.times,
            noise: self.noise.into(),
            noise_times: match self.noise_times {
                NoiseTimesWord::All => NoiseTimes::All,
                NoiseTimesWord::Each => NoiseTimes::Each,
            },
            pseudo_trials: self.pseudo_trials,
            repeats: self.repeats,
            seed: self.seed,
            options,
            memory: self.memory.limit,
            ..MovieRequest::new(self.inputs.clone(), self.dissimilarity.parse().map_err(Failure::usage)?)
        })
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let request = arguments.request()?;
    let files = InputFiles::new(&arguments.inputs).with_paths(&request.files()?);
    let output = Output { out: None, force: arguments.force };
    let targets: Vec<PathBuf> = request.outputs(&arguments.out)?;
    targets.iter().try_for_each(|path| output.check_file(path, &files))?;
    arguments.threads.apply()?;
    let result = request.run(&Terminal::new())?;
    for (k, path) in targets.iter().enumerate() {
        let written = rsa_io::write_atomically(path, output.force, |mut file| result.write(k, &mut file));
        written.map_err(Failure::impossible)?;
    }
    output::print(&match arguments.format {
        PlainFormat::Json => result.json()?,
        PlainFormat::Table => result.text(),
    })?;
    Ok(Verdict::Complete)
}
