//! [`EvaluationPart`]: some of the resamples of an evaluation, in a file.

use std::{
    io::{self, Write},
    path::Path,
};

use rsa_io::UnreadPart;
use rsakit::{
    Error, Result,
    core::Observer,
    stats::{Part, PartHeader},
};
use serde::{Deserialize, Serialize};

use super::{
    EvaluateResult, FittedModel, LeftOut, data_rdm, data_rdm::SubjectRdm, left_out::describe,
    subject_unit::number_by_first,
};
use crate::{
    given_rdms::GivenInput,
    inputs::{Input, data_error},
    memory::{MemorySize, ensure_fits, float_bytes},
};

/// The kind of part, as its file records it.
const KIND: &str = "evaluation";

/// A range of the resamples of an evaluation, to be merged with the others.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationPart {
    /// Tables of the resamples.
    pub part: Part,
    /// Files of the data, then of the models.
    pub inputs: Vec<Input>,
    /// Sentences on the inputs: skipped arrays, reordered conditions.
    pub notes: Vec<String>,
    /// RDMs of the data.
    pub(super) rdms: Vec<SubjectRdm>,
    /// RDMs and models without a comparison.
    pub left_out: Vec<LeftOut>,
    /// RDMs that were partialled out.
    pub given: Vec<GivenInput>,
    /// Weights of the models with parameters, fitted to all data.
    pub fits: Vec<FittedModel>,
}

/// Description of a part, as its file keeps it in JSON.
#[derive(Serialize, Deserialize)]
struct FileHeader {
    #[serde(flatten)]
    header: PartHeader,
    #[serde(default)]
    inputs: Vec<Input>,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    rdms: Vec<SubjectRdm>,
    #[serde(default)]
    left_out: Vec<LeftOut>,
    #[serde(default)]
    given: Vec<GivenInput>,
    #[serde(default)]
    fits: Vec<FittedModel>,
}

impl EvaluationPart {
    /// Writes the part as a `.npz` file, which keeps every bit.
    ///
    /// # Errors
    /// The errors of the writer.
    pub fn write(&self, writer: impl Write) -> io::Result<()> {
        let Self { part, inputs, notes, rdms, left_out, given, fits } = self.clone();
        let header = FileHeader { header: part.header.clone(), inputs, notes, rdms, left_out, given, fits };
        let header = serde_json::to_string(&header)?;
        rsa_io::write_part(writer, KIND, &header, &part.tables())
    }

    /// Reads a part that [`write`](Self::write) wrote.
    ///
    /// # Errors
    /// `Io` if the file cannot be read, `Format` if it is damaged or no part of an evaluation.
    pub fn read(path: &Path) -> Result<Self> {
        let (header, file) = open(path)?;
        Self::read_tables(path, header, file)
    }

    fn read_tables(path: &Path, header: FileHeader, file: UnreadPart) -> Result<Self> {
        let FileHeader { header, inputs, notes, rdms, left_out, given, fits } = header;
        if rdms.len() != header.subject_groups.len() {
            let (listed, found) = (rdms.len(), header.subject_groups.len());
            let problem = format!("its header lists {listed} RDMs of {found}; write the part again");
            return Err(Error::format(format!("{}: {problem}", path.display())));
        }
        let subjects = rdms.iter().map(|rdm| rdm.subject);
        if !subjects.clone().eq(number_by_first(subjects)) {
            let problem = "its header does not number the subjects from 0; write the part again";
            return Err(Error::format(format!("{}: {problem}", path.display())));
        }
        let matrices = file.read()?.matrices;
        let part = Part::from_tables(header, matrices).map_err(|error| data_error(error.context(path.display())))?;
        Ok(Self { part, inputs, notes, rdms, left_out, given, fits })
    }

    /// Concludes from all resamples.
    pub(super) fn conclude(self) -> Result<EvaluateResult> {
        let Self { part, inputs, notes, rdms, left_out, given, fits } = self;
        let mut evaluation = part.conclude().map_err(data_error)?;
        let groups = &part.header.subject_groups;
        let n_groups = groups.iter().max().map_or(0, |last| last + 1);
        let rdms = data_rdm::conclude(rdms, groups, &mut evaluation);
        Ok(EvaluateResult { evaluation, inputs, notes, n_groups, rdms, left_out, given, fits })
    }
}

