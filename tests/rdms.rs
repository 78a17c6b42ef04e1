//! Tests of every case of `corpus/rdms/*.toml`: RDMs of measurements, covariances of noise, comparisons of RDMs.
//!
//! The files do not depend on the language; each number has its origin beside it.

use std::{collections::BTreeMap, fs, path::Path};

use ndarray::Array2;
use rsakit::{
    Rdm, Result,
    core::{CovarianceEstimator, Grid, Measurements, Precision, condition_covariance},
    spec::{ComparisonSpec, RdmSpec},
    stats::{AnyComparison, AnyReading, Comparison, ConditionCovariance},
};
use serde::{Deserialize, de::DeserializeOwned};

const TOLERANCE: f64 = 1e-10;

type Rows = Vec<Vec<f64>>;

fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/rdms").join(name);
    toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn matrix(rows: &Rows) -> Array2<f64> {
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

#[track_caller]
fn close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < TOLERANCE * expected.abs().max(1.0), "{what}: {found}, expected {expected}");
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dissimilarities {
    precision: Rows,
    data: BTreeMap<String, Observations>,
    case: Vec<RdmCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Observations {
    conditions: Vec<String>,
    runs: Vec<String>,
    values: Rows,
}

impl Observations {
    fn measurements(&self) -> Measurements {
        let measurements = Measurements::new(matrix(&self.values), self.conditions.clone()).unwrap();
        measurements.with_runs(self.runs.clone()).unwrap()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RdmCase {
    data: String,
    dissimilarity: String,
    #[serde(default)]
    precision: bool,
    values: Vec<f64>,
    origin: String,
}

#[test]
fn every_known_rdm_comes_out() {
    let file: Dissimilarities = read("dissimilarities.toml");
    let precision = Precision::new(matrix(&file.precision)).unwrap();
    let mut words: Vec<String> = Vec::new();
    for case in &file.case {
        let measurements = file.data[&case.data].measurements();
        let spec: RdmSpec = case.dissimilarity.parse().unwrap();
        let rdm = spec.rdm_of_measurements(&measurements, case.precision.then_some(&precision)).unwrap();
        assert_eq!(rdm.conditions().labels().unwrap(), ["owl", "cat", "dog", "elk", "bee"], "never sorted");
        close(rdm.values(), &case.values, &format!("{} of {} data, {}", case.dissimilarity, case.data, case.origin));
        words.push(case.dissimilarity.split('(').next().unwrap().to_owned());
    }
    words.sort();
    words.dedup();
    let all = [
        "correlation",
        "cosine",
        "crossnobis",
        "euclidean",
        "mahalanobis",
        "manhattan",
        "poisson",
        "squared-euclidean",
    ];
    assert_eq!(words, all, "every dissimilarity has a known value");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Covariances {
    conditions: Vec<String>,
    runs: Vec<String>,
    values: Rows,
    precision: Rows,
    case: Vec<CovarianceCase>,
    between_conditions: Vec<BetweenConditions>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CovarianceCase {
    about: String,
    estimator: String,
    degrees_of_freedom: f64,
    matrix: Rows,
    origin: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BetweenConditions {
    precision: bool,
    matrix: Rows,
    origin: String,
}

#[test]
fn every_known_covariance_comes_out() {
    let Covariances { conditions, runs, values, precision, case, between_conditions } = read("covariances.toml");
    let values = matrix(&values);
    let measurements = Measurements::new(values.clone(), conditions).unwrap().with_runs(runs).unwrap();
    let residuals = &values - &values.mean_axis(ndarray::Axis(0)).unwrap();
    for case in case {
        let estimator = match case.estimator.as_str() {
            "full" => CovarianceEstimator::Full,
            "diagonal" => CovarianceEstimator::Diagonal,
            "shrinkage-identity" => CovarianceEstimator::ShrinkageIdentity,
            "shrinkage-diagonal" => CovarianceEstimator::ShrinkageDiagonal,
            other => panic!("{other}"),
        };
        let covariance = match case.about.as_str() {
            "residuals" => estimator.estimate_from_residuals(residuals.view(), case.degrees_of_freedom),
            "conditions" => estimator.estimate_within_conditions(&measurements),
            "runs" => estimator.estimate_within_runs(&measurements),
            other => panic!("{other}"),
        };
        let covariance = covariance.unwrap();
        assert_eq!(covariance.degrees_of_freedom(), Some(case.degrees_of_freedom));
        close(&covariance.matrix().into_raw_vec_and_offset().0, &case.matrix.concat(), &case.origin);
    }
    for case in between_conditions {
        let precision = case.precision.then(|| Precision::new(matrix(&precision)).unwrap());
        let covariance = condition_covariance(&measurements, precision.as_ref()).unwrap();
        close(&covariance.into_raw_vec_and_offset().0, &case.matrix.concat(), &case.origin);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Comparisons {
    condition_covariance: Rows,
    data: BTreeMap<String, Rdms>,
    case: Vec<ComparisonCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rdms {
    rows: Rows,
    columns: Rows,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ComparisonCase {
    data: String,
    comparison: String,
    #[serde(default)]
    condition_covariance: bool,
    values: Rows,
    origin: String,
}

/// Compares all rows with all columns, at once and one by one.
fn compare_all(comparison: &AnyComparison, rdms: &Rdms) -> Grid<Result<f64>> {
    let read = |rows: &Rows| -> Vec<AnyReading> {
        let rdms: Vec<Rdm> = rows.iter().map(|row| Rdm::new(row.clone()).unwrap()).collect();
        comparison.read_all(&rdms).into_iter().collect::<Result<_>>().unwrap()
    };
    let (rows, columns) = (read(&rdms.rows), read(&rdms.columns));
    let grid = comparison.compare_all(&rows.iter().collect::<Vec<_>>(), &columns.iter().collect::<Vec<_>>());
    for (i, row) in rows.iter().enumerate() {
        for (j, column) in columns.iter().enumerate() {
            let one = comparison.compare(row, column).unwrap();
            assert!((grid.get(i, j).as_ref().unwrap() - one).abs() < 1e-14, "all at once and one by one");
        }
    }
    grid
}

#[test]
fn every_known_comparison_comes_out() {
    let file: Comparisons = read("comparisons.toml");
    let covariance = ConditionCovariance::new(matrix(&file.condition_covariance)).unwrap();
    for case in &file.case {
        let mut spec: ComparisonSpec = case.comparison.parse().unwrap();
        if case.condition_covariance {
            spec = spec.whitened_by(covariance.clone()).unwrap();
        }
        let grid = compare_all(&spec.comparison(), &file.data[&case.data]);
        let found: Vec<f64> = grid.values().iter().map(|value| *value.as_ref().unwrap()).collect();
        close(&found, &case.values.concat(), &format!("{} of {} data, {}", case.comparison, case.data, case.origin));
    }
    assert_eq!(file.case.len(), 21, "nine comparisons, two of them with a covariance; missing pairs for all but bures");
}
