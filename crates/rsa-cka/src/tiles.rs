//! Cosines of all pairs of centered Gram matrices, computed a tile of every matrix at a time, without storing matrices.

use ndarray::{Array2, ArrayViewMut2, Axis, Slice};
use rayon::prelude::*;
use rsa_core::{Observer, Result, linalg, same_list};

use crate::{CenteredGram, Hsic, triangle::Triangle};

/// Returns the cosine of every matrix of `a` with every matrix of `b`.
///
/// All matrices are of the same conditions and centered for the same estimate.
///
/// A tile of every matrix is computed and laid out as one long vector, so that the inner products of all pairs are one
/// matrix product, which is summed over tiles. Only tiles of the lower triangle are computed. The tiles depend on the
/// data alone, and their products are added in a fixed order, so the number of threads changes no bit.
///
/// # Errors
/// `OutOfRange` if a product overflows; `Cancelled` if the observer, asked before each tile, cancels.
pub(crate) fn cosines(a: &[&CenteredGram], b: &[&CenteredGram], observer: &dyn Observer) -> Result<Array2<f64>> {
    observer.ensure_going(WORK)?;
    match [a, b].map(triangles) {
        [Some(left), Some(right)] => cosines_of_triangles(&left, &right),
        _ => cosines_by_tiles(a, b, tile_size(a.len() + b.len()), observer),
    }
}

/// Name of the work in errors of kind `Cancelled`.
const WORK: &str = "comparing all pairs of Gram matrices";

/// Returns the Gram matrices if all geometries store one, because stored triangles are long vectors already.
fn triangles<'a>(geometries: &[&'a CenteredGram]) -> Option<Vec<&'a Triangle>> {
    geometries.iter().map(|geometry| geometry.gram()).collect()
}

fn cosines_of_triangles(a: &[&Triangle], b: &[&Triangle]) -> Result<Array2<f64>> {
    let products_of = |part: fn(&Triangle) -> &[f64]| {
        let [left, right] = [a, b].map(|side| side.iter().map(|triangle| part(triangle)).collect::<Vec<_>>());
        linalg::inner_products(&left, &right)
    };
    let products = products_of(Triangle::pairs)? * 2.0 + products_of(Triangle::diagonal)?;
    let [left, right] = [a, b].map(|side| side.iter().map(|triangle| triangle.length()).collect::<Vec<_>>());
    Ok(Array2::from_shape_fn(products.dim(), |(i, j)| products[(i, j)] / left[i] / right[j]))
}

/// Returns the number of rows and columns of a tile.
///
/// Wide tiles are multiplied at full speed. All tiles together take at most 64 MiB, so that a large part is still in
/// the cache when they are multiplied. Sizes are multiples of 12, the number of rows of the kernel of the matrix
/// product.
fn tile_size(matrices: usize) -> usize {
    const ENTRIES: usize = 1 << 23;
    [504, 252, 132].into_iter().find(|size| matrices * size * size <= ENTRIES).unwrap_or(60)
}

fn cosines_by_tiles(
    a: &[&CenteredGram],
    b: &[&CenteredGram],
    size: usize,
    observer: &dyn Observer,
) -> Result<Array2<f64>> {
    let n = a[0].conditions().count();
    let same = same_list(a, b);
    let sources: Vec<Source<'_>> =
        a.iter().chain(if same { &[] } else { b }).map(|geometry| Source::new(geometry)).collect();
    let mut tiles = vec![0.0; sources.len() * size.min(n) * size.min(n)];
    let mut sums = Array2::<f64>::zeros((a.len(), b.len()));
    let mut squares = vec![0.0; sources.len()];
    for rows in (0..n).step_by(size) {
        for columns in (0..=rows).step_by(size) {
            observer.ensure_going(WORK)?;
            let [height, width] = [rows, columns].map(|start| size.min(n - start));
            let tiles = &mut tiles[..sources.len() * height * width];
            fill(tiles, &sources, TileBounds { rows, height, columns, width });
            let tiles: Vec<&[f64]> = tiles.chunks_exact(height * width).collect();
            let (left, right) = tiles.split_at(a.len());
            if same {
                sums += &linalg::inner_products(left, left)?;
            } else {
                sums += &linalg::inner_products(left, right)?;
                squares.iter_mut().zip(squared_lengths(&tiles)).for_each(|(sum, square)| *sum += square);
            }
        }
    }
    if same {
        squares.copy_from_slice(&sums.diag().to_vec());
    }
    let (left, right) = (&squares[..a.len()], &squares[squares.len() - b.len()..]);
    Ok(Array2::from_shape_fn(sums.dim(), |(i, j)| sums[(i, j)] / left[i].sqrt() / right[j].sqrt()))
}

