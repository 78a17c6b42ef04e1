//! Results and messages on terminals, pipes and disks: what is escaped, what is refused, and what is never lost.

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
};

use ndarray::{Array2, Axis, concatenate};

use crate::rsakit::{rsakit, waves, write_npy, write_npz};

/// Runs `rsakit` with the given streams; returns its status and what came through pipes.
fn run(folder: &Path, arguments: &[&str], out: Stdio, err: Stdio) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsakit"));
    let output = command.args(arguments).current_dir(folder).stdout(out).stderr(err).spawn().unwrap();
    let output = output.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A pipe that nobody reads.
fn closed_pipe() -> Stdio {
    let (_, writer) = std::io::pipe().unwrap();
    writer.into()
}

/// Layers with a dead unit, about which there is a note.
fn write_dead(folder: &Path) {
    let alive = waves(8, 3, 0);
    write_npy(folder, "dead.npy", &concatenate![Axis(1), alive, Array2::zeros((8, 1))]);
}

#[cfg(target_os = "linux")]
fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

#[test]
#[cfg(target_os = "linux")]
fn a_standard_error_that_takes_nothing_costs_no_result() {
    let folder = tempfile::tempdir().unwrap();
    write_dead(folder.path());
    let expected = rsakit(folder.path(), &["compare", "dead.npy"]);
    assert!(expected.err.starts_with("note: "), "{}", expected.err);
    for err in [full(), closed_pipe()] {
        let (status, out, _) = run(folder.path(), &["compare", "dead.npy"], Stdio::piped(), err);
        assert_eq!((status, out), (0, expected.out.clone()));
    }
    let to_file = ["compare", "dead.npy", "-v", "--out", "x.json"];
    assert_eq!(run(folder.path(), &to_file, Stdio::piped(), full()).0, 0);
    assert!(folder.path().join("x.json").is_file());
    for (arguments, status) in [(["compare", "none.npy"], 1), (["compare", "--mesure"], 2), (["demo", "--mesure"], 2)] {
        for err in [full(), closed_pipe()] {
            assert_eq!(run(folder.path(), &arguments, Stdio::piped(), err).0, status, "{arguments:?}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_standard_output_is_an_error_and_a_closed_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    write_dead(folder.path());
    for arguments in [&["compare", "dead.npy"][..], &["measures"], &["--help"], &["--version"], &[]] {
        let (status, _, err) = run(folder.path(), arguments, full(), Stdio::piped());
        assert_eq!(status, 1, "{arguments:?}: {err}");
        assert!(err.contains("error: writing to standard output: "), "{err}");
        assert_eq!(run(folder.path(), arguments, closed_pipe(), Stdio::piped()).0, 0, "{arguments:?}");
    }
}

#[test]
fn names_do_not_act_on_the_terminal_and_files_keep_their_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let name = "conv\u{1b}[2J\u{202e}\r1";
    let mut dead = waves(8, 3, 0);
    dead.column_mut(1).fill(0.0);
    let labels: Vec<String> = (0..8).map(|i| format!("\u{1b}]0;title\u{7}{i}")).collect();
    write_npz(folder.path(), "a.npz", &[(name, dead), ("constant", Array2::ones((8, 2)))], &labels);
    let acts = |text: &str| text.chars().any(|c| c != '\n' && c.is_control() || c == '\u{202e}');
    let shown = rsakit(folder.path(), &["compare", "a.npz", "--measure", "cka", "-v"]);
    assert!(!acts(&shown.out) && shown.out.contains("conv\\u{1b}[2J\\u{202e}\\r1"), "{:?}", shown.out);
    assert!(!acts(&shown.err) && shown.err.contains("conv\\u{1b}[2J"), "{:?}", shown.err);
    let json = rsakit(folder.path(), &["compare", "a.npz", "--measure", "cka", "--format", "json"]).json();
    assert_eq!(json["results"][0]["rows"][0], name);
    let csv = rsakit(folder.path(), &["compare", "a.npz", "--measure", "cka", "--format", "csv"]).out;
    assert!(csv.contains(name), "{csv:?}");
    let missing = rsakit(folder.path(), &["compare", "a.npz::\u{1b}[31mred"]);
    assert!(missing.status == 1 && !acts(&missing.err) && missing.err.contains("\\u{1b}[31mred"), "{:?}", missing.err);
    let typed = rsakit(folder.path(), &["compare", "a.npz", "b.npz", "\u{1b}[31mred"]);
    assert!(typed.status == 2 && !acts(&typed.err) && typed.err.starts_with("error: unexpected"), "{:?}", typed.err);
    let rdm = rsakit(folder.path(), &["rdm", "a.npz", "--dissimilarity", "correlation"]);
    assert!(!acts(&rdm.out) && !acts(&rdm.err), "{:?}{:?}", rdm.out, rdm.err);
}

#[test]
fn an_output_never_replaces_an_input() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_npy(folder.path(), "x.npy", &waves(6, 3, 0));
    write_npy(folder.path(), "rdms.npy", &waves(4, 15, 0).mapv(f64::abs));
    fs::create_dir(at("layers")).unwrap();
    fs::copy(at("x.npy"), at("layers/x.npy")).unwrap();
    fs::copy(at("x.npy"), at("x.html")).unwrap();
    fs::write(at("labels.txt"), "a\nb\nc\nd\ne\nf\n").unwrap();
    fs::hard_link(at("x.npy"), at("hard.csv")).unwrap();
    let mut lines = vec![
        "rdm x.npy --dissimilarity euclidean --out x.npy",
        "rdm x.npy::x --dissimilarity euclidean --out ./layers/../x.npy",
        "rdm x.npy --dissimilarity euclidean --conditions labels.txt --out labels.txt",
        "rdm layers --dissimilarity euclidean --out layers/x.npy",
        "compare x.npy --out hard.csv",
        "evaluate --data rdms.npy --models rdms.npy --out rdms.npy",
        "mds --rdm rdms.npy --comparison spearman --groups labels.txt --out labels.txt",
        "accumulate x.npy --out x.npy",
        "merge x.npy --out x.npy",
        "merge x.html --report x.html",
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("x.npy", at("soft.csv")).unwrap();
        std::os::unix::fs::symlink("layers", at("linked")).unwrap();
        lines.extend([
            "compare x.npy --out soft.csv",
            "compare soft.csv --out x.npy",
            "compare layers --out linked/x.npy",
        ]);
    }
    let before: Vec<_> = ["x.npy", "rdms.npy", "labels.txt"].iter().map(|name| fs::read(at(name)).unwrap()).collect();
    for line in lines {
        let words: Vec<&str> = line.split(' ').chain(["--force"]).collect();
        let run = rsakit(folder.path(), &words);
        assert_eq!(run.status, 2, "{line}: {}{}", run.out, run.err);
        assert!(run.err.contains("an output never replaces an input"), "{line}: {}", run.err);
    }
    let after: Vec<_> = ["x.npy", "rdms.npy", "labels.txt"].iter().map(|name| fs::read(at(name)).unwrap()).collect();
    assert_eq!(before, after);
    // A new file beside the inputs, and another file that exists, are no inputs.
    let beside = rsakit(folder.path(), &["compare", "layers", "--measure", "cka", "--out", "layers/scores.csv"]);
    assert_eq!(beside.status, 0, "{}", beside.err);
    fs::write(at("old.csv"), "old").unwrap();
    assert_eq!(rsakit(folder.path(), &["compare", "x.npy", "--out", "old.csv", "--force"]).status, 0);
}
