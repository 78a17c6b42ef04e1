//! A model or subject without variation is left out with its reason, and the rest is evaluated.

use std::path::Path;

use ndarray::Array2;
use serde_json::{Value, json};

use super::{assert_near, folder, run};
use crate::rsakit::{Run, rsakit, waves, write_npy};

const SUBJECTS: &str = "21-constant-model/subs.npy";

fn evaluate(data: &str, models: &str, more: &[&str]) -> Run {
    run(&[&["evaluate", "--data", data, "--models", models, "--format", "json"], more].concat())
}

fn scores(answer: &Value) -> Vec<f64> {
    answer["models"].as_array().unwrap().iter().map(|model| model["score"].as_f64().unwrap()).collect()
}

#[test]
fn a_constant_model_leaves_the_others_their_numbers() {
    let found = evaluate(SUBJECTS, "21-constant-model/models.npy", &[]);
    assert_eq!(found.status, 3, "{}", found.err);
    let answer = found.json();
    for (score, expected) in scores(&answer).into_iter().zip([0.266, 0.108, -0.027]) {
        assert_near(score, expected, 0.0006);
    }
    let reason = "the dissimilarities compared are all equal";
    let input = "21-constant-model/models.npy";
    let expected = json!([{ "name": "models[1]", "input": input, "side": "models", "reason": reason }]);
    assert_eq!(answer["left_out"], expected);
    let without = evaluate(SUBJECTS, "21-constant-model/models_ok.npy", &[]);
    assert_eq!((without.status, &without.json()["left_out"]), (0, &json!([])));
    for key in ["noise_ceiling", "degrees_of_freedom", "n_subjects"] {
        assert_eq!(answer[key], without.json()[key], "{key}");
    }
    assert_eq!(scores(&answer), scores(&without.json()));
}

#[test]
fn the_text_says_what_is_left_out_and_the_page_and_the_terminal_do_too() {
    let arguments = ["evaluate", "--data", SUBJECTS, "--models", "21-constant-model/models.npy"];
    let found = run(&arguments);
    let sentence =
        "model 'models[1]' of 21-constant-model/models.npy is left out: the dissimilarities compared are all equal";
    assert!(found.status == 3 && found.out.contains(sentence) && found.err.contains(sentence), "{}", found.out);
    let target = tempfile::tempdir().unwrap();
    let page = target.path().join("page.html");
    run(&[&arguments[..], &["--report", page.to_str().unwrap()]].concat());
    assert!(std::fs::read_to_string(page).unwrap().contains("is left out"));
}

#[test]
fn a_constant_subject_leaves_the_others_their_names_and_groups() {
    let target = tempfile::tempdir().unwrap();
    let groups = target.path().join("groups.txt");
    std::fs::write(&groups, "a\na\nb\nlost\nc\nc\nd\nd\n").unwrap();
    let groups = ["--subject-groups", groups.to_str().unwrap()];
    let found = evaluate("21-constant-model/subs_dead.npy", "21-constant-model/models_ok.npy", &groups);
    assert_eq!(found.status, 3, "{}", found.err);
    let answer = found.json();
    assert_eq!(answer["left_out"][0]["name"], "subs_dead[3]");
    assert_eq!((&answer["left_out"][0]["side"], &answer["n_subjects"]), (&json!("data"), &json!(7)));
    let rdms = answer["rdms"].as_array().unwrap().iter();
    let found: Vec<_> = rdms.map(|rdm| (rdm["name"].as_str().unwrap(), rdm["group"].as_u64().unwrap())).collect();
    let names = [0, 1, 2, 4, 5, 6, 7].map(|k| format!("subs_dead[{k}]"));
    let expected: Vec<_> = names.iter().map(String::as_str).zip([0, 0, 1, 2, 2, 3, 3]).collect();
    assert_eq!((found, &answer["n_groups"]), (expected, &json!(4)));
}

#[test]
fn where_no_model_is_left_all_reasons_are_given() {
    let found = evaluate(SUBJECTS, "21-constant-model/const.npy", &[]);
    assert_eq!(found.status, 1);
    let expected = "no model is left to evaluate (model 'const' of 21-constant-model/const.npy is left out: the dissim";
    assert!(found.err.contains(expected), "{}", found.err);
}

/// Four subjects and a stack of three models, of six conditions.
fn write_stacks(folder: &Path) {
    write_npy(folder, "data.npy", &waves(4, 15, 1));
    let mut models = waves(3, 15, 5);
    models.row_mut(1).fill(0.25);
    write_npy(folder, "models.npy", &models);
}

fn evaluate_in(folder: &Path, arguments: &[&str]) -> Run {
    rsakit(folder, &[&["evaluate", "--format", "json"], arguments].concat())
}

#[test]
fn a_layer_without_variation_leaves_a_fit_its_other_layers() {
    let folder = tempfile::tempdir().unwrap();
    write_stacks(folder.path());
    let fit = ["--fit", "selection=models.npy", "--crossvalidate", "subjects=2,conditions=2"];
    let found = evaluate_in(folder.path(), &[&["--data", "data.npy"], &fit[..]].concat());
    assert_eq!(found.status, 3, "{}", found.err);
    let left_out = &found.json()["left_out"];
    assert_eq!(left_out[0]["name"], "selection(models): models[1]");
    assert_eq!(left_out.as_array().unwrap().len(), 1);
    assert_eq!(found.json()["models"].as_array().unwrap().len(), 1);
}

