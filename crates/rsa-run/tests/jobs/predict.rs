//! Predictions of sites as a library: the scores of the measure, trials, groups, failures.

use std::{fs, path::Path};

use ndarray::Array2;
use rsa_run::{Document, PredictRequest, PredictResult, ReliabilityMethod};
use rsakit::{Measure, MeasureSpec, Representation};

use crate::inputs::waves;

/// Writes a table with a label for each row.
fn write(folder: &Path, name: &str, values: &Array2<f64>, label: impl Fn(usize) -> String) -> String {
    let row = |(i, row): (usize, ndarray::ArrayView1<'_, f64>)| {
        let numbers: Vec<String> = row.iter().map(f64::to_string).collect();
        format!("{},{}\n", label(i), numbers.join(","))
    };
    let header: Vec<String> = (0..values.ncols()).map(|k| format!("u{k}")).collect();
    let rows: String = values.rows().into_iter().enumerate().map(row).collect();
    let path = folder.join(name);
    fs::write(&path, format!("condition,{}\n{rows}", header.join(","))).unwrap();
    path.display().to_string()
}

fn label(i: usize) -> String {
    format!("c{i}")
}

/// Features of 40 conditions, and sites that are mixtures of them and of something else.
fn features_and_sites() -> (Array2<f64>, Array2<f64>) {
    let x = waves(40, 4, 0);
    let y = x.dot(&waves(4, 6, 1)) + 0.5 * waves(40, 6, 2);
    (x, y)
}

#[test]
fn scores_are_those_of_the_measure_whatever_the_order_of_rows() {
    let folder = tempfile::tempdir().unwrap();
    let (x, y) = features_and_sites();
    let layer = write(folder.path(), "layer.csv", &x, label);
    let target = write(folder.path(), "target.csv", &y, label);
    let turned = Array2::from_shape_fn(x.dim(), |(i, j)| x[(39 - i, j)]);
    let turned = write(folder.path(), "turned.csv", &turned, |i| label(39 - i));
    for text in ["predict", "predict:map=pls(2),folds=4,seed=3", "predict:map=linear,score=r2"] {
        let measure: MeasureSpec = text.parse().unwrap();
        let [x, y] = [&x, &y].map(|values| Representation::new(values.clone()).unwrap());
        let expected = measure.measure().score(&x, &y).unwrap();
        let request =
            |layer: &String| PredictRequest { measure: measure.clone(), ..PredictRequest::new([layer], &target) };
        let result = request(&layer).run(&()).unwrap();
        let [target] = &result.targets[..] else { panic!("{text}") };
        assert_eq!((target.layers[0].median, target.layers[0].sites.len()), (expected, 6), "{text}");
        assert!(target.choice.is_none() && target.choice_reason.is_none());
        let of_turned = request(&turned).run(&()).unwrap();
        assert!((of_turned.targets[0].layers[0].median - expected).abs() < 1e-12, "{text}");
        assert!(of_turned.notes[0].contains("brought into one order"), "{:?}", of_turned.notes);
        let read: PredictResult = serde_json::from_str(&result.json().unwrap()).unwrap();
        assert_eq!(read, result);
        assert!(result.page(&[]).unwrap().html().contains("How well does each layer predict the sites?"));
    }
}

/// The noise of a trial is a wave of its own; the model knows the signal.
fn trials(noise: f64) -> (Array2<f64>, Array2<f64>) {
    let signal = waves(40, 6, 1);
    let trial = |(row, j): (usize, usize)| {
        let (t, i) = (row / 40, row % 40);
        signal[(i, j)] + noise * (((row + 3) * (row + 7) * (j + 3)) as f64 * 0.37 + t as f64).sin()
    };
    (signal.clone(), Array2::from_shape_fn((40 * 6, 6), trial))
}

#[test]
fn a_model_that_knows_the_signal_explains_all_that_trials_agree_on() {
    let folder = tempfile::tempdir().unwrap();
    let (signal, responses) = trials(1.5);
    let layer = write(folder.path(), "layer.csv", &signal, label);
    let target = write(folder.path(), "trials.csv", &responses, |row| label(row % 40));
    let request = PredictRequest::new([&layer], &target);
    let result = request.run(&()).unwrap();
    let found = &result.targets[0];
    let reliability = found.reliability.as_ref().unwrap();
    assert!(reliability.mean > 0.4 && reliability.mean < 0.95, "{reliability:?}");
    let normalized = found.layers[0].normalized_variance.unwrap();
    assert!((normalized - 1.0).abs() < 0.15, "{normalized}");
    assert!(found.layers[0].explained_variance.unwrap() < reliability.mean + 0.1);
    let [low, high] = reliability.ceiling().unwrap();
    assert!(low < reliability.mean.sqrt() && reliability.mean.sqrt() < high);
    let halves = PredictRequest { reliability: Some("split-half(50)".parse().unwrap()), ..request };
    let of_halves = halves.run(&()).unwrap();
    let of_halves = of_halves.targets[0].reliability.as_ref().unwrap();
    assert!((of_halves.mean - reliability.mean).abs() < 0.1 && of_halves.method != ReliabilityMethod::Alpha);
}

#[test]
fn noise_alone_is_not_normalized_and_the_reason_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (signal, responses) = trials(60.0);
    let layer = write(folder.path(), "layer.csv", &signal, label);
    let target = write(folder.path(), "trials.csv", &responses, |row| label(row % 40));
    let result = PredictRequest::new([&layer], &target).run(&()).unwrap();
    let layer = &result.targets[0].layers[0];
    assert!(layer.normalized_variance.is_none(), "{:?}", layer.normalized_variance);
    assert!(layer.normalized_reason.as_ref().unwrap().contains("mean reliability"), "{:?}", layer.normalized_reason);
    assert!(result.text().contains("not normalized") && result.figure(rsa_plot::Style::default()).is_ok());
}

#[test]
fn a_layer_that_fails_leaves_the_others_and_dead_features_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (mut x, y) = features_and_sites();
    let narrow = write(folder.path(), "narrow.csv", &waves(40, 2, 5), label);
    x.column_mut(1).fill(3.0);
    let wide = write(folder.path(), "wide.csv", &x, label);
    let target = write(folder.path(), "target.csv", &y, label);
    let request = PredictRequest {
        measure: "predict:map=pls(3)".parse().unwrap(),
        ..PredictRequest::new([&narrow, &wide], &target)
    };
    let result = request.run(&()).unwrap();
    assert_eq!((result.failures.len(), result.failures[0].layer.as_str()), (1, "narrow"));
    assert!(result.failures[0].message.contains("pls cannot have 3 components"), "{}", result.failures[0].message);
    assert_eq!(result.targets[0].layers[0].n_constant_features, 1);
    assert!(result.text().contains("1 of 4 features are constant"));
    let wrong = PredictRequest { measure: "cka".parse().unwrap(), ..request.clone() };
    assert_eq!(wrong.run(&()).unwrap_err().kind().name(), "InvalidParameter");
    let reversed = PredictRequest { measure: "predict:from=second".parse().unwrap(), ..request };
    assert_eq!(reversed.run(&()).unwrap_err().kind().name(), "InvalidParameter");
}
