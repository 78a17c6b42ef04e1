//! Commands that fit a file.

use super::FileInfo;
use crate::document::quote_argument;

/// Returns the word for data of which a file of `format` may be a mask or an atlas.
fn brain_data(format: &str) -> Option<&'static str> {
    match format {
        "NIfTI" => Some("VOLUMES"),
        "CIFTI-2" | "GIfTI" => Some("MAPS"),
        _ => None,
    }
}

/// Returns the commands that begin with what a file holds, as they are typed in a POSIX shell.
pub(super) fn fitting(info: &FileInfo) -> Vec<String> {
    let file = quote_argument(&info.name);
    let mut commands = Vec::new();
    if info.part.is_some() {
        return vec![format!("rsakit merge {file} OTHER_PARTS")];
    }
    if let Some(rdms) = &info.rdms {
        let few = if rdms.names.len() == 1 { String::new() } else { " --layers NAME".to_owned() };
        commands.push(format!("rsakit mds --rdm {file}{few}"));
        if rdms.names.len() > 1 {
            commands.push(format!("rsakit compare --rdm {file}"));
        }
        commands.push(format!("rsakit evaluate --data {file} --models MODELS"));
        commands.push(format!("rsakit regress --data {file} --models MODELS"));
    }
    if let [volume] = info.layers.as_slice()
        && volume.n_conditions == 1
        && let Some(data) = brain_data(&info.format)
    {
        return vec![format!("rsakit rdm {data} --mask {file}"), format!("rsakit rdm {data} --roi {file}")];
    }
    if let Some(first) = info.layers.first() {
        if info.layers.len() > 1 {
            commands.push(format!("rsakit compare {file}"));
        }
        let labels = if first.labels.is_none() { " --conditions LABELS" } else { "" };
        let repeats = first.labels.as_ref().is_some_and(|labels| labels.n_distinct < labels.count);
        commands.push(match (first.n_runs, repeats) {
            (Some(2..), _) => format!("rsakit rdm {file}{labels} --dissimilarity crossnobis"),
            (_, true) => format!("rsakit rdm {file} --runs RUNS --dissimilarity crossnobis"),
            _ => format!("rsakit rdm {file}{labels} --dissimilarity correlation"),
        });
    }
    if info.labels.is_some() {
        commands.push(format!("rsakit rdm PATTERNS --conditions {file}"));
        commands.push(format!("rsakit mds --rdm RDMS --groups {file}"));
        let name = info.name.to_lowercase();
        if name.ends_with(".csv") || name.ends_with(".tsv") {
            commands.push(format!("rsakit model --category {file}::COLUMN"));
        }
    }
    commands
}
