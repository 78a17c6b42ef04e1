//! Inputs that met memory, terminals, disks and limits of the system.

use std::{fs, path::Path};

use ndarray::Array2;
use rsa_io::{Compression, FloatWidth, NpzWriter};
use serde_json::Value;

use super::{json, run};
use crate::rsakit::{Run, rsakit, waves, write_npy, write_npz};

fn words(folder: &Path, line: &str) -> Run {
    rsakit(folder, &line.split_whitespace().collect::<Vec<_>>())
}

/// Writes `n` layers of three conditions, each constant.
fn write_constant_layers(folder: &Path, n: usize) {
    let names: Vec<_> = (0..n).map(|k| format!("layer{k}")).collect();
    let layers: Vec<_> = names.iter().map(|name| (name.as_str(), Array2::from_elem((3, 2), 1.0))).collect();
    write_npz(folder, "layers.npz", &layers, &[]);
}

#[test]
fn many_layers_that_fail_have_a_reason_each() {
    let folder = tempfile::tempdir().unwrap();
    write_constant_layers(folder.path(), 60);
    let found = words(folder.path(), "compare layers.npz --measure cka --format json");
    assert_eq!(found.status, 1);
    let failures = found.json()["results"][0]["failures"].as_array().unwrap().clone();
    assert_eq!(failures.len(), 60 * 60);
    let of = |k: usize| ["row", "column", "kind", "scope"].map(|key| failures[k][key].as_str().unwrap().to_owned());
    assert_eq!(of(61), ["layer1", "layer1", "Degenerate", "side"]);
    assert!(failures[2]["message"].as_str().unwrap().contains("layers.npz::layer0"), "{}", failures[2]);
    let table = words(folder.path(), "compare layers.npz --measure cka").out;
    assert_eq!(table.matches("layers.npz::layer7: ").count(), 1, "one line a layer");
    let records = words(folder.path(), "compare layers.npz --measure cka --format csv").out;
    assert_eq!(records.lines().count(), 1 + 60 * 60);
}

#[test]
fn tables_of_many_pairs_count_for_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    write_constant_layers(folder.path(), 400);
    // 400 × 400 pairs under four measures are 30 MB.
    for format in ["json", "csv", "table"] {
        let found = words(folder.path(), &format!("compare layers.npz --memory 20MB --format {format}"));
        assert_eq!((found.status, found.out.as_str()), (1, ""), "{}", found.err);
        assert!(found.err.contains("tables of 400 × 400 pairs") && found.err.contains("--layers"), "{}", found.err);
    }
    let few = words(folder.path(), "compare layers.npz --memory 20MB --layers layer1* --measure cka");
    assert!(few.status == 1 && few.out.contains("layer199"), "{}", few.err);
    let rdms = Array2::from_shape_fn((500, 6), |(i, j)| ((i * 7 + j * j) as f64).sin() + 2.0);
    write_npy(folder.path(), "rdms.npy", &rdms);
    let found = words(folder.path(), "compare --rdm rdms.npy --memory 5MB");
    assert!(found.status == 1 && found.err.contains("tables of 500 × 500 pairs"), "{}", found.err);
}

#[test]
fn sixty_thousand_features_are_shrunk_without_a_matrix_of_all_pairs() {
    let folder = tempfile::tempdir().unwrap();
    let voxels = Array2::from_shape_fn((12, 60_000), |(i, j)| ((i * 7919 + j * 104_729) % 1009) as f64 + j as f64);
    write_npy(folder.path(), "voxels.npy", &voxels);
    for (name, labels) in [("vox_cond.txt", "edges/vox_cond.txt"), ("vox_runs.txt", "edges/vox_runs.txt")] {
        fs::copy(super::folder().join(labels), folder.path().join(name)).unwrap();
    }
    let line = "rdm voxels.npy --conditions vox_cond.txt --runs vox_runs.txt --format json --memory 200MB";
    for (dissimilarity, noise) in [
        ("crossnobis", "shrinkage-diagonal"),
        ("crossnobis", "shrinkage-identity"),
        ("correlation", "shrinkage-identity"),
    ] {
        let found = words(folder.path(), &format!("{line} --dissimilarity {dissimilarity} --noise {noise}"));
        assert_eq!(found.status, 0, "{dissimilarity} {noise}: {}", found.err);
        let rdm = &found.json()["rdms"][0];
        let share = rdm["noise"]["shrinkage"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&share) && rdm["values"].as_array().unwrap().len() == 6, "{rdm}");
    }
    // These have a number for every pair of features.
    for (dissimilarity, noise) in [("crossnobis", "full"), ("correlation", "shrinkage-diagonal")] {
        let found = words(folder.path(), &format!("{line} --dissimilarity {dissimilarity} --noise {noise}"));
        assert_eq!(found.status, 1, "{dissimilarity} {noise}");
        for part in ["60000 × 60000 noise covariance of 60000 features", "--noise diagonal", "--memory"] {
            assert!(found.err.contains(part), "{}", found.err);
        }
    }
}

#[test]
fn two_tensors_of_one_name_are_refused() {
    let found = run(&["compare", "edges/duplicate_key.safetensors"]);
    assert!(found.status == 1 && found.err.contains("two tensors are named 'x'"), "{}", found.err);
}

