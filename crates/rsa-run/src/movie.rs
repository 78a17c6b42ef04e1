//! [`MovieRequest`]: from trials of sensors to an RDM at every time.

mod bin_width;
mod movie_data;
mod movie_noise;

use std::{
    collections::HashSet,
    io::{self, Write},
    path::PathBuf,
};

use rsa_brain::{MeasurementsInTime, PatternsAt, TimeBins, show_time};
use rsa_io::{OpenOptions, RdmMovie};
use rsakit::{
    Error, Rdm, Result,
    core::Observer,
    spec::RdmSpec,
    stats::{DrawnPseudoTrials, PseudoTrials},
};
use serde::{Deserialize, Serialize};

pub use self::{
    bin_width::{BinWidth, TimeSteps},
    movie_noise::NoiseTimes,
};
use crate::{
    files_of_inputs::files_of_inputs, input_names::name_inputs, inputs::Input, memory::MemorySize,
    noise::NoiseEstimator, notes::Notes, row_files::RowFiles,
};

/// Request for movies: an RDM at every time, one movie of each input, such as a subject.
///
/// # Example
/// ```no_run
/// use rsa_run::MovieRequest;
///
/// let request = MovieRequest {
///     bin: Some("10ms".parse()?),
///     pseudo_trials: Some(5),
///     ..MovieRequest::new(["sub-01-epo.fif::mag"], "crossnobis".parse()?)
/// };
/// let result = request.run(&())?;
/// println!("{}", result.text());
/// # Ok::<(), rsakit::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovieRequest {
    /// Files of trials, with one kind of channels each: `sub-01-epo.fif::mag`, or arrays of three axes that are named.
    pub inputs: Vec<String>,
    /// Dissimilarity of two conditions.
    pub dissimilarity: RdmSpec,
    /// Files with the condition of each trial, as [`RdmRequest::conditions`](crate::RdmRequest::conditions).
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Files with the run of each trial; in the same form.
    #[serde(default)]
    pub runs: Vec<String>,
    /// Width of the bins of which each has an RDM; without it every sample has one.
    #[serde(default)]
    pub bin: Option<BinWidth>,
    /// Times of the samples of arrays.
    #[serde(default)]
    pub times: Option<TimeSteps>,
    /// Estimator of the noise between channels, from repeated trials.
    #[serde(default)]
    pub noise: NoiseEstimator,
    /// Times that share one noise covariance.
    #[serde(default)]
    pub noise_times: NoiseTimes,
    /// Number of trials that are averaged to a pseudo-trial, which stands for a run.
    #[serde(default)]
    pub pseudo_trials: Option<usize>,
    /// Number of random groupings into pseudo-trials, over which dissimilarities are averaged.
    #[serde(default = "twenty")]
    pub repeats: u16,
    /// Seed of the groupings.
    #[serde(default)]
    pub seed: u64,
    /// Options for reading the inputs; their window and baseline also hold for arrays.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most. No movie depends on it.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

fn twenty() -> u16 {
    20
}

/// Movies of all inputs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MovieResult {
    /// Version of rsakit.
    pub rsakit: String,
    /// Dissimilarity of two conditions.
    pub dissimilarity: RdmSpec,
    /// Movies, in the order of the inputs.
    pub movies: Vec<NamedMovie>,
    /// Notes on the inputs.
    pub warnings: Vec<String>,
    /// Files of the trials.
    pub inputs: Vec<Input>,
}

/// Movie of one input.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamedMovie {
    /// Name of the input.
    pub name: String,
    /// Number of conditions.
    pub n_conditions: usize,
    /// Number of trials.
    pub n_trials: usize,
    /// Number of channels.
    pub n_channels: usize,
    /// Times in seconds.
    pub times: Vec<f64>,
    /// Times and RDMs.
    #[serde(skip)]
    pub movie: RdmMovie,
}

