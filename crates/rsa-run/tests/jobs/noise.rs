//! Noise of residuals, of each run, and files of each input.

use std::{fs::File, path::Path};

use ndarray::Array2;
use rsa_io::{Compression, FloatWidth, NpzWriter};
use rsa_run::{Document, NoiseEstimator, NoiseMeans, NoiseScope, NoiseSettings, RdmRequest, RdmResult};

/// Three runs of four conditions, four features, as in `tests/corpus/rdms/noise.py`.
pub(crate) fn patterns() -> Array2<f64> {
    Array2::from_shape_fn((12, 4), |(i, j)| ((7 * i + 5 * j + i * i * j) % 13) as f64 / 3.0)
}

/// Ten residuals a run.
fn residuals() -> Array2<f64> {
    Array2::from_shape_fn((30, 4), |(i, j)| ((11 * i + 3 * j + i * i * (j + 1)) % 17) as f64 - 8.0)
}

/// Writes an array with the labels and the runs of its rows, as far as there are any.
pub(crate) fn write(folder: &Path, name: &str, x: &Array2<f64>, conditions: &[&str], runs: &[&str]) -> String {
    let path = folder.join(name);
    let mut npz = NpzWriter::new(File::create(&path).unwrap(), Compression::Stored);
    npz.add_matrix("x", x.view(), FloatWidth::F64).unwrap();
    let lists = [("conditions", conditions), ("runs", runs)].into_iter().filter(|(_, list)| !list.is_empty());
    lists.for_each(|(name, list)| npz.add_strings(name, list).unwrap());
    npz.finish().unwrap();
    path.display().to_string()
}

pub(crate) const CONDITIONS: [&str; 12] = ["a", "b", "c", "d", "a", "b", "c", "d", "a", "b", "c", "d"];
pub(crate) const RUNS: [&str; 12] = ["1", "1", "1", "1", "2", "2", "2", "2", "3", "3", "3", "3"];

fn request(folder: &Path, dissimilarity: &str, noise: NoiseEstimator) -> RdmRequest {
    let runs = ["1"; 10].into_iter().chain(["2"; 10]).chain(["3"; 10]).collect::<Vec<_>>();
    let x = write(folder, "x.npz", &patterns(), &CONDITIONS, &RUNS);
    let residuals = vec![write(folder, "residuals.npz", &residuals(), &[], &runs)];
    let noise = NoiseSettings { estimator: noise, residuals, ..NoiseSettings::default() };
    RdmRequest { noise, ..RdmRequest::new([x], dissimilarity.parse().unwrap()) }
}

fn with(mut request: RdmRequest, change: impl FnOnce(&mut NoiseSettings)) -> RdmRequest {
    change(&mut request.noise);
    request
}

#[track_caller]
fn assert_values(result: &RdmResult, expected: [f64; 6]) {
    assert_eq!(result.failures, []);
    let found = result.rdms[0].rdm.values();
    let is_near = |(found, expected): (&f64, &f64)| (found - expected).abs() < 1e-12;
    assert!(found.iter().zip(&expected).all(is_near), "{found:?}, expected {expected:?}");
}

const ESTIMATORS: [NoiseEstimator; 4] = [
    NoiseEstimator::Diagonal,
    NoiseEstimator::ShrinkageIdentity,
    NoiseEstimator::ShrinkageDiagonal,
    NoiseEstimator::Full,
];

/// rsatoolbox 0.3.2, `prec_from_residuals` and `calc_rdm(method='mahalanobis')`.
#[test]
fn residuals_weigh_features_as_in_rsatoolbox() {
    let folder = tempfile::tempdir().unwrap();
    let expected = [
        [
            0.24868179815689195,
            0.04366866174556966,
            0.125997786582849,
            0.11203094793326868,
            0.12487992983335988,
            0.08312227370028485,
        ],
        [
            0.24236567907655135,
            0.040032231243117944,
            0.1298720060096502,
            0.1132694915018454,
            0.12087251216429806,
            0.08611584627880037,
        ],
        [
            0.2486445356981689,
            0.0436390654893114,
            0.12584788910219946,
            0.11210585898082781,
            0.12477530890500033,
            0.0830268197738887,
        ],
        [
            0.26319656312539874,
            0.03859815823153756,
            0.10847846575801229,
            0.14830544731702083,
            0.11468937490453723,
            0.07604421700037595,
        ],
    ];
    for (noise, expected) in ESTIMATORS.into_iter().zip(expected) {
        let result = request(folder.path(), "mahalanobis", noise).run(&()).unwrap();
        assert_values(&result, expected);
        let summary = result.rdms[0].noise.as_ref().unwrap();
        assert_eq!((summary.about, summary.degrees_of_freedom), (NoiseMeans::Residuals, Some(29.0)));
        assert!(
            result.warnings[0].contains("rows − 1") && result.warnings[0].contains("--dof"),
            "{:?}",
            result.warnings
        );
    }
    let full = with(request(folder.path(), "mahalanobis", NoiseEstimator::Full), |noise| noise.dof = vec![25.0]);
    let result = full.run(&()).unwrap();
    assert_values(
        &result,
        [
            0.2268935889012058,
            0.033274274337532384,
            0.09351591875690718,
            0.1278495235491559,
            0.09887015077977346,
            0.06555535948308266,
        ],
    );
    assert!(result.warnings.is_empty() && result.text().contains("noise full of residuals, 25 degrees of freedom"));
    let shrunk = request(folder.path(), "crossnobis", NoiseEstimator::ShrinkageIdentity);
    assert_values(
        &with(shrunk, |noise| noise.dof = vec![25.0]).run(&()).unwrap(),
        [
            0.19020927836044418,
            0.010032134934622591,
            0.08948664361683345,
            0.0702249445423581,
            0.08146093566913538,
            0.022471982253554595,
        ],
    );
}

