//! [`MapModels`]: models read once, and their statistics at a center.

use ndarray::{Array2, Axis};
use rsa_core::{Conditions, Error, Rdm, Result, linalg};
use rsa_stats::{AnyComparison, AnyReading, Comparison, Cosine, Pearson, Spearman};

use crate::{MissingReason, sphere_rdms::SphereError};

/// Comparison of the RDM of a center with models.
#[derive(Clone, Debug)]
pub enum MapComparison {
    /// [`Pearson`], from sums that need no RDM in memory.
    Pearson,
    /// [`Cosine`], likewise.
    Cosine,
    /// [`Spearman`].
    Spearman,
    /// Any other comparison.
    Other(AnyComparison),
}

impl MapComparison {
    fn erased(&self) -> AnyComparison {
        match self {
            Self::Pearson => AnyComparison::new(Pearson),
            Self::Cosine => AnyComparison::new(Cosine),
            Self::Spearman => AnyComparison::new(Spearman),
            Self::Other(comparison) => comparison.clone(),
        }
    }

    fn is_correlation(&self) -> bool {
        matches!(self, Self::Pearson | Self::Spearman)
    }
}

/// Statistic of a model in a map.
///
/// # Formula
/// With r the correlations of the models with the RDM of a center, R those of the models with one another and β = R⁻¹r:
/// partial βₖ / √((1 − rᵀβ)(R⁻¹)ₖₖ + βₖ²), weight βₖ, unique variance βₖ² / (R⁻¹)ₖₖ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MapStatistic {
    /// Similarity of the RDM with the model.
    #[default]
    Similarity,
    /// Correlation with the model, given all other models.
    Partial,
    /// Standardized weight of the model in a regression on all models.
    Weight,
    /// Share of the variance of the RDM that only this model explains.
    UniqueVariance,
}

/// Models of a searchlight, read for one comparison.
#[derive(Debug)]
pub struct MapModels {
    names: Vec<String>,
    n_conditions: usize,
    comparison: AnyComparison,
    readings: Vec<AnyReading>,
    joint: Option<JointModels>,
    /// Unit vectors whose products with dissimilarities are the comparison, if it is one of values.
    vectors: Option<ModelVectors>,
}

/// Vectors of the models, in the order of pairs.
#[derive(Clone, Debug)]
pub(crate) struct ModelVectors {
    /// `true` if the mean over pairs was subtracted.
    pub(crate) is_centered: bool,
    pub(crate) vectors: Vec<Vec<f64>>,
}

/// Correlations of the models with one another.
#[derive(Clone, Debug)]
struct JointModels {
    statistic: MapStatistic,
    inverse: Array2<f64>,
}

impl MapModels {
    /// Reads models of the same conditions, in the order in which the searchlight has them.
    ///
    /// # Errors
    /// `InvalidParameter` without a model, and for statistics other than similarity unless the comparison is Pearson's or
    /// Spearman's; the errors of the comparison, naming the model; `ShapeMismatch` for models of other numbers of
    /// conditions; `Degenerate` naming a model that is a combination of the ones before it, or has missing pairs beside a
    /// statistic of all models.
    pub fn new(models: Vec<(String, Rdm)>, comparison: &MapComparison, statistic: MapStatistic) -> Result<Self> {
        let Some(n_conditions) = models.first().map(|(_, rdm)| rdm.n_conditions()) else {
            return Err(Error::invalid_parameter("the models", "at least one RDM", "none"));
        };
        let is_joint = statistic != MapStatistic::Similarity;
        if is_joint && !comparison.is_correlation() {
            return Err(Error::invalid_parameter(
                "the comparison of partial correlations and regression weights",
                "pearson or spearman",
                "another one",
            ));
        }
        let erased = comparison.erased();
        let (mut names, mut rdms, mut readings) = (Vec::new(), Vec::new(), Vec::new());
        for (name, rdm) in models {
            let named = |error: Error| error.context(format!("model '{name}'"));
            if rdm.n_conditions() != n_conditions {
                let message = format!("{} conditions, the first model has {n_conditions}", rdm.n_conditions());
                return Err(named(Error::shape_mismatch(message)));
            }
            if is_joint && rdm.has_missing() {
                return Err(named(Error::degenerate("pairs are missing", "give complete models to tell them apart")));
            }
            // Labels were matched by the caller; comparing them again at every center would cost more than the scores.
            let rdm = rdm.with_conditions(Conditions::unlabeled(n_conditions))?;
            readings.push(erased.read(&rdm).map_err(named)?);
            rdms.push(rdm);
            names.push(name);
        }
        let vectors = match comparison {
            MapComparison::Pearson | MapComparison::Cosine if !rdms.iter().any(Rdm::has_missing) => {
                let is_centered = matches!(comparison, MapComparison::Pearson);
                Some(ModelVectors {
                    is_centered,
                    vectors: rdms.iter().map(|rdm| unit(rdm.values(), is_centered)).collect(),
                })
            }
            _ => None,
        };
        let joint = match is_joint {
            true => Some(JointModels { statistic, inverse: inverse_correlations(&erased, &readings, &names)? }),
            false => None,
        };
        Ok(Self { names, n_conditions, comparison: erased, readings, joint, vectors })
    }

