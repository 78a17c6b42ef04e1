//! Data that have no answer at some centers, or at none.

use ndarray::Array2;
use rsa_core::{ErrorKind, Fraction, Observer, Rdm};

use super::samples::{AFFINE, Sample, models, numbers};
use crate::{
    AdditiveDissimilarity as Additive, AdditiveTerms, MapComparison, MapModels, MapStatistic, MissingReason,
    Neighborhood, SearchDesign, Searchlight, SearchlightMaps, SphereError, SphereRdms, Spheres, VolumeGrid,
    VoxelValues,
};

fn pearson() -> MapModels {
    MapModels::new(models(), &MapComparison::Pearson, MapStatistic::Similarity).unwrap()
}

fn cube(values: &Array2<f64>, side: usize) -> (VolumeGrid, VoxelValues, SearchDesign) {
    let grid = VolumeGrid::new([side; 3], AFFINE, (0..side.pow(3)).collect()).unwrap();
    let design = SearchDesign::new((0..values.nrows()).collect()).unwrap();
    (grid, VoxelValues::from_rows(values.view()).unwrap(), design)
}

fn run(values: &Array2<f64>, side: usize, additive: Additive, comparison: &MapComparison) -> SearchlightMaps {
    let (grid, held, design) = cube(values, side);
    let spheres = Spheres::new(grid, Neighborhood::Voxels { radius: 1.5, inclusive: true }).unwrap();
    let spheres = spheres.with_minimum(Fraction::new("a share", 0.1).unwrap(), 1);
    let models = MapModels::new(models(), comparison, MapStatistic::Similarity).unwrap();
    Searchlight::new(&spheres, &models).run(&AdditiveTerms::new(additive, held, design).unwrap(), &()).unwrap()
}

#[test]
fn a_mask_of_one_voxel_has_a_map_of_one_center() {
    let grid = VolumeGrid::new([5, 5, 5], AFFINE, vec![62]).unwrap();
    let spheres = Spheres::new(grid, Neighborhood::Voxels { radius: 3.0, inclusive: true }).unwrap();
    let terms = AdditiveTerms::new(
        Additive::Euclidean,
        VoxelValues::from_rows(numbers(3, (5, 1)).view()).unwrap(),
        SearchDesign::new((0..5).collect()).unwrap(),
    )
    .unwrap();
    let models = pearson();
    let maps = Searchlight::new(&spheres, &models).run(&terms, &()).unwrap();
    assert_eq!((maps.n_computed(), maps.missing_counts()), (0, vec![(MissingReason::TooFewVoxels, 1)]));
    let loose = spheres.with_minimum(Fraction::new("a share", 1e-3).unwrap(), 1);
    let maps = Searchlight::new(&loose, &models).run(&terms, &()).unwrap();
    assert!(maps.n_computed() == 1 && maps.values.iter().all(|value| value.abs() <= 1.0));
}

#[test]
fn spheres_of_one_voxel_are_spheres() {
    let values = numbers(4, (5, 27));
    let (grid, held, design) = cube(&values, 3);
    let spheres = Spheres::new(grid, Neighborhood::Voxels { radius: 1.0, inclusive: false }).unwrap();
    let spheres = spheres.with_minimum(Fraction::new("a share", 1.0).unwrap(), 1);
    assert_eq!(spheres.n_whole(), 1);
    let models = pearson();
    let terms = AdditiveTerms::new(Additive::Manhattan, held.clone(), design.clone()).unwrap();
    let maps = Searchlight::new(&spheres, &models).keeping_rdms().run(&terms, &()).unwrap();
    assert_eq!(maps.n_computed(), 27);
    assert_eq!(maps.rdms.unwrap()[(13, 0)], (values[(0, 13)] - values[(1, 13)]).abs());
    // One voxel has no correlation.
    let terms = AdditiveTerms::new(Additive::Correlation, held, design).unwrap();
    let maps = Searchlight::new(&spheres, &models).run(&terms, &()).unwrap();
    assert_eq!(maps.missing_counts(), [(MissingReason::ConstantPattern, 27)]);
}

#[test]
fn constant_voxels_have_reasons() {
    // All conditions are alike on the left, and patterns do not vary there.
    let mut values = numbers(5, (5, 216));
    for place in (0..216).filter(|place| place % 6 < 3) {
        values.column_mut(place).fill(7.5);
    }
    for comparison in [MapComparison::Pearson, MapComparison::Cosine, MapComparison::Spearman] {
        let maps = run(&values, 6, Additive::Euclidean, &comparison);
        // x = 0 and x = 1 see constant voxels alone.
        assert_eq!(maps.missing_counts(), [(MissingReason::ConstantRdm, 72)]);
        for additive in [Additive::Correlation, Additive::Cosine] {
            let counts = run(&values, 6, additive, &comparison).missing_counts();
            let reason = if additive == Additive::Correlation {
                MissingReason::ConstantPattern
            } else {
                MissingReason::ConstantRdm
            };
            assert_eq!(counts, [(reason, 72)], "{additive:?}");
        }
    }
    values.column_mut(100).fill(0.0);
    let zeros = Array2::from_shape_fn((5, 216), |(i, j)| if j % 6 < 3 { 0.0 } else { values[(i, j)] });
    let maps = run(&zeros, 6, Additive::Cosine, &MapComparison::Pearson);
    assert_eq!(maps.missing_counts(), [(MissingReason::ConstantPattern, 72)]);
}

