//! Laws of tests of maps, on random maps.

use ndarray::{Array2, Axis};
use proptest::prelude::*;
use rand::RngExt;

use crate::{
    Adjacency, ClusterStatistic, Correction, ElementP, MapContrast, MapCorrection, MapTest, MapTestOutcome, Tfce,
    resample::{Purpose, stream},
};

const ALL: [MapCorrection; 7] = [
    MapCorrection::MaxT,
    MapCorrection::Cluster { statistic: ClusterStatistic::Size, p: 0.1 },
    MapCorrection::Cluster { statistic: ClusterStatistic::ExcessMass, p: 0.1 },
    MapCorrection::Cluster { statistic: ClusterStatistic::TotalMass, p: 0.1 },
    MapCorrection::Tfce(Tfce { extent_power: 0.5, height_power: 2.0 }),
    MapCorrection::FalseDiscovery { correction: Correction::Bh, p: ElementP::StudentT },
    MapCorrection::FalseDiscovery { correction: Correction::By, p: ElementP::Arrangements },
];

/// Random maps with an effect in the middle.
fn maps(seed: u64, n_subjects: usize, n_elements: usize) -> Array2<f64> {
    let mut random = stream(seed, Purpose::Subjects, 0);
    Array2::from_shape_fn((n_subjects, n_elements), |(_, v)| {
        random.random_range(-1.0..1.0) + if v.abs_diff(n_elements / 2) < 3 { 0.5 } else { 0.0 }
    })
}

fn run(test: &MapTest, maps: &Array2<f64>) -> MapTestOutcome {
    test.run(&[maps.view()], &MapContrast::Mean, &Adjacency::of_times(maps.ncols())).unwrap()
}

fn t_of(column: ndarray::ArrayView1<'_, f64>) -> f64 {
    let n = column.len() as f64;
    column.sum() / n / (column.var(1.0) / n).sqrt()
}

/// All flips of 6 subjects one by one, t by its textbook formula.
#[test]
fn all_flips_are_brute_force() {
    let (maps, times) = (maps(3, 6, 12), Adjacency::of_times(12));
    let t = |maps: &Array2<f64>| maps.columns().into_iter().map(t_of).collect::<Vec<f64>>();
    let enhanced = |maps: &Array2<f64>| Tfce::default().enhance(&t(maps), &times).unwrap();
    for (correction, statistic) in [
        (MapCorrection::MaxT, &t as &dyn Fn(&Array2<f64>) -> Vec<f64>),
        (MapCorrection::Tfce(Tfce::default()), &enhanced),
    ] {
        let mut largest = Vec::new();
        for flip in 0..64_u32 {
            let mut flipped = maps.clone();
            (0..6).filter(|i| flip >> i & 1 == 1).for_each(|i| flipped.row_mut(i).mapv_inplace(|x| -x));
            largest.push(statistic(&flipped).into_iter().fold(f64::NEG_INFINITY, f64::max));
        }
        let found = run(&MapTest { correction, ..MapTest::default() }, &maps);
        assert_eq!((found.tried, found.exact), (64, true));
        for (value, p) in statistic(&maps).into_iter().zip(&found.maps[0].p) {
            let count = largest.iter().filter(|&&most| most >= value - 1e-9).count();
            assert_eq!(*p, count as f64 / 64.0);
        }
    }
}

/// For p of single elements as for the largest: an element alone is its own maximum.
#[test]
fn an_element_alone_needs_no_correction() {
    let maps = maps(5, 7, 1);
    let p = |correction| run(&MapTest { correction, ..MapTest::default() }, &maps).maps[0].p[0];
    let alone = p(MapCorrection::FalseDiscovery { correction: Correction::Bh, p: ElementP::Arrangements });
    assert_eq!(p(MapCorrection::MaxT), alone);
    let negative = run(&MapTest::default(), &maps.mapv(|x| -x)).maps[0].p[0];
    assert!(
        (alone + negative - 1.0 - 1.0 / 128.0).abs() < 1e-12,
        "every flip is as large in one direction or the other"
    );
}

