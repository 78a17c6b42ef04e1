//! [`PermutationTest`]: could scores of any measure be had without shared structure, and could the best of many?

use rayon::prelude::*;
use rsa_core::{Conditions, Error, Grid, Measure, Orientation, Representation, Result, compare_read};

use crate::inference::{Purpose, nth_order, shuffled, stream};

/// Permutes the conditions of one side: which scores are as high where row i of one representation has nothing to do
/// with row i of the other?
///
/// For one pair of representations and for the best of many, which is compared with the best of as many under the same
/// permutation: choosing the best of a hundred pairs of layers is a test that a hundred chances have.
///
/// Conditions must be exchangeable: not frames of one film, and not runs of trials in time.
///
/// # Formula
/// p = (1 + #{permuted ≥ observed}) / (N + 1) with N random permutations; up to 7 conditions #{≥} / n! over all, that of
/// the data among them. For dissimilarities ≤ in the place of ≥.
///
/// # Cost
/// All comparisons a permutation; a reading of every representation of the second list where geometries do not follow.
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
/// // Nothing does as well as the same representation.
/// assert_eq!(*found.p.get(0, 0), Some(0.01));
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Nili et al. 2014, PLoS Computational Biology, doi:10.1371/journal.pcbi.1003553; Westfall & Young 1993, Resampling-Based
/// Multiple Testing, ISBN 978-0471557616.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PermutationTest {
    /// How many random permutations; up to 7 conditions all of them.
    pub permutations: u64,
    /// Where the random numbers begin.
    pub seed: u64,
}

/// What a [`PermutationTest`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PermutationOutcome {
    /// The scores of the data; `None` where a pair has none.
    pub scores: Grid<Option<f64>>,
    /// The p-value of each pair of representations by itself.
    pub p: Grid<Option<f64>>,
    /// The same against the best of all pairs: with a probability of .05 any at all is .05 or less by chance.
    pub p_corrected: Grid<Option<f64>>,
    /// Row and column of the best score; its `p_corrected` is the p-value of having chosen it.
    pub best: (usize, usize),
    /// How many permutations were tried.
    pub tried: u64,
    /// Whether these were all.
    pub exact: bool,
}

const ALL_ORDERS: usize = 7;

impl PermutationTest {
    /// Tests every representation of `xs` (rows) with every one of `ys` (columns). Pairs without a score are left out.
    ///
    /// A geometry that follows a reordering of its conditions ([`Measure::select`]) is read once; others are read again
    /// for every permutation.
    ///
    /// # Errors
    /// `InvalidParameter` without permutations or representations, mismatched conditions, and the first pair's error if
    /// no pair has a score, or one that has a score on the data and none on permuted conditions.
    pub fn run<M: Measure>(
        &self,
        measure: &M,
        xs: &[Representation],
        ys: &[Representation],
    ) -> Result<PermutationOutcome> {
        self.of_pairs(measure, xs, ys, |_, _| true)
    }

    /// Tests every two of a list with one another: each pair once if the measure is symmetric, both places of the grid
    /// having its answer, and none with itself.
    ///
    /// # Errors
    /// Those of [`run`](Self::run).
    pub fn run_among<M: Measure>(&self, measure: &M, xs: &[Representation]) -> Result<PermutationOutcome> {
        if !measure.profile().symmetric {
            return self.of_pairs(measure, xs, xs, |i, j| i != j);
        }
        let above = self.of_pairs(measure, xs, xs, |i, j| i < j)?;
        let mirrored =
            |grid: &Grid<Option<f64>>| Grid::from_fn(xs.len(), xs.len(), |i, j| *grid.get(i.min(j), i.max(j)));
        Ok(PermutationOutcome {
            scores: mirrored(&above.scores),
            p: mirrored(&above.p),
            p_corrected: mirrored(&above.p_corrected),
            ..above
        })
    }

