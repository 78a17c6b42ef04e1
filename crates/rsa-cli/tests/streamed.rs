//! Layers larger than is held in memory: read in blocks, in shards, and summed up in parts.

use std::{fs, path::Path};

use ndarray::{Array2, Axis, Slice};
use rsa_io::{FloatWidth, OpenOptions, npy};
use rsakit::{Cka, Measure, MeasureSpec, Representation};

use crate::rsakit::{Run, rsakit, waves, write_npy, write_npz};

/// Writes a layer as halves: 36 million numbers are too many to be held in memory, and a file of 72 MB.
fn write_halves(path: &Path, n: usize, p: usize, seed: usize) {
    // Two waves that layers share, and one of their own.
    let value = |(i, j): (usize, usize)| {
        let (i, j) = (i as f64, j as f64);
        (0.37 * i + j).sin()
            + (0.0211 * i * (1.0 + j % 3.0)).cos()
            + 0.7 * ((0.11 + seed as f64 * 0.013) * i + j * j).sin()
    };
    let file = fs::File::create(path).unwrap();
    npy::write_matrix(file, Array2::from_shape_fn((n, p), value).view(), FloatWidth::F16).unwrap();
}

fn read(path: &Path) -> Representation {
    rsa_io::open(&path.to_string_lossy(), &OpenOptions::default()).unwrap().layers()[0].read().unwrap()
}

fn values(run: &Run) -> Vec<f64> {
    let json = run.json();
    let of = |result: &serde_json::Value| {
        let rows = result["values"].as_array().unwrap().clone();
        rows.iter()
            .flat_map(|row| row.as_array().unwrap().clone())
            .map(|value| value.as_f64().unwrap())
            .collect::<Vec<_>>()
    };
    json["results"].as_array().unwrap().iter().flat_map(of).collect()
}

fn expected(spec: &str, x: &Representation, y: &Representation) -> f64 {
    spec.parse::<MeasureSpec>().unwrap().measure().score(x, y).unwrap()
}

#[test]
fn many_conditions_are_read_in_blocks_to_the_same_bytes_at_any_memory_and_threads() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("net")).unwrap();
    for (name, p, seed) in [("a", 24, 1), ("b", 20, 2), ("c", 16, 3)] {
        write_halves(&folder.path().join(format!("net/{name}.npy")), 600_000, p, seed);
    }
    let measures = ["cka", "cka:hsic=unbiased", "pwcca"];
    let mut arguments = vec!["compare", "net", "--format", "json"];
    measures.iter().for_each(|measure| arguments.extend(["--measure", measure]));
    let with = |more: &[&str]| rsakit(folder.path(), &[&arguments[..], more].concat());
    let run = with(&["--memory", "2GiB"]);
    assert_eq!((run.status, run.err.as_str()), (0, ""), "{}", run.out);
    assert_eq!(with(&["--memory", "45MB", "--threads", "1"]).out, run.out);
    let found = values(&run);
    let [y, x] = ["b", "c"].map(|name| read(&folder.path().join(format!("net/{name}.npy"))));
    for (m, measure) in measures.iter().enumerate() {
        let (found, expected) = (found[9 * m + 7], expected(measure, &x, &y));
        assert!((found - expected).abs() < 1e-10, "{measure}: {found} for {expected}");
    }
    // What does not fit says what it needs, and what has no form in blocks leaves the others alone.
    let small = with(&["--memory", "20MB"]);
    assert!(small.status == 1 && small.err.contains("would take about"), "{}", small.err);
    let rsa =
        ["compare", "net", "--format", "json", "--measure", "cka", "--measure", "rsa:rdm=euclidean,compare=spearman"];
    let rsa = rsakit(folder.path(), &[&rsa[..], &["--memory", "300MB"]].concat());
    assert_eq!(rsa.status, 3, "{}", rsa.err);
    let json = rsa.json();
    let (last, message) = (&json["results"][1], json["results"][1]["failures"][0]["message"].as_str().unwrap());
    assert!(last["values"][0][0].is_null() && json["results"][0]["values"][0][1].is_number());
    assert!(message.contains("has its layers in memory") && message.contains("--memory"), "{message}");
}

#[test]
fn wide_layers_are_read_in_blocks_of_features_to_the_same_bytes_at_any_memory() {
    let folder = tempfile::tempdir().unwrap();
    for (name, seed) in [("a.npy", 1), ("b.npy", 2), ("c.npy", 3)] {
        write_halves(&folder.path().join(name), 60, 200_000, seed);
    }
    let arguments = ["compare", ".", "--format", "json", "--measure", "cka", "--measure", "cka:hsic=unbiased"];
    let with = |more: &[&str]| rsakit(folder.path(), &[&arguments[..], more].concat());
    let run = with(&["--memory", "1GiB", "--verbose"]);
    assert!(run.err.contains("Gram matrices from blocks of 8192 features, passes over the files: 1"), "{}", run.err);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert_eq!(with(&["--memory", "18MB", "--threads", "1"]).out, run.out);
    let found = values(&run);
    let [y, x] = ["b.npy", "c.npy"].map(|name| read(&folder.path().join(name)));
    for (m, cka) in [Cka::linear(), Cka::linear().unbiased()].into_iter().enumerate() {
        assert!((found[9 * m + 7] - cka.score(&x, &y).unwrap()).abs() < 1e-10);
    }
}

