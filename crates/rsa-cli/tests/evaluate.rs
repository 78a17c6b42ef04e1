//! `rsakit evaluate` and `rsakit merge`.

use std::{fs, path::Path};

use ndarray::{Array2, array};
use serde_json::{Value, json};

use crate::rsakit::{rsakit, waves, write_npy, write_npz};

/// RDMs of n conditions, one a row: a common part and one of their own.
fn rdms(n: usize, count: usize, shift: usize, own: f64) -> Array2<f64> {
    let pairs = n * (n - 1) / 2;
    let (common, noise) = (waves(1, pairs, 3), waves(count, pairs, shift));
    Array2::from_shape_fn((count, pairs), |(k, pair)| 2.0 + common[(0, pair)] + own * noise[(k, pair)])
}

fn materials(folder: &Path) {
    write_npy(folder, "brain.npy", &rdms(10, 5, 11, 0.8));
    write_npy(folder, "models.npy", &rdms(10, 3, 29, 0.5));
}

const EVALUATE: [&str; 5] = ["evaluate", "--data", "brain.npy", "--models", "models.npy"];

fn json_of(folder: &Path, more: &[&str]) -> Value {
    let run = rsakit(folder, &[&EVALUATE[..], more, &["--format", "json"]].concat());
    assert_eq!(run.status, 0, "{}", run.err);
    run.json()
}

