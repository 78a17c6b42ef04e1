//! Mean scores of models with the conditions of the data in another order.

use std::sync::Arc;

use rsa_core::{Error, ErrorKind, Observer, Result, condensed, linalg::dot};

use super::dataset::{Dataset, PreparedModel};
use crate::{
    PermutedScores,
    comparison::{
        Preparation,
        weighted::{PreparedRdm, PreparedSubjects, Vectorizer, WeightedPairs},
    },
};

/// Returns a function that takes an order of the conditions and returns each model's mean score.
///
/// Condition i of the models is paired with condition `order[i]` of the data.
///
/// # Errors
/// `InvalidParameter` naming a model with missing pairs: every order would compare other pairs of the data.
pub(super) fn permuted_scores<'a>(dataset: &'a Dataset, observer: &dyn Observer) -> Result<PermutedScores<'a>> {
    let pairs = Arc::new(WeightedPairs::new(&vec![1; dataset.n_conditions], dataset.present.as_deref())?);
    if dataset.present.is_none() && !matches!(dataset.preparation, Preparation::Counts { .. }) {
        return by_product(dataset, pairs, observer);
    }
    let lacks_pairs =
        |model: &PreparedModel| model.fixed().is_some_and(|rdm| rdm.values().iter().any(|value| value.is_nan()));
    if let Some(lacking) = dataset.models.iter().position(lacks_pairs) {
        let requirement = "asked for with models that have all pairs; the data may lack some";
        let error = Error::invalid_parameter("permutations", requirement, "one that lacks some");
        return Err(error.context(dataset.model_name(lacking)));
    }
    let subjects = dataset.prepare_subjects(pairs, observer)?;
    let score = move |order: &[usize]| -> Result<Vec<Option<f64>>> {
        let place = inverse(order);
        let models = dataset.models.iter().filter_map(PreparedModel::fixed);
        models.map(|model| permuted_mean(dataset, &subjects, model, &place)).collect()
    };
    Ok(Box::new(score))
}

/// Returns the function for comparisons that are inner products of complete RDMs.
///
/// It permutes the mean of the subjects' vectors and multiplies it with the vector of each model.
fn by_product<'a>(
    dataset: &'a Dataset,
    pairs: Arc<WeightedPairs>,
    observer: &dyn Observer,
) -> Result<PermutedScores<'a>> {
    let n = dataset.n_conditions;
    let vectorizer = Vectorizer::new(dataset.preparation, pairs)?;
    let models = dataset.models.iter().filter_map(PreparedModel::fixed).map(|model| vectorizer.vector(model));
    let models = models.collect::<Result<Vec<_>>>()?;
    let mut mean = vec![0.0; models.first().map_or(0, Vec::len)];
    for subject in &dataset.subjects {
        observer.ensure_going("the preparation of RDMs")?;
        let vector = vectorizer.vector(subject)?;
        mean.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value / dataset.subjects.len() as f64);
    }
    let score = move |order: &[usize]| -> Result<Vec<Option<f64>>> {
        let mut permuted: Vec<f64> = condensed::pairs(n).map(|pair| mean[permuted_index(n, order, pair)]).collect();
        // Whitened vectors end with one number for every condition.
        let of_conditions = &mean[permuted.len()..];
        if !of_conditions.is_empty() {
            permuted.extend(order.iter().map(|&condition| of_conditions[condition]));
        }
        Ok(models.iter().map(|model| Some(dot(model, &permuted))).collect())
    };
    Ok(Box::new(score))
}

/// Compares a permuted model with all subjects, or returns `None` if it is constant on the pairs that the data have.
///
/// The data stay in place with their missing pairs, and the model is permuted by the inverse order.
fn permuted_mean(
    dataset: &Dataset,
    subjects: &PreparedSubjects,
    model: &PreparedRdm,
    place: &[usize],
) -> Result<Option<f64>> {
    let n = dataset.n_conditions;
    let values = condensed::pairs(n).map(|pair| model.values()[permuted_index(n, place, pair)]).collect();
    let permuted = PreparedRdm::from_values(values, model.rounding(), dataset.preparation);
    match subjects.scores(&[&permuted], &|_| "a permuted model".to_owned(), &()) {
        Ok(scores) => Ok(Some(scores.sum() / scores.len() as f64)),
        Err(error) if matches!(error.kind(), ErrorKind::Degenerate { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the condensed index of the pair at the permuted positions of (i, j).
fn permuted_index(n: usize, order: &[usize], (i, j): (usize, usize)) -> usize {
    let (a, b) = (order[i], order[j]);
    condensed::index(n, a.min(b), a.max(b))
}

fn inverse(order: &[usize]) -> Vec<usize> {
    let mut place = vec![0; order.len()];
    order.iter().enumerate().for_each(|(i, &condition)| place[condition] = i);
    place
}
