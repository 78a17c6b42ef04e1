//! Prepared patterns. Values of other programs are those that `tests/corpus/rdms/noise.py` prints.

use std::{fs::File, path::Path};

use ndarray::{Array2, Axis, array};
use rsa_run::{
    AverageUnit, NoiseEstimator, NoiseScope, NoiseSettings, Observer, PrepareRequest, PrepareResult, PrepareStep,
    RdmRequest, RowScope,
};

use crate::noise::{CONDITIONS, RUNS, patterns, write};

fn request(folder: &Path, steps: &[PrepareStep]) -> PrepareRequest {
    let input = write(folder, "x.npz", &patterns(), &CONDITIONS, &RUNS);
    PrepareRequest { steps: steps.to_vec(), ..PrepareRequest::new([input]) }
}

fn run(folder: &Path, steps: &[PrepareStep]) -> PrepareResult {
    request(folder, steps).run(&()).unwrap()
}

fn message(folder: &Path, steps: &[PrepareStep]) -> String {
    request(folder, steps).run(&()).unwrap_err().to_string()
}

fn globs(globs: &[&str]) -> Vec<String> {
    globs.iter().map(|&glob| glob.to_owned()).collect()
}

/// Writes the result and returns the name of the file.
fn written(folder: &Path, name: &str, result: &PrepareResult) -> String {
    let path = folder.join(name);
    result.write_npz(File::create(&path).unwrap()).unwrap();
    path.display().to_string()
}

fn values(input: &str, dissimilarity: &str, request: impl FnOnce(RdmRequest) -> RdmRequest) -> Vec<f64> {
    let result = request(RdmRequest::new([input], dissimilarity.parse().unwrap())).run(&()).unwrap();
    assert_eq!(result.failures, []);
    result.rdms[0].rdm.values().to_vec()
}

#[track_caller]
fn assert_near(found: &[f64], expected: &[f64], tolerance: f64) {
    let near = found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() <= tolerance);
    assert!(near, "{found:?}, expected {expected:?}");
}

#[test]
fn scores_within_runs_are_those_of_scipy() {
    let folder = tempfile::tempdir().unwrap();
    let scored = run(folder.path(), &[PrepareStep::Zscore(RowScope::Runs)]);
    let rows = scored.layers[0].values.select(Axis(0), &[0, 7]);
    let expected = [
        -1.131370849898476,
        -0.25400025400038095,
        0.9999999999999997,
        -0.9972413740548082,
        1.131370849898476,
        1.1273390668995398,
        -1.501110699893027,
        -0.5443310539518172,
    ];
    assert_near(rows.as_slice().unwrap(), &expected, 1e-14);
    let centered = run(folder.path(), &[PrepareStep::Center(RowScope::Runs)]);
    assert_near(&centered.layers[0].values.row(5).to_vec(), &[1.0, -2.25, -0.08333333333333348, 1.0], 1e-14);
    let steps = [PrepareStep::Zscore(RowScope::Runs), PrepareStep::Average(AverageUnit::Conditions)];
    let means = run(folder.path(), &steps);
    let layer = &means.layers[0];
    assert_near(
        &layer.values.row(3).to_vec(),
        &[1.1313708498984758, 0.9631132763002279, -0.3311588879367861, -0.3376300303309494],
        1e-14,
    );
    assert_eq!(layer.conditions.as_deref().unwrap(), ["a", "b", "c", "d"]);
    assert_eq!(layer.runs, None);
    assert_eq!(layer.done, ["zscore runs: 3 runs of 4 rows", "average conditions: 4 means of 3 rows each, of 12 rows"]);
    assert!(means.warnings.is_empty() && means.text().contains("average conditions: 4 means"), "{}", means.text());
}

