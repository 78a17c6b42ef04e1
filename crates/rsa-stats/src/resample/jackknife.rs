//! [`Jackknife`]: a standard error and an interval for a score of any measure, by leaving conditions out.

use std::slice;

use rsa_core::{Error, Grid, Measure, Observer, Representation, Result, compare_read};

use super::{
    left_out_sets::{LeftOutSets, ResampledFactor},
    permutation_test::{read_all, selected},
    significance::StudentT,
};

/// The jackknife over conditions: an interval for measures that cannot be bootstrapped.
///
/// A bootstrap draws some conditions several times, and copies of a condition are perfectly similar: on resamples of
/// independent data, unbiased CKA becomes .75. Leaving conditions out makes no copies.
///
/// # Formula
/// The variance is the variance over conditions of [`Evaluation`](crate::Evaluation). It is computed from the scores
/// without each condition, without 200 pairs of conditions (all if there are fewer) and without 98 triples (n if there
/// are fewer conditions). With fewer than six conditions it is computed from the scores without each condition alone. The
/// interval is score ± t·(standard error), with the degrees of freedom of that variance.
///
/// # Calibration
/// 1000 simulated pairs of noisy copies of 20 features (`cargo xtask calibrate`); true values come from 20 000 others.
/// Coverage of the interval, and the estimated over the true variance (± .02):
///
/// | measure | 20 conditions | 40 | 80 |
/// |---|---|---|---|
/// | RSA, Spearman | .957, 1.01 | .955, 0.98 | .959, 1.02 |
/// | CKA, biased | .968, 0.98 | .940, 0.99 | .938, 1.01 |
/// | CKA, unbiased | .977, 1.05 | .944, 1.01 | .934, 1.01 |
///
/// # Cost
/// For each set of conditions that is left out, at most n + 200 + 98 of them, two readings and one comparison; with
/// [`Measure::select`], which takes the geometry of a subset from the geometry of all conditions, one comparison.
///
/// # Example
/// ```
/// use ndarray::Array2;
/// use rsa_core::{Euclidean, Representation};
/// use rsa_stats::{Jackknife, Rsa, Spearman};
///
/// let x = Representation::new(Array2::from_shape_fn((20, 3), |(i, j)| ((7 * i + 5 * j + i * i * j) % 11) as f64))?;
/// let y = Representation::new(Array2::from_shape_fn((20, 2), |(i, j)| ((7 * i + 3 * j) % 11) as f64))?;
/// let found = Jackknife::default().run(&Rsa::new(Euclidean, Spearman), &x, &y)?;
/// assert!(found.interval[0] < found.score && found.score < found.interval[1]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Efron & Stein 1981, Annals of Statistics, doi:10.1214/aos/1176345462.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Jackknife {
    /// Seed of the random choice of pairs and triples that are left out.
    pub seed: u64,
}

/// A score with its standard error and interval.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct JackknifeOutcome {
    /// The score on all conditions.
    pub score: f64,
    /// The standard error of the score over samples of conditions.
    pub standard_error: f64,
    /// The 95 % interval; it may reach beyond the range of the measure.
    pub interval: [f64; 2],
    /// The mean of the scores without one condition.
    ///
    /// If it is far from the score, the measure depends on the number of conditions.
    pub subset_mean: f64,
}

impl Jackknife {
    /// Scores two representations of the same conditions.
    ///
    /// # Errors
    /// `TooFewConditions` below two; errors of the measure, on all conditions or on a subset.
    pub fn run<M: Measure>(&self, measure: &M, x: &Representation, y: &Representation) -> Result<JackknifeOutcome> {
        self.run_observed(measure, x, y, &())
    }

    /// Like [`run`](Self::run), and reports to an observer, who may cancel.
    ///
    /// # Errors
    /// Errors of [`run`](Self::run), and `Cancelled`.
    pub fn run_observed<M: Measure>(
        &self,
        measure: &M,
        x: &Representation,
        y: &Representation,
        observer: &dyn Observer,
    ) -> Result<JackknifeOutcome> {
        self.run_all_observed(measure, slice::from_ref(x), slice::from_ref(y), observer)?.get(0, 0).clone()
    }

    /// Scores every representation of `xs` (rows) with every one of `ys` (columns), all on the same subsets.
    ///
    /// A measure with [`Measure::select`] reads each representation once. Any other measure reads all of them again for
    /// every subset, `xs.len() + ys.len()` readings.
    ///
    /// # Errors
    /// `TooFewConditions` below two; `InvalidParameter` without representations; mismatched conditions. A pair that
    /// cannot be scored, on all conditions or on a subset, has its error in its place.
    pub fn run_all<M: Measure>(
        &self,
        measure: &M,
        xs: &[Representation],
        ys: &[Representation],
    ) -> Result<Grid<Result<JackknifeOutcome>>> {
        self.run_all_observed(measure, xs, ys, &())
    }

