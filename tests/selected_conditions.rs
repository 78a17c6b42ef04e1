//! Tests that selecting conditions of a geometry equals reading the geometry of the selected conditions.

use ndarray::Array2;
use rsakit::{Measure, Representation, catalogue};

fn layer(p: usize, seed: usize) -> Representation {
    let values = Array2::from_shape_fn((30, p), |(i, j)| ((i * i * (j + 2) + seed * i + 3 * j) as f64 * 0.7).sin());
    Representation::new(values).unwrap()
}

#[test]
fn what_follows_is_what_is_read() {
    let (x, y) = (layer(6, 1), layer(9, 4));
    let order: Vec<usize> = (0..30).map(|i| i * 7 % 30).collect();
    let mut some_follow = 0;
    for spec in catalogue() {
        let measure = spec.measure();
        let (a, b) = (measure.geometry(&x).unwrap(), measure.geometry(&y).unwrap());
        // Every geometry can be reordered, except that of the Bures comparison and of predictivity, whose folds are those
        // of places; RDMs can also be restricted to some conditions.
        for rows in [&order[..], &order[..21]] {
            let Some(selected) = measure.select(&b, rows) else { continue };
            some_follow += u32::from(rows.len() < 30);
            let (x, y) = (x.select(rows).unwrap(), y.select(rows).unwrap());
            // A reordered geometry is also compared with one in the original order.
            if rows.len() == 30 {
                let crossed = measure.compare(&a, selected.as_ref().unwrap()).unwrap();
                let expected = measure.compare(&a, &measure.geometry(&y).unwrap()).unwrap();
                assert!((crossed - expected).abs() < 1e-10, "{spec}: {crossed} and {expected}");
            }
            let both = measure.compare(&measure.select(&a, rows).unwrap().unwrap(), &selected.unwrap()).unwrap();
            let expected = measure.score(&x, &y).unwrap();
            assert!((both - expected).abs() < 1e-10, "{spec}, {} conditions: {both} and {expected}", rows.len());
        }
        let follows = measure.select(&b, &order).is_some();
        let expected = spec.word() != "predict" && !spec.to_string().ends_with("compare=bures");
        assert_eq!(follows, expected, "{spec}");
    }
    assert!(some_follow > 5);
}