#[test]
fn names_that_begin_like_formulas_stay_and_are_said() {
    let line = ["compare", "edges/csv_formula_name.npz", "--measure", "cka"];
    let csv = run(&[line.as_slice(), &["--format", "csv"]].concat());
    assert!(csv.out.contains(r#"cka,"=cmd|""C calc""!A0","#), "{}", csv.out);
    assert!(csv.err.contains("begins like a formula"), "{}", csv.err);
    for other in [["--format", "json"], ["--format", "table"]] {
        assert!(!run(&[line.as_slice(), &other].concat()).err.contains("formula"));
    }
    let folder = tempfile::tempdir().unwrap();
    write_npz(folder.path(), "net.npz", &[("-1", waves(9, 2, 1)), ("+conv", waves(9, 2, 2))], &[]);
    write_npz(folder.path(), "plain.npz", &[("-1", waves(9, 2, 1)), ("a=b", waves(9, 2, 2))], &[]);
    let note = |file: &str| words(folder.path(), &format!("compare {file} --measure cka --format csv")).err;
    assert!(note("net.npz").contains("'+conv'") && !note("plain.npz").contains("formula"), "a number is no formula");
    let page = words(folder.path(), "compare net.npz --measure cka --report page.html");
    assert_eq!(page.status, 0, "{}", page.err);
    assert!(fs::read_to_string(folder.path().join("page.html")).unwrap().contains("begins like a formula"));
}

#[test]
fn labels_of_far_more_rows_than_there_are_are_refused_before_they_are_inflated() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["conditions", "runs"] {
        let mut npz =
            NpzWriter::new(fs::File::create(folder.path().join("layers.npz")).unwrap(), Compression::Deflated);
        npz.add_matrix(name, Array2::zeros((1_000_000, 1)).view(), FloatWidth::F64).unwrap();
        npz.add_matrix("x", waves(4, 3, 1).view(), FloatWidth::F64).unwrap();
        npz.finish().unwrap();
        let found = words(folder.path(), "compare layers.npz");
        assert!(
            found.status == 1 && found.err.contains("1000000 labels, and no array has more than 4 rows"),
            "{}",
            found.err
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_limit_of_address_space_is_an_error_and_no_abort() {
    let folder = tempfile::tempdir().unwrap();
    write_npy(folder.path(), "x.npy", &waves(100, 100, 1));
    write_npy(folder.path(), "y.npy", &waves(100, 100, 2));
    let limited = |kib: usize, threads: usize| {
        let line = "compare x.npy y.npy --measure cka --measure rsa:rdm=euclidean,compare=pearson";
        let command = format!("ulimit -v {kib}; exec '{}' {line} --threads {threads}", env!("CARGO_BIN_EXE_rsakit"));
        let output = std::process::Command::new("sh").args(["-c", &command]).current_dir(&folder).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    // From too little for two threads to enough for any machine: never a signal.
    for kib in [60_000, 100_000, 150_000, 200_000, 300_000, 500_000, 1_000_000] {
        let (status, said) = limited(kib, 2);
        assert!(matches!(status, Some(0 | 1)), "{kib} KiB: {status:?} {said}");
        let names_the_limit = ["address space", "the system does not allow", "may be used"];
        assert!(status == Some(0) || names_the_limit.iter().any(|part| said.contains(part)), "{kib} KiB: {said}");
    }
    assert_eq!(limited(64_000_000, 2).0, Some(0));
}

#[test]
#[cfg(target_os = "linux")]
fn a_standard_error_that_is_full_costs_no_result() {
    let folder = tempfile::tempdir().unwrap();
    let dead = super::folder().join("edges/dead.npy");
    let command = format!("'{}' compare '{}' --out x.json 2>/dev/full", env!("CARGO_BIN_EXE_rsakit"), dead.display());
    let status = std::process::Command::new("sh").args(["-c", &command]).current_dir(&folder).status().unwrap();
    assert_eq!(status.code(), Some(0));
    let result: Value = serde_json::from_slice(&fs::read(folder.path().join("x.json")).unwrap()).unwrap();
    assert!(result["results"][0]["values"][0][0].is_f64(), "{result}");
}

#[test]
fn names_never_command_the_terminal() {
    for line in [["compare", "edges/escape_name.npz"], ["compare", "edges/escape_cell.csv"]] {
        let found = run(&line);
        assert!(!found.out.contains('\u{1b}') && !found.err.contains('\u{1b}'), "{}{}", found.out, found.err);
        assert!(format!("{}{}", found.out, found.err).contains("\\u{1b}"));
    }
}

#[test]
fn an_input_is_never_replaced_and_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let before = fs::read(super::folder().join("edges/subjects.npy")).unwrap();
    fs::write(folder.path().join("in.npy"), &before).unwrap();
    let found = words(folder.path(), "evaluate --data in.npy --models in.npy --out in.npy --force");
    assert_eq!(found.status, 2, "{}", found.err);
    assert_eq!(fs::read(folder.path().join("in.npy")).unwrap(), before);
    let twice = words(folder.path(), "evaluate --data in.npy in.npy --models in.npy");
    assert!(twice.err.contains("given twice as data"), "{}", twice.err);
}

#[test]
fn a_million_pairs_of_rows_are_refused_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let mut npz = NpzWriter::new(fs::File::create(folder.path().join("rows.npz")).unwrap(), Compression::Stored);
    let rows = Array2::from_shape_fn((105_000, 1), |(i, _)| (i % 97) as f64);
    npz.add_matrix("rows", rows.view(), FloatWidth::F32).unwrap();
    npz.finish().unwrap();
    let found = words(folder.path(), "rdm rows.npz --dissimilarity euclidean --memory 4GiB");
    assert!(found.status == 1 && found.err.contains("--conditions FILE"), "{}", found.err);
    assert!(json(&["rdm", "edges/dead.npy", "--dissimilarity", "euclidean"])["rdms"].is_array());
}
