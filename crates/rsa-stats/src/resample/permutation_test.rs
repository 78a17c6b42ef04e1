//! [`PermutationTest`]: p-values for scores of any measure, for each pair alone and for the best of many.

use rayon::prelude::*;
use rsa_core::{Conditions, Error, Grid, Measure, Observer, Orientation, Representation, Result, compare_read};

use super::{
    permutation::{ConditionOrders, best, count_exceedances, p_value},
    steps::{StageSteps, unless_cancelled},
};

/// A test of scores by permuting the conditions of one side.
///
/// The p-value of a pair is the probability of a score as good as the observed one if row i of one representation has
/// nothing to do with row i of the other. The corrected p-value compares each score with the best over all pairs under
/// the same permutation, because the best of a hundred pairs of layers had a hundred chances to be high.
///
/// Conditions must be exchangeable under the null (successive frames of a film are not, nor are trials in time). With a
/// biased measure wide layers dominate the best over all pairs, so prefer an unbiased one.
///
/// # Formula
/// p = (1 + #{permuted ≥ observed}) / (N + 1) with N random permutations. For up to 7 conditions, p = #{permuted ≥
/// observed} / n! over all n! orders, the order of the data among them. For distances ≥ becomes ≤. Scores that differ by
/// no more than 1e-12 count as equal.
///
/// # Cost
/// All comparisons, for every permutation; without [`Measure::select`], which reorders the conditions of a geometry,
/// also a reading of every representation of the second list.
///
/// # Example
/// ```
/// use ndarray::Array2;
/// use rsa_core::{Euclidean, Representation};
/// use rsa_stats::{PermutationTest, Rsa, Spearman};
///
/// let x = Representation::new(Array2::from_shape_fn((9, 3), |(i, j)| ((7 * i + 5 * j + i * j) % 11) as f64))?;
/// let measure = Rsa::new(Euclidean, Spearman);
/// let found = PermutationTest { permutations: 99, seed: 1 }.run(&measure, &[x.clone()], &[x])?;
/// // No permutation does as well as the same representation.
/// assert_eq!(*found.p.get(0, 0), Some(0.01));
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Nili et al. 2014, PLoS Computational Biology, doi:10.1371/journal.pcbi.1003553; Westfall & Young 1993,
/// Resampling-Based Multiple Testing, ISBN 978-0471557616.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PermutationTest {
    /// Number of random permutations; up to 7 conditions all orders are tried instead.
    pub permutations: u64,
    /// Seed of the random permutations.
    pub seed: u64,
}

/// Scores with their p-values.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PermutationOutcome {
    /// The scores of the data; `None` where a pair has none.
    pub scores: Grid<Option<f64>>,
    /// The p-value of each pair of representations by itself.
    pub p: Grid<Option<f64>>,
    /// The p-value of each pair against the best of all pairs.
    ///
    /// Under the null hypothesis, the probability that any of these p-values is .05 or less is at most .05.
    pub p_corrected: Grid<Option<f64>>,
    /// Row and column of the best score; its `p_corrected` accounts for having chosen it.
    pub best: (usize, usize),
    /// Number of permutations that were tried.
    pub tried: u64,
    /// `true` if all orders were tried.
    pub exact: bool,
}

impl PermutationOutcome {
    /// Returns the outcome with the results above the diagonal also below it.
    pub(crate) fn mirrored(self) -> Self {
        let both = |grid: &Grid<Option<f64>>| {
            Grid::from_fn(grid.n_rows(), grid.n_columns(), |i, j| *grid.get(i.min(j), i.max(j)))
        };
        Self { scores: both(&self.scores), p: both(&self.p), p_corrected: both(&self.p_corrected), ..self }
    }
}

