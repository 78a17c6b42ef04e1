//! [`for_each_chunk`]: the correlations of maps with arrangements of subjects, by matrix products.

use ndarray::{Array2, Axis, Slice};
use rsa_core::linalg;

use super::unit_maps::UnitMaps;

/// Elements of one product: with a block of arrangements, its result stays in the cache of a core (512 kB).
const CHUNK: usize = 2048;

/// Hands the correlations of some arrangements to `take`, a chunk of elements at a time.
///
/// `weights` are those of `n` arrangements, as [`Arrangements::block`](super::arrangements::Arrangements::block) returns
/// them. `take` gets the number of an arrangement, the place of the first element of the chunk, and the r of each element.
pub(super) fn for_each_chunk(
    unit: &UnitMaps,
    weights: &Array2<f64>,
    n: usize,
    mut take: impl FnMut(usize, usize, &[f64]),
) {
    let n_elements = unit.values.ncols();
    let mut products = vec![0.0; weights.nrows() * CHUNK.min(n_elements)];
    for start in (0..n_elements).step_by(CHUNK) {
        let width = CHUNK.min(n_elements - start);
        let columns = unit.values.slice_axis(Axis(1), Slice::from(start..start + width));
        linalg::product_into(weights.view(), columns, &mut products[..weights.nrows() * width], width);
        let (tested, held) = products[..weights.nrows() * width].split_at_mut(n * width);
        for (arrangement, scores) in tested.chunks_exact_mut(width).enumerate() {
            divide_by_residual(scores, held.chunks_exact(width).skip(arrangement).step_by(n));
            take(arrangement, start, scores);
        }
    }
}

/// Divides products by the length of what covariates leave of permuted residuals (Freedman & Lane).
fn divide_by_residual<'a>(scores: &mut [f64], held: impl Iterator<Item = &'a [f64]>) {
    let mut held = held.peekable();
    if held.peek().is_none() {
        return;
    }
    let mut left = vec![1.0; scores.len()];
    held.for_each(|shares| left.iter_mut().zip(shares).for_each(|(left, share)| *left -= share * share));
    // Residuals that the covariates explain wholly in some order correlate with nothing there.
    scores
        .iter_mut()
        .zip(left)
        .for_each(|(score, left)| *score = if left > 1e-14 { (*score / left.sqrt()).clamp(-1.0, 1.0) } else { 0.0 });
}
