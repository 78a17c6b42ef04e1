//! Spearman's correlation without mid-ranks.

use rsakit::{
    Euclidean, Measure, Rdm, Representation, Result, Rsa, Spearman,
    core::{Dissimilarity, Profile},
    stats::{Comparison, Pearson},
};

/// RSA with Spearman's correlation that ranks ties in the order of their pairs.
pub(crate) struct Ordinal;

impl Measure for Ordinal {
    type Geometry = <Pearson as Comparison>::Reading;

    fn profile(&self) -> Profile {
        Rsa::new(Euclidean, Spearman).profile()
    }

    fn geometry(&self, x: &Representation) -> Result<Self::Geometry> {
        let rdm = Euclidean.rdm(x)?;
        // `Spearman` refuses a constant RDM. Ranking ties in order would hide that the RDM is constant.
        Spearman.read(&rdm)?;
        let values = rdm.values();
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut ranks = vec![0.0; values.len()];
        order.into_iter().enumerate().for_each(|(rank, pair)| ranks[pair] = rank as f64);
        Pearson.read(&Rdm::new(ranks)?.with_conditions(x.conditions().clone())?)
    }

    fn compare(&self, a: &Self::Geometry, b: &Self::Geometry) -> Result<f64> {
        Pearson.compare(a, b)
    }
}
