//! An instrument that is not made of RDMs, held against closed forms.

use ndarray::{Array2, Array3, Axis};
use rsa_core::{Error, Result};
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::*;

/// Accuracies above chance: decoders × subjects × conditions. A score is the weighted mean over conditions.
struct Accuracies(Array3<f64>);

impl Accuracies {
    /// Decoders that differ, with effects of subjects, of conditions, and of both together.
    fn example(decoders: usize, subjects: usize, conditions: usize) -> Self {
        let wave = |k: f64| (k * 12.9898).sin() / 5.0;
        Self(Array3::from_shape_fn((decoders, subjects, conditions), |(m, i, c)| {
            let [m, i, c] = [m, i, c].map(|k| k as f64);
            0.2 + 0.1 * m + wave(i + 1.0) + wave(31.0 + c + m) + wave(71.0 + 17.0 * i + 5.0 * c + 3.0 * m)
        }))
    }

    /// Subjects × conditions of a decoder.
    fn of_decoder(&self, m: usize) -> Array2<f64> {
        self.0.index_axis(Axis(0), m).to_owned()
    }
}

impl Instrument for Accuracies {
    fn n_subjects(&self) -> usize {
        self.0.len_of(Axis(1))
    }

    fn n_conditions(&self) -> usize {
        self.0.len_of(Axis(2))
    }

    fn models(&self) -> Vec<String> {
        (0..self.0.len_of(Axis(0))).map(|m| format!("decoder {m}")).collect()
    }

    fn score_name(&self) -> String {
        "accuracy".to_owned()
    }

    fn scores(&self, resample: &Resample<'_>) -> Result<Array2<f64>> {
        let weights = resample.conditions();
        let total = f64::from(weights.iter().sum::<u32>());
        if total == 0.0 {
            return Err(Error::too_few_conditions(1, 0, "an accuracy needs a condition"));
        }
        let score = |m: usize, i: usize| -> f64 {
            (0..weights.len()).map(|c| f64::from(weights[c]) * self.0[(m, i, c)]).sum::<f64>() / total
        };
        Ok(Array2::from_shape_fn((self.0.len_of(Axis(0)), self.n_subjects()), |(m, i)| score(m, i)))
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The squared standard error of a mean: the unbiased variance over the number.
fn variance_of_mean(values: &[f64]) -> f64 {
    let (n, mean) = (values.len() as f64, mean(values));
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0) / n
}

fn means_over_conditions(table: &Array2<f64>) -> Vec<f64> {
    table.rows().into_iter().map(|row| mean(&row.to_vec())).collect()
}

fn means_over_subjects(table: &Array2<f64>) -> Vec<f64> {
    table.columns().into_iter().map(|column| mean(&column.to_vec())).collect()
}

/// The part that the variances over subjects and over conditions both contain, of a mean of means: the variance of
/// residuals without row and column effects over all numbers.
fn interaction(table: &Array2<f64>) -> f64 {
    let (rows, columns) = (means_over_conditions(table), means_over_subjects(table));
    let all = mean(&rows);
    let square = |((i, c), value): ((usize, usize), &f64)| (value - rows[i] - columns[c] + all).powi(2);
    let (k, n) = (rows.len() as f64, columns.len() as f64);
    table.indexed_iter().map(square).sum::<f64>() / ((k - 1.0) * (n - 1.0)) / (k * n)
}

fn evaluate(instrument: &Accuracies, generalize_to: GeneralizeTo) -> Evaluation {
    let inference = Inference { generalize_to, resamples: 400, seed: 3, ..Inference::default() };
    inference.evaluate_instrument(instrument).unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1e-3), "{found} and {expected}");
}

#[test]
fn standard_errors_intervals_and_tests_over_subjects_are_those_of_the_t_test() {
    let instrument = Accuracies::example(2, 7, 9);
    for generalize_to in [GeneralizeTo::Nothing, GeneralizeTo::Subjects] {
        let found = evaluate(&instrument, generalize_to);
        assert_eq!((found.comparison.as_str(), found.n_subjects, found.n_conditions), ("accuracy", 7, 9));
        assert!(found.noise_ceiling.is_none() && found.noise_ceiling_reason.unwrap().contains("'accuracy'"));
        let t = StudentsT::new(0.0, 1.0, 6.0).unwrap();
        let scores = [0, 1].map(|m| means_over_conditions(&instrument.of_decoder(m)));
        for (model, scores) in found.models.iter().zip(&scores) {
            let error = variance_of_mean(scores).sqrt();
            close(model.score, mean(scores));
            close(model.standard_error.unwrap(), error);
            assert_eq!(model.degrees_of_freedom, Some(6.0));
            let half = t.inverse_cdf(0.975) * error;
            close(model.interval.unwrap()[0], mean(scores) - half);
            close(model.interval.unwrap()[1], mean(scores) + half);
            close(model.p_above_zero.unwrap(), t.sf(mean(scores) / error));
        }
        let differences: Vec<f64> = scores[0].iter().zip(&scores[1]).map(|(a, b)| a - b).collect();
        let error = variance_of_mean(&differences).sqrt();
        close(found.pairwise[0].standard_error.unwrap(), error);
        close(found.pairwise[0].p.unwrap(), 2.0 * t.sf((mean(&differences) / error).abs()));
        if generalize_to == GeneralizeTo::Subjects {
            // A bootstrap of k numbers has a variance of (k − 1)/k times that of their mean; 400 resamples know it to 4
            // %.
            let [low, high] = found.models[0].percentile_interval.unwrap();
            let error = (variance_of_mean(&scores[0]) * 6.0 / 7.0).sqrt();
            assert!(((high - low) / (2.0 * 1.96 * error) - 1.0).abs() < 0.2, "{low} to {high}, error {error}");
            assert!((found.models[0].bootstrap_mean.unwrap() - found.models[0].score).abs() < 4.0 * error / 20.0);
        }
    }
}