impl MovieRequest {
    /// Makes a request with the defaults: an RDM at every sample, no noise, runs as the inputs have them.
    pub fn new<S: Into<String>>(inputs: impl IntoIterator<Item = S>, dissimilarity: RdmSpec) -> Self {
        Self {
            inputs: inputs.into_iter().map(Into::into).collect(),
            dissimilarity,
            conditions: Vec::new(),
            runs: Vec::new(),
            bin: None,
            times: None,
            noise: NoiseEstimator::None,
            noise_times: NoiseTimes::All,
            pseudo_trials: None,
            repeats: twenty(),
            seed: 0,
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Returns the files that are read beside the inputs.
    ///
    /// # Errors
    /// `InvalidParameter` for another number of files than inputs, and for a pattern that does not fit an input.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        RowFiles::names(&self.conditions, &self.runs, &self.inputs)
    }

    /// Returns the file of the movie of each input, by a `name` with braces as those of labels: `{}_movie.npz`.
    ///
    /// # Errors
    /// `InvalidParameter` for a name that is not an `.npz` file, and if two inputs have one name.
    pub fn outputs(&self, name: &str) -> Result<Vec<PathBuf>> {
        let files = files_of_inputs("--out", &[name.to_owned()], &self.inputs)?;
        let files: Vec<PathBuf> = files.into_iter().flatten().map(PathBuf::from).collect();
        let refuse = |requirement: &str, found: &str| Err(Error::invalid_parameter("--out", requirement, found));
        if files.iter().any(|file| file.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("npz"))) {
            return refuse("an .npz file", name);
        }
        match (1..files.len()).find(|&k| files[..k].contains(&files[k])) {
            Some(_) => refuse("a pattern that names a file for each input, such as '{}_movie.npz'", name),
            None => Ok(files),
        }
    }

    /// Computes the movies, one after another, each on all threads.
    ///
    /// # Errors
    /// `InvalidParameter` for settings that do not go together; the errors of reading; `NonFinite` naming trial, channel and
    /// time; those of the dissimilarity, with the time; `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<MovieResult> {
        self.check()?;
        let budget = MemorySize::budget(self.memory, observer)?;
        let mut notes = Notes::new(observer);
        let rows = RowFiles::read_all(&self.conditions, &self.runs, &self.inputs)?;
        let (mut movies, mut inputs) = (Vec::new(), Vec::new());
        let total = self.inputs.len() as u64;
        for (k, ((input, name), rows)) in self.inputs.iter().zip(name_inputs(&self.inputs)).zip(&rows).enumerate() {
            observer.progress("movies", k as u64, total);
            let (trials, described) = self.read(input, rows, budget, &mut notes)?;
            let movie = self.movie(&trials, input, &mut notes, observer).map_err(|error| error.context(input))?;
            movies.push(NamedMovie {
                name,
                n_conditions: movie.rdms.first().map_or(0, Rdm::n_conditions),
                n_trials: trials.n_trials(),
                n_channels: trials.n_channels(),
                times: movie.times.clone(),
                movie,
            });
            inputs.push(described);
        }
        observer.progress("movies", total, total);
        Ok(MovieResult {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            dissimilarity: self.dissimilarity.clone(),
            movies,
            warnings: notes.into_texts(),
            inputs,
        })
    }

    fn movie(
        &self,
        trials: &MeasurementsInTime,
        input: &str,
        notes: &mut Notes<'_>,
        observer: &dyn Observer,
    ) -> Result<RdmMovie> {
        let binned = match self.bin {
            None => trials.clone(),
            Some(width) => {
                let bins = TimeBins::new(trials.times(), width.seconds())?;
                if bins.n_left_out() > 0 {
                    notes.add(format!("{input}: the last {} samples fill no bin and are left out", bins.n_left_out()));
                }
                trials.binned(&bins)
            }
        };
        let spec = &self.dissimilarity;
        if spec.is_crossvalidated() && binned.runs().is_none() && self.pseudo_trials.is_none() {
            let requirement = "given by --runs FILE, or replaced by --pseudo-trials SIZE, because runs are multiplied with \
                               one another";
            return Err(Error::invalid_parameter(format!("the run of each trial for {spec}"), requirement, "none"));
        }
        let precisions = movie_noise::precisions(self.noise, self.noise_times, &binned)?;
        let compute = |trials: &MeasurementsInTime| {
            trials.rdms(observer, |k, patterns| {
                let precision = precisions.at(k);
                match patterns {
                    PatternsAt::Patterns(x) => spec.rdm_of_patterns_observed(&x, precision, observer),
                    PatternsAt::Measurements(x) => spec.rdm_of_measurements_observed(&x, precision, observer),
                }
            })
        };
        let rdms = match self.pseudo_trials {
            None => compute(&binned)?,
            Some(size) => {
                let Some(cells) = binned.condition_of() else {
                    let requirement = "given by --conditions FILE or the input, for --pseudo-trials";
                    return Err(Error::invalid_parameter("the condition of each trial", requirement, "none"));
                };
                let draw = PseudoTrials { size, seed: self.seed };
                let mut repeats = Vec::new();
                for index in 0..self.repeats {
                    let drawn = draw.draw(&cells, index);
                    let averaged = binned.averaged(&drawn)?;
                    if index == 0 {
                        notes.add_all(left_out_note(input, &drawn, &averaged, size));
                    }
                    repeats.push(compute(&averaged)?);
                }
                let weights = vec![1.0; repeats.len()];
                let mean = |k: usize| Rdm::average(&repeats.iter().map(|all| &all[k]).collect::<Vec<_>>(), &weights);
                (0..binned.times().len()).map(mean).collect::<Result<_>>()?
            }
        };
        Ok(RdmMovie { times: binned.times().to_vec(), rdms, dissimilarity: spec.to_string() })
    }

    /// Refuses settings that do not go together.
    fn check(&self) -> Result<()> {
        let spec = &self.dissimilarity;
        if spec.needs_noise() && self.noise == NoiseEstimator::None {
            let requirement = "given by --noise, because it weighs the channels";
            return Err(Error::invalid_parameter(format!("the noise for {spec}"), requirement, "none"));
        }
        match self.pseudo_trials {
            Some(0) => Err(Error::invalid_parameter("--pseudo-trials", "at least 1", 0)),
            Some(_) if !spec.is_crossvalidated() => Err(Error::invalid_parameter(
                "--pseudo-trials",
                "given with a cross-validated dissimilarity, such as crossnobis; others average all trials of a condition",
                spec,
            )),
            Some(_) if !self.runs.is_empty() => {
                Err(Error::invalid_parameter("the parts that are multiplied", "--runs or --pseudo-trials", "both"))
            }
            _ if self.repeats == 0 => Err(Error::invalid_parameter("--repeats", "at least 1", 0)),
            _ => Ok(()),
        }
    }
}