#[test]
fn an_evaluation_has_everything_a_paper_reports() {
    let folder = tempfile::tempdir().unwrap();
    materials(folder.path());
    let found = json_of(
        folder.path(),
        &["--generalize-to", "both", "--resamples", "60", "--permutations", "99", "--seed", "7"],
    );
    for (key, value) in [
        ("comparison", json!("spearman")),
        ("generalize_to", json!("both")),
        ("n_conditions", json!(10)),
        ("n_subjects", json!(5)),
        ("pairs_dropped", json!(0)),
        ("seed", json!(7)),
        ("degrees_of_freedom", json!(4)),
        ("noise_ceiling_reason", Value::Null),
    ] {
        assert_eq!(found[key], value, "{key}");
    }
    assert_eq!(found["resamples"]["requested"], 60);
    let model = &found["models"][0];
    assert_eq!(model["name"], "models[0]");
    for key in [
        "score",
        "standard_error",
        "bootstrap_mean",
        "p_above_zero",
        "p_above_zero_corrected",
        "p_permutation",
        "p_below_ceiling",
    ] {
        assert!(model[key].as_f64().is_some_and(f64::is_finite), "{key}: {}", model[key]);
    }
    let by_subject: Vec<f64> =
        model["scores_by_subject"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    let mean = by_subject.iter().sum::<f64>() / 5.0;
    assert!((model["score"].as_f64().unwrap() - mean).abs() < 1e-14);
    let ceiling = &found["noise_ceiling"];
    assert!(ceiling["lower"].as_f64() < ceiling["upper"].as_f64());
    assert_eq!(ceiling["upper_is"], "maximum-without-ties");
    assert_eq!(ceiling["lower_interval"].as_array().map(Vec::len), Some(2));
    assert_eq!(found["pairwise"].as_array().map(Vec::len), Some(3));
    // A person sees the same.
    let table = rsakit(folder.path(), &EVALUATE).out;
    assert!(table.contains("spearman with 5 subjects, 10 conditions") && table.contains("noise ceiling"), "{table}");
    assert!(table.contains(&format!("{mean:.3}")) && table.contains('█') && table.contains('░'), "{table}");
}

#[test]
fn any_split_of_the_resamples_gives_the_bytes_of_one_run() {
    let folder = tempfile::tempdir().unwrap();
    materials(folder.path());
    let settings = ["--generalize-to", "both", "--resamples", "70", "--permutations", "20", "--seed", "3"];
    let whole = |threads| {
        let run = [&EVALUATE[..], &settings, &["--format", "json", "--threads", threads]].concat();
        rsakit(folder.path(), &run).out
    };
    assert_eq!(whole("1"), whole("2"));
    let mut parts = Vec::new();
    for k in 0..7 {
        let (range, name) = (format!("{}..{}", 10 * k, 10 * k + 10), format!("part{k}.npz"));
        let run = [&EVALUATE[..], &settings, &["--resamples-range", &range, "--out", &name]].concat();
        assert_eq!(rsakit(folder.path(), &run).status, 0);
        parts.push(name);
    }
    parts.rotate_left(3);
    let merge = |parts: &[&str]| rsakit(folder.path(), &[&["merge", "--format", "json"], parts].concat());
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    assert_eq!(merge(&names).out, whole("1"));

    // Missing, overlapping and foreign parts are refused by name.
    let missing: Vec<&str> = names.iter().copied().filter(|&name| name != "part4.npz").collect();
    let run = merge(&missing);
    assert!(run.status == 1 && run.err.contains("40..50 are missing between part3.npz and part5.npz"), "{}", run.err);
    let run = merge(&names.iter().copied().filter(|&name| name != "part6.npz").collect::<Vec<_>>());
    assert!(run.err.contains("the resamples 60..70 of 70 are missing"), "{}", run.err);
    let run = merge(&[&names[..], &["part2.npz"]].concat());
    assert!(run.err.contains("part2.npz and part2.npz both have the resamples 20..30"), "{}", run.err);
    let other =
        [&EVALUATE[..], &["--generalize-to", "both", "--resamples", "70", "--permutations", "20", "--seed", "4"]]
            .concat();
    let run = rsakit(folder.path(), &[&other[..], &["--resamples-range", "0..10", "--out", "other.npz"]].concat());
    assert_eq!(run.status, 0);
    let run = merge(&[&["other.npz"], &names[..]].concat());
    assert!(
        run.status == 1 && run.err.contains("other.npz") && run.err.contains("different evaluations"),
        "{}",
        run.err
    );
    let run = merge(&["brain.npy"]);
    assert!(run.status == 1 && run.err.contains("brain.npy"), "{}", run.err);
}

#[test]
fn models_with_parameters_are_fitted_on_other_folds() {
    let folder = tempfile::tempdir().unwrap();
    materials(folder.path());
    let arguments = ["evaluate", "--data", "brain.npy", "--fit", "weighted=models.npy", "--format", "json"];
    let run = rsakit(folder.path(), &arguments);
    assert!(run.status == 2 && run.err.contains("--crossvalidate"), "{}", run.err);
    let folds = ["--crossvalidate", "subjects=2,conditions=2,repeats=3"];
    for kind in ["selection", "weighted", "non-negative", "interpolated"] {
        let fit = format!("{kind}=models.npy");
        let arguments = ["evaluate", "--data", "brain.npy", "--fit", &fit, "--format", "json"];
        let found = rsakit(folder.path(), &[&arguments[..], &folds].concat()).json();
        assert_eq!(found["models"][0]["name"], format!("{kind}(models)"));
        assert!(found["models"][0]["score"].as_f64().is_some_and(|score| score > 0.0), "{kind}: {found}");
    }
    let run =
        rsakit(folder.path(), &["evaluate", "--data", "brain.npy", "--fit", "wieghted=models.npy", folds[0], folds[1]]);
    assert!(run.status == 2 && run.err.contains("selection, weighted, non-negative, interpolated"), "{}", run.err);
}

#[test]
fn conditions_are_aligned_by_label_and_gaps_dropped_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let names = |order: [usize; 4]| order.map(|k| ["cat", "dog", "owl", "elk"][k].to_owned()).to_vec();
    let square = array![[0.0, 1.0, 2.0, 5.0], [1.0, 0.0, 3.0, 4.0], [2.0, 3.0, 0.0, 7.0], [5.0, 4.0, 7.0, 0.0]];
    let turned = |order: [usize; 4]| square.select(ndarray::Axis(0), &order).select(ndarray::Axis(1), &order);
    write_npz(folder.path(), "a.npz", &[("s1", turned([0, 1, 2, 3]))], &names([0, 1, 2, 3]));
    write_npz(folder.path(), "b.npz", &[("s2", turned([3, 1, 0, 2]))], &names([3, 1, 0, 2]));
    let mut gap = turned([2, 3, 1, 0]);
    (gap[(0, 1)], gap[(1, 0)]) = (f64::NAN, f64::NAN);
    write_npz(folder.path(), "m.npz", &[("model", gap)], &names([2, 3, 1, 0]));
    let run = rsakit(folder.path(), &["evaluate", "--data", "a.npz", "b.npz", "--models", "m.npz", "--format", "json"]);
    assert!(run.err.contains("m.npz: conditions were brought into one order"), "{}", run.err);
    let found = run.json();
    assert_eq!((&found["pairs_dropped"], &found["models"][0]["score"]), (&json!(1), &json!(1.0)));
    assert_eq!(found["models"][0]["p_above_zero"], Value::Null, "identical subjects have no variance to test with");
}

