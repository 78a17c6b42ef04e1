//! `rsakit rdm`, and `rsakit compare --rdm` on what it writes.

use std::fs;

use ndarray::{Array2, Array3, Axis, array, concatenate};
use serde_json::{Value, json};

use crate::{
    group::ndarray_npy,
    rsakit::{rsakit, waves, write_npy, write_npz},
};

/// Two runs of three conditions, two features: differences of one run times those of the other are whole numbers.
fn measurements(folder: &std::path::Path) {
    let runs = array![[0.0, 0.0], [2.0, 1.0], [4.0, 4.0], [1.0, 0.0], [4.0, -2.0], [3.0, 6.0]];
    write_npy(folder, "sub1.npy", &runs);
    write_npy(folder, "sub2.npy", &(&runs * 2.0));
    fs::write(folder.join("conditions.txt"), "cat\ndog\nowl\ncat\ndog\nowl\n").unwrap();
    fs::write(folder.join("runs.txt"), "1\n1\n1\n2\n2\n2\n").unwrap();
}

fn values(json: &Value, rdm: usize) -> Vec<f64> {
    json["rdms"][rdm]["values"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

#[test]
fn every_subject_has_an_rdm_of_its_runs() {
    let folder = tempfile::tempdir().unwrap();
    measurements(folder.path());
    let design = ["--conditions", "conditions.txt", "--runs", "runs.txt"];
    let arguments = ["rdm", "sub1.npy", "sub2.npy", "--dissimilarity", "crossnobis", "--format", "json"];
    let run = rsakit(folder.path(), &[&arguments[..], &design].concat());
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let json = run.json();
    assert_eq!(json["conditions"], json!(["cat", "dog", "owl"]));
    assert_eq!((&json["rdms"][0]["name"], &json["rdms"][1]["name"]), (&json!("sub1"), &json!("sub2")));
    // (2·3 + 1·(−2))/2, (4·2 + 4·6)/2 and (2·(−1) + 3·8)/2.
    for (rdm, factor) in [(0, 1.0), (1, 4.0)] {
        for (found, expected) in values(&json, rdm).iter().zip([2.0, 16.0, 11.0]) {
            assert!((found - factor * expected).abs() < 1e-13, "{found}");
        }
    }
    // Repeated labels without runs are averaged, and in the table one sees what is near and far.
    let run =
        rsakit(folder.path(), &["rdm", "sub1.npy", "--dissimilarity", "euclidean", "--conditions", "conditions.txt"]);
    assert!(run.out.starts_with("euclidean, 3 conditions, 3 pairs"), "{}", run.out);
    let row = run.out.lines().find(|line| line.starts_with(" sub1")).unwrap();
    assert!(row.contains("2.550") && row.contains("cat – dog") && row.contains("cat – owl"), "{}", run.out);
}

#[test]
fn what_is_written_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    let labels: Vec<String> = (0..12).map(|i| format!("item {i}")).collect();
    write_npz(folder.path(), "net.npz", &[("early", waves(12, 5, 1)), ("late", waves(12, 7, 2))], &labels);
    for (file, dissimilarity) in [("a.npz", "correlation"), ("a.npy", "correlation"), ("a.csv", "correlation")] {
        let arguments = ["rdm", "net.npz", "--dissimilarity", dissimilarity, "--out", file];
        let run = rsakit(folder.path(), &arguments);
        assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (0, "", ""), "{file}");
        let again = rsakit(folder.path(), &arguments);
        assert!(again.status == 2 && again.err.contains("--force"), "{}", again.err);
    }
    let scores = |run: crate::rsakit::Run| run.json()["results"][0]["values"].clone();
    let whole = rsakit(
        folder.path(),
        &["compare", "net.npz", "--measure", "rsa:rdm=correlation,compare=spearman", "--format", "json"],
    );
    let stored = rsakit(folder.path(), &["compare", "--rdm", "a.npz", "--comparison", "spearman", "--format", "json"]);
    assert_eq!(stored.json()["results"][0]["rows"], json!(["early", "late"]));
    assert_eq!(stored.json()["results"][0]["measure"], "spearman");
    assert_eq!(scores(stored), scores(whole));
    // `--measure` is a synonym, and several comparisons are several entries.
    let both = rsakit(
        folder.path(),
        &["compare", "--rdm", "a.npz", "a.npy", "--measure", "rho-a", "--comparison", "bures", "--format", "json"],
    );
    assert!(both.err.contains("a.npy: some RDMs have no labels"), "{}", both.err);
    let both = both.json();
    assert_eq!((&both["results"][0]["measure"], &both["results"][1]["measure"]), (&json!("bures"), &json!("rho-a")));
    let csv = fs::read_to_string(folder.path().join("a.csv")).unwrap();
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!((lines[0], lines.len()), ("rdm,condition_a,condition_b,dissimilarity", 1 + 2 * 66));
    assert!(lines[1].starts_with("early,item 0,item 1,"));
    // Without --rdm the array is a layer of two conditions; that it is none is suspected.
    let mistaken = rsakit(folder.path(), &["compare", "a.npz", "--measure", "cka"]);
    assert!(mistaken.err.contains("--rdm"), "{}", mistaken.err);
}

