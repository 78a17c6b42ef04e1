//! [`Source`]: an RDM as inference reads it once, and its vector on any view.

use ndarray::ArrayView1;
use rsa_core::{
    Rdm, Result,
    linalg::{self, dot},
};

use super::{
    scoring::Kind,
    view::{Place, View},
};
use crate::{
    comparison::{embedded::Vector, joint},
    ranks::Order,
    whitening::IndependentNoise,
};

/// An RDM, read once.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Over a common power of two.
    values: Vec<f64>,
    /// How far apart values are equal.
    rounding: f64,
    /// Where ranks are asked.
    order: Option<Order>,
}

/// What the vectors of a view share.
pub(crate) struct Frame<'v> {
    pub(crate) kind: Kind,
    pub(crate) view: &'v View,
    noise: Option<IndependentNoise>,
}

impl Source {
    /// Reads RDMs in one unit.
    pub(crate) fn all(rdms: &[Rdm], kind: Kind) -> Vec<Self> {
        let scale = linalg::power_of_two(rdms.iter().flat_map(Rdm::values).filter(|value| !value.is_nan()));
        rdms.iter().map(|rdm| Self::scaled(rdm, scale, kind)).collect()
    }

    pub(crate) fn new(rdm: &Rdm, kind: Kind) -> Self {
        let scale = linalg::power_of_two(rdm.values().iter().filter(|value| !value.is_nan()));
        Self::scaled(rdm, scale, kind)
    }

    fn scaled(rdm: &Rdm, scale: f64, kind: Kind) -> Self {
        Self::of(rdm.values().iter().map(|value| value / scale).collect(), rdm.rounding() / scale, kind)
    }

    /// Takes dissimilarities that are known to within `rounding`.
    pub(crate) fn of(values: Vec<f64>, rounding: f64, kind: Kind) -> Self {
        let order = (!matches!(kind, Kind::Linear(_))).then(|| Order::new(&values, rounding));
        Self { values, rounding, order }
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(crate) fn rounding(&self) -> f64 {
        self.rounding
    }

    /// The pairs from the smallest dissimilarity to the largest.
    pub(crate) fn order(&self) -> &Order {
        self.order.as_ref().expect("orders are asked of sources that were ordered")
    }

    /// Twice the mid-ranks of the pairs of a view, less their mean: whole numbers. 0 where a pair is missing.
    pub(crate) fn doubled_ranks(&self, view: &View) -> Vec<f64> {
        let places = view.places();
        self.order().doubled_ranks(view, |pair| places[pair as usize])
    }

    /// The same of a source that has one value for each pair of the view.
    pub(crate) fn doubled_own_ranks(&self, view: &View) -> Vec<f64> {
        self.order().doubled_ranks(view, |place| view.place(place as usize))
    }
}

impl Order {
    /// Takes where each entry stands in the view.
    fn doubled_ranks(&self, view: &View, place: impl Fn(u32) -> Place) -> Vec<f64> {
        let mut ranks = vec![0.0; view.pairs.len() + 1];
        // Twice the copies that are below, less those that would be below the mean.
        let mut below = -(view.total() as i64);
        if self.is_strict() {
            // Without a branch on whether there are copies: half of the pairs of a resample have none.
            for &entry in self.pairs() {
                let (place, copies) = place(entry);
                ranks[place as usize] = (below + i64::from(copies)) as f64;
                below += 2 * i64::from(copies);
            }
        } else {
            for run in self.runs() {
                let copies: i64 = run.iter().map(|&entry| i64::from(place(entry).1)).sum();
                run.iter().for_each(|&entry| ranks[place(entry).0 as usize] = (below + copies) as f64);
                below += 2 * copies;
            }
        }
        // What does not count stands after the last.
        ranks.pop();
        ranks
    }
}

impl View {
    /// Sets the values of pairs that are missing to 0.
    pub(crate) fn forget_missing(&self, values: &mut [f64]) {
        if let Some(copies) = self.missing() {
            let missing = values.iter_mut().zip(&copies.counts).filter(|(_, count)| **count == 0);
            missing.for_each(|(value, _)| *value = 0.0);
        }
    }

