//! Peak rates of the machine, measured in the same run as the benchmarks.

use std::hint::black_box;

use ndarray::Array2;
use rsakit::core::linalg;

use crate::{peers, timing};

/// Peak rates with as many threads as a benchmark uses.
pub(crate) struct Machine {
    /// Billion additions and multiplications per second in a product of large matrices.
    pub(crate) gflops: f64,
    /// Billion bytes per second, read and written, in a copy larger than any cache.
    pub(crate) gigabytes: f64,
}

impl Machine {
    /// Times a product of 3000 × 3000 matrices and a copy of 400 MB.
    pub(crate) fn measured() -> Self {
        const SIDE: usize = 3000;
        const NUMBERS: usize = 50_000_000;
        let square = Array2::from_shape_fn((SIDE, SIDE), |(i, j)| ((i * 31 + j * 17) as f64).sin());
        let product = timing::shortest_seconds(|| {
            black_box(linalg::product(square.view(), square.view()).expect("small numbers"));
        });
        let (from, mut to) = (vec![1.0; NUMBERS], vec![0.0; NUMBERS]);
        let copy = timing::shortest_seconds(|| {
            let half = NUMBERS / peers::THREADS;
            rayon::scope(|scope| {
                for (from, to) in from.chunks(half).zip(to.chunks_mut(half)) {
                    scope.spawn(move |_| to.copy_from_slice(from));
                }
            });
            black_box(&mut to);
        });
        Self { gflops: 2e-9 * SIDE.pow(3) as f64 / product, gigabytes: 16e-9 * NUMBERS as f64 / copy }
    }
}