#[test]
fn rdms_in_another_order_are_aligned_and_missing_pairs_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let square = array![[0.0, 1.0, 2.0, 5.0], [1.0, 0.0, 3.0, 4.0], [2.0, 3.0, 0.0, 7.0], [5.0, 4.0, 7.0, 0.0]];
    let names: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
    write_npz(folder.path(), "x.npz", &[("it", square.clone())], &names);
    let order = [2, 0, 3, 1];
    let turned = square.select(Axis(0), &order).select(Axis(1), &order);
    let turned_names: Vec<String> = order.iter().map(|&i| names[i].clone()).collect();
    write_npz(folder.path(), "y.npz", &[("v1", turned)], &turned_names);
    let run = rsakit(folder.path(), &["compare", "--rdm", "x.npz", "y.npz", "--format", "json"]);
    assert!(run.err.contains("y.npz: conditions were brought into one order"), "{}", run.err);
    assert_eq!(run.json()["results"][0]["values"], json!([[1.0]]));
    assert_eq!(run.json()["n_conditions"], 4);
    // Of six pairs one is missing: the other five are compared.
    let mut gap = square;
    (gap[(0, 3)], gap[(3, 0)]) = (f64::NAN, f64::NAN);
    write_npz(folder.path(), "gap.npz", &[("it", gap)], &names);
    let run =
        rsakit(folder.path(), &["compare", "--rdm", "x.npz", "gap.npz", "--comparison", "pearson", "--format", "json"]);
    assert!((run.json()["results"][0]["values"][0][0].as_f64().unwrap() - 1.0).abs() < 1e-15);
    let run = rsakit(folder.path(), &["compare", "--rdm", "x.npz", "gap.npz", "--comparison", "bures"]);
    assert!(run.status == 1 && run.out.contains("1 of 6 dissimilarities are missing"), "{}", run.out);
}

#[test]
fn a_covariance_of_the_conditions_whitens() {
    let folder = tempfile::tempdir().unwrap();
    write_npy(folder.path(), "rdms.npy", &array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);
    write_npy(folder.path(), "sigma.npy", &array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]);
    let arguments = ["compare", "--rdm", "rdms.npy", "--condition-covariance", "sigma.npy", "--format", "json"];
    let run = rsakit(folder.path(), &[&arguments[..], &["--comparison", "whitened-cosine"]].concat());
    // 2·V⁻¹ = [1 -1 -1; -1 3 1; -1 1 3]: -1/√(1·3).
    assert!((run.json()["results"][0]["values"][0][1].as_f64().unwrap() + 1.0 / 3f64.sqrt()).abs() < 1e-14);
    let run = rsakit(folder.path(), &[&arguments[..], &["--comparison", "spearman"]].concat());
    assert!(run.status == 2 && run.err.contains("one of whitened-cosine, whitened-pearson"), "{}", run.err);
}