#[test]
fn whitened_patterns_have_mahalanobis_distances() {
    let folder = tempfile::tempdir().unwrap();
    let residuals = Array2::from_shape_fn((30, 4), |(i, j)| ((11 * i + 3 * j + i * i * (j + 1)) % 17) as f64 - 8.0);
    let of_runs = ["1"; 10].into_iter().chain(["2"; 10]).chain(["3"; 10]).collect::<Vec<_>>();
    let residuals = vec![write(folder.path(), "residuals.npz", &residuals, &[], &of_runs)];
    for (noise, residuals) in [
        (NoiseEstimator::Full, residuals.clone()),
        (NoiseEstimator::Diagonal, residuals.clone()),
        (NoiseEstimator::ShrinkageIdentity, residuals.clone()),
        (NoiseEstimator::ShrinkageDiagonal, Vec::new()),
    ] {
        let own = request(folder.path(), &[PrepareStep::Whiten]);
        let original = own.inputs[0].clone();
        let noise = NoiseSettings { estimator: noise, residuals, ..NoiseSettings::default() };
        let result = PrepareRequest { noise: noise.clone(), ..own }.run(&()).unwrap();
        let white = written(folder.path(), "white.npz", &result);
        let given = |request| RdmRequest { noise, ..request };
        let expected = values(&original, "mahalanobis", given);
        assert_near(&values(&white, "squared-euclidean:per_feature=true", |request| request), &expected, 1e-10);
    }
    let own = request(folder.path(), &[PrepareStep::Whiten]);
    let (estimator, scope) = (NoiseEstimator::Full, NoiseScope::Run);
    let noise = NoiseSettings { estimator, residuals, dof: vec![8.0], scope, ..NoiseSettings::default() };
    let per_run = PrepareRequest { noise, ..own };
    let result = per_run.run(&()).unwrap();
    assert!(result.layers[0].done[0].starts_with("whiten: full of residuals, each run by its own: run 1, 8"));
    let white = written(folder.path(), "white-runs.npz", &result);
    let expected = [
        1.4390483285202218,
        0.18643088902104787,
        0.5450307837143109,
        0.8504126104009566,
        0.4889547876873462,
        0.38932739634522934,
    ];
    assert_near(&values(&white, "squared-euclidean", |request| request), &expected, 1e-12);
}

/// Keeps the notes of a reader.
#[derive(Default)]
struct Listener(std::sync::Mutex<Vec<String>>);

impl Observer for Listener {
    fn note(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }
}

#[test]
fn what_is_written_is_read_with_labels_and_runs() {
    let folder = tempfile::tempdir().unwrap();
    let result = run(folder.path(), &[PrepareStep::Center(RowScope::Runs), PrepareStep::Average(AverageUnit::Runs)]);
    assert!(result.warnings[0].contains("nothing to average"), "{:?}", result.warnings);
    let means = written(folder.path(), "means.npz", &result);
    // Without noise crossnobis ignores what is added to all patterns of a run.
    let plain = |request| request;
    let original = request(folder.path(), &[]).inputs[0].clone();
    assert_near(&values(&means, "crossnobis", plain), &values(&original, "crossnobis", plain), 1e-13);
    let listener = Listener::default();
    RdmRequest::new([means], "euclidean".parse().unwrap()).run(&listener).unwrap();
    assert!(listener.0.into_inner().unwrap().is_empty(), "what was done is no doubt");
}

#[test]
fn pseudo_trials_are_means_within_condition_and_run() {
    let folder = tempfile::tempdir().unwrap();
    // Five trials of a and four of b in run 1, four of a in run 2; row r has the value 2^r.
    let conditions = ["a", "b", "a", "b", "a", "b", "a", "b", "a", "a", "a", "a", "a"];
    let runs = ["1", "1", "1", "1", "1", "1", "1", "1", "1", "2", "2", "2", "2"];
    let x = Array2::from_shape_fn((13, 1), |(row, _)| 2f64.powi(row as i32));
    let input = write(folder.path(), "trials.npz", &x, &conditions, &runs);
    let request = |size, seed| PrepareRequest {
        steps: vec![PrepareStep::PseudoTrials(size)],
        seed,
        ..PrepareRequest::new([input.clone()])
    };
    let result = request(2, 3).run(&()).unwrap();
    let layer = &result.layers[0];
    assert_eq!(layer.conditions.as_deref().unwrap(), ["a", "a", "b", "b", "a", "a"]);
    assert_eq!(layer.runs.as_deref().unwrap(), ["1", "1", "1", "1", "2", "2"]);
    assert_eq!(layer.done, ["pseudo-trials 2: 6 means of 2 rows each, 1 of 13 rows left out, seed 3"]);
    let mut used = 0;
    for ((row, condition), run) in
        layer.values.rows().into_iter().zip(layer.conditions.as_ref().unwrap()).zip(layer.runs.as_ref().unwrap())
    {
        // Sums of powers of two tell which trials are in.
        let sum = (row[0] * 2.0) as usize;
        let members: Vec<usize> = (0..13).filter(|trial| sum >> trial & 1 == 1).collect();
        assert_eq!((members.len(), used & sum), (2, 0), "{members:?}");
        assert!(members.iter().all(|&trial| conditions[trial] == condition && runs[trial] == run), "{members:?}");
        used |= sum;
    }
    assert_eq!(request(2, 3).run(&()).unwrap(), result);
    assert_ne!(request(2, 4).run(&()).unwrap().layers[0].values, layer.values);
    let few = request(5, 0).run(&()).unwrap();
    assert_eq!(few.layers[0].values, array![[(1.0 + 4.0 + 16.0 + 64.0 + 256.0) / 5.0]]);
    assert!(
        few.warnings[0].contains("2 of 3 groups of rows of a condition in a run have fewer than 5 rows"),
        "{:?}",
        few.warnings
    );
    assert!(few.warnings[0].contains("b in run 1, a in run 2"), "{:?}", few.warnings);
    let error = request(6, 0).run(&()).unwrap_err().to_string();
    assert!(error.contains("the most are 5 rows; take --pseudo-trials 5 or fewer"), "{error}");
    let error = message(folder.path(), &[PrepareStep::PseudoTrials(2)]);
    assert!(error.contains("the most are 1 row; there is nothing to average"), "{error}");
}