#[test]
fn all_orders_of_two_groups_are_brute_force() {
    let maps = maps(8, 6, 5);
    let contrast = MapContrast::Slope { of: vec![1.0, 1.0, 0.0, 1.0, 0.0, 0.0], held: Vec::new() };
    let found = MapTest::default().run(&[maps.view()], &contrast, &Adjacency::of_times(5)).unwrap();
    let t = |first: u32, v: usize| {
        let group = |is_first: bool| {
            let chosen: Vec<usize> = (0..6).filter(|i| (first >> i & 1 == 1) == is_first).collect();
            maps.column(v).select(Axis(0), &chosen)
        };
        let (a, b) = (group(true), group(false));
        (a.sum() / 3.0 - b.sum() / 3.0) / ((a.var(1.0) + b.var(1.0)) / 2.0 * (2.0 / 3.0)).sqrt()
    };
    let choices = (0..64_u32).filter(|first| first.count_ones() == 3);
    let largest: Vec<f64> =
        choices.map(|first| (0..5).map(|v| t(first, v)).fold(f64::NEG_INFINITY, f64::max)).collect();
    assert_eq!((found.tried, largest.len()), (20, 20));
    for v in 0..5 {
        let count = largest.iter().filter(|&&most| most >= t(0b1011, v) - 1e-9).count();
        assert_eq!(found.maps[0].p[v], count as f64 / 20.0);
    }
}

#[test]
fn results_do_not_depend_on_threads() {
    let maps = maps(11, 15, 3000);
    for correction in ALL {
        let test = MapTest { correction, arrangements: 200, seed: 4, ..MapTest::default() };
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| run(&test, &maps))
        };
        assert_eq!(with(1), with(3), "{correction:?}");
    }
}

#[test]
fn models_are_corrected_together() {
    let (strong, weak) = (maps(1, 12, 20).mapv(|x| x + 1.0), maps(2, 12, 20));
    let test = MapTest { arrangements: 500, ..MapTest::default() };
    let times = Adjacency::of_times(20);
    let family = test.run(&[strong.view(), weak.view()], &MapContrast::Mean, &times).unwrap();
    for (k, alone) in [&strong, &weak].into_iter().enumerate() {
        let alone = run(&test, alone);
        assert_eq!(family.maps[k].t, alone.maps[0].t);
        assert!(family.maps[k].p.iter().zip(&alone.maps[0].p).all(|(family, alone)| family >= alone));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Flipped data have flipped t, and the same p in a two-sided test of all flips.
    #[test]
    fn two_sided_tests_do_not_care_for_the_sign(seed in 0_u64..1000) {
        let maps = maps(seed, 6, 25);
        for correction in ALL {
            let test = MapTest { correction, two_sided: true, ..MapTest::default() };
            let (found, flipped) = (run(&test, &maps), run(&test, &maps.mapv(|x| -x)));
            prop_assert_eq!(&found.maps[0].p, &flipped.maps[0].p);
            for (t, flipped) in found.maps[0].t.iter().zip(&flipped.maps[0].t) {
                prop_assert!((t + flipped).abs() < 1e-12 * t.abs().max(1.0));
            }
        }
    }

    /// Scale, and the order of subjects, change nothing if all flips are tried.
    #[test]
    fn scale_and_order_of_subjects_do_not_matter(seed in 0_u64..1000, scale in 1e-6_f64..1e6) {
        let maps = maps(seed, 6, 25);
        let other = maps.select(Axis(0), &[3, 5, 0, 1, 4, 2]).mapv(|x| x * scale);
        for correction in ALL {
            let test = MapTest { correction, ..MapTest::default() };
            for (a, b) in run(&test, &maps).maps[0].p.iter().zip(&run(&test, &other).maps[0].p) {
                prop_assert!((a - b).abs() < 1e-12);
            }
        }
    }

    /// p is above 0, at most 1, and falls where the statistic rises.
    #[test]
    fn p_falls_with_the_statistic(seed in 0_u64..1000, n_subjects in 2_usize..20) {
        let maps = maps(seed, n_subjects, 25);
        for correction in [MapCorrection::MaxT, MapCorrection::Tfce(Tfce::default())] {
            let found = run(&MapTest { correction, arrangements: 99, ..MapTest::default() }, &maps).maps.remove(0);
            let statistic = found.enhanced.as_ref().unwrap_or(&found.t);
            for (a, p) in statistic.iter().zip(&found.p) {
                prop_assert!(*p > 0.0 && *p <= 1.0);
                prop_assert!(statistic.iter().zip(&found.p).all(|(b, q)| b <= a || q <= p));
            }
        }
    }
}
