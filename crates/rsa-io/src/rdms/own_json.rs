//! JSON texts of dissimilarity matrices: that of `rsakit rdm`, and exports of Meadows.

use std::{io::Read, path::Path};

use rsa_core::{Conditions, Error, Rdm, Result};
use serde_json::Value;

use super::{RdmPlace, file_rdms::FileRdms, meadows_json, reading::Treatment};
use crate::{
    formats::foreign,
    positioned::{PositionedFile, read_error, stem},
};

/// Reads the matrices of a JSON text that `rsakit rdm` or Meadows wrote.
///
/// # Errors
/// `Format` if it is another JSON text, naming the key that it lacks.
pub(super) fn read(path: &Path) -> Result<FileRdms> {
    let mut bytes = Vec::new();
    PositionedFile::open(path)?
        .cursor(0)
        .read_to_end(&mut bytes)
        .map_err(|error| read_error("reading the text", error))?;
    let json: Value = serde_json::from_slice(&bytes).map_err(|error| Error::format(format!("is no JSON: {error}")))?;
    if let Some(tasks) = meadows_json::tasks(&json) {
        return meadows_json::read(path, &tasks);
    }
    let listed = json.get("rdms").and_then(Value::as_array).filter(|_| json.get("n_conditions").is_some());
    let listed = listed.ok_or_else(|| other(path, "it has no keys 'n_conditions' and 'rdms'"))?;
    let mut found =
        FileRdms { places: RdmPlace::all(&stem(path), &[listed.len(), 0], listed.len()), ..FileRdms::default() };
    let labels = labels(&json)?;
    for (k, entry) in listed.iter().enumerate() {
        let name = entry.get("name").and_then(Value::as_str);
        let values = entry.get("values").and_then(Value::as_array);
        let (Some(name), Some(values)) = (name, values) else {
            return Err(other(path, &format!("RDM {k} has no keys 'name' and 'values'")));
        };
        let rdm = rdm(entry, values).and_then(|rdm| match &labels {
            Some(labels) => rdm.with_conditions(labels.clone()),
            None => Ok(rdm),
        });
        found.rdms.push((name.to_owned(), rdm.map_err(|error| error.context(format!("RDM '{name}'")))?));
        found.treatments.push(Treatment::default());
    }
    match found.rdms.is_empty() {
        true => Err(Error::format("holds no dissimilarity matrix")),
        false => Ok(found),
    }
}

fn rdm(entry: &Value, values: &[Value]) -> Result<Rdm> {
    let number = |value: &Value| match value {
        Value::Null => Ok(f64::NAN),
        other => other.as_f64().ok_or_else(|| Error::format(format!("'{other}' is no dissimilarity"))),
    };
    // Versions without `rounding` wrote values alone.
    let rounding = entry.get("rounding").map_or(Ok(0.0), number)?;
    Rdm::new(values.iter().map(number).collect::<Result<_>>()?)?.with_rounding(rounding)
}

fn labels(json: &Value) -> Result<Option<Conditions>> {
    let Some(listed) = json.get("conditions").filter(|labels| !labels.is_null()) else { return Ok(None) };
    let texts = listed.as_array().and_then(|labels| labels.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
    match texts {
        Some(labels) => Ok(Some(Conditions::labeled(labels))),
        None => Err(Error::format("'conditions' is no list of labels")),
    }
}

/// Returns the error of JSON that `rsakit rdm` has not written.
fn other(path: &Path, reason: &str) -> Error {
    let error = Error::format(format!("is no JSON of `rsakit rdm`: {reason}"));
    match foreign::refuse(path) {
        Some(remedy) => Error::format(format!("{error}; {remedy}")),
        None => error,
    }
}
