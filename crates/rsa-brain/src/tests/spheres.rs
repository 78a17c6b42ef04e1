//! RDMs of spheres against those of rsa-core on the same voxels.

use rsa_core::{
    Correlation, Cosine, CovarianceEstimator, Crossnobis, Dissimilarity, Estimator, Euclidean, Mahalanobis, Manhattan,
    PairWeighting, Poisson, Rdm, RunNoise, SquaredEuclidean,
};

use super::samples::Sample;
use crate::{AdditiveDissimilarity as Additive, AdditiveTerms, SearchDesign, noise_variances};

const MEMBERS: [usize; 17] = [0, 3, 4, 9, 30, 31, 32, 60, 61, 99, 100, 120, 121, 150, 180, 200, 201];

fn close(found: &Rdm, expected: &Rdm) {
    assert_eq!(found.values().len(), expected.values().len());
    for (found, expected) in found.values().iter().zip(expected.values()) {
        assert!((found - expected).abs() < 1e-10, "{found} and {expected}");
    }
    // Both bound the same errors, by sums or by largest values.
    let ratio = found.rounding() / expected.rounding();
    assert!((0.02..200.0).contains(&ratio), "{} and {}", found.rounding(), expected.rounding());
}

fn terms(sample: &Sample, dissimilarity: Additive) -> AdditiveTerms {
    AdditiveTerms::new(dissimilarity, sample.held(), sample.design()).unwrap()
}

#[test]
fn dissimilarities_of_patterns_are_those_of_rsa_core() {
    let mut sample = Sample::unbalanced();
    sample.values += 4.0;
    sample.values.mapv_inplace(f64::abs);
    let means = sample.measurements(&MEMBERS).means().unwrap();
    let poisson = Poisson::default();
    let pairs: [(Additive, &dyn Dissimilarity); 7] = [
        (Additive::SquaredEuclidean { per_feature: false }, &SquaredEuclidean { per_feature: false }),
        (Additive::SquaredEuclidean { per_feature: true }, &SquaredEuclidean { per_feature: true }),
        (Additive::Euclidean, &Euclidean),
        (Additive::Manhattan, &Manhattan),
        (Additive::Cosine, &Cosine),
        (Additive::Correlation, &Correlation),
        (Additive::Poisson(poisson), &poisson),
    ];
    for (additive, dissimilarity) in pairs {
        close(&terms(&sample, additive).sphere_rdm(&MEMBERS).unwrap(), &dissimilarity.rdm(&means).unwrap());
    }
}

#[test]
fn crossnobis_is_that_of_rsa_core_balanced_or_not() {
    for sample in [Sample::balanced(), Sample::unbalanced()] {
        for weighting in [PairWeighting::Observations, PairWeighting::Runs] {
            let expected =
                Crossnobis { noise: RunNoise::Identity, weighting }.rdm(&sample.measurements(&MEMBERS)).unwrap();
            close(&terms(&sample, Additive::Crossnobis { weighting }).sphere_rdm(&MEMBERS).unwrap(), &expected);
        }
    }
}

/// Without centering by run, squares of values near 10⁴ would leave 8 digits.
#[test]
fn an_offset_of_balanced_data_costs_no_digits() {
    let mut sample = Sample::balanced();
    let weighting = PairWeighting::Observations;
    let near = terms(&sample, Additive::Crossnobis { weighting }).sphere_rdm(&MEMBERS).unwrap();
    sample.values += 8192.0;
    let far = terms(&sample, Additive::Crossnobis { weighting }).sphere_rdm(&MEMBERS).unwrap();
    for (near, far) in near.values().iter().zip(far.values()) {
        assert!((near - far).abs() < 1e-11);
    }
}

#[test]
fn voxels_are_divided_by_their_noise() {
    let sample = Sample::balanced();
    let variances = noise_variances(&sample.held(), &sample.design()).unwrap();
    let measurements = sample.measurements(&MEMBERS);
    let covariance = CovarianceEstimator::Diagonal.estimate_within_conditions(&measurements).unwrap();
    let precision = covariance.precision().unwrap();
    let with_noise = |additive| terms(&sample, additive).with_noise(&variances).unwrap().sphere_rdm(&MEMBERS).unwrap();
    let crossnobis = Crossnobis { noise: RunNoise::Shared(precision.clone()), weighting: PairWeighting::Observations };
    let found = with_noise(Additive::Crossnobis { weighting: PairWeighting::Observations });
    close(&found, &crossnobis.rdm(&measurements).unwrap());
    let means = measurements.means().unwrap();
    let expected = Mahalanobis { precision: precision.clone() }.rdm(&means).unwrap();
    close(&with_noise(Additive::SquaredEuclidean { per_feature: true }), &expected);
    let whitened = precision.whiten(&means).unwrap();
    close(&with_noise(Additive::Correlation), &Correlation.rdm(&whitened).unwrap());
    close(&with_noise(Additive::Cosine), &Cosine.rdm(&whitened).unwrap());
}

#[test]
fn data_without_an_answer_are_refused() {
    let sample = Sample::balanced();
    let message =
        |additive, design: SearchDesign| AdditiveTerms::new(additive, sample.held(), design).unwrap_err().to_string();
    let crossnobis = Additive::Crossnobis { weighting: PairWeighting::Observations };
    let without_runs = || SearchDesign::new(sample.condition_of.clone()).unwrap();
    assert!(message(crossnobis, without_runs()).contains("the runs of the observations"));
    assert!(message(crossnobis, without_runs().with_runs(vec![0; 20]).unwrap()).contains("of one run"));
    let mut runs = sample.run_of.clone();
    runs.iter_mut().zip(&sample.condition_of).filter(|(_, c)| **c == 3).for_each(|(run, _)| *run = 0);
    assert!(message(crossnobis, without_runs().with_runs(runs).unwrap()).starts_with("condition 3 (counted from 0)"));
    assert!(message(Additive::Poisson(Poisson::default()), without_runs()).contains("rate of condition"));
    assert!(message(Additive::Euclidean, SearchDesign::new(vec![0, 1]).unwrap()).contains("20 observations"));
    let terms = terms(&sample, Additive::Euclidean);
    assert!(terms.clone().with_noise(&[1.0]).is_err());
    let mut variances = vec![1.0; terms.n_voxels()];
    variances[7] = 0.0;
    assert!(terms.clone().with_noise(&variances).unwrap_err().to_string().contains("voxel 7"));
    assert!(terms.sphere_rdm(&[]).is_err() && terms.sphere_rdm(&[terms.n_voxels()]).is_err());
}
