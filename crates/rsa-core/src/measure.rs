//! [`Measure`]: the trait of measures, which read a geometry from each representation and compare geometries.

use rayon::prelude::*;

use crate::{Caveat, Grid, Observer, Profile, Representation, Result, Streaming, compare_each, compare_read};

/// A measure of representational similarity.
///
/// An implementation declares the properties of its scores ([`profile`](Self::profile)), reads a geometry from a
/// representation ([`geometry`](Self::geometry)) and compares two geometries ([`compare`](Self::compare)). The trait
/// provides the rest: one score, all pairs of one list, all pairs of two lists. Each geometry is read once.
///
/// The geometry is public, because some data are a geometry from the start: an RDM of human judgements, or a Gram
/// matrix that was summed over files, can be passed to `compare` directly.
pub trait Measure: Send + Sync {
    /// The part of a representation that the measure keeps: an RDM, a centered Gram matrix, a subspace.
    type Geometry: Send + Sync + 'static;

    /// Returns the declared properties of the score: its meaning and the transformations that it ignores.
    fn profile(&self) -> Profile;

    /// Reads the geometry of one representation.
    ///
    /// # Errors
    /// If the representation has no such geometry: `Degenerate`, `TooFewConditions`, `OutOfRange`.
    fn geometry(&self, x: &Representation) -> Result<Self::Geometry>;

    /// Compares two geometries of the same conditions.
    ///
    /// # Errors
    /// `ShapeMismatch` or `LabelMismatch` for different conditions, and the errors of the measure's definition.
    fn compare(&self, a: &Self::Geometry, b: &Self::Geometry) -> Result<f64>;

    /// Selects the conditions at `rows`, all different, from the geometry of all conditions.
    ///
    /// Permutation tests and the jackknife over conditions use this method. Most geometries can be reordered. Only a
    /// geometry of pairs of conditions, such as an RDM, can leave conditions out. The method returns `None` if the
    /// geometry of `rows` cannot be computed exactly; the representation must then be read again.
    fn select(&self, geometry: &Self::Geometry, rows: &[usize]) -> Option<Result<Self::Geometry>> {
        let _ = (geometry, rows);
        None
    }

    /// Returns the reasons to read the score of `a` and `b` with care.
    fn caveats(&self, a: &Self::Geometry, b: &Self::Geometry) -> Vec<Caveat> {
        let _ = (a, b);
        Vec::new()
    }

    /// Returns the route by which the measure reads layers larger than the memory, if it has one.
    fn streamed(&self) -> Option<Box<dyn Streaming + '_>> {
        None
    }

    /// Compares two representations.
    ///
    /// # Errors
    /// The errors of [`geometry`](Self::geometry), with the argument named, and of [`compare`](Self::compare).
    fn score(&self, x: &Representation, y: &Representation) -> Result<f64> {
        x.conditions().ensure_same(y.conditions())?;
        let a = self.geometry(x).map_err(|error| error.context("first representation"))?;
        let b = self.geometry(y).map_err(|error| error.context("second representation"))?;
        self.compare(&a, &b)
    }

    /// Compares every geometry of `a` (rows) with every geometry of `b` (columns).
    ///
    /// If both lists hold the same geometries and the measure is symmetric, each pair is compared once.
    fn compare_all(&self, a: &[&Self::Geometry], b: &[&Self::Geometry]) -> Grid<Result<f64>> {
        self.compare_all_observed(a, b, &())
    }

    /// Compares all pairs like [`compare_all`](Self::compare_all), and stops if the observer cancels.
    ///
    /// A pair that was not compared before the work was cancelled holds an error of kind `Cancelled`. A measure with a
    /// faster exact route for many pairs overrides this method, and asks the observer between the steps of its route.
    fn compare_all_observed(
        &self,
        a: &[&Self::Geometry],
        b: &[&Self::Geometry],
        observer: &dyn Observer,
    ) -> Grid<Result<f64>> {
        compare_each(self, a, b, observer)
    }

    /// Compares every representation with every representation of the same list.
    fn pairwise(&self, xs: &[Representation]) -> Grid<Result<f64>> {
        let read = self.read_all(xs);
        compare_read(self, &read, &read)
    }

    /// Compares every representation of `xs` (rows) with every one of `ys` (columns): `n + m` readings, `n·m` scores.
    fn cross(&self, xs: &[Representation], ys: &[Representation]) -> Grid<Result<f64>> {
        compare_read(self, &self.read_all(xs), &self.read_all(ys))
    }

    /// Reads the geometry of each representation, or the error of a representation that has none.
    fn read_all(&self, xs: &[Representation]) -> Vec<Result<Self::Geometry>> {
        xs.par_iter().map(|x| self.geometry(x)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use ndarray::Array2;

    use super::*;
    use crate::{Error, ErrorKind, Identity, Invariances, Orientation};

    /// A measure whose geometry is the first value and whose score is a difference; it counts the calls.
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
                reorderable: true,
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

    /// Cancels the work once the measure has compared three pairs.
    struct StopAfterThree<'a>(&'a Counting, AtomicBool);

    impl Observer for StopAfterThree<'_> {
        fn is_cancelled(&self) -> bool {
            if self.0.compared.load(Ordering::Relaxed) >= 3 {
                self.1.store(true, Ordering::Relaxed);
            }
            self.1.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn pairs_after_the_work_was_cancelled_hold_an_error_and_are_not_compared() {
        let values = [1.0, 2.0, 4.0, 8.0];
        for symmetric in [true, false] {
            let measure = Counting::new(symmetric);
            let observer = StopAfterThree(&measure, AtomicBool::new(false));
            let read: Vec<&f64> = values.iter().collect();
            let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
            let grid = one_thread.install(|| measure.compare_all_observed(&read, &read, &observer));
            assert_eq!(measure.compared.load(Ordering::Relaxed), 3);
            let errors: Vec<_> = grid.values().iter().filter_map(|score| score.as_ref().err()).collect();
            assert!(errors.len() >= 11 && errors.iter().all(|error| error.kind() == &ErrorKind::Cancelled));
        }
    }

    #[test]
    fn score_says_which_argument_failed() {
        let xs = representations(&[1.0, -1.0]);
        let error = Counting::new(true).score(&xs[0], &xs[1]).unwrap_err();
        assert!(error.to_string().starts_with("second representation: "), "{error}");
    }
}
