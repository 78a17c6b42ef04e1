//! Calibration of models with parameters, which are fitted and scored on different folds.

use ndarray::Array1;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use rsakit::{
    Rdm,
    stats::{Crossvalidation, Evaluation, GeneralizeTo, Inference, Model, Scoring, Variance},
};

use crate::{Estimate, FEATURES, OF_TRUTH, Size, Truth, claims, estimate, normal, rdm, standardized};

/// Number of studies for true values: each score takes a hundred fits, so there are fewer than for fixed models.
const TRUTHS: u64 = 2000;

/// Simulated subjects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subjects {
    /// Noisy versions of the true patterns, each with its own weights of features and amount of noise.
    Alike,
    /// Each is nearer to one of two models, so that a score hardly depends on single subjects.
    OfTwoTypes,
}

/// A row of the table: subjects, comparison, folds and the population that is meant.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) subjects: Subjects,
    pub(crate) comparison: Scoring,
    pub(crate) folds: [usize; 2],
    pub(crate) generalize_to: GeneralizeTo,
    pub(crate) size: Size,
}

/// Returns models and data: selections with a clear winner and with near ties, a line, a weighted and a fixed model.
fn study(row: Row, seed: u64) -> (Vec<Model>, Vec<Rdm>) {
    let of_factor = |same: bool, stream| {
        let mut rng = ChaCha8Rng::seed_from_u64(if same { 1 } else { !seed });
        rng.set_stream(stream);
        rng
    };
    let mut of_conditions = of_factor(row.generalize_to == GeneralizeTo::Subjects, 0);
    let mut of_subjects = of_factor(row.generalize_to == GeneralizeTo::Conditions, 1);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let n = row.size.conditions;
    let [truth, unrelated, one, two] = [(); 4].map(|()| normal(&mut of_conditions, n));
    let near = |amount: f64, noise| rdm(&(&truth + &(noise * amount)));
    let tied = [near(1.0, &one), near(1.0, &two)];
    let line =
        (0..5).map(|k| 0.35 * f64::from(k)).map(|k| rdm(&(&truth + &(&one * (1.4 - k)) + &(&two * k)))).collect();
    let clear = vec![rdm(&unrelated), near(0.5, &one), near(2.0, &two)];
    let three = vec![rdm(&unrelated), tied[0].clone(), tied[1].clone()];
    let subject = |_| match row.subjects {
        Subjects::Alike => {
            let mut own = || -> f64 { StandardNormal.sample(&mut of_subjects) };
            let (amount, gains) = ((0.5 * own()).exp(), Array1::from_shape_simple_fn(FEATURES, || own().exp()));
            rdm(&((&truth + &(normal(&mut rng, n) * amount)) * &gains))
        }
        Subjects::OfTwoTypes => {
            let near = usize::from(rng.random_bool(0.5));
            let [own, other] = [near, 1 - near].map(|k| standardized(&tied[k]));
            let mut noise = || -> f64 { StandardNormal.sample(&mut rng) };
            Rdm::new((0..own.len()).map(|k| 10.0 + own[k] + 0.3 * other[k] + noise()).collect()).expect("pairs")
        }
    };
    let data = (0..row.size.subjects).map(subject).collect();
    let models = [
        Model::selection("selection, clear", clear),
        Model::selection("selection, near ties", three.clone()),
        Model::interpolated("interpolated", line),
        Model::weighted("weighted", three),
        Ok(Model::fixed("fixed", tied[0].clone())),
    ];
    (models.map(|model| model.expect("the same conditions")).to_vec(), data)
}

/// Prints the calibration of the models of a row, and of the difference of two of them.
pub(crate) fn print(simulations: u64, row: Row) {
    let evaluate = |generalize_to: GeneralizeTo, variance: Variance, seed: u64| -> Evaluation {
        let (models, data) = study(row, seed);
        let [subject_folds, condition_folds] = row.folds;
        let inference = Inference {
            comparison: row.comparison,
            generalize_to,
            resamples: 10,
            seed,
            crossvalidation: Some(Crossvalidation { subject_folds, condition_folds, repeats: 2 }),
            variance,
            ..Inference::default()
        };
        inference.evaluate(&models, &data).expect("simulated data can be evaluated")
    };
    // For true values only scores are needed, so nothing is left out.
    let truth = |seed| evaluate(GeneralizeTo::Nothing, Variance::Rsatoolbox, OF_TRUTH + seed);
    let truths: Vec<Evaluation> = (0..TRUTHS).into_par_iter().map(truth).collect();
    // `Nothing` has the standard errors of `Subjects` without a bootstrap, which needs a subject for every fold.
    let generalize_to = match row.generalize_to {
        GeneralizeTo::Subjects => GeneralizeTo::Nothing,
        other => other,
    };
    let simulate = |seed| evaluate(generalize_to, Variance::Unbiased, seed);
    let found: Vec<Evaluation> = (0..simulations).into_par_iter().map(simulate).collect();
    let Row { comparison, generalize_to, size, folds: [of_subjects, of_conditions], .. } = row;
    let print = |name: &str, of_truths: Vec<f64>, estimates: &[Estimate]| {
        let truth = Truth::of(&of_truths);
        let errors = estimates.iter().map(|found| found.standard_error).sum::<f64>() / estimates.len() as f64;
        println!(
            "| {name} | {comparison} | {generalize_to:?} | {} x {} | {of_subjects} x {of_conditions} | {} | {:.2} |",
            size.subjects,
            size.conditions,
            claims(estimates.iter(), truth),
            errors / truth.variance.sqrt(),
        );
    };
    for (m, model) in truths[0].models.iter().enumerate() {
        let estimates: Vec<Estimate> = found.iter().map(|found| estimate(found, m)).collect();
        print(&model.name, truths.iter().map(|found| found.models[m].score).collect(), &estimates);
    }
    let pair = truths[0].pairwise.iter().position(|pair| pair.a == "selection, near ties" && pair.b == "fixed");
    let difference = |found: &Evaluation| found.pairwise[pair.expect("two of the models")].clone();
    let of_pairs = found.iter().map(difference).map(|pair| {
        let standard_error = pair.standard_error.expect("several subjects");
        let half = 1.96 * standard_error;
        Estimate { score: pair.difference, interval: [pair.difference - half, pair.difference + half], standard_error }
    });
    let name = "near ties − fixed";
    print(name, truths.iter().map(|found| difference(found).difference).collect(), &of_pairs.collect::<Vec<_>>());
}
