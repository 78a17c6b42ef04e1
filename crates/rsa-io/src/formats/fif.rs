//! FIF: trials (`-epo.fif`) and averages (`-ave.fif`) of MEG and EEG, as MNE and the programs of Neuromag write them.
//!
//! A value is the number in the file times the factor `cal` of its channel. The factor `range` is of raw data: the
//! numbers of trials and averages do not have it, and MNE does not multiply by it either.

mod averages;
mod fif_tags;
mod measurement;
mod trial_files;

use std::path::{Path, PathBuf};

use rsa_core::{Error, Result};

use self::fif_tags::{FifBlock, FifFile, block};
use super::foreign::trials_of_raw;
use crate::{
    contents::Contents,
    format::FileFormat,
    options::OpenOptions,
    positioned::{extension, stem},
    sensors::{Epochs, list_layers},
};

/// The format `.fif`, compressed too.
pub(crate) struct FifFormat;

impl FileFormat for FifFormat {
    fn name(&self) -> &'static str {
        "FIF"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["fif", "fif.gz"]
    }

    fn names_arrays(&self) -> bool {
        true
    }

    fn is_beside_another(&self, path: &Path) -> bool {
        is_continuation(path)
    }

    fn companions(&self, path: &Path) -> Vec<PathBuf> {
        trial_files::continuations(path)
    }

    fn is_of_sensors(&self) -> bool {
        true
    }

    fn open_epochs(&self, path: &Path, _: &OpenOptions) -> Result<Epochs> {
        let file = FifFile::open(path)?;
        if file.root.find(block::EPOCHS).is_some() {
            return trial_files::open(path, file);
        }
        if file.root.find(block::EVOKED).is_some() {
            return averages::open(path, &file);
        }
        Err(refuse(path, &file.root))
    }

    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Contents> {
        list_layers(path, self.open_epochs(path, options)?, options)
    }
}

/// Returns `true` if the file holds the later trials of another one that is beside it, by their names: `x-epo-1.fif` of
/// `x-epo.fif`, `x_split-02_epo.fif` of `x_split-01_epo.fif`.
fn is_continuation(path: &Path) -> bool {
    let (name, kind) = (stem(path), extension(path));
    let numbered = name.rsplit_once('-').filter(|(_, number)| !number.is_empty() && is_digits(number));
    let first = match (numbered, name.split_once("_split-")) {
        (Some((first, _)), _) => first.to_owned(),
        (None, Some((before, after))) => {
            let digits = after.find(|character: char| !character.is_ascii_digit()).unwrap_or(after.len());
            match after[..digits].trim_start_matches('0') {
                "" | "1" => return false,
                _ => format!("{before}_split-{:0digits$}{}", 1, &after[digits..]),
            }
        }
        (None, None) => return false,
    };
    path.with_file_name(format!("{first}.{kind}")).is_file()
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the error of a file without trials and averages.
fn refuse(path: &Path, root: &FifBlock) -> Error {
    let has = |id: i32| root.find(id).is_some();
    let raw = [block::RAW, block::CONTINUOUS, block::SHIELDED_RAW];
    if raw.into_iter().any(has) {
        return Error::format(format!(
            "is a continuous recording, whose samples are no conditions; make trials of it in Python: {}",
            trials_of_raw("read_raw_fif", path)
        ));
    }
    let kinds = [
        (block::COVARIANCE, "a noise covariance"),
        (block::FORWARD, "a forward solution"),
        (block::INVERSE, "an inverse operator"),
        (block::SOURCES, "a source space"),
        (block::ICA, "independent components"),
        (block::BEM, "a model of the head"),
        (block::EVENTS, "events"),
    ];
    let found = kinds.into_iter().find(|(id, _)| has(*id)).map_or("other things", |(_, name)| name);
    Error::format(format!(
        "holds {found} and no trials or averages; FIF files of epochs (-epo.fif) and evoked responses (-ave.fif) are read"
    ))
}

#[cfg(test)]
mod tests;
