//! [`Cknna`]: CKA of inner products among nearest neighbors only.

use rsa_core::{Conditions, Error, Identity, Invariances, Measure, Orientation, Profile, Representation, Result};

use crate::{
    neighbors::{Neighbor, ensure_room, in_both, nearest, reordered},
    patterns::Patterns,
};

/// Centered kernel nearest-neighbor alignment: unbiased CKA of the inner products that both representations count among
/// the k largest of a condition.
///
/// # Formula
/// K and L are the inner products, and a mask has weight 1 at the k largest of each row without the diagonal. M is the
/// smaller of both masks. A(K, L) = HSIC₁(M∘K, M∘L), the unbiased estimate of Song et al. with Σᵢⱼ KᵢⱼLⱼᵢ and the cross
/// term 1ᵀ(M∘K)(M∘L)1. The score is A(K, L) / √(A(K, K)·A(L, L)), each A with its own masks. Ties share places, as in
/// [`Neighbors`](crate::Neighbors). No feature is clipped, and nothing is added to a denominator, both of which the
/// code of the paper does.
///
/// # Shapes
/// X: n × p and Y: n × q; n at least 4 and k at most n − 1.
///
/// # Range
/// All numbers, most between 0 and 1; 1 for a representation with itself. With few conditions, or with k close to n,
/// other representations may score above 1, because numerator and denominator have different masks.
///
/// # Invariances
/// Ignores rotations, scaling, zero padding and duplication of features, and a factor for each condition unless
/// [`PatternLength`] is raw. The masked matrices are not symmetric, so the measure is not. The score of independent
/// data is above 0, about .09 for 100 conditions and k = 10: compare with permuted conditions.
///
/// # Cost
/// n²·p for each representation, in blocks of rows, of which n·k numbers are kept; n·k·log k for each pair.
///
/// # Errors
/// `InvalidParameter` for a k of 0; `TooFewConditions` for fewer than k + 1 or four conditions; `Degenerate` if a
/// pattern has no direction, or if the masked inner products have no variance.
///
/// # Example
/// ```
/// use ndarray::Array2;
/// use rsa_core::{Measure, Representation};
/// use rsa_shape::Cknna;
///
/// let x = Representation::new(Array2::from_shape_fn((30, 4), |(i, j)| ((i * i * (j + 2)) as f64).cos()))?;
/// let mirrored = Representation::new(-&x.values())?;
/// assert!((Cknna::default().score(&x, &mirrored)? - 1.0).abs() < 1e-13);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Huh et al. 2024, ICML, <https://arxiv.org/abs/2405.07987>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cknna {
    /// Number of neighbors.
    pub k: usize,
    /// The length to which patterns are brought.
    pub rows: PatternLength,
}

/// The length of the patterns whose inner products are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PatternLength {
    /// Patterns are divided by their length, as the paper does.
    #[default]
    Unit,
    /// Patterns are taken as they are.
    Raw,
}

/// Returns the alignment of ten neighbors of unit patterns.
impl Default for Cknna {
    fn default() -> Self {
        Self { k: 10, rows: PatternLength::default() }
    }
}

/// The k largest inner products of each condition with other conditions.
#[derive(Clone, Debug)]
pub struct NeighborProducts {
    lists: Vec<Vec<Product>>,
    /// A(K, K) with the own masks.
    own: f64,
    cknna: Cknna,
    conditions: Conditions,
}

/// An inner product of a condition with a neighbor.
#[derive(Clone, Copy, Debug)]
struct Product {
    neighbor: Neighbor,
    value: f64,
}

/// A masked pair of inner products in the row of a condition.
#[derive(Clone, Copy)]
struct Masked {
    index: usize,
    k: f64,
    l: f64,
}

impl Measure for Cknna {
    type Geometry = NeighborProducts;

    fn profile(&self) -> Profile {
        let ignored =
            Invariances::ORTHOGONAL | Invariances::SCALING | Invariances::ZERO_PADDING | Invariances::DUPLICATION;
        let ignored = match self.rows {
            PatternLength::Unit => ignored | Invariances::PER_CONDITION_SCALE,
            PatternLength::Raw => ignored,
        };
        Profile {
            orientation: Orientation::Similarity,
            // The masks differ between numerator and denominator, so the inequality of Cauchy and Schwarz bounds
            // nothing.
            range: [f64::NEG_INFINITY, f64::INFINITY],
            // It is 1, but not the largest score: where k is close to n, others may score more.
            identity: Identity::NotPromised,
            symmetric: false,
            metric: false,
            unbiased: false,
            reorderable: true,
            invariances: [ignored; 2],
        }
    }

    fn geometry(&self, x: &Representation) -> Result<NeighborProducts> {
        ensure_room(self.k, x.n_conditions(), self.k.saturating_add(1).max(4))?;
        let listed = |list: Vec<Neighbor>, value: &dyn Fn(usize) -> f64| -> Vec<Product> {
            list.into_iter().map(|neighbor| Product { neighbor, value: value(neighbor.index) }).collect()
        };
        let lists = match self.rows {
            PatternLength::Unit => {
                let patterns = Patterns::units(x, false)?;
                patterns.map_distances(|i, distances| {
                    let nearest = nearest(distances, i, self.k, patterns.rounding());
                    // The inner product of patterns of length 1 at this distance.
                    listed(nearest, &|j| 1.0 - distances[j].powi(2) / 2.0)
                })
            }
            PatternLength::Raw => {
                let patterns = Patterns::raw(x);
                patterns.map_products(|i, products| {
                    let keys: Vec<f64> = products.iter().map(|product| -product).collect();
                    listed(nearest(&keys, i, self.k, patterns.rounding_of_products()), &|j| products[j])
                })
            }
        };
        let (own, terms) = alignment(&lists, &lists);
        // With a margin for the rounding of the inner products, which is about that of the patterns.
        if own <= 64.0 * x.precision() * terms {
            return Err(Error::degenerate(
                "the inner products among neighbors are all equal",
                "leave this representation out, or take another number of neighbors",
            ));
        }
        Ok(NeighborProducts { lists, own, cknna: *self, conditions: x.conditions().clone() })
    }

