//! [`PredictTarget`]: the responses of sites, with the reliability of their means over trials.

use std::{collections::HashSet, fmt, num::NonZeroUsize, str::FromStr};

use rsa_io::Layer;
use rsakit::{
    Error, Representation, Result,
    core::Measurements,
    encode::{NormalizedVariance, ReliabilityTable, SiteReliability},
};
use serde::{Deserialize, Serialize};

use crate::{
    alignment::Alignment,
    row_files::{RowFiles, repeat_for_rows},
};

/// Estimate of the reliability of means over trials, as text: `alpha` or `split-half(100)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ReliabilityMethod {
    /// Cronbach's α, the mean of all split halves.
    #[default]
    Alpha,
    /// The mean correlation of this many random halves of the trials, corrected for their length.
    SplitHalf(NonZeroUsize),
}

/// The reliability of the sites of a target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliabilitySummary {
    /// Estimate of the reliability.
    pub method: ReliabilityMethod,
    /// Mean over sites.
    pub mean: f64,
    /// Standard error of the mean, by leaving out one condition at a time.
    pub standard_error: Option<f64>,
}

/// The responses of sites.
pub(super) struct PredictTarget {
    pub(super) name: String,
    /// File and layer, for messages.
    pub(super) place: String,
    pub(super) means: Representation,
    pub(super) sites: Vec<String>,
    pub(super) method: ReliabilityMethod,
    /// The reliabilities, or why there are none.
    pub(super) reliability: std::result::Result<ReliabilityTable, String>,
}

impl PredictTarget {
    /// Reads the responses; rows with one label are trials of one condition.
    ///
    /// # Errors
    /// The errors of reading; `InvalidParameter` if a reliability is asked for and no condition has two trials.
    pub(super) fn read(layer: &Layer, rows: &RowFiles, asked: Option<ReliabilityMethod>, place: &str) -> Result<Self> {
        let mut x = layer.read()?;
        rows.ensure_fit(layer)?;
        if let Some(conditions) = rows.conditions_of(layer) {
            x = x.with_conditions(conditions)?;
        }
        let sites = (0..x.n_features()).map(|site| x.features().name(site)).collect();
        let method = asked.unwrap_or_default();
        let labels = x.conditions().labels();
        let is_repeated = labels.is_some_and(|labels| labels.iter().collect::<HashSet<_>>().len() < labels.len());
        let (means, reliability) = match (labels, is_repeated, asked) {
            (Some(labels), true, _) => {
                let mut trials =
                    Measurements::new(x.values().to_owned(), labels.iter().cloned())?.with_precision(x.precision())?;
                if let Some(runs) = rows.runs_of(layer) {
                    trials = trials.with_runs(repeat_for_rows(runs, x.conditions()))?;
                }
                let table = method.of_sites().estimate(&trials);
                (trials.means()?, table.map_err(|error| format!("the reliability is unknown: {error}")))
            }
            (_, _, Some(method)) => {
                let requirement = "given for conditions with several trials; rows with one label (--conditions FILE) are \
                                   trials of one condition";
                return Err(Error::invalid_parameter("--reliability", requirement, method));
            }
            _ => {
                let reason = "every condition was measured once, so the reliability of the sites is unknown; scores are \
                              limited by noise, too";
                (x, Err(reason.to_owned()))
            }
        };
        Ok(Self { name: layer.name().to_owned(), place: place.to_owned(), means, sites, method, reliability })
    }

    /// Brings the conditions into the common order; reliabilities do not depend on it.
    pub(super) fn aligned(self, alignment: &Alignment) -> Result<Self> {
        let means = alignment.align(self.means).map_err(|error| error.context(&self.place))?;
        Ok(Self { means, ..self })
    }

    pub(super) fn summary(&self) -> Option<ReliabilitySummary> {
        let table = self.reliability.as_ref().ok()?;
        Some(ReliabilitySummary { method: self.method, mean: table.mean, standard_error: table.standard_error })
    }
}

impl ReliabilitySummary {
    /// Returns the correlation of a perfect model, at the bounds of 95 % of the mean reliability.
    ///
    /// `None` where the reliability may be too low to divide by.
    pub fn ceiling(&self) -> Option<[f64; 2]> {
        let width = 1.96 * self.standard_error?;
        let bounds = [self.mean - width, self.mean + width];
        (bounds[0] >= NormalizedVariance::LEAST).then(|| bounds.map(|bound| bound.min(1.0).sqrt()))
    }
}

impl ReliabilityMethod {
    /// Seed of random halves.
    const SEED: u64 = 0;

    fn of_sites(self) -> SiteReliability {
        match self {
            Self::Alpha => SiteReliability::Alpha,
            Self::SplitHalf(halves) => SiteReliability::SplitHalf { halves, seed: Self::SEED },
        }
    }
}

impl FromStr for ReliabilityMethod {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let halves = |text: &str| text.strip_prefix("split-half(")?.strip_suffix(')')?.parse().ok();
        match (text, halves(text)) {
            ("alpha", _) => Ok(Self::Alpha),
            (_, Some(halves)) => Ok(Self::SplitHalf(halves)),
            _ => {
                Err(Error::invalid_parameter("--reliability", "alpha, or split-half(N) such as split-half(100)", text))
            }
        }
    }
}

impl fmt::Display for ReliabilityMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alpha => f.write_str("alpha"),
            Self::SplitHalf(halves) => write!(f, "split-half({halves})"),
        }
    }
}

impl TryFrom<String> for ReliabilityMethod {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<ReliabilityMethod> for String {
    fn from(method: ReliabilityMethod) -> Self {
        method.to_string()
    }
}
