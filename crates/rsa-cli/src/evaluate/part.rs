//! Parts of an evaluation: some of its resamples, in a file.

use std::path::{Path, PathBuf};

use ndarray::Array2;
use rsa_io::PartFile;
use rsakit::stats::{Evaluation, Part, PartHeader};
use serde::{Serialize, de::DeserializeOwned};

use super::Origin;
use crate::{output::Output, verdict::Failure};

/// What kind of part it is, in its file.
pub(crate) const KIND: &str = "evaluation";

/// Scores by subject, the same without some conditions (in one part alone), and the numbers of the resamples.
const SUBJECTS: &str = "subjects";
const LEFT_OUT: &str = "left_out";
const DRAWS: &str = "draws";

/// What a part says of itself, and of where it is from.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    header: &'a PartHeader,
    #[serde(flatten)]
    origin: &'a Origin,
}

pub(super) fn write(part: &Part, origin: &Origin, output: &Output) -> Result<(), Failure> {
    let written = Written { header: &part.header, origin };
    let header = serde_json::to_string(&written).map_err(Failure::impossible)?;
    let mut matrices = vec![(SUBJECTS, part.subjects.view()), (DRAWS, part.draws.view())];
    if part.left_out.nrows() > 0 {
        matrices.push((LEFT_OUT, part.left_out.view()));
    }
    output.write_with(|file| rsa_io::write_part(file, KIND, &header, &matrices))
}

/// Puts parts together; where they are from is what the first says, since files may have other paths on other machines.
pub(super) fn merge(files: Vec<(PathBuf, PartFile)>) -> Result<(Evaluation, Origin), Failure> {
    let origin = files.first().map(|(path, file)| header(path, file)).transpose()?.unwrap_or_default();
    let mut parts =
        files.into_iter().map(|(path, file)| Ok((part(&path, file)?, path))).collect::<Result<Vec<_>, _>>()?;
    parts.sort_by_key(|(part, _)| part.header.first);
    for pair in parts.windows(2) {
        let [(a, before), (b, after)] = pair else { continue };
        let (before, after) = (before.display(), after.display());
        if !b.is_of_the_evaluation_of(a) {
            return Err(Failure::impossible(format_args!(
                "{before} and {after} are parts of different evaluations: other data, models or settings"
            )));
        }
        let end = a.header.first.saturating_add(a.draws.nrows() as u64);
        if b.header.first < end {
            let (from, to) = (b.header.first, end.min(b.header.first.saturating_add(b.draws.nrows() as u64)));
            return Err(Failure::impossible(format_args!("{before} and {after} both have the resamples {from}..{to}")));
        }
        if b.header.first > end {
            let from = b.header.first;
            return Err(Failure::impossible(format_args!(
                "the resamples {end}..{from} are missing between {before} and {after}"
            )));
        }
    }
    let merged = Part::merge(parts.into_iter().map(|(part, _)| part).collect()).map_err(Failure::impossible)?;
    let (wanted, first) = (merged.header.inference.n_resamples(), merged.header.first);
    let last = first.saturating_add(merged.draws.nrows() as u64);
    if first > 0 {
        return Err(Failure::impossible(format_args!("the resamples 0..{first} of {wanted} are missing")));
    }
    if last < wanted {
        return Err(Failure::impossible(format_args!("the resamples {last}..{wanted} of {wanted} are missing")));
    }
    Ok((merged.conclude().map_err(Failure::impossible)?, origin))
}

fn part(path: &Path, file: PartFile) -> Result<Part, Failure> {
    let damaged = |what: &str| Failure::impossible(format_args!("{}: {what}; write the part again", path.display()));
    let header = header(path, &file)?;
    let find = |name: &str| {
        let found = file.matrices.iter().find(|(found, _)| found == name);
        found.map(|(_, matrix)| matrix.clone())
    };
    let matrix = |name: &str| find(name).ok_or_else(|| damaged(&format!("it has no array '{name}'")));
    let subjects = matrix(SUBJECTS)?;
    let left_out = find(LEFT_OUT).unwrap_or_else(|| Array2::zeros((0, subjects.ncols())));
    Ok(Part { header, subjects, left_out, draws: matrix(DRAWS)? })
}

/// What the header says of a part, or of where it is from.
fn header<T: DeserializeOwned>(path: &Path, file: &PartFile) -> Result<T, Failure> {
    let damaged = |error| format!("{}: its header is damaged ({error}); write the part again", path.display());
    serde_json::from_str(&file.header).map_err(|error| Failure::impossible(damaged(error)))
}
