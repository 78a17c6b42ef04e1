//! Snapshots: what the program prints, against what it printed before.
//!
//! The lines of `cases.rs` are run on the files of `inputs.rs`, and what comes out is compared with the files in
//! `tests/snapshots`: commands, keys and their order, headers, layout and numbers. Prose may change: messages stand there
//! as `…`. Numbers may differ by rounding, not more.
//!
//! A change that is meant, such as a new key, is taken over by
//!
//! ```text
//! RSAKIT_BLESS=1 cargo test -p rsa-cli snapshots
//! ```
//!
//! which rewrites the files that no longer hold, for `git diff` to show.

mod cases;
mod failures;
mod help;
mod inputs;
mod preparation;
mod texts;

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use self::{cases::Case, texts::Kind};
use crate::rsakit::{Run, rsakit};

/// The folder of what is expected.
fn snapshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots")
}

/// Runs the commands of `line`, and returns the output of the last one, from its file if it writes one.
///
/// Earlier commands make files for the last one and print nothing.
fn run(folder: &Path, line: &str) -> Run {
    let commands: Vec<Vec<&str>> = line.split(" && ").map(|command| command.split_whitespace().collect()).collect();
    let (last, before) = commands.split_last().unwrap();
    for words in before {
        let run = rsakit(folder, words);
        assert!(run.status == 0 && run.out.is_empty(), "rsakit {}: {}{}", words.join(" "), run.out, run.err);
    }
    let mut run = rsakit(folder, last);
    if let (Some(at), true) = (last.iter().position(|word| *word == "--out"), last[0] != "demo") {
        assert_eq!(run.out, "", "rsakit {}", last.join(" "));
        run.out = fs::read_to_string(folder.join(last[at + 1])).unwrap_or_default();
    }
    run.out = of_interest(last, &run.out);
    run
}

/// `text` without the prose that a demo and a catalogue are full of.
fn of_interest(words: &[&str], text: &str) -> String {
    let is_number = |word: &str| word.trim_end_matches('*').parse::<f64>().is_ok() && word.contains('.');
    let has_numbers = |line: &str| line.split_whitespace().filter(|word| is_number(word)).count() > 1;
    match words {
        ["demo", ..] => text
            .lines()
            .filter(|line| line.starts_with("$ ") || has_numbers(line))
            .map(|line| line.to_owned() + "\n")
            .collect(),
        ["measures"] => text.lines().take_while(|line| !line.is_empty()).map(|line| line.to_owned() + "\n").collect(),
        _ => text.to_owned(),
    }
}

/// Compares `found` with the snapshot `name`, or rewrites that; says what differs.
fn check(name: &str, line: &str, found: &str) -> Result<(), String> {
    assert!(!found.is_empty(), "rsakit {line} prints nothing");
    let (path, kind) = (snapshots().join(name), Kind::of(name));
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let found = texts::canonical(kind, found);
    let Some(difference) = texts::difference(kind, &texts::canonical(kind, &expected), &found) else { return Ok(()) };
    if env::var_os("RSAKIT_BLESS").is_some() {
        fs::write(path, found).unwrap();
        return Ok(());
    }
    Err(format!("rsakit {line}\ntests/snapshots/{name}, {difference}"))
}

#[track_caller]
fn assert_none(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{}\n\n{} of these; if they are meant: RSAKIT_BLESS=1 cargo test -p rsa-cli snapshots",
        wrong.join("\n\n"),
        wrong.len()
    );
}

#[track_caller]
fn assert_as_before(cases: &[Case]) {
    let folder = tempfile::tempdir().unwrap();
    inputs::write(folder.path());
    let as_before = |case: &Case| {
        let run = run(folder.path(), case.line);
        if run.status != case.status {
            let Case { line, status, .. } = case;
            return Err(format!("rsakit {line}\nexit status {}, expected {status}\n{}", run.status, run.err));
        }
        check(case.snapshot, case.line, &run.out)
    };
    assert_none(&cases.iter().filter_map(|case| as_before(case).err()).collect::<Vec<_>>());
}

#[test]
fn compare_layers() {
    assert_as_before(cases::COMPARE);
}

#[test]
fn compare_rdms() {
    assert_as_before(cases::COMPARE_RDMS);
}

#[test]
fn prepare_and_rdm() {
    assert_as_before(preparation::PREPARE);
    assert_as_before(cases::RDM);
}

#[test]
fn transform_and_model() {
    assert_as_before(cases::TRANSFORM);
    assert_as_before(cases::MODEL);
}

#[test]
fn evaluate_and_merge() {
    assert_as_before(cases::EVALUATE);
}

#[test]
fn contrast() {
    assert_as_before(cases::CONTRAST);
}

#[test]
fn regress() {
    assert_as_before(cases::REGRESS);
}

#[test]
fn decode() {
    assert_as_before(cases::DECODE);
}

#[test]
fn predict() {
    assert_as_before(cases::PREDICT);
}

#[test]
fn mds() {
    assert_as_before(cases::MDS);
}

#[test]
fn accumulate_and_merge() {
    assert_as_before(cases::ACCUMULATE);
}

#[test]
fn measures_and_demo() {
    assert_as_before(cases::OTHER);
}

#[test]
fn failures() {
    let folder = tempfile::tempdir().unwrap();
    inputs::write(folder.path());
    for (status, line) in failures::FAILURES {
        let run = rsakit(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(run.status, *status, "rsakit {line}: {}{}", run.out, run.err);
        assert!(run.out.is_empty(), "rsakit {line}: {}", run.out);
        assert!(run.err.lines().any(|line| line.starts_with("error: ")), "rsakit {line}: {}", run.err);
    }
}

#[test]
fn options() {
    let found = help::options(|words| rsakit(Path::new("."), words).out);
    assert_none(&check(help::SNAPSHOT, "help", &found).err().into_iter().collect::<Vec<_>>());
}

#[test]
fn stored_arrays_have_their_names() {
    let folder = tempfile::tempdir().unwrap();
    inputs::write(folder.path());
    let line = "rdm items.npz --dissimilarity euclidean --out made.npz";
    assert_eq!(rsakit(folder.path(), &line.split_whitespace().collect::<Vec<_>>()).status, 0);
    let bytes = fs::read(folder.path().join("made.npz")).unwrap();
    for name in ["rdms.npy", "names.npy", "conditions.npy", "rounding.npy"] {
        assert!(bytes.windows(name.len()).any(|part| part == name.as_bytes()), "{name}");
    }
}

#[test]
fn no_snapshot_is_left_over() {
    let used: BTreeSet<_> = cases::all().map(|case| case.snapshot).chain([help::SNAPSHOT]).collect();
    let names = fs::read_dir(snapshots()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left_over: Vec<_> = names.filter(|name| !name.ends_with(".rs") && !used.contains(name.as_str())).collect();
    assert!(left_over.is_empty(), "delete {left_over:?}");
}
