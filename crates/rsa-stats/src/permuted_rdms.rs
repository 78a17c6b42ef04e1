//! [`PermutationTest`] of RDMs under a comparison.

use rsa_core::{Conditions, Error, ErrorKind, Grid, Observer, Orientation, Rdm, Result, compare_readable};

use crate::{Comparison, PermutationOutcome, PermutationTest};

impl PermutationTest {
    /// Tests every RDM of `xs` (rows) with every one of `ys` (columns) by permuting the conditions of the columns.
    ///
    /// Rows and columns of an RDM move together. A pair that a permutation leaves without a score, because missing pairs
    /// of conditions leave a constant RDM, counts as one that reaches the observed score.
    ///
    /// # Errors
    /// `InvalidParameter` without permutations or RDMs; mismatched conditions; the first error if no pair has a score;
    /// `Cancelled`.
    ///
    /// # Example
    /// ```
    /// use rsa_core::Rdm;
    /// use rsa_stats::{PermutationTest, Spearman};
    ///
    /// // Three conditions have six orders, which give each order of three dissimilarities once.
    /// let rdm = [Rdm::new(vec![1.0, 2.0, 3.0])?];
    /// let found = PermutationTest { permutations: 100, seed: 0 }.run_rdms(&Spearman, &rdm, &rdm, &())?;
    /// assert_eq!((*found.p.get(0, 0), found.tried, found.exact), (Some(1.0 / 6.0), 6, true));
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn run_rdms<C: Comparison>(
        &self,
        comparison: &C,
        xs: &[Rdm],
        ys: &[Rdm],
        observer: &dyn Observer,
    ) -> Result<PermutationOutcome> {
        self.test_rdms(comparison, xs, ys, observer, |_, _| true)
    }

    /// Tests every two RDMs of a list with one another, each pair once, and none with itself.
    ///
    /// # Errors
    /// Errors of [`run_rdms`](Self::run_rdms).
    pub fn run_rdms_among<C: Comparison>(
        &self,
        comparison: &C,
        xs: &[Rdm],
        observer: &dyn Observer,
    ) -> Result<PermutationOutcome> {
        // Every comparison of RDMs is symmetric.
        Ok(self.test_rdms(comparison, xs, xs, observer, |i, j| i < j)?.mirrored())
    }

    fn test_rdms<C: Comparison>(
        &self,
        comparison: &C,
        xs: &[Rdm],
        ys: &[Rdm],
        observer: &dyn Observer,
        wanted: impl Fn(usize, usize) -> bool,
    ) -> Result<PermutationOutcome> {
        if self.permutations == 0 {
            return Err(Error::invalid_parameter("the number of permutations", "at least 1", 0));
        }
        let Some(first) = xs.first().filter(|_| !ys.is_empty()) else {
            return Err(Error::invalid_parameter("the RDMs to test", "at least one on each side", 0));
        };
        xs.iter().chain(ys).try_for_each(|other| first.conditions().ensure_same(other.conditions()))?;
        let n = first.n_conditions();
        // Labels are removed: in a permuted order they would be refused as the labels of other conditions.
        let unlabeled = |rdm: &Rdm| rdm.clone().with_conditions(Conditions::unlabeled(n));
        let [xs, ys] = [xs, ys].map(|side| side.iter().map(unlabeled).collect::<Result<Vec<_>>>());
        let (xs, ys) = (xs?, ys?);
        let rows = comparison.read_all(&xs);
        let all = compare_all(comparison, &rows, &comparison.read_all(&ys), observer);
        observer.ensure_going("the permutation test")?;
        let observed: Vec<Option<f64>> = all
            .values()
            .iter()
            .enumerate()
            .map(|(k, score)| score.as_ref().ok().copied().filter(|_| wanted(k / ys.len(), k % ys.len())))
            .collect();
        if observed.iter().all(Option::is_none) {
            return Err(match all.values().iter().find_map(|score| score.as_ref().err()) {
                Some(error) => error.clone(),
                None => Error::invalid_parameter("the RDMs to test", "at least two different ones", xs.len()),
            });
        }
        let permuted = |order: &[usize]| -> Result<Vec<Option<f64>>> {
            let columns = ys.iter().map(|rdm| rdm.select(order)).collect::<Result<Vec<_>>>()?;
            let scores = compare_all(comparison, &rows, &comparison.read_all(&columns), observer);
            let known = scores.values().iter().zip(&observed);
            known.map(|(score, known)| known.map_or(Ok(None), |_| unless_degenerate(score))).collect()
        };
        self.outcome(n, Orientation::Similarity, (xs.len(), ys.len()), &observed, observer, permuted)
    }
}