#[test]
fn an_overflow_is_missing_around_its_voxel_alone() {
    let mut values = numbers(6, (5, 125));
    values.column_mut(62).mapv_inplace(|value| value * 1e200);
    for comparison in [MapComparison::Pearson, MapComparison::Spearman] {
        let maps = run(&values, 5, Additive::SquaredEuclidean { per_feature: true }, &comparison);
        // 19 voxels are within 1.5 voxels.
        assert_eq!(maps.missing_counts(), [(MissingReason::NonFinite, 19)]);
    }
}

#[test]
fn values_that_are_not_finite_are_refused_by_name() {
    let mut values = numbers(7, (5, 8));
    values[(3, 6)] = f64::NAN;
    let (_, held, design) = cube(&values, 2);
    let error = AdditiveTerms::new(Additive::Euclidean, held, design).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NonFinite { condition: 3, feature: 6 });
}

/// Far from 0, the variance of dissimilarities, and that of patterns, is lost beside their size.
#[test]
fn what_cancels_is_computed_again() {
    let small = numbers(8, (5, 125)) * 1e-7 + 1.0;
    let comparison = MapComparison::Pearson;
    let found = run(&small, 5, Additive::Correlation, &comparison);
    let (_, held, design) = cube(&small, 5);
    let terms = AdditiveTerms::new(Additive::Correlation, held, design).unwrap();
    let spheres = Spheres::new(cube(&small, 5).0, Neighborhood::Voxels { radius: 1.5, inclusive: true }).unwrap();
    let spheres = spheres.with_minimum(Fraction::new("a share", 0.1).unwrap(), 1);
    let models = pearson();
    let expected = Searchlight::new(&spheres, &models).run_each(&terms, &()).unwrap();
    assert_eq!(found.n_computed(), 125);
    for (found, expected) in found.values.iter().zip(&expected.values) {
        assert!((found - expected).abs() < 1e-10, "{found} {expected}");
    }
}

/// RDMs that fail in each way.
struct Failing;

impl SphereRdms for Failing {
    fn sphere_rdm(&self, members: &[usize]) -> Result<Rdm, SphereError> {
        match members[0] % 4 {
            0 => Err(SphereError::Missing(MissingReason::NotPositiveDefinite)),
            1 => Ok(Rdm::new(vec![1.0; 10])?),
            2 => Ok(Rdm::new(vec![1.0, f64::INFINITY, 1.0])?),
            _ => Ok(Rdm::new((0..10).map(f64::from).collect())?),
        }
    }
}

#[test]
fn reasons_of_other_sources_are_counted() {
    let (grid, ..) = cube(&numbers(9, (5, 8)), 2);
    let spheres = Spheres::new(grid, Neighborhood::Voxels { radius: 1.0, inclusive: false }).unwrap();
    let spheres = spheres.with_minimum(Fraction::new("a share", 1.0).unwrap(), 1);
    let models = pearson();
    let maps = Searchlight::new(&spheres, &models).run_each(&Failing, &()).unwrap();
    let expected = [MissingReason::NonFinite, MissingReason::ConstantRdm, MissingReason::NotPositiveDefinite];
    assert_eq!(maps.missing_counts(), expected.map(|reason| (reason, 2)));
    assert_eq!(maps.n_computed(), 2);
}

#[test]
fn other_sizes_are_refused() {
    let sample = Sample::balanced();
    let spheres = Spheres::new(sample.grid.clone(), Neighborhood::Voxels { radius: 2.0, inclusive: false }).unwrap();
    let models = pearson();
    let few = cube(&numbers(1, (5, 8)), 2);
    let terms = AdditiveTerms::new(Additive::Euclidean, few.1, few.2).unwrap();
    let error = Searchlight::new(&spheres, &models).run(&terms, &()).unwrap_err().to_string();
    assert!(error.starts_with("values of 8 voxels"), "{error}");
    let four = SearchDesign::new((0..20).map(|k| k % 4).collect()).unwrap();
    let terms = AdditiveTerms::new(Additive::Euclidean, sample.held(), four).unwrap();
    let error = Searchlight::new(&spheres, &models).run(&terms, &()).unwrap_err().to_string();
    assert!(error.starts_with("data of 4 conditions"), "{error}");
}

/// Cancels at once.
struct Stop;

impl Observer for Stop {
    fn is_cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_run_can_be_cancelled() {
    let sample = Sample::balanced();
    let spheres = Spheres::new(sample.grid.clone(), Neighborhood::Voxels { radius: 2.0, inclusive: false }).unwrap();
    let models = pearson();
    let terms = AdditiveTerms::new(Additive::Euclidean, sample.held(), sample.design()).unwrap();
    let searchlight = Searchlight::new(&spheres, &models);
    assert_eq!(searchlight.run(&terms, &Stop).unwrap_err().kind(), &ErrorKind::Cancelled);
    assert_eq!(searchlight.run_each(&terms, &Stop).unwrap_err().kind(), &ErrorKind::Cancelled);
}
