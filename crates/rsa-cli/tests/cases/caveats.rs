//! Sentences beside numbers that are right: on chance, few pairs, gaps in a design, skipped pairs.

use ndarray::Array2;
use serde_json::Value;

use super::{assert_near, folder, json, run};
use crate::rsakit::{rsakit, waves, write_npy, write_npz};

/// Returns the kinds of the warnings about pairs.
fn kinds(answer: &Value) -> Vec<&str> {
    let warnings = answer["warnings"].as_array().unwrap();
    warnings.iter().map(|warning| warning["kind"].as_str().unwrap()).filter(|kind| *kind != "Input").collect()
}

/// Returns the only score of a comparison.
fn only_score(answer: &Value) -> f64 {
    answer["results"][0]["values"][0][0].as_f64().unwrap()
}

#[test]
fn two_or_three_common_pairs_are_said_with_their_numbers() {
    for (file, text) in [("two", "2 of 15 dissimilarities are compared"), ("three", "3 of 15 dissimilarities")] {
        let file = format!("19-constant-after-nan/{file}.npy");
        let answer = json(&["compare", "--rdm", &file, "19-constant-after-nan/v.npy"]);
        assert_eq!(kinds(&answer), ["FewPairs"], "{answer:#}");
        let message = answer["warnings"][0]["message"].as_str().unwrap();
        assert!(message.contains(text), "{message}");
        let table = run(&["compare", "--rdm", &file, "19-constant-after-nan/v.npy"]);
        assert!(table.status == 0 && table.out.contains("  ! ") && table.out.contains(text), "{}", table.out);
    }
    // Two pairs correlate by one whatever they are.
    let two = json(&["compare", "--rdm", "19-constant-after-nan/two.npy", "19-constant-after-nan/v.npy"]);
    assert_near(only_score(&two).abs(), 1.0, 1e-12);
}

#[test]
fn what_is_constant_on_the_common_pairs_is_still_refused() {
    for file in ["const", "almost", "one", "all_nan"] {
        let file = format!("19-constant-after-nan/{file}.npy");
        assert_eq!(run(&["compare", "--rdm", &file, "19-constant-after-nan/v.npy"]).status, 1, "{file}");
    }
}

#[test]
fn a_whole_rdm_of_many_conditions_has_no_caveat() {
    let folder = tempfile::tempdir().unwrap();
    let rdm = |phase: f64| Array2::from_shape_fn((1, 45), |(_, k)| 2.0 + (k as f64 * 1.3 + phase).sin());
    let with_gaps = |gaps: usize| {
        let mut rdm = rdm(0.5);
        (0..gaps).for_each(|k| rdm[(0, k)] = f64::NAN);
        rdm
    };
    write_npy(folder.path(), "whole.npy", &rdm(0.0));
    for (gaps, expected) in [(0, None), (22, None), (26, Some("19 of 45")), (42, Some("3 of 45"))] {
        write_npy(folder.path(), "gaps.npy", &with_gaps(gaps));
        for comparison in ["spearman", "kendall-a", "cosine", "whitened-pearson"] {
            let line = ["compare", "--rdm", "gaps.npy", "whole.npy", "--comparison", comparison, "--format", "json"];
            let answer = rsakit(folder.path(), &line).json();
            let message = answer["warnings"][0]["message"].as_str();
            let is_right = match expected {
                None => message.is_none(),
                Some(text) => message.is_some_and(|message| message.contains(text)),
            };
            assert!(is_right, "{gaps} {comparison}: {answer:#}");
        }
    }
}

#[test]
fn one_line_tells_of_all_rdms_with_few_pairs() {
    let folder = tempfile::tempdir().unwrap();
    // Five RDMs of six conditions, of which each has the same four pairs.
    let value = |k: usize, pair: usize| if pair < 11 { f64::NAN } else { ((k + 1) * pair * pair) as f64 % 7.0 };
    write_npy(folder.path(), "rdms.npy", &Array2::from_shape_fn((5, 15), |(k, pair)| value(k, pair)));
    let table = rsakit(folder.path(), &["compare", "--rdm", "rdms.npy"]).out;
    assert_eq!(table.matches("4 of 15 dissimilarities").count(), 1, "{table}");
    assert!(table.contains("more such pairs)"), "{table}");
}

#[test]
fn correlations_that_independent_data_have_are_said() {
    let folder = tempfile::tempdir().unwrap();
    // 20 conditions have 19 dimensions: 3 are under a fifth of them, 6 and 12 are more.
    let layers = [("narrow", waves(20, 3, 1)), ("wide", waves(20, 6, 2)), ("wider", waves(20, 12, 3))];
    write_npz(folder.path(), "net.npz", &layers, &[]);
    let answer = |first: &str, second: &str, measure: &str| {
        let (first, second) = (format!("net.npz::{first}"), format!("net.npz::{second}"));
        rsakit(folder.path(), &["compare", &first, &second, "--measure", measure, "--format", "json"]).json()
    };
    for measure in ["cca", "cca:mean=squared", "svcca:keep=variance(0.999)", "pwcca"] {
        let found = answer("narrow", "wide", measure);
        assert_eq!(kinds(&found), ["ChanceCorrelations"], "{measure}: {found:#}");
        assert!(kinds(&answer("narrow", "narrow", measure)).is_empty(), "{measure}");
    }
    let message = answer("narrow", "wide", "cca")["warnings"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("about 0.32, the share of 6 in 19 dimensions"), "{message}");
    assert_eq!(kinds(&answer("wide", "wider", "cca")), ["ChanceCorrelations"]);
    assert_eq!(kinds(&answer("wider", "wider", "cca")), ["ForcedCorrelations", "ChanceCorrelations"]);
}

