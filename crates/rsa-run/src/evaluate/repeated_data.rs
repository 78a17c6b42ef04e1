//! Notes on data that are given twice.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

use crate::rdm_files::{RdmFile, place};

/// Most pairs of equal RDMs that a note names.
const MOST_NAMED: usize = 3;

/// Returns notes on files that are given twice as data, and on RDMs that are bit for bit those of others.
///
/// `subjects` has the subject of each RDM.
pub(super) fn notes(files: &[RdmFile], subjects: &[usize]) -> Vec<String> {
    let mut notes = Vec::new();
    let canonical = |file: &RdmFile| Path::new(&file.path).canonicalize().unwrap_or_else(|_| file.path.clone().into());
    let mut paths = Vec::new();
    for file in files {
        let path = canonical(file);
        if paths.contains(&path) {
            notes.push(format!("{}: given twice as data; its RDMs count again, as other subjects", file.path));
        }
        paths.push(path);
    }
    let all = files.iter().zip(&paths).flat_map(|(file, path)| file.rdms.iter().map(move |entry| (file, path, entry)));
    let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::new();
    let all: Vec<_> = all.collect();
    let mut equal: Vec<[usize; 2]> = Vec::new();
    for (k, (_, path, entry)) in all.iter().enumerate() {
        let bits = |of: usize| all[of].2.rdm.values().iter().map(|value| value.to_bits());
        let mut hasher = DefaultHasher::new();
        bits(k).for_each(|bits| bits.hash(&mut hasher));
        let others = by_hash.entry(hasher.finish()).or_default();
        if let Some(&other) = others.iter().find(|&&other| bits(other).eq(bits(k))) {
            // A file that is given twice has a note of its own.
            let is_same_file = all[other].1 == *path && all[other].2.name == entry.name;
            if !is_same_file {
                equal.push([other, k]);
            }
        } else {
            others.push(k);
        }
    }
    if let Some(note) = equality_note(&equal, subjects, |k| place(&all[k].0.path, &all[k].2.name)) {
        notes.push(note);
    }
    notes
}

/// Returns a note on pairs of equal RDMs, if there are any.
fn equality_note(equal: &[[usize; 2]], subjects: &[usize], name: impl Fn(usize) -> String) -> Option<String> {
    if equal.is_empty() {
        return None;
    }
    let named = equal.iter().take(MOST_NAMED).map(|&[a, b]| format!("'{}' equals '{}'", name(b), name(a)));
    let mut named: Vec<_> = named.collect();
    if equal.len() > MOST_NAMED {
        named.push(format!("{} more", equal.len() - MOST_NAMED));
    }
    let counted = match equal.iter().all(|&[a, b]| subjects[a] == subjects[b]) {
        true => "count as RDMs of one subject",
        false => "count as different subjects, which makes standard errors too small",
    };
    Some(format!("some RDMs of the data are the same bit for bit ({}); they {counted}", named.join(", ")))
}
