//! Reading layers larger than the memory: one block of conditions, or of features, after the other.
//!
//! While the consumer works on one block, the next block is read. The size of blocks depends on the layers alone, never
//! on the memory or the number of threads, because sums over blocks of another size differ in their last digits. Every
//! loop asks its [`Observer`] between blocks and ends with an error of kind `Cancelled` if the work is to stop.

use std::{ops::Range, panic::resume_unwind, thread};

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};
use rayon::prelude::*;

use crate::{
    Error, Observer, Result, RowBlocks,
    linalg::{self, Centered, Recentered, RunningMean},
};

/// Number of values in a block, over all layers: 64 MiB, enough for products and the disk to run at full speed.
const BLOCK: usize = 1 << 23;

/// Name of the work in errors of kind `Cancelled`.
const WORK: &str = "reading layers in blocks";

/// Returns the number of conditions read at a time, for layers with `n_features` features together.
pub fn conditions_per_block(n_features: usize) -> usize {
    (BLOCK / n_features.max(1)).clamp(256, 8192)
}

/// Returns the number of features read at a time, for a layer with `n_conditions` conditions.
pub fn features_per_block(n_conditions: usize) -> usize {
    (BLOCK / n_conditions.max(1)).clamp(64, 8192)
}

/// Reads the conditions `rows` of all `layers`, `per_block` at a time, and hands them to `consume` in order.
///
/// # Errors
/// The errors of the layers and of `consume`; `NonFinite` naming layer, condition and feature; `Cancelled`.
///
/// # Panics
/// If a layer does not have these conditions.
pub fn for_each_block_of_conditions(
    layers: &[&dyn RowBlocks],
    rows: Range<usize>,
    per_block: usize,
    observer: &dyn Observer,
    mut consume: impl FnMut(&[ArrayView2<'_, f64>]) -> Result<()> + Send,
) -> Result<()> {
    for_each_readable_block(layers, rows, per_block, observer, |blocks| {
        consume(&blocks.into_iter().collect::<Result<Vec<_>>>()?)
    })
}

/// Reads like [`for_each_block_of_conditions`], but passes errors of layers on to `consume`.
///
/// The error of a layer that cannot be read takes the place of its block, so that the work on other layers can go on.
///
/// # Errors
/// The errors of `consume`; `Cancelled`.
///
/// # Panics
/// If a layer does not have these conditions.
pub fn for_each_readable_block(
    layers: &[&dyn RowBlocks],
    rows: Range<usize>,
    per_block: usize,
    observer: &dyn Observer,
    mut consume: impl FnMut(Vec<Result<ArrayView2<'_, f64>>>) -> Result<()> + Send,
) -> Result<()> {
    let block = |start: usize| start..(start + per_block).min(rows.end);
    let read = |rows: Range<usize>, buffers: &mut Vec<Array2<f64>>| -> Vec<Result<()>> {
        buffers.resize_with(layers.len(), || Array2::zeros((0, 0)));
        let one = |(layer, buffer): (&&dyn RowBlocks, &mut Array2<f64>)| {
            if buffer.nrows() != rows.len() {
                *buffer = Array2::zeros((rows.len(), layer.n_features()));
            }
            layer.read_rows(rows.clone(), buffer.view_mut())?;
            ensure_finite(*layer, buffer.view(), rows.start, 0)
        };
        layers.par_iter().zip(buffers).map(one).collect()
    };
    let (mut current, mut next) = (Vec::new(), Vec::new());
    observer.ensure_going(WORK)?;
    let mut ready = if rows.is_empty() { Vec::new() } else { read(block(rows.start), &mut next) };
    for start in rows.clone().step_by(per_block.max(1)) {
        observer.ensure_going(WORK)?;
        std::mem::swap(&mut current, &mut next);
        let views = ready.into_iter().zip(&current).map(|(ready, block)| ready.map(|()| block.view())).collect();
        let following = block(start + per_block);
        let ahead = || if following.is_empty() { Vec::new() } else { read(following, &mut next) };
        let (done, read) = rayon::join(|| consume(views), ahead);
        done?;
        ready = read;
    }
    Ok(())
}

/// Reads all conditions of `layer` in blocks of features, and hands the blocks to `consume` in order.
///
/// A block has [`features_per_block`] features; each feature is centered.
///
/// # Errors
/// The errors of the layer and of `consume`; `NonFinite` naming layer, condition and feature; `Cancelled`.
pub fn for_each_block_of_features(
    layer: &dyn RowBlocks,
    observer: &dyn Observer,
    mut consume: impl FnMut(&Centered) -> Result<()>,
) -> Result<()> {
    let (n, p) = (layer.n_conditions(), layer.n_features());
    let per_block = features_per_block(n);
    let columns = |start: usize| start.min(p)..(start + per_block).min(p);
    let (mut block, mut spare) = (Array2::zeros((0, 0)), Vec::new());
    read_in_bands(layer, columns(0), &mut block)?;
    for start in (0..p).step_by(per_block) {
        observer.ensure_going(WORK)?;
        let centered = linalg::center_in(block.view(), layer.precision(), spare);
        let following = columns(start + per_block);
        let (done, read) = thread::scope(|scope| {
            let reader = scope.spawn(|| read_in_bands(layer, following, &mut block));
            (consume(&centered), reader.join())
        });
        done?;
        read.unwrap_or_else(|panic| resume_unwind(panic))?;
        spare = centered.values.into_raw_vec_and_offset().0;
    }
    Ok(())
}

/// Reads some features of all conditions into `block`.
///
/// The features of each condition lie at another place of the file, and a disk answers several requests at once faster
/// than one after the other. Reading uses threads of its own, so that computing threads never wait for the disk.
fn read_in_bands(layer: &dyn RowBlocks, columns: Range<usize>, block: &mut Array2<f64>) -> Result<()> {
    /// Number of bands of conditions that are read at once: a common queue depth of disks.
    const READERS: usize = 8;
    if columns.is_empty() {
        return Ok(());
    }
    let n = layer.n_conditions();
    if block.ncols() != columns.len() {
        *block = Array2::zeros((n, columns.len()));
    }
    let rows_of_band = n.div_ceil(READERS).max(1);
    let read = |start: usize, mut band: ArrayViewMut2<'_, f64>| {
        layer.read_block(start..start + band.nrows(), columns.clone(), band.view_mut())?;
        ensure_finite(layer, band.view(), start, columns.start)
    };
    thread::scope(|scope| {
        let bands = block.axis_chunks_iter_mut(Axis(0), rows_of_band).enumerate();
        let readers: Vec<_> = bands.map(|(k, band)| scope.spawn(move || read(k * rows_of_band, band))).collect();
        // Of several bands that fail, the error of the first one is returned.
        readers.into_iter().try_for_each(|reader| reader.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

/// Adds one block of every layer to the `means` of the layers, and centers the blocks by the new means.
///
/// `blocks` holds the same conditions of each layer, in the order of the layers. `spare` holds one array for each
/// layer, such as the rows of an earlier result, whose memory is used again.
///
/// # Errors
/// `ShapeMismatch` for another number of layers or features, or if the blocks do not have the same number of
/// conditions; `NonFinite` with the condition counted from the first one added. After an error the means are unchanged.
pub fn recentered(
    means: &mut Vec<RunningMean>,
    blocks: &[ArrayView2<'_, f64>],
    spare: &mut [Array2<f64>],
) -> Result<Vec<Recentered>> {
    let n = blocks.first().map_or(0, ArrayView2::nrows);
    if blocks.len() != means.len() || blocks.iter().any(|block| block.nrows() != n) {
        return Err(Error::shape_mismatch(format!(
            "{} blocks for {} layers; give the same conditions of every layer",
            blocks.len(),
            means.len()
        )));
    }
    let mut moved = means.clone();
    let one =
        |((mean, spare), &block): ((&mut RunningMean, &mut Array2<f64>), _)| mean.add(block, std::mem::take(spare));
    let found: Vec<Result<Recentered>> = moved.par_iter_mut().zip(spare).zip(blocks).map(one).collect();
    // The error of the first layer in order is returned, whichever thread failed first.
    let found = found.into_iter().collect::<Result<Vec<_>>>()?;
    *means = moved;
    Ok(found)
}

fn ensure_finite(layer: &dyn RowBlocks, block: ArrayView2<'_, f64>, condition: usize, feature: usize) -> Result<()> {
    for (i, row) in block.rows().into_iter().enumerate() {
        // A fold has no branch for every value; the place is searched only once a value is known to be non-finite.
        if row.fold(true, |finite, value| finite & value.is_finite()) {
            continue;
        }
        let j = row.iter().position(|value| !value.is_finite()).expect("a value that is not finite");
        return Err(Error::non_finite(condition + i, feature + j, row[j]).context(layer.place()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Representation};

    fn layer(n: usize, p: usize) -> Representation {
        Representation::new(Array2::from_shape_fn((n, p), |(i, j)| (i * p + j) as f64)).unwrap()
    }

    /// A layer with one value that is not finite, in condition `0`.
    struct Broken(usize);

    impl RowBlocks for Broken {
        fn n_conditions(&self) -> usize {
            20_000
        }

        fn n_features(&self) -> usize {
            1000
        }

        fn place(&self) -> String {
            "net.npy".to_owned()
        }

        fn read_rows(&self, rows: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
            block.fill(0.5);
            if rows.contains(&self.0) {
                block[(self.0 - rows.start, 700)] = f64::NAN;
            }
            Ok(())
        }
    }

    #[test]
    fn blocks_of_conditions_are_all_of_them_in_order() {
        let (x, y) = (layer(23, 4), layer(23, 3));
        for (rows, per_block) in [(0..23, 5), (3..20, 17), (7..8, 100), (5..5, 4)] {
            let mut seen = [Vec::new(), Vec::new()];
            for_each_block_of_conditions(&[&x, &y], rows.clone(), per_block, &(), |blocks| {
                assert!(blocks.iter().all(|block| block.nrows() <= per_block));
                seen.iter_mut().zip(blocks).for_each(|(seen, block)| seen.extend(block.iter().copied()));
                Ok(())
            })
            .unwrap();
            for (seen, x) in seen.iter().zip([&x, &y]) {
                let p = x.n_features();
                let expected: Vec<f64> = (rows.start * p..rows.end * p).map(|value| value as f64).collect();
                assert_eq!(seen, &expected, "{rows:?} by {per_block}");
            }
        }
    }

    #[test]
    fn blocks_of_features_are_centered_and_in_order() {
        let x = layer(600, 150);
        let mut seen = 0;
        for_each_block_of_features(&x, &(), |block| {
            for (j, column) in block.values.columns().into_iter().enumerate() {
                assert_eq!(column[0] * block.scale, -299.5 * 150.0, "feature {}", seen + j);
            }
            seen += block.values.ncols();
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, 150);
    }

    #[test]
    fn what_is_not_finite_is_named_with_its_place_in_the_layer() {
        let kind = ErrorKind::NonFinite { condition: 12_345, feature: 700 };
        let by_rows = for_each_block_of_conditions(&[&Broken(12_345)], 0..20_000, 1000, &(), |_| Ok(())).unwrap_err();
        let by_columns = for_each_block_of_features(&Broken(12_345), &(), |_| Ok(())).unwrap_err();
        for error in [by_rows, by_columns] {
            assert_eq!(error.kind(), &kind);
            assert!(error.to_string().starts_with("net.npy: "), "{error}");
        }
    }

    #[test]
    fn a_layer_that_cannot_be_read_leaves_the_others_readable() {
        let (sound, broken) = (Broken(20_000), Broken(12_345));
        let mut seen = Vec::new();
        for_each_readable_block(&[&broken, &sound], 0..20_000, 5000, &(), |blocks| {
            seen.push([blocks[0].is_ok(), blocks[1].is_ok()]);
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, [[true, true], [true, true], [false, true], [true, true]]);
    }

    #[test]
    fn what_cannot_be_centered_leaves_the_means_as_they_are() {
        let mut means = vec![RunningMean::new(3), RunningMean::new(3), RunningMean::new(3)];
        let sound = Array2::from_shape_fn((4, 3), |(i, j)| (i * 3 + j) as f64);
        let mut spare = vec![Array2::default((0, 0)); 3];
        recentered(&mut means, &[sound.view(), sound.view(), sound.view()], &mut spare).unwrap();
        let before = means.clone();
        let broken = |i: usize, j: usize| {
            let mut broken = sound.clone();
            broken[(i, j)] = f64::NAN;
            broken
        };
        // Of two layers the first is named, though its value comes later.
        let (late, early) = (broken(3, 2), broken(0, 1));
        let mut kind =
            |blocks: &[ArrayView2<'_, f64>]| recentered(&mut means, blocks, &mut spare).unwrap_err().kind().clone();
        let found = kind(&[sound.view(), late.view(), early.view()]);
        assert_eq!(found, ErrorKind::NonFinite { condition: 7, feature: 2 });
        assert_eq!(kind(&[sound.view(), sound.view()]), ErrorKind::ShapeMismatch);
        let short = sound.slice_axis(Axis(0), (..2).into());
        assert_eq!(kind(&[sound.view(), short, sound.view()]), ErrorKind::ShapeMismatch);
        assert_eq!(means, before);
    }

    #[test]
    fn an_error_of_the_consumer_ends_the_reading() {
        let x = layer(50, 2);
        let mut blocks = 0;
        let error = for_each_block_of_conditions(&[&x], 0..50, 10, &(), |_| {
            blocks += 1;
            if blocks == 2 { Err(Error::format("enough")) } else { Ok(()) }
        });
        assert_eq!((error.unwrap_err().to_string().as_str(), blocks), ("enough", 2));
    }

    /// Cancels the work once the consumer has seen some blocks.
    struct StopAfter(std::sync::atomic::AtomicUsize);

    impl Observer for StopAfter {
        fn is_cancelled(&self) -> bool {
            self.0.load(std::sync::atomic::Ordering::Relaxed) == 0
        }
    }

    #[test]
    fn reading_is_cancelled_between_blocks() {
        let x = layer(5000, 600);
        let step = |stop: &StopAfter| {
            stop.0.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
            Ok(())
        };
        let stop = StopAfter(2.into());
        let by_rows = for_each_block_of_conditions(&[&x], 0..5000, 500, &stop, |_| step(&stop)).unwrap_err();
        let stop = StopAfter(1.into());
        let by_columns = for_each_block_of_features(&Broken(usize::MAX), &stop, |_| step(&stop)).unwrap_err();
        for error in [by_rows, by_columns] {
            assert_eq!(error.kind(), &ErrorKind::Cancelled);
        }
    }
}
