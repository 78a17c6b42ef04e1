//! Means over RDMs.

use std::{fmt, path::PathBuf};

use rsa_io::{LabelRole, RdmPlace};
use rsakit::{Error, Rdm, Result};
use serde::{Deserialize, Serialize};

use super::working_set::{WorkingRdm, WorkingSet};
use crate::{inputs::data_error, notes::Notes};

/// RDMs that are averaged with one another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeanUnit {
    /// All RDMs.
    #[default]
    All,
    /// RDMs at one place along the first axis of an array, such as the sessions of a subject.
    Axis0,
    /// RDMs of one file.
    File,
    /// RDMs of one name, in any file.
    Label,
    /// RDMs with one label in this file, which has a label for each RDM.
    Groups(PathBuf),
}

impl fmt::Display for MeanUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("mean"),
            Self::Axis0 => f.write_str("mean=axis0"),
            Self::File => f.write_str("mean=file"),
            Self::Label => f.write_str("mean=label"),
            Self::Groups(path) => write!(f, "mean-groups {}", path.display()),
        }
    }
}

/// Averages the RDMs of each group.
///
/// Directly after a rescaling, the mean of all RDMs has the weights of the rescaling.
pub(super) fn mean(set: WorkingSet, unit: &MeanUnit, notes: &mut Notes<'_>) -> Result<WorkingSet> {
    let WorkingSet { rdms, rescaled_mean } = set;
    if let (MeanUnit::All, Some(rdm)) = (unit, rescaled_mean) {
        if rdms.iter().any(|one| one.weight != 1.0) {
            let requirement = "left out where --mean follows --rescale, which has weights of its own";
            return Err(Error::invalid_parameter("--weights", requirement, "given"));
        }
        note_missing(&rdms.iter().collect::<Vec<_>>(), "mean", notes);
        notes.add("mean: weighted as --rescale weighs dissimilarities; its squares sum to 1");
        return Ok(WorkingSet::new(vec![unplaced("mean".to_owned(), rdm)]));
    }
    let keys = keys(&rdms, unit)?;
    let mut groups: Vec<(String, Vec<&WorkingRdm>)> = Vec::new();
    for (key, one) in keys.into_iter().zip(&rdms) {
        match groups.iter_mut().find(|(name, _)| *name == key) {
            Some((_, members)) => members.push(one),
            None => groups.push((key, vec![one])),
        }
    }
    if *unit != MeanUnit::All && groups.len() == rdms.len() {
        notes.add(format!("{unit}: each of the {} RDMs is a group of its own, so they stay as they are", rdms.len()));
    }
    let averaged = groups.into_iter().map(|(key, members)| {
        let name = name_of(&key, &members, unit);
        note_missing(&members, &name, notes);
        let weights: Vec<f64> = members.iter().map(|one| one.weight).collect();
        let all: Vec<&Rdm> = members.iter().map(|one| &one.rdm).collect();
        let rdm = Rdm::average(&all, &weights).map_err(|error| data_error(error.context(&name)))?;
        let first = members[0];
        let place = match unit {
            MeanUnit::Axis0 => RdmPlace {
                axes: first.place.axes.iter().take(1).copied().collect(),
                index: first.place.index.iter().take(1).copied().collect(),
                ..first.place.clone()
            },
            MeanUnit::File => RdmPlace { file: first.place.file.clone(), ..RdmPlace::default() },
            MeanUnit::All | MeanUnit::Label | MeanUnit::Groups(_) => return Ok(unplaced(name, rdm)),
        };
        Ok(WorkingRdm { input: first.input, stem: first.stem.clone(), place, ..unplaced(name, rdm) })
    });
    Ok(WorkingSet::new(averaged.collect::<Result<_>>()?))
}

fn unplaced(name: String, rdm: Rdm) -> WorkingRdm {
    WorkingRdm { name, is_renamed: false, stem: String::new(), input: 0, place: RdmPlace::default(), weight: 1.0, rdm }
}

/// Returns the key that the RDMs of one group share.
fn keys(rdms: &[WorkingRdm], unit: &MeanUnit) -> Result<Vec<String>> {
    let key = |one: &WorkingRdm| {
        let (input, RdmPlace { file, array, index, .. }) = (one.input, &one.place);
        match (unit, index.first()) {
            (MeanUnit::Label, _) => one.name.clone(),
            (MeanUnit::File, _) => format!("{input}/{file}"),
            (MeanUnit::Axis0, Some(first)) => format!("{input}/{file}::{array}[{first}]"),
            (MeanUnit::Axis0, None) => format!("{input}/{file}::{array}"),
            (MeanUnit::All | MeanUnit::Groups(_), _) => "mean".to_owned(),
        }
    };
    let MeanUnit::Groups(path) = unit else { return Ok(rdms.iter().map(key).collect()) };
    let labels = rsa_io::read_labels(path, LabelRole::Groups).map_err(data_error)?;
    match labels.len() == rdms.len() {
        true => Ok(labels),
        false => {
            let requirement = format!("a label for each of the {} RDMs, one a line in their order", rdms.len());
            Err(Error::invalid_parameter("--mean-groups", requirement, format_args!("{} labels", labels.len())))
        }
    }
}

/// Returns the name of the mean of `members`.
fn name_of(key: &str, members: &[&WorkingRdm], unit: &MeanUnit) -> String {
    let first = members[0];
    match unit {
        MeanUnit::Axis0 => {
            let (array, _) = first.name.rsplit_once('[').unwrap_or((&first.name, ""));
            first.place.index.first().map_or_else(|| first.name.clone(), |index| format!("{array}[{index}]"))
        }
        MeanUnit::File if first.stem.is_empty() => "mean".to_owned(),
        MeanUnit::File => first.stem.clone(),
        MeanUnit::All | MeanUnit::Label | MeanUnit::Groups(_) => key.to_owned(),
    }
}

/// Notes the pairs that some of the averaged RDMs lack.
fn note_missing(members: &[&WorkingRdm], name: &str, notes: &mut Notes<'_>) {
    if !members.iter().any(|one| one.rdm.has_missing()) {
        return;
    }
    let n_pairs = members[0].rdm.values().len();
    let n_missing = |pair: usize| members.iter().filter(|one| one.rdm.values()[pair].is_nan()).count();
    let in_some = (0..n_pairs).filter(|&pair| n_missing(pair) > 0).count();
    let in_all = (0..n_pairs).filter(|&pair| n_missing(pair) == members.len()).count();
    notes.add(format!(
        "{name}: {in_some} of {n_pairs} pairs are missing in some of the {} RDMs and are averaged over the others; {in_all} \
         are missing in all and stay missing",
        members.len()
    ));
}
