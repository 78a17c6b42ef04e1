//! Machine-readable output. A missing dissimilarity is `null`.

use serde::Serialize;

use crate::rdm::{Made, noise::Estimate};

#[derive(Serialize)]
struct Document<'a> {
    rsakit: &'static str,
    dissimilarity: String,
    n_conditions: usize,
    conditions: Option<&'a [String]>,
    rdms: Vec<Entry<'a>>,
    failures: Vec<Failure<'a>>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    values: Vec<Option<f64>>,
    noise: Option<&'a Estimate>,
}

#[derive(Serialize)]
struct Failure<'a> {
    name: &'a str,
    kind: &'static str,
    message: String,
}

pub(super) fn text(made: &Made) -> serde_json::Result<String> {
    let present = |&value: &f64| (!value.is_nan()).then_some(value);
    let rdms = made.rdms.iter().map(|made| Entry {
        name: &made.name,
        values: made.rdm.values().iter().map(present).collect(),
        noise: made.noise.as_ref(),
    });
    let failures = made.failures.iter().map(|failed| Failure {
        name: &failed.name,
        kind: failed.error.kind().name(),
        message: failed.error.to_string(),
    });
    let document = Document {
        rsakit: env!("CARGO_PKG_VERSION"),
        dissimilarity: made.dissimilarity.to_string(),
        n_conditions: made.conditions().count(),
        conditions: made.conditions().labels(),
        rdms: rdms.collect(),
        failures: failures.collect(),
        warnings: &made.notes,
    };
    Ok(serde_json::to_string(&document)? + "\n")
}
