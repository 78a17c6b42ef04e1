//! Parts of an evaluation: some of its resamples, in a file.

use std::path::{Path, PathBuf};

use rsa_io::PartFile;
use rsakit::stats::{Evaluation, Part, PartHeader};
use serde::{Serialize, de::DeserializeOwned};

use super::Origin;
use crate::{output::Output, verdict::Failure};

/// What kind of part it is, in its file.
pub(crate) const KIND: &str = "evaluation";

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
    output.write_with(|file| rsa_io::write_part(file, KIND, &header, &part.tables()))
}

/// Puts parts together; where they are from is what the first says, since files may have other paths on other machines.
pub(super) fn merge(files: Vec<(PathBuf, PartFile)>) -> Result<(Evaluation, Origin), Failure> {
    let origin = files.first().map(|(path, file)| header(path, file)).transpose()?.unwrap_or_default();
    let mut parts = files
        .into_iter()
        .map(|(path, file)| Ok::<_, Failure>((part(&path, file)?, path)))
        .collect::<Result<Vec<_>, Failure>>()?;
    parts.sort_by_key(|(part, _)| part.header.first);
    for pair in parts.windows(2) {
        let [(a, before), (b, after)] = pair else { continue };
        let (before, after) = (before.display(), after.display());
        if !b.is_of_the_evaluation_of(a) {
            return Err(Failure::impossible(format_args!(
                "{before} and {after} are parts of different evaluations: other data, models or settings"
            )));
        }
        let end = a.range().end;
        if b.header.first < end {
            let (from, to) = (b.header.first, end.min(b.range().end));
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
    let last = merged.range().end;
    if first > 0 {
        return Err(Failure::impossible(format_args!("the resamples 0..{first} of {wanted} are missing")));
    }
    if last < wanted {
        return Err(Failure::impossible(format_args!("the resamples {last}..{wanted} of {wanted} are missing")));
    }
    Ok((merged.conclude().map_err(Failure::impossible)?, origin))
}

fn part(path: &Path, file: PartFile) -> Result<Part, Failure> {
    let header = header(path, &file)?;
    Part::from_tables(header, file.matrices).map_err(|error| Failure::impossible(error.context(path.display())))
}

/// What the header says of a part, or of where it is from.
fn header<T: DeserializeOwned>(path: &Path, file: &PartFile) -> Result<T, Failure> {
    let damaged = |error| format!("{}: its header is damaged ({error}); write the part again", path.display());
    serde_json::from_str(&file.header).map_err(|error| Failure::impossible(damaged(error)))
}
