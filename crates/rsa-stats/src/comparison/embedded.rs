//! Comparisons that are inner products: each RDM becomes a vector φ, once.

use ndarray::ArrayView1;
use rsa_core::{
    Error, Grid, Identity, Observer, Rdm, Result,
    linalg::{self, dot, on_wide_registers},
    same_list, score_pairs,
};

use super::{Comparison, Ignores, Weighted, joint};
use crate::{Multiplicities, ranks::Order, whitening::IndependentNoise};

/// How dissimilarities become the vector φ whose inner products are the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embedding {
    /// Take mid-ranks instead of the values.
    pub(crate) ranks: bool,
    /// Subtract the mean.
    pub(crate) centered: bool,
    /// Whiten by the noise of independent conditions.
    pub(crate) whitened: bool,
    /// Divide by the length; otherwise by that of ranks without ties, √((L³ − L)/12).
    pub(crate) unit: bool,
}

/// A comparison that is an inner product of embedded RDMs, and nothing else: the embedding says all of it.
///
/// Public for the types that have it, and without a name outside this crate.
pub trait Embeds: Send + Sync {
    /// What φ is.
    const EMBEDDING: Embedding;
}

impl<E: Embeds> Comparison for E {
    type Reading = Embedded;

    fn read(&self, rdm: &Rdm) -> Result<Embedded> {
        E::EMBEDDING.read(rdm)
    }

    fn compare(&self, a: &Embedded, b: &Embedded) -> Result<f64> {
        E::EMBEDDING.compare(a, b, None)
    }

    fn compare_all_observed(&self, a: &[&Embedded], b: &[&Embedded], observer: &dyn Observer) -> Grid<Result<f64>> {
        E::EMBEDDING.compare_all(a, b, observer)
    }

    fn rdm_of<'a>(&self, reading: &'a Embedded) -> Option<&'a Rdm> {
        Some(reading.rdm())
    }

    fn ignores(&self) -> Ignores {
        match E::EMBEDDING {
            Embedding { ranks: true, .. } => Ignores::AllButOrder,
            Embedding { centered: true, .. } => Ignores::ScaleAndOffset,
            _ => Ignores::Scale,
        }
    }

    fn identity(&self) -> Identity {
        // Ranks with ties are shorter than the length they are divided by.
        if E::EMBEDDING.unit { Identity::Always(1.0) } else { Identity::WithoutTies(1.0) }
    }
}

impl<E: Embeds> Weighted for E {
    fn compare_weighted(&self, a: &Embedded, b: &Embedded, drawn: &Multiplicities) -> Result<f64> {
        E::EMBEDDING.compare(a, b, Some(drawn))
    }
}

/// An RDM read for a comparison that is an inner product, to be compared by the comparison that read it.
#[derive(Clone, Debug)]
pub struct Embedded {
    rdm: Rdm,
    /// Where ranks are needed.
    order: Option<Order>,
    /// φ, if no dissimilarity is missing.
    vector: Option<Vector>,
    /// What φ is; `None` for a comparison with a reading of its own.
    embedding: Option<Embedding>,
}

impl Embedded {
    /// Reads an RDM whose φ is `vector` of it and of the weights of its pairs.
    pub(crate) fn read(
        rdm: &Rdm,
        ranks: bool,
        vector: impl FnOnce(&Self, Option<&[f64]>) -> Result<Vector>,
    ) -> Result<Self> {
        joint::ensure_comparable(rdm)?;
        Self::read_on(rdm, ranks, joint::weights_with(rdm, &[], None)?.as_deref(), vector)
    }

    /// Reads an RDM where `weights` say which of its pairs will count at the most.
    pub(crate) fn read_on(
        rdm: &Rdm,
        ranks: bool,
        weights: Option<&[f64]>,
        vector: impl FnOnce(&Self, Option<&[f64]>) -> Result<Vector>,
    ) -> Result<Self> {
        let order = ranks.then(|| Order::new(rdm.values(), rdm.rounding()));
        let mut read = Self { rdm: rdm.clone(), order, vector: None, embedding: None };
        // A constant RDM is refused here, where it has a name, even if some dissimilarities are missing.
        let vector = vector(&read, weights)?;
        read.vector = weights.is_none().then_some(vector);
        Ok(read)
    }

    /// The RDM that was read.
    pub fn rdm(&self) -> &Rdm {
        &self.rdm
    }

