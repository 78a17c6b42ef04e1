//! Procrustes distances with the wrong arithmetic.

use ndarray::Array2;
use rsakit::{
    Measure, Representation, Result, Shape,
    core::{Conditions, Profile, linalg},
    shape::{Alpha, ShapeConfiguration, ShapeDistance},
};

/// The angle as the arc cosine of a similarity, which is no number for a representation with itself.
pub(crate) struct Unclipped;

/// The similarity by square roots of singular Gram matrices, of which rounding makes directions.
pub(crate) struct RootsOfGrams;

/// The shape metric with α = ½ that drops directions by an eigenvalue in the units of the data, as netrep does.
pub(crate) struct AbsoluteFloor;

fn cosine(a: &ShapeConfiguration, b: &ShapeConfiguration) -> Result<f64> {
    a.conditions().ensure_same(b.conditions())?;
    let products = linalg::product(a.coordinates().t(), b.coordinates())?;
    Ok(linalg::singular_values(products.view())?.iter().sum())
}

impl Measure for Unclipped {
    type Geometry = ShapeConfiguration;

    fn profile(&self) -> Profile {
        Shape::procrustes().profile()
    }

    fn geometry(&self, x: &Representation) -> Result<ShapeConfiguration> {
        ShapeConfiguration::of(x, Alpha::ONE)
    }

    fn compare(&self, a: &ShapeConfiguration, b: &ShapeConfiguration) -> Result<f64> {
        Ok(cosine(a, b)?.acos())
    }
}

impl Measure for RootsOfGrams {
    type Geometry = (Array2<f64>, Conditions);

    fn profile(&self) -> Profile {
        Shape { distance: ShapeDistance::Similarity, ..Shape::procrustes() }.profile()
    }

    fn geometry(&self, x: &Representation) -> Result<Self::Geometry> {
        let read = ShapeConfiguration::of(x, Alpha::ONE)?;
        Ok((linalg::product(read.coordinates(), read.coordinates().t())?, x.conditions().clone()))
    }

    fn compare(&self, (k, of_k): &Self::Geometry, (l, of_l): &Self::Geometry) -> Result<f64> {
        of_k.ensure_same(of_l)?;
        let root = |k: &Array2<f64>| -> Result<Array2<f64>> {
            let eigh = linalg::eigh(k.view())?;
            let roots = eigh.values.iter().map(|value| value.abs().sqrt()).collect::<ndarray::Array1<_>>();
            linalg::product((&eigh.vectors * &roots).view(), eigh.vectors.t())
        };
        let half = root(k)?;
        let inner = linalg::product(linalg::product(half.view(), l.view())?.view(), half.view())?;
        Ok(linalg::eigh(inner.view())?.values.iter().map(|value| value.abs().sqrt()).sum())
    }
}

impl Measure for AbsoluteFloor {
    type Geometry = (Array2<f64>, Conditions);

    fn profile(&self) -> Profile {
        Shape::between(Alpha::new(0.5).expect("between 0 and 1")).profile()
    }

    fn geometry(&self, x: &Representation) -> Result<Self::Geometry> {
        let read = ShapeConfiguration::of(x, Alpha::ONE)?;
        let svd = linalg::svd(read.coordinates())?;
        let weights = svd.sigma.iter().map(|sigma| 0.5 * (sigma * read.size()).max(1e-7) + 0.5);
        let weights: ndarray::Array1<f64> = weights.collect();
        let norm = weights.dot(&weights).sqrt();
        Ok((&svd.u * &(weights / norm), x.conditions().clone()))
    }

    fn compare(&self, (a, of_a): &Self::Geometry, (b, of_b): &Self::Geometry) -> Result<f64> {
        of_a.ensure_same(of_b)?;
        let cosine: f64 = linalg::singular_values(linalg::product(a.t(), b.view())?.view())?.iter().sum();
        Ok(cosine.min(1.0).acos())
    }
}