impl PermutationTest {
    /// Tests every representation of `xs` (rows) with every one of `ys` (columns); pairs without a score are left out.
    ///
    /// A measure with [`Measure::select`] reads each representation once. Any other measure reads the second list again
    /// for every permutation.
    ///
    /// # Errors
    /// `InvalidParameter` without permutations or representations; mismatched conditions; the first pair's error if no
    /// pair has a score; the error of a pair that has a score on the data and none on permuted conditions.
    pub fn run<M: Measure>(
        &self,
        measure: &M,
        xs: &[Representation],
        ys: &[Representation],
    ) -> Result<PermutationOutcome> {
        self.run_observed(measure, xs, ys, &())
    }

    /// Like [`run`](Self::run), and reports to an observer, who may cancel.
    ///
    /// # Errors
    /// Errors of [`run`](Self::run), and `Cancelled`.
    pub fn run_observed<M: Measure>(
        &self,
        measure: &M,
        xs: &[Representation],
        ys: &[Representation],
        observer: &dyn Observer,
    ) -> Result<PermutationOutcome> {
        self.test_pairs(measure, xs, ys, observer, |_, _| true)
    }

    /// Tests every two representations of a list with one another, and none with itself.
    ///
    /// With a symmetric measure each pair is tested once, and both places of the grid have the result.
    ///
    /// # Errors
    /// Errors of [`run`](Self::run).
    pub fn run_among<M: Measure>(&self, measure: &M, xs: &[Representation]) -> Result<PermutationOutcome> {
        self.run_among_observed(measure, xs, &())
    }

    /// Like [`run_among`](Self::run_among), and reports to an observer, who may cancel.
    ///
    /// # Errors
    /// Errors of [`run`](Self::run), and `Cancelled`.
    pub fn run_among_observed<M: Measure>(
        &self,
        measure: &M,
        xs: &[Representation],
        observer: &dyn Observer,
    ) -> Result<PermutationOutcome> {
        if !measure.profile().symmetric {
            return self.test_pairs(measure, xs, xs, observer, |i, j| i != j);
        }
        Ok(self.test_pairs(measure, xs, xs, observer, |i, j| i < j)?.mirrored())
    }

    /// Tests the pairs of a row and a column that are `wanted`.
    fn test_pairs<M: Measure>(
        &self,
        measure: &M,
        xs: &[Representation],
        ys: &[Representation],
        observer: &dyn Observer,
        wanted: impl Fn(usize, usize) -> bool,
    ) -> Result<PermutationOutcome> {
        let n = self.check(xs, ys)?;
        // Labels are removed: in a permuted order they would be refused as the labels of other conditions.
        let unlabeled = |x: &Representation| {
            x.clone().with_conditions(Conditions::unlabeled(n).at_positions(x.conditions().positions().unwrap_or(&[])))
        };
        let xs = xs.iter().map(unlabeled).collect::<Result<Vec<_>>>()?;
        let ys = ys.iter().map(unlabeled).collect::<Result<Vec<_>>>()?;
        let (rows, columns) = (read_all(measure, &xs, observer)?, read_all(measure, &ys, observer)?);
        let all = compare_read(measure, &rows, &columns);
        let score_if_wanted = |(k, score): (usize, &Result<f64>)| {
            score.as_ref().ok().copied().filter(|_| wanted(k / ys.len(), k % ys.len()))
        };
        let observed: Vec<Option<f64>> = all.values().iter().enumerate().map(score_if_wanted).collect();
        if observed.iter().all(Option::is_none) {
            return Err(match all.values().iter().find_map(|score| score.as_ref().err()) {
                Some(error) => error.clone(),
                None => {
                    Error::invalid_parameter("the representations to test", "at least two different ones", xs.len())
                }
            });
        }
        let permuted = |order: &[usize]| -> Result<Vec<Option<f64>>> {
            let read = columns.iter().zip(&ys).map(|(geometry, y)| selected(measure, geometry, y, order, observer));
            let scores = compare_read(measure, &rows, &read.collect::<Result<Vec<_>>>()?);
            let known = scores.values().iter().zip(&observed);
            known.map(|(score, known)| known.map(|_| score.clone()).transpose()).collect()
        };
        let shape = (xs.len(), ys.len());
        self.outcome(n, measure.profile().orientation, shape, &observed, observer, permuted)
    }

