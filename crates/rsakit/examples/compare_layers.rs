//! Compares every layer of one network with every layer of another, under measures that are named by text.
//!
//! Both networks compute the same three stages. Each network reads a stage out with units and noise of its own.
//!
//! ```text
//! cargo run --release -p rsakit --example compare_layers
//! ```

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rsakit::{Measure, MeasureSpec, Representation, Result, core::Orientation};

const CONDITIONS: usize = 200;

fn main() -> Result<()> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut normal = |rows, columns| Array2::from_shape_simple_fn((rows, columns), || StandardNormal.sample(&mut rng));

    // Stages of the computation: each is a nonlinear function of the stage before it.
    let mut stages: Vec<Array2<f64>> = vec![normal(CONDITIONS, 8)];
    for _ in 0..2 {
        let next = stages[stages.len() - 1].dot(&normal(8, 8)).mapv(f64::tanh);
        stages.push(next);
    }
    // A layer has 60 units. Each responds to a mixture of all dimensions of its stage, with noise.
    let mut network = || -> Result<Vec<Representation>> {
        let layer = |stage: &Array2<f64>| Representation::new(stage.dot(&normal(8, 60)) + 0.5 * normal(CONDITIONS, 60));
        stages.iter().map(layer).collect()
    };
    let (a, b) = (network()?, network()?);

    for text in ["cka:hsic=unbiased", "svcca:keep=count(8)", "rsa:rdm=euclidean,compare=spearman"] {
        let spec: MeasureSpec = text.parse()?;
        let measure = spec.measure();
        assert_eq!(measure.profile().orientation, Orientation::Similarity);
        println!("{} ({spec})", spec.title());
        for (i, row) in measure.cross(&a, &b).rows().enumerate() {
            let scores: Vec<f64> = row.iter().cloned().collect::<Result<_>>()?;
            let best = (0..scores.len()).max_by(|&j, &k| scores[j].total_cmp(&scores[k]));
            // The layer that is most alike stands at the same depth.
            assert_eq!(best, Some(i));
            println!("  layer {}: {}", i + 1, scores.iter().map(|score| format!("{score:6.3}")).collect::<String>());
        }
    }
    Ok(())
}
