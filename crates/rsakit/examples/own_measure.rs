//! Implements a measure, and tests its scores with permutations and an interval.
//!
//! The measure is the Procrustes similarity, the cosine between two layers after the best rotation. A measure declares
//! its promises, reads a geometry from a layer, and compares geometries. Lists of layers, tests and intervals then work.
//!
//! ```text
//! cargo run --release -p rsakit --example own_measure
//! ```

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rsakit::{
    Error, Measure, Representation, Result,
    core::{Identity, Invariances, Orientation, Profile, linalg},
    stats::{Jackknife, PermutationTest},
};

struct Procrustes;

impl Measure for Procrustes {
    /// Centered values of unit length.
    type Geometry = Array2<f64>;

    fn profile(&self) -> Profile {
        let features = Invariances::ORTHOGONAL | Invariances::ZERO_PADDING | Invariances::DUPLICATION;
        Profile {
            orientation: Orientation::Similarity,
            range: [0.0, 1.0],
            identity: Identity::Always(1.0),
            symmetric: true,
            metric: false,
            unbiased: false,
            reorderable: true,
            invariances: [features | Invariances::SCALING | Invariances::TRANSLATION; 2],
        }
    }

    fn geometry(&self, x: &Representation) -> Result<Array2<f64>> {
        let centered = linalg::center(x.values(), x.precision()).values;
        let length = linalg::inner_product(centered.view(), centered.view()).sqrt();
        match length > 0.0 {
            true => Ok(centered / length),
            false => Err(Error::degenerate("all conditions have the same pattern", "leave the layer out")),
        }
    }

    fn compare(&self, a: &Array2<f64>, b: &Array2<f64>) -> Result<f64> {
        let products = linalg::product(a.t(), b.view())?;
        Ok(linalg::singular_values(products.view())?.iter().sum::<f64>().clamp(0.0, 1.0))
    }
}

fn main() -> Result<()> {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut normal = |rows, columns| Array2::from_shape_simple_fn((rows, columns), || StandardNormal.sample(&mut rng));
    let signal: Array2<f64> = normal(60, 5);
    let x = Representation::new(signal.dot(&normal(5, 20)) + normal(60, 20))?;
    let related = Representation::new(signal.dot(&normal(5, 15)) + normal(60, 15))?;
    let unrelated = Representation::new(normal(60, 15))?;

    let test = PermutationTest { permutations: 199, seed: 1 };
    let found = test.run(&Procrustes, std::slice::from_ref(&x), &[related.clone(), unrelated])?;
    for (j, name) in ["related", "unrelated"].into_iter().enumerate() {
        let (score, p) = (found.scores.get(0, j).unwrap_or(f64::NAN), found.p_corrected.get(0, j).unwrap_or(f64::NAN));
        println!("{name:10} score {score:.3}, p = {p:.3}");
    }
    let [low, high] = Jackknife::default().run(&Procrustes, &x, &related)?.interval;
    println!("related    95 % interval for other conditions: {low:.3} to {high:.3}");

    assert_eq!(*found.p.get(0, 0), Some(0.005));
    assert!(found.p.get(0, 1).is_some_and(|p| p > 0.05));
    // A rotation and another unit of the features change nothing, as the profile says.
    let turned = Representation::new(3.0 * x.values().dot(&linalg::qr(normal(20, 20).view())?.q))?;
    assert!((Procrustes.score(&x, &turned)? - 1.0).abs() < 1e-12);
    Ok(())
}