#[test]
fn noise_is_estimated_or_given() {
    let folder = tempfile::tempdir().unwrap();
    let values = concatenate![Axis(0), waves(6, 3, 1), waves(6, 3, 4), waves(6, 3, 9)];
    write_npy(folder.path(), "x.npy", &values);
    fs::write(folder.path().join("c.txt"), "a\nb\nc\nd\ne\nf\n".repeat(3)).unwrap();
    fs::write(folder.path().join("r.txt"), ["1\n".repeat(6), "2\n".repeat(6), "3\n".repeat(6)].concat()).unwrap();
    let arguments = ["rdm", "x.npy", "--conditions", "c.txt", "--runs", "r.txt", "--format", "json"];
    let with = |more: &[&str]| rsakit(folder.path(), &[&arguments[..], more].concat());
    let run = with(&["--dissimilarity", "crossnobis", "--noise", "shrinkage-diagonal"]).json();
    assert_eq!(run["rdms"][0]["noise"]["estimator"], "shrinkage-diagonal");
    assert_eq!(run["rdms"][0]["noise"]["degrees_of_freedom"], 12.0);
    assert_eq!(run["rdms"][0]["noise"]["about"], "conditions", "one observation a run");
    assert!(run["rdms"][0]["noise"]["shrinkage"].as_f64().is_some_and(|share| (0.0..=1.0).contains(&share)));
    // A single condition that was shown twice in a run does not make its two observations the only noise.
    let more = concatenate![Axis(0), values, waves(1, 3, 7)];
    write_npy(folder.path(), "y.npy", &more);
    fs::write(folder.path().join("c2.txt"), "a\nb\nc\nd\ne\nf\n".repeat(3) + "a\n").unwrap();
    fs::write(folder.path().join("r2.txt"), ["1\n".repeat(6), "2\n".repeat(6), "3\n".repeat(7)].concat()).unwrap();
    let arguments_of_more = ["rdm", "y.npy", "--conditions", "c2.txt", "--runs", "r2.txt", "--format", "json"];
    let diagonal = ["--dissimilarity", "crossnobis", "--noise", "diagonal"];
    let run = rsakit(folder.path(), &[&arguments_of_more[..], &diagonal].concat()).json();
    assert_eq!(run["rdms"][0]["noise"]["degrees_of_freedom"], 13.0);
    // Precision 4 on every feature is a factor of 4.
    write_npy(folder.path(), "p.npy", &(Array2::eye(3) * 4.0));
    let plain = with(&["--dissimilarity", "crossnobis"]).json();
    let weighed = with(&["--dissimilarity", "crossnobis", "--precision", "p.npy"]).json();
    for (plain, weighed) in values_of(&plain).into_iter().zip(values_of(&weighed)) {
        assert!((4.0 * plain - weighed).abs() < 1e-12);
    }
}

#[test]
fn no_file_of_a_subject_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    measurements(folder.path());
    write_npy(folder.path(), "sub2_res.npy", &waves(9, 2, 5));
    write_npy(folder.path(), "sub1_res.npy", &waves(9, 2, 6));
    let arguments = ["rdm", "sub1.npy", "sub2.npy", "--conditions", "conditions.txt", "--dissimilarity", "mahalanobis"];
    let noise = ["--noise", "diagonal", "--residuals", "{}_res.npy", "--dof", "7"];
    let run = rsakit(folder.path(), &[&arguments[..], &noise, &["--out", "sub2_res.npy", "--force"]].concat());
    assert!(run.status == 2 && run.err.contains("sub2_res.npy is an input"), "{}", run.err);
    let run = rsakit(folder.path(), &[&arguments[..], &noise, &["--format", "json"]].concat());
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert_eq!(run.json()["rdms"][1]["noise"]["about"], "residuals");
    // Without the degrees of freedom a note says what is taken.
    let run = rsakit(folder.path(), &[&arguments[..], &noise[..4]].concat());
    assert!(run.status == 0 && run.err.contains("rows − 1, as rsatoolbox takes them"), "{}", run.err);
    let run = rsakit(folder.path(), &[&arguments[..], &["--noise", "diagonal", "--residuals", "{ses}.npy"]].concat());
    assert!(run.status == 2 && run.err.contains("'{ses}'"), "{}", run.err);
}

