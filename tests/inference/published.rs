//! Tests on published RDMs of human inferior temporal cortex: 92 images, four subjects, the first session.
//!
//! The data are those of Kriegeskorte et al. 2008.

use std::{env, path::Path};

use ndarray::{Array2, ArrayView1};
use rsa_io::OpenOptions;
use rsakit::{
    Rdm, Representation,
    stats::{Evaluation, Inference, Model, Scoring},
};

fn rows(path: &Path) -> Representation {
    let source = rsa_io::open(path.to_str().unwrap(), &OpenOptions::default()).unwrap();
    source.layers()[0].read().unwrap()
}

/// Returns the evaluation, `None` if the data are not available.
#[allow(clippy::print_stderr, reason = "a test that skips says so")]
fn evaluate(comparison: Scoring) -> Option<Evaluation> {
    let Some(data) = env::var_os("RSAKIT_DATA") else {
        eprintln!("skipped: set RSAKIT_DATA to the directory of the data sets");
        return None;
    };
    let directory = Path::new(&data).join("kriegeskorte92");
    let subjects = rows(&directory.join("human_it_rdms.npy"));
    let square = |row: ArrayView1<'_, f64>| {
        let session = row.iter().take(92 * 92).copied().collect();
        Rdm::from_square(Array2::from_shape_vec((92, 92), session).unwrap().view()).unwrap()
    };
    let subjects: Vec<Rdm> = subjects.values().rows().into_iter().map(square).collect();
    let models = rows(&directory.join("model_rdm_vecs.npy"));
    let model = |(k, row): (usize, ArrayView1<'_, f64>)| Model::fixed(k.to_string(), Rdm::new(row.to_vec()).unwrap());
    let models: Vec<Model> = models.values().rows().into_iter().enumerate().map(model).collect();
    Some(Inference { comparison, ..Inference::default() }.evaluate(&models, &subjects).unwrap())
}

/// Tests against values of rsatoolbox 0.3.2, to three digits.
#[test]
fn pearson_scores_and_ceiling_are_those_reported() {
    let Some(found) = evaluate(Scoring::Pearson) else { return };
    let expected = [0.301, 0.210, 0.247, 0.215, 0.080, 0.018, 0.075, 0.038];
    for (model, expected) in found.models.iter().zip(expected) {
        assert!((model.score - expected).abs() < 5e-4, "{}: {} and {expected}", model.name, model.score);
    }
    let ceiling = found.noise_ceiling.unwrap();
    assert!((ceiling.lower - 0.252).abs() < 5e-4 && (ceiling.upper - 0.612).abs() < 5e-4);
}

/// Tests that the mean RDM, of RDMs divided by their whitened norm, reaches more than rsatoolbox 0.3.2 (.7223).
#[test]
fn the_upper_ceiling_of_the_whitened_cosine_is_a_maximum() {
    let Some(found) = evaluate(Scoring::WhitenedCosine) else { return };
    let ceiling = found.noise_ceiling.unwrap();
    assert!(ceiling.upper >= 0.7243 && ceiling.upper < 0.7244, "{}", ceiling.upper);
}
