//! [`TrainingSet`]: the training conditions to which models with parameters are fitted.

use std::sync::Arc;

use ndarray::{CowArray, Ix2};
use rsa_core::{Observer, Result, linalg::dot};

use super::{
    dataset::{Dataset, PreparedModel},
    fit_target::FitTarget,
};
use crate::{
    Scoring,
    comparison::{
        Preparation,
        vector::Vector,
        weighted::{PreparedRdm, PreparedSubjects, Vectorizer, WeightedPairs},
    },
    regression::Combinations,
};

/// The subjects on the training conditions, with what all fits to them share.
pub(crate) struct TrainingSet<'a> {
    pub(super) dataset: &'a Dataset,
    /// Makes the vectors of subjects and predictions; vectors of ranks where the comparison counts pairs.
    pub(super) vectorizer: Vectorizer,
    /// The subjects' vectors as rows; without rows if no model is fitted.
    vectors: CowArray<'a, f64, Ix2>,
    /// For each weighted model the basis of its combinations.
    pub(super) bases: Vec<Option<Result<CombinationBasis>>>,
    /// The subjects prepared for counting, where the comparison counts pairs.
    pub(super) counted: Option<PreparedSubjects>,
    pub(super) observer: &'a dyn Observer,
}

/// A basis of the linear combinations of a model's RDMs on the training conditions.
pub(crate) struct CombinationBasis {
    pub(super) combinations: Combinations,
    /// The lengths by which the columns were divided.
    pub(super) lengths: Vec<f64>,
}

impl<'a> TrainingSet<'a> {
    /// Takes the training pairs, and the subjects on them if they are prepared already.
    ///
    /// # Errors
    /// `Degenerate`, naming the subject that is constant on the training pairs; `Cancelled`.
    pub(crate) fn new(
        dataset: &'a Dataset,
        pairs: Arc<WeightedPairs>,
        prepared: Option<&'a PreparedSubjects>,
        observer: &'a dyn Observer,
    ) -> Result<Self> {
        let counts = matches!(dataset.preparation, Preparation::Counts { .. });
        // Kendall's correlations have no vectors. A fit begins at the weights that are best for ranks.
        let preparation = if counts { Preparation::Ranks { unit: false } } else { dataset.preparation };
        let vectorizer = Vectorizer::given(preparation, pairs.clone(), &dataset.given)?;
        let fitted = dataset.models.iter().any(|model| model.fixed().is_none());
        let subjects: Vec<&PreparedRdm> = dataset.subjects.iter().filter(|_| fitted).collect();
        let vectors = match prepared.and_then(PreparedSubjects::vectors).filter(|_| fitted) {
            Some(vectors) => vectors.into(),
            None => vectorizer.matrix(&subjects, &|i| dataset.subject_names[i].clone(), observer)?.into(),
        };
        let counted = (counts && fitted).then(|| dataset.prepare_subjects(pairs, observer)).transpose()?;
        let mut training = Self { dataset, vectorizer, vectors, bases: Vec::new(), counted, observer };
        let basis = |model: &PreparedModel| match model {
            PreparedModel::Weighted { components, .. } => Some(training.basis(components)),
            _ => None,
        };
        training.bases = dataset.models.iter().map(basis).collect();
        Ok(training)
    }

    /// Returns the weighted subjects as a target of fits, whose predictions are tested on the pairs `tested`.
    pub(crate) fn target<'t>(&'t self, weights: Vec<f64>, tested: &'t WeightedPairs) -> FitTarget<'t, 'a> {
        let mut sum = vec![0.0; self.vectors.ncols()];
        for (vector, &weight) in self.vectors.rows().into_iter().zip(&weights).filter(|(_, weight)| **weight > 0.0) {
            sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += weight * value);
        }
        FitTarget { training: self, weights, sum, tested }
    }

    /// Returns columns of unit length that span the combinations of RDMs, and the lengths that were divided out.
    pub(super) fn columns(&self, rdms: &[PreparedRdm]) -> Result<(Vec<Vec<f64>>, Vec<f64>)> {
        let linear = match self.vectorizer.preparation {
            Preparation::Linear(_) => None,
            // Ranks are not linear in the dissimilarities; a sum of RDMs adds up their centered values.
            _ => {
                let (preparation, pairs) = (Scoring::Pearson.preparation(), self.vectorizer.pairs.clone());
                Some(Vectorizer::given(preparation, pairs, &self.dataset.given)?)
            }
        };
        let vectorizer = linear.as_ref().unwrap_or(&self.vectorizer);
        let columns = rdms.iter().map(|rdm| {
            let column = vectorizer.linear(rdm).map_err(|error| error.context(rdm.name()))?;
            let length = dot(&column, &column).sqrt();
            let column = Vector::unit(column).map_err(|error| error.context(rdm.name()))?;
            Ok((column.into_values(), length))
        });
        Ok(columns.collect::<Result<Vec<_>>>()?.into_iter().unzip())
    }

    fn basis(&self, components: &[PreparedRdm]) -> Result<CombinationBasis> {
        let (columns, lengths) = self.columns(components)?;
        let combinations = Combinations::new(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
        Ok(CombinationBasis { combinations, lengths })
    }
}