#[test]
fn crossnobis_of_conditions_that_runs_lack_has_a_warning() {
    let answer = |file: &str, labels: &str| {
        let [conditions, runs] = ["cond", "run"].map(|word| format!("15-missing-condition/{word}{labels}.txt"));
        let file = format!("15-missing-condition/{file}.npy");
        json(&["rdm", &file, "--conditions", &conditions, "--runs", &runs, "--dissimilarity", "crossnobis"])
    };
    for file in ["two_gaps", "two_gaps_off", "two_gaps_runoff"] {
        let found = answer(file, "2");
        let warnings = found["warnings"].as_array().unwrap();
        let [warning] = warnings.as_slice() else { panic!("{found:#}") };
        let text = warning.as_str().unwrap();
        assert!(text.starts_with("2 of 5 conditions were not observed in every run"), "{text}");
        assert!(text.contains("constants added to the patterns of a run no longer cancel"), "{text}");
    }
    // c2 – c3 of the data, and of the data with a mean for each run.
    assert_near(answer("two_gaps", "2")["rdms"][0]["values"][7].as_f64().unwrap(), 3.683, 5e-3);
    for file in ["full", "full_runoff"] {
        assert_eq!(answer(file, "0")["warnings"], serde_json::json!([]), "{file}");
    }
}

#[test]
fn layers_of_one_design_have_one_warning() {
    let folder = tempfile::tempdir().unwrap();
    write_npz(folder.path(), "net.npz", &[("a", waves(7, 4, 1)), ("b", waves(7, 3, 2))], &[]);
    std::fs::write(folder.path().join("conditions.txt"), "x\ny\nz\nx\ny\nx\ny\n").unwrap();
    std::fs::write(folder.path().join("runs.txt"), "1\n1\n1\n2\n2\n3\n3\n").unwrap();
    let line = |dissimilarity: &str| {
        let design = ["--conditions", "conditions.txt", "--runs", "runs.txt", "--dissimilarity", dissimilarity];
        rsakit(folder.path(), &[&["rdm", "net.npz"], design.as_slice()].concat())
    };
    // z is in one run alone, which crossnobis refuses.
    assert_eq!(line("crossnobis").status, 1);
    std::fs::write(folder.path().join("conditions.txt"), "x\ny\nz\nx\nz\nx\ny\n").unwrap();
    let found = line("crossnobis");
    assert_eq!(
        found.err.matches("2 of 3 conditions were not observed in every run in 2 layers").count(),
        1,
        "{}",
        found.err
    );
    assert!(!line("euclidean").err.contains("in every run"), "a mean over all runs needs no contrast within runs");
}

#[test]
fn maps_tell_how_many_pairs_they_skip() {
    let warnings =
        |file: &str| json(&["mds", "--rdm", &format!("29-mds-duplicates/{file}.npy")])["warnings"].to_string();
    assert!(warnings("nan").contains("is missing were skipped: 1 of 36"), "{}", warnings("nan"));
    assert!(warnings("neg").contains("because no distance is negative: 1 of 36"), "{}", warnings("neg"));
    assert_eq!(warnings("rdm"), "[]");
    let folder = tempfile::tempdir().unwrap();
    let value = |k: usize| if k.is_multiple_of(4) { f64::NAN } else { 1.0 + (k as f64).sin() };
    write_npy(folder.path(), "gaps.npy", &Array2::from_shape_fn((1, 28), |(_, k)| value(k)));
    let map = rsakit(folder.path(), &["mds", "--rdm", "gaps.npy", "--ordinal", "--format", "json"]).json();
    assert!(map["warnings"][0].as_str().unwrap().contains("skipped: 7 of 28"), "{map:#}");
    assert_eq!(map["pairs"]["distances"].as_array().unwrap().len(), 21);
}

#[test]
fn dead_channels_are_named_and_half_precision_is_read_as_it_is() {
    let noise = |estimator: &str| {
        let line = ["rdm", "13-dead-channel/dead.npy", "--conditions", "13-dead-channel/cond.txt"];
        let rest = ["--runs", "13-dead-channel/run.txt", "--dissimilarity", "crossnobis", "--noise", estimator];
        run(&[line.as_slice(), rest.as_slice()].concat())
    };
    for estimator in ["diagonal", "shrinkage-diagonal", "full"] {
        let found = noise(estimator);
        assert!(found.status == 1 && found.err.contains("has no noise variance"), "{estimator}: {}", found.err);
    }
    assert_eq!(noise("shrinkage-identity").status, 0);
    let half = json(&["compare", "27-half-precision/h.npy", "27-half-precision/b.npy", "--measure", "cka"]);
    assert!((0.0..=1.0).contains(&only_score(&half)), "{half:#}");
    assert!(folder().join("27-half-precision").is_dir());
}
