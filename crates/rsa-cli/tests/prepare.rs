//! `rsakit prepare`, and the commands that read what it writes.

use std::fs;

use serde_json::json;

use crate::rsakit::{rsakit, waves, write_npy};

/// Two subjects with four trials of three conditions in two runs.
fn trials(folder: &std::path::Path) {
    for (subject, shift) in [("sub-01", 1), ("sub-02", 5)] {
        write_npy(folder, &format!("{subject}_trials.npy"), &waves(24, 5, shift));
        fs::write(folder.join(format!("{subject}_conditions.txt")), "cat\ndog\nowl\n".repeat(8)).unwrap();
    }
    fs::write(folder.join("runs.txt"), ["1\n".repeat(12), "2\n".repeat(12)].concat()).unwrap();
}

const DESIGN: [&str; 6] =
    ["sub-01_trials.npy", "sub-02_trials.npy", "--conditions", "sub-{sub}_conditions.txt", "--runs", "runs.txt"];

fn prepare(folder: &std::path::Path, more: &[&str]) -> crate::rsakit::Run {
    rsakit(folder, &[&["prepare"], &DESIGN[..], more].concat())
}

#[test]
fn prepared_files_are_read_by_every_command() {
    let folder = tempfile::tempdir().unwrap();
    trials(folder.path());
    fs::create_dir(folder.path().join("means")).unwrap();
    let steps = ["--zscore", "runs", "--average", "runs", "--out"];
    let run = prepare(folder.path(), &[&steps[..], &["means"]].concat());
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (0, "", ""));
    let inputs = ["means/sub-01_trials.npz", "means/sub-02_trials.npz"];
    let arguments = ["rdm", inputs[0], inputs[1], "--dissimilarity", "crossnobis", "--format", "json"];
    let run = rsakit(folder.path(), &arguments);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert_eq!(run.json()["conditions"], json!(["cat", "dog", "owl"]));
    // The same patterns are layers of one file.
    assert_eq!(prepare(folder.path(), &[&steps[..], &["both.npz"]].concat()).status, 0);
    let both = rsakit(folder.path(), &["rdm", "both.npz", "--dissimilarity", "crossnobis", "--format", "json"]);
    assert_eq!(both.json()["rdms"][1]["values"], run.json()["rdms"][1]["values"]);
    let info = rsakit(folder.path(), &["info", "both.npz"]);
    assert!(info.status == 0 && info.out.contains("sub-02_trials"), "{}", info.out);
    assert!(info.out.contains("prepared:") && info.out.contains("  zscore runs: 2 runs of 12 rows"), "{}", info.out);
    let compared = rsakit(folder.path(), &["compare", "both.npz", "--measure", "cka"]);
    assert_eq!((compared.status, compared.err.as_str()), (0, ""));
}

#[test]
fn folders_name_the_subjects_where_files_have_one_name() {
    let folder = tempfile::tempdir().unwrap();
    for (subject, shift) in [("sub-01", 1), ("sub-02", 5)] {
        fs::create_dir_all(folder.path().join("study").join(subject)).unwrap();
        write_npy(folder.path(), &format!("study/{subject}/betas.npy"), &waves(6, 5, shift));
        fs::write(folder.path().join(format!("study/{subject}/labels.txt")), "cat\ndog\nowl\n".repeat(2)).unwrap();
    }
    fs::create_dir(folder.path().join("out")).unwrap();
    let inputs = ["study/sub-01/betas.npy", "study/sub-02/betas.npy", "--conditions", "{folder}/labels.txt"];
    let rdm = ["--dissimilarity", "euclidean", "--format", "json"];
    let run = rsakit(folder.path(), &[&["rdm"], &inputs[..], &rdm].concat()).json();
    assert_eq!((&run["rdms"][0]["name"], &run["rdms"][1]["name"]), (&json!("sub-01"), &json!("sub-02")));
    let run =
        rsakit(folder.path(), &[&["prepare"], &inputs[..], &["--average", "conditions", "--out", "out"]].concat());
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert!(["sub-01.npz", "sub-02.npz"].iter().all(|name| folder.path().join("out").join(name).is_file()));
}

#[test]
fn nothing_is_replaced_and_nothing_written_without_out() {
    let folder = tempfile::tempdir().unwrap();
    trials(folder.path());
    let run = prepare(folder.path(), &["--pseudo-trials", "2", "--seed", "5", "--format", "json"]);
    assert_eq!(
        run.json()["layers"][0]["done"],
        json!(["pseudo-trials 2: 12 means of 2 rows each, 0 of 24 rows left out, seed 5"])
    );
    for (more, part) in [
        (vec!["--out", "sub-01_trials.npy"], "written to a .npz file"),
        (vec!["--out", "x.npz", "--format", "json"], "--format"),
        (vec!["--zscore", "conditions"], "[possible values: runs, all]"),
        (vec!["--pseudo-trials", "two"], "--pseudo-trials"),
    ] {
        let run = prepare(folder.path(), &more);
        assert!(run.status == 2 && run.err.contains(part), "{}", run.err);
    }
    assert_eq!(prepare(folder.path(), &["--out", "x.npz"]).status, 0);
    let again = prepare(folder.path(), &["--out", "x.npz"]);
    assert!(again.status == 2 && again.err.contains("x.npz exists"), "{}", again.err);
    let own = rsakit(folder.path(), &["prepare", "x.npz", "--center", "all", "--out", "x.npz", "--force"]);
    assert!(own.status == 2 && own.err.contains("x.npz is an input"), "{}", own.err);
    // In a folder the file of an input that lies there is an input, too.
    let own = rsakit(folder.path(), &["prepare", "x.npz", "--center", "all", "--out", ".", "--force"]);
    assert!(own.status == 2 && own.err.contains("an output never replaces an input"), "{}", own.err);
    let twice = rsakit(folder.path(), &["prepare", "x.npz::sub-01_trials", "x.npz::sub-02_trials", "--out", "."]);
    assert!(twice.status == 2 && twice.err.contains("two inputs would be written to"), "{}", twice.err);
    // Other labels fail with data and not with usage.
    fs::write(folder.path().join("sub-02_conditions.txt"), "cat\n".repeat(23)).unwrap();
    let run = prepare(folder.path(), &["--average", "conditions"]);
    assert!(run.status == 1 && run.err.contains("23 labels for 24 conditions"), "{}", run.err);
}
