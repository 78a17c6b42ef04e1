//! Calibration of the tests and intervals of an inference, with simulated subjects of known truth.
//!
//! ```text
//! cargo xtask calibrate          1000 simulations of each setting, most of an hour
//! cargo run --release -p rsakit-tests --example calibrate -- 4000 both
//! ```
//!
//! A second argument selects rows: of one generalization (`nothing`, `subjects`, `conditions`, `both`), of models with
//! parameters (`fitted`), of the jackknife (`jackknife`), or of maps over subjects (`maps`). A third argument selects a comparison
//! (`whitened-pearson`), of rows of models with parameters a generalization.
//!
//! Patterns of conditions are drawn from a population of conditions. As in Schütt et al. 2023 (eLife,
//! doi:10.7554/eLife.82566), each subject has these patterns with independent noise, its own weights of features and
//! its own amount of noise. The true mean and variance of an estimate are computed from the scores of [`TRUTHS`] other
//! studies.
//!
//! If a row generalizes to conditions alone, all simulations of a setting have the same subjects. If it generalizes to
//! subjects alone, all have the same conditions.

#![allow(clippy::print_stdout, reason = "a table is what it is for")]

mod fitted;
mod maps;

use std::env;

use ndarray::{Array1, Array2};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use rsakit::{
    Cka, Measure, Rdm, Representation, Rsa, Spearman,
    core::{Dissimilarity, SquaredEuclidean},
    stats::{Evaluation, GeneralizeTo, Inference, Jackknife, Model, Scoring, Variance},
};

use crate::fitted::{Row, Subjects};

const FEATURES: usize = 20;

/// Number of studies for the true mean and variance: the relative standard error of the variance is √(2/20000), 1 %.
const TRUTHS: u64 = 20_000;

/// First seed of the studies for the true values, beyond the seeds of evaluated studies.
const OF_TRUTH: u64 = 1 << 40;

/// Numbers of subjects and conditions of a simulated study.
#[derive(Clone, Copy)]
struct Size {
    subjects: usize,
    conditions: usize,
}

fn normal(rng: &mut ChaCha8Rng, conditions: usize) -> Array2<f64> {
    Array2::from_shape_simple_fn((conditions, FEATURES), || StandardNormal.sample(rng))
}

fn rdm(patterns: &Array2<f64>) -> Rdm {
    let x = Representation::new(patterns.clone()).expect("finite numbers");
    SquaredEuclidean { per_feature: true }.rdm(&x).expect("patterns have distances")
}

/// Simulated study.
struct Study {
    /// Candidate models: one unrelated to the subjects, two that are equally near to the truth, and the truth.
    candidates: [Rdm; 4],
    data: Vec<Rdm>,
    /// RDMs of subjects that are pure noise.
    noise: Vec<Rdm>,
}

/// Returns `true` if all studies of a setting have the same conditions.
fn same_conditions(generalize_to: GeneralizeTo) -> bool {
    matches!(generalize_to, GeneralizeTo::Nothing | GeneralizeTo::Subjects)
}