fn squared_lengths(vectors: &[&[f64]]) -> Vec<f64> {
    vectors.par_iter().map(|vector| linalg::inner_product(row(vector), row(vector))).collect()
}

fn row(vector: &[f64]) -> ndarray::ArrayView2<'_, f64> {
    ndarray::ArrayView1::from(vector).insert_axis(Axis(0))
}

/// First row, height, first column and width of a tile.
#[derive(Clone, Copy)]
struct TileBounds {
    rows: usize,
    height: usize,
    columns: usize,
    width: usize,
}

/// A matrix from which tiles are taken.
struct Source<'a> {
    geometry: &'a CenteredGram,
    /// The terms that U-centering subtracts: `of_row[i]` + `of_row[j]` − `of_all` from entry (i, j) of XXᵀ.
    u_centering: Option<UCentering>,
}

struct UCentering {
    of_row: Vec<f64>,
    of_all: f64,
}

impl<'a> Source<'a> {
    fn new(geometry: &'a CenteredGram) -> Self {
        let u_centering = geometry.features().filter(|_| geometry.hsic() == Hsic::Unbiased).map(|x| {
            // Rows of XXᵀ sum to 0, so without its diagonal a row sums to minus the squared length of the pattern.
            let n = x.nrows() as f64;
            let of_row: Vec<f64> = x.rows().into_iter().map(|row| -row.dot(&row) / (n - 2.0)).collect();
            let of_all = of_row.iter().sum::<f64>() / (n - 1.0);
            UCentering { of_row, of_all }
        });
        Self { geometry, u_centering }
    }

    /// Writes a tile into `out`, with zeros above the diagonal.
    ///
    /// Entries on the diagonal are divided by √2. An entry below it stands for two entries of the matrix, so in
    /// products of tiles it must have twice the weight.
    fn write(&self, tile: TileBounds, out: &mut [f64]) {
        let TileBounds { rows, height, columns, width } = tile;
        let visited = (rows + height - columns).min(width);
        if let Some(x) = self.geometry.features() {
            let patterns = |start: usize, count: usize| x.slice_axis(Axis(0), Slice::from(start..start + count));
            linalg::product_into(patterns(rows, height), patterns(columns, visited).t(), out, width);
        }
        let mut out = ArrayViewMut2::from_shape((height, width), out).expect("as many entries as the rows have");
        let mut part = out.slice_axis_mut(Axis(1), Slice::from(..visited));
        if let Some(gram) = self.geometry.gram() {
            gram.write_lower(rows..rows + height, columns..columns + visited, part.view_mut());
        }
        if let Some(UCentering { of_row, of_all }) = &self.u_centering {
            for (mut out, own) in part.rows_mut().into_iter().zip(&of_row[rows..]) {
                out.iter_mut().zip(&of_row[columns..]).for_each(|(out, other)| *out -= own + other - of_all);
            }
        }
        for (i, mut out) in out.rows_mut().into_iter().enumerate() {
            let diagonal = rows + i - columns;
            if diagonal < width {
                out.slice_axis_mut(Axis(0), Slice::from(diagonal + 1..)).fill(0.0);
                out[diagonal] = match self.u_centering {
                    None => out[diagonal] * std::f64::consts::FRAC_1_SQRT_2,
                    Some(_) => 0.0,
                };
            }
        }
    }
}

