//! Files of averages: every evoked response is a condition, named by its comment.

use std::path::Path;

use rsa_core::{Error, Result};

use super::{
    fif_tags::{FifBlock, FifFile, FifTag, block, tag},
    measurement::Measurement,
    trial_files::read_matrix,
};
use crate::{
    layout::show_shape,
    number::Number,
    open::enumerate,
    sensors::{Epochs, SampleTimes, StoredTrials, TrialLabels, TrialPlace},
};

/// The kind of an average; 101 is a standard error, and others are parts of averages or no averages.
const AVERAGE: i32 = 100;

/// One evoked response.
struct Average {
    comment: Option<String>,
    data: FifTag,
    number: Number,
    times: SampleTimes,
}

/// Opens the averages of `file`, which is at `path`.
///
/// # Errors
/// `Format` if the file is damaged, holds no average, or holds averages of different times; `Io`.
pub(super) fn open(path: &Path, file: &FifFile) -> Result<Epochs> {
    let measurement = Measurement::read(file)?;
    let mut notes = measurement.notes.clone();
    let (mut averages, mut left_out) = (Vec::<Average>::new(), Vec::new());
    for (k, evoked) in file.root.find_all(block::EVOKED).into_iter().enumerate() {
        let place = |error: Error| error.context(format!("evoked response {}", k + 1));
        let comment = file.text(evoked, tag::COMMENT).map_err(place)?;
        let aspect = evoked.find(block::ASPECT).or_else(|| evoked.find(block::SHIELDED_ASPECT));
        let kind = aspect.map(|aspect| file.int(aspect, tag::ASPECT_KIND)).transpose().map_err(place)?.flatten();
        match (aspect, kind) {
            (Some(aspect), Some(AVERAGE)) => {
                averages.push(Average::read(file, evoked, aspect, comment, &measurement).map_err(place)?);
            }
            (_, kind) => left_out.push(format!(
                "'{}' (aspect {})",
                comment.unwrap_or_default(),
                kind.map_or("missing".to_owned(), |kind| kind.to_string())
            )),
        }
    }
    if !left_out.is_empty() {
        notes.push(format!("what is no average is left out, such as standard errors: {}", enumerate(&left_out)));
    }
    let Some(first) = averages.first() else { return Err(Error::format("holds no average of trials")) };
    let (times, number) = (first.times, first.number);
    if let Some(other) = averages.iter().find(|other| other.times != times || other.number != number) {
        let show = |average: &Average| {
            let times = average.times;
            format!("'{}' {} to {} s", average.name(), times.show(0), times.show(times.count() - 1))
        };
        return Err(Error::format(format!(
            "holds averages of different times: {}, {}; crop them in MNE to one window, or write a file for each",
            show(first),
            show(other)
        )));
    }
    let labels: Option<Vec<String>> = averages.iter().map(|average| average.comment.clone()).collect();
    if labels.is_none() {
        notes.push(
            "an average has no comment, so that the conditions have no labels; --conditions gives them".to_owned(),
        );
    }
    let trials = averages.iter().map(|average| TrialPlace { source: 0, start: average.data.start }).collect();
    let labels = TrialLabels { conditions: labels.map(Into::into), samples: None };
    let sources = vec![file.source.clone()];
    let trials = StoredTrials { sources, trials, number, gains: measurement.gains, n_times: times.count() };
    Ok(Epochs::new(path.display().to_string(), measurement.channels, times, labels, trials)?.with_notes(notes))
}

impl Average {
    fn read(
        file: &FifFile,
        evoked: &FifBlock,
        aspect: &FifBlock,
        comment: Option<String>,
        measurement: &Measurement,
    ) -> Result<Self> {
        if evoked.tag(tag::CHANNEL).is_some() {
            return Err(Error::format(
                "describes channels of its own; write the file again with mne.write_evokeds, which describes them once",
            ));
        }
        let mut data = aspect.tags_of(tag::DATA);
        let (Some(data), None) = (data.next(), data.next()) else {
            return Err(Error::format(
                "has no data in one matrix; write the file again with mne.write_evokeds(…, mne.read_evokeds(…))",
            ));
        };
        let (number, shape) = read_matrix(file, data)?;
        let n_channels = measurement.channels.len();
        let &[_, n_times] = shape.as_slice() else {
            return Err(Error::format(format!("has numbers of the shape {}", show_shape(&shape))));
        };
        if shape[0] != n_channels {
            return Err(Error::format(format!(
                "has numbers of {} channels, and {n_channels} are described; the file is damaged",
                shape[0]
            )));
        }
        let first_sample = file.int(evoked, tag::FIRST_SAMPLE)?.map(f64::from);
        let last = file.int(evoked, tag::LAST_SAMPLE)?.map(f64::from);
        let counts =
            [file.int(evoked, tag::N_SAMPLES)?.map(f64::from), first_sample.zip(last).map(|(a, b)| b - a + 1.0)];
        if counts.into_iter().flatten().any(|count| count != n_times as f64) {
            return Err(Error::format(format!(
                "has {n_times} times, and says that it has others; the file is damaged"
            )));
        }
        // The time of the first sample is a 32-bit float, and exact only as a number of samples.
        let first_time = file.float(evoked, tag::FIRST_TIME)?.map(|time| time * measurement.rate);
        let first = match (first_sample, first_time) {
            (Some(sample), Some(time)) if (sample - time).abs() > 1e-2 => time,
            (Some(sample), _) => sample,
            (None, Some(time)) => time,
            (None, None) => return Err(Error::format("does not say when it begins; the file is damaged")),
        };
        Ok(Self { comment, data, number, times: SampleTimes::new(first, measurement.rate, n_times)? })
    }

    fn name(&self) -> &str {
        self.comment.as_deref().unwrap_or("no comment")
    }
}
