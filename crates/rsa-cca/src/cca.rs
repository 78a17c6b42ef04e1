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
        reorderable: true,
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
        correlations::caveats(a, b)
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
    use rsa_core::{CaveatKind, ErrorKind};

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
        assert!(caveats.len() == 2 && caveats[0].message.starts_with("at least 3 of 5 canonical"), "{caveats:?}");
        let kinds = |a, b| cca.caveats(&a, &b).iter().map(|caveat| caveat.kind).collect::<Vec<_>>();
        assert_eq!(kinds(geometry(4, 1), geometry(4, 2)), [CaveatKind::ChanceCorrelations]);
        let forced = canonical_correlations(&geometry(5, 1), &geometry(6, 2)).unwrap();
        assert!(forced.iter().filter(|rho| **rho > 1.0 - 1e-12).count() >= 3);
    }

    #[test]
    fn the_mean_square_by_chance_is_said_where_it_is_large() {
        // 2 of 10 dimensions are a fifth, and 3 are more.
        let geometry = |p, seed| Cca::default().geometry(&representation(11, p, seed)).unwrap();
        let caveats = |p| Cca::default().caveats(&geometry(2, 1), &geometry(p, 2));
        assert!(caveats(2).is_empty() && caveats(1).is_empty());
        let [caveat] = &caveats(3)[..] else { panic!("one caveat") };
        assert_eq!(caveat.kind, CaveatKind::ChanceCorrelations);
        assert!(caveat.message.contains("of about 0.30, the share of 3 in 10 dimensions"), "{caveat:?}");
    }

    /// The mean over independent data, with a standard error of about .004.
    #[test]
    fn independent_data_have_the_mean_square_that_is_said() {
        let cca = Cca { mean: Mean::Squared };
        let mut seed = 1_u64;
        let mut uniform = || {
            // Knuth's generator; the sum of twelve is close to normal.
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut normal = |n, p| Array2::from_shape_simple_fn((n, p), || (0..12).map(|_| uniform()).sum::<f64>() - 6.0);
        let mut scores = (0..200).map(|_| {
            let [x, y] = [normal(21, 3), normal(21, 6)].map(|values| Representation::new(values).unwrap());
            cca.score(&x, &y).unwrap()
        });
        let mean = scores.by_ref().sum::<f64>() / 200.0;
        assert!((mean - 6.0 / 20.0).abs() < 0.02, "{mean}");
    }
}
