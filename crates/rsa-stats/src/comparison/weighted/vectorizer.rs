//! [`Vectorizer`]: the vector φ of an RDM on the pairs of a resample.

use std::sync::Arc;

use ndarray::Array2;
use rsa_core::{Error, Observer, Result};

use super::{pairs::WeightedPairs, prepared_rdm::PreparedRdm};
use crate::{
    comparison::{
        Preparation,
        given_span::GivenSpan,
        joint,
        vector::{Vector, ranks_over_length, subtract_mean, weigh_or_whiten},
    },
    whitening::IndependentNoise,
};

/// Turns RDMs into vectors φ on the pairs of one resample; inner products of the vectors are the comparison.
#[derive(Debug)]
pub(crate) struct Vectorizer {
    pub(crate) preparation: Preparation,
    pub(crate) pairs: Arc<WeightedPairs>,
    /// The whitening that all vectors share.
    noise: Option<IndependentNoise>,
    /// The given RDMs, whose part is taken out of every vector.
    given: Option<GivenSpan>,
}

impl Vectorizer {
    /// Takes the pairs of a resample.
    ///
    /// # Errors
    /// Errors of the factorization that whitens.
    pub(crate) fn new(preparation: Preparation, pairs: Arc<WeightedPairs>) -> Result<Self> {
        let whitened = matches!(preparation, Preparation::Linear(embedding) if embedding.whitened);
        let noise = whitened.then(|| pairs.noise()).transpose()?;
        Ok(Self { preparation, pairs, noise, given: None })
    }

    /// Takes the pairs of a resample, and RDMs whose part on them is taken out of every vector.
    ///
    /// # Errors
    /// `Degenerate` for a given RDM that is constant on the pairs, or if too few pairs are left.
    pub(crate) fn given(preparation: Preparation, pairs: Arc<WeightedPairs>, given: &[PreparedRdm]) -> Result<Self> {
        let plain = Self::new(preparation, pairs)?;
        if given.is_empty() {
            return Ok(plain);
        }
        let column = |rdm: &PreparedRdm| plain.vector(rdm).map_err(|error| error.context(rdm.name()));
        let columns = given.iter().map(column).collect::<Result<Vec<_>>>()?;
        let span = GivenSpan::new(&columns, plain.pairs.n_present())?;
        Ok(Self { given: Some(span), ..plain })
    }

    /// Takes the part of the given RDMs out of a vector with √weight in it.
    fn without_given(&self, vector: Vec<f64>) -> Result<Vec<f64>> {
        match &self.given {
            Some(span) => span.residual(vector),
            None => Ok(vector),
        }
    }

    /// Returns φ with √weight in it; of unit length, except for ρ_a.
    ///
    /// # Errors
    /// `Degenerate` if the dissimilarities of the pairs are constant (for a cosine: zero).
    pub(crate) fn vector(&self, rdm: &PreparedRdm) -> Result<Vec<f64>> {
        match self.preparation {
            Preparation::Linear(_) => Ok(Vector::unit(self.linear(rdm)?)?.into_values()),
            Preparation::Ranks { .. } => self.vector_of_ranks(rdm.doubled_ranks(&self.pairs)),
            Preparation::Counts { .. } => unreachable!("Kendall's correlations are no inner products of RDMs"),
        }
    }

    /// Returns φ from twice the centered ranks.
    ///
    /// # Errors
    /// `Degenerate` if all ranks are equal, or a combination of those of the given RDMs.
    pub(crate) fn vector_of_ranks(&self, doubled: Vec<f64>) -> Result<Vec<f64>> {
        let mut ranks = self.scale_ranks(doubled)?;
        self.weigh(&mut ranks);
        match self.given {
            Some(_) => Ok(Vector::unit(self.without_given(ranks)?)?.into_values()),
            None => Ok(ranks),
        }
    }

    /// Returns the vectors of RDMs as rows; errors name the RDM by `name`.
    ///
    /// # Errors
    /// Errors of [`vector`](Self::vector), and `Cancelled`.
    pub(crate) fn matrix(
        &self,
        rdms: &[&PreparedRdm],
        name: &dyn Fn(usize) -> String,
        observer: &dyn Observer,
    ) -> Result<Array2<f64>> {
        let mut values = Vec::new();
        for (k, rdm) in rdms.iter().enumerate() {
            observer.ensure_going("the preparation of RDMs")?;
            let row = self.vector(rdm).map_err(|error: Error| error.context(name(k)))?;
            if k == 0 {
                values.reserve_exact(row.len() * rdms.len());
            }
            values.extend_from_slice(&row);
        }
        let columns = values.len() / rdms.len().max(1);
        Ok(Array2::from_shape_vec((rdms.len(), columns), values).expect("rows of one length"))
    }

    /// Multiplies by the square roots of the weights.
    pub(crate) fn weigh(&self, values: &mut [f64]) {
        if let Some(weights) = &self.pairs.weights {
            values.iter_mut().zip(&weights.roots).for_each(|(value, root)| *value *= root);
        }
    }

    /// Returns φ before it is brought to unit length, which is linear in the dissimilarities.
    ///
    /// # Errors
    /// `Degenerate` if a comparison that centers finds the dissimilarities constant.
    pub(crate) fn linear(&self, rdm: &PreparedRdm) -> Result<Vec<f64>> {
        let Preparation::Linear(embedding) = self.preparation else { unreachable!("ranks are not linear") };
        let pairs = &*self.pairs;
        let mut values: Vec<f64> = pairs.pairs.iter().map(|&pair| rdm.values()[pair as usize]).collect();
        if embedding.centered {
            let missing = pairs.missing().map(|weights| weights.values.as_slice());
            let extremes = joint::extremes_of(&values, missing);
            if joint::are_constant(extremes, rdm.rounding()) {
                return Err(joint::constant("equal"));
            }
        }
        pairs.zero_missing(&mut values);
        if embedding.centered {
            // The second pass subtracts the rounding error of the first; whitening does so itself.
            let times = if embedding.whitened { 1 } else { 2 };
            (0..times).for_each(|_| subtract_mean(&mut values, pairs.weights(), pairs.total()));
            pairs.zero_missing(&mut values);
        }
        let roots = pairs.weights.as_ref().map(|weights| weights.roots.as_slice());
        self.without_given(weigh_or_whiten(values, self.noise.as_ref(), pairs.weights(), roots, embedding.centered))
    }

    /// Returns centered ranks over their length, without the weights.
    ///
    /// # Errors
    /// `Degenerate` if all ranks are equal.
    pub(crate) fn ranks(&self, rdm: &PreparedRdm) -> Result<Vec<f64>> {
        self.scale_ranks(rdm.doubled_ranks(&self.pairs))
    }

    /// Scales twice the centered ranks to what the comparison divides by.
    ///
    /// # Errors
    /// `Degenerate` if all ranks are equal.
    fn scale_ranks(&self, doubled: Vec<f64>) -> Result<Vec<f64>> {
        let Preparation::Ranks { unit } = self.preparation else { unreachable!("only ranks are scaled as ranks") };
        let squared_length = self.pairs.product(&doubled, &doubled);
        ranks_over_length(doubled, squared_length, self.pairs.total(), unit)
    }
}