    /// Returns the names of the models.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the number of conditions.
    pub fn n_conditions(&self) -> usize {
        self.n_conditions
    }

    /// Computes the statistic of every model for an RDM without labels.
    ///
    /// # Errors
    /// The reason for which it has none, or an error that is about the request.
    pub fn scores(&self, rdm: &Rdm) -> std::result::Result<Vec<f64>, SphereError> {
        let failed = |error: Error| match MissingReason::of_comparison_error(&error) {
            Some(reason) => SphereError::Missing(reason),
            None => SphereError::Failed(error),
        };
        let reading = self.comparison.read(rdm).map_err(failed)?;
        let mut scores = Vec::with_capacity(self.readings.len());
        for model in &self.readings {
            scores.push(self.comparison.compare(&reading, model).map_err(failed)?);
        }
        self.finish(&mut scores);
        Ok(scores)
    }

    /// Turns similarities into the statistic.
    pub(crate) fn finish(&self, similarities: &mut [f64]) {
        if let Some(joint) = &self.joint {
            joint.apply(similarities);
        }
    }

    /// Returns the vectors of the models, if the comparison is a product with them.
    pub(crate) fn vectors(&self) -> Option<&ModelVectors> {
        self.vectors.as_ref()
    }
}

impl JointModels {
    fn apply(&self, similarities: &mut [f64]) {
        let beta: Vec<f64> = self
            .inverse
            .rows()
            .into_iter()
            .map(|row| row.iter().zip(&*similarities).map(|(a, r)| a * r).sum())
            .collect();
        let explained: f64 = beta.iter().zip(&*similarities).map(|(beta, r)| beta * r).sum();
        let unexplained = (1.0 - explained).max(0.0);
        for (k, (value, beta)) in similarities.iter_mut().zip(beta).enumerate() {
            let own = self.inverse[(k, k)];
            let length = (unexplained * own + beta * beta).sqrt();
            *value = match self.statistic {
                MapStatistic::Similarity => *value,
                MapStatistic::Weight => beta,
                MapStatistic::UniqueVariance => beta * beta / own,
                // A weight of 0 where the models explain everything: the model adds nothing.
                MapStatistic::Partial => {
                    if length > 0.0 {
                        (beta / length).clamp(-1.0, 1.0)
                    } else {
                        0.0
                    }
                }
            };
        }
    }
}

/// Inverts the correlations of the models.
fn inverse_correlations(comparison: &AnyComparison, readings: &[AnyReading], names: &[String]) -> Result<Array2<f64>> {
    /// A model of which less than this share is its own is a combination of others, up to rounding.
    const OWN: f64 = 1e-10;
    let k = readings.len();
    let mut correlations = Array2::eye(k);
    for i in 0..k {
        for j in 0..i {
            let r = comparison.compare(&readings[i], &readings[j])?;
            correlations[(i, j)] = r;
            correlations[(j, i)] = r;
        }
    }
    for size in 2..=k {
        let first: Vec<usize> = (0..size).collect();
        let part = correlations.select(Axis(0), &first).select(Axis(1), &first);
        let pivot = linalg::cholesky(part.view()).map_or(0.0, |lower| lower[(size - 1, size - 1)].powi(2));
        if pivot < OWN {
            let before = names[..size - 1].join("', '");
            return Err(Error::degenerate(
                format!("model '{}' is a combination of '{before}'", names[size - 1]),
                "leave one of them out",
            ));
        }
    }
    let lower = linalg::cholesky(correlations.view())?;
    let root = linalg::solve_lower(lower.view(), Array2::eye(k).view())?;
    linalg::gram(root.t())
}