fn study(size: Size, generalize_to: GeneralizeTo, seed: u64) -> Study {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let same = same_conditions(generalize_to);
    let of_factor = |same: bool, stream| {
        let mut rng = ChaCha8Rng::seed_from_u64(if same { 1 } else { !seed });
        rng.set_stream(stream);
        rng
    };
    let mut of_conditions = of_factor(same, 0);
    let mut of_subjects = of_factor(generalize_to == GeneralizeTo::Conditions, 1);
    let n = size.conditions;
    let truth = normal(&mut of_conditions, n);
    let unrelated = normal(&mut of_conditions, n);
    let [first, second] = [0, 1].map(|_| &truth + &normal(&mut of_conditions, n));
    let halves = [rdm(&first), rdm(&second)];
    let mut data = Vec::new();
    let mut noise = Vec::new();
    for _ in 0..size.subjects {
        data.push(match same {
            false => {
                let mut own = || -> f64 { StandardNormal.sample(&mut of_subjects) };
                let (amount, gains) = ((0.5 * own()).exp(), Array1::from_shape_simple_fn(FEATURES, || own().exp()));
                rdm(&((&truth + &(normal(&mut rng, n) * amount)) * &gains))
            }
            // Each subject is nearer to one of the two models, with equal probability for either.
            true => {
                let near = usize::from(rng.random_bool(0.5));
                let scaled: Vec<Vec<f64>> = halves.iter().map(standardized).collect();
                let own = |_: usize| -> f64 { StandardNormal.sample(&mut rng) };
                let own: Vec<f64> = (0..scaled[0].len()).map(own).collect();
                let mix = (0..own.len()).map(|k| 10.0 + scaled[near][k] + 0.3 * scaled[1 - near][k] + own[k]);
                Rdm::new(mix.collect()).expect("pairs")
            }
        });
        noise.push(rdm(&normal(&mut rng, n)));
    }
    let [first, second] = halves;
    Study { candidates: [rdm(&unrelated), first, second, rdm(&truth)], data, noise }
}

fn standardized(rdm: &Rdm) -> Vec<f64> {
    let values = rdm.values();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean) / variance.sqrt()).collect()
}

/// Score with its interval and standard error.
struct Estimate {
    score: f64,
    interval: [f64; 2],
    standard_error: f64,
}

/// True mean and variance, over studies.
#[derive(Clone, Copy)]
struct Truth {
    mean: f64,
    variance: f64,
}

impl Truth {
    fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        Self { mean, variance: values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0) }
    }
}

/// Formats the coverage by t and by the normal distribution, and the ratio of estimated to true variance.
fn claims<'a>(estimates: impl Iterator<Item = &'a Estimate> + Clone, truth: Truth) -> String {
    let n = estimates.clone().count() as f64;
    let mean = |value: &dyn Fn(&Estimate) -> f64| estimates.clone().map(value).sum::<f64>() / n;
    let held = |[low, high]: [f64; 2]| f64::from(u8::from(low <= truth.mean && truth.mean <= high));
    let ratios: Vec<f64> = estimates.clone().map(|found| found.standard_error.powi(2) / truth.variance).collect();
    let ratio = Truth::of(&ratios);
    format!(
        "{:.3} | {:.3} | {:.2} ± {:.2}",
        mean(&|estimate| held(estimate.interval)),
        mean(&|estimate| held([-1.96, 1.96].map(|z| estimate.score + z * estimate.standard_error))),
        ratio.mean,
        (ratio.variance / n).sqrt(),
    )
}

/// Results of one simulated study.
struct Outcome {
    above_zero: bool,
    differ: bool,
    below_ceiling: bool,
    permutation: bool,
    first: Estimate,
    /// Interval of the lower noise ceiling.
    ceiling: [f64; 2],
}

fn estimate(found: &Evaluation, model: usize) -> Estimate {
    let model = &found.models[model];
    Estimate {
        score: model.score,
        interval: model.interval.expect("several subjects"),
        standard_error: model.standard_error.expect("several subjects"),
    }
}

fn models(candidates: &[Rdm; 4]) -> Vec<Model> {
    let names = ["unrelated", "first", "second", "true"];
    names.into_iter().zip(candidates).map(|(name, rdm)| Model::fixed(name, rdm.clone())).collect()
}

/// Computes the true mean and variance of the score of the first model and of the lower noise ceiling.
fn truths(size: Size, comparison: Scoring, generalize_to: GeneralizeTo) -> [Truth; 2] {
    // Only scores are needed, so nothing is resampled and no subject is left out.
    let inference = Inference { comparison, variance: Variance::Rsatoolbox, ..Inference::default() };
    let simulate = |seed| {
        let study = study(size, generalize_to, OF_TRUTH + seed);
        let first = &models(&study.candidates)[1..2];
        let found = inference.evaluate(first, &study.data).expect("simulated data can be evaluated");
        [found.models[0].score, found.noise_ceiling.expect("several subjects").lower]
    };
    let found: Vec<[f64; 2]> = (0..TRUTHS).into_par_iter().map(simulate).collect();
    [0, 1].map(|k| Truth::of(&found.iter().map(|found| found[k]).collect::<Vec<_>>()))
}