    /// Tests the pairs of a row and a column that are `wanted`.
    fn of_pairs<M: Measure>(
        &self,
        measure: &M,
        xs: &[Representation],
        ys: &[Representation],
        wanted: impl Fn(usize, usize) -> bool,
    ) -> Result<PermutationOutcome> {
        if self.permutations == 0 {
            return Err(Error::invalid_parameter("the number of permutations", "at least 1", 0));
        }
        let Some(first) = xs.first().filter(|_| !ys.is_empty()) else {
            return Err(Error::invalid_parameter("the representations to test", "at least one on each side", 0));
        };
        for other in xs.iter().chain(ys) {
            first.conditions().ensure_same(other.conditions())?;
        }
        let n = first.conditions().count();
        let exact = n <= ALL_ORDERS;
        let tried = if exact { (1..=n as u64).product() } else { self.permutations };
        let order = |index: u64| match exact {
            true => nth_order(n, index),
            false => shuffled(&mut stream(self.seed, Purpose::Permutation, index), n),
        };
        let unlabelled = |x: &Representation| x.clone().with_conditions(Conditions::unlabelled(n));
        let xs = xs.iter().map(unlabelled).collect::<Result<Vec<_>>>()?;
        let ys = ys.iter().map(unlabelled).collect::<Result<Vec<_>>>()?;
        let (rows, columns) = (measure.read_all(&xs), measure.read_all(&ys));
        let all = compare_read(measure, &rows, &columns);
        let of_pair = |(k, score): (usize, &Result<f64>)| {
            score.as_ref().ok().copied().filter(|_| wanted(k / ys.len(), k % ys.len()))
        };
        let observed: Vec<Option<f64>> = all.values().iter().enumerate().map(of_pair).collect();
        if observed.iter().all(Option::is_none) {
            return Err(match all.values().iter().find_map(|score| score.as_ref().err()) {
                Some(error) => error.clone(),
                None => {
                    Error::invalid_parameter("the representations to test", "at least two different ones", xs.len())
                }
            });
        }
        // What is equal but for rounding is as good.
        let sign = if measure.profile().orientation == Orientation::Similarity { 1.0 } else { -1.0 };
        let as_good = |a: f64, b: f64| u64::from(sign * a >= sign * b - 1e-12 * b.abs().max(1.0));
        let best_of = |scores: &[Option<f64>]| {
            let better = |a: f64, b: f64| if sign * b > sign * a { b } else { a };
            scores.iter().flatten().copied().reduce(better)
        };
        let permuted = |index: u64| -> Result<Vec<Option<f64>>> {
            let order = order(index);
            let columns: Vec<Result<M::Geometry>> =
                columns.iter().zip(&ys).map(|(geometry, y)| selected(measure, geometry, y, &order)).collect();
            let scores = compare_read(measure, &rows, &columns);
            let known = scores.values().iter().zip(&observed);
            known.map(|(score, known)| known.map(|_| score.clone()).transpose()).collect()
        };
        let counts = (0..tried)
            .into_par_iter()
            .map(|index| {
                let found = permuted(index)?;
                let as_good = |(found, observed): (Option<f64>, &Option<f64>)| match (found, observed) {
                    (Some(found), Some(observed)) => as_good(found, *observed),
                    _ => 0,
                };
                let best = best_of(&found);
                let own = found.iter().copied().zip(&observed).map(as_good);
                Ok(own.chain(observed.iter().map(|observed| as_good((best, observed)))).collect::<Vec<u64>>())
            })
            .try_reduce(|| vec![0; 2 * observed.len()], |a, b| Ok(a.iter().zip(&b).map(|(a, b)| a + b).collect()))?;
        let p = |count: u64| match exact {
            true => count as f64 / tried as f64,
            false => (1.0 + count as f64) / (1.0 + tried as f64),
        };
        let grid = |counts: &[u64]| {
            let values = counts.iter().zip(&observed).map(|(&count, known)| known.map(|_| p(count)));
            Grid::from_vec(xs.len(), ys.len(), values.collect())
        };
        let (own, any) = counts.split_at(observed.len());
        let best = best_of(&observed);
        let place = observed.iter().position(|&score| score == best).unwrap_or(0);
        Ok(PermutationOutcome {
            p: grid(own),
            p_corrected: grid(any),
            best: (place / ys.len(), place % ys.len()),
            scores: Grid::from_vec(xs.len(), ys.len(), observed),
            tried,
            exact,
        })
    }
}

/// The geometry of the conditions at `rows`: from that of all where it follows, otherwise read again.
pub(crate) fn selected<M: Measure>(
    measure: &M,
    geometry: &Result<M::Geometry>,
    x: &Representation,
    rows: &[usize],
) -> Result<M::Geometry> {
    let geometry = geometry.as_ref().map_err(Error::clone)?;
    measure.select(geometry, rows).unwrap_or_else(|| measure.geometry(&x.select(rows)?))
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

    /// Under the null the p-value of the best of nine pairs is uniform, that of a single one is not for the best.
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
