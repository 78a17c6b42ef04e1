//! A sum whose order depends on the number of threads.

use rsakit::{
    Measure, Representation, Result, Rsa,
    core::{Error, Identity, Invariances, Orientation, Profile, SquaredEuclidean},
    stats::Cosine,
};

/// The cosine of all values, summed in as many parts as there are threads.
pub(crate) struct SplitByThreads;

impl Measure for SplitByThreads {
    type Geometry = Vec<f64>;

    fn profile(&self) -> Profile {
        Profile {
            orientation: Orientation::Similarity,
            range: [0.0, 1.0],
            identity: Identity::Always(1.0),
            invariances: [Invariances::ORTHOGONAL
                | Invariances::SCALING
                | Invariances::TRANSLATION
                | Invariances::ZERO_PADDING
                | Invariances::DUPLICATION; 2],
            ..Rsa::new(SquaredEuclidean::default(), Cosine).profile()
        }
    }

    fn geometry(&self, x: &Representation) -> Result<Vec<f64>> {
        use rsakit::core::Dissimilarity;
        let values = SquaredEuclidean::default().rdm(x)?.values().to_vec();
        match values.iter().all(|value| *value == 0.0) {
            true => Err(Error::degenerate("all distances are 0", "leave it out")),
            false => Ok(values),
        }
    }

    fn compare(&self, a: &Vec<f64>, b: &Vec<f64>) -> Result<f64> {
        let part = a.len().div_ceil(rayon::current_num_threads()).max(1);
        let dot = |a: &[f64], b: &[f64]| -> f64 {
            let parts = a.chunks(part).zip(b.chunks(part));
            parts.map(|(a, b)| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>()).sum()
        };
        Ok((dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()).min(1.0))
    }
}
