//! Known values and laws of maps.

use ndarray::Array2;
use proptest::prelude::*;

use super::*;

fn rdm(values: Vec<f64>) -> Rdm {
    Rdm::new(values).unwrap()
}

fn points(n: usize, seed: u64) -> Array2<f64> {
    Array2::from_shape_fn((n, 2), |(i, k)| ((i as f64 + 1.3) * (k as f64 + 2.1) * (seed as f64 + 0.7)).sin() * 4.0)
}

/// Dissimilarities of seven conditions that no plane has.
fn seven() -> Rdm {
    let value = |(i, j): (usize, usize)| ((3 * i * i + 7 * j + 5 * i * j) % 11 + 2) as f64;
    rdm(condensed::pairs(7).map(value).collect())
}

#[test]
fn stress_is_that_of_scikit_learn() {
    // scikit-learn 1.9.1, smacof from the classical start, 20 000 steps, eps 1e-14.
    let map = Mds::default().run(&seven()).unwrap();
    assert!(map.converged && (map.stress - 0.208010771801).abs() < 1e-6, "{} in {} steps", map.stress, map.steps);
    assert!((map.distances[0] - 10.20320836).abs() < 1e-2, "{:?}", map.distances);
}

#[test]
fn a_triangle_has_its_place_by_hand() {
    // Sides 3, 4, 5: the centre is (1, 4/3) from the right angle.
    let map = Mds::default().run(&rdm(vec![3.0, 4.0, 5.0])).unwrap();
    assert!(map.stress < 1e-9);
    let squares: f64 = map.coordinates.iter().map(|x| x * x).sum();
    assert!((squares - 50.0 / 3.0).abs() < 1e-6, "the squared sides over the number of points: {squares}");
}

#[test]
fn ordinal_maps_have_less_stress_and_see_only_order() {
    let ordinal = Mds { scaling: MdsScaling::Ordinal, ..Mds::default() };
    let metric = Mds::default().run(&seven()).unwrap().stress;
    let map = ordinal.run(&seven()).unwrap();
    assert!(map.stress < metric);
    // What is fitted rises with the dissimilarities.
    let pairs = || seven().values().to_vec().into_iter().zip(map.fitted.clone());
    assert!(pairs().all(|(a, f)| pairs().all(|(b, g)| a >= b || f <= g + 1e-12)));
    // Squared distances of points in a plane have the order of the distances: a perfect map.
    let squares = smacof::distances(&points(9, 3)).into_iter().map(|d| d * d).collect();
    assert!(ordinal.run(&rdm(squares)).unwrap().stress < 1e-3);
}

#[test]
fn missing_pairs_weigh_nothing() {
    let mut values = smacof::distances(&points(8, 5));
    let missing = values[9];
    values[9] = f64::NAN;
    values[20] = f64::NAN;
    let map = Mds::default().run(&rdm(values)).unwrap();
    assert!(map.stress < 1e-4, "{}", map.stress);
    assert!((map.distances[9] - missing).abs() < 1e-2 * missing, "the plane gives back what was missing");
    assert!(map.fitted[9].is_nan());
}

#[test]
fn what_has_no_map_is_refused() {
    let kind = |mds: Mds, values: &[f64]| mds.run(&rdm(values.to_vec())).unwrap_err().kind().name();
    let nan = f64::NAN;
    assert_eq!(kind(Mds::default(), &[1.0]), "TooFewConditions");
    assert_eq!(kind(Mds::default(), &[1.0, -1.0, 2.0]), "Degenerate");
    assert_eq!(kind(Mds::default(), &[0.0, 0.0, 0.0]), "Degenerate");
    assert_eq!(kind(Mds::default(), &[nan, nan, nan]), "Degenerate");
    assert_eq!(kind(Mds::default(), &[1.0, nan, nan, nan, nan, 1.0]), "Degenerate");
    assert_eq!(kind(Mds { dimensions: 0, ..Mds::default() }, &[1.0, 1.0, 1.0]), "InvalidParameter");
    assert_eq!(kind(Mds { max_steps: 0, ..Mds::default() }, &[1.0, 1.0, 1.0]), "InvalidParameter");
    // Equal dissimilarities have a map, if one without stress only in more dimensions.
    assert!(Mds::default().run(&rdm(vec![1.0; 10])).unwrap().stress > 0.1);
    assert!(Mds { dimensions: 4, ..Mds::default() }.run(&rdm(vec![1.0; 10])).unwrap().stress < 1e-9);
}

proptest! {
    #[test]
    fn what_lies_in_a_plane_is_found_there(n in 4_usize..15, seed in 0_u64..1000) {
        let distances = smacof::distances(&points(n, seed));
        let map = Mds::default().run(&rdm(distances.clone())).unwrap();
        prop_assert!(map.stress < 1e-5, "{}", map.stress);
        let center = map.coordinates.mean_axis(Axis(0)).unwrap();
        prop_assert!(center.iter().all(|x| x.abs() < 1e-9));
    }

    #[test]
    fn the_unit_moves_nothing_but_the_unit(seed in 0_u64..1000, power in -200_i32..200) {
        let noisy: Vec<_> = smacof::distances(&points(7, seed)).iter().enumerate().map(|(k, d)| d + (k % 3) as f64).collect();
        let factor = 2.0_f64.powi(power);
        let map = Mds::default().run(&rdm(noisy.clone())).unwrap();
        let scaled = Mds::default().run(&rdm(noisy.iter().map(|d| d * factor).collect())).unwrap();
        prop_assert_eq!(scaled.stress, map.stress);
        prop_assert_eq!(scaled.coordinates, map.coordinates * factor);
    }

    #[test]
    fn stress_does_not_rise_with_steps(seed in 0_u64..1000) {
        let noisy: Vec<_> = smacof::distances(&points(7, seed)).iter().enumerate().map(|(k, d)| d + (k % 3) as f64).collect();
        let at = |steps| Mds { max_steps: steps, ..Mds::default() }.run(&rdm(noisy.clone())).unwrap().stress;
        prop_assert!(at(2) <= at(1) + 1e-12 && at(50) <= at(2) + 1e-12);
    }
}
