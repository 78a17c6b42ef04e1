//! [`Measure`]: read a geometry off each representation, and compare geometries.

use rayon::prelude::*;

use crate::{Caveat, Grid, Profile, Representation, Result, same_list};

/// A measure of representational similarity.
///
/// Implementors say what they promise ([`profile`](Self::profile)), what they keep of a representation
/// ([`geometry`](Self::geometry)) and how two of those compare ([`compare`](Self::compare)).
/// All else follows: one score, all pairs of one list, all pairs of two lists, each geometry read once.
///
/// The geometry is public because it is also a door: an RDM from human judgements or a Gram matrix that was streamed
/// from disk enters at `compare` and never was a [`Representation`].
pub trait Measure: Send + Sync {
    /// What is left of a representation: a dissimilarity matrix, a centred Gram matrix, a subspace.
    type Geometry: Send + Sync + 'static;

    /// What the score means and what it ignores.
    fn profile(&self) -> Profile;

    /// Reads the geometry off one representation.
    ///
    /// # Errors
    /// If the representation has no such geometry: `Degenerate`, `TooFewConditions`, `OutOfRange`.
    fn geometry(&self, x: &Representation) -> Result<Self::Geometry>;

    /// Compares two geometries of the same conditions.
    ///
    /// # Errors
    /// `ShapeMismatch` or `LabelMismatch` for different conditions, and what the definition cannot answer.
    fn compare(&self, a: &Self::Geometry, b: &Self::Geometry) -> Result<f64>;

    /// The geometry of the conditions at `rows`, all different, where it follows exactly from that of all conditions.
    ///
    /// `None` where the representation must be read again. For permutation tests and for leaving conditions out: an order
    /// of all conditions follows from every geometry, some of the conditions only from those that look at pairs alone.
    fn select(&self, geometry: &Self::Geometry, rows: &[usize]) -> Option<Result<Self::Geometry>> {
        let _ = (geometry, rows);
        None
    }

    /// What is true of the comparison of `a` and `b` and must be said with its number.
    fn caveats(&self, a: &Self::Geometry, b: &Self::Geometry) -> Vec<Caveat> {
        let _ = (a, b);
        Vec::new()
    }

    /// Compares two representations.
    ///
    /// # Errors
    /// Those of [`geometry`](Self::geometry), saying of which argument, and of [`compare`](Self::compare).
    fn score(&self, x: &Representation, y: &Representation) -> Result<f64> {
        x.conditions().ensure_same(y.conditions())?;
        let a = self.geometry(x).map_err(|error| error.context("first representation"))?;
        let b = self.geometry(y).map_err(|error| error.context("second representation"))?;
        self.compare(&a, &b)
    }

    /// Compares every geometry of `a` (rows) with every geometry of `b` (columns).
    ///
    /// If both lists hold the same geometries and the measure is symmetric, each pair is compared once.
    /// Overridden where there is a faster exact route over many.
    fn compare_all(&self, a: &[&Self::Geometry], b: &[&Self::Geometry]) -> Grid<Result<f64>> {
        compare_each(self, a, b)
    }

    /// Compares every representation with every one of the same list.
    fn pairwise(&self, xs: &[Representation]) -> Grid<Result<f64>> {
        let read = self.read_all(xs);
        compare_read(self, &read, &read)
    }

    /// Compares every representation of `xs` (rows) with every one of `ys` (columns): `n + m` readings, `n·m` scores.
    fn cross(&self, xs: &[Representation], ys: &[Representation]) -> Grid<Result<f64>> {
        compare_read(self, &self.read_all(xs), &self.read_all(ys))
    }

    /// The geometry of each representation, or why it has none.
    fn read_all(&self, xs: &[Representation]) -> Vec<Result<Self::Geometry>> {
        xs.par_iter().map(|x| self.geometry(x)).collect()
    }
}

/// Compares pair by pair, on all threads: what [`Measure::compare_all`] does unless there is a faster route.
pub fn compare_each<M: Measure + ?Sized>(measure: &M, a: &[&M::Geometry], b: &[&M::Geometry]) -> Grid<Result<f64>> {
    let mirrored = measure.profile().symmetric && same_list(a, b);
    score_pairs(a.len(), b.len(), mirrored, |i, j| measure.compare(a[i], b[j]))
}

/// The score of every row with every column, on all threads; each pair once if the grid mirrors its triangles.
pub fn score_pairs(
    n_rows: usize,
    n_columns: usize,
    mirrored: bool,
    score: impl Fn(usize, usize) -> Result<f64> + Sync,
) -> Grid<Result<f64>> {
    if !mirrored {
        return Grid::from_fn_in_parallel(n_rows, n_columns, score);
    }
    let n = n_rows;
    let pairs: Vec<_> = (0..n).flat_map(|i| (i..n).map(move |j| (i, j))).collect();
    let scores: Vec<_> = pairs.par_iter().map(|&(i, j)| score(i, j)).collect();
    // Pair (i, j), i <= j, stands behind the i earlier rows of n, n-1, … pairs.
    let position = |i: usize, j: usize| i * (2 * n + 1 - i) / 2 + (j - i);
    Grid::from_fn(n, n, |i, j| match &scores[position(i.min(j), i.max(j))] {
        // An error names the first and the second argument, so it cannot be mirrored.
        Err(_) if i > j => score(i, j),
        found => found.clone(),
    })
}

