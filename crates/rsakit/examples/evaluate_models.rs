//! Finds the model that explains the RDMs of subjects best, and compares it with the noise ceiling.
//!
//! Twelve subjects see 24 objects. Their patterns depend on the category of an object, a little on its size, and on
//! noise.
//!
//! ```text
//! cargo run --release -p rsakit --example evaluate_models
//! ```

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rsakit::{
    Euclidean, Rdm, Representation, Result,
    core::Dissimilarity,
    stats::{GeneralizeTo, Inference, Model, Scoring},
};

const OBJECTS: usize = 24;

fn main() -> Result<()> {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut normal = |rows, columns| Array2::from_shape_simple_fn((rows, columns), || StandardNormal.sample(&mut rng));
    let category: Vec<usize> = (0..OBJECTS).map(|i| i / 6).collect();
    let size: Vec<f64> = normal(1, OBJECTS).into_iter().collect();
    let (centers, growth): (Array2<f64>, Array2<f64>) = (normal(4, 30), normal(1, 30));
    let truth =
        Array2::from_shape_fn((OBJECTS, 30), |(i, j)| centers[(category[i], j)] + 0.4 * size[i] * growth[(0, j)]);

    let mut subject = || Euclidean.rdm(&Representation::new(&truth + 2.0 * normal(OBJECTS, 30))?);
    let data: Vec<Rdm> = (0..12).map(|_| subject()).collect::<Result<_>>()?;
    let unrelated = Euclidean.rdm(&Representation::new(normal(OBJECTS, 30))?)?;
    let models = [
        Model::fixed("category", Rdm::categorical(&[&category])?),
        Model::fixed("size", Rdm::differences(&size)?),
        Model::fixed("unrelated", unrelated),
    ];

    // Categories predict ties, so τ_a and not Spearman's correlation compares these models fairly.
    let inference = Inference {
        comparison: Scoring::KendallA,
        generalize_to: GeneralizeTo::Both,
        resamples: 200,
        ..Inference::default()
    };
    let found = inference.evaluate(&models, &data)?;
    println!("{:10}{:>8}{:>8}{:>12}", "model", "score", "±", "p > 0");
    for model in &found.models {
        let (error, p) = (model.standard_error.unwrap_or(f64::NAN), model.p_above_zero_corrected.unwrap_or(f64::NAN));
        println!("{:10}{:8.3}{error:8.3}{p:12.2e}", model.name, model.score);
    }
    let ceiling = found.noise_ceiling.as_ref().expect("twelve subjects have a noise ceiling");
    println!("noise ceiling: {:.3} to {:.3}", ceiling.lower, ceiling.upper);
    for pair in &found.pairwise {
        println!("{} − {}: {:.3}, p = {:.2e}", pair.a, pair.b, pair.difference, pair.p_corrected.unwrap_or(f64::NAN));
    }

    let [category, size, unrelated] = &found.models[..] else { unreachable!("three models were evaluated") };
    assert!(category.score > size.score && size.score > unrelated.score);
    assert!(category.p_above_zero_corrected.is_some_and(|p| p < 0.01));
    assert!(unrelated.p_above_zero_corrected.is_some_and(|p| p > 0.05));
    assert!(category.score < ceiling.lower && found.pairwise[0].p_corrected.is_some_and(|p| p < 0.05));
    Ok(())
}
