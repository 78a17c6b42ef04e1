//! Tests on published data, in the folder that the environment variable RSAKIT_DATA names.
//!
//! The data may not be copied into the project. Without them, these tests say so and check nothing.

use std::path::PathBuf;

use ndarray::Array2;
use rsa_io::{OpenOptions, open, read_rdms};
use rsakit::{
    Rdm,
    core::{Crossnobis, Estimator, Measurements},
    stats::{Comparison, Pearson, Spearman},
};

/// Returns the folder of one data set, `None` if it is not there.
#[allow(clippy::print_stderr, reason = "a test that checks nothing says so")]
fn data(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("RSAKIT_DATA").map(|folder| PathBuf::from(folder).join(name));
    let found = folder.filter(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: RSAKIT_DATA names no folder with {name}");
    }
    found
}

fn rdms(path: PathBuf) -> Vec<Rdm> {
    let stored = read_rdms(path.to_str().unwrap(), &OpenOptions::default()).unwrap();
    stored.rdms.into_iter().map(|(_, rdm)| rdm).collect()
}

fn compare<C: Comparison>(comparison: &C, a: &Rdm, b: &Rdm) -> f64 {
    comparison.compare(&comparison.read(a).unwrap(), &comparison.read(b).unwrap()).unwrap()
}

/// Tests against Kriegeskorte et al. 2008, Neuron, doi:10.1016/j.neuron.2008.10.043, who report .49.
///
/// The further digits and the models are values of rsatoolbox 0.3.2 and SciPy 1.17.1 on the data that come with
/// rsatoolbox.
#[test]
fn human_and_monkey_it_are_as_alike_as_published() {
    let Some(folder) = data("kriegeskorte92") else { return };
    let subjects = rdms(folder.join("human_it_rdms.npy"));
    assert_eq!((subjects.len(), subjects[0].n_conditions()), (8, 92), "four subjects, two sessions");
    let human = Rdm::average(&subjects.iter().collect::<Vec<_>>(), &[1.0; 8]).unwrap();
    let [monkey] = &rdms(folder.join("monkey_it_rdm_vec.npy"))[..] else { panic!("one RDM") };
    assert!((compare(&Pearson, &human, monkey) - 0.4912).abs() < 5e-5);
    let models = rdms(folder.join("model_rdm_vecs.npy"));
    // Models: animacy, face/body/man-made/natural, monkey IT, EVA, HMAX, V1, silhouette, RADON.
    let expected = [0.588, 0.405, 0.439, 0.354, 0.222, 0.039, 0.125, 0.061];
    assert_eq!(models.len(), expected.len());
    for (model, expected) in models.iter().zip(expected) {
        let found = compare(&Spearman, model, &human);
        assert!((found - expected).abs() < 5e-4, "{found}, expected {expected}");
    }
}

/// Tests on the data of Haxby et al. 2001, Science, doi:10.1126/science.1063736.
///
/// The reference averages all ordered pairs of runs, voxel by voxel.
#[test]
fn faces_and_houses_are_farthest_apart() {
    let Some(folder) = data("haxby2001") else { return };
    let read = |name: &str| -> Array2<f64> {
        let source = open(folder.join(name).to_str().unwrap(), &OpenOptions::default()).unwrap();
        source.layers()[0].read().unwrap().values().to_owned()
    };
    // The file holds runs × (categories × voxels); each category is 530 adjacent voxels.
    let patterns = read("patterns_run_cond_voxel.npy").into_shape_with_order((96, 530)).unwrap();
    let labels = ["face", "house", "cat", "bottle", "scissors", "shoe", "chair", "scrambled"];
    let measurements = Measurements::new(patterns, (0..96).map(|i| labels[i % 8])).unwrap();
    let measurements = measurements.with_runs((0..96).map(|i| (i / 8).to_string())).unwrap();
    let rdm = Crossnobis::default().rdm(&measurements).unwrap();
    let reference = read("cv_euclid_rdm_reference.npy");
    for i in 0..8 {
        for j in 0..i {
            assert!((rdm.get(i, j) - reference[(i, j)]).abs() < 1e-7, "{i}, {j}");
        }
    }
    let largest = rdm.values().iter().copied().fold(f64::NEG_INFINITY, f64::max);
    assert_eq!(rdm.get(0, 1), largest);
    assert!((largest - 0.255).abs() < 5e-4);
}