#[test]
fn rows_are_chosen_by_condition_and_by_events() {
    let folder = tempfile::tempdir().unwrap();
    let events = folder.path().join("events.tsv");
    let lines: String = (0..12).map(|row| format!("{}\t{}\n", row % 5, ["yes", "no"][row % 2])).collect();
    std::fs::write(&events, format!("response\tcorrect\n{lines}")).unwrap();
    let events = vec![events.display().to_string()];
    let own = |steps: &[PrepareStep]| PrepareRequest { events: events.clone(), ..request(folder.path(), steps) };
    let keep = PrepareStep::KeepRows("correct=yes".to_owned());
    let steps = [keep.clone(), PrepareStep::Drop(globs(&["a"])), PrepareStep::DropRows("response=[12]".to_owned())];
    let result = own(&steps).run(&()).unwrap();
    let layer = &result.layers[0];
    // Rows 0, 2, 4, …, of which 2, 6 and 10 are of c; responses 2, 1 and 0.
    assert_eq!(layer.values, patterns().select(Axis(0), &[10]));
    assert_eq!(
        layer.done,
        ["keep-rows correct=yes: 6 of 12 rows", "drop a: 3 of 6 rows", "drop-rows response=[12]: 1 of 3 rows"]
    );
    assert_eq!(layer.runs.as_deref().unwrap(), ["3"]);
    let late = own(&[PrepareStep::Average(AverageUnit::Runs), keep.clone()]).run(&()).unwrap_err().to_string();
    assert!(late.contains("--keep-rows must be typed before rows are averaged"), "{late}");
    let error = |rule: &str| own(&[PrepareStep::KeepRows(rule.to_owned())]).run(&()).unwrap_err().to_string();
    assert!(error("correct=maybe").contains("such as 'no', 'yes'"), "{}", error("correct=maybe"));
    assert!(error("right=1").contains("has no column 'right'; it has 'response', 'correct'"));
    assert!(error("correct").contains("COLUMN=PATTERN"));
    std::fs::write(&events[0], "correct\n1\n").unwrap();
    assert!(
        error("correct=1").contains("1 lines below the names of the columns for 12 rows"),
        "{}",
        error("correct=1")
    );
    assert!(message(folder.path(), &[keep]).contains("--events and --keep-rows"));
    assert!(message(folder.path(), &[PrepareStep::Keep(globs(&["face"]))]).contains("a label of a condition"));
}