fn values_of(json: &Value) -> Vec<f64> {
    values(json, 0)
}

#[test]
fn the_rest_is_made_where_one_layer_fails() {
    let folder = tempfile::tempdir().unwrap();
    let mut flat = waves(5, 4, 2);
    flat.row_mut(3).fill(0.25);
    write_npz(folder.path(), "net.npz", &[("good", waves(5, 4, 1)), ("flat", flat), ("few", waves(4, 4, 3))], &[]);
    let run = rsakit(folder.path(), &["rdm", "net.npz", "--dissimilarity", "correlation", "--format", "json"]);
    assert_eq!(run.status, 3);
    let json = run.json();
    assert_eq!(json["rdms"].as_array().unwrap().len(), 1);
    let failures = json["failures"].as_array().unwrap();
    assert_eq!((&failures[0]["name"], &failures[0]["kind"]), (&json!("flat"), &json!("Degenerate")));
    assert!(failures[0]["message"].as_str().unwrap().contains("net.npz::flat: the pattern of condition 3 is constant"));
    assert!(failures[1]["message"].as_str().unwrap().contains("4 conditions beside the first of 5"));
    assert!(run.err.contains("net.npz::flat"), "{}", run.err);
}

#[test]
fn misuse_is_told_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    measurements(folder.path());
    write_npy(folder.path(), "odd.npy", &array![[1.0, 2.0, 3.0, 4.0]]);
    fs::write(folder.path().join("short.txt"), "cat\ndog\n").unwrap();
    let design = ["--conditions", "conditions.txt"];
    for (arguments, status, part) in [
        (&["rdm", "sub1.npy"][..], 2, "--dissimilarity"),
        (&["rdm", "sub1.npy", "--dissimilarity", "euclidian"], 2, "did you mean 'euclidean'?"),
        (&["rdm", "sub1.npy", "--dissimilarity", "crossnobis"], 2, "--runs FILE"),
        (&["rdm", "sub1.npy", "--dissimilarity", "mahalanobis"], 2, "--noise or --precision"),
        (&["rdm", "sub1.npy", "--dissimilarity", "euclidean", "--out", "x.xls"], 2, "'xls'"),
        (
            &["rdm", "sub1.npy", "--dissimilarity", "euclidean", "--mask", "m.nii"],
            2,
            "given for NIfTI, CIFTI-2 and GIfTI files",
        ),
        (&["rdm", "sub1.npy", "--dissimilarity", "euclidean", "--out", "x.npz", "--format", "csv"], 2, "--format"),
        (
            &["rdm", "sub1.npy", "--dissimilarity", "euclidean", "--conditions", "short.txt"],
            1,
            "2 labels for 6 conditions",
        ),
        (&["rdm", "sub1.npy", "--dissimilarity", "euclidean", "--conditions", "none.txt"], 1, "none.txt"),
        (&["rdm", "sub1.npy", "--dissimilarity", "euclidean", "--runs", "runs.txt"], 1, "--conditions FILE"),
        (&["rdm", "sub1.npy", "--dissimilarity", "euclidean", "--noise", "full"], 1, "repeated observations"),
        (&["compare", "--rdm", "odd.npy"], 1, "4 dissimilarities are not all pairs of any number of conditions"),
        (&["compare", "--rdm", "sub1.npy", "--comparison", "spearmann"], 2, "did you mean 'spearman'?"),
        (&["compare", "sub1.npy", "--comparison", "spearman"], 2, "--rdm"),
    ] {
        let run = rsakit(folder.path(), arguments);
        assert!(run.status == status && run.err.contains(part), "{arguments:?}: {} {}", run.status, run.err);
    }
    let singular = rsakit(
        folder.path(),
        &[&["rdm", "sub1.npy", "--dissimilarity", "mahalanobis", "--noise", "full"][..], &design].concat(),
    );
    assert_eq!(singular.status, 0, "3 degrees of freedom suffice for two features: {}", singular.err);
}