fn compare_all<C: Comparison>(
    comparison: &C,
    rows: &[Result<C::Reading>],
    columns: &[Result<C::Reading>],
    observer: &dyn Observer,
) -> Grid<Result<f64>> {
    compare_readable(rows, columns, |a, b| comparison.compare_all_observed(a, b, observer))
}

/// Returns `None` in the place of a score that the pairs in common do not allow.
fn unless_degenerate(score: &Result<f64>) -> Result<Option<f64>> {
    match score {
        Ok(score) => Ok(Some(*score)),
        Err(error) if matches!(error.kind(), ErrorKind::Degenerate { .. }) => Ok(None),
        Err(error) => Err(error.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KendallA, Pearson, resample::nth_order};

    fn rdm(values: &[f64]) -> Rdm {
        Rdm::new(values.to_vec()).unwrap()
    }

    const A: [f64; 10] = [1.0, 2.0, 2.5, 4.0, 5.0, 3.0, 2.7, 6.0, 1.5, 4.2];
    const B: [f64; 10] = [2.0, 1.0, 3.0, 3.1, 1.6, 4.0, 5.2, 2.0, 1.1, 3.5];

    /// The orders of the square of B of which the correlation reaches that of A and B, by NumPy 2.4.6 `corrcoef`.
    const COUNT_OF_ORDERS: f64 = 49.0;

    #[test]
    fn all_orders_of_few_conditions_are_counted() {
        let found =
            PermutationTest { permutations: 1, seed: 0 }.run_rdms(&Pearson, &[rdm(&A)], &[rdm(&B)], &()).unwrap();
        assert_eq!((found.tried, found.exact), (120, true));
        assert_eq!(*found.p.get(0, 0), Some(COUNT_OF_ORDERS / 120.0));
        // The direct count, without the engine.
        let score = |b: &Rdm| Pearson.compare(&Pearson.read(&rdm(&A)).unwrap(), &Pearson.read(b).unwrap()).unwrap();
        let observed = score(&rdm(&B));
        let reached = (0..120).filter(|&k| score(&rdm(&B).select(&nth_order(5, k)).unwrap()) >= observed - 1e-12);
        assert_eq!(reached.count() as f64, COUNT_OF_ORDERS);
    }

    #[test]
    fn a_list_is_tested_among_itself_and_the_best_is_corrected() {
        let wave = |k: usize| Rdm::new((0..36).map(|p| ((p * (k + 2)) as f64).sin()).collect()).unwrap();
        let rdms = [wave(1), wave(2), wave(1)];
        let test = PermutationTest { permutations: 99, seed: 4 };
        let found = test.run_rdms_among(&KendallA, &rdms, &()).unwrap();
        assert_eq!((*found.p.get(0, 2), *found.p.get(2, 0), *found.p.get(1, 1)), (Some(0.01), Some(0.01), None));
        assert!(found.p_corrected.get(0, 1) >= found.p.get(0, 1) && !found.exact);
        assert_eq!(found, test.run_rdms_among(&KendallA, &rdms, &()).unwrap(), "a seed gives the same numbers");
        let one = test.run_rdms_among(&KendallA, &rdms[..1], &()).unwrap_err();
        assert_eq!(one.kind().name(), "InvalidParameter");
        let few = Rdm::new(vec![1.0, 2.0, 3.0]).unwrap();
        let error = test.run_rdms(&KendallA, &rdms, &[few], &()).unwrap_err();
        assert_eq!(error.kind().name(), "ShapeMismatch");
    }

    /// Of the 6 orders, two put the missing pair of B on the pair that A lacks: one agrees.
    ///
    /// The other four leave one pair in common.
    #[test]
    fn permutations_without_a_score_count_against_the_model() {
        let (a, b) = (rdm(&[f64::NAN, 1.0, 2.0]), rdm(&[f64::NAN, 1.0, 2.0]));
        let found = PermutationTest { permutations: 9, seed: 0 }.run_rdms(&Pearson, &[a], &[b], &()).unwrap();
        assert_eq!(*found.p.get(0, 0), Some(5.0 / 6.0));
    }
}