    /// Σ w·a·b.
    pub(crate) fn product(&self, a: &[f64], b: &[f64]) -> f64 {
        match self.weights() {
            None => dot(a, b),
            Some(weights) => {
                let weighted: Vec<f64> = a.iter().zip(weights).map(|(a, weight)| a * weight).collect();
                dot(&weighted, b)
            }
        }
    }
}

impl<'v> Frame<'v> {
    pub(crate) fn new(kind: Kind, view: &'v View) -> Result<Self> {
        let whitened = matches!(kind, Kind::Linear(embedding) if embedding.whitened);
        Ok(Self { kind, view, noise: whitened.then(|| view.noise()).transpose()? })
    }

    /// φ: its inner products, with √weight in them, are the linear comparisons.
    ///
    /// # Errors
    /// `Degenerate` if the dissimilarities of the view are constant (a cosine: zero).
    pub(crate) fn vector(&self, source: &Source) -> Result<Vec<f64>> {
        match self.kind {
            Kind::Linear(_) => Ok(Vector::unit(self.column(source)?)?.into_values()),
            Kind::Ranks { .. } => {
                let mut ranks = self.ranks(source)?;
                self.weigh(&mut ranks);
                Ok(ranks)
            }
            Kind::Counts { .. } => unreachable!("counts are no inner products"),
        }
    }

    /// Multiplies by the roots of the weights.
    pub(crate) fn weigh(&self, values: &mut [f64]) {
        if let Some(copies) = &self.view.copies {
            values.iter_mut().zip(&copies.roots).for_each(|(value, root)| *value *= root);
        }
    }

    /// φ before it is brought to unit length: linear in the dissimilarities.
    pub(crate) fn column(&self, source: &Source) -> Result<Vec<f64>> {
        let Kind::Linear(embedding) = self.kind else { unreachable!("ranks are not linear") };
        let mut values: Vec<f64> = self.view.pairs.iter().map(|&pair| source.values[pair as usize]).collect();
        if embedding.centered {
            let missing = self.view.missing().map(|copies| copies.weights.as_slice());
            let extremes = joint::extremes_of(&values, missing);
            if joint::are_constant(extremes, source.rounding) {
                return Err(joint::constant("equal"));
            }
        }
        self.view.forget_missing(&mut values);
        if embedding.centered {
            // Twice: the second mean is the rounding of the first; whitening takes it itself.
            let times = if embedding.whitened { 1 } else { 2 };
            for _ in 0..times {
                let sum = match self.view.weights() {
                    None => ArrayView1::from(&values).sum(),
                    Some(weights) => dot(weights, &values),
                };
                let mean = sum / self.view.total();
                values.iter_mut().for_each(|value| *value -= mean);
            }
            self.view.forget_missing(&mut values);
        }
        match &self.noise {
            Some(noise) => Ok(noise.whiten(values, self.view.weights(), embedding.centered)),
            None => {
                self.weigh(&mut values);
                Ok(values)
            }
        }
    }

    /// Centred ranks over their length, without the weights.
    pub(crate) fn ranks(&self, source: &Source) -> Result<Vec<f64>> {
        self.ranks_over_length(source.doubled_ranks(self.view))
    }

    /// Takes twice the centred ranks.
    pub(crate) fn ranks_over_length(&self, mut doubled: Vec<f64>) -> Result<Vec<f64>> {
        let Kind::Ranks { unit } = self.kind else { unreachable!("only ranks are ranked") };
        let length = self.view.product(&doubled, &doubled).sqrt();
        if length == 0.0 {
            return Err(joint::constant("equal"));
        }
        let total = self.view.total();
        // Twice a rank has twice the length.
        let factor = if unit { length.recip() } else { ((total.powi(3) - total) / 3.0).sqrt().recip() };
        doubled.iter_mut().for_each(|value| *value *= factor);
        Ok(doubled)
    }
}