/// Writes NaN over a number of a file of halves whose numbers end the file.
fn break_half(path: &Path, condition: usize, feature: usize, n: usize, p: usize) {
    let mut bytes = fs::read(path).unwrap();
    let at = bytes.len() - 2 * (n * p - condition * p - feature);
    bytes[at..at + 2].copy_from_slice(&[0x00, 0x7e]);
    fs::write(path, bytes).unwrap();
}

/// Checks that scores of sound layers do not depend on broken layers, and that failures name the broken ones.
#[track_caller]
fn assert_broken_layers_are_left_out(folder: &Path, measures: &[&str], small: &str, broken: [(&str, usize, usize); 2]) {
    let mut arguments = vec!["compare", "net", "--format", "json"];
    measures.iter().for_each(|measure| arguments.extend(["--measure", measure]));
    let run = rsakit(folder, &arguments);
    assert_eq!(run.status, 3, "{}{}", run.out, run.err);
    let less = rsakit(folder, &[&arguments[..], &["--memory", small, "--threads", "1"]].concat());
    assert_eq!(less.out, run.out);
    let sound: Vec<&str> = ["--layers", "a", "--layers", "c"].into();
    let alone = rsakit(folder, &[&arguments[..], &sound].concat());
    assert_eq!(alone.status, 0, "{}", alone.err);
    let (json, alone) = (run.json(), alone.json());
    for m in 0..measures.len() {
        let (all, alone) = (&json["results"][m], &alone["results"][m]);
        assert_eq!(all["rows"], serde_json::json!(["a", "b", "c", "d"]));
        for (i, k) in [(0, 0), (2, 1)] {
            for (j, l) in [(0, 0), (2, 1)] {
                let [found, expected] =
                    [&all["values"][i][j], &alone["values"][k][l]].map(|value| value.as_f64().unwrap());
                assert!((found - expected).abs() < 1e-10, "{}: {found} for {expected}", measures[m]);
            }
        }
        let failures = all["failures"].as_array().unwrap();
        assert_eq!(failures.len(), 12, "all pairs with b or d: {failures:?}");
        for failure in failures {
            // Of two broken layers the row is named.
            let named = |layer: &&(&str, usize, usize)| [&failure["row"], &failure["column"]].map(|n| n == layer.0);
            let row = broken.iter().find(|layer| named(layer)[0]).or(broken.iter().find(|layer| named(layer)[1]));
            let (layer, condition, feature) = row.unwrap();
            let message = failure["message"].as_str().unwrap();
            let place = format!("{layer}.npy: the value of condition {condition}, feature {feature}");
            assert!(failure["kind"] == "NonFinite" && message.contains(&place), "{message}");
            assert!(!message.contains('×'), "one layer is at fault: {message}");
        }
    }
}

#[test]
fn a_layer_with_nan_is_named_and_the_others_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(format!("net/{name}.npy"));
    fs::create_dir(folder.path().join("net")).unwrap();
    // Sums over conditions; The last number of all is found after the first layer was.
    let widths = [("a", 24, 1), ("b", 20, 2), ("c", 16, 3), ("d", 4, 4)];
    widths.iter().for_each(|&(name, p, seed)| write_halves(&path(name), 600_000, p, seed));
    break_half(&path("b"), 300_123, 7, 600_000, 20);
    break_half(&path("d"), 599_999, 3, 600_000, 4);
    let measures = ["cka", "pwcca"];
    assert_broken_layers_are_left_out(folder.path(), &measures, "60MB", [("b", 300_123, 7), ("d", 599_999, 3)]);
    // Gram matrices from blocks of features.
    widths.iter().for_each(|&(name, _, seed)| write_halves(&path(name), 60, 150_000, seed));
    break_half(&path("b"), 59, 149_999, 60, 150_000);
    break_half(&path("d"), 0, 3, 60, 150_000);
    assert_broken_layers_are_left_out(folder.path(), &measures[..1], "18MB", [("b", 59, 149_999), ("d", 0, 3)]);
}