#[test]
fn a_fit_without_a_solution_leaves_the_other_models_their_scores() {
    let folder = tempfile::tempdir().unwrap();
    write_stacks(folder.path());
    let mut twice = waves(3, 15, 5);
    let first = twice.row(0).to_owned();
    twice.row_mut(1).assign(&first);
    write_npy(folder.path(), "twice.npy", &twice);
    write_npy(folder.path(), "model.npy", &waves(1, 15, 9));
    let fit = ["--models", "model.npy", "--fit", "weighted=twice.npy", "--crossvalidate", "subjects=2"];
    let found = evaluate_in(folder.path(), &[&["--data", "data.npy"], &fit[..]].concat());
    assert_eq!(found.status, 3, "{}", found.err);
    let left_out = &found.json()["left_out"][0];
    assert_eq!((&left_out["name"], &left_out["input"]), (&json!("weighted(twice)"), &json!("twice.npy")));
    let reason = left_out["reason"].as_str().unwrap();
    assert!(reason.starts_with("RDM 'twice[1]' is a combination of those before it"), "{reason}");
    assert_eq!(found.json()["models"][0]["name"], "model");
}

#[test]
fn an_rdm_with_one_pair_takes_no_pairs_from_the_others() {
    let folder = tempfile::tempdir().unwrap();
    write_stacks(folder.path());
    let mut data = waves(4, 15, 1);
    data.row_mut(2).iter_mut().skip(1).for_each(|value| *value = f64::NAN);
    write_npy(folder.path(), "data.npy", &data);
    let found = evaluate_in(folder.path(), &["--data", "data.npy", "--models", "models.npy"]);
    let answer = found.json();
    assert_eq!((found.status, &answer["pairs_dropped"], &answer["n_subjects"]), (3, &json!(0), &json!(3)));
    assert_eq!(answer["left_out"][0]["reason"], "it has 1 of 15 dissimilarities");
}

#[test]
fn what_a_cosine_can_compare_stays() {
    let folder = tempfile::tempdir().unwrap();
    write_npy(folder.path(), "data.npy", &waves(4, 15, 1).mapv(f64::abs));
    write_npy(folder.path(), "models.npy", &Array2::from_elem((1, 15), 0.25));
    let arguments = ["--data", "data.npy", "--models", "models.npy", "--comparison", "cosine"];
    let found = evaluate_in(folder.path(), &arguments);
    assert_eq!((found.status, &found.json()["left_out"]), (0, &json!([])), "{}", found.err);
}

#[test]
fn a_part_of_an_evaluation_keeps_what_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    write_stacks(folder.path());
    let resampled = ["--data", "data.npy", "--models", "models.npy", "--generalize-to", "subjects", "--resamples", "8"];
    let whole = evaluate_in(folder.path(), &resampled);
    for (range, out) in [("0..3", "a.npz"), ("3..8", "b.npz")] {
        let part = [&["evaluate"], &resampled[..], &["--resamples-range", range, "--out", out]].concat();
        assert_eq!(rsakit(folder.path(), &part).status, 3);
    }
    let merged = rsakit(folder.path(), &["merge", "a.npz", "b.npz", "--format", "json"]);
    assert_eq!((merged.status, &merged.out), (3, &whole.out), "{}", merged.err);
}

#[test]
fn absurd_numbers_of_permutations_and_resamples_are_refused_with_what_they_need() {
    let many = (1_u64 << 48).to_string();
    let found = evaluate(SUBJECTS, "21-constant-model/models_ok.npy", &["--permutations", &many]);
    assert!(found.status == 2 && found.err.contains("3257.8 days"), "{}", found.err);
    let compared = ["compare", "16-math-ties/grid.npy", "16-math-ties/other.npy", "--permutations", &many];
    assert_eq!(rsakit(&folder(), &compared).status, 2);
    let resampled = ["--generalize-to", "subjects", "--resamples", &many];
    let found = evaluate(SUBJECTS, "21-constant-model/models_ok.npy", &resampled);
    assert!(found.status == 1 && found.err.contains("take fewer --resamples"), "{}", found.err);
}

#[test]
fn too_few_groups_name_the_file_of_their_labels() {
    let target = tempfile::tempdir().unwrap();
    let write = |name: &str, labels: &[&str]| {
        let path = target.path().join(name);
        std::fs::write(&path, labels.join("\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (alike, halves) = (write("alike.txt", &["a"; 8]), write("halves.txt", &["a", "a", "a", "b", "b"].repeat(2)));
    for (option, file, more) in [
        ("--subject-groups", &alike, ["--generalize-to", "subjects"]),
        ("--subject-groups", &alike, ["--crossvalidate", "subjects=2"]),
        ("--condition-groups", &halves, ["--generalize-to", "conditions"]),
        ("--condition-groups", &halves, ["--crossvalidate", "conditions=2"]),
    ] {
        let arguments = [&[option, file.as_str()][..], &more].concat();
        let found = evaluate(SUBJECTS, "21-constant-model/models_ok.npy", &arguments);
        assert_eq!(found.status, 2, "{arguments:?}: {}", found.err);
        assert!(
            found.err.contains(option) && found.err.contains(file) && found.err.contains("labels"),
            "{}",
            found.err
        );
    }
}
