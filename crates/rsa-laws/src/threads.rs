//! Are results the same at any number of threads?

use rayon::ThreadPoolBuilder;
use rsa_core::{Error, Measure, Representation, Result};

use crate::random::{normal, stream};

/// Three representations, so large that single matrix products are shared among threads.
const SHAPES: [(usize, usize); 3] = [(264, 40), (264, 270), (264, 520)];

/// Numbers of threads compared with one.
const THREADS: [usize; 2] = [2, 5];

/// A score at one thread and at several, and whether all were the same bits.
pub(crate) struct Threads {
    pub(crate) scored: usize,
    pub(crate) differing: Option<(usize, Result<f64>, Result<f64>)>,
}

/// Scores all pairs at several numbers of threads.
///
/// # Panics
/// If the operating system gives no threads.
pub(crate) fn threads<M: Measure>(measure: &M, seed: u64) -> Threads {
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
    Threads { scored: one.iter().filter(|score| score.is_ok()).count(), differing }
}

fn bits(score: &Result<f64>) -> Result<u64, &'static str> {
    score.as_ref().map(|score| score.to_bits()).map_err(|error: &Error| error.kind().name())
}
