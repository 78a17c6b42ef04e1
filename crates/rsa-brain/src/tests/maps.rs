//! Whole maps against the RDM of each sphere by itself.

use rsa_core::{Fraction, Poisson};
use rsa_stats::{AnyComparison, Bures, KendallA, KendallB, RhoA, WhitenedCosine, WhitenedPearson};

use super::samples::{Sample, models};
use crate::{
    AdditiveDissimilarity as Additive, AdditiveTerms, MapComparison, MapModels, MapStatistic, Neighborhood,
    Searchlight, SearchlightMaps, Spheres, noise_variances, searchlight::TileSize,
};

const BALL: Neighborhood = Neighborhood::Voxels { radius: 2.5, inclusive: true };

fn spheres(sample: &Sample, neighborhood: Neighborhood) -> Spheres {
    let share = Fraction::new("a share", 0.3).unwrap();
    Spheres::new(sample.grid.clone(), neighborhood).unwrap().with_minimum(share, 5)
}

fn read(comparison: &MapComparison, statistic: MapStatistic) -> MapModels {
    MapModels::new(models(), comparison, statistic).unwrap()
}

fn agree(found: &SearchlightMaps, expected: &SearchlightMaps) {
    assert_eq!((&found.n_members, &found.missing), (&expected.n_members, &expected.missing));
    assert!(found.n_computed() > 100);
    for (found, expected) in found.values.iter().zip(&expected.values) {
        assert!((found - expected).abs() < 1e-10 || (found.is_nan() && expected.is_nan()), "{found} and {expected}");
    }
    let rdms = [found, expected].map(|maps| maps.rdms.iter().flatten().copied().collect::<Vec<_>>());
    for (found, expected) in rdms[0].iter().zip(&rdms[1]) {
        assert!((found - expected).abs() < 1e-10 || (found.is_nan() && expected.is_nan()), "{found} and {expected}");
    }
}

/// Every additive dissimilarity, with the design that it needs.
fn all_terms() -> Vec<(Sample, AdditiveTerms)> {
    let mut all = Vec::new();
    for (make, additive) in [
        (Sample::balanced as fn() -> Sample, Additive::Crossnobis { weighting: Default::default() }),
        (Sample::unbalanced, Additive::Crossnobis { weighting: Default::default() }),
        (Sample::balanced, Additive::SquaredEuclidean { per_feature: true }),
        (Sample::balanced, Additive::Euclidean),
        (Sample::balanced, Additive::Manhattan),
        (Sample::balanced, Additive::Cosine),
        (Sample::balanced, Additive::Correlation),
        (Sample::balanced, Additive::Poisson(Poisson::default())),
    ] {
        let mut sample = make();
        if matches!(additive, Additive::Poisson(_)) {
            sample.values.mapv_inplace(f64::abs);
        }
        let terms = AdditiveTerms::new(additive, sample.held(), sample.design()).unwrap();
        all.push((sample, terms));
    }
    all
}

#[test]
fn maps_are_those_of_the_spheres_by_themselves() {
    for (sample, terms) in all_terms() {
        let spheres = spheres(&sample, BALL);
        for comparison in [MapComparison::Pearson, MapComparison::Cosine, MapComparison::Spearman] {
            let models = read(&comparison, MapStatistic::Similarity);
            let searchlight = Searchlight::new(&spheres, &models);
            let expected = searchlight.run_each(&terms, &()).unwrap();
            agree(&searchlight.run(&terms, &()).unwrap(), &expected);
            assert!(expected.missing_counts().iter().any(|(_, count)| *count > 0));
        }
    }
}

#[test]
fn every_comparison_and_statistic_has_a_map() {
    let sample = Sample::balanced();
    let variances = noise_variances(&sample.held(), &sample.design()).unwrap();
    let crossnobis = Additive::Crossnobis { weighting: Default::default() };
    let terms = AdditiveTerms::new(crossnobis, sample.held(), sample.design()).unwrap().with_noise(&variances).unwrap();
    let spheres = spheres(&sample, BALL);
    let others = [
        AnyComparison::new(KendallA),
        AnyComparison::new(KendallB),
        AnyComparison::new(RhoA),
        AnyComparison::new(WhitenedCosine),
        AnyComparison::new(WhitenedPearson),
        AnyComparison::new(Bures),
    ];
    let others = others.map(|comparison| (MapComparison::Other(comparison), MapStatistic::Similarity));
    let joint = [MapStatistic::Partial, MapStatistic::Weight, MapStatistic::UniqueVariance];
    let joint = joint.into_iter().flat_map(|s| [(MapComparison::Pearson, s), (MapComparison::Spearman, s)]);
    for (comparison, statistic) in others.into_iter().chain(joint) {
        let models = read(&comparison, statistic);
        let searchlight = Searchlight::new(&spheres, &models).keeping_rdms();
        agree(&searchlight.run(&terms, &()).unwrap(), &searchlight.run_each(&terms, &()).unwrap());
    }
}