/// Returns a note on trials that no pseudo-trial has.
fn left_out_note(input: &str, drawn: &DrawnPseudoTrials, averaged: &MeasurementsInTime, size: usize) -> Option<String> {
    let (n, used) = (drawn.group_of.len(), averaged.n_trials() * size);
    let each = averaged.runs().map_or(0, |runs| runs.iter().collect::<HashSet<_>>().len());
    (used < n).then(|| {
        format!(
            "{input}: every condition has {each} pseudo-trials of {size}, as many as the one with the fewest trials; in each \
             grouping {} of {n} trials are in none",
            n - used
        )
    })
}

impl MovieResult {
    /// Returns the result as text for a terminal.
    pub fn text(&self) -> String {
        let mut lines = vec![format!("{}, one RDM a time", self.dissimilarity)];
        for one in &self.movies {
            let (first, last) = (one.times.first().copied().unwrap_or(0.0), one.times.last().copied().unwrap_or(0.0));
            lines.push(format!(
                "{}: {} times from {} to {} s, {} conditions, {} trials, {} channels",
                one.name,
                one.times.len(),
                show_time(first),
                show_time(last),
                one.n_conditions,
                one.n_trials,
                one.n_channels
            ));
        }
        lines.join("\n") + "\n"
    }

    /// Returns the JSON, with a line feed at its end.
    ///
    /// # Errors
    /// `Format` if a value has no JSON.
    pub fn json(&self) -> Result<String> {
        let json = serde_json::to_string(self);
        json.map(|text| text + "\n").map_err(|error| Error::format(format!("the result as JSON: {error}")))
    }

    /// Writes movie `k` as [`RdmMovie::write`] does.
    ///
    /// # Errors
    /// The errors of the writer.
    pub fn write(&self, k: usize, writer: &mut dyn Write) -> io::Result<()> {
        self.movies[k].movie.write(writer)
    }
}
