//! [`SubjectUnit`]: the rule that says which RDMs of the data are of one subject.

use std::{collections::HashSet, fmt};

use serde::{Deserialize, Serialize};

use super::repeated_data;
use crate::{notes::Notes, rdm_files::RdmFile};

/// Rule that says which RDMs of the data are of one subject.
///
/// RDMs of one subject are drawn and left out together, because they are not independent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectUnit {
    /// The first axis of each array: an array of shape 4 × 2 × L has four subjects with two RDMs each.
    #[default]
    Axis0,
    /// Each file, or each file of a folder.
    File,
    /// RDMs with one name, in any file.
    Label,
    /// Each RDM.
    Each,
}

impl SubjectUnit {
    /// Returns the word for the rule.
    pub fn word(self) -> &'static str {
        match self {
            Self::Axis0 => "axis0",
            Self::File => "file",
            Self::Label => "label",
            Self::Each => "each",
        }
    }

    /// Returns the subject of each RDM of the data, numbered from 0 in the order of first RDMs.
    pub(super) fn subjects(self, files: &[RdmFile]) -> Vec<usize> {
        let entries = files.iter().enumerate().flat_map(|(k, file)| file.rdms.iter().map(move |entry| (k, entry)));
        let keys = entries.enumerate().map(|(number, (k, entry))| {
            let (file, array) = (entry.place.file.as_str(), entry.place.array.as_str());
            match self {
                Self::Axis0 => SubjectKey::Place(k, file, array, entry.place.index.first().copied()),
                Self::File => SubjectKey::Place(k, file, "", None),
                Self::Label => SubjectKey::Name(&entry.name),
                Self::Each => SubjectKey::Number(number),
            }
        });
        number_by_first(keys)
    }

    /// Returns the subject of each RDM of the data, and notes how files with several RDMs are counted.
    pub(crate) fn subjects_noted(self, files: &[RdmFile], notes: &mut Notes<'_>) -> Vec<usize> {
        let numbers = self.subjects(files);
        let mut rest = numbers.as_slice();
        for file in files {
            let own;
            (own, rest) = rest.split_at(file.rdms.len());
            notes.add_all(self.note(file, own.iter().collect::<HashSet<_>>().len()));
        }
        notes.add_all(repeated_data::notes(files, &numbers));
        numbers
    }

    /// Returns a sentence on the subjects of a file that has several RDMs.
    fn note(self, file: &RdmFile, n_subjects: usize) -> Option<String> {
        let n_rdms = file.rdms.len();
        // A folder with one RDM a file, each a subject, is plain.
        let first = file.rdms.first().map(|entry| &entry.place)?;
        let files = number_by_first(file.rdms.iter().map(|entry| &entry.place.file));
        let n_files = files.last().map_or(0, |last| last + 1);
        if n_rdms < 2 || (n_files == n_rdms && n_subjects == n_rdms) {
            return None;
        }
        let is_stack = file.rdms.iter().any(|entry| entry.place.axes.len() > 1);
        let rule = match self {
            Self::Axis0 if is_stack => {
                "the first axis counts the subjects, and RDMs along further axes are of the same subject"
            }
            Self::Axis0 | Self::Each => "each RDM counts as one subject",
            Self::File => "all RDMs of a file are of one subject",
            Self::Label => "RDMs with one name are of one subject",
        };
        let one_array =
            file.rdms.iter().all(|entry| entry.place.array == first.array && entry.place.file == first.file);
        let whole = first.axes.iter().product::<usize>() == n_rdms;
        let shape = match one_array && is_stack && whole {
            true => format!(" ({})", first.axes.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")),
            false => String::new(),
        };
        let s = if n_subjects == 1 { "" } else { "s" };
        Some(format!(
            "{}: {n_rdms} RDMs{shape} are {n_subjects} subject{s}: {rule}; --subjects changes that",
            file.path
        ))
    }
}

impl fmt::Display for SubjectUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Key that the RDMs of one subject share.
#[derive(PartialEq)]
enum SubjectKey<'a> {
    Place(usize, &'a str, &'a str, Option<usize>),
    Name(&'a str),
    Number(usize),
}

/// Numbers keys from 0, equal ones alike, in the order of their first places.
pub(crate) fn number_by_first<K: PartialEq>(keys: impl IntoIterator<Item = K>) -> Vec<usize> {
    let mut known: Vec<K> = Vec::new();
    let number = |key: K| {
        known.iter().position(|other| *other == key).unwrap_or_else(|| {
            known.push(key);
            known.len() - 1
        })
    };
    keys.into_iter().map(number).collect()
}
