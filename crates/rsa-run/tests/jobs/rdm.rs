//! RDMs as a library: round trips, pixels, and settings that are refused.

use std::path::Path;

use ndarray::{Array2, ArrayD, IxDyn, array};
use rsa_io::{Compression, FloatWidth, NpzWriter};
use rsa_run::{Document, NamedRdm, NoiseEstimator, NoiseSettings, RdmOrigin, RdmRequest, RdmResult};
use rsakit::Rdm;

use crate::inputs::write_array;

fn write_npy(folder: &Path, name: &str, values: Array2<f64>) -> String {
    write_array(folder, name, &values.into_dyn());
    folder.join(name).display().to_string()
}

fn write_text(folder: &Path, name: &str, text: &str) -> Vec<String> {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    vec![path.display().to_string()]
}

/// Returns a request for an array of 2 images × 1 channel × 1 × 2 positions.
fn pixels(folder: &Path) -> RdmRequest {
    let images = ArrayD::from_shape_vec(IxDyn(&[2, 1, 1, 2]), vec![0.0, 1.0, 3.0, 7.0]).unwrap();
    write_array(folder, "images.npy", &images);
    let images = folder.join("images.npy").display().to_string();
    let mut request = RdmRequest::new([images], "euclidean".parse().unwrap());
    request.options.convention = rsa_io::Convention::Pixels;
    request.options.axes = Some("conditions,channels,height,width".parse().unwrap());
    request
}

#[test]
fn a_label_of_an_image_labels_its_pixels() {
    let folder = tempfile::tempdir().unwrap();
    let conditions = write_text(folder.path(), "labels.txt", "cat\ndog\n");
    let result = RdmRequest { conditions, ..pixels(folder.path()) }.run(&()).unwrap();
    assert_eq!(result.failures, []);
    assert_eq!(result.labels().unwrap(), ["cat (0, 0)", "cat (0, 1)", "dog (0, 0)", "dog (0, 1)"]);
    assert_eq!(result.rdms[0].rdm.values(), [1.0, 3.0, 7.0, 2.0, 6.0, 4.0]);
    assert_eq!(result.rdms[0].rdm.conditions().n_stimuli(), 2);
    let sentence = "arrays of 3 or more axes: pixels";
    assert!(result.text().contains(sentence) && result.json().unwrap().contains("\"convention\":\"pixels\""));
    // As many labels as rows are taken as they are.
    let conditions = write_text(folder.path(), "rows.txt", "a\nb\nc\nd\n");
    let request = RdmRequest { conditions, ..pixels(folder.path()) };
    assert_eq!(request.run(&()).unwrap().labels().unwrap(), ["a", "b", "c", "d"]);
    let conditions = write_text(folder.path(), "three.txt", "a\nb\nc\n");
    let result = RdmRequest { conditions, ..pixels(folder.path()) }.run(&()).unwrap();
    assert!(result.failures[0].message.contains("3 labels for 4 conditions"), "{:?}", result.failures);
}

#[test]
fn runs_of_images_are_runs_of_their_pixels() {
    let folder = tempfile::tempdir().unwrap();
    // One image, shown once in each of two runs, at two positions: differences 1 and 4.
    let request = RdmRequest {
        dissimilarity: "crossnobis".parse().unwrap(),
        conditions: write_text(folder.path(), "labels.txt", "cat\ncat\n"),
        runs: write_text(folder.path(), "runs.txt", "1\n2\n"),
        ..pixels(folder.path())
    };
    let result = request.run(&()).unwrap();
    assert_eq!(result.labels().unwrap(), ["cat (0, 0)", "cat (0, 1)"]);
    assert!((result.rdms[0].rdm.values()[0] - 4.0).abs() < 1e-14);
}

fn measurements(folder: &Path) -> RdmRequest {
    let values = Array2::from_shape_fn((12, 3), |(i, j)| ((i * 7 + j * 5 + i * i * j) % 13) as f64 / 3.0);
    RdmRequest {
        conditions: write_text(folder, "conditions.txt", &"a\nb\nc\n".repeat(4)),
        runs: write_text(folder, "runs.txt", &["1\n".repeat(6), "2\n".repeat(6)].concat()),
        noise: NoiseSettings { estimator: NoiseEstimator::ShrinkageDiagonal, ..NoiseSettings::default() },
        ..RdmRequest::new([write_npy(folder, "x.npy", values)], "crossnobis:weighting=runs".parse().unwrap())
    }
}

