//! `rsakit movie` and `rsakit time`.

use std::{fs, path::Path};

use ndarray::{Array2, Array3, Axis};

use crate::rsakit::{Run, rsakit, write_npy};

#[path = "../examples/time_files.rs"]
#[expect(dead_code, reason = "the example has a main function of its own")]
mod time_files;

const CHAPTER: &str = include_str!("../docs/time.md");

/// Returns the words of the commands of the chapter, with continued lines joined.
fn commands() -> Vec<Vec<String>> {
    let blocks = CHAPTER.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("sh\n"));
    let joined: String = blocks.map(|block| block.replace("\\\n", " ")).collect();
    let words = |line: &str| line.split_whitespace().skip(1).map(|word| word.trim_matches('\'').to_owned()).collect();
    joined.lines().filter(|line| line.starts_with("rsakit ")).map(words).collect()
}

fn run(folder: &Path, words: &[String]) -> Run {
    rsakit(folder, &words.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn the_commands_of_the_chapter_find_the_latencies_of_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    time_files::write(folder).unwrap();
    let commands = commands();
    assert_eq!(commands.len(), 5);
    for words in &commands {
        let run = run(folder, words);
        assert_eq!(run.status, 0, "{words:?}: {}", run.err);
    }
    assert_eq!(fs::read(folder.join("time.png")).unwrap()[1..4], *b"PNG");
    let mut words = commands[3].clone();
    words.truncate(words.iter().position(|word| word == "--plot").unwrap());
    words.extend(["--format", "json"].map(str::to_owned));
    let json = run(folder, &words).json();
    let peak = |model: usize| json["models"][model]["peak"]["time"].as_f64().unwrap();
    assert!((peak(0) - 0.1).abs() <= 0.03 && (peak(1) - 0.2).abs() <= 0.03, "{} {}", peak(0), peak(1));
    let difference = &json["differences"][0];
    assert_eq!((&difference["model"], &difference["minus"]), (&"late".into(), &"early".into()));
    assert!(difference["interval"][0].as_f64().unwrap() > 0.0 && difference["p"].as_f64().unwrap() < 0.05);
    for model in 0..2 {
        let (model, onset) = (&json["models"][model], json["models"][model]["onset"].as_f64().unwrap());
        assert!((0.0..0.2).contains(&onset) && model["clusters"][0]["p"].as_f64().unwrap() < 0.05, "{model}");
        assert_eq!((model["scores"].as_array().unwrap().len(), model["mean"].as_array().unwrap().len()), (6, 25));
    }
    assert_eq!((&json["tried"], &json["exact"]), (&64.into(), &true.into()));
    // Nothing but noise before 0: the upper ceiling is 1/√6 there, the lower one 0.
    let upper = json["ceiling"]["upper"][1].as_f64().unwrap();
    assert!((upper - 1.0 / 6f64.sqrt()).abs() < 0.2, "{upper}");

    let table = run(folder, &commands[3][..commands[3].len() - 2]);
    assert!(table.out.starts_with("spearman of euclidean: 6 subjects, 8 conditions, 25 times from -0.095 to 0.385 s"));
    assert!(table.out.contains("above 0, corrected by cluster(mass,p=0.05), all 64 flips of signs"), "{}", table.out);
    words.splice(words.len() - 1.., ["csv".to_owned()]);
    let csv = run(folder, &words).out;
    assert!(csv.starts_with("model,time,mean,se,lower,upper,t,p,cluster,p_cluster\nearly,-0.095,"), "{csv}");
    assert_eq!(csv.lines().count(), 1 + 2 * 25);

    let lonely = rsakit(folder, &["time", "sub-01_movie.npz", "--models", "early.csv"]);
    assert!(lonely.status == 0 && lonely.err.contains("one subject: no test"), "{}{}", lonely.out, lonely.err);
    let other = rsakit(folder, &["time", "sub-01_movie.npz", "crossnobis.npz", "--models", "early.csv"]);
    assert!(
        other.status == 1 && other.err.contains("has 25 times from -0.095 to 0.385 s and crossnobis.npz 50 times"),
        "{}",
        other.err
    );
    let whole = rsakit(folder, &["compare", "--rdm", "sub-01_movie.npz", "early.csv", "--comparison", "pearson"]);
    assert!(whole.status == 1 && whole.err.contains("is a movie of 25 RDMs"), "{}", whole.err);
    let early = rsakit(folder, &["time", "sub-01_movie.npz", "--models", "early.csv", "--peaks", "1..2"]);
    assert!(early.status == 2 && early.err.contains("from -0.095 to 0.385 s"), "{}", early.err);
}

/// Values without a pattern, trials × channels × times.
fn trials(n: usize) -> Array3<f64> {
    Array3::from_shape_fn((n, 5, 12), |(i, c, t)| (((i + 1) * (i + 3) * (c + 2) + 7 * t * (i + c + 1)) as f64).sin())
}

fn write_trials(folder: &Path, name: &str, values: &Array3<f64>) {
    let (a, b, c) = values.dim();
    let mut header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({a}, {b}, {c}), }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    fs::write(folder.join(name), bytes).unwrap();
}