/// rsatoolbox 0.3.2, `calc_rdm(method='crossnobis', noise=[…])` with a precision of each run.
#[test]
fn noise_of_each_run_as_in_rsatoolbox() {
    let folder = tempfile::tempdir().unwrap();
    let expected = [
        [
            0.2076863150803708,
            0.012761046951864974,
            0.08275153147610591,
            0.06341935909457543,
            0.07900155237821672,
            -0.001568818169580155,
        ],
        [
            0.20534680478434844,
            0.011679326171340515,
            0.08694351301691046,
            0.07807562683633783,
            0.08067146661415577,
            0.018709418142270617,
        ],
        [
            0.2076863150803708,
            0.012761046951864974,
            0.08275153147610591,
            0.06341935909457543,
            0.07900155237821672,
            -0.001568818169580155,
        ],
        [
            0.23738420790430817,
            0.0031109522376870278,
            0.07457473663251145,
            0.10569277371867081,
            0.07167216552775992,
            0.0016704856246448536,
        ],
    ];
    let per_run = |dissimilarity: &str, noise, dof: &[f64]| {
        let own = request(folder.path(), dissimilarity, noise);
        with(own, |noise| (noise.scope, noise.dof) = (NoiseScope::Run, dof.to_vec()))
    };
    for (noise, expected) in ESTIMATORS.into_iter().zip(expected) {
        assert_values(&per_run("crossnobis", noise, &[8.0]).run(&()).unwrap(), expected);
        assert_values(&per_run("crossnobis", noise, &[8.0, 8.0, 8.0]).run(&()).unwrap(), expected);
    }
    // The symmetric roots by NumPy.
    let result = per_run("squared-euclidean", NoiseEstimator::Full, &[8.0]).run(&()).unwrap();
    assert_values(
        &result,
        [
            1.4390483285202218,
            0.18643088902104787,
            0.5450307837143109,
            0.8504126104009566,
            0.4889547876873462,
            0.38932739634522934,
        ],
    );
    let summary = result.rdms[0].noise.as_ref().unwrap();
    assert_eq!(
        (summary.runs.len(), summary.runs[2].degrees_of_freedom, summary.degrees_of_freedom),
        (3, Some(8.0), None)
    );
    assert!(result.text().contains("each run by its own: run 1, 8 degrees of freedom; run 2"), "{}", result.text());
    let again: RdmResult = serde_json::from_str(&result.json().unwrap()).unwrap();
    assert_eq!(again.rdms[0].noise, result.rdms[0].noise);
    // In another order of runs, those of the residuals are still found by their labels.
    let turned: Vec<&str> = RUNS.iter().rev().copied().collect();
    let x = Array2::from_shape_fn((12, 4), |(i, j)| patterns()[[(i + 8) % 4 + 4 * (2 - i / 4), j]]);
    let inputs = vec![write(folder.path(), "turned.npz", &x, &CONDITIONS, &turned)];
    let turned = RdmRequest { inputs, ..per_run("crossnobis", NoiseEstimator::Full, &[8.0]) };
    assert_values(&turned.run(&()).unwrap(), expected[3]);
}

