//! Variances of fitted models, from scores without a third of the conditions or of the subjects.
//!
//! A fit that selects one of several RDMs is a step function of the data, and an interpolation has kinks. Leaving out one
//! to three conditions says what happens near the data, and steps and kinks near them count far too much or not at all.
//! A third is so much that scores change as they do from one study to the next.

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;
use rsa_core::{Error, Result};

use super::{
    left_out::{LeftOutTable, Statistic},
    resample_scorer::{ASSIGNMENTS_OF_THIRD, ResampleScorer},
    uncertainty::variance_over_rows,
};
use crate::resample::{Purpose, ResampledFactor, StageSteps, shuffled, stream, unless_cancelled};

/// Scores without a third of the groups of a factor, for many random thirds.
pub(crate) struct WithoutThird<'a> {
    /// Sets × (fold assignments × means of the quantities).
    pub(crate) values: ArrayView2<'a, f64>,
    /// The number of groups.
    pub(crate) groups: usize,
    /// The number of quantities.
    pub(crate) columns: usize,
}

impl WithoutThird<'_> {
    /// Number of sets; the variance over 200 of them has a relative error of √(2/200) = .1.
    pub(crate) const SETS: usize = 200;

    /// Least share of the variance over sets that is left: a smaller one cannot be told from 0.
    ///
    /// It is two standard errors of that variance. A difference of models that choose alike would have no test without it.
    const LEAST_SHARE: f64 = 0.2;

    /// Fewest sets with scores, if those of others do not exist.
    pub(crate) const FEWEST_SETS: usize = Self::SETS / 2;

    /// Returns the variance of a statistic by the jackknife that leaves out d groups of n: (n − d)/d times the variance
    /// over sets, without the part of it that comes from the choice of fold assignments.
    pub(crate) fn variance(&self, statistic: Statistic) -> f64 {
        let left_out = size_of_third(self.groups) as f64;
        let rows: Vec<&[f64]> = self.values.rows().into_iter().filter_map(|row| row.to_slice()).collect();
        let left = self.groups as f64 - left_out;
        let shape = [ASSIGNMENTS_OF_THIRD, self.columns];
        left / left_out * variance_over_rows(&rows, shape, statistic, Self::LEAST_SHARE)
    }

    /// Returns n/(n − d), the ratio of the number of all groups to the number that is left.
    ///
    /// With this ratio ρ, the jackknife counts effects of pairs of groups 1 + ρ times, and of triples 1 + ρ + ρ² times.
    pub(crate) fn ratio(&self) -> f64 {
        self.groups as f64 / (self.groups - size_of_third(self.groups)) as f64
    }
}

/// Returns the number of groups that are left out, a third of them and one at least.
fn size_of_third(groups: usize) -> usize {
    (groups / 3).max(1)
}

/// Returns a table without rows.
pub(crate) fn no_table(scorer: &ResampleScorer<'_>) -> Array2<f64> {
    Array2::zeros((0, ASSIGNMENTS_OF_THIRD * scorer.n_quantities()))
}

/// Computes mean scores without random thirds of a factor's groups; there are none if no model is fitted.
///
/// # Errors
/// `Cancelled`; any other failure is the reason in the place of the table.
pub(crate) fn compute_without_third(scorer: &ResampleScorer<'_>, factor: ResampledFactor) -> Result<LeftOutTable> {
    if !(0..scorer.n_models).any(|m| scorer.instrument.is_fitted(m)) {
        return Ok((no_table(scorer), None));
    }
    let groups = scorer.groups(factor).count;
    let stage = match factor {
        ResampledFactor::Conditions => "scores without a third of the conditions",
        ResampledFactor::Subjects => "scores without a third of the subjects",
    };
    let steps = StageSteps::new(scorer.observer, stage, WithoutThird::SETS as u64);
    let score = |set: u64| {
        let random = |place: u64| {
            let index = ((set << 1 | factor as u64) << 8) | place;
            stream(scorer.inference.seed, Purpose::Third, index)
        };
        let mut left_out = shuffled(&mut random(0), groups);
        left_out.truncate(size_of_third(groups));
        steps.step(|| unless_cancelled(scorer.without_third(factor, &left_out, |repeat| random(1 + repeat))))
    };
    let found: Vec<Result<Vec<f64>>> =
        (0..WithoutThird::SETS as u64).into_par_iter().map(score).collect::<Result<_>>()?;
    let (scored, failed): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    let rows: Vec<Vec<f64>> = scored.into_iter().flatten().collect();
    if rows.len() < WithoutThird::FEWEST_SETS {
        let error = failed.into_iter().find_map(Result::err);
        let error = error.unwrap_or_else(|| Error::degenerate("there are too few", "measure more"));
        return Ok((no_table(scorer), Some(format!("a third of them cannot be left out: {error}"))));
    }
    let width = ASSIGNMENTS_OF_THIRD * scorer.n_quantities();
    Ok((Array2::from_shape_vec((rows.len(), width), rows.concat()).expect("rows of one width"), None))
}