    /// Like [`run_all`](Self::run_all), and reports to an observer, who may cancel.
    ///
    /// # Errors
    /// Errors of [`run_all`](Self::run_all), and `Cancelled`.
    pub fn run_all_observed<M: Measure>(
        &self,
        measure: &M,
        xs: &[Representation],
        ys: &[Representation],
        observer: &dyn Observer,
    ) -> Result<Grid<Result<JackknifeOutcome>>> {
        let Some(first) = xs.first().filter(|_| !ys.is_empty()) else {
            return Err(Error::invalid_parameter("the representations to score", "at least one on each side", 0));
        };
        for other in xs.iter().chain(ys) {
            first.conditions().ensure_same(other.conditions())?;
        }
        let n = first.conditions().n_stimuli();
        if n < 2 {
            return Err(Error::too_few_conditions(2, n, "one cannot be left out"));
        }
        let sets = LeftOutSets::new(self.seed, ResampledFactor::Conditions, n);
        let (rows, columns) = (read_all(measure, xs, observer)?, read_all(measure, ys, observer)?);
        let score = |_: usize, left_out: &[usize]| -> Result<Grid<Result<f64>>> {
            if left_out.is_empty() {
                return Ok(compare_read(measure, &rows, &columns));
            }
            let kept: Vec<usize> = (0..n).filter(|i| !left_out.contains(i)).collect();
            let read =
                |geometries: &[Result<M::Geometry>], xs: &[Representation]| -> Result<Vec<Result<M::Geometry>>> {
                    let pairs = geometries.iter().zip(xs);
                    pairs.map(|(geometry, x)| selected(measure, geometry, x, &kept, observer)).collect()
                };
            Ok(compare_read(measure, &read(&rows, xs)?, &read(&columns, ys)?))
        };
        let scores = sets.compute(observer, "the jackknife over conditions", 1, score)?;
        let scores: Vec<Grid<Result<f64>>> = scores.into_iter().collect::<Result<_>>()?;
        let [whole, without @ ..] = &scores[..] else { unreachable!("the scores on all conditions come first") };
        Ok(Grid::from_fn(xs.len(), ys.len(), |i, j| outcome(&sets, n, whole, without, (i, j))))
    }
}

/// Returns the score of one pair with its interval, from the scores on all conditions and without each set.
fn outcome(
    sets: &LeftOutSets,
    n: usize,
    whole: &Grid<Result<f64>>,
    without: &[Grid<Result<f64>>],
    (i, j): (usize, usize),
) -> Result<JackknifeOutcome> {
    let score = whole.get(i, j).clone()?;
    let without_set = |(index, scores): (usize, &Grid<Result<f64>>)| {
        let left = n - sets.groups(index).len();
        scores.get(i, j).clone().map_err(|error| error.context(format!("a subset of {left} conditions")))
    };
    let scores = without.iter().enumerate().map(without_set).collect::<Result<Vec<f64>>>()?;
    let subset_mean = scores[..n].iter().sum::<f64>() / n as f64;
    let found = sets.variance(score, &scores).estimate();
    let standard_error = found.variance.sqrt();
    let half = StudentT::new(found.degrees_of_freedom)?.critical_value() * standard_error;
    Ok(JackknifeOutcome { score, standard_error, interval: [score - half, score + half], subset_mean })
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, StandardNormal};
    use rsa_core::{Orientation, Profile};

    use super::*;

    /// The mean of the first feature, whose standard error is known.
    struct FirstFeatureMean;

    impl Measure for FirstFeatureMean {
        type Geometry = f64;

        fn profile(&self) -> Profile {
            Profile {
                orientation: Orientation::Similarity,
                range: [f64::NEG_INFINITY, f64::INFINITY],
                identity: rsa_core::Identity::WithoutTies(0.0),
                symmetric: false,
                metric: false,
                unbiased: false,
                reorderable: true,
                invariances: [rsa_core::Invariances::PERMUTATION; 2],
            }
        }

        fn geometry(&self, x: &Representation) -> Result<f64> {
            Ok(x.values().column(0).sum() / x.values().nrows() as f64)
        }

        fn compare(&self, a: &f64, _: &f64) -> Result<f64> {
            Ok(*a)
        }
    }

    #[test]
    fn the_standard_error_of_a_mean_is_that_of_textbooks() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let x = Representation::new(Array2::from_shape_simple_fn((40, 1), || StandardNormal.sample(&mut rng))).unwrap();
        let values = x.values().column(0).to_vec();
        let mean = values.iter().sum::<f64>() / 40.0;
        let expected = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 39.0 / 40.0).sqrt();
        let found = Jackknife { seed: 2 }.run(&FirstFeatureMean, &x, &x).unwrap();
        assert!((found.standard_error / expected - 1.0).abs() < 1e-12, "{} {expected}", found.standard_error);
        assert!((found.subset_mean - mean).abs() < 1e-14);
    }

    #[test]
    fn a_single_condition_cannot_be_left_out() {
        let x = Representation::new(Array2::from_shape_fn((1, 1), |_| 1.0));
        let error = x.and_then(|x| Jackknife::default().run(&FirstFeatureMean, &x, &x)).unwrap_err();
        assert_eq!(error.kind().name(), "TooFewConditions");
    }
}
