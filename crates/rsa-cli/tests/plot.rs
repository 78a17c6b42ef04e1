//! Figures, maps and pages.

use std::fs;

use crate::rsakit::{Run, rsakit, waves, write_npy, write_npz};

fn labels(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("c{i}")).collect()
}

/// A folder with two networks, an RDM of brains and one of models.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write_npz(path, "a.npz", &[("one", waves(12, 5, 0)), ("two", waves(12, 6, 3))], &labels(12));
    write_npz(path, "b.npz", &[("one", waves(12, 5, 1)), ("two", waves(12, 4, 8))], &labels(12));
    for (input, out) in [("a.npz", "brain.npz"), ("b.npz", "models.npz")] {
        let run = rsakit(path, &["rdm", input, "--dissimilarity", "euclidean", "--out", out]);
        assert_eq!(run.status, 0, "{}", run.err);
    }
    folder
}

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

#[test]
fn every_command_draws_and_reports() {
    let folder = folder();
    let commands: [&[&str]; 5] = [
        &["compare", "a.npz", "b.npz", "--measure", "cka"],
        &["compare", "--rdm", "brain.npz::rdms", "models.npz", "--layers", "one"],
        &["rdm", "a.npz", "--dissimilarity", "correlation"],
        &["evaluate", "--data", "brain.npz", "--models", "models.npz"],
        &["mds", "--rdm", "brain.npz", "--layers", "one"],
    ];
    for command in commands {
        let out = [command, &["--plot", "f.svg", "--report", "r.html", "--force"]].concat();
        let run = rsakit(folder.path(), &out);
        assert_eq!(run.status, 0, "{command:?}: {}", run.err);
        // What is printed is the same with and without figures.
        assert_eq!(run.out, rsakit(folder.path(), command).out);
        let (svg, html) = (read(&folder, "f.svg"), read(&folder, "r.html"));
        assert!(svg.starts_with("<?xml") && svg.ends_with("</svg>\n") && svg.contains("<desc>"));
        for part in ["How to reproduce this", "SHA-256", "How to cite", "Content-Security-Policy", "aria-label"] {
            assert!(html.contains(part), "{command:?} lacks {part}");
        }
        let (body, _script) = html.split_once("<script>").unwrap();
        assert!(body.contains(&format!("rsakit {} ", command[0])) && !body.contains("NaN"));
        let again = rsakit(folder.path(), &out);
        assert_eq!((again.status, read(&folder, "f.svg"), read(&folder, "r.html")), (0, svg, html));
    }
}

/// The files that `merge` of `parts` draws and reports, less the command, which the page repeats.
fn merged(folder: &tempfile::TempDir, parts: &[&str]) -> [String; 2] {
    let command = [&["merge"], parts, &["--plot", "m.svg", "--report", "m.html", "--force"]].concat();
    let run = rsakit(folder.path(), &command);
    assert_eq!(run.status, 0, "{command:?}: {}", run.err);
    [read(folder, "m.svg"), read(folder, "m.html").replace(&format!("rsakit {}", command.join(" ")), "")]
}

#[test]
fn merged_parts_are_drawn_and_reported_as_one_run() {
    let folder = folder();
    let run = |arguments: &[&str]| {
        let run = rsakit(folder.path(), arguments);
        assert_eq!(run.status, 0, "{arguments:?}: {}", run.err);
    };
    let whole = |command: &[&str]| {
        let command = [command, &["--plot", "f.svg", "--report", "r.html", "--force"]].concat();
        run(&command);
        [read(&folder, "f.svg"), read(&folder, "r.html").replace(&format!("rsakit {}", command.join(" ")), "")]
    };
    let evaluate = ["evaluate", "--data", "brain.npz", "--models", "models.npz", "--generalize-to", "conditions"];
    let evaluate = [&evaluate[..], &["--resamples", "30", "--seed", "5"]].concat();
    for (range, out) in [("0..10", "e0.npz"), ("10..30", "e1.npz")] {
        run(&[&evaluate[..], &["--resamples-range", range, "--out", out]].concat());
    }
    let expected = whole(&evaluate);
    assert!(expected[1].contains("brain.npz") && expected[1].contains("30"));
    assert_eq!(merged(&folder, &["e1.npz", "e0.npz"]), expected);

    let layers = ["a.npz", "b.npz", "--measure", "cka", "--measure", "cca"];
    for (rows, out) in [("0..5", "c0.npz"), ("5..12", "c1.npz")] {
        run(&[&["accumulate"], &layers[..], &["--rows", rows, "--out", out]].concat());
    }
    // Scores agree to ten digits, of which six are shown.
    let expected = whole(&[&["compare"], &layers[..]].concat());
    assert_eq!(merged(&folder, &["c0.npz", "c1.npz"]), expected);

    // Where the inputs are not, the page says so.
    fs::remove_file(folder.path().join("a.npz")).unwrap();
    assert!(merged(&folder, &["c0.npz", "c1.npz"])[1].contains("not here"));
    let refused = rsakit(folder.path(), &["merge", "c0.npz", "c1.npz", "--plot", "f.pdf"]);
    assert!(refused.status == 2 && refused.err.contains("figures are .svg or .png files"), "{}", refused.err);
}

