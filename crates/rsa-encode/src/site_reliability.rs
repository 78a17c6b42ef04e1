//! [`SiteReliability`]: the share of the variance of trial means that is signal, for each site.

use std::num::NonZeroUsize;

use rayon::prelude::*;
use rsa_core::{Error, Measurements, Result};
use statrs::distribution::{ContinuousCDF, FisherSnedecor};

use crate::{alpha::LeftOutValues, alpha::alpha, split_half::split_half, trials::Trials};

/// The estimate of the reliability of the mean over trials.
///
/// Trials are the means of a condition in each run; without runs, each observation is a trial. A reliability is a share
/// of variance, so a squared correlation is divided by it, and a correlation by its root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SiteReliability {
    /// Mean squares, (MS_conditions − MS_residual)/MS_conditions: Cronbach's α, the mean of all split halves.
    ///
    /// Conditions × runs are a two-way layout. Without runs, or with missing cells, it is one-way, and conditions may have
    /// unequal numbers of trials.
    #[default]
    Alpha,
    /// The mean correlation of random halves of the trials, then 2r/(1 + r) (Spearman–Brown).
    SplitHalf {
        /// Number of halves that are drawn.
        halves: NonZeroUsize,
        /// Seed of the halves.
        seed: u64,
    },
}

/// The reliabilities of all sites.
#[derive(Clone, Debug, PartialEq)]
pub struct ReliabilityTable {
    /// The reliability of each site, below 0 where noise outweighs signal by chance; `None` for a constant site.
    pub sites: Vec<Option<f64>>,
    /// The lower and upper bound of 95 % of each site, by the F distribution; `None` where the estimate is no α.
    pub intervals: Vec<Option<[f64; 2]>>,
    /// The mean over sites.
    pub mean: f64,
    /// The standard error of the mean, by leaving out one condition at a time, because sites share noise; `None` if the
    /// others do not vary.
    pub standard_error: Option<f64>,
}

impl SiteReliability {
    /// Estimates the reliability of each site.
    ///
    /// # Errors
    /// `TooFewConditions` for fewer than three conditions; `Degenerate` if no condition has two trials, halves are asked
    /// of a single trial, or no site varies.
    pub fn estimate(self, measurements: &Measurements) -> Result<ReliabilityTable> {
        let trials = Trials::of(measurements)?;
        let q = measurements.n_features();
        let found = match self {
            Self::Alpha => (0..q).into_par_iter().map(|site| alpha(&trials, site)).collect(),
            Self::SplitHalf { halves, seed } => split_half(&trials, halves.get(), seed)?,
        };
        let defined: Vec<&LeftOutValues> = found.iter().flatten().collect();
        if defined.is_empty() {
            return Err(Error::degenerate(
                "no site varies between conditions, so none has a reliability",
                "check that conditions label the rows",
            ));
        }
        let mean = |of: &dyn Fn(&LeftOutValues) -> f64| {
            defined.iter().map(|site| of(site)).sum::<f64>() / defined.len() as f64
        };
        let n = trials.n_conditions();
        let without: Vec<f64> = (0..n).map(|i| mean(&|site| site.without[i])).collect();
        let center = without.iter().sum::<f64>() / n as f64;
        let squares: f64 = without.iter().map(|value| (value - center).powi(2)).sum();
        let interval = |site: &Option<LeftOutValues>| match (self, site) {
            (Self::Alpha, Some(site)) => interval(site.all, &trials),
            _ => None,
        };
        Ok(ReliabilityTable {
            sites: found.iter().map(|site| site.as_ref().map(|site| site.all)).collect(),
            intervals: found.iter().map(interval).collect(),
            mean: mean(&|site| site.all),
            standard_error: Some(((n as f64 - 1.0) / n as f64 * squares).sqrt()).filter(|error| error.is_finite()),
        })
    }
}

/// Returns 1 − (1 − α)·F at the bounds of 95 % (Feldt 1965, doi:10.1007/BF02289499).
///
/// For unequal numbers of trials it is an approximation.
fn interval(alpha: f64, trials: &Trials) -> Option<[f64; 2]> {
    let n = trials.n_conditions();
    let total = trials.values.nrows();
    let residual = if trials.are_runs { (n - 1) * (total / n - 1) } else { total - n };
    let f = FisherSnedecor::new(n as f64 - 1.0, residual as f64).ok()?;
    Some([0.975, 0.025].map(|level| 1.0 - (1.0 - alpha) * f.inverse_cdf(level)))
}