#[test]
fn what_cannot_be_read_in_blocks_needs_memory_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    for (name, seed) in [("a", 1), ("b", 2)] {
        fs::create_dir(folder.path().join(name)).unwrap();
        write_halves(&folder.path().join(format!("{name}/x.npy")), 600_000, 30, seed);
    }
    let labels = |from: usize| (0..600_000).map(|i| format!("{}\n", (i + from) % 600_000)).collect::<String>();
    fs::write(folder.path().join("a/conditions.txt"), labels(0)).unwrap();
    fs::write(folder.path().join("b/conditions.txt"), labels(1)).unwrap();
    let run = rsakit(folder.path(), &["compare", "a", "b", "--measure", "cka", "--memory", "300MB"]);
    let reason = "b::x: blocks are read in the order of the files";
    assert!(run.status == 1 && run.out.contains(reason), "{}{}", run.out, run.err);
}

#[test]
fn shards_in_a_folder_are_the_layer() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("net")).unwrap();
    let (x, y) = (waves(30, 4, 1), waves(30, 5, 2));
    for (k, rows) in [0..11, 11..12, 12..30].into_iter().enumerate() {
        let rows = x.slice_axis(Axis(0), Slice::from(rows)).to_owned();
        write_npy(&folder.path().join("net"), &format!("conv.{k:03}.npy"), &rows);
    }
    write_npy(folder.path(), "conv.npy", &x);
    write_npy(folder.path(), "other.npy", &y);
    let scores =
        |first| rsakit(folder.path(), &["compare", first, "other.npy", "--measure", "cka", "--format", "csv"]).out;
    assert_eq!(scores("net"), scores("conv.npy"));
    fs::remove_file(folder.path().join("net/conv.001.npy")).unwrap();
    let run = rsakit(folder.path(), &["compare", "net", "other.npy"]);
    assert!(run.status == 1 && run.err.contains("'conv.001' is missing"), "{}", run.err);
}

const MEASURES: [&str; 10] = [
    "--measure",
    "cka",
    "--measure",
    "cka:hsic=unbiased",
    "--measure",
    "cca",
    "--measure",
    "pwcca",
    "--measure",
    "svcca:keep=count(2)",
];

/// Accumulates conditions of a.npz and b.npz.
fn accumulate(folder: &Path, rows: &str, out: &str, more: &[&str]) -> Run {
    rsakit(folder, &[&["accumulate", "a.npz", "b.npz", "--rows", rows, "--out", out], &MEASURES[..], more].concat())
}

fn layers(folder: &Path) {
    let far = |n, p, shift| waves(n, p, shift) + 1e6;
    write_npz(folder, "a.npz", &[("x", far(90, 3, 1)), ("y", far(90, 4, 2))], &[]);
    write_npz(folder, "b.npz", &[("z", far(90, 5, 3))], &[]);
}

