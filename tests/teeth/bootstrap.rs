//! A bootstrap of conditions for unbiased CKA, for which copies of conditions cause a bias.

use ndarray::Axis;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rsakit::{Cka, Measure, Representation, Result, core::Profile};

/// The mean of unbiased CKA over resamples, in which two copies of a condition are perfectly similar.
pub(crate) struct CopiedConditions;

const RESAMPLES: usize = 8;

impl Measure for CopiedConditions {
    type Geometry = Representation;

    fn profile(&self) -> Profile {
        Cka::linear().unbiased().profile()
    }

    fn geometry(&self, x: &Representation) -> Result<Representation> {
        Cka::linear().unbiased().geometry(x)?;
        Ok(x.clone())
    }

    fn compare(&self, a: &Representation, b: &Representation) -> Result<f64> {
        let n = a.n_conditions();
        let rng = &mut ChaCha8Rng::seed_from_u64(7);
        let mut total = 0.0;
        for _ in 0..RESAMPLES {
            let drawn: Vec<usize> = (0..n).map(|_| rng.random_range(0..n)).collect();
            let copy = |x: &Representation| Representation::new(x.values().select(Axis(0), &drawn));
            total += Cka::linear().unbiased().score(&copy(a)?, &copy(b)?)?;
        }
        Ok(total / RESAMPLES as f64)
    }
}
