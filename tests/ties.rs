//! Tests that distances which are equal by symmetry are ranked as equal, although rounding makes them differ.
//!
//! The two inputs of each test differ by a transformation that the measure declares to ignore, on few distinct values.

use ndarray::{Array2, array};
use rsakit::{Measure, MeasureSpec, Representation};

#[track_caller]
fn check(dissimilarity: &str, x: Array2<f64>, y: Array2<f64>) {
    let [x, y] = [x, y].map(|values| Representation::new(values).unwrap());
    for comparison in ["spearman", "kendall-b"] {
        let spec: MeasureSpec = format!("rsa:rdm={dissimilarity},compare={comparison}").parse().unwrap();
        let score = spec.measure().score(&x, &y).unwrap();
        assert!((score - 1.0).abs() < 1e-14, "{spec}: {score}");
    }
    for comparison in ["kendall-a", "rho-a"] {
        let measure = format!("rsa:rdm={dissimilarity},compare={comparison}").parse::<MeasureSpec>().unwrap().measure();
        let (with_y, itself) = (measure.score(&x, &y).unwrap(), measure.score(&x, &x).unwrap());
        assert!((with_y - itself).abs() < 1e-14, "{dissimilarity}, {comparison}: {with_y} and {itself}");
    }
}

#[test]
fn scaling_by_a_tenth_keeps_ties() {
    let x = array![[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 0.0]];
    for dissimilarity in ["euclidean", "squared-euclidean", "manhattan"] {
        check(dissimilarity, x.clone(), &x * 0.1);
    }
}

#[test]
fn translation_by_a_tenth_keeps_ties() {
    let x = array![[0.0, 1.0, 1.0], [0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0]];
    for dissimilarity in ["euclidean", "squared-euclidean", "manhattan"] {
        for offset in [0.1, 1e3 / 7.0, 1e6 / 7.0] {
            check(dissimilarity, x.clone(), &x + offset);
        }
    }
}

#[test]
fn a_scale_of_each_condition_keeps_ties() {
    let x = array![[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    check("cosine", x.clone(), &x * &array![[3.0], [7.0], [11.0], [1.0]]);
    let x = array![[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [3.0, 3.0, 0.0], [0.0, 0.0, 1.0]];
    check("correlation", x.clone(), &x * &array![[3.0], [0.7], [11.0], [1.0]] + array![[0.1], [5.0], [0.3], [9.0]]);
}

#[test]
fn two_features_correlate_fully_or_fully_not() {
    let x = array![[1.0, 2.0], [3.0, 5.0], [9.0, 4.0], [2.0, 0.0], [7.0, 7.5]];
    let y = array![[0.1, 0.9], [3.3, 5.2], [9.1, 4.7], [2.6, 0.4], [7.0, 7.7]];
    check("correlation", x, y);
}

#[test]
fn equal_distances_and_nothing_else_are_no_rdm() {
    let simplex =
        rsakit::core::linalg::qr(Array2::from_shape_fn((8, 8), |(i, j)| ((i * i * (j + 2)) as f64).sin()).view());
    let simplex = simplex.unwrap().q;
    for offset in [0.0, 1.0, 1e3, 1e6] {
        let x = Representation::new(&simplex + offset).unwrap();
        for dissimilarity in ["euclidean", "squared-euclidean"] {
            for comparison in ["pearson", "spearman", "kendall-a", "kendall-b", "rho-a"] {
                let spec: MeasureSpec = format!("rsa:rdm={dissimilarity},compare={comparison}").parse().unwrap();
                let error = spec.measure().geometry(&x).map(|_| ()).unwrap_err();
                assert_eq!(error.kind().name(), "Degenerate", "{spec}, offset {offset:e}");
            }
        }
    }
}

#[test]
fn tied_directions_are_kept_together() {
    // A factorial design of ±1 has three directions of equal variance, in whatever order its columns stand.
    let x = Array2::from_shape_fn((8, 3), |(i, j)| if i >> j & 1 == 0 { 1.0 } else { -1.0 });
    let turned = x.select(ndarray::Axis(1), &[2, 0, 1]);
    let z = Array2::from_shape_fn((8, 2), |(i, j)| (((i + 1) * (i + 1) * (j + 2)) as f64).sin());
    let [x, turned, z] = [x, turned, z].map(|values| Representation::new(values).unwrap());
    for keep in ["count(1)", "variance(0.6)"] {
        let measure = format!("svcca:keep={keep}").parse::<MeasureSpec>().unwrap().measure();
        assert!((measure.score(&x, &turned).unwrap() - 1.0).abs() < 1e-14, "{keep}");
        let off = measure.score(&x, &z).unwrap() - measure.score(&turned, &z).unwrap();
        assert!(off.abs() < 1e-14, "{keep}: {off:e}");
    }
}