#[test]
fn requests_and_results_return_from_their_json() {
    let folder = tempfile::tempdir().unwrap();
    let mut npz = NpzWriter::new(std::fs::File::create(folder.path().join("net.npz")).unwrap(), Compression::Stored);
    let waves = Array2::from_shape_fn((4, 3), |(i, j)| ((i + 1) as f64 * 0.7 + (j * j) as f64 * 1.3).sin());
    npz.add_matrix("good", waves.view(), FloatWidth::F64).unwrap();
    npz.add_matrix("flat", Array2::ones((4, 3)).view(), FloatWidth::F64).unwrap();
    npz.finish().unwrap();
    let net = RdmRequest::new([folder.path().join("net.npz").display().to_string()], "correlation".parse().unwrap());
    let conditions = write_text(folder.path(), "labels.txt", "cat\ndog\n");
    for request in [net, measurements(folder.path()), RdmRequest { conditions, ..pixels(folder.path()) }] {
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<RdmRequest>(&text).unwrap(), request);
        let result = request.run(&()).unwrap();
        let json = result.json().unwrap();
        let again: RdmResult = serde_json::from_str(&json).unwrap();
        assert_eq!((again.json().unwrap(), again.text(), again.csv()), (json, result.text(), result.csv()));
        let svg = |result: &RdmResult| result.figure(rsa_plot::Style::default()).unwrap().svg();
        assert_eq!(svg(&again), svg(&result));
        assert_eq!(again.page(&[]).unwrap().html(), result.page(&[]).unwrap().html());
        let bytes = |result: &RdmResult| {
            let (mut npz, mut npy) = (Vec::new(), Vec::new());
            result.write_npz(&mut npz).unwrap();
            result.write_npy(&mut npy).unwrap();
            (npz, npy)
        };
        assert_eq!(bytes(&again), bytes(&result));
    }
    assert!(serde_json::from_str::<RdmRequest>(r#"{"inputs":[],"dissimilarity":"euclidean","ranks":1}"#).is_err());
    let short: RdmRequest = serde_json::from_str(r#"{"inputs":["a"],"dissimilarity":"euclidean"}"#).unwrap();
    assert_eq!(short, RdmRequest::new(["a"], "euclidean".parse().unwrap()));
}

#[test]
fn a_missing_dissimilarity_is_null() {
    let rdm = Rdm::new(vec![1.0, f64::NAN, 0.1]).unwrap();
    let result = RdmResult {
        rsakit: String::new(),
        origin: RdmOrigin::Patterns("euclidean".parse().unwrap()),
        rdms: vec![NamedRdm { name: "gap".to_owned(), rdm, noise: None }],
        failures: Vec::new(),
        warnings: Vec::new(),
        inputs: Vec::new(),
    };
    let json = result.json().unwrap();
    assert!(json.contains(r#""values":[1.0,null,0.1]"#), "{json}");
    let again: RdmResult = serde_json::from_str(&json).unwrap();
    assert!(again.rdms[0].rdm.values()[1].is_nan());
    assert_eq!(again.text(), result.text());
    assert!(result.text().contains("gap: 1 of 3 dissimilarities are missing"));
    let wrong = json.replace("\"n_conditions\":3", "\"n_conditions\":4");
    assert!(serde_json::from_str::<RdmResult>(&wrong).is_err());
}

#[test]
fn settings_that_do_not_go_together_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let patterns = write_npy(folder.path(), "patterns.npy", array![[0.0, 1.0], [2.0, 0.0], [1.0, 1.0]]);
    let request = |dissimilarity: &str| RdmRequest::new([patterns.clone()], dissimilarity.parse().unwrap());
    let both =
        NoiseSettings { estimator: NoiseEstimator::Full, precision: Some("p.npy".into()), ..NoiseSettings::default() };
    for (request, part) in [
        (request("crossnobis"), "--runs FILE"),
        (request("mahalanobis"), "--noise or --precision"),
        (RdmRequest { noise: both, ..request("euclidean") }, "either --noise or --precision"),
        (RdmRequest { layers: vec!["[".to_owned()], ..request("euclidean") }, "--layers"),
    ] {
        let error = request.run(&()).unwrap_err();
        assert!(error.kind().name() == "InvalidParameter" && error.to_string().contains(part), "{error}");
    }
    // Data are no wrong usage.
    let precision = Some(write_npy(folder.path(), "p.npy", array![[f64::NAN, 0.0], [0.0, 1.0]]).into());
    let error = RdmRequest { noise: NoiseSettings { precision, ..NoiseSettings::default() }, ..request("euclidean") }
        .run(&())
        .unwrap_err();
    assert!(error.kind().name() != "InvalidParameter" && error.to_string().starts_with("--precision: "), "{error}");
}
