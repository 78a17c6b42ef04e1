//! [`Predictivity`]: how well each site is predicted, and the summary over sites.

use rsa_core::{Error, Result};

use crate::{PredictionScore, normalized::explained_variance, score::SiteFold};

/// The scores of all sites, and what was left out of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictivity {
    /// The sites with a score, in the order of the target's features; never empty.
    pub sites: Vec<SitePredictivity>,
    /// Sites without a score, as features of the target: constant throughout, or in every test fold.
    pub constant_sites: Vec<usize>,
    /// Number of sites and folds in which a site that varies elsewhere is constant, so that the fold was skipped.
    pub skipped: usize,
    /// Number of sites and folds whose prediction is constant and so explains nothing: a correlation of 0.
    pub constant_predictions: usize,
    /// The multiples of the mean squared singular value that leave-one-out chose, in each fold.
    pub chosen_penalties: Vec<Vec<f64>>,
    /// Number of test conditions of each fold.
    pub test_counts: Vec<usize>,
    /// The meaning of the scores.
    pub scored_by: PredictionScore,
}

/// Predictivity of one site.
#[derive(Clone, Debug, PartialEq)]
pub struct SitePredictivity {
    /// Feature of the target.
    pub site: usize,
    /// The score over all folds.
    pub score: f64,
    /// The score of each fold; `None` where the site does not vary over the test conditions.
    pub folds: Vec<Option<f64>>,
}

impl Predictivity {
    /// Returns the median over sites of their scores, the score of the measure.
    pub fn median(&self) -> f64 {
        median(self.sites.iter().map(|site| site.score).collect()).expect("there is a site")
    }

    /// Returns the mean over sites of their scores.
    pub fn mean(&self) -> f64 {
        mean(self.sites.iter().map(|site| site.score)).expect("there is a site")
    }

    /// Returns the median over sites in each fold; `None` for a fold without a site that varies.
    pub fn medians_of_folds(&self) -> Vec<Option<f64>> {
        let n_folds = self.test_counts.len();
        (0..n_folds).map(|fold| median(self.sites.iter().filter_map(|site| site.folds[fold]).collect())).collect()
    }

    /// Returns the mean over folds of the median over sites, the order of summaries of Brain-Score.
    pub fn mean_of_fold_medians(&self) -> f64 {
        mean(self.medians_of_folds().into_iter().flatten()).expect("a site with a score has a fold")
    }

    /// Returns the standard deviation of the medians of folds, divided by the root of their number.
    ///
    /// Folds share their training conditions, so this is a spread and no standard error. `None` for a single fold.
    pub fn spread_over_folds(&self) -> Option<f64> {
        let medians: Vec<f64> = self.medians_of_folds().into_iter().flatten().collect();
        let (count, mean) = (medians.len() as f64, mean(medians.iter().copied())?);
        let squares: f64 = medians.iter().map(|median| (median - mean).powi(2)).sum();
        (medians.len() > 1).then(|| (squares / (count - 1.0) / count).sqrt())
    }

    /// Returns each site with its squared correlation, less what chance adds on average, as the mean over folds.
    ///
    /// # Errors
    /// `InvalidParameter` if the scores are no correlations.
    pub fn explained_variances(&self) -> Result<Vec<(usize, f64)>> {
        if self.scored_by != PredictionScore::Pearson {
            let requirement = "a correlation, whose square is divided by a reliability";
            return Err(Error::invalid_parameter("the score to normalize", requirement, "explained variance"));
        }
        let of_site = |site: &SitePredictivity| {
            let folds = site.folds.iter().zip(&self.test_counts);
            let explained = folds.filter_map(|(r, &n)| Some(explained_variance((*r)?, n)));
            (site.site, mean(explained).expect("a site with a score has a fold"))
        };
        Ok(self.sites.iter().map(of_site).collect())
    }

    /// Summarizes the results of all folds; `columns` are the features of the target that vary, of `n_features`.
    pub(crate) fn summarize(folds: &[Vec<SiteFold>], columns: &[usize], n_features: usize) -> SiteSummary {
        let mut summary =
            SiteSummary { sites: Vec::new(), constant_sites: Vec::new(), skipped: 0, constant_predictions: 0 };
        for (at, &site) in columns.iter().enumerate() {
            let results: Vec<SiteFold> = folds.iter().map(|fold| fold[at]).collect();
            match overall(&results) {
                None => summary.constant_sites.push(site),
                Some(score) => {
                    let folds: Vec<Option<f64>> = results.iter().map(of_fold).collect();
                    summary.skipped += folds.iter().filter(|fold| fold.is_none()).count();
                    summary.constant_predictions += results.iter().filter(|result| is_constant(result)).count();
                    summary.sites.push(SitePredictivity { site, score, folds });
                }
            }
        }
        summary.constant_sites.extend((0..n_features).filter(|feature| columns.binary_search(feature).is_err()));
        summary.constant_sites.sort_unstable();
        summary
    }
}

/// The scores of sites and the counts of what has none.
pub(crate) struct SiteSummary {
    pub(crate) sites: Vec<SitePredictivity>,
    pub(crate) constant_sites: Vec<usize>,
    pub(crate) skipped: usize,
    pub(crate) constant_predictions: usize,
}

/// Returns the mean correlation over folds, or the explained share of the sums of all folds.
fn overall(results: &[SiteFold]) -> Option<f64> {
    let (mut residuals, mut totals) = (0.0, 0.0);
    for result in results {
        if let SiteFold::Squares { residual, total, .. } = result {
            residuals += residual;
            totals += total;
        }
    }
    match results.first() {
        Some(SiteFold::Squares { .. }) => (totals > 0.0).then(|| 1.0 - residuals / totals),
        _ => mean(results.iter().filter_map(of_fold)),
    }
}

fn of_fold(result: &SiteFold) -> Option<f64> {
    match *result {
        SiteFold::Skipped => None,
        SiteFold::Correlation { r, .. } => Some(r),
        SiteFold::Squares { residual, total, .. } => (total > 0.0).then(|| 1.0 - residual / total),
    }
}

fn is_constant(result: &SiteFold) -> bool {
    matches!(result, SiteFold::Correlation { is_constant: true, .. } | SiteFold::Squares { is_constant: true, .. })
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0_usize, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / count as f64)
}

pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[half]),
        _ => Some((values[half - 1] + values[half]) / 2.0),
    }
}
