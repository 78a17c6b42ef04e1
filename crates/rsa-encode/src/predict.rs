//! [`Predict`]: how well a map from one representation predicts another on conditions that it was not fitted to.

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;
use rsa_core::{
    Caveat, Error, Grid, Identity, Measure, Observer, Orientation, Profile, Representation, Result, compare_each,
};

use crate::{
    ConditionGroups, Mapping, PredictionScore, Predictivity, RidgePenalty, Split, SplitFold, SplitResponses,
    SplitScheme, UnitMatch, caveats, factor::FactorRoute, fold_map::FoldMap, one_to_one, pls,
    predict_profile::invariances, predictivity::SiteSummary, ridge, score::SiteFold,
};

/// Predictivity: the agreement of responses with their predictions from other responses, on held-out conditions.
///
/// # Formula
/// For each fold, the map is fitted to the training conditions and predicts the test conditions. For each site (feature
/// of the target), the score is the mean over folds of Pearson's correlation between predictions and responses, or
/// 1 − Σ‖y − ŷ‖²/Σ‖y − ȳ‖² over all folds, ȳ the training mean; then the median over sites.
///
/// # Shapes
/// X: n × p predicts Y: n × q, with at least 3 test conditions in each fold for correlations.
///
/// # Range
/// [−1, 1] for correlations, (−∞, 1] for the explained variance. A constant prediction scores exactly 0. Correlations of
/// independent data are 0 on average, but for one-to-one maps, whose median over sites is near −.02.
///
/// # Invariances
/// Reordering the conditions changes the folds and with them the score; the exception is the explained variance of
/// predictions that leave one out. Least squares ignores invertible linear maps and translations of the predictor; ridge
/// regression and partial least squares ignore rotations and translations of it, and its scale unless the penalty is
/// absolute. Of the target, units of sites are ignored where the map treats each site alone. One-to-one maps depend on
/// the measured features of both.
///
/// # Cost
/// For the predictor and each fold a decomposition of n·p·min(n, p); for each pair and fold n·r·q, times 17 where
/// leave-one-out chooses the penalty; n·min(n, p)·q for each component of partial least squares; n·p·q for one-to-one.
/// The decompositions serve all targets.
///
/// # Errors
/// `TooFewConditions` if a fold has too few conditions to train on or to test; `Degenerate` if all patterns of a
/// representation are equal, no site varies within a fold, or partial least squares runs out of components.
///
/// # Example
/// ```
/// use ndarray::Array2;
/// use rsa_core::{Measure, Representation};
/// use rsa_encode::{Predict, Split};
///
/// let wave = |i: usize, j: usize| ((i * i * (j + 2)) as f64).sin();
/// let x = Representation::new(Array2::from_shape_fn((40, 3), |(i, j)| wave(i, j)))?;
/// // Each site is a sum of two features.
/// let y = Representation::new(Array2::from_shape_fn((40, 2), |(i, j)| wave(i, j) + wave(i, j + 1)))?;
/// let predict = Predict { split: Split::folds(4, 1)?, ..Predict::default() };
/// assert!(predict.score(&x, &y)? > 0.99);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Yamins et al. 2014, PNAS, doi:10.1073/pnas.1403112111; Schrimpf et al. 2020, Neuron,
/// doi:10.1016/j.neuron.2020.07.040.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Predict {
    /// The map from features to sites.
    pub map: Mapping,
    /// The folds of the conditions.
    pub split: Split,
    /// The agreement of predictions and responses.
    pub score: PredictionScore,
    /// The argument that predicts the other.
    pub from: Predictor,
}

/// The argument that predicts the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Predictor {
    /// The first argument predicts the second.
    #[default]
    First,
    /// The second argument predicts the first.
    Second,
}

impl Predict {
    /// Reads responses whose conditions are divided in whole groups.
    ///
    /// # Errors
    /// The errors of [`SplitResponses::of`], and `TooFewConditions` if a fold tests fewer than 3 conditions and the score
    /// is a correlation.
    pub fn read(&self, x: &Representation, groups: &ConditionGroups) -> Result<SplitResponses> {
        let responses = SplitResponses::of(x, self.split, groups)?;
        match self.score {
            PredictionScore::Pearson => ensure_testable(responses.folds())?,
            PredictionScore::ExplainedVariance => {}
        }
        Ok(responses)
    }

