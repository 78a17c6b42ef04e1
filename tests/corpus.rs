//! Tests of every case of `corpus/*.toml`: two inputs, a measure, and the score or error that its definition gives.
//!
//! The files do not depend on the language; each number has its origin beside it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use ndarray::Array2;
use rsakit::{Measure, Representation, core::AnyMeasure};
use serde::Deserialize;

/// Largest error of a score, unless the case has a tolerance of its own.
const TOLERANCE: f64 = 1e-10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "origin")]
    _origin: String,
    x: Vec<Vec<f64>>,
    y: Vec<Vec<f64>>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    measure: String,
    value: Option<f64>,
    error: Option<String>,
    tolerance: Option<f64>,
    origin: String,
    #[serde(default)]
    circulating: Vec<Circulating>,
}

/// The value that published implementations with a known defect return.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Circulating {
    what: String,
    value: f64,
}

fn representation(rows: &[Vec<f64>]) -> Representation {
    let values = rows.iter().flatten().copied().collect();
    Representation::new(Array2::from_shape_vec((rows.len(), rows[0].len()), values).unwrap()).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn read(path: &Path) -> File {
    toml::from_str(&fs::read_to_string(path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns all files of the corpus with their names, in a fixed order.
fn files() -> impl Iterator<Item = (String, File)> {
    let mut paths: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    paths.into_iter().map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), read(&path)))
}

/// Returns `true` if `measure` gives another answer than the corpus has for `spec`.
pub(crate) fn disagrees(spec: &str, measure: &AnyMeasure) -> bool {
    files().any(|(_, file)| {
        let (x, y) = (representation(&file.x), representation(&file.y));
        file.case.iter().any(|case| case.measure == spec && disagreement(case, measure, &x, &y).is_some())
    })
}

/// Describes the fault in the answer of `measure` to a case, if there is one.
fn disagreement(case: &Case, measure: &AnyMeasure, x: &Representation, y: &Representation) -> Option<String> {
    assert!(!case.origin.is_empty(), "{}: a number without origin", case.measure);
    let score = measure.score(x, y);
    match (&case.value, &case.error, score) {
        (Some(expected), None, Ok(score)) => {
            let off = (score - expected).abs();
            (off.is_nan() || off > case.tolerance.unwrap_or(TOLERANCE))
                .then(|| format!("{score}, expected {expected}, off by {off:e}{}", known_defect(case, score)))
        }
        (Some(expected), None, Err(error)) => Some(format!("{error:?}, expected {expected}")),
        (None, Some(kind), Err(error)) => (error.kind().name() != kind).then(|| format!("{error:?}, expected {kind}")),
        (None, Some(kind), Ok(score)) => Some(format!("{score}, expected {kind}")),
        _ => Some("a case has either a value or an error".to_owned()),
    }
}

/// Names the circulating defect that gives this score, if one does.
fn known_defect(case: &Case, score: f64) -> String {
    let mut same = case.circulating.iter().filter(|defect| (defect.value - score).abs() < 1e-6);
    same.next().map_or_else(String::new, |defect| format!(": {}", defect.what))
}

#[test]
fn every_known_value_comes_out() {
    let (mut count, mut wrong) = (0, Vec::new());
    for (name, file) in files() {
        let (x, y) = (representation(&file.x), representation(&file.y));
        for case in &file.case {
            count += 1;
            let measure = case.measure.parse::<rsakit::MeasureSpec>().unwrap().measure();
            wrong.extend(disagreement(case, &measure, &x, &y).map(|what| format!("{name}, {}: {what}", case.measure)));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 600, "only {count} cases were read");
}

#[test]
fn the_defects_that_circulate_would_be_noticed() {
    let mut count = 0;
    for (name, file) in files() {
        for case in &file.case {
            for Circulating { what, value } in &case.circulating {
                count += 1;
                assert!((case.value.unwrap() - value).abs() > 1e-6, "{name}, {}: {what} passes", case.measure);
            }
        }
    }
    assert!(count > 25, "only {count} defects are listed");
}

#[test]
fn every_entry_of_the_catalogue_has_a_known_value() {
    let known = |name: &str, measure: &str| {
        let file = read(&folder().join(name));
        // Five folds of the twelve conditions of `tall` have no correlation, and the error is the answer.
        let answers = |case: &Case| case.value.is_some() || name == "tall.toml" && measure.starts_with("predict");
        file.case.iter().any(|case| case.measure == measure && answers(case))
    };
    for spec in rsakit::catalogue() {
        for file in ["tall.toml", "golden.toml"] {
            assert!(known(file, &spec.to_string()), "{file} has no value of {spec}");
        }
    }
}

#[test]
fn participation_ratios_of_the_golden_pair_are_known() {
    // NumPy, from the centered Gram matrix; the unbiased one from its sums over pairs of different conditions.
    let file = read(&folder().join("golden.toml"));
    let [x, y] = [file.x, file.y].map(|rows| rsakit::core::ParticipationRatio::new(&representation(&rows)).unwrap());
    assert!((x.plain - 9.15079136).abs() < 1e-8 && (y.plain - 8.91725058).abs() < 1e-8, "{x:?} {y:?}");
    assert!((x.unbiased.unwrap() - 10.10241484).abs() < 1e-8, "{x:?}");
}