fn simulate(size: Size, comparison: Scoring, generalize_to: GeneralizeTo, seed: u64) -> Outcome {
    let study = study(size, generalize_to, seed);
    // Tests and intervals come from leaving conditions and subjects out, and need no resamples.
    let inference =
        Inference { comparison, generalize_to, resamples: 10, seed, permutations: 39, ..Inference::default() };
    let models = models(&study.candidates);
    let evaluate = |models: &[Model], data: &[Rdm]| -> Evaluation {
        inference.evaluate(models, data).expect("simulated data can be evaluated")
    };
    let found = evaluate(&models, &study.data);
    // With fixed conditions, only subjects of pure noise give a model a mean score of 0.
    let null = match same_conditions(generalize_to) {
        true => evaluate(&models[..1], &study.noise),
        false => found.clone(),
    };
    let significant = |p: Option<f64>| p.is_some_and(|p| p <= 0.05);
    let between = found.pairwise.iter().find(|pair| pair.a == "first" && pair.b == "second");
    Outcome {
        above_zero: significant(null.models[0].p_above_zero),
        differ: significant(between.and_then(|pair| pair.p)),
        below_ceiling: significant(found.models[3].p_below_ceiling),
        permutation: significant(null.models[0].p_permutation),
        first: estimate(&found, 1),
        ceiling: found.noise_ceiling.and_then(|ceiling| ceiling.lower_interval).expect("several subjects"),
    }
}

fn cell(simulations: u64, size: Size, comparison: Scoring, generalize_to: GeneralizeTo) {
    let [of_score, of_ceiling] = truths(size, comparison, generalize_to);
    let outcomes: Vec<Outcome> =
        (0..simulations).into_par_iter().map(|seed| simulate(size, comparison, generalize_to, seed)).collect();
    let cosine = matches!(comparison, Scoring::Cosine | Scoring::WhitenedCosine);
    let share = |hit: &dyn Fn(&Outcome) -> bool| {
        format!("{:.3}", outcomes.iter().filter(|outcome| hit(outcome)).count() as f64 / simulations as f64)
    };
    println!(
        "| {comparison} | {generalize_to:?} | {} x {} | {} | {} | {} | {} | {} | {} |",
        size.subjects,
        size.conditions,
        // Dissimilarities are positive, so the cosine of any two RDMs is positive.
        match cosine {
            true => String::new(),
            false => share(&|outcome| outcome.above_zero),
        },
        // With fixed conditions, the two models have different means, and a cosine depends on means.
        match cosine && same_conditions(generalize_to) {
            true => String::new(),
            false => share(&|outcome| outcome.differ),
        },
        // With fixed conditions, the true model of these subjects is not the RDM of a pattern.
        match same_conditions(generalize_to) {
            true => String::new(),
            false => share(&|outcome| outcome.below_ceiling),
        },
        share(&|outcome| outcome.permutation),
        share(&|outcome| outcome.ceiling[0] <= of_ceiling.mean && of_ceiling.mean <= outcome.ceiling[1]),
        claims(outcomes.iter().map(|outcome| &outcome.first), of_score),
    );
}

/// Prints the calibration of the jackknife of a measure of two noisy versions of the same patterns.
fn jackknife_cell<M: Measure + Sync>(simulations: u64, conditions: usize, name: &str, measure: &M) {
    let views = |seed: u64| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let truth = normal(&mut rng, conditions);
        [0, 1].map(|_| Representation::new(&truth + &normal(&mut rng, conditions)).expect("finite numbers"))
    };
    let truth = |seed| {
        let [x, y] = views(OF_TRUTH + seed).map(|view| measure.geometry(&view).expect("patterns have a geometry"));
        measure.compare(&x, &y).expect("patterns can be compared")
    };
    let truth = Truth::of(&(0..TRUTHS).into_par_iter().map(truth).collect::<Vec<_>>());
    let simulate = |seed| {
        let [x, y] = views(seed);
        let found = Jackknife { seed }.run(measure, &x, &y).expect("patterns can be compared");
        Estimate { score: found.score, interval: found.interval, standard_error: found.standard_error }
    };
    let found: Vec<Estimate> = (0..simulations).into_par_iter().map(simulate).collect();
    println!("| {name} | {conditions} | {} |", claims(found.iter(), truth));
}