    /// Counts, over all orders of `n` conditions, the permuted scores that reach the observed ones.
    ///
    /// `permuted` returns an entry for every observed score, row by row.
    pub(crate) fn outcome(
        &self,
        n: usize,
        orientation: Orientation,
        (n_rows, n_columns): (usize, usize),
        observed: &[Option<f64>],
        observer: &dyn Observer,
        permuted: impl Fn(&[usize]) -> Result<Vec<Option<f64>>> + Sync,
    ) -> Result<PermutationOutcome> {
        let orders = ConditionOrders::new(n, self.permutations, self.seed);
        let (tried, exact) = (orders.count(), orders.is_exact());
        let steps = StageSteps::new(observer, "the permutation test", tried);
        let counts = count_exceedances(&orders, 0..tried, observed, orientation, &steps, permuted)?;
        let p_values = |counts: &[u64]| {
            let values = counts.iter().zip(observed).map(|(&count, known)| known.map(|_| p_value(count, tried, exact)));
            Grid::from_vec(n_rows, n_columns, values.collect())
        };
        let best = best(orientation, observed);
        let place = observed.iter().position(|&score| score == best).unwrap_or(0);
        Ok(PermutationOutcome {
            p: p_values(&counts.own),
            p_corrected: p_values(&counts.any),
            best: (place / n_columns, place % n_columns),
            scores: Grid::from_vec(n_rows, n_columns, observed.to_vec()),
            tried,
            exact,
        })
    }

    /// Refuses settings and representations that cannot be tested, and returns the number of stimuli.
    fn check(&self, xs: &[Representation], ys: &[Representation]) -> Result<usize> {
        if self.permutations == 0 {
            return Err(Error::invalid_parameter("the number of permutations", "at least 1", 0));
        }
        let Some(first) = xs.first().filter(|_| !ys.is_empty()) else {
            return Err(Error::invalid_parameter("the representations to test", "at least one on each side", 0));
        };
        for other in xs.iter().chain(ys) {
            first.conditions().ensure_same(other.conditions())?;
        }
        Ok(first.conditions().n_stimuli())
    }
}

/// Reads every representation, on all threads; one that cannot be read leaves its error in its place.
///
/// # Errors
/// `Cancelled` if the observer says so.
pub(super) fn read_all<M: Measure>(
    measure: &M,
    xs: &[Representation],
    observer: &dyn Observer,
) -> Result<Vec<Result<M::Geometry>>> {
    let steps = StageSteps::new(observer, "the reading of geometries", xs.len() as u64);
    xs.par_iter().map(|x| steps.step(|| unless_cancelled(measure.geometry(x)))).collect()
}

/// Returns the geometry of some stimuli, taken from the geometry of all if the measure can, otherwise read again.
///
/// Positions of a stimulus move with it; without positions the stimuli are the conditions.
///
/// # Errors
/// `Cancelled` if the observer says so.
pub(super) fn selected<M: Measure>(
    measure: &M,
    geometry: &Result<M::Geometry>,
    x: &Representation,
    stimuli: &[usize],
    observer: &dyn Observer,
) -> Result<Result<M::Geometry>> {
    observer.ensure_going("the selection of conditions")?;
    let rows = &*x.conditions().rows_of_stimuli(stimuli);
    let select =
        |geometry: &M::Geometry| measure.select(geometry, rows).unwrap_or_else(|| measure.geometry(&x.select(rows)?));
    Ok(geometry.as_ref().map_err(Error::clone).and_then(select))
}

#[cfg(test)]
mod tests {
    use std::slice;

