//! [`Rsa`]: representational similarity analysis, a dissimilarity with a comparison.

use rsa_core::{Caveat, Dissimilarity, Grid, Measure, Observer, Orientation, Profile, Representation, Result};

use crate::{Comparison, Ignores};

/// Representational similarity analysis: compares which conditions are alike in two representations.
///
/// # Formula
/// comparison(RDM(X), RDM(Y)), the RDMs by `dissimilarity`.
///
/// # Shapes
/// X: n × p and Y: n × q, n ≥ 3; p and q are free.
///
/// # Range
/// The range of the comparison, within [−1, 1].
///
/// # Invariances
/// Every change that leaves the RDM unchanged, and, because comparisons ignore a common factor, every change that only
/// rescales it.
///
/// # Cost
/// One RDM for each representation (n²p, a matrix product for all but Manhattan), then the comparison's cost a pair.
///
/// # Errors
/// Errors of the dissimilarity and of the comparison.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Euclidean, Measure, Representation};
/// use rsa_stats::{Rsa, Spearman};
///
/// // Three conditions on a line at 0, 1, 3 and at 0, 2, 3: distances 1 3 2 and 2 3 1.
/// let x = Representation::new(array![[0.0], [1.0], [3.0]])?;
/// let y = Representation::new(array![[0.0], [2.0], [3.0]])?;
/// let rho = Rsa::new(Euclidean, Spearman).score(&x, &y)?;
/// assert!((rho - 0.5).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Kriegeskorte, Mur & Bandettini 2008, Frontiers in Systems Neuroscience, doi:10.3389/neuro.06.004.2008;
/// Nili et al. 2014, PLoS Computational Biology, doi:10.1371/journal.pcbi.1003553.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rsa<D, C> {
    /// The dissimilarity that makes the RDM of a representation.
    pub dissimilarity: D,
    /// The comparison of two RDMs.
    pub comparison: C,
}

impl<D, C> Rsa<D, C> {
    /// Pairs a dissimilarity with a comparison.
    pub fn new(dissimilarity: D, comparison: C) -> Self {
        Self { dissimilarity, comparison }
    }
}

/// The geometry is the RDM as the comparison reads it; an RDM from elsewhere enters by [`Comparison::read`].
impl<D: Dissimilarity, C: Comparison> Measure for Rsa<D, C> {
    type Geometry = C::Reading;

    fn profile(&self) -> Profile {
        let mut invariances = self.dissimilarity.unchanged();
        if self.comparison.ignores() >= Ignores::Scale {
            invariances |= self.dissimilarity.rescaled();
        }
        Profile {
            orientation: Orientation::Similarity,
            range: [-1.0, 1.0],
            identity: self.comparison.identity(),
            symmetric: true,
            metric: false,
            // Conditions of independent data are exchangeable, so the average over data is one over orders.
            unbiased: self.comparison.is_unbiased(),
            reorderable: true,
            invariances: [invariances; 2],
        }
    }

    fn geometry(&self, x: &Representation) -> Result<C::Reading> {
        self.comparison.read(&self.dissimilarity.rdm(x)?)
    }

    fn compare(&self, a: &C::Reading, b: &C::Reading) -> Result<f64> {
        self.comparison.compare(a, b)
    }

    /// Selects from the RDM, because a dissimilarity depends on its two patterns alone.
    fn select(&self, geometry: &C::Reading, rows: &[usize]) -> Option<Result<C::Reading>> {
        let rdm = self.comparison.rdm_of(geometry)?;
        Some(rdm.select(rows).and_then(|rdm| self.comparison.read(&rdm)))
    }

    fn caveats(&self, a: &C::Reading, b: &C::Reading) -> Vec<Caveat> {
        self.comparison.caveats(a, b)
    }

    fn compare_all_observed(&self, a: &[&C::Reading], b: &[&C::Reading], observer: &dyn Observer) -> Grid<Result<f64>> {
        self.comparison.compare_all_observed(a, b, observer)
    }
}

#[cfg(test)]
mod tests {
    use rsa_core::{Correlation, Cosine, Euclidean, Invariances, Rdm, SquaredEuclidean};

    use super::*;
    use crate::{AnyComparison, KendallA, Spearman};

    /// Covariance of two RDMs: it depends on their unit, and is 0 on average although it ignores no factor.
    struct RdmCovariance;

    impl Comparison for RdmCovariance {
        type Reading = Rdm;

        fn read(&self, rdm: &Rdm) -> Result<Rdm> {
            Ok(rdm.clone())
        }

        fn compare(&self, a: &Rdm, b: &Rdm) -> Result<f64> {
            let mean = a.sum() / a.values().len() as f64;
            Ok(a.values().iter().zip(b.values()).map(|(a, b)| (a - mean) * b).sum())
        }

        fn ignores(&self) -> Ignores {
            Ignores::Nothing
        }

        fn is_unbiased(&self) -> bool {
            true
        }
    }

    #[test]
    fn a_comparison_may_be_unbiased_and_depend_on_the_unit() {
        for profile in [
            Rsa::new(Euclidean, RdmCovariance).profile(),
            Rsa::new(Euclidean, AnyComparison::new(RdmCovariance)).profile(),
        ] {
            assert!(profile.unbiased);
            assert!(!profile.invariances[0].contains(Invariances::SCALING));
            assert!(profile.invariances[0].contains(Invariances::ORTHOGONAL));
        }
    }

    #[test]
    fn the_profile_follows_from_the_parts() {
        let ignored = |profile: Profile| profile.invariances[0];
        let euclidean = ignored(Rsa::new(Euclidean, Spearman).profile());
        let expected = Invariances::ORTHOGONAL
            | Invariances::SCALING
            | Invariances::TRANSLATION
            | Invariances::ZERO_PADDING
            | Invariances::DUPLICATION;
        assert_eq!(euclidean, expected);
        assert_eq!(ignored(Rsa::new(SquaredEuclidean { per_feature: true }, Spearman).profile()), expected);
        assert!(!ignored(Rsa::new(Cosine, Spearman).profile()).contains(Invariances::TRANSLATION));
        assert!(!ignored(Rsa::new(Correlation, Spearman).profile()).contains(Invariances::ORTHOGONAL));
        assert_eq!(Rsa::new(Euclidean, KendallA).profile().identity, rsa_core::Identity::WithoutTies(1.0));
    }
}