/// Returns values at length 1, less their mean if they are to be centered.
fn unit(values: &[f64], is_centered: bool) -> Vec<f64> {
    let scale = linalg::power_of_two(values);
    let mut unit: Vec<f64> = values.iter().map(|value| value / scale).collect();
    // The second pass removes the rounding that the first mean leaves.
    for _ in 0..if is_centered { 2 } else { 0 } {
        let mean = unit.iter().sum::<f64>() / unit.len() as f64;
        unit.iter_mut().for_each(|value| *value -= mean);
    }
    let length = linalg::dot(&unit, &unit).sqrt();
    unit.iter_mut().for_each(|value| *value /= length);
    unit
}

#[cfg(test)]
mod tests {
    use rsa_stats::Partial;

    use super::*;

    fn rdm(seed: usize) -> Rdm {
        Rdm::new((0..28).map(|k| ((k * (seed + 3) + seed * seed) as f64).sin() + 0.1 * k as f64).collect()).unwrap()
    }

    fn models(ks: &[usize]) -> Vec<(String, Rdm)> {
        ks.iter().map(|&k| (format!("m{k}"), rdm(k))).collect()
    }

    fn score(comparison: &MapComparison, statistic: MapStatistic, ks: &[usize]) -> Vec<f64> {
        MapModels::new(models(ks), comparison, statistic).unwrap().scores(&rdm(9)).unwrap()
    }

    #[test]
    fn partial_correlations_are_those_of_residuals() {
        for (comparison, partial) in [
            (MapComparison::Pearson, Partial::pearson(vec![rdm(1), rdm(2)])),
            (MapComparison::Spearman, Partial::spearman(vec![rdm(1), rdm(2)])),
        ] {
            let partial = partial.unwrap();
            let expected = partial.compare(&partial.read(&rdm(9)).unwrap(), &partial.read(&rdm(0)).unwrap()).unwrap();
            let found = score(&comparison, MapStatistic::Partial, &[0, 1, 2])[0];
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }

    #[test]
    fn unique_variance_is_what_a_model_adds() {
        let explained = |ks: &[usize]| -> f64 {
            let beta = score(&MapComparison::Pearson, MapStatistic::Weight, ks);
            let r = score(&MapComparison::Pearson, MapStatistic::Similarity, ks);
            beta.iter().zip(r).map(|(beta, r)| beta * r).sum()
        };
        let unique = score(&MapComparison::Pearson, MapStatistic::UniqueVariance, &[0, 1, 2]);
        assert!((unique[2] - (explained(&[0, 1, 2]) - explained(&[0, 1]))).abs() < 1e-12);
    }

    #[test]
    fn models_that_cannot_be_told_apart_are_named() {
        let mut some = models(&[0, 1]);
        let sum = rdm(0).values().iter().zip(rdm(1).values()).map(|(a, b)| 2.0 * a - b).collect();
        some.push(("sum".to_owned(), Rdm::new(sum).unwrap()));
        let error =
            MapModels::new(some.clone(), &MapComparison::Pearson, MapStatistic::Weight).unwrap_err().to_string();
        assert!(error.contains("model 'sum' is a combination of 'm0', 'm1'"), "{error}");
        assert!(MapModels::new(some, &MapComparison::Pearson, MapStatistic::Similarity).is_ok());
        assert!(MapModels::new(models(&[0]), &MapComparison::Cosine, MapStatistic::Partial).is_err());
        let constant = vec![("flat".to_owned(), Rdm::new(vec![1.0; 28]).unwrap())];
        let error = MapModels::new(constant, &MapComparison::Spearman, MapStatistic::Similarity).unwrap_err();
        assert!(error.to_string().starts_with("model 'flat'"), "{error}");
    }
}