    fn compare(&self, a: &NeighborProducts, b: &NeighborProducts) -> Result<f64> {
        a.conditions.ensure_same(&b.conditions)?;
        if let Some(foreign) = [a, b].into_iter().find(|read| read.cknna != *self) {
            let requirement = format!("of {self:?}, the measure that compares it");
            return Err(Error::invalid_parameter(
                "inner products among neighbors",
                requirement,
                format!("{:?}", foreign.cknna),
            ));
        }
        Ok(alignment(&a.lists, &b.lists).0 / a.own.sqrt() / b.own.sqrt())
    }

    fn select(&self, geometry: &NeighborProducts, rows: &[usize]) -> Option<Result<NeighborProducts>> {
        let lists = reordered(&geometry.lists, rows, |product| &mut product.neighbor.index)?;
        Some(Ok(NeighborProducts { lists, conditions: geometry.conditions.select(rows), ..*geometry }))
    }
}

/// Returns n(n − 3)·HSIC₁ of the inner products in both lists, and the sum of the magnitudes of its terms.
fn alignment(a: &[Vec<Product>], b: &[Vec<Product>]) -> (f64, f64) {
    let n = a.len();
    let masked: Vec<Vec<Masked>> = a
        .iter()
        .zip(b)
        .map(|(a, b)| {
            let both = in_both(a, b, |product| product.neighbor);
            both.map(|(k, l)| {
                let weight = k.neighbor.weight.min(l.neighbor.weight);
                Masked { index: k.neighbor.index, k: weight * k.value, l: weight * l.value }
            })
            .collect()
        })
        .collect();
    let (mut trace, mut columns_of_k) = (0.0, vec![0.0; n]);
    for (i, row) in masked.iter().enumerate() {
        for entry in row {
            columns_of_k[entry.index] += entry.k;
            let back = &masked[entry.index];
            if let Ok(place) = back.binary_search_by_key(&i, |other| other.index) {
                trace += entry.k * back[place].l;
            }
        }
    }
    let rows_of_l: Vec<f64> = masked.iter().map(|row| row.iter().map(|entry| entry.l).sum()).collect();
    let cross: f64 = columns_of_k.iter().zip(&rows_of_l).map(|(k, l)| k * l).sum();
    let totals = columns_of_k.iter().sum::<f64>() * rows_of_l.iter().sum::<f64>();
    let n = n as f64;
    let (totals, cross) = (totals / ((n - 1.0) * (n - 2.0)), 2.0 * cross / (n - 2.0));
    (trace + totals - cross, trace.abs() + totals.abs() + cross.abs())
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rsa_core::linalg;

    use super::*;

    fn layer(n: usize, p: usize, seed: usize) -> Representation {
        Representation::new(Array2::from_shape_fn((n, p), |(i, j)| {
            (((i + 1) * (i + 1) * (j + 2) + seed * i) as f64).sin()
        }))
        .unwrap()
    }

    #[test]
    fn all_neighbors_make_unbiased_cka() {
        // Song et al. from whole matrices without their diagonals.
        let (x, y) = (layer(12, 3, 1), layer(12, 5, 2));
        let hollow = |x: &Representation| {
            let mut gram = linalg::gram(x.values()).unwrap();
            gram.diag_mut().fill(0.0);
            gram
        };
        let (k, l) = (hollow(&x), hollow(&y));
        let hsic = |k: &Array2<f64>, l: &Array2<f64>| {
            (k * l).sum() + k.sum() * l.sum() / (11.0 * 10.0) - 2.0 * k.dot(l).sum() / 10.0
        };
        let expected = hsic(&k, &l) / (hsic(&k, &k) * hsic(&l, &l)).sqrt();
        let score = Cknna { k: 11, rows: PatternLength::Raw }.score(&x, &y).unwrap();
        assert!((score - expected).abs() < 1e-13, "{score} for {expected}");
    }

    #[test]
    fn parameters_and_conditions_that_leave_no_answer_are_errors() {
        let kind =
            |x: &Representation, k| Cknna { k, rows: PatternLength::Unit }.geometry(x).unwrap_err().kind().name();
        assert_eq!(kind(&layer(10, 3, 1), 10), "TooFewConditions");
        assert_eq!(kind(&layer(3, 3, 1), 1), "TooFewConditions");
        assert_eq!(kind(&layer(10, 3, 1), 0), "InvalidParameter");
        let same = Representation::new(Array2::from_elem((10, 3), 0.1)).unwrap();
        assert_eq!(kind(&same, 3), "Degenerate");
        let x = layer(12, 3, 1);
        let (unit, raw) = (Cknna { k: 3, rows: PatternLength::Unit }, Cknna { k: 3, rows: PatternLength::Raw });
        let foreign = unit.compare(&unit.geometry(&x).unwrap(), &raw.geometry(&x).unwrap());
        assert_eq!(foreign.unwrap_err().kind().name(), "InvalidParameter");
    }
}
