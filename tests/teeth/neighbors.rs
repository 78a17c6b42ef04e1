//! Nearest neighbors with wrong ties, and an alignment that is called symmetric.

use rsakit::{
    Cknna, Euclidean, Knn, Measure, Representation, Result,
    core::{Conditions, Dissimilarity, Profile},
    shape::{NeighborMetric, NeighborProducts},
};

/// Shared neighbors with ties broken by the place of the conditions, as sorting does.
pub(crate) struct SortedTies;

/// The alignment of neighbors that claims to be symmetric.
pub(crate) struct SymmetricAlignment;

const K: usize = 3;

impl Measure for SortedTies {
    type Geometry = (Vec<Vec<usize>>, Conditions);

    fn profile(&self) -> Profile {
        Knn { k: K, metric: NeighborMetric::Euclidean, ..Knn::default() }.profile()
    }

    fn geometry(&self, x: &Representation) -> Result<Self::Geometry> {
        // The errors of the right measure.
        Knn { k: K, metric: NeighborMetric::Euclidean, ..Knn::default() }.geometry(x)?;
        let rdm = Euclidean.rdm(x)?;
        let n = x.n_conditions();
        let list = |i: usize| {
            let mut others: Vec<usize> = (0..n).filter(|&j| j != i).collect();
            others.sort_by(|&a, &b| rdm.get(i, a).total_cmp(&rdm.get(i, b)));
            others.truncate(K);
            others
        };
        Ok(((0..n).map(list).collect(), x.conditions().clone()))
    }

    fn compare(&self, (a, of_a): &Self::Geometry, (b, of_b): &Self::Geometry) -> Result<f64> {
        of_a.ensure_same(of_b)?;
        let shared = a.iter().zip(b).map(|(a, b)| a.iter().filter(|j| b.contains(j)).count());
        Ok(shared.sum::<usize>() as f64 / (K * a.len()) as f64)
    }
}

impl Measure for SymmetricAlignment {
    type Geometry = NeighborProducts;

    fn profile(&self) -> Profile {
        Profile { symmetric: true, ..Cknna { k: K, ..Cknna::default() }.profile() }
    }

    fn geometry(&self, x: &Representation) -> Result<NeighborProducts> {
        Cknna { k: K, ..Cknna::default() }.geometry(x)
    }

    fn compare(&self, a: &NeighborProducts, b: &NeighborProducts) -> Result<f64> {
        Cknna { k: K, ..Cknna::default() }.compare(a, b)
    }
}
