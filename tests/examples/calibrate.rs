//! Do the tests and intervals of an inference keep what they promise? Simulated subjects with a known truth.
//!
//! ```text
//! cargo xtask calibrate          1000 simulations a cell, a few minutes
//! cargo run --release -p rsakit-tests --example calibrate -- 4000
//! ```
//!
//! Patterns of conditions are drawn from a population of conditions; each subject has them with noise of its own, as in
//! Schütt et al. 2023 (eLife, doi:10.7554/eLife.82566). In rows that generalise to subjects alone the conditions stay
//! what they are in all simulations of a cell.

#![allow(clippy::print_stdout, reason = "a table is what it is for")]

use std::env;

use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use rsakit::{
    Rdm, Representation,
    core::{Dissimilarity, SquaredEuclidean},
    stats::{Evaluation, GeneralizeTo, Inference, Model, Scoring},
};

const FEATURES: usize = 20;

/// Subjects and conditions of a cell.
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

/// One simulated study.
struct Study {
    /// Nothing to do with the subjects; two models that are equally near to the truth; the truth.
    models: Vec<Model>,
    data: Vec<Rdm>,
    /// Subjects that are noise alone.
    noise: Vec<Rdm>,
}

fn study(size: Size, generalize_to: GeneralizeTo, seed: u64) -> Study {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    // The conditions are the same in all studies that ask about subjects alone.
    let fixed = matches!(generalize_to, GeneralizeTo::Nothing | GeneralizeTo::Subjects);
    let mut of_conditions = if fixed { ChaCha8Rng::seed_from_u64(1) } else { ChaCha8Rng::seed_from_u64(!seed) };
    let n = size.conditions;
    let truth = normal(&mut of_conditions, n);
    let unrelated = normal(&mut of_conditions, n);
    let [first, second] = [0, 1].map(|_| &truth + &normal(&mut of_conditions, n));
    let halves = [rdm(&first), rdm(&second)];
    let mut data = Vec::new();
    let mut noise = Vec::new();
    for _ in 0..size.subjects {
        data.push(match fixed {
            false => rdm(&(&truth + &normal(&mut rng, n))),
            // Each subject is nearer to one of the two models, to either with equal probability.
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
    let models = vec![
        Model::fixed("unrelated", rdm(&unrelated)),
        Model::fixed("first", first),
        Model::fixed("second", second),
        Model::fixed("true", rdm(&truth)),
    ];
    Study { models, data, noise }
}

fn standardized(rdm: &Rdm) -> Vec<f64> {
    let values = rdm.values();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean) / variance.sqrt()).collect()
}

/// What one simulation says.
struct Outcome {
    above_zero: bool,
    differ: bool,
    below_ceiling: bool,
    permutation: bool,
    score: f64,
    interval: [f64; 2],
    variance: f64,
}

fn simulate(size: Size, comparison: Scoring, generalize_to: GeneralizeTo, seed: u64) -> Outcome {
    let study = study(size, generalize_to, seed);
    let inference =
        Inference { comparison, generalize_to, resamples: 200, seed, permutations: 99, ..Inference::default() };
    let evaluate = |models: &[Model], data: &[Rdm]| -> Evaluation {
        inference.evaluate(models, data).expect("simulated data can be evaluated")
    };
    let found = evaluate(&study.models, &study.data);
    // Given these conditions no model scores 0 on average but for subjects that are noise alone.
    let fixed = matches!(generalize_to, GeneralizeTo::Nothing | GeneralizeTo::Subjects);
    let null = if fixed { evaluate(&study.models[..1], &study.noise) } else { found.clone() };
    let significant = |p: Option<f64>| p.is_some_and(|p| p <= 0.05);
    let between = found.pairwise.iter().find(|pair| pair.a == "first" && pair.b == "second");
    Outcome {
        above_zero: significant(null.models[0].p_above_zero),
        differ: significant(between.and_then(|pair| pair.p)),
        below_ceiling: significant(found.models[3].p_below_ceiling),
        permutation: significant(null.models[0].p_permutation),
        score: found.models[1].score,
        interval: found.models[1].interval.expect("several subjects"),
        variance: found.models[1].standard_error.expect("several subjects").powi(2),
    }
}

fn cell(simulations: u64, size: Size, comparison: Scoring, generalize_to: GeneralizeTo) {
    let outcomes: Vec<Outcome> =
        (0..simulations).into_par_iter().map(|seed| simulate(size, comparison, generalize_to, seed)).collect();
    let n = simulations as f64;
    let share = |hit: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| hit(outcome)).count() as f64 / n;
    let mean = |value: &dyn Fn(&Outcome) -> f64| outcomes.iter().map(value).sum::<f64>() / n;
    let truth = mean(&|outcome| outcome.score);
    let variance = mean(&|outcome| (outcome.score - truth).powi(2)) * n / (n - 1.0);
    println!(
        "| {comparison} | {generalize_to:?} | {} x {} | {:.3} | {:.3} | {} | {:.3} | {:.3} | {:.2} ± {:.2} |",
        size.subjects,
        size.conditions,
        share(&|outcome| outcome.above_zero),
        share(&|outcome| outcome.differ),
        // Given the conditions, the true model of these subjects is no RDM of a pattern.
        match generalize_to {
            GeneralizeTo::Nothing | GeneralizeTo::Subjects => "".to_owned(),
            _ => format!("{:.3}", share(&|outcome| outcome.below_ceiling)),
        },
        share(&|outcome| outcome.permutation),
        share(&|outcome| outcome.interval[0] <= truth && truth <= outcome.interval[1]),
        mean(&|outcome| outcome.variance) / variance,
        (2.0 / n).sqrt(),
    );
}

fn main() {
    let simulations = env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1000);
    println!("{simulations} simulations a cell, 200 resamples each; subjects x conditions\n");
    println!(
        "| comparison | generalise to | size | false positives: above 0 | two models | true model below ceiling \
         | by permutation | coverage of 95 % | variance, estimated / true |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for comparison in [Scoring::Pearson, Scoring::Spearman, Scoring::WhitenedPearson] {
        for generalize_to in
            [GeneralizeTo::Nothing, GeneralizeTo::Subjects, GeneralizeTo::Conditions, GeneralizeTo::Both]
        {
            for size in [Size { subjects: 6, conditions: 20 }, Size { subjects: 20, conditions: 40 }] {
                cell(simulations, size, comparison, generalize_to);
            }
        }
    }
}
