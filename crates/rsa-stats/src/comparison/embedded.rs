//! Comparisons that are inner products: each RDM becomes a vector φ, once.

use rsa_core::{
    Error, Grid, Identity, Observer, Rdm, Result,
    linalg::{self, on_wide_registers},
    same_list, score_pairs,
};

use super::{
    Comparison, Ignores, Weighted, joint,
    vector::{Vector, length_without_ties, subtract_mean, weigh_or_whiten},
};
use crate::{Multiplicities, ranks::SortedValues, whitening::IndependentNoise};

/// The steps that turn dissimilarities into the vector φ whose inner products are the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddingKind {
    /// Take mid-ranks instead of the values.
    pub(crate) ranks: bool,
    /// Subtract the mean.
    pub(crate) centered: bool,
    /// Whiten by the noise of independent conditions.
    pub(crate) whitened: bool,
    /// Divide by the length; otherwise by that of ranks without ties, √((L³ − L)/12).
    pub(crate) unit: bool,
}

/// A comparison that is an inner product of embedded RDMs, defined by its embedding alone.
///
/// The trait is public because public types implement it; it has no name outside this crate.
pub trait Embeds: Send + Sync {
    /// The steps to φ.
    const EMBEDDING: EmbeddingKind;
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
            EmbeddingKind { ranks: true, .. } => Ignores::AllButOrder,
            EmbeddingKind { centered: true, .. } => Ignores::ScaleAndOffset,
            _ => Ignores::Scale,
        }
    }

    fn identity(&self) -> Identity {
        // Ranks with ties are shorter than the length by which they are divided.
        if E::EMBEDDING.unit { Identity::Always(1.0) } else { Identity::WithoutTies(1.0) }
    }
}

impl<E: Embeds> Weighted for E {
    fn compare_weighted(&self, a: &Embedded, b: &Embedded, drawn: &Multiplicities) -> Result<f64> {
        E::EMBEDDING.compare(a, b, Some(drawn))
    }
}

/// An RDM read for a comparison that is an inner product; only the comparison that read it can compare it.
#[derive(Clone, Debug)]
pub struct Embedded {
    rdm: Rdm,
    /// The dissimilarities in rising order, where ranks are needed.
    sorted: Option<SortedValues>,
    /// φ, if no dissimilarity is missing.
    vector: Option<Vector>,
    /// The steps to φ; `None` for a comparison that has steps of its own.
    embedding: Option<EmbeddingKind>,
}

impl Embedded {
    /// Reads an RDM; `vector` computes φ from the RDM and the weights of its pairs.
    pub(crate) fn read(
        rdm: &Rdm,
        ranks: bool,
        vector: impl FnOnce(&Self, Option<&[f64]>) -> Result<Vector>,
    ) -> Result<Self> {
        joint::ensure_comparable(rdm)?;
        Self::read_on(rdm, ranks, joint::weights_with(rdm, &[], None)?.as_deref(), vector)
    }

    /// Reads an RDM of which only pairs with a weight above 0 will ever be compared.
    pub(crate) fn read_on(
        rdm: &Rdm,
        ranks: bool,
        weights: Option<&[f64]>,
        vector: impl FnOnce(&Self, Option<&[f64]>) -> Result<Vector>,
    ) -> Result<Self> {
        let sorted = ranks.then(|| SortedValues::new(rdm.values(), rdm.rounding()));
        let mut read = Self { rdm: rdm.clone(), sorted, vector: None, embedding: None };
        // A constant RDM is refused here, where the caller can still name it, even if some dissimilarities are missing.
        let vector = vector(&read, weights)?;
        read.vector = weights.is_none().then_some(vector);
        Ok(read)
    }

    /// Returns the RDM that was read.
    pub fn rdm(&self) -> &Rdm {
        &self.rdm
    }

    /// Returns the inner product of both φ; `vector` computes φ on the pairs that count here.
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

    /// Compares all pairs: RDMs without missing dissimilarities by one matrix product, others by `compare`.
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

impl EmbeddingKind {
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

    /// Returns the whitening of the pairs that count, if there is one; it is the same for all RDMs.
    pub(crate) fn noise(
        self,
        rdm: &Rdm,
        weights: Option<&[f64]>,
        drawn: Option<&Multiplicities>,
    ) -> Result<Option<IndependentNoise>> {
        self.whitened.then(|| IndependentNoise::new(rdm.n_conditions(), weights, drawn)).transpose()
    }