/// Opens the file of a part and judges its header, before any table is read.
fn open(path: &Path) -> Result<(FileHeader, UnreadPart)> {
    let file = rsa_io::open_part(path)?;
    let shown = path.display();
    if file.kind() != KIND {
        let kind = file.kind();
        return Err(Error::format(format!("{shown}: is a part of '{kind}', and parts of an evaluation are merged")));
    }
    let damaged = |what: String| Error::format(format!("{shown}: {what}; write the part again"));
    let header: FileHeader =
        serde_json::from_str(file.header()).map_err(|error| damaged(format!("its header is damaged ({error})")))?;
    if file.bytes() > float_bytes(header.header.most_values()) {
        return Err(damaged("its tables are larger than its header allows".to_owned()));
    }
    Ok((header, file))
}

impl EvaluateResult {
    /// Merges files of parts, in any order, and concludes from all resamples.
    ///
    /// Inputs and notes are those of the first file, because paths may differ between machines.
    ///
    /// # Errors
    /// `Io` or `Format` for a file that cannot be read or is no part of an evaluation; `Format`, naming the files, for
    /// parts of different evaluations, for resamples that two parts have, and for resamples that no part has.
    /// `TooLarge` for parts that together need more than `memory`. `Cancelled`.
    pub fn merge(files: &[impl AsRef<Path>], memory: Option<MemorySize>, observer: &dyn Observer) -> Result<Self> {
        let opened = files.iter().map(AsRef::as_ref).map(|path| Ok((path, open(path)?))).collect::<Result<Vec<_>>>()?;
        let bytes = opened.iter().map(|(_, (_, file))| file.bytes()).fold(0, usize::saturating_add);
        // All parts, and all of them put together.
        let (needed, budget) = (bytes.saturating_mul(2), MemorySize::budget(memory, observer)?);
        ensure_fits("merging these parts", needed, budget, "merge on a larger machine")?;
        let mut parts = Vec::with_capacity(files.len());
        for (done, (path, (header, file))) in opened.into_iter().enumerate() {
            observer.ensure_going("reading parts")?;
            parts.push((path, EvaluationPart::read_tables(path, header, file)?));
            observer.progress("parts", done as u64 + 1, files.len() as u64);
        }
        let Some((_, EvaluationPart { inputs, notes, rdms, left_out, given, fits, .. })) = parts.first().cloned()
        else {
            return Err(Error::invalid_parameter("the parts of an evaluation", "at least one file", 0));
        };
        parts.sort_by_key(|(_, part)| part.part.header.first);
        parts.windows(2).try_for_each(|pair| ensure_adjacent(&pair[0], &pair[1]))?;
        let parts = parts.into_iter().map(|(_, part)| part.part).collect();
        let part = Part::merge(parts).map_err(data_error)?;
        ensure_whole(&part)?;
        let sentences = left_out.iter().map(describe);
        notes.iter().cloned().chain(sentences).for_each(|note| observer.note(&note));
        EvaluationPart { part, inputs, notes, rdms, left_out, given, fits }.conclude()
    }
}

/// Refuses two parts unless they are of one evaluation and the second begins where the first ends.
fn ensure_adjacent((before, a): &(&Path, EvaluationPart), (after, b): &(&Path, EvaluationPart)) -> Result<()> {
    let (before, after) = (before.display(), after.display());
    if !b.part.is_of_the_evaluation_of(&a.part) {
        return Err(Error::format(format!(
            "{before} and {after} are parts of different evaluations: other data, models or settings"
        )));
    }
    let (a, b) = (a.part.range(), b.part.range());
    if b.start < a.end {
        let (from, to) = (b.start, a.end.min(b.end));
        return Err(Error::format(format!("{before} and {after} both have the resamples {from}..{to}")));
    }
    if b.start > a.end {
        let (from, to) = (a.end, b.start);
        return Err(Error::format(format!("the resamples {from}..{to} are missing between {before} and {after}")));
    }
    Ok(())
}

/// Refuses merged parts that lack the first or the last resamples.
fn ensure_whole(part: &Part) -> Result<()> {
    let (wanted, found) = (part.header.inference.n_resamples(), part.range());
    let missing = |from: u64, to: u64| Error::format(format!("the resamples {from}..{to} of {wanted} are missing"));
    match (found.start, found.end) {
        (first @ 1.., _) => Err(missing(0, first)),
        (_, last) if last < wanted => Err(missing(last, wanted)),
        _ => Ok(()),
    }
}