#[test]
fn steps_without_an_answer_are_refused_or_noted() {
    let folder = tempfile::tempdir().unwrap();
    let mut x = patterns();
    (4..8).for_each(|row| x[(row, 2)] = 0.3);
    let input = |x: &Array2<f64>, runs: &[&str]| vec![write(folder.path(), "own.npz", x, &CONDITIONS, runs)];
    let steps = vec![PrepareStep::Zscore(RowScope::Runs)];
    let own = PrepareRequest { inputs: input(&x, &RUNS), steps: steps.clone(), ..PrepareRequest::new(["x"]) };
    let result = own.run(&()).unwrap();
    assert!(result.layers[0].values.iter().all(|value| value.is_finite()) && result.layers[0].values[(5, 2)] == 0.0);
    assert!(
        result.warnings[0].contains("1 of 4 features are constant in run '2' and are 0 there: features 2 (counted")
    );
    let flat = PrepareRequest { inputs: input(&Array2::ones((12, 4)), &RUNS), ..own.clone() };
    assert!(flat.run(&()).unwrap_err().to_string().contains("every feature is constant"));
    let single = ["1", "1", "1", "1", "2", "2", "2", "2", "3", "3", "3", "4"];
    let error = PrepareRequest { inputs: input(&patterns(), &single), ..own.clone() }.run(&()).unwrap_err().to_string();
    assert!(error.contains("zscore runs: run '4' has one row"), "{error}");
    let without = PrepareRequest { inputs: input(&patterns(), &[]), ..own.clone() };
    let error = without.run(&()).unwrap_err().to_string();
    assert!(error.contains("the run of each row for 'zscore runs' must be given by --runs FILE"), "{error}");
    // Runs of other conditions are noted where they are averaged.
    let steps = vec![PrepareStep::Average(AverageUnit::Runs)];
    let uneven = PrepareRequest { inputs: input(&patterns(), &single), steps, ..own };
    let note = uneven.run(&()).unwrap().warnings.join("\n");
    assert!(note.contains("4 of 4 conditions are not in all 4 runs: 'a' in 3, 'b' in 3, 'c' in 3, 'd' in 3"), "{note}");
    let noise = NoiseSettings { estimator: NoiseEstimator::Full, ..NoiseSettings::default() };
    for (request, part) in [
        (PrepareRequest { noise: noise.clone(), ..request(folder.path(), &[]) }, "must be given with --whiten"),
        (request(folder.path(), &[PrepareStep::Whiten]), "--whiten must be given with --noise"),
        (request(folder.path(), &[PrepareStep::PseudoTrials(1)]), "--pseudo-trials must be 2 or more"),
    ] {
        let error = request.run(&()).unwrap_err();
        assert!(error.kind().name() == "InvalidParameter" && error.to_string().contains(part), "{error}");
    }
    let steps = [PrepareStep::Average(AverageUnit::Conditions), PrepareStep::Whiten];
    let once = PrepareRequest { noise, ..request(folder.path(), &steps) }.run(&()).unwrap_err().to_string();
    assert!(once.contains("whiten: no condition was observed twice"), "{once}");
}

#[test]
fn several_inputs_are_layers_of_one_file_or_requests_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let first = write(folder.path(), "sub-01.npz", &patterns(), &CONDITIONS, &RUNS);
    let second = write(folder.path(), "sub-02.npz", &(patterns() * 2.0), &CONDITIONS, &RUNS);
    let steps = vec![PrepareStep::Average(AverageUnit::Conditions)];
    let both = PrepareRequest { steps, ..PrepareRequest::new([first, second]) };
    let result = both.run(&()).unwrap();
    assert_eq!(result.layers.iter().map(|layer| layer.name.as_str()).collect::<Vec<_>>(), ["sub-01", "sub-02"]);
    let file = written(folder.path(), "both.npz", &result);
    let rdms = RdmRequest::new([file], "euclidean".parse().unwrap()).run(&()).unwrap();
    assert_eq!((rdms.rdms.len(), rdms.labels().unwrap()), (2, &globs(&["a", "b", "c", "d"])[..]));
    let split = both.for_each_input().unwrap();
    assert_eq!((split.len(), &split[1].inputs, &split[1].steps), (2, &both.inputs[1..].to_vec(), &both.steps));
    // Layers of other rows do not fit into one file.
    let third = write(folder.path(), "sub-03.npz", &patterns(), &["z"; 12], &RUNS);
    let mixed = PrepareRequest { inputs: vec![both.inputs[0].clone(), third], ..both }.run(&()).unwrap();
    let error = mixed.ensure_same_rows().unwrap_err().to_string();
    assert!(error.contains("'sub-01' and 'sub-03'") && error.contains("--out FOLDER"), "{error}");
    assert!(mixed.write_npz(std::io::sink()).is_err());
}
