//! [`PreparedSubjects`]: the subjects' RDMs on the pairs of one resample, to be compared with models and with pools.

use std::{mem, sync::Arc};

use ndarray::{Array2, ArrayView2};
use rsa_core::{Observer, Result, linalg};

use super::{
    counted::CountedSubjects,
    linear::{LinearSubjects, SubjectProducts},
    pairs::WeightedPairs,
    prepared_rdm::PreparedRdm,
    ranked::RankedSubjects,
    vectorizer::Vectorizer,
};
use crate::comparison::Preparation;

/// The subjects' RDMs on the pairs of one resample of conditions.
///
/// Resamples of subjects on the same conditions reuse these numbers with other weights: nothing is compared again.
#[derive(Debug)]
pub(crate) struct PreparedSubjects(Subjects);

/// The subjects in the form that their comparison needs.
#[derive(Debug)]
enum Subjects {
    Linear(Vectorizer, LinearSubjects),
    /// Without the vectors, from products that are known already.
    Products(SubjectProducts),
    Ranked(RankedSubjects),
    Counted(Arc<WeightedPairs>, CountedSubjects),
}

/// A weighted mean of subjects, before it is compared.
pub(crate) struct Pool {
    /// The weight of each subject in the pool.
    weights: Vec<f64>,
    /// The weighted sum of vectors or ranks; empty where inner products of the subjects suffice.
    sum: Vec<f64>,
}

impl PreparedSubjects {
    /// Prepares every subject on the given pairs alone, without the part that the `given` RDMs explain.
    ///
    /// # Errors
    /// `Degenerate`, naming the subject (by `name`) that is constant on the pairs; `Cancelled`.
    pub(crate) fn new(
        preparation: Preparation,
        pairs: Arc<WeightedPairs>,
        subjects: &[&PreparedRdm],
        given: &[PreparedRdm],
        name: &dyn Fn(usize) -> String,
        observer: &dyn Observer,
    ) -> Result<Self> {
        let subjects = match preparation {
            // Residuals of ranks are no ranks: they are pooled as vectors.
            Preparation::Linear(_) | Preparation::Ranks { .. } if !given.is_empty() => {
                let vectorizer = Vectorizer::given(preparation, pairs.clone(), given)?;
                let vectors = vectorizer.matrix(subjects, name, observer)?;
                Subjects::Linear(vectorizer, LinearSubjects::new(vectors)?)
            }
            Preparation::Linear(_) => {
                let vectorizer = Vectorizer::new(preparation, pairs.clone())?;
                let vectors = vectorizer.matrix(subjects, name, observer)?;
                Subjects::Linear(vectorizer, LinearSubjects::new(vectors)?)
            }
            Preparation::Ranks { .. } => {
                let vectorizer = Vectorizer::new(preparation, pairs.clone())?;
                let vectors = vectorizer.matrix(subjects, name, observer)?;
                Subjects::Ranked(RankedSubjects::new(vectorizer, vectors))
            }
            Preparation::Counts { without_ties } => {
                let counted = CountedSubjects::new(without_ties, &pairs, subjects, name, observer)?;
                Subjects::Counted(pairs, counted)
            }
        };
        Ok(Self(subjects))
    }

    /// Takes the inner products of the subjects' vectors, for comparisons with pools alone.
    pub(crate) fn of_products(products: SubjectProducts) -> Self {
        Self(Subjects::Products(products))
    }

    /// Returns the subjects' vectors as rows, unless the comparison counts pairs.
    pub(crate) fn vectors(&self) -> Option<ArrayView2<'_, f64>> {
        match &self.0 {
            Subjects::Linear(_, linear) => Some(linear.vectors()),
            Subjects::Ranked(ranked) => Some(ranked.vectors()),
            Subjects::Products(_) | Subjects::Counted(..) => None,
        }
    }

    /// Compares every model with every subject: models × subjects.
    ///
    /// # Errors
    /// `Degenerate`, naming the model (by `name`) that is constant on the pairs; `Cancelled`.
    pub(crate) fn scores(
        &self,
        models: &[&PreparedRdm],
        name: &dyn Fn(usize) -> String,
        observer: &dyn Observer,
    ) -> Result<Array2<f64>> {
        match &self.0 {
            Subjects::Linear(vectorizer, linear) => {
                products(vectorizer.matrix(models, name, observer)?.view(), linear.vectors())
            }
            Subjects::Ranked(ranked) => {
                products(ranked.vectorizer().matrix(models, name, observer)?.view(), ranked.vectors())
            }
            Subjects::Counted(pairs, counted) => counted.scores(pairs, models, name, observer),
            Subjects::Products(_) => unreachable!("whoever knows the products has compared the models, too"),
        }
    }

    /// Pools the subjects with these weights.
    pub(crate) fn pool(&self, weights: &[f64]) -> Pool {
        let mut pool = Pool { weights: weights.to_vec(), sum: Vec::new() };
        let members = (0..weights.len()).filter(|&i| weights[i] != 0.0);
        match &self.0 {
            Subjects::Linear(..) | Subjects::Products(_) => {}
            Subjects::Ranked(ranked) => members.for_each(|i| ranked.add(i, weights[i], &mut pool.sum)),
            Subjects::Counted(_, counted) => members.for_each(|i| counted.add(i, weights[i], &mut pool.sum)),
        }
        pool
    }

    /// Returns a pool without some of its subjects.
    pub(crate) fn without(&self, pool: &Pool, members: &[usize]) -> Pool {
        let mut rest = Pool { weights: pool.weights.clone(), sum: pool.sum.clone() };
        for &i in members {
            let weight = mem::take(&mut rest.weights[i]);
            match &self.0 {
                Subjects::Linear(..) | Subjects::Products(_) => {}
                Subjects::Ranked(ranked) => ranked.add(i, -weight, &mut rest.sum),
                Subjects::Counted(_, counted) => counted.add(i, -weight, &mut rest.sum),
            }
        }
        rest
    }

    /// Compares each of `subjects` with a pool.
    ///
    /// # Errors
    /// `Degenerate` if the pool is constant.
    pub(crate) fn compare_with_pool(&self, pool: &Pool, subjects: &[usize]) -> Result<Vec<f64>> {
        match &self.0 {
            Subjects::Linear(_, linear) => linear.products().compare_with_pool(&pool.weights, subjects),
            Subjects::Products(products) => products.compare_with_pool(&pool.weights, subjects),
            Subjects::Ranked(ranked) => ranked.compare_with_pool(&pool.sum, pool.weights.len(), subjects),
            Subjects::Counted(pairs, counted) => counted.compare_with_pool(pairs, &pool.sum, subjects),
        }
    }
}

/// Adds a multiple of a vector to a sum, which is empty before the first.
pub(crate) fn add_scaled(sum: &mut Vec<f64>, factor: f64, values: &[f64]) {
    sum.resize(values.len(), 0.0);
    sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += factor * value);
}

/// Returns every row of `a` times every row of `b`.
fn products(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    match a.nrows() {
        0 => Ok(Array2::zeros((0, b.nrows()))),
        _ => Ok(linalg::product(a, b.t())?.mapv(|product| product.clamp(-1.0, 1.0))),
    }
}
