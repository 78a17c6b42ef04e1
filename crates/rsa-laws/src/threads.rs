//! Test of the independence of results from the number of threads.

use rayon::ThreadPoolBuilder;
use rsa_core::{Error, Measure, Representation, Result};

use crate::random::{normal, stream};

/// Shapes of three representations, so large that a single matrix product is shared among threads.
const SHAPES: [(usize, usize); 3] = [(264, 40), (264, 270), (264, 520)];

/// Numbers of threads compared with a single thread.
const THREADS: [usize; 2] = [2, 5];

/// Result: number of scores, and the first score that differs between one thread and several.
pub(crate) struct ThreadComparison {
    pub(crate) scored: usize,
    pub(crate) differing: Option<(usize, Result<f64>, Result<f64>)>,
}

/// Scores all pairs at several numbers of threads and compares their bits.
///
/// # Panics
/// If the operating system refuses to start threads.
pub(crate) fn compare_threads<M: Measure>(measure: &M, seed: u64) -> ThreadComparison {
    let rng = &mut stream(seed, 50);
    let layers = SHAPES.map(|(n, p)| Representation::new(normal(rng, n, p) + 0.3).expect("normal numbers are finite"));
    let scores = |threads: usize| -> Vec<Result<f64>> {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("a few threads can be had");
        pool.install(|| measure.pairwise(&layers).values().to_vec())
    };
    let one = scores(1);
    let mut differing = None;
    for threads in THREADS {
        for (alone, shared) in one.iter().zip(scores(threads)) {
            if bits(alone) != bits(&shared) && differing.is_none() {
                differing = Some((threads, alone.clone(), shared));
            }
        }
    }
    ThreadComparison { scored: one.iter().filter(|score| score.is_ok()).count(), differing }
}

fn bits(score: &Result<f64>) -> Result<u64, &'static str> {
    score.as_ref().map(|score| score.to_bits()).map_err(|error: &Error| error.kind().name())
}
