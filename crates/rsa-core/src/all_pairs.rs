//! Functions that fill a [`Grid`] with the scores of all pairs of two lists.

use rayon::prelude::*;

use crate::{Grid, Measure, Observer, Result, same_list};

/// Compares all pairs one by one, on all threads: the default of [`Measure::compare_all_observed`].
pub fn compare_each<M: Measure + ?Sized>(
    measure: &M,
    a: &[&M::Geometry],
    b: &[&M::Geometry],
    observer: &dyn Observer,
) -> Grid<Result<f64>> {
    let mirrored = measure.profile().symmetric && same_list(a, b);
    score_pairs(a.len(), b.len(), mirrored, observer, |i, j| measure.compare(a[i], b[j]))
}

/// Scores every row with every column on all threads, and each pair only once if `mirrored`.
///
/// The observer is asked before each pair. After it has cancelled, the remaining pairs hold `Cancelled` errors.
pub fn score_pairs(
    n_rows: usize,
    n_columns: usize,
    mirrored: bool,
    observer: &dyn Observer,
    score: impl Fn(usize, usize) -> Result<f64> + Sync,
) -> Grid<Result<f64>> {
    let score = |i, j| {
        observer.ensure_going("comparing all pairs")?;
        score(i, j)
    };
    if !mirrored {
        return Grid::from_fn_in_parallel(n_rows, n_columns, score);
    }
    let n = n_rows;
    let pairs: Vec<_> = (0..n).flat_map(|i| (i..n).map(move |j| (i, j))).collect();
    let scores: Vec<_> = pairs.par_iter().map(|&(i, j)| score(i, j)).collect();
    // Row i of the upper triangle holds n - i pairs, so pair (i, j), i <= j, follows n + (n - 1) + … of earlier rows.
    let position = |i: usize, j: usize| i * (2 * n + 1 - i) / 2 + (j - i);
    Grid::from_fn(n, n, |i, j| match &scores[position(i.min(j), i.max(j))] {
        // An error names the first and the second argument, so it cannot be mirrored.
        Err(_) if i > j => score(i, j),
        found => found.clone(),
    })
}

/// Compares all geometries that could be read, and fills the row or column of any other with its error.
///
/// This is [`Measure::compare_all`] for lists with failures, as [`Measure::read_all`] returns them.
pub fn compare_read<M: Measure + ?Sized>(
    measure: &M,
    rows: &[Result<M::Geometry>],
    columns: &[Result<M::Geometry>],
) -> Grid<Result<f64>> {
    compare_readable(rows, columns, |a, b| measure.compare_all(a, b))
}

/// Compares like [`compare_read`], for any geometry type and any function that compares all pairs.
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

/// Returns the geometries that could be read, and the place of each of `all` among them.
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