    /// Predicts every site of `target` from `predictor` and scores it.
    ///
    /// # Errors
    /// `ShapeMismatch` or `LabelMismatch` for different conditions, `InvalidParameter` if both are divided by different
    /// folds, and the errors of the map.
    pub fn predictivity(&self, predictor: &SplitResponses, target: &SplitResponses) -> Result<Predictivity> {
        predictor.conditions().ensure_same(target.conditions())?;
        if predictor.folds() != target.folds() || *predictor.split() != self.split {
            return Err(Error::invalid_parameter(
                "the folds of both arguments",
                "those of the measure; read both by the measure that compares them",
                "other folds",
            ));
        }
        if let Some(route) = self.route(predictor) {
            predictor.factors(route)?;
        }
        let folds = predictor.folds().par_iter().enumerate();
        let found = folds.map(|(at, fold)| self.score_fold(predictor, target, at, fold));
        let found: Vec<(Vec<SiteFold>, Vec<f64>)> = found.collect::<Result<_>>()?;
        let (scores, chosen_penalties): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let summary = Predictivity::summarize(&scores, target.varying_features(), target.n_features());
        let SiteSummary { sites, constant_sites, skipped, constant_predictions } = summary;
        if sites.is_empty() {
            return Err(Error::degenerate(
                "no site varies over the test conditions of any fold",
                "take fewer folds, or groups that mix the conditions",
            ));
        }
        if let Some(site) = sites.iter().find(|site| !site.score.is_finite()) {
            let what = format!("the squared error of site {}", site.site);
            return Err(Error::out_of_range(what, "bring predictor and target to like units first"));
        }
        let test_counts = predictor.folds().iter().map(|fold| fold.test.len()).collect();
        Ok(Predictivity {
            sites,
            constant_sites,
            skipped,
            constant_predictions,
            chosen_penalties,
            test_counts,
            scored_by: self.score,
        })
    }

    /// Returns the factors of the predictor that the map needs.
    pub(crate) fn route(&self, predictor: &SplitResponses) -> Option<FactorRoute> {
        let n_train = predictor.folds().iter().map(|fold| fold.train.len()).min().unwrap_or(0);
        match self.map {
            Mapping::Linear => Some(FactorRoute::SingularValues),
            Mapping::Ridge(_) if predictor.values().ncols() > n_train => Some(FactorRoute::Gram),
            Mapping::Ridge(_) => Some(FactorRoute::SingularValues),
            Mapping::Pls(_) | Mapping::OneToOne(_) => None,
        }
    }

    /// Returns the results of all sites in one fold, and the penalties that were chosen.
    fn score_fold(
        &self,
        predictor: &SplitResponses,
        target: &SplitResponses,
        at: usize,
        fold: &SplitFold,
    ) -> Result<(Vec<SiteFold>, Vec<f64>)> {
        let (train, measured) = target.centered_in(fold);
        let fitted = |map: FoldMap<'_>| Ok((map.predict(train.view())?, map.chosen));
        let (predicted, chosen) = match (self.map, self.route(predictor)) {
            (Mapping::Pls(count), _) => fitted(pls::fit(predictor, fold, train.view(), count.get())?)?,
            (Mapping::OneToOne(by), _) => (self.one_to_one(predictor, target, fold, &train, by)?, Vec::new()),
            (map, route) => {
                let route = route.expect("least squares and ridge regression have a route");
                let factor = &predictor.factors(route)?[at];
                match map {
                    Mapping::Ridge(penalty) => fitted(ridge_map(factor, penalty, train.view(), predictor.scale())?)?,
                    _ => fitted(FoldMap::linear(factor))?,
                }
            }
        };
        let sites = predicted.columns().into_iter().zip(measured.columns()).enumerate();
        let scores =
            sites.map(|(site, (predicted, measured))| self.score.of_site(predicted, measured, target, site)).collect();
        Ok((scores, chosen))
    }

    /// Predicts each site by its feature, as deviations from the training mean of the site.
    fn one_to_one(
        &self,
        predictor: &SplitResponses,
        target: &SplitResponses,
        fold: &SplitFold,
        train: &Array2<f64>,
        by: UnitMatch,
    ) -> Result<Array2<f64>> {
        let units = one_to_one::best_units(predictor, fold, train.view(), by)?;
        let features = predictor.values();
        let mut predicted = Array2::zeros((fold.test.len(), units.len()));
        for (site, (unit, mut column)) in units.iter().zip(predicted.columns_mut()).enumerate() {
            let Some(unit) = unit else { continue };
            let values: Vec<f64> = fold.test.iter().map(|&row| features[(row, unit.feature)]).collect();
            let (low, high) =
                values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high): (f64, f64), &value| {
                    (low.min(value), high.max(value))
                });
            let is_constant = predictor.is_constant(unit.feature, low, high);
            // A correlation needs no units; an error does.
            let offset = match self.score {
                PredictionScore::Pearson => None,
                PredictionScore::ExplainedVariance => {
                    let row = fold.train[0];
                    let mean = target.values()[(row, site)] - train[(0, site)];
                    Some(target.means()[site] / target.scale() + mean)
                }
            };
            for (to, &value) in column.iter_mut().zip(&values) {
                let value = if is_constant { values[0] } else { value };
                *to = match offset {
                    None => unit.sign * value,
                    Some(offset) => {
                        let raw = value * predictor.scale() + predictor.means()[unit.feature];
                        unit.sign * raw / target.scale() - offset
                    }
                };
            }
        }
        Ok(predicted)
    }
}