#[test]
fn a_report_of_fifty_layers_is_below_two_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<_> = (0..50).map(|k| format!("features.block{k}.conv")).collect();
    let layers: Vec<_> = names.iter().enumerate().map(|(k, name)| (name.as_str(), waves(20, 3, k))).collect();
    write_npz(folder.path(), "deep.npz", &layers, &[]);
    let run = rsakit(folder.path(), &["compare", "deep.npz", "--report", "r.html", "--quiet"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let size = read(&folder, "r.html").len();
    assert!((400_000..2_000_000).contains(&size), "{size} bytes");
}

#[test]
fn figures_are_refused_before_any_work() {
    let folder = folder();
    let refused = |arguments: &[&str]| -> Run {
        let run = rsakit(folder.path(), arguments);
        assert_eq!(run.status, 2, "{}", run.out);
        run
    };
    let run = refused(&["compare", "a.npz", "--plot", "f.pdf"]);
    assert!(run.err.contains("figures are .svg or .png files"), "{}", run.err);
    let run = refused(&["compare", "a.npz", "--report", "r.txt"]);
    assert!(run.err.contains("a report is an .html file"), "{}", run.err);
    fs::write(folder.path().join("f.svg"), "mine").unwrap();
    let run = refused(&["compare", "a.npz", "--plot", "f.svg"]);
    assert!(run.err.contains("--force"), "{}", run.err);
    assert_eq!(read(&folder, "f.svg"), "mine");
}

#[test]
fn maps_have_as_many_points_as_there_are_items() {
    let folder = folder();
    let map = |arguments: &[&str]| rsakit(folder.path(), &[arguments, &["--format", "json"]].concat()).json();
    let conditions = map(&["mds", "--rdm", "brain.npz", "--layers", "one"]);
    assert_eq!(conditions["points"].as_array().unwrap().len(), 12);
    assert_eq!((&conditions["points"][3]["name"], &conditions["scaling"]), (&"c3".into(), &"metric".into()));
    let layers = map(&["mds", "a.npz", "b.npz", "--measure", "cka", "--ordinal"]);
    assert_eq!((layers["points"].as_array().unwrap().len(), &layers["points"][2]["group"]), (4, &"b".into()));
    let rdms = map(&["mds", "--rdm", "brain.npz", "models.npz", "--comparison", "rho-a"]);
    assert_eq!(rdms["dissimilarity"], "1 − similarity");
    let several = rsakit(folder.path(), &["mds", "--rdm", "brain.npz"]);
    assert!(
        several.status == 2
            && several.err.contains("--layers NAME")
            && several.err.contains("found 2 in brain.npz: one, two"),
        "{}",
        several.err
    );
}

#[test]
fn groups_must_fit_and_show_as_brackets() {
    let folder = folder();
    let run = |lines: usize| {
        let groups: String = (0..lines).map(|k| if k < 5 { "animate\n" } else { "inanimate\n" }).collect();
        fs::write(folder.path().join("groups.txt"), groups).unwrap();
        let rdm = ["rdm", "a.npz", "--dissimilarity", "euclidean", "--plot-groups", "groups.txt", "--plot-ranks"];
        rsakit(folder.path(), &[&rdm[..], &["--plot", "f.svg", "--force"]].concat())
    };
    assert_eq!(run(12).status, 0);
    let svg = read(&folder, "f.svg");
    assert!(svg.contains(">inanimate<") && svg.contains("percentile of euclidean"));
    let few = run(11);
    assert!(few.status == 1 && few.err.contains("11 labels for 12 points"), "{}", few.err);
}

#[test]
fn a_page_says_what_may_mislead() {
    let folder = tempfile::tempdir().unwrap();
    let mut dead = waves(12, 5, 0);
    dead.column_mut(2).fill(1.0);
    write_npz(folder.path(), "a.npz", &[("one", dead), ("two", waves(12, 4, 2))], &[]);
    let run = rsakit(folder.path(), &["compare", "a.npz", "--measure", "cka", "--report", "r.html"]);
    assert!(run.err.contains("dead units) in one (1 of 5)"), "{}", run.err);
    assert!(read(&folder, "r.html").contains("dead units) in one (1 of 5)"));
    // Features × conditions: as many columns, and rows that differ.
    write_npz(folder.path(), "t.npz", &[("one", waves(5, 12, 0)), ("two", waves(4, 12, 2))], &[]);
    let swapped = rsakit(folder.path(), &["compare", "t.npz", "--measure", "cka"]);
    assert!(swapped.err.contains("transpose the arrays"), "{}", swapped.err);
    // Three subjects.
    write_npy(folder.path(), "brain.npy", &waves(3, 66, 1));
    write_npy(folder.path(), "model.npy", &waves(2, 66, 5));
    let run = rsakit(folder.path(), &["evaluate", "--data", "brain.npy", "--models", "model.npy"]);
    assert!(run.out.contains("tests with 2 degrees of freedom"), "{}{}", run.out, run.err);
}