#[test]
fn residuals_that_do_not_fit_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let own = |dissimilarity: &str| request(folder.path(), dissimilarity, NoiseEstimator::Full);
    let failed = |request: RdmRequest| match request.run(&()) {
        Ok(result) => result.failures[0].message.clone(),
        Err(error) => error.to_string(),
    };
    let of_residuals = |name: &str, x: &Array2<f64>| {
        with(own("mahalanobis"), |noise| noise.residuals = vec![write(folder.path(), name, x, &[], &[])])
    };
    let message = failed(of_residuals("wide.npz", &Array2::ones((9, 5))));
    assert!(message.contains("wide.npz::x has 5 features and") && message.contains("x.npz::x has 4"), "{message}");
    let mut broken = residuals();
    broken[(7, 2)] = f64::INFINITY;
    let message = failed(of_residuals("broken.npz", &broken));
    assert!(message.contains("entry (7, 2) of the residuals (row and feature") && message.contains("inf"), "{message}");
    assert!(!message.contains("--drop-features"), "{message}");
    let message = failed(of_residuals("few.npz", &residuals().select(ndarray::Axis(0), &[0, 1, 2, 3])));
    assert!(message.contains("4 features from 3 degrees of freedom is singular"), "{message}");
    let message = failed(with(own("mahalanobis"), |noise| noise.dof = vec![3.0]));
    assert!(message.contains("4 features from 3 degrees of freedom is singular"), "{message}");
    let message = failed(with(own("mahalanobis"), |noise| noise.dof = vec![31.0]));
    assert!(message.contains("at most 30, the number of residuals, found 31"), "{message}");
    let per_run = || with(own("crossnobis"), |noise| noise.scope = NoiseScope::Run);
    let runs = folder.path().join("runs.txt");
    std::fs::write(&runs, "1\n2\n4\n".repeat(10)).unwrap();
    let message = failed(with(per_run(), |noise| noise.residual_runs = vec![runs.display().to_string()]));
    assert!(message.contains("run '3' has no residuals; they are of the runs '1', '2', '4'"), "{message}");
    let message = failed(with(per_run(), |noise| noise.dof = vec![8.0, 8.0]));
    assert!(message.contains("one for each of the 3 runs, found 2 numbers"), "{message}");
    let message = failed(with(per_run(), |noise| noise.residuals.clear()));
    assert!(message.contains("run '1': no condition was observed twice"), "{message}");
    for (request, part) in [
        (
            with(own("crossnobis"), |noise| noise.estimator = NoiseEstimator::None),
            "--residuals must be given with --noise",
        ),
        (
            with(own("mahalanobis"), |noise| (noise.residuals, noise.dof) = (Vec::new(), vec![8.0])),
            "--dof must be given with --resid",
        ),
        (with(own("mahalanobis"), |noise| noise.residual_runs = vec!["r".into()]), "--noise-per run"),
        (with(own("mahalanobis"), |noise| noise.dof = vec![f64::NAN]), "--dof must be a number above 0, found NaN"),
        (with(own("mahalanobis"), |noise| noise.dof = vec![8.0, 9.0]), "--dof must be one number"),
    ] {
        let error = request.run(&()).unwrap_err();
        assert!(error.kind().name() == "InvalidParameter" && error.to_string().contains(part), "{error}");
    }
}

#[test]
fn every_input_has_files_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let mut inputs = Vec::new();
    for (subject, labels) in [("01", "a\nb\nc\nd\n"), ("02", "d\nc\nb\na\n")] {
        let x = patterns() * subject.parse::<f64>().unwrap();
        inputs.push(write(folder.path(), &format!("sub-{subject}_betas.npz"), &x, &[], &[]));
        std::fs::write(at(&format!("sub-{subject}_labels.txt")), labels.repeat(3)).unwrap();
        write(folder.path(), &format!("sub-{subject}_residuals.npz"), &residuals(), &[], &[]);
    }
    let request = RdmRequest {
        conditions: vec![at("sub-{sub}_labels.txt")],
        noise: NoiseSettings {
            estimator: NoiseEstimator::Diagonal,
            residuals: vec![at("sub-{sub}_residuals.npz")],
            dof: vec![25.0],
            ..NoiseSettings::default()
        },
        ..RdmRequest::new(inputs.clone(), "mahalanobis".parse().unwrap())
    };
    let result = request.run(&()).unwrap();
    assert_eq!((result.failures.len(), result.rdms[1].name.as_str()), (0, "sub-02_betas"));
    let (first, second) = (&result.rdms[0].rdm, &result.rdms[1].rdm);
    // Labels of the second subject run backwards, and its patterns are twice as large.
    assert!((second.get(3, 2) - 4.0 * first.get(0, 1)).abs() < 1e-12);
    let named = [at("sub-01_labels.txt"), at("sub-02_labels.txt")].map(std::path::PathBuf::from);
    assert!(named.iter().all(|path| request.files().unwrap().contains(path)));
    let several = RdmRequest {
        conditions: vec![at("sub-01_labels.txt"), at("sub-02_labels.txt")],
        ..with(request.clone(), |noise| noise.residuals = vec![at("sub-01_residuals.npz")])
    };
    let again = several.run(&()).unwrap();
    assert_eq!(again.rdms, result.rdms);
    assert!(again.warnings[0].contains("the noise of all 2 inputs is that of the residuals"), "{:?}", again.warnings);
    let wrong = RdmRequest { conditions: vec![at("{ses}.txt")], ..request };
    assert!(wrong.run(&()).unwrap_err().to_string().contains("'{ses}'"));
}