const AXES: [&str; 3] = ["--axes", "conditions,channels,time", "--times=0,0.01"];

fn movie(folder: &Path, input: &str, more: &[&str]) -> Run {
    rsakit(folder, &[&["movie", input], &AXES[..], more].concat())
}

#[test]
fn the_rdm_of_a_bin_is_that_of_its_patterns() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let values = trials(12);
    write_trials(folder, "t.npy", &values);
    write_trials(folder, "turned.npy", &values.view().permuted_axes([0, 2, 1]).as_standard_layout().into_owned());
    // Twelve trials: four stimuli in three runs.
    let labels = |of: &dyn Fn(usize) -> String| (0..12).map(|i| of(i) + "\n").collect::<String>();
    fs::write(folder.join("c.txt"), labels(&|i| format!("s{}", i % 4))).unwrap();
    fs::write(folder.join("r.txt"), labels(&|i| format!("r{}", i / 4))).unwrap();
    let baseline = values.slice_axis(Axis(2), (0..3).into()).mean_axis(Axis(2)).unwrap();
    // The second bin of 40 ms, after a baseline of 30 ms.
    let bin: Array2<f64> = values.slice_axis(Axis(2), (4..8).into()).mean_axis(Axis(2)).unwrap() - baseline;
    write_npy(folder, "bin.npy", &bin);
    for options in [
        &["--dissimilarity", "euclidean"][..],
        &["--dissimilarity", "correlation", "--conditions", "c.txt"],
        &["--dissimilarity", "crossnobis", "--conditions", "c.txt", "--runs", "r.txt"],
        &["--dissimilarity", "manhattan", "--conditions", "c.txt", "--noise", "diagonal"],
    ] {
        let noise = if options.contains(&"--noise") { &["--noise-times", "each"][..] } else { &[] };
        let bins = ["--bin", "40ms", "--baseline", "0..0.03", "--out", "m.npz", "--force"];
        let run = movie(folder, "t.npy", &[options, &bins[..], noise].concat());
        assert_eq!(run.status, 0, "{}", run.err);
        let found = rsa_io::read_movie(&folder.join("m.npz").display().to_string()).unwrap();
        assert_eq!(found.times.len(), 3);
        assert!((found.times[1] - 0.055).abs() < 1e-12);
        let words = [&["rdm", "bin.npy", "--format", "json"][..], options].concat();
        let expected = rsakit(folder, &words).json();
        let expected: Vec<f64> =
            expected["rdms"][0]["values"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
        for (a, b) in found.rdms[1].values().iter().zip(&expected) {
            assert!((a - b).abs() < 1e-12, "{options:?}: {a} {b}");
        }
        let turned = ["movie", "turned.npy", "--axes", "conditions,time,channels", "--times=0,0.01", "--threads", "1"];
        let run = rsakit(folder, &[&turned[..], options, &bins[..4], noise, &["--out", "n.npz", "--force"]].concat());
        assert_eq!(run.status, 0, "{}", run.err);
        let same = fs::read(folder.join("m.npz")).unwrap() == fs::read(folder.join("n.npz")).unwrap();
        assert!(same, "{options:?}: the order of axes or the number of threads makes a difference");
    }
}