    /// φ of both, multiplied; `vector` is φ on the pairs that count here.
    pub(crate) fn compare(
        &self,
        other: &Self,
        all_pairs: bool,
        vector: impl Fn(&Self) -> Result<Vector>,
    ) -> Result<f64> {
        if let (true, Some(a), Some(b)) = (all_pairs, &self.vector, &other.vector) {
            return Ok(a.dot(b));
        }
        let side = |read, name: &str| vector(read).map_err(|error: Error| error.context(format!("{name} RDM")));
        Ok(side(self, "first")?.dot(&side(other, "second")?))
    }

    /// All pairs; those without missing dissimilarities as one matrix product, others by `compare`.
    pub(crate) fn compare_all(
        a: &[&Self],
        b: &[&Self],
        observer: &dyn Observer,
        compare: impl Fn(&Self, &Self) -> Result<f64> + Sync,
    ) -> Grid<Result<f64>> {
        let first = a.iter().chain(b).next();
        let alike = |read: &&Self| {
            first.is_some_and(|first| {
                first.embedding == read.embedding && first.rdm.conditions().ensure_same(read.rdm.conditions()).is_ok()
            })
        };
        if !observer.is_cancelled()
            && a.iter().chain(b).all(alike)
            && let (Some(left), Some(right)) = (vectors(a), vectors(b))
            && let [left_values, right_values] = [&left, &right].map(|side| values(side))
            && let Ok(products) = linalg::inner_products(&left_values, &right_values)
        {
            let product = |i: usize, j: usize| products[(i, j)] * (left[i].factor * right[j].factor);
            return Grid::from_fn(a.len(), b.len(), |i, j| Ok(product(i, j).clamp(-1.0, 1.0)));
        }
        score_pairs(a.len(), b.len(), same_list(a, b), observer, |i, j| compare(a[i], b[j]))
    }
}

impl Embedding {
    pub(crate) fn read(self, rdm: &Rdm) -> Result<Embedded> {
        let read = Embedded::read(rdm, self.ranks, |read, weights| {
            self.vector(read, weights, self.noise(rdm, weights, None)?.as_ref())
        })?;
        Ok(Embedded { embedding: Some(self), ..read })
    }

    pub(crate) fn compare(self, a: &Embedded, b: &Embedded, drawn: Option<&Multiplicities>) -> Result<f64> {
        if a.embedding != Some(self) || b.embedding != Some(self) {
            let requirement = "read by the comparison that compares it";
            return Err(Error::invalid_parameter("an RDM", requirement, "one read by another comparison"));
        }
        if drawn.is_none() && a.vector.is_some() && b.vector.is_some() {
            a.rdm.conditions().ensure_same(b.rdm.conditions())?;
            return a.compare(b, true, |read| self.vector(read, None, None));
        }
        let weights = joint::weights(&a.rdm, &b.rdm, drawn)?;
        let noise = self.noise(&a.rdm, weights.as_deref(), drawn)?;
        a.compare(b, weights.is_none(), |read| self.vector(read, weights.as_deref(), noise.as_ref()))
    }

    pub(crate) fn compare_all(self, a: &[&Embedded], b: &[&Embedded], observer: &dyn Observer) -> Grid<Result<f64>> {
        if a.iter().chain(b).any(|read| read.embedding != Some(self)) {
            return Grid::from_fn(a.len(), b.len(), |i, j| self.compare(a[i], b[j], None));
        }
        Embedded::compare_all(a, b, observer, |a, b| self.compare(a, b, None))
    }

    /// What whitens the pairs that count, if they are whitened: one system for all RDMs.
    pub(crate) fn noise(
        self,
        rdm: &Rdm,
        weights: Option<&[f64]>,
        drawn: Option<&Multiplicities>,
    ) -> Result<Option<IndependentNoise>> {
        self.whitened.then(|| IndependentNoise::new(rdm.n_conditions(), weights, drawn)).transpose()
    }

    /// φ with √weight in it, so that the weighted sum of products is a plain inner product.
    pub(crate) fn vector(
        self,
        read: &Embedded,
        weights: Option<&[f64]>,
        noise: Option<&IndependentNoise>,
    ) -> Result<Vector> {
        let Numbers { values, count, .. } = self.weighted(&read.rdm, read.order.as_ref(), weights, noise)?;
        match self.unit {
            true => Vector::unit(values),
            // Of ranks, of which two at least differ.
            false => Ok(Vector { values, factor: ((count.powi(3) - count) / 12.0).sqrt().recip() }),
        }
    }