/// Writes an array of 2 images × 1 channel × 1 × 2 positions.
fn write_images(folder: &std::path::Path) {
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1, 1, 2), }";
    let mut bytes = [&b"\x93NUMPY\x01\x00"[..], &118_u16.to_le_bytes(), format!("{header:<117}\n").as_bytes()].concat();
    [0.0_f64, 1.0, 3.0, 7.0].iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
    fs::write(folder.join("images.npy"), bytes).unwrap();
}

#[test]
fn a_file_with_a_label_for_each_image_labels_all_pixels() {
    let folder = tempfile::tempdir().unwrap();
    write_images(folder.path());
    fs::write(folder.path().join("labels.txt"), "cat\ndog\n").unwrap();
    let line = "rdm images.npy --dissimilarity euclidean --conditions labels.txt --conv pixels \
                --axes conditions,channels,height,width";
    let words: Vec<_> = line.split_whitespace().collect();
    let table = rsakit(folder.path(), &words);
    assert_eq!(table.status, 0, "{}", table.err);
    assert!(table.out.contains("pixels, conditions are stimulus × height × width"), "{}", table.out);
    let json = rsakit(folder.path(), &[&words[..], &["--format", "json"]].concat()).json();
    assert_eq!(json["conditions"], json!(["cat (0, 0)", "cat (0, 1)", "dog (0, 0)", "dog (0, 1)"]));
    assert_eq!(values(&json, 0), [1.0, 3.0, 7.0, 2.0, 6.0, 4.0]);
    assert_eq!(json["inputs"][0]["convention"]["convention"], "pixels");
}

#[test]
fn an_axis_of_runs_is_as_a_row_for_each_run_and_condition() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = waves(12, 5, 3);
    write_npy(folder, "rows.npy", &rows);
    let lines = |label: fn(usize) -> String| (0..12).map(|k| label(k) + "\n").collect::<String>();
    fs::write(folder.join("all.txt"), lines(|k| ["cat", "dog", "car", "bus"][k % 4].to_owned())).unwrap();
    fs::write(folder.join("four.txt"), "cat\ndog\ncar\nbus\n").unwrap();
    fs::write(folder.join("runs.txt"), lines(|k| (k / 4).to_string())).unwrap();
    let cube = Array3::from_shape_fn((5, 3, 4), |(feature, run, condition)| rows[[4 * run + condition, feature]]);
    ndarray_npy(folder, "cube.npy", &cube);
    let rdm = |arguments: &[&str]| {
        let options = ["rdm", "--dissimilarity", "crossnobis", "--noise", "diagonal", "--format", "json"];
        let all = [&options[..], arguments];
        let run = rsakit(folder, &all.concat());
        assert_eq!(run.status, 0, "{}", run.err);
        run.json()
    };
    let axes = ["cube.npy", "--axes", "features,runs,conditions"];
    let by_rows = rdm(&["rows.npy", "--conditions", "all.txt", "--runs", "runs.txt"]);
    let labeled = rdm(&[&axes[..], &["--conditions", "four.txt"]].concat());
    assert_eq!(
        (&labeled["rdms"][0]["values"], &labeled["conditions"]),
        (&by_rows["rdms"][0]["values"], &by_rows["conditions"])
    );
    let numbered = rdm(&axes);
    assert_eq!(numbered["rdms"][0]["values"], by_rows["rdms"][0]["values"]);
    assert_eq!(numbered["conditions"], serde_json::json!(["1", "2", "3", "4"]));
    assert!(numbered["inputs"][0]["convention"].to_string().contains("features,runs,conditions"));
    fs::write(folder.join("three.txt"), "cat\ndog\ncar\n").unwrap();
    let other =
        rsakit(folder, &[&["rdm", "--dissimilarity", "crossnobis", "--conditions", "three.txt"][..], &axes].concat());
    assert!(other.status == 1 && other.err.contains("three.txt"), "{}", other.err);
}
