//! Files of trials: the data, the events, and the files that continue them.

use std::path::{Path, PathBuf};

use rsa_core::{Error, Result};

use super::{
    fif_tags::{FifBlock, FifFile, FifTag, block, damaged, tag, value},
    measurement::Measurement,
};
use crate::{
    number::{Number, NumberKind},
    sensors::{Epochs, SampleTimes, StoredTrials, TrialLabels, TrialPlace},
};

/// Most files of one recording; MNE begins a new one after 2 GB.
const MAX_FILES: usize = 1000;

/// The role of a file that continues another one.
const NEXT_FILE: i32 = 2;

/// The trials of one file.
struct FileTrials {
    data: FifTag,
    form: TrialForm,
    events: FileEvents,
}

/// Form of a trial, which all files of a recording share.
#[derive(Clone, Copy, PartialEq)]
struct TrialForm {
    number: Number,
    first_sample: i32,
    n_times: usize,
}

/// The events of the trials of one file.
struct FileEvents {
    /// Sample and number of each event.
    events: Vec<(i32, i32)>,
    /// Names of numbers of events.
    names: Vec<(i32, String)>,
}

/// Opens the trials of `file`, which is at `path`, and of the files that continue it.
///
/// # Errors
/// `Format` if a file is damaged, or a file that continues another one is missing or has other channels or times; `Io`.
pub(super) fn open(path: &Path, file: FifFile) -> Result<Epochs> {
    let measurement = Measurement::read(&file)?;
    let first = FileTrials::read(&file, measurement.channels.len())?;
    let mut notes = measurement.notes.clone();
    let (mut sources, mut trials) = (Vec::new(), Vec::new());
    let (mut samples, mut labels) = (Vec::new(), Vec::new());
    let mut unnamed = Vec::new();
    let mut paths = vec![path.to_owned()];
    let form = first.form;
    let mut pending = Some((file, first));
    while let Some((file, FileTrials { data, events: FileEvents { events, names }, .. })) = pending.take() {
        let size = (measurement.channels.len() * form.n_times * form.number.size()) as u64;
        let source = sources.len();
        trials.extend((0..events.len()).map(|k| TrialPlace { source, start: data.start + k as u64 * size }));
        for (sample, number) in events {
            samples.push(i64::from(sample));
            let name = names.iter().find(|(known, _)| *known == number).map(|(_, name)| name.clone());
            if name.is_none() && !names.is_empty() && !unnamed.contains(&number) {
                unnamed.push(number);
            }
            labels.push(name.unwrap_or_else(|| number.to_string()));
        }
        let next = next_file(&file, &paths[paths.len() - 1])?;
        sources.push(file.source);
        if let Some(next) = next {
            pending = Some(open_next(&next, &paths, &measurement, form)?);
            paths.push(next);
        }
    }
    if !unnamed.is_empty() {
        let numbers: Vec<_> = unnamed.iter().map(i32::to_string).collect();
        notes.push(format!("events without a name go by their number: {}", crate::open::enumerate(&numbers)));
    }
    let times = SampleTimes::new(form.first_sample.into(), measurement.rate, form.n_times)?;
    let labels = TrialLabels { conditions: Some(labels.into()), samples: Some(samples.into()) };
    let trials = StoredTrials { sources, trials, number: form.number, gains: measurement.gains, n_times: form.n_times };
    Ok(Epochs::new(path.display().to_string(), measurement.channels, times, labels, trials)?.with_notes(notes))
}

/// Returns the files that continue the one at `path`, as far as they can be read.
pub(super) fn continuations(path: &Path) -> Vec<PathBuf> {
    let mut paths = vec![path.to_owned()];
    while paths.len() < MAX_FILES {
        let last = &paths[paths.len() - 1];
        match FifFile::open(last).and_then(|file| next_file(&file, last)) {
            Ok(Some(next)) if !paths.contains(&next) => paths.push(next),
            _ => break,
        }
    }
    paths.split_off(1)
}

/// Returns the file that `file` says continues it.
fn next_file(file: &FifFile, path: &Path) -> Result<Option<PathBuf>> {
    for reference in file.root.find_all(block::REFERENCE) {
        if file.int(reference, tag::REFERENCE_ROLE)? != Some(NEXT_FILE) {
            continue;
        }
        let name = file.text(reference, tag::REFERENCE_NAME)?;
        let name = name.as_deref().map(Path::new).and_then(Path::file_name);
        let name =
            name.ok_or_else(|| Error::format("is continued in a file that it does not name; join them in MNE"))?;
        return Ok(Some(path.with_file_name(name)));
    }
    Ok(None)
}

