//! Regressions of RDMs as a library: means over subjects, sets of models, gaps, refusals.

use std::{fs::File, path::Path};

use rsa_run::{Document, ModelSets, RegressRequest, RegressResult, SubjectUnit, WeightSigns};
use rsakit::{Rdm, stats::SubjectTest};

/// sin((k + 2)·p) for the pairs p = 1, 2, … of seven conditions.
fn sum(parts: &[(f64, usize)]) -> Rdm {
    let value = |p: usize| parts.iter().map(|(factor, k)| factor * ((*k as f64 + 2.0) * p as f64).sin()).sum();
    Rdm::new((1..=21).map(value).collect()).unwrap()
}

fn write(folder: &Path, name: &str, rdms: &[(&str, Rdm)]) -> String {
    let path = folder.join(name);
    let rdms: Vec<_> = rdms.iter().map(|(name, rdm)| ((*name).to_owned(), rdm.clone())).collect();
    rsa_io::write_rdms(File::create(&path).unwrap(), &rdms).unwrap();
    path.display().to_string()
}

fn files(folder: &Path) -> [String; 3] {
    let subject = |k: usize| sum(&[(1.0, 1), (0.5, 2), (0.8, 10 + k)]);
    let names = ["sub-01", "sub-02", "sub-03", "sub-04"];
    let data: Vec<_> = names.into_iter().enumerate().map(|(k, name)| (name, subject(k))).collect();
    let first = [("a", sum(&[(1.0, 1), (0.5, 9)])), ("b", sum(&[(1.0, 2), (0.7, 1)]))];
    [
        write(folder, "brain.npz", &data),
        write(folder, "first.npz", &first),
        write(folder, "second.npz", &[("c", sum(&[(1.0, 3), (-0.4, 2), (0.6, 9)]))]),
    ]
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12, "{found} and {expected}");
}

#[test]
fn weights_and_shares_are_means_over_subjects_and_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let [data, first, second] = files(folder.path());
    let request = RegressRequest::new([&data], [&first, &second]);
    let result = request.run(&()).unwrap();
    assert_eq!((result.n_subjects, result.n_pairs, result.parts.len()), (4, 21, 7));
    let weights = &result.models[0].weights_by_subject;
    close(result.models[0].weight.mean, weights.iter().sum::<f64>() / 4.0);
    close(result.models[0].weight.p.unwrap(), SubjectTest::T.test(weights).unwrap().p.unwrap());
    close(result.parts.iter().map(|part| part.variance.mean).sum(), result.r_squared.mean);
    close(result.parts[0].variance.mean, result.models[0].unique.mean);
    assert_eq!(result.parts[2].sets, ["a", "b"]);
    assert!(result.models.iter().all(|model| model.unique.p.is_none() && model.p_corrected >= model.weight.p));
    // Values: LinearRegression of scikit-learn 1.9.1 on the first subject, standardized.
    close(result.rdms[0].explained.r_squared, R_SQUARED);
    WEIGHTS.iter().zip(&result.rdms[0].explained.weights).for_each(|(&expected, &found)| close(found, expected));

    let read: RegressResult = serde_json::from_str(&result.json().unwrap()).unwrap();
    assert_eq!(read, result);
    assert!(result.text().contains("all together explain") && result.csv().contains("part,a + b,0,"));
    let page = result.page(&[]).unwrap().html();
    assert!(page.contains("unique R²") && page.contains("all together"));
}

const R_SQUARED: f64 = 0.6273453108503337;
const WEIGHTS: [f64; 3] = [0.42498918571435984, 0.4740803920810799, -0.08663319143026971];

#[test]
fn files_of_models_are_sets_and_many_models_have_no_parts() {
    let folder = tempfile::tempdir().unwrap();
    let [data, first, second] = files(folder.path());
    let request = RegressRequest { sets: ModelSets::File, ..RegressRequest::new([&data], [&first, &second]) };
    let result = request.run(&()).unwrap();
    let sets: Vec<_> = result.parts.iter().map(|part| part.sets.join("+")).collect();
    assert_eq!(sets, ["first", "second", "first+second"]);
    let more = write(folder.path(), "more.npz", &[("d", sum(&[(1.0, 20)])), ("e", sum(&[(1.0, 21)]))]);
    let result = RegressRequest::new([&data], [&first, &second, &more]).run(&()).unwrap();
    assert!(result.parts.is_empty() && result.parts_reason.unwrap().contains("--sets file"));
}

#[test]
fn weights_that_cannot_be_negative_and_one_subject_have_no_test() {
    let folder = tempfile::tempdir().unwrap();
    let [data, first, second] = files(folder.path());
    let request = RegressRequest::new([&data], [&first, &second]);
    let result = RegressRequest { weights: WeightSigns::NonNegative, ..request.clone() }.run(&()).unwrap();
    assert!(result.models.iter().all(|model| model.weight.p.is_none() && model.weight.mean >= 0.0));
    assert!(result.text().contains("above 0 by chance"));
    let one = RegressRequest { layers: vec!["sub-01".to_owned()], ..request.clone() }.run(&()).unwrap();
    assert_eq!((one.n_subjects, one.models[0].weight.standard_error, one.models[0].weight.p), (1, None, None));
    assert!(one.text().contains("there is one subject"));
    // All RDMs of the file are sessions of one subject.
    let sessions = RegressRequest { subjects: SubjectUnit::File, ..request }.run(&()).unwrap();
    assert_eq!((sessions.n_subjects, sessions.rdms.len()), (1, 4));
    close(sessions.r_squared.mean, sessions.rdms.iter().map(|rdm| rdm.explained.r_squared).sum::<f64>() / 4.0);
}

#[test]
fn gaps_are_counted_and_collinear_models_named() {
    let folder = tempfile::tempdir().unwrap();
    let [data, first, _] = files(folder.path());
    let mut values = sum(&[(1.0, 5)]).values().to_vec();
    (values[2], values[9]) = (f64::NAN, f64::NAN);
    let gap = write(folder.path(), "gap.npz", &[("gap", Rdm::new(values).unwrap())]);
    let result = RegressRequest::new([&data], [&first, &gap]).run(&()).unwrap();
    assert_eq!((result.n_pairs, result.pairs_dropped), (19, 2));
    assert!(result.text().contains("2 of 21 pairs of conditions are missing somewhere"));
    let twin = write(folder.path(), "twin.npz", &[("twin", sum(&[(3.0, 2), (2.1, 1)]))]);
    let error = RegressRequest::new([&data], [&first, &twin]).run(&()).unwrap_err().to_string();
    assert!(error.starts_with("model 'twin' is 'b' but for a factor and a constant"), "{error}");
    let flat = write(folder.path(), "flat.npz", &[("flat", Rdm::new(vec![1.0; 21]).unwrap())]);
    let error = RegressRequest::new([&flat], [&first]).run(&()).unwrap_err().to_string();
    assert!(error.contains("flat.npz::flat: the dissimilarities compared are all equal"), "{error}");
    let few = write(folder.path(), "few.npz", &[("few", Rdm::new(vec![1.0, 2.0, 3.0]).unwrap())]);
    assert_eq!(RegressRequest::new([&data], [&few]).run(&()).unwrap_err().kind().name(), "ShapeMismatch");
}