/// Fits ridge regression; an absolute penalty is in squared units of the features, which are divided by `scale`.
fn ridge_map<'a>(
    factor: &'a crate::factor::TrainFactor,
    penalty: RidgePenalty,
    train: ArrayView2<'_, f64>,
    scale: f64,
) -> Result<FoldMap<'a>> {
    Ok(match penalty {
        RidgePenalty::Absolute(lambda) => FoldMap::ridge(factor, lambda.get() / scale / scale),
        RidgePenalty::Relative(multiple) => FoldMap::ridge(factor, multiple.get() * factor.mean_square()),
        RidgePenalty::LeaveOneOut => FoldMap::ridges(factor, vec![(ridge::shared_multiple(factor, train)?, None)]),
        RidgePenalty::LeaveOneOutPerSite => {
            let sites_of = ridge::multiple_per_site(factor, train)?;
            FoldMap::ridges(factor, sites_of.into_iter().map(|(multiple, sites)| (multiple, Some(sites))).collect())
        }
    })
}

/// Refuses folds of fewer test conditions than a correlation needs.
fn ensure_testable(folds: &[SplitFold]) -> Result<()> {
    const NEEDED: usize = 3;
    match folds.iter().enumerate().find(|(_, fold)| fold.test.len() < NEEDED) {
        None => Ok(()),
        Some((at, fold)) => {
            let (found, count) = (fold.test.len(), folds.len());
            let n = found + fold.train.len();
            let why = format!(
                "fold {at} of {count} (counted from 0) tests {found} of {n} conditions, and a correlation takes {NEEDED} or \
                 more; take fewer folds, a larger test share, or the explained variance, which needs one"
            );
            Err(Error::too_few_conditions(NEEDED * count.min(n), n, why))
        }
    }
}

impl Measure for Predict {
    type Geometry = SplitResponses;

    fn profile(&self) -> Profile {
        let is_correlation = self.score == PredictionScore::Pearson;
        let [predictor, target] = invariances(self.map, self.score);
        Profile {
            orientation: Orientation::Similarity,
            range: [if is_correlation { -1.0 } else { f64::NEG_INFINITY }, 1.0],
            identity: Identity::NotPromised,
            symmetric: false,
            metric: false,
            // A feature that is the best in all folds by chance lengthens one tail over sites, and the median is below the
            // mean, which is 0: -.02 for 50 conditions and 200 features.
            unbiased: is_correlation && !matches!(self.map, Mapping::OneToOne(_)),
            reorderable: self.split.scheme == SplitScheme::LeaveOneOut,
            invariances: match self.from {
                Predictor::First => [predictor, target],
                Predictor::Second => [target, predictor],
            },
        }
    }

    fn geometry(&self, x: &Representation) -> Result<SplitResponses> {
        self.read(x, &ConditionGroups::of_stimuli(x.conditions()))
    }

    fn compare(&self, a: &SplitResponses, b: &SplitResponses) -> Result<f64> {
        let [predictor, target] = self.from.ordered(a, b);
        Ok(self.predictivity(predictor, target)?.median())
    }

    fn caveats(&self, a: &SplitResponses, b: &SplitResponses) -> Vec<Caveat> {
        let [predictor, target] = self.from.ordered(a, b);
        caveats::of(self, predictor, target)
    }

    fn compare_all_observed(
        &self,
        a: &[&SplitResponses],
        b: &[&SplitResponses],
        observer: &dyn Observer,
    ) -> Grid<Result<f64>> {
        let predictors = match self.from {
            Predictor::First => a,
            Predictor::Second => b,
        };
        // Before the pairs, so that no two of them compute the same. An error returns when the pair is compared.
        for predictor in predictors.iter().take_while(|_| !observer.is_cancelled()) {
            let _ = self.route(predictor).map(|route| predictor.factors(route).map(|_| ()));
        }
        compare_each(self, a, b, observer)
    }
}

impl Predictor {
    /// Returns predictor and target.
    fn ordered<'a>(self, a: &'a SplitResponses, b: &'a SplitResponses) -> [&'a SplitResponses; 2] {
        match self {
            Self::First => [a, b],
            Self::Second => [b, a],
        }
    }
}