/// Writes the tile with these bounds of every matrix, one after the other.
fn fill(tiles: &mut [f64], sources: &[Source<'_>], tile: TileBounds) {
    let TileBounds { rows, height, columns, width } = tile;
    // With many rows in a task, the columns are packed for many rows at once. On the diagonal fewer rows leave out more
    // of the upper triangle.
    let rows_of_task = if rows == columns { 84 } else { 252 };
    let mut tasks: Vec<_> = tiles
        .chunks_exact_mut(height * width)
        .zip(sources)
        .flat_map(|(tile, source)| {
            let starts = (rows..).step_by(rows_of_task);
            starts.zip(tile.chunks_mut(rows_of_task * width)).map(move |(start, out)| (source, start, out))
        })
        .collect();
    // The largest tasks start first, so that threads finish at about the same time.
    tasks.sort_by_key(|(source, ..)| std::cmp::Reverse(source.geometry.width()));
    tasks.into_par_iter().with_max_len(1).for_each(|(source, rows, out)| {
        source.write(TileBounds { rows, height: out.len() / width, columns, width }, out);
    });
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rsa_core::{ErrorKind, Measure, Representation};

    use super::*;
    use crate::{Bandwidth, Cka};

    fn layer(n: usize, p: usize, seed: usize) -> Representation {
        let values = Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + seed * i) as f64).sin());
        Representation::new(values).unwrap()
    }

    #[test]
    fn tiles_of_any_size_are_the_pairs() {
        // Narrow layers are stored as features, wide ones as Gram matrices.
        let layers: Vec<_> = [(3, 1), (41, 2), (12, 3), (60, 4)].map(|(p, seed)| layer(41, p, seed)).into();
        let rbf = Cka::rbf(Bandwidth::default());
        for cka in [Cka::linear(), Cka::linear().unbiased(), rbf, rbf.unbiased()] {
            let geometries: Vec<_> = layers.iter().map(|x| cka.geometry(x).unwrap()).collect();
            let all: Vec<_> = geometries.iter().collect();
            for (a, b) in [(&all[..], &all[..]), (&all[..1], &all[1..]), (&all[..3], &all[2..])] {
                let by_tiles = [1, 7, 40, 41, 64].map(|size| (size, cosines_by_tiles(a, b, size, &()).unwrap()));
                for (size, found) in by_tiles.into_iter().chain([(0, cosines(a, b, &()).unwrap())]) {
                    for ((i, j), cosine) in found.indexed_iter() {
                        let expected = a[i].cosine(b[j], cka.hsic).unwrap();
                        assert!((cosine - expected).abs() < 1e-13, "{cka:?}, tiles of {size}: {cosine} for {expected}");
                    }
                }
            }
        }
    }

    #[test]
    fn tasks_within_a_tile_leave_out_nothing() {
        // More rows than one task has, in tiles wider than that, on and below the diagonal.
        let layers = [layer(300, 5, 1), layer(300, 9, 2)];
        for cka in [Cka::linear(), Cka::linear().unbiased()] {
            let [a, b] = [0, 1].map(|i| cka.geometry(&layers[i]).unwrap());
            let expected = a.cosine(&b, cka.hsic).unwrap();
            for size in [150, 200, 504] {
                assert!((cosines_by_tiles(&[&a], &[&b], size, &()).unwrap()[(0, 0)] - expected).abs() < 1e-13);
            }
        }
    }

    /// Cancels after it was asked the given number of times.
    struct CancelAt(usize, AtomicUsize);

    impl Observer for CancelAt {
        fn is_cancelled(&self) -> bool {
            self.1.fetch_add(1, Ordering::Relaxed) >= self.0
        }
    }

    #[test]
    fn the_observer_is_asked_before_each_tile() {
        let layers = [layer(40, 30, 1), layer(40, 35, 2)];
        let geometries = [0, 1].map(|i| Cka::linear().geometry(&layers[i]).unwrap());
        let all: Vec<_> = geometries.iter().collect();
        // Forty conditions make ten tiles of ten.
        for (tiles, cancelled) in [(9, true), (10, false)] {
            let found = cosines_by_tiles(&all, &all, 10, &CancelAt(tiles, AtomicUsize::new(0)));
            assert_eq!(found.is_err_and(|error| error.kind() == &ErrorKind::Cancelled), cancelled);
        }
        let stopped = Cka::linear().compare_all_observed(&all, &all, &CancelAt(0, AtomicUsize::new(0)));
        let is_cancelled = |score: &Result<f64>| score.as_ref().is_err_and(|e| e.kind() == &ErrorKind::Cancelled);
        assert!(stopped.values().iter().all(is_cancelled));
    }

    #[test]
    fn tiles_together_stay_small() {
        assert_eq!([1, 33, 34, 132, 133, 481, 100_000].map(tile_size), [504, 504, 252, 252, 132, 132, 60]);
    }
}
