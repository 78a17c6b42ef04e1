//! Multiple arrangements in the JSON of Meadows: the tasks of one participant.

use std::path::Path;

use rsa_core::{Conditions, Error, Rdm, Result};
use serde_json::Value;

use super::{RdmPlace, file_rdms::FileRdms, reading::Treatment};
use crate::formats::mat::{participant_of_file, stimulus};

/// The type of the tasks that give dissimilarities.
const ARRANGEMENT: &str = "multiarrange";

/// Returns the tasks of an export, if `json` is one: all tasks of a participant, or one task alone.
pub(super) fn tasks(json: &Value) -> Option<Vec<&Value>> {
    match json.get("tasks") {
        Some(tasks) => Some(tasks.as_array()?.iter().collect()),
        None => json.get("task").and_then(|task| task.get("task_type")).map(|_| vec![json]),
    }
}

/// Reads the dissimilarities of every arrangement among `tasks`.
///
/// # Errors
/// `Format` if there is none, or one without stimuli or dissimilarities; `ShapeMismatch` for another number of pairs.
pub(super) fn read(path: &Path, tasks: &[&Value]) -> Result<FileRdms> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let is_arrangement = |task: &&&Value| text(&task["task"], "task_type").as_deref() == Some(ARRANGEMENT);
    let arrangements: Vec<_> = tasks.iter().filter(is_arrangement).collect();
    let mut found = FileRdms::default();
    for (k, task) in arrangements.iter().enumerate() {
        let name = text(&task["task"], "name").unwrap_or_else(|| format!("task {k}"));
        let named = |error: Error| error.context(format!("task '{name}'"));
        let rdm = arrangement(task).map_err(named)?;
        let own = match participant_of_file(path) {
            Some(participant) if arrangements.len() == 1 => participant,
            Some(participant) => format!("{participant} {name}"),
            None => name,
        };
        found.rdms.push((own, rdm));
        found.treatments.push(Treatment::default());
    }
    found.places = RdmPlace::all("tasks", &[arrangements.len(), 0], arrangements.len());
    match found.rdms.is_empty() {
        true => {
            Err(Error::format("is an export of Meadows without a multiple arrangement, and so without dissimilarities"))
        }
        false => Ok(found),
    }
}

fn arrangement(task: &Value) -> Result<Rdm> {
    let list = |key: &str| {
        let list = task.get(key).and_then(Value::as_array);
        list.ok_or_else(|| Error::format(format!("has no list '{key}'; export the file again")))
    };
    let names = list("stimuli")?.iter().map(|entry| entry.get("name").and_then(Value::as_str).map(stimulus));
    let stimuli: Vec<String> =
        names.collect::<Option<_>>().ok_or_else(|| Error::format("has a stimulus without a name"))?;
    let number = |value: &Value| match value {
        Value::Null => Ok(f64::NAN),
        other => other.as_f64().ok_or_else(|| Error::format(format!("'{other:.40}' is no dissimilarity"))),
    };
    let values = list("rdm")?.iter().map(number).collect::<Result<Vec<f64>>>()?;
    let n_pairs = stimuli.len() * stimuli.len().saturating_sub(1) / 2;
    if values.len() != n_pairs {
        return Err(Error::shape_mismatch(format!(
            "{} dissimilarities for {} stimuli, which have {n_pairs} pairs; export the file again",
            values.len(),
            stimuli.len()
        )));
    }
    Rdm::new(values)?.with_conditions(Conditions::labeled(stimuli))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::Path};

    use serde::Deserialize;

    use crate::{OpenOptions, StoredRdms, read_rdms, tests::samples::folder};

    /// Matrices that rsatoolbox reads in a file, by `tests/data/make_meadows.py`.
    #[derive(Deserialize)]
    struct Golden {
        values: Vec<Vec<f64>>,
        conditions: Vec<String>,
        participants: Vec<String>,
        tasks: Option<Vec<String>>,
    }

    fn data(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/meadows").join(name)
    }

    fn read(path: &Path) -> rsa_core::Result<StoredRdms> {
        read_rdms(path.to_str().unwrap(), &OpenOptions::default())
    }

    #[test]
    fn matrices_are_those_of_rsatoolbox() {
        let goldens: BTreeMap<String, Golden> =
            serde_json::from_str(&std::fs::read_to_string(data("goldens.json")).unwrap()).unwrap();
        assert_eq!(goldens.len(), 3);
        for (file, golden) in goldens {
            let stored = read(&data(&file)).unwrap();
            assert!(stored.warnings.is_empty(), "{file}: {:?}", stored.warnings);
            assert_eq!(stored.rdms.len(), golden.values.len(), "{file}");
            for (k, (name, rdm)) in stored.rdms.iter().enumerate() {
                assert_eq!(rdm.values(), golden.values[k], "{file}");
                assert_eq!(rdm.conditions().labels().unwrap(), golden.conditions, "{file}");
                let participant = &golden.participants[k];
                let tasks = golden.tasks.as_ref().filter(|_| file.ends_with(".json"));
                let expected = tasks.map_or(participant.clone(), |tasks| format!("{participant} {}", tasks[k]));
                assert_eq!(*name, expected, "{file}");
            }
        }
    }

    #[test]
    fn exports_without_matching_numbers_are_errors() {
        let task = |kind: &str, stimuli: &str, rdm: &str| {
            format!(r#"{{"task": {{"name": "ma", "task_type": "{kind}"}}, "stimuli": [{stimuli}], "rdm": {rdm}}}"#)
        };
        let two = r#"{"name": "a.png"}, {"name": "b.png"}"#;
        let message = |text: String| {
            let folder = folder(&[("x.json", text)]);
            read(&folder.path().join("x.json")).map(|stored| stored.rdms).map_err(|error| error.to_string())
        };
        let one = message(task("multiarrange", two, "[0.5]")).unwrap();
        assert_eq!((one[0].0.as_str(), one[0].1.values()), ("ma", [0.5].as_slice()));
        for (text, expected) in [
            (task("multiarrange", two, "[0.5, 1]"), "task 'ma': 2 dissimilarities for 2 stimuli, which have 1 pairs"),
            (task("multiarrange", "{}", "[]"), "has a stimulus without a name"),
            (task("multiarrange", two, "7"), "has no list 'rdm'"),
            (task("multiarrange", two, "[\"x\"]"), "is no dissimilarity"),
            (task("info", two, "[0.5]"), "an export of Meadows without a multiple arrangement"),
            (r#"{"tasks": []}"#.to_owned(), "an export of Meadows without a multiple arrangement"),
            (r#"{"tasks": 3}"#.to_owned(), "is no JSON of `rsakit rdm`"),
        ] {
            let error = message(text).unwrap_err();
            assert!(error.contains(expected) && error.contains("x.json"), "{error}");
        }
    }
}
