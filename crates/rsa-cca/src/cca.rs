//! [`Cca`]: the mean canonical correlation.

use std::sync::Arc;

use rsa_core::{
    Caveat, Conditions, Identity, Invariances, Measure, Orientation, Profile, Representation, Result, Streaming,
    linalg::Centered,
};

use crate::{
    CanonicalMeasure, Mean, Subspace, canonical_correlations, canonical_streamed::CanonicalStreamed, correlations,
};

/// Canonical correlation analysis: the mean correlation of the best aligned directions of two representations.
///
/// # Formula
/// mean of ρᵢ (or of ρᵢ²), i ≤ min(rank X, rank Y); ρᵢ the singular values of Q_XᵀQ_Y, Q orthonormal bases of the
/// centered column spaces. [`canonical_correlations`] gives the ρᵢ themselves.
///
/// # Shapes
/// X: n × p and Y: n × q with rank below n − 1.
///
/// # Range
/// [0, 1]; 1 if the smaller space lies in the larger. For independent data it is well above 0 and rises with
/// (p + q)/n: compare scores of like sizes only.
///
/// # Invariances
/// Ignores invertible linear maps and translations, zero padding and duplication, of either side.
///
/// # Cost
/// For each representation n·p², as products where features are independent, as a singular value decomposition of
/// n·p·min(n, p) otherwise; for each pair a product (n·r²) and a decomposition (r³) of bases of rank r.
///
/// # Errors
/// `TooFewConditions` if a representation fills all n − 1 dimensions; `Degenerate` if all its patterns are equal.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_cca::Cca;
/// use rsa_core::{Measure, Representation};
///
/// // One feature each: the canonical correlation is the absolute correlation, 1/2.
/// let x = Representation::new(array![[1.0], [2.0], [3.0], [1.0], [2.0], [3.0]])?;
/// let y = Representation::new(array![[-1.0], [-3.0], [-2.0], [-1.0], [-3.0], [-2.0]])?;
/// assert!((Cca::default().score(&x, &y)? - 0.5).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Hotelling 1936, Biometrika, doi:10.1093/biomet/28.3-4.321; Kornblith et al. 2019, ICML,
/// <https://proceedings.mlr.press/v97/kornblith19a.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cca {
    /// Mean of the correlations or of their squares.
    pub mean: Mean,
}

/// The profile of measures that average all canonical correlations equally.
pub(crate) const PROFILE: Profile = {
    let ignored = Invariances::AFFINE.union(Invariances::ZERO_PADDING).union(Invariances::DUPLICATION);
    Profile {
        orientation: Orientation::Similarity,
        range: [0.0, 1.0],
        identity: Identity::Always(1.0),
        symmetric: true,
        metric: false,
        unbiased: false,
        invariances: [ignored; 2],
    }
};

impl Measure for Cca {
    type Geometry = Subspace;

    fn profile(&self) -> Profile {
        PROFILE
    }

    fn geometry(&self, x: &Representation) -> Result<Subspace> {
        Subspace::of(x)
    }

    fn compare(&self, a: &Subspace, b: &Subspace) -> Result<f64> {
        Ok(self.mean.of(&canonical_correlations(a, b)?))
    }

    fn select(&self, geometry: &Subspace, rows: &[usize]) -> Option<Result<Subspace>> {
        geometry.reordered(rows).map(Ok)
    }

    fn streamed(&self) -> Option<Box<dyn Streaming + '_>> {
        Some(Box::new(CanonicalStreamed(*self)))
    }

    fn caveats(&self, a: &Subspace, b: &Subspace) -> Vec<Caveat> {
        correlations::forced(a, b)
    }
}

impl CanonicalMeasure for Cca {
    fn geometry_of_centered(&self, x: Centered, conditions: &Conditions) -> Result<Self::Geometry> {
        Subspace::spanned_by(x, conditions)
    }

    fn with_rows(geometry: Self::Geometry, rows: &Arc<()>) -> Self::Geometry {
        geometry.with_rows(rows)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use rsa_core::ErrorKind;

    use super::*;

    fn representation(n: usize, p: usize, seed: usize) -> Representation {
        Representation::new(Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + seed * i) as f64).sin()))
            .unwrap()
    }

    #[test]
    fn orthogonal_signals_have_no_correlation() {
        let x = Representation::new(array![[1.0], [-1.0], [1.0], [-1.0]]).unwrap();
        let y = Representation::new(array![[1.0], [1.0], [-1.0], [-1.0]]).unwrap();
        assert!(Cca::default().score(&x, &y).unwrap() < 1e-15);
        assert_eq!(canonical_correlations(&Subspace::of(&x).unwrap(), &Subspace::of(&y).unwrap()).unwrap().len(), 1);
    }

    #[test]
    fn correlations_that_dimension_forces_are_an_error_or_a_caveat() {
        let (wide, narrow) = (representation(9, 12, 1), representation(9, 2, 2));
        for (x, y, name) in [(&wide, &narrow, "first"), (&narrow, &wide, "second")] {
            let error = Cca::default().score(x, y).unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::TooFewConditions { needed: 14, found: 9 });
            assert!(error.to_string().contains(&format!("the {name} representation")), "{error}");
        }
        let cca = Cca::default();
        let geometry = |p, seed| cca.geometry(&representation(9, p, seed)).unwrap();
        let caveats = cca.caveats(&geometry(5, 1), &geometry(6, 2));
        assert!(caveats.len() == 1 && caveats[0].message.starts_with("at least 3 of 5 canonical"), "{caveats:?}");
        assert!(cca.caveats(&geometry(4, 1), &geometry(4, 2)).is_empty());
        let forced = canonical_correlations(&geometry(5, 1), &geometry(6, 2)).unwrap();
        assert!(forced.iter().filter(|rho| **rho > 1.0 - 1e-12).count() >= 3);
    }
}