    /// The numbers with √weight in them, or whitened; before they are brought to a length.
    pub(crate) fn weighted(
        self,
        rdm: &Rdm,
        order: Option<&Order>,
        weights: Option<&[f64]>,
        noise: Option<&IndependentNoise>,
    ) -> Result<Numbers> {
        let mut numbers = self.numbers(rdm, order, weights)?;
        match (noise, weights) {
            (Some(noise), _) => numbers.values = noise.whiten(numbers.values, weights, self.centered),
            (None, Some(weights)) => {
                numbers.values.iter_mut().zip(weights).for_each(|(value, weight)| *value *= weight.sqrt());
            }
            (None, None) => {}
        }
        Ok(numbers)
    }

    /// The values or ranks, less their mean if they are centred, up to its rounding if they are to be whitened; 0 where the
    /// weight is.
    pub(crate) fn numbers(self, rdm: &Rdm, order: Option<&Order>, weights: Option<&[f64]>) -> Result<Numbers> {
        let values = rdm.values();
        let (extremes, sum) = match weights {
            Some(weights) => joint::extremes_and_sum_of(values, weights),
            None => (rdm.extremes(), rdm.sum()),
        };
        if self.centered && joint::is_constant(rdm, extremes) {
            return Err(joint::constant("equal"));
        }
        let count = weights.map_or(values.len() as f64, |weights| weights.iter().sum());
        let (mut values, scale) = match order {
            Some(order) => {
                let mut ranks = order.mid_ranks(weights);
                if self.centered {
                    ranks.iter_mut().for_each(|rank| *rank -= (count + 1.0) / 2.0);
                }
                (ranks, 1.0)
            }
            None => {
                // A common power of two takes nothing from the digits and keeps squares in range.
                let scale = linalg::power_of_two(&extremes);
                let factor = scale.recip();
                // The mean on the way, unless its sum overflows.
                let mean = if self.centered && sum.is_finite() { sum * factor / count } else { 0.0 };
                // Whitening appends a number for every condition.
                let mut numbers = Vec::with_capacity(values.len() + rdm.n_conditions());
                on_wide_registers(
                    #[inline(always)]
                    || numbers.extend(values.iter().map(|value| value * factor - mean)),
                );
                (numbers, scale)
            }
        };
        if let Some(weights) = weights {
            // A pair that does not count may be missing, and NaN times 0 is NaN.
            let left_out = values.iter_mut().zip(weights).filter(|(_, weight)| **weight == 0.0);
            left_out.for_each(|(value, _)| *value = 0.0);
        }
        // A second mean takes the rounding of the first; ranks have theirs by construction, and whitening takes it itself.
        if self.centered && !self.whitened && order.is_none() {
            match weights {
                None => {
                    let mean = ArrayView1::from(&values).sum() / count;
                    values.iter_mut().for_each(|value| *value -= mean);
                }
                Some(weights) => {
                    let mean = dot(weights, &values) / count;
                    let counted = values.iter_mut().zip(weights).filter(|(_, weight)| **weight > 0.0);
                    counted.for_each(|(value, _)| *value -= mean);
                }
            }
        }
        Ok(Numbers { values, count, scale })
    }
}

/// What an RDM contributes before it is weighted, whitened and normalised.
pub(crate) struct Numbers {
    pub(crate) values: Vec<f64>,
    /// How many pairs there are, copies included.
    pub(crate) count: f64,
    /// The power of two that was divided out.
    pub(crate) scale: f64,
}

/// φ: numbers, and what they are to be multiplied by, which is done for a product and not for every number.
#[derive(Clone, Debug)]
pub(crate) struct Vector {
    values: Vec<f64>,
    factor: f64,
}

impl Vector {
    /// Of length 1.
    pub(crate) fn unit(values: Vec<f64>) -> Result<Self> {
        let length = dot(&values, &values).sqrt();
        match length > 0.0 {
            true => Ok(Self { values, factor: length.recip() }),
            false => Err(joint::constant("zero")),
        }
    }

    /// The numbers themselves.
    pub(crate) fn into_values(mut self) -> Vec<f64> {
        on_wide_registers(
            #[inline(always)]
            || self.values.iter_mut().for_each(|value| *value *= self.factor),
        );
        self.values
    }

    /// A comparison: at the most 1, which rounding may exceed.
    fn dot(&self, other: &Self) -> f64 {
        (dot(&self.values, &other.values) * (self.factor * other.factor)).clamp(-1.0, 1.0)
    }
}

fn values<'a>(vectors: &[&'a Vector]) -> Vec<&'a [f64]> {
    vectors.iter().map(|vector| vector.values.as_slice()).collect()
}

/// φ of each RDM, if none has missing dissimilarities.
fn vectors<'a>(read: &[&'a Embedded]) -> Option<Vec<&'a Vector>> {
    read.iter().map(|read| read.vector.as_ref()).collect()
}