    use ndarray::Array2;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, StandardNormal};
    use rsa_core::Euclidean;

    use super::*;
    use crate::resample::permutation::nth_order;
    use crate::{Rsa, Spearman};

    fn random(n: usize, seed: u64) -> Representation {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        Representation::new(Array2::from_shape_simple_fn((n, 4), || StandardNormal.sample(&mut rng))).unwrap()
    }

    #[test]
    fn few_conditions_are_put_into_every_order() {
        let (x, y) = (random(5, 1), random(5, 2));
        let found = PermutationTest { permutations: 10, seed: 3 }
            .run(&Rsa::new(Euclidean, Spearman), slice::from_ref(&x), slice::from_ref(&y))
            .unwrap();
        assert_eq!((found.tried, found.exact), (120, true));
        let score = |y: &Representation| Rsa::new(Euclidean, Spearman).score(&x, y).unwrap();
        let observed = score(&y);
        let at_least = (0..120).filter(|&k| score(&y.select(&nth_order(5, k)).unwrap()) >= observed - 1e-12).count();
        assert_eq!(*found.p.get(0, 0), Some(at_least as f64 / 120.0));
    }

    #[test]
    fn positions_move_with_their_stimulus() {
        // Four images of two positions: 24 orders of images, and not 40 320 of rows.
        let pixels = |seed| {
            let x = random(8, seed);
            x.with_conditions(random(4, seed).conditions().at_positions(&[1, 2])).unwrap()
        };
        let (x, y) = (pixels(1), pixels(2));
        let measure = Rsa::new(Euclidean, Spearman);
        let found = PermutationTest { permutations: 10, seed: 3 }
            .run(&measure, slice::from_ref(&x), slice::from_ref(&y))
            .unwrap();
        assert_eq!((found.tried, found.exact), (24, true));
        let observed = measure.score(&x, &y).unwrap();
        let moved = |k| y.select_stimuli(&nth_order(4, k)).unwrap();
        let at_least = (0..24).filter(|&k| measure.score(&x, &moved(k)).unwrap() >= observed - 1e-12).count();
        assert_eq!(*found.p.get(0, 0), Some(at_least as f64 / 24.0));
    }

    #[test]
    fn a_list_among_itself_has_one_answer_for_each_pair() {
        let xs: Vec<_> = (1..4).map(|k| random(12, k)).collect();
        let measure = Rsa::new(Euclidean, Spearman);
        let found = PermutationTest { permutations: 49, seed: 1 }.run_among(&measure, &xs).unwrap();
        for i in 0..3 {
            assert_eq!(*found.p.get(i, i), None);
            for j in 0..i {
                assert_eq!(found.p.get(i, j), found.p.get(j, i));
                assert!(found.p_corrected.get(i, j) >= found.p.get(i, j));
            }
        }
        let alone = PermutationTest { permutations: 49, seed: 1 }.run_among(&measure, &xs[..1]).unwrap_err();
        assert_eq!(alone.kind().name(), "InvalidParameter");
    }

    /// Under the null, the corrected p-value of the best of nine pairs is uniform, and its uncorrected one is too
    /// small.
    #[test]
    fn the_best_of_many_is_held_to_the_best_of_many() {
        let (mut corrected, mut naive) = (0, 0);
        for seed in 0..150 {
            let xs: Vec<_> = (0..3).map(|k| random(10, 10 * seed + k)).collect();
            let ys: Vec<_> = (3..6).map(|k| random(10, 10 * seed + k)).collect();
            let test = PermutationTest { permutations: 39, seed };
            let found = test.run(&Rsa::new(Euclidean, Spearman), &xs, &ys).unwrap();
            let (i, j) = found.best;
            corrected += u32::from(found.p_corrected.get(i, j).unwrap() <= 0.1);
            naive += u32::from(found.p.get(i, j).unwrap() <= 0.1);
        }
        // Binomial(150, .1): 15 ± 3.7.
        assert!((4..=27).contains(&corrected), "{corrected}");
        assert!(naive > 60, "{naive}");
    }
}
