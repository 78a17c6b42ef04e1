//! One random member of each set of transformations that can be ignored.

use ndarray::{Array1, Array2, Axis, concatenate};
use rand::{Rng, RngExt, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rsakit::{Representation, core::Invariances};

use super::recipe::{normal, orthogonal};

/// A positive factor well away from 1.
fn factor(rng: &mut ChaCha8Rng) -> f64 {
    let size = rng.random_range(1.5..4.0);
    if rng.random() { size } else { 1.0 / size }
}

fn factors(rng: &mut ChaCha8Rng, count: usize) -> Array1<f64> {
    Array1::from_shape_simple_fn(count, || factor(rng))
}

/// `x` under a random member of one of [`Invariances::NAMED`].
pub(crate) fn transformed(x: &Representation, set: Invariances, rng: &mut ChaCha8Rng) -> Representation {
    let (values, (n, p)) = (x.values(), x.values().dim());
    let changed: Array2<f64> = match set {
        Invariances::PERMUTATION => {
            let mut order: Vec<usize> = (0..p).collect();
            order.shuffle(rng);
            values.select(Axis(1), &order)
        }
        Invariances::SIGN_FLIP => {
            // Some features and not all: that would be a rotation by a half turn.
            let flipped = 1 + (rng.next_u32() as usize) % (p - 1);
            &values * &Array1::from_shape_fn(p, |j| if j < flipped { -1.0 } else { 1.0 })
        }
        Invariances::ORTHOGONAL => values.dot(&orthogonal(rng, p)),
        Invariances::SCALING => &values * factor(rng),
        Invariances::PER_FEATURE_SCALING => &values * &factors(rng, p),
        Invariances::LINEAR => {
            let stretched = orthogonal(rng, p) * &factors(rng, p);
            values.dot(&stretched.dot(&orthogonal(rng, p)))
        }
        Invariances::TRANSLATION => &values + &(normal(rng, 1, p) * 3.0),
        Invariances::PER_CONDITION_SCALE => &values * &factors(rng, n).insert_axis(Axis(1)),
        Invariances::PER_CONDITION_OFFSET => &values + &(normal(rng, n, 1) * 2.0),
        Invariances::ZERO_PADDING => concatenate![Axis(1), values, Array2::zeros((n, 3))],
        Invariances::DUPLICATION => concatenate![Axis(1), values, values],
        other => panic!("{other} is none of the named sets"),
    };
    Representation::new(changed).unwrap()
}
