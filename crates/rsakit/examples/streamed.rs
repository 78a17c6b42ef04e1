//! Scores layers that arrive in blocks of conditions, as if they were larger than the memory.
//!
//! Each of two machines would sum up half of the blocks. The merged sums give the score of the whole layers in memory.
//!
//! ```text
//! cargo run --release -p rsakit --example streamed
//! ```

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use ndarray::{Array2, Axis, concatenate};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rsakit::{
    Cka, Measure, Representation, Result,
    cka::{CkaAccumulator, Hsic},
    core::Accumulate,
};

const BLOCKS: u64 = 40;
const ROWS: usize = 250;

/// Computes a block of both layers: 32 and 48 units that share six dimensions.
fn block(index: u64) -> [Array2<f64>; 2] {
    let normal = |seed, columns, rows| -> Array2<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        Array2::from_shape_simple_fn((rows, columns), || StandardNormal.sample(&mut rng))
    };
    let signal = normal(3 * index, 6, ROWS);
    let layer = |k: u64, units| signal.dot(&normal(1000 + k, units, 6)) + 4.0 * normal(3 * index + k, units, ROWS);
    [layer(1, 32), layer(2, 48)]
}

/// Sums up a range of blocks; each block is forgotten before the next one is made.
fn sums(blocks: std::ops::Range<u64>) -> Result<CkaAccumulator> {
    let mut sums = CkaAccumulator::new(&[32, 48], &[(0, 1)]);
    for index in blocks {
        let [x, y] = block(index);
        sums.add(&[x.view(), y.view()])?;
    }
    Ok(sums)
}

fn main() -> Result<()> {
    let mut merged = sums(0..BLOCKS / 2)?;
    merged.merge(&sums(BLOCKS / 2..BLOCKS)?)?;
    let streamed = merged.score(0, 1, Hsic::Unbiased)?;

    let blocks: Vec<[Array2<f64>; 2]> = (0..BLOCKS).map(block).collect();
    let whole = |k: usize| {
        let views: Vec<_> = blocks.iter().map(|block| block[k].view()).collect();
        Representation::new(concatenate(Axis(0), &views).expect("all blocks have the same width"))
    };
    let in_memory = Cka::linear().unbiased().score(&whole(0)?, &whole(1)?)?;

    println!("{} conditions in {BLOCKS} blocks", merged.n_conditions());
    println!("unbiased linear CKA, summed over blocks  {streamed:.12}");
    println!("unbiased linear CKA, layers in memory    {in_memory:.12}");
    assert_eq!(merged.n_conditions(), 10_000);
    assert!((streamed - in_memory).abs() < 1e-10 && streamed > 0.1);
    Ok(())
}