/// Compares all geometries that could be read; the error of one that could not fills its row or column.
///
/// This is [`Measure::compare_all`] for lists with failures, as [`Measure::read_all`] returns them.
pub fn compare_read<M: Measure + ?Sized>(
    measure: &M,
    rows: &[Result<M::Geometry>],
    columns: &[Result<M::Geometry>],
) -> Grid<Result<f64>> {
    compare_readable(rows, columns, |a, b| measure.compare_all(a, b))
}

/// The same for whatever was read and `compare_all` compares.
pub fn compare_readable<G>(
    rows: &[Result<G>],
    columns: &[Result<G>],
    compare_all: impl FnOnce(&[&G], &[&G]) -> Grid<Result<f64>>,
) -> Grid<Result<f64>> {
    let (a, row_of): (Vec<_>, Vec<_>) = readable(rows);
    let (b, column_of): (Vec<_>, Vec<_>) = readable(columns);
    let scores = compare_all(&a, &b);
    Grid::from_fn(rows.len(), columns.len(), |i, j| match (&rows[i], &columns[j]) {
        (Err(error), _) | (_, Err(error)) => Err(error.clone()),
        _ => scores.get(row_of[i], column_of[j]).clone(),
    })
}

/// The geometries that could be read, and for each of `all` its place among them.
fn readable<G>(all: &[Result<G>]) -> (Vec<&G>, Vec<usize>) {
    let mut found = Vec::with_capacity(all.len());
    let places = all
        .iter()
        .map(|geometry| {
            let place = found.len();
            found.extend(geometry.as_ref().ok());
            place
        })
        .collect();
    (found, places)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use ndarray::Array2;

    use super::*;
    use crate::{Error, Identity, Invariances, Orientation};

    /// The first value of each representation; comparing subtracts. Counts what is called.
    struct Counting {
        symmetric: bool,
        read: AtomicUsize,
        compared: AtomicUsize,
    }

    impl Counting {
        fn new(symmetric: bool) -> Self {
            Self { symmetric, read: AtomicUsize::new(0), compared: AtomicUsize::new(0) }
        }
    }

    impl Measure for Counting {
        type Geometry = f64;

        fn profile(&self) -> Profile {
            Profile {
                orientation: Orientation::Distance,
                range: [0.0, f64::INFINITY],
                identity: Identity::Always(0.0),
                symmetric: self.symmetric,
                metric: true,
                unbiased: false,
                invariances: [Invariances::NONE; 2],
            }
        }

        fn geometry(&self, x: &Representation) -> Result<f64> {
            self.read.fetch_add(1, Ordering::Relaxed);
            match x.pattern(0)[0] {
                value if value < 0.0 => Err(Error::degenerate("a negative value", "take another")),
                value => Ok(value),
            }
        }

        fn compare(&self, a: &f64, b: &f64) -> Result<f64> {
            self.compared.fetch_add(1, Ordering::Relaxed);
            Ok(if self.symmetric { (a - b).abs() } else { a - b })
        }
    }

    fn representations(values: &[f64]) -> Vec<Representation> {
        values.iter().map(|&value| Representation::new(Array2::from_elem((1, 1), value)).unwrap()).collect()
    }

    #[test]
    fn pairwise_reads_each_geometry_once_and_compares_each_pair_once() {
        let measure = Counting::new(true);
        let grid = measure.pairwise(&representations(&[1.0, 2.0, 4.0, 8.0]));
        assert_eq!(measure.read.load(Ordering::Relaxed), 4);
        assert_eq!(measure.compared.load(Ordering::Relaxed), 10);
        let expected = [[0.0, 1.0, 3.0, 7.0], [1.0, 0.0, 2.0, 6.0], [3.0, 2.0, 0.0, 4.0], [7.0, 6.0, 4.0, 0.0]];
        for (row, expected) in grid.rows().zip(expected) {
            assert_eq!(row.iter().map(|score| *score.as_ref().unwrap()).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn an_asymmetric_measure_compares_both_ways() {
        let grid = Counting::new(false).pairwise(&representations(&[1.0, 4.0]));
        assert_eq!(grid.get(0, 1).as_ref().unwrap(), &-3.0);
        assert_eq!(grid.get(1, 0).as_ref().unwrap(), &3.0);
    }

    #[test]
    fn a_representation_without_geometry_fails_its_row_and_column_alone() {
        let measure = Counting::new(true);
        let grid = measure.cross(&representations(&[1.0, -1.0, 2.0]), &representations(&[5.0, -7.0]));
        assert_eq!(measure.read.load(Ordering::Relaxed), 5);
        let ok = grid.map(Result::is_ok);
        assert_eq!(ok.values(), [true, false, false, false, true, false]);
        assert_eq!(grid.get(2, 0).as_ref().unwrap(), &3.0);
    }

    #[test]
    fn score_says_which_argument_failed() {
        let xs = representations(&[1.0, -1.0]);
        let error = Counting::new(true).score(&xs[0], &xs[1]).unwrap_err();
        assert!(error.to_string().starts_with("second representation: "), "{error}");
    }
}
