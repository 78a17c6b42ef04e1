//! [`TimeRequest`]: models against movies of RDMs, over time.

mod document;
mod time_result;

use ndarray::Array2;
use rayon::prelude::*;
use rsa_brain::show_time;
use rsa_io::{OpenOptions, RdmMovie, TimeWindow};
use rsakit::{
    Error, Rdm, Result,
    core::{Conditions, Observer},
    spec::ComparisonSpec,
    stats::{Adjacency, Inference, MapContrast, MapTest, Model, NoiseCeiling, PeakLatencies, RdmSet, Scoring},
};
use serde::{Deserialize, Serialize};

pub use self::time_result::{TimeCeiling, TimeCluster, TimeDifference, TimeModel, TimePeak, TimeResult};
use crate::{
    alignment::Alignment,
    given_rdms::GivenRdms,
    group::GroupCorrection,
    inputs::{Input, data_error, read_rdms, stem},
    layer_filter::LayerFilter,
    notes::Notes,
};

/// Request for time courses: the similarity of models with the RDM of every subject at every time.
///
/// Models are RDMs of any origin: layers of a network, or regions of another brain measurement (fusion).
///
/// # Example
/// ```no_run
/// use rsa_run::TimeRequest;
///
/// let request = TimeRequest {
///     correction: "cluster(mass,p=0.05)".parse()?,
///     ..TimeRequest::new(["sub-01_movie.npz", "sub-02_movie.npz"], ["layers.npz"])
/// };
/// println!("{}", rsa_run::Document::text(&request.run(&())?));
/// # Ok::<(), rsakit::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeRequest {
    /// Movies, one a subject.
    pub movies: Vec<String>,
    /// Files of RDMs, each RDM a model.
    pub models: Vec<String>,
    /// Patterns, with `*` and `?`, of the names of models.
    #[serde(default)]
    pub model_layers: Vec<String>,
    /// Comparison of an RDM with a model.
    #[serde(default)]
    pub comparison: Scoring,
    /// Files of RDMs that are partialled out of Pearson's or Spearman's correlations.
    #[serde(default)]
    pub partial: Vec<String>,
    /// Correction for the number of times.
    #[serde(default)]
    pub correction: GroupCorrection,
    /// Number of random flips of signs; if no more exist, all are tried.
    #[serde(default = "ten_thousand")]
    pub flips: u64,
    /// Seed of flips and resamples.
    #[serde(default)]
    pub seed: u64,
    /// `true` to test effects of both signs.
    #[serde(default)]
    pub two_sided: bool,
    /// Times at which peaks are looked for; without it those from 0 on, or all if there are none.
    #[serde(default)]
    pub peaks: Option<TimeWindow>,
    /// Number of bootstrap resamples of subjects, for intervals of peaks.
    #[serde(default = "thousand")]
    pub resamples: u64,
    /// Options for reading the models.
    #[serde(default)]
    pub options: OpenOptions,
}

fn ten_thousand() -> u64 {
    10_000
}

fn thousand() -> u64 {
    1000
}

/// Movies and models in one order of conditions.
struct TimeData {
    times: Vec<f64>,
    /// Subjects, each with an RDM for every time.
    subjects: Vec<Vec<Rdm>>,
    models: Vec<Model>,
    given: GivenRdms,
    dissimilarity: String,
    inputs: Vec<Input>,
}

/// Scores at one time.
struct ScoresAt {
    /// Models × subjects.
    scores: Vec<Vec<f64>>,
    ceiling: Option<NoiseCeiling>,
    reason: Option<String>,
}

impl TimeRequest {
    /// Makes a request with the defaults: Spearman's correlation, the largest t of 10 000 flips, 1000 resamples.
    pub fn new<T: Into<String>>(movies: impl IntoIterator<Item = T>, models: impl IntoIterator<Item = T>) -> Self {
        Self {
            movies: movies.into_iter().map(Into::into).collect(),
            models: models.into_iter().map(Into::into).collect(),
            model_layers: Vec::new(),
            comparison: Scoring::Spearman,
            partial: Vec::new(),
            correction: GroupCorrection::default(),
            flips: ten_thousand(),
            seed: 0,
            two_sided: false,
            peaks: None,
            resamples: thousand(),
            options: OpenOptions::default(),
        }
    }