#[test]
fn what_has_no_movie_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut values = trials(8);
    write_trials(folder, "t.npy", &values);
    fs::write(folder.join("c.txt"), "a\nb\nc\nd\n".repeat(2)).unwrap();
    fs::write(folder.join("once.txt"), "a\nb\nc\nd\na\nb\nc\ne\n").unwrap();
    fs::write(folder.join("r.txt"), "1\n1\n1\n1\n2\n2\n2\n2\n").unwrap();
    fs::write(folder.join("short.txt"), "a\nb\n").unwrap();
    let refused = |options: &[&str], status: i32, said: &str| {
        let run = movie(folder, "t.npy", &[options, &["--out", "m.npz"]].concat());
        assert!(run.status == status && run.err.contains(said), "{options:?}: {} {}{}", run.status, run.out, run.err);
        assert!(!folder.join("m.npz").exists());
    };
    let crossnobis = ["--dissimilarity", "crossnobis", "--conditions", "c.txt"];
    let with = |more: &[&'static str]| [&crossnobis[..], more].concat();
    refused(&with(&[]), 2, "--pseudo-trials SIZE");
    refused(
        &with(&["--pseudo-trials", "2"]),
        1,
        "condition 'a' has 2 trials, which make 1 pseudo-trial, and two are needed",
    );
    refused(&with(&["--pseudo-trials", "1", "--runs", "r.txt"]), 2, "--runs or --pseudo-trials");
    refused(&with(&["--pseudo-trials", "0"]), 2, "at least 1");
    let once = ["--dissimilarity", "crossnobis", "--conditions", "once.txt", "--pseudo-trials", "1"];
    refused(&once, 1, "condition 'd' has 1 trials");
    refused(&["--dissimilarity", "euclidean", "--pseudo-trials", "2"], 2, "cross-validated");
    refused(&["--dissimilarity", "euclidean", "--noise", "diagonal"], 1, "every condition was observed once");
    refused(&["--dissimilarity", "mahalanobis"], 2, "--noise");
    refused(&["--dissimilarity", "euclidean", "--bin", "5ms"], 2, "0.010 s, the spacing");
    refused(&["--dissimilarity", "euclidean", "--bin", "10"], 2, "such as 10ms");
    refused(&["--dissimilarity", "euclidean", "--window", "0..9"], 2, "the time window");
    refused(&["--dissimilarity", "euclidean", "--conditions", "short.txt"], 1, "short.txt");

    let bare = rsakit(folder, &["movie", "t.npy", "--dissimilarity", "euclidean", "--out", "m.npz"]);
    assert!(bare.status == 2 && bare.err.contains("--axes conditions,channels,time"), "{}", bare.err);
    let two = rsakit(
        folder,
        &[&["movie", "t.npy", "t.npy"], &AXES[..], &["--dissimilarity", "euclidean", "--out", "m.npz"]].concat(),
    );
    assert!(two.status == 2 && two.err.contains("'{}_movie.npz'"), "{}", two.err);
    let text = movie(folder, "t.npy", &["--dissimilarity", "euclidean", "--out", "m.csv"]);
    assert!(text.status == 2 && text.err.contains("an .npz file"), "{}", text.err);

    values[[3, 2, 7]] = f64::NAN;
    write_trials(folder, "nan.npy", &values);
    let nan = movie(folder, "nan.npy", &["--dissimilarity", "euclidean", "--out", "m.npz"]);
    assert!(nan.status == 1 && nan.err.contains("nan.npy") && nan.err.contains("NaN"), "{}", nan.err);
}