    /// Returns φ with √weight in it, so that the weighted sum of products is a plain inner product.
    pub(crate) fn vector(
        self,
        read: &Embedded,
        weights: Option<&[f64]>,
        noise: Option<&IndependentNoise>,
    ) -> Result<Vector> {
        let CenteredValues { values, count, .. } = self.weighted(&read.rdm, read.sorted.as_ref(), weights, noise)?;
        match self.unit {
            true => Vector::unit(values),
            // Only ranks, of which at least two differ, are divided by this length.
            false => Ok(Vector { values, factor: length_without_ties(count).recip() }),
        }
    }

    /// Returns the values with √weight in them, or whitened, before they are brought to a length.
    pub(crate) fn weighted(
        self,
        rdm: &Rdm,
        sorted: Option<&SortedValues>,
        weights: Option<&[f64]>,
        noise: Option<&IndependentNoise>,
    ) -> Result<CenteredValues> {
        let mut found = self.centered_values(rdm, sorted, weights)?;
        let roots: Option<Vec<f64>> = match noise {
            None => weights.map(|weights| weights.iter().map(|weight| weight.sqrt()).collect()),
            Some(_) => None,
        };
        found.values = weigh_or_whiten(found.values, noise, weights, roots.as_deref(), self.centered);
        Ok(found)
    }

    /// Returns the values or ranks, centered if the comparison centers; 0 where the weight is 0.
    ///
    /// Values that will be whitened keep the rounding error of their mean, because whitening subtracts the mean again.
    pub(crate) fn centered_values(
        self,
        rdm: &Rdm,
        sorted: Option<&SortedValues>,
        weights: Option<&[f64]>,
    ) -> Result<CenteredValues> {
        let values = rdm.values();
        let (extremes, sum) = match weights {
            Some(weights) => joint::extremes_and_sum_of(values, weights),
            None => (rdm.extremes(), rdm.sum()),
        };
        if self.centered && joint::is_constant(rdm, extremes) {
            return Err(joint::constant("equal"));
        }
        let count = weights.map_or(values.len() as f64, |weights| weights.iter().sum());
        let (mut values, scale) = match sorted {
            Some(sorted) => {
                let mut ranks = sorted.mid_ranks(weights);
                if self.centered {
                    ranks.iter_mut().for_each(|rank| *rank -= (count + 1.0) / 2.0);
                }
                (ranks, 1.0)
            }
            None => {
                // A power of two changes no digit and keeps squares in range.
                let scale = linalg::power_of_two(&extremes);
                let factor = scale.recip();
                // The mean is subtracted on the way, unless the sum overflows.
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
        // A pair of weight 0 may be missing, and NaN times 0 is NaN.
        set_to_zero_without_weight(&mut values, weights);
        // The second pass subtracts the rounding error of the first. Ranks have an exact mean; whitening subtracts it.
        if self.centered && !self.whitened && sorted.is_none() {
            subtract_mean(&mut values, weights, count);
            set_to_zero_without_weight(&mut values, weights);
        }
        Ok(CenteredValues { values, count, scale })
    }
}

/// The values of an RDM before they are weighed, whitened and normalized.
pub(crate) struct CenteredValues {
    pub(crate) values: Vec<f64>,
    /// The number of pairs, each as often as it counts.
    pub(crate) count: f64,
    /// The power of two by which the values were divided.
    pub(crate) scale: f64,
}

/// Sets the values of pairs of weight 0 to 0.
fn set_to_zero_without_weight(values: &mut [f64], weights: Option<&[f64]>) {
    let Some(weights) = weights else { return };
    let without = values.iter_mut().zip(weights).filter(|(_, weight)| **weight == 0.0);
    without.for_each(|(value, _)| *value = 0.0);
}

fn values<'a>(vectors: &[&'a Vector]) -> Vec<&'a [f64]> {
    vectors.iter().map(|vector| vector.values.as_slice()).collect()
}

/// Returns φ of each RDM, if none has missing dissimilarities.
fn vectors<'a>(read: &[&'a Embedded]) -> Option<Vec<&'a Vector>> {
    read.iter().map(|read| read.vector.as_ref()).collect()
}
