//! [`NormalizedVariance`]: explained variance as a share of what can be explained.

use rsa_core::{Caveat, CaveatKind, Error, Result};

use crate::{Predictivity, ReliabilityTable};

/// The explained variance of all sites, divided by their reliability.
///
/// The headline is a ratio of sums over all sites: Σ(r² − (1 − r²)/(n − 2))/Σρ, r the correlation in a fold of n test
/// conditions and ρ the reliability. The subtraction makes the ratio 0 on average for a model that predicts nothing. No
/// site is selected: sites that are kept by the trials that normalize them make a perfect model fall far below 1.
#[derive(Clone, Debug, PartialEq)]
pub struct NormalizedVariance {
    /// The ratio of sums; above 1 by chance, never clipped.
    pub ratio: f64,
    /// The mean explained variance.
    pub explained: f64,
    /// The mean reliability of the same sites.
    pub reliability: f64,
    /// The ratio of each site of the predictivity; `None` unless its reliability is above [`LEAST`](Self::LEAST) by the
    /// lower bound of its interval.
    pub sites: Vec<Option<f64>>,
}

impl NormalizedVariance {
    /// The smallest reliability that may divide, as a lower bound of 95 %.
    pub const LEAST: f64 = 0.1;

    /// Divides the explained variance of `predictivity` by the reliability of its sites.
    ///
    /// # Errors
    /// `Degenerate` if the mean reliability less 1.96 standard errors is below [`LEAST`](Self::LEAST);
    /// `InvalidParameter` if the scores are no correlations; `ShapeMismatch` if a site has no place in the table.
    pub fn new(predictivity: &Predictivity, reliabilities: &ReliabilityTable) -> Result<Self> {
        let explained = predictivity.explained_variances()?;
        let mean = reliabilities.mean;
        let Some(error) = reliabilities.standard_error else {
            return Err(Error::degenerate(
                format!("the mean reliability {mean:.3} has no standard error, because it hangs on a single condition"),
                "measure more conditions, or report the explained variance as it is",
            ));
        };
        let lower = mean - 1.96 * error;
        if lower < Self::LEAST {
            return Err(Error::degenerate(
                format!(
                    "the mean reliability is {mean:.3} with a standard error of {error:.3}, so it may be as low as \
                     {lower:.3}, below the {} that a normalization takes",
                    Self::LEAST
                ),
                "measure more trials, or report the explained variance as it is",
            ));
        }
        let (mut variance, mut reliability, mut count, mut sites) = (0.0, 0.0, 0_usize, Vec::new());
        for (site, explained) in explained {
            let Some(&own) = reliabilities.sites.get(site) else {
                let n = reliabilities.sites.len();
                return Err(Error::shape_mismatch(format!(
                    "site {site} is predicted, and reliabilities are of {n} sites; take both from the same measurements"
                )));
            };
            if let Some(own) = own {
                variance += explained;
                reliability += own;
                count += 1;
            }
            let may_divide = reliabilities.intervals[site].is_some_and(|[low, _]| low > Self::LEAST);
            sites.push(own.filter(|_| may_divide).map(|own| explained / own));
        }
        if count == 0 {
            return Err(Error::degenerate(
                "no predicted site has a reliability",
                "take both from the same measurements",
            ));
        }
        let (explained, mean) = (variance / count as f64, reliability / count as f64);
        Ok(Self { ratio: variance / reliability, explained, reliability: mean, sites })
    }

    /// Returns the reasons to read the ratio with care.
    pub fn caveats(&self) -> Vec<Caveat> {
        let above = self.ratio > 1.0;
        let message = format!(
            "the normalized variance is {:.3}: a perfect model is above 1 about half of the time, because its correlation \
             and the reliability vary by chance",
            self.ratio
        );
        above.then_some(Caveat { kind: CaveatKind::AboveCeiling, message }).into_iter().collect()
    }
}

/// Returns the explained variance of a correlation over `n` conditions: r² less what chance adds on average.
pub(crate) fn explained_variance(r: f64, n: usize) -> f64 {
    r * r - (1.0 - r * r) / (n as f64 - 2.0)
}
