//! Maps and settings without an answer.

use ndarray::{Array2, array};

use crate::{
    Adjacency, ClusterStatistic, Correction, ElementP, MapContrast, MapCorrection, MapTest, MapTestOutcome, Tfce,
};

fn run(test: &MapTest, maps: &Array2<f64>) -> rsa_core::Result<MapTestOutcome> {
    test.run(&[maps.view()], &MapContrast::Mean, &Adjacency::of_times(maps.ncols()))
}

#[track_caller]
fn refused(test: &MapTest, maps: &Array2<f64>, kind: &str, words: &str) {
    let error = run(test, maps).unwrap_err();
    assert_eq!(error.kind().name(), kind);
    assert!(error.to_string().contains(words), "{error}");
}

fn plain() -> Array2<f64> {
    array![[0.1, 0.3], [0.4, -0.2], [0.2, 0.5]]
}

#[test]
fn settings_out_of_range_are_named() {
    let maps = plain();
    let test = MapTest::default();
    refused(&MapTest { arrangements: 0, ..test.clone() }, &maps, "InvalidParameter", "number of arrangements");
    refused(&MapTest { level: 1.0, ..test.clone() }, &maps, "InvalidParameter", "level");
    for p in [0.0, 0.5, f64::NAN] {
        let correction = MapCorrection::Cluster { statistic: ClusterStatistic::Size, p };
        refused(&MapTest { correction, ..test.clone() }, &maps, "InvalidParameter", "forms clusters");
    }
    let correction = MapCorrection::FalseDiscovery { correction: Correction::Holm, p: ElementP::StudentT };
    refused(&MapTest { correction, ..test.clone() }, &maps, "InvalidParameter", "bh or by");
    let correction = MapCorrection::Tfce(Tfce { extent_power: -1.0, ..Tfce::default() });
    refused(&MapTest { correction, ..test.clone() }, &maps, "InvalidParameter", "E = -1");
    for fewest in [1, 4] {
        refused(&MapTest { min_subjects: Some(fewest), ..test.clone() }, &maps, "InvalidParameter", "from 2 to 3");
    }
    let slope = MapContrast::Slope { of: vec![1.0, 2.0, 4.0], held: Vec::new() };
    let error = MapTest { min_subjects: Some(2), ..test }.run(&[maps.view()], &slope, &Adjacency::of_times(2));
    assert!(error.unwrap_err().to_string().contains("need all subjects"));
}

#[test]
fn maps_that_do_not_fit_are_named() {
    let maps = plain();
    let error = |models: &[ndarray::ArrayView2<'_, f64>], n: usize| {
        MapTest::default().run(models, &MapContrast::Mean, &Adjacency::of_times(n)).unwrap_err().to_string()
    };
    assert!(error(&[], 2).contains("at least one model's"));
    assert!(error(&[maps.view()], 3).contains("model 1 are 3 subjects × 2 elements; 3 × 3 are needed"));
    assert!(error(&[maps.view(), maps.slice_axis(ndarray::Axis(0), (0..2).into())], 2).contains("model 2 are 2"));
}

#[test]
fn one_subject_has_no_test_and_two_have() {
    refused(&MapTest::default(), &array![[1.0, 2.0]], "Degenerate", "at least 2");
    let found = run(&MapTest::default(), &array![[1.0, 2.0], [3.0, 1.0]]).unwrap();
    assert_eq!((found.tried, found.exact), (4, true));
    assert!(found.maps[0].p.iter().all(|&p| p >= 0.25));
}

#[test]
fn maps_without_variance_are_refused_with_counts() {
    let nan = f64::NAN;
    let maps = array![[0.0, nan, 2.0], [0.0, 1.0, -2.0], [0.0, 2.0, 2.0]];
    refused(&MapTest::default(), &maps, "Degenerate", "at 1 too few subjects have a value, and at 2");
}

/// No answer is NaN, whatever the correction, among elements that are missing, constant, huge and tiny.
#[test]
fn no_answer_is_nan() {
    let nan = f64::NAN;
    let maps = array![
        [nan, 0.0, 1e300, 1e-300, 0.3, 1.0, 0.0],
        [1.0, 0.0, -1e299, 2e-300, 0.3, 2.0, 1.0],
        [2.0, 0.0, 1e300, 1e-300, 0.3, 3.0, 0.0],
        [3.5, 0.0, 1e299, -1e-300, 0.3, 4.5, 0.0],
        [0.0, 0.0, 1e300, 3e-300, 0.3, 5.0, 0.0]
    ];
    let corrections = [
        MapCorrection::MaxT,
        MapCorrection::Cluster { statistic: ClusterStatistic::ExcessMass, p: 0.2 },
        MapCorrection::Tfce(Tfce::default()),
        MapCorrection::FalseDiscovery { correction: Correction::Bh, p: ElementP::Arrangements },
        MapCorrection::FalseDiscovery { correction: Correction::By, p: ElementP::StudentT },
    ];
    for correction in corrections {
        for (two_sided, min_subjects) in [(false, None), (true, Some(4))] {
            let found = run(&MapTest { correction, two_sided, min_subjects, ..MapTest::default() }, &maps).unwrap();
            let map = &found.maps[0];
            assert_eq!((map.n_missing, map.n_constant), (usize::from(min_subjects.is_none()), 2));
            assert_eq!(map.elements.len(), 5 - map.n_missing);
            let numbers = map.t.iter().chain(&map.p).chain(&map.effects).chain(map.enhanced.iter().flatten());
            assert!(numbers.copied().all(f64::is_finite), "{map:?}");
            assert!(map.p.iter().all(|&p| p > 0.0 && p <= 1.0));
        }
    }
}

/// Values of 0 and 1 that the two groups divide between them: t is as large as rounding allows, and finite.
#[test]
fn groups_that_are_wholly_apart_have_a_finite_t() {
    let maps = array![[1.0], [1.0], [1.0], [0.0], [0.0], [0.0]];
    let contrast = MapContrast::Slope { of: vec![1.0, 1.0, 1.0, 0.0, 0.0, 0.0], held: Vec::new() };
    let found = MapTest::default().run(&[maps.view()], &contrast, &Adjacency::of_times(1)).unwrap();
    assert!(found.maps[0].t[0] > 1e6 && found.maps[0].t[0].is_finite());
    assert_eq!(found.maps[0].p[0], 1.0 / 20.0);
}

#[test]
fn skewness_is_that_of_the_peak() {
    // 0, 0, 0, 4 about 1: Σd³/n = 6, Σd²/n = 3, so 6 / 3^1.5.
    let maps = array![[0.0, 0.1], [0.0, -0.1], [0.0, 0.3], [4.0, -0.4]];
    let found = run(&MapTest::default(), &maps).unwrap();
    assert!((found.maps[0].skewness.unwrap() - 6.0 / 27.0_f64.sqrt()).abs() < 1e-12);
}
