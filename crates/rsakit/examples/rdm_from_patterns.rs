//! Computes RDMs of noisy, repeated measurements: a biased estimate, and the unbiased crossnobis estimate.
//!
//! Two of the eight conditions have the same true pattern. Their true distance is 0, and an unbiased estimate is near 0.
//!
//! ```text
//! cargo run --release -p rsakit --example rdm_from_patterns
//! ```

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rsakit::{
    Rdm, Result,
    core::{CovarianceEstimator, Measurements},
    spec::RdmSpec,
};

const NAMES: [&str; 8] = ["cat", "dog", "owl", "fish", "cup", "mug", "saw", "key"];
const VOXELS: usize = 40;

fn main() -> Result<()> {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut normal = |rows, columns| Array2::from_shape_simple_fn((rows, columns), || StandardNormal.sample(&mut rng));
    let mut patterns: Array2<f64> = normal(NAMES.len(), VOXELS);
    let cup = patterns.row(4).to_owned();
    patterns.row_mut(5).assign(&cup);

    // Six runs with two trials of each condition; later voxels are noisier.
    let trials: Vec<(usize, usize)> =
        (0..6).flat_map(|run| (0..NAMES.len()).flat_map(move |k| [(run, k); 2])).collect();
    let noise = normal(trials.len(), VOXELS);
    let value = |(t, j): (usize, usize)| patterns[(trials[t].1, j)] + (1.0 + j as f64 / 20.0) * noise[(t, j)];
    let measurements =
        Measurements::new(Array2::from_shape_fn((trials.len(), VOXELS), value), trials.iter().map(|&(_, k)| NAMES[k]))?
            .with_runs(trials.iter().map(|(run, _)| run.to_string()))?;

    // The covariance of the noise comes from repeated trials within a run.
    let noise = CovarianceEstimator::ShrinkageDiagonal.estimate_within_runs(&measurements)?.precision()?;
    let rdm = |text: &str| -> Result<Rdm> { text.parse::<RdmSpec>()?.rdm_of_measurements(&measurements, Some(&noise)) };
    let (biased, unbiased) = (rdm("mahalanobis")?, rdm("crossnobis")?);

    println!("squared distances per voxel, in units of noise\n{:14}{:>12}{:>12}", "", "mahalanobis", "crossnobis");
    for (i, j) in [(0, 1), (0, 4), (4, 5)] {
        println!("{:14}{:12.3}{:12.3}", format!("{}, {}", NAMES[i], NAMES[j]), biased.get(i, j), unbiased.get(i, j));
    }
    assert_eq!(unbiased.conditions().labels().map(<[String]>::len), Some(NAMES.len()));
    // Noise alone sets equal patterns apart in the biased estimate, by about 2/12 in units of the noise of one trial.
    assert!(biased.get(4, 5) > 0.1 && unbiased.get(4, 5).abs() < 0.05);
    assert!(unbiased.get(0, 1) > 0.2);
    Ok(())
}