    /// Computes time courses, tests them over subjects, and finds peaks and onsets.
    ///
    /// # Errors
    /// The errors of reading; `ShapeMismatch` or `LabelMismatch` for RDMs of other conditions; `ShapeMismatch` naming the
    /// movie of other times; `Degenerate` naming the time at which an RDM is constant; those of [`MapTest`]; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<TimeResult> {
        if !self.partial.is_empty() {
            ComparisonSpec::from(self.comparison).partial(Vec::new()).map_err(|error| error.context("--partial"))?;
        }
        let mut notes = Notes::new(observer);
        let data = self.read(&mut notes, observer)?;
        let at = self.scores(&data, observer)?;
        let (n_subjects, n_times) = (data.subjects.len(), data.times.len());
        let course = |m: usize| Array2::from_shape_fn((n_subjects, n_times), |(s, t)| at[t].scores[m][s]);
        let courses: Vec<Array2<f64>> = (0..data.models.len()).map(course).collect();
        let views: Vec<_> = courses.iter().map(Array2::view).collect();
        let test = MapTest {
            correction: self.correction.of_maps(false),
            two_sided: self.two_sided,
            arrangements: self.flips,
            seed: self.seed,
            ..MapTest::default()
        };
        let tested = match n_subjects {
            1 => {
                notes.add("one subject: no test, no noise ceiling and no interval, for all of these are over subjects");
                None
            }
            _ => Some(test.run_observed(&views, &MapContrast::Mean, &Adjacency::of_times(n_times), observer)?),
        };
        if let Some(outcome) = tested.as_ref().filter(|outcome| outcome.exact && outcome.tried < 20) {
            notes.add(format!(
                "there are {} flips of the signs of these subjects, so no p is below {:.3}",
                outcome.tried,
                1.0 / outcome.tried as f64
            ));
        }
        let window = self.peak_window(&data.times)?;
        let peaks = PeakLatencies { window: Some(window), resamples: self.resamples, seed: self.seed };
        let peaks = peaks.run_observed(&views, &data.times, observer)?;
        let lower = at.iter().map(|at| at.ceiling.as_ref().map(|ceiling| ceiling.lower)).collect();
        let upper = at.iter().map(|at| at.ceiling.as_ref().map(|ceiling| ceiling.upper)).collect();
        let reason = at.iter().find_map(|at| at.reason.clone());
        let ceiling = TimeCeiling { lower, upper, reason };
        Ok(TimeResult::new(self, data, &courses, tested.as_ref(), peaks, window, ceiling, notes.into_texts()))
    }

    /// Reads movies and models, in the order of conditions of the first movie with labels.
    fn read(&self, notes: &mut Notes<'_>, observer: &dyn Observer) -> Result<TimeData> {
        let (mut movies, mut inputs) = (Vec::<RdmMovie>::new(), Vec::new());
        for input in &self.movies {
            observer.ensure_going("reading movies")?;
            let movie = rsa_io::read_movie(input).map_err(data_error)?;
            if let Some(first) = movies.first() {
                ensure_same_times(first, &movie, [&self.movies[0], input])?;
                if first.dissimilarity != movie.dissimilarity {
                    notes.add(format!(
                        "{input} is a movie of {} and {} of {}",
                        movie.dissimilarity, self.movies[0], first.dissimilarity
                    ));
                }
            }
            let holds = format!("a movie of {} times, {} conditions", movie.times.len(), movie.rdms[0].n_conditions());
            inputs.push(Input { name: input.clone(), holds, ..Input::default() });
            movies.push(movie);
        }
        let Some(first) = movies.first() else {
            return Err(Error::invalid_parameter("the movies", "at least one file", "none"));
        };
        let (times, dissimilarity) = (first.times.clone(), first.dissimilarity.clone());
        let filter = LayerFilter::for_option("--model-layers", &self.model_layers)?;
        let mut models: Vec<(String, String, Rdm)> = Vec::new();
        for path in &self.models {
            let (rdms, input) = read_rdms(path, &filter, &self.options, notes)?;
            let is_alone = rdms.len() == 1 && self.models.len() > 1;
            for (name, rdm) in rdms {
                models.push((path.clone(), if is_alone { stem(path) } else { name }, rdm));
            }
            inputs.push(input);
        }
        let mut given = GivenRdms::read(&self.partial, &self.options, notes, observer)?;
        let alignment = Alignment::new(movies.iter().map(|movie| movie.rdms[0].conditions()));
        let mut conditions: Option<Conditions> = None;
        let mut subjects = Vec::new();
        for (movie, path) in movies.into_iter().zip(&self.movies) {
            notes.add_all(alignment.notes(path, "RDMs", movie.rdms[..1].iter().map(Rdm::conditions)));
            let aligned = movie.rdms.into_iter().map(|rdm| alignment.align_to_first(rdm));
            let aligned = aligned.collect::<Result<Vec<Rdm>>>().map_err(|error| data_error(error.context(path)))?;
            conditions.get_or_insert_with(|| aligned[0].conditions().clone());
            subjects.push(aligned);
        }
        let aligned = models.into_iter().map(|(path, name, rdm)| {
            notes.add_all(alignment.notes(&path, "models", std::iter::once(rdm.conditions())));
            let rdm = alignment
                .align_to_first(rdm)
                .map_err(|error| data_error(error.context(format!("{path}: model '{name}'"))))?;
            Ok(Model::fixed(name, rdm))
        });
        let models = aligned.collect::<Result<_>>()?;
        given.align(&alignment)?;
        conditions.map_or(Ok(()), |conditions| given.ensure_of(&conditions))?;
        Ok(TimeData { times, subjects, models, given, dissimilarity, inputs })
    }

    /// Compares all subjects with all models at every time.
    fn scores(&self, data: &TimeData, observer: &dyn Observer) -> Result<Vec<ScoresAt>> {
        let given = data.given.named();
        let inference = Inference { comparison: self.comparison, ..Inference::default() };
        let at = |t: usize| -> Result<ScoresAt> {
            observer.ensure_going("the comparison of models over time")?;
            let rdms: Vec<Rdm> = data.subjects.iter().map(|subject| subject[t].clone()).collect();
            let set = RdmSet::new_partial(self.comparison, &data.models, &rdms, self.movies.clone(), &given, observer)?;
            let evaluation = inference.evaluate_instrument_observed(&set, observer)?;
            Ok(ScoresAt {
                scores: evaluation.models.into_iter().map(|model| model.scores_by_subject).collect(),
                ceiling: evaluation.noise_ceiling,
                reason: evaluation.noise_ceiling_reason,
            })
        };
        let named = |t: usize| at(t).map_err(|error| error.context(format!("at {} s", show_time(data.times[t]))));
        let all: Vec<Result<ScoresAt>> = (0..data.times.len()).into_par_iter().map(named).collect();
        all.into_iter().collect()
    }

    /// Returns the first and last time at which a peak is looked for.
    fn peak_window(&self, times: &[f64]) -> Result<[f64; 2]> {
        let inside: Vec<f64> = match self.peaks {
            Some(window) => times.iter().copied().filter(|time| window.start <= *time && *time < window.end).collect(),
            None if times.iter().any(|time| *time >= 0.0) => {
                times.iter().copied().filter(|time| *time >= 0.0).collect()
            }
            None => times.to_vec(),
        };
        match (inside.first(), inside.last(), self.peaks) {
            (Some(first), Some(last), _) => Ok([*first, *last]),
            (_, _, window) => Err(Error::invalid_parameter(
                "--peaks",
                format!("a window with a time of the movies, from {} to {} s", times[0], times[times.len() - 1]),
                window.map_or_else(String::new, |window| window.to_string()),
            )),
        }
    }
}

/// Refuses movies whose times differ by more than a thousandth of their distance.
fn ensure_same_times(first: &RdmMovie, other: &RdmMovie, names: [&str; 2]) -> Result<()> {
    let spacing = first.times.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    let tolerance = 1e-3 * if spacing.is_finite() { spacing } else { 1.0 };
    let same = first.times.len() == other.times.len()
        && first.times.iter().zip(&other.times).all(|(a, b)| (a - b).abs() <= tolerance);
    let show = |movie: &RdmMovie| {
        let last = movie.times[movie.times.len() - 1];
        format!("{} times from {} to {} s", movie.times.len(), show_time(movie.times[0]), show_time(last))
    };
    match same {
        true => Ok(()),
        false => Err(Error::shape_mismatch(format!(
            "{} has {} and {} {}; make all movies with the same --window and --bin",
            names[0],
            show(first),
            names[1],
            show(other)
        ))),
    }
}