/// A mean is a sum over single conditions, so leaving out one, two and three gives the variance of the mean.
#[test]
fn the_variance_over_conditions_is_the_jackknife_of_a_mean() {
    let instrument = Accuracies::example(2, 4, 12);
    let found = evaluate(&instrument, GeneralizeTo::Conditions);
    for (m, model) in found.models.iter().enumerate() {
        let scores = means_over_subjects(&instrument.of_decoder(m));
        close(model.standard_error.unwrap(), variance_of_mean(&scores).sqrt());
    }
    let difference = means_over_subjects(&(instrument.of_decoder(0) - instrument.of_decoder(1)));
    close(found.pairwise[0].standard_error.unwrap(), variance_of_mean(&difference).sqrt());
    assert_eq!(found.resamples.used, 400);
}

#[test]
fn the_variance_over_both_is_the_sum_less_what_both_contain() {
    let instrument = Accuracies::example(2, 8, 10);
    let found = evaluate(&instrument, GeneralizeTo::Both);
    for (m, model) in found.models.iter().enumerate() {
        let table = instrument.of_decoder(m);
        let over_subjects = variance_of_mean(&means_over_conditions(&table));
        let over_conditions = variance_of_mean(&means_over_subjects(&table));
        close(model.standard_error.unwrap().powi(2), over_subjects + over_conditions - interaction(&table));
    }
}

#[test]
fn parts_of_any_instrument_merge_to_the_bits_of_one_run() {
    let instrument = Accuracies::example(3, 5, 8);
    let inference = Inference { generalize_to: GeneralizeTo::Both, resamples: 30, ..Inference::default() };
    let parts = [0..7, 7..8, 8..30].map(|range| Part::compute(&inference, &instrument, range).unwrap());
    let merged = Part::merge(parts.to_vec()).unwrap().conclude().unwrap();
    assert_eq!(merged, inference.evaluate_instrument(&instrument).unwrap());
}

#[test]
fn cross_validation_hands_the_instrument_its_folds() {
    struct Folded(Accuracies);
    impl Instrument for Folded {
        fn n_subjects(&self) -> usize {
            self.0.n_subjects()
        }

        fn n_conditions(&self) -> usize {
            self.0.n_conditions()
        }

        fn models(&self) -> Vec<String> {
            vec!["trained".to_owned()]
        }

        fn score_name(&self) -> String {
            self.0.score_name()
        }

        fn is_fitted(&self, _: usize) -> bool {
            true
        }

        /// The mean over folds of (test mean − training mean): what a decoder that has learned nothing would have is 0.
        fn scores(&self, resample: &Resample<'_>) -> Result<Array2<f64>> {
            let folds = resample.folds().expect("fitted models are cross-validated");
            let table = self.0.of_decoder(0);
            let mean_of = |i: usize, fold: usize, inside: bool| {
                let weights = if inside { resample.conditions() } else { resample.training_conditions() };
                let chosen = (0..weights.len()).filter(|&c| weights[c] > 0 && folds.has_condition(fold, c) == inside);
                let values: Vec<f64> = chosen.map(|c| table[(i, c)]).collect();
                mean(&values)
            };
            let n = folds.n_condition_folds();
            let score = |i: usize| (0..n).map(|fold| mean_of(i, fold, true) - mean_of(i, fold, false)).sum::<f64>();
            Ok(Array2::from_shape_fn((1, table.nrows()), |(_, i)| score(i) / n as f64))
        }
    }
    let instrument = Folded(Accuracies::example(1, 5, 12));
    let error = Inference::default().evaluate_instrument(&instrument).unwrap_err();
    assert!(error.to_string().contains("'trained'"), "{error}");
    let folds = Crossvalidation { subject_folds: 1, condition_folds: 3, repeats: 2 };
    let inference = Inference { crossvalidation: Some(folds), ..Inference::default() };
    let found = inference.evaluate_instrument(&instrument).unwrap();
    // Folds of one size: every fold is as often training as test, so that differences cancel.
    assert!(found.models[0].score.abs() < 1e-12, "{}", found.models[0].score);
}

/// Scores of a wrong shape, scores that are not finite and permutations that do not exist are refused by name.
#[test]
fn instruments_that_break_their_promises_are_refused() {
    struct Broken(fn(usize, usize) -> Array2<f64>);
    impl Instrument for Broken {
        fn n_subjects(&self) -> usize {
            3
        }

        fn n_conditions(&self) -> usize {
            4
        }

        fn models(&self) -> Vec<String> {
            vec!["a".to_owned(), "b".to_owned()]
        }

        fn score_name(&self) -> String {
            "broken".to_owned()
        }

        fn scores(&self, resample: &Resample<'_>) -> Result<Array2<f64>> {
            Ok(self.0(2, resample.subjects().len()))
        }
    }
    let refused = |scores, inference: Inference| inference.evaluate_instrument(&Broken(scores)).unwrap_err();
    let error = refused(|m, s| Array2::zeros((s, m)), Inference::default());
    assert_eq!(error.kind().name(), "ShapeMismatch");
    assert!(error.to_string().contains("'broken' returned scores of shape (3, 2)"), "{error}");
    let error = refused(|m, s| Array2::from_elem((m, s), f64::NAN), Inference::default());
    assert!(error.to_string().contains("for subject 0 is NaN"), "{error}");
    let permuted = Inference { permutations: 9, ..Inference::default() };
    let error = refused(|m, s| Array2::zeros((m, s)), permuted);
    assert!(error.to_string().contains("'broken' cannot be permuted"), "{error}");
}
