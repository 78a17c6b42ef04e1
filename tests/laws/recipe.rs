//! A pair of representations as a few numbers, so that a counterexample can be read.

use ndarray::{Array1, Array2};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use rsakit::Representation;

/// How to make two representations of the same conditions.
///
/// They share half of their signals. Directions shrink by a constant factor, so that SVCCA has something to cut; values
/// are continuous, so that ranks have no ties; conditions are many enough that no correlation is forced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recipe {
    pub(crate) n_conditions: usize,
    pub(crate) n_features: [usize; 2],
    pub(crate) seed: u64,
}

impl Recipe {
    pub(crate) fn rng(&self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(self.seed)
    }

    /// Both representations.
    pub(crate) fn make(&self) -> [Representation; 2] {
        let mut rng = self.rng();
        let signals = normal(&mut rng, self.n_conditions, 4);
        self.n_features.map(|p| {
            let shrinking = Array1::from_shape_fn(p, |j| 2.0 * 0.6f64.powi(j as i32));
            let own = normal(&mut rng, self.n_conditions, p) * &shrinking;
            let shared = signals.dot(&normal(&mut rng, 4, p)) * 0.5;
            let rotated = (own + shared * &shrinking).dot(&orthogonal(&mut rng, p));
            Representation::new(rotated + 0.7).unwrap()
        })
    }
}

pub(crate) fn normal(rng: &mut ChaCha8Rng, n: usize, p: usize) -> Array2<f64> {
    Array2::from_shape_simple_fn((n, p), || rng.sample(StandardNormal))
}

/// An orthogonal matrix, every one as likely as any other: QR with its signs fixed.
pub(crate) fn orthogonal(rng: &mut ChaCha8Rng, p: usize) -> Array2<f64> {
    rsakit::core::linalg::qr(normal(rng, p, p).view()).unwrap().q
}