#[test]
fn what_cannot_be_is_refused_with_its_culprit() {
    let folder = tempfile::tempdir().unwrap();
    materials(folder.path());
    let mut models = rdms(10, 3, 29, 0.5);
    models.row_mut(1).fill(1.0);
    write_npy(folder.path(), "constant.npy", &models);
    write_npy(folder.path(), "two.npy", &array![[1.0]]);
    write_npy(folder.path(), "nan.npy", &Array2::from_elem((1, 45), f64::NAN));
    write_npy(folder.path(), "few.npy", &rdms(9, 1, 1, 0.1));
    for (arguments, status, part) in [
        (&["--models", "constant.npy"][..], 3, "'constant[1]'"),
        (&["--models", "nan.npy"], 1, "'nan'"),
        (&["--models", "few.npy"], 1, "9 conditions"),
        (&["--models", "models.npy", "--comparison", "bures"], 2, "one that can be weighted by a resample"),
        (&["--models", "models.npy", "--comparison", "spearmen"], 2, "did you mean 'spearman'?"),
        (&["--models", "models.npy", "--correct", "max"], 2, "--permutations"),
        (&["--models", "models.npy", "--crossvalidate", "folds=2"], 2, "none of subjects, conditions, repeats"),
        (&["--models", "models.npy", "--resamples-range", "3..1", "--out", "p.npz"], 2, "as in 0..100"),
        (&["--models", "models.npy", "--resamples-range", "0..9", "--out", "p.npz"], 2, "--generalize-to"),
        (&["--models", "models.npy", "--resamples-range", "0..9", "--out", "p.json"], 2, "part.npz together"),
        (&["--models", "models.npy", "--out", "p.npz"], 2, "part.npz together"),
        (&["--models", "models.npy", "--generalize-to", "both", "--resamples", "1"], 2, "at least 2"),
        (&["--models", "models.npy", "--crossvalidate", "subjects=0"], 2, "no number above 0"),
        (&["--models", "models.npy", "--crossvalidate", "subjects=2,subjects=3"], 2, "given twice"),
        (&[], 2, "--models"),
    ] {
        let run = rsakit(folder.path(), &[&["evaluate", "--data", "brain.npy"], arguments].concat());
        assert!(run.status == status && run.err.contains(part), "{arguments:?}: {} {}", run.status, run.err);
    }
    let run = rsakit(folder.path(), &["evaluate", "--data", "two.npy", "--models", "two.npy"]);
    assert!(run.status == 1 && run.err.contains("at least 3 needed"), "{}", run.err);
    // One subject is enough for scores, and nothing else.
    write_npy(folder.path(), "one.npy", &rdms(10, 1, 5, 0.3));
    let found =
        rsakit(folder.path(), &["evaluate", "--data", "one.npy", "--models", "models.npy", "--format", "json"]).json();
    assert_eq!(found["noise_ceiling"], Value::Null);
    assert!(found["noise_ceiling_reason"].as_str().is_some_and(|reason| reason.contains("two subjects")));
    assert!(found["models"][0]["score"].is_f64() && found["models"][0]["standard_error"].is_null());
}

#[test]
fn nothing_is_overwritten_unasked() {
    let folder = tempfile::tempdir().unwrap();
    materials(folder.path());
    fs::write(folder.path().join("out.json"), "precious").unwrap();
    let arguments = [&EVALUATE[..], &["--out", "out.json"]].concat();
    let run = rsakit(folder.path(), &arguments);
    assert!(run.status == 2 && run.err.contains("--force"), "{}", run.err);
    assert_eq!(fs::read_to_string(folder.path().join("out.json")).unwrap(), "precious");
    assert_eq!(rsakit(folder.path(), &[&arguments[..], &["--force"]].concat()).status, 0);
    assert!(fs::read_to_string(folder.path().join("out.json")).unwrap().starts_with("{\"comparison\":\"spearman\""));
}