/// Opens a file that continues others.
fn open_next(next: &Path, known: &[PathBuf], measured: &Measurement, form: TrialForm) -> Result<(FifFile, FileTrials)> {
    let name = next.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if known.iter().any(|path| path == next) || known.len() >= MAX_FILES {
        return Err(Error::format(format!("is continued in '{name}', which it continues; the files are damaged")));
    }
    let read = || {
        let file = FifFile::open(next)?;
        let own = Measurement::read(&file)?;
        let part = FileTrials::read(&file, own.channels.len())?;
        let names = |measured: &Measurement| measured.channels.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
        let is_same = names(&own) == names(measured)
            && own.gains == measured.gains
            && own.rate == measured.rate
            && part.form == form;
        match is_same {
            true => Ok((file, part)),
            false => Err(Error::format("has other channels or times than the file that it continues")),
        }
    };
    read().map_err(|error: Error| error.context(format!("is continued in '{name}'")))
}

impl FileTrials {
    fn read(file: &FifFile, n_channels: usize) -> Result<Self> {
        let Some(block) = file.root.find(block::EPOCHS) else { return Err(Error::format("holds no trials")) };
        let events = FileEvents::read(file)?;
        let ends = (file.int(block, tag::FIRST_SAMPLE)?, file.int(block, tag::LAST_SAMPLE)?);
        let (Some(first_sample), Some(last)) = ends else {
            return Err(Error::format("does not say when its trials begin and end; the file is damaged"));
        };
        let data =
            block.tag(tag::DATA).ok_or_else(|| Error::format("has no data of its trials; the file is damaged"))?;
        let (number, shape) = read_matrix(file, data)?;
        let n_times = (i64::from(last) - i64::from(first_sample)).saturating_add(1);
        let n_times = usize::try_from(n_times).unwrap_or(0);
        if shape != [events.events.len(), n_channels, n_times] {
            return Err(Error::format(format!(
                "holds numbers of the shape {}, for {} events, {n_channels} channels and {n_times} times; the file is damaged",
                crate::layout::show_shape(&shape),
                events.events.len()
            )));
        }
        Ok(Self { data, form: TrialForm { number, first_sample, n_times }, events })
    }
}

/// Reads the type and the shape of a dense matrix: its lengths stand behind the numbers, the last one first.
///
/// # Errors
/// `Format` for other numbers than 32- or 64-bit floats, and if the lengths are not those of the numbers.
pub(super) fn read_matrix(file: &FifFile, data: FifTag) -> Result<(Number, Vec<usize>)> {
    /// Most axes of a matrix: trials, channels and times.
    const MAX_AXES: u64 = 3;
    let kind = match data.form ^ value::MATRIX {
        value::FLOAT => NumberKind::F32,
        value::DOUBLE => NumberKind::F64,
        other => {
            return Err(damaged(
                &data,
                &format!("holds numbers of type {other}, and real 32- or 64-bit floats in one matrix are read"),
            ));
        }
    };
    let number = Number { kind, big_endian: true };
    let word = |from_end: u64| -> Result<i32> {
        let at = data.size.checked_sub(from_end * 4).ok_or_else(|| damaged(&data, "is too short"))?;
        Ok(file.ints(FifTag { form: value::INT, start: data.start + at, size: 4, ..data })?[0])
    };
    let n_axes = u64::try_from(word(1)?).ok().filter(|n| (1..=MAX_AXES).contains(n));
    let n_axes = n_axes.ok_or_else(|| damaged(&data, "has an impossible number of axes"))?;
    let mut shape = Vec::new();
    for axis in 0..n_axes {
        shape.push(usize::try_from(word(2 + axis)?).map_err(|_| damaged(&data, "has an axis of negative length"))?);
    }
    let claimed = shape.iter().try_fold(number.size() as u64, |bytes, &length| bytes.checked_mul(length as u64));
    match claimed.and_then(|bytes| bytes.checked_add(4 * (n_axes + 1))) == Some(data.size) {
        true => Ok((number, shape)),
        false => Err(damaged(
            &data,
            &format!("claims the shape {} and has {} bytes", crate::layout::show_shape(&shape), data.size),
        )),
    }
}

impl FileEvents {
    fn read(file: &FifFile) -> Result<Self> {
        let found = file.root.find(block::EVENTS);
        let Some((block, list)) = found.and_then(|block: &FifBlock| Some((block, block.tag(tag::EVENT_LIST)?))) else {
            return Err(Error::format("has no events, so that its trials have no conditions; write it again with MNE"));
        };
        let numbers = file.ints(list)?;
        let (rows, rest) = numbers.as_chunks::<3>();
        if !rest.is_empty() {
            return Err(damaged(&list, "is no list of three numbers an event"));
        }
        let text = file.text(block, tag::COMMENT)?.unwrap_or_default();
        // Names may have colons, numbers have none.
        let name = |entry: &str| {
            let (name, number) = entry.rsplit_once(':')?;
            Some((number.trim().parse().ok()?, name.to_owned()))
        };
        let events = rows.iter().map(|&[sample, _, number]| (sample, number)).collect();
        Ok(Self { events, names: text.split(';').filter_map(name).collect() })
    }
}