#[test]
fn every_neighborhood_has_a_map() {
    let (sample, terms) = all_terms().swap_remove(0);
    let models = read(&MapComparison::Pearson, MapStatistic::Similarity);
    for neighborhood in [
        Neighborhood::Voxels { radius: 3.0, inclusive: false },
        Neighborhood::Millimeters { radius: 5.0 },
        Neighborhood::Nearest { count: 20, max_radius: None },
        Neighborhood::Voxels { radius: 20.0, inclusive: true },
    ] {
        let share = Fraction::new("a share", 1e-3).unwrap();
        let spheres = Spheres::new(sample.grid.clone(), neighborhood).unwrap().with_minimum(share, 5);
        let searchlight = Searchlight::new(&spheres, &models);
        agree(&searchlight.run(&terms, &()).unwrap(), &searchlight.run_each(&terms, &()).unwrap());
    }
}

/// Lines of a ball in a sheared volume have even widths, and middles beside the center.
#[test]
fn sheared_volumes_have_maps() {
    let (mut sample, terms) = all_terms().swap_remove(0);
    let affine = [[2.0, 0.7, 1.1, 0.0], [0.0, 2.0, 0.4, 0.0], [0.0, 0.3, 3.0, 0.0]];
    sample.grid = crate::VolumeGrid::new(sample.grid.shape(), affine, sample.grid.places().to_vec()).unwrap();
    let spheres = spheres(&sample, Neighborhood::Millimeters { radius: 5.5 });
    assert!(spheres.ball().unwrap().lines.iter().any(|line| line.width() % 2 == 0));
    let models = read(&MapComparison::Pearson, MapStatistic::Similarity);
    let searchlight = Searchlight::new(&spheres, &models);
    agree(&searchlight.run(&terms, &()).unwrap(), &searchlight.run_each(&terms, &()).unwrap());
}

fn bits(maps: &SearchlightMaps) -> Vec<u64> {
    maps.values.iter().chain(maps.rdms.iter().flatten()).map(|value| value.to_bits()).collect()
}

#[test]
fn maps_have_the_same_bits_for_all_tiles_and_threads() {
    for (sample, terms) in all_terms() {
        let spheres = spheres(&sample, BALL);
        for comparison in [MapComparison::Pearson, MapComparison::Spearman] {
            let models = read(&comparison, MapStatistic::Similarity);
            let searchlight = Searchlight::new(&spheres, &models);
            let expected = bits(&searchlight.run(&terms, &()).unwrap());
            for (y, z) in [(1, 1), (2, 3), (5, 2), (100, 100)] {
                assert_eq!(bits(&searchlight.run_tiles(&terms, TileSize { y, z }, &()).unwrap()), expected);
            }
            for threads in [1, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                assert_eq!(bits(&pool.install(|| searchlight.run(&terms, &())).unwrap()), expected);
            }
        }
    }
}

#[test]
fn a_center_follows_from_its_members_alone() {
    let (sample, terms) = all_terms().swap_remove(0);
    let spheres = spheres(&sample, BALL);
    let models = read(&MapComparison::Pearson, MapStatistic::Similarity);
    let before = Searchlight::new(&spheres, &models).run(&terms, &()).unwrap();
    let center = sample.grid.n_voxels() / 2;
    let members = spheres.members(center);
    let mut other = Sample { values: sample.values.clone(), ..Sample::balanced() };
    for voxel in (0..sample.grid.n_voxels()).filter(|voxel| !members.contains(voxel)) {
        other.values.column_mut(voxel).mapv_inplace(|value| 1e6 * value - 7.0);
    }
    let terms =
        AdditiveTerms::new(Additive::Crossnobis { weighting: Default::default() }, other.held(), other.design());
    let after = Searchlight::new(&spheres, &models).run(&terms.unwrap(), &()).unwrap();
    assert_eq!(before.values.column(center), after.values.column(center));
    assert_ne!(before.values, after.values);
}