/// Calls `print` for every row of models with parameters, or for those of a generalization.
fn fitted_rows([small, large]: [Size; 2], print: &dyn Fn(Row), chosen: Option<&str>) {
    let usual = Row {
        subjects: Subjects::Alike,
        comparison: Scoring::Pearson,
        folds: [2, 2],
        generalize_to: GeneralizeTo::Subjects,
        size: small,
    };
    for (name, generalize_to) in
        [("subjects", GeneralizeTo::Subjects), ("conditions", GeneralizeTo::Conditions), ("both", GeneralizeTo::Both)]
    {
        if chosen.is_some_and(|chosen| chosen != name) {
            continue;
        }
        let row = Row { generalize_to, ..usual };
        print(row);
        // A bootstrap of subjects needs more subjects than folds.
        print(Row { folds: [if generalize_to == GeneralizeTo::Both { 2 } else { 6 }, 1], ..row });
        match generalize_to {
            GeneralizeTo::Subjects => print(Row { subjects: Subjects::OfTwoTypes, ..row }),
            _ => print(Row { comparison: Scoring::WhitenedPearson, ..row }),
        }
        print(Row { size: large, ..row });
    }
}

fn main() {
    let simulations = env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1000);
    let chosen = env::args().nth(2);
    let compared = env::args().nth(3);
    let wanted = |rows: &str| chosen.as_deref().is_none_or(|chosen| chosen == rows);
    let [small, large] = [Size { subjects: 6, conditions: 20 }, Size { subjects: 20, conditions: 40 }];
    let claims = "coverage of 95 % | of ± 1.96 standard errors | variance, estimated / true";
    println!("{simulations} simulations of each setting; subjects x conditions\n");
    println!(
        "| comparison | generalize to | size | false positives: above 0 | two models | true model below ceiling \
         | by permutation | coverage of the ceiling | {claims} |\n|---|---|---|---|---|---|---|---|---|---|---|"
    );
    for (rows, generalize_to) in [
        ("nothing", GeneralizeTo::Nothing),
        ("subjects", GeneralizeTo::Subjects),
        ("conditions", GeneralizeTo::Conditions),
        ("both", GeneralizeTo::Both),
    ] {
        let asked = |comparison: &Scoring| compared.as_ref().is_none_or(|name| *name == comparison.to_string());
        for comparison in Scoring::ALL.into_iter().filter(|comparison| wanted(rows) && asked(comparison)) {
            for size in [small, large] {
                cell(simulations, size, comparison, generalize_to);
            }
        }
    }
    if wanted("fitted") {
        println!("\nmodels with parameters; folds of subjects x conditions\n");
        println!("| model | comparison | generalize to | size | folds | {claims} | standard error, mean / true |");
        println!("|---|---|---|---|---|---|---|---|---|");
        fitted_rows([small, large], &|row| fitted::print(simulations, row), compared.as_deref());
    }
    if wanted("jackknife") {
        println!("\nthe jackknife of a measure of two noisy versions of the same patterns\n");
        println!("| measure | conditions | {claims} |\n|---|---|---|---|---|");
        for conditions in [20, 40, 80] {
            jackknife_cell(simulations, conditions, "rsa", &Rsa::new(SquaredEuclidean { per_feature: true }, Spearman));
            jackknife_cell(simulations, conditions, "cka", &Cka::linear());
            jackknife_cell(simulations, conditions, "cka, unbiased", &Cka::linear().unbiased());
        }
    }
    if wanted("maps") {
        maps::print(simulations);
    }
}