#[test]
fn seven_parts_in_any_order_are_one_run() {
    let folder = tempfile::tempdir().unwrap();
    layers(folder.path());
    let cuts = [0, 1, 13, 30, 31, 60, 75, 90];
    let names: Vec<String> = (0..7).map(|k| format!("part{k}.npz")).collect();
    for k in [4, 0, 6, 2, 5, 1, 3] {
        let run = accumulate(folder.path(), &format!("{}..{}", cuts[k], cuts[k + 1]), &names[k], &[]);
        assert_eq!((run.status, run.err.as_str()), (0, ""));
    }
    let merge = |order: [usize; 7]| {
        let parts = order.map(|k| names[k].as_str());
        rsakit(folder.path(), &[&["merge", "--format", "json"], &parts[..]].concat())
    };
    let merged = merge([0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(merged.status, 0, "{}", merged.err);
    assert_eq!(merge([5, 3, 0, 6, 1, 2, 4]).out, merged.out);
    let compared = rsakit(folder.path(), &[&["compare", "a.npz", "b.npz", "--format", "json"], &MEASURES[..]].concat());
    let (found, expected) = (values(&merged), values(&compared));
    assert_eq!((found.len(), expected.len()), (10, 10));
    for (k, (found, expected)) in found.iter().zip(&expected).enumerate() {
        assert!((found - expected).abs() < 1e-10, "{k}: {found} for {expected}");
    }
    assert_eq!(merged.json()["results"][0]["rows"], compared.json()["results"][0]["rows"]);
    let whole = rsakit(folder.path(), &["accumulate", "a.npz", "--out", "whole.npz"]);
    assert_eq!(whole.status, 0, "{}", whole.err);
    let table = rsakit(folder.path(), &["merge", "whole.npz"]).out;
    assert!(table.contains("layers of a.npz against each other, 90 conditions"), "{table}");
}

#[test]
fn truncated_foreign_overlapping_and_missing_parts_are_named() {
    let folder = tempfile::tempdir().unwrap();
    layers(folder.path());
    for (rows, out) in
        [("0..40", "first.npz"), ("40..90", "second.npz"), ("30..90", "over.npz"), ("50..90", "late.npz")]
    {
        assert_eq!(accumulate(folder.path(), rows, out, &[]).status, 0);
    }
    let bytes = fs::read(folder.path().join("second.npz")).unwrap();
    fs::write(folder.path().join("cut.npz"), &bytes[..bytes.len() / 2]).unwrap();
    let run = rsakit(folder.path(), &["accumulate", "a.npz", "b.npz", "--rows", "40..90", "--out", "fewer.npz"]);
    assert_eq!(run.status, 0);
    // Of the same shape and name, with other numbers.
    fs::create_dir(folder.path().join("other")).unwrap();
    write_npz(&folder.path().join("other"), "b.npz", &[("z", waves(90, 5, 8))], &[]);
    let run = rsakit(
        folder.path(),
        &[&["accumulate", "a.npz", "other/b.npz", "--rows", "40..90", "--out", "numbers.npz"], &MEASURES[..]].concat(),
    );
    assert_eq!(run.status, 0, "{}", run.err);
    for (parts, message) in [
        (&["first.npz", "cut.npz"][..], "cut.npz"),
        (&["first.npz", "fewer.npz"], "first.npz and fewer.npz are parts of different comparisons"),
        (&["first.npz", "numbers.npz"], "first.npz and numbers.npz are parts of different comparisons"),
        (&["over.npz", "first.npz"], "first.npz and over.npz both have the conditions 30..40"),
        (&["first.npz", "first.npz", "second.npz"], "first.npz and first.npz both have the conditions 0..40"),
        (&["late.npz", "first.npz"], "the conditions 40..50 are missing between first.npz and late.npz"),
        (&["second.npz"], "the conditions 0..40 of 90 are missing"),
        (&["first.npz"], "the conditions 40..90 of 90 are missing"),
        (&["first.npz", "a.npz"], "a.npz: is no part"),
    ] {
        let run = rsakit(folder.path(), &[&["merge"], parts].concat());
        assert!(run.status == 1 && run.err.contains(message), "{parts:?}: {}{}", run.out, run.err);
    }
}

#[test]
fn a_flipped_bit_is_refused_or_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    layers(folder.path());
    for (rows, out) in [("0..40", "first.npz"), ("40..90", "second.npz")] {
        assert_eq!(accumulate(folder.path(), rows, out, &[]).status, 0);
    }
    let merge = |other: &str| rsakit(folder.path(), &["merge", "first.npz", other]);
    let sound = merge("second.npz").out;
    let bytes = fs::read(folder.path().join("second.npz")).unwrap();
    let mut refused = 0;
    for k in 0..60 {
        let mut flipped = bytes.clone();
        flipped[bytes.len() * k / 60] ^= 16;
        fs::write(folder.path().join("flipped.npz"), flipped).unwrap();
        let run = merge("flipped.npz");
        match run.status {
            0 => assert_eq!(run.out, sound, "a bit of byte {} changed the scores", bytes.len() * k / 60),
            status => {
                assert!(status == 1 && run.err.contains("flipped.npz"), "{}", run.err);
                refused += 1;
            }
        }
    }
    // Bits that nothing depends on are in headers of the archive alone, such as times.
    assert!(refused >= 30, "{refused} of 60 refused");
}

#[test]
fn what_is_no_sum_over_conditions_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    layers(folder.path());
    let mut broken = waves(90, 3, 1);
    broken[(47, 2)] = f64::NAN;
    write_npy(folder.path(), "broken.npy", &broken);
    for (arguments, status, message) in [
        (
            &["--measure", "rsa:rdm=euclidean,compare=spearman", "--out", "p.npz"][..],
            2,
            "--measure must be a sum over conditions",
        ),
        (&["--measure", "cka:kernel=rbf", "--out", "p.npz"], 2, "found cka:kernel=rbf"),
        (&["--rows", "0..91", "--out", "p.npz"], 2, "--rows must be within the 90 conditions"),
        (&["--rows", "7..7", "--out", "p.npz"], 2, "FROM..TO"),
        (&["--out", "p.json"], 2, ".npz"),
        (&["broken.npy", "--rows", "40..60", "--out", "p.npz"], 1, "condition 47, feature 2"),
    ] {
        let run = rsakit(folder.path(), &[&["accumulate", "a.npz"], arguments].concat());
        assert!(run.status == status && run.err.contains(message), "{arguments:?}: {}", run.err);
        assert!(!folder.path().join("p.npz").exists());
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing_behind() {
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    write_npy(folder.path(), "a.npy", &waves(30_000, 600, 1));
    let mut child = Command::new(env!("CARGO_BIN_EXE_rsakit"))
        .args(["accumulate", "a.npy", "--measure", "cca", "--out", "part.npz"])
        .current_dir(folder.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Long enough to have begun, far too short to be done.
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["a.npy"]);
}
