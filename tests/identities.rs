//! Tests of identities between measures: scores that must agree although they are computed differently.

mod cca;
mod cka;
mod rdm;

use ndarray::Array2;
use proptest::{prelude::*, test_runner::RngSeed};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use rsakit::Representation;

/// Returns two independent representations of `n` conditions.
fn pair(n: usize, p: usize, q: usize, seed: u64) -> [Representation; 2] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    [p, q].map(|p| {
        let values = Array2::from_shape_simple_fn((n, p), || 1.0 + rng.sample::<f64, _>(StandardNormal));
        Representation::new(values).unwrap()
    })
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 40, rng_seed: RngSeed::Fixed(2019), failure_persistence: None, ..ProptestConfig::default() }
}
