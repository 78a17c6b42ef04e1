//! [`Bures`]: the fit of two configurations of points after the best rotation.

use ndarray::{Array1, Array2, Axis};
use rsa_core::{Caveat, CaveatKind, Conditions, Error, Rdm, Result, condensed, linalg};

use super::{Comparison, Ignores, joint};

/// The normalized Bures similarity of the kernels that two RDMs of *squared* distances imply.
///
/// The kernel of each RDM is turned into points, as in classical multidimensional scaling. The similarity is the cosine
/// of the Procrustes angle: it is 1 if the points of one RDM fall on the points of the other after the best rotation.
///
/// Dissimilarities that are noisy, or are no squared Euclidean distances, give the kernel negative eigenvalues. These
/// are set to 0, and [`Configuration::clipped_share`] returns their share.
///
/// # Formula
/// ‖K₁^½·K₂^½‖₊ / √(tr K₁ · tr K₂), ‖·‖₊ the sum of singular values, K = −½HDH without its negative eigenvalues, D the
/// RDM in square form, H = I − 11ᵀ/n. rsatoolbox 0.3.2 leaves the negative eigenvalues in the traces, so its values can
/// exceed 1. It also takes roots of eigenvalues that are rounding errors, so even its values for exact distances have
/// errors of about 1e-8.
///
/// # Shapes
/// Two RDMs of the same n ≥ 3 conditions, without missing pairs.
///
/// # Range
/// [0, 1]; 1 for proportional RDMs without negative eigenvalues.
///
/// # Invariances
/// Ignores the unit of the dissimilarities of either RDM. It sees an offset.
///
/// # Cost
/// O(n³) to read an RDM, an eigendecomposition. For a pair n·r² + r³, one product and the singular values of an r × r
/// matrix, r ≤ n − 1 the dimension of the points.
///
/// # Errors
/// `TooFewConditions` below three, `Degenerate` for an RDM with missing pairs or without a positive eigenvalue,
/// mismatched conditions.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{Bures, Comparison};
///
/// // Points on a line at -1 0 1 and at 0 1 -1: one dimension each, so the cosine |0 + 0 - 1| / (√2·√2).
/// let (a, b) = (Rdm::new(vec![1.0, 4.0, 1.0])?, Rdm::new(vec![1.0, 1.0, 4.0])?);
/// let similarity = Bures.compare(&Bures.read(&a)?, &Bures.read(&b)?)?;
/// assert!((similarity - 0.5).abs() < 1e-14);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Bures 1969, Transactions of the American Mathematical Society, doi:10.1090/S0002-9947-1969-0236719-2; Tang et al.
/// 2020, Similarity of neural networks with gradients, doi:10.48550/arXiv.2003.11498.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bures;

/// The points that an RDM of squared distances implies, up to a rotation and a factor.
#[derive(Clone, Debug)]
pub struct Configuration {
    conditions: Conditions,
    /// U·Λ^½ over √(tr Λ), n × r.
    points: Array2<f64>,
    clipped_share: f64,
}

impl Configuration {
    /// Returns the conditions of the points.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Returns the points, conditions × dimensions, with their center at 0 and squared norms that sum to 1.
    pub fn points(&self) -> &Array2<f64> {
        &self.points
    }

    /// Returns the sum of the magnitudes of the negative eigenvalues over the sum of all magnitudes.
    ///
    /// It is 0 for squared Euclidean distances.
    pub fn clipped_share(&self) -> f64 {
        self.clipped_share
    }
}

impl Comparison for Bures {
    type Reading = Configuration;

    fn read(&self, rdm: &Rdm) -> Result<Configuration> {
        joint::ensure_comparable(rdm)?;
        let (n, all) = (rdm.n_conditions(), rdm.values());
        let missing = all.iter().filter(|value| value.is_nan()).count();
        if missing > 0 {
            return Err(Error::degenerate(
                format!("{missing} of {} dissimilarities are missing, and bures needs them all", all.len()),
                "drop conditions with missing pairs, or use the whitened cosine, which compares the pairs that are present",
            ));
        }
        let scale = linalg::power_of_two(all);
        let kernel = linalg::center_kernel(rdm.to_square() / (-2.0 * scale));
        let eigen = linalg::eigh(kernel.view())?;
        let largest = eigen.values.iter().fold(0.0, |max: f64, value| max.max(value.abs()));
        // The root of an eigenvalue of 1e-16 that is a rounding error would count as 1e-8. Errors of the entries, each
        // below the rounding of the RDM, form a matrix whose norm is about √n times the rounding.
        let entries = (n as f64).sqrt() * rdm.rounding() / scale;
        let tolerance = linalg::rank_tolerance(n, n, largest, 0.0).max(entries);
        let kept: Vec<usize> = (0..n).filter(|&k| eigen.values[k] > tolerance).collect();
        if kept.is_empty() {
            return Err(Error::degenerate(
                "the dissimilarities have no positive eigenvalue: no two conditions are apart",
                "such an RDM says nothing about which conditions are alike; leave it out",
            ));
        }
        let trace: f64 = kept.iter().map(|&k| eigen.values[k]).sum();
        // From 0.0: an empty sum is -0.0, which prints as such.
        let clipped = eigen.values.iter().filter(|&&value| value < -tolerance).fold(0.0, |sum, value| sum - value);
        let deviations: Array1<f64> = kept.iter().map(|&k| (eigen.values[k] / trace).sqrt()).collect();
        Ok(Configuration {
            conditions: rdm.conditions().clone(),
            points: eigen.vectors.select(Axis(1), &kept) * &deviations,
            clipped_share: clipped / (clipped + trace),
        })
    }

    fn compare(&self, a: &Configuration, b: &Configuration) -> Result<f64> {
        a.conditions.ensure_same(&b.conditions)?;
        let products = linalg::product(a.points.t(), b.points.view())?;
        Ok(linalg::singular_values(products.view())?.iter().sum::<f64>().clamp(0.0, 1.0))
    }

    fn caveats(&self, a: &Configuration, b: &Configuration) -> Vec<Caveat> {
        let pairs = condensed::n_pairs(a.conditions.count());
        let larger = a.clipped_share.max(b.clipped_share);
        let share = format!("{:.1} %", 100.0 * larger);
        let clipped = (larger > 0.0).then(|| Caveat {
            kind: CaveatKind::ClippedEigenvalues,
            message: format!(
                "no points have these dissimilarities as squared distances; {share} of what they imply was left out: \
                 give squared Euclidean distances, or compare by the whitened cosine"
            ),
        });
        clipped.into_iter().chain(joint::few_of(pairs, pairs)).collect()
    }

    fn ignores(&self) -> Ignores {
        Ignores::Scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[f64]) -> Configuration {
        Bures.read(&Rdm::new(values.to_vec()).unwrap()).unwrap()
    }

    /// mpmath 1.4.1 with 60 digits, by eigendecomposition and singular values. The points are (0,0) (1,2) (3,1) (2,4)
    /// (5,0) and (1,0) (0,2) (4,1) (3,3) (2,5); rsatoolbox 0.3.2 answers .5704140712.
    #[test]
    fn sixty_digits_agree_on_points_in_the_plane() {
        let a = read(&[5.0, 10.0, 20.0, 25.0, 5.0, 5.0, 20.0, 10.0, 5.0, 25.0]);
        let b = read(&[5.0, 10.0, 13.0, 26.0, 17.0, 10.0, 13.0, 5.0, 20.0, 5.0]);
        assert!((Bures.compare(&a, &b).unwrap() - 0.570414067530530).abs() < 1e-14);
        assert_eq!((a.points().dim(), a.clipped_share(), b.clipped_share()), ((5, 2), 0.0, 0.0));
        assert!((Bures.compare(&a, &a).unwrap() - 1.0).abs() < 1e-14);
    }

    /// Expected value by mpmath 1.4.1 with 50 digits, negative eigenvalues set to 0 in kernels and traces.
    ///
    /// rsatoolbox 0.3.2 leaves them in the traces and answers 1.0950.
    #[test]
    fn what_no_points_have_is_clipped_and_said() {
        let a = read(&[1.0, 2.0, 2.0, 4.0, 5.0, 3.0, 2.5, 6.0, 1.5, 4.0]);
        let b = read(&[2.0, 1.0, 3.0, 3.0, 6.0, 4.0, 2.0, 5.0, 1.0, 3.5]);
        assert!((Bures.compare(&a, &b).unwrap() - 0.980964970534505).abs() < 1e-14);
        assert!((a.clipped_share() - 0.0866447441526221).abs() < 1e-14);
        assert!((b.clipped_share() - 0.104518436028848).abs() < 1e-14);
        let [caveat] = &Bures.caveats(&a, &b)[..] else { panic!("one caveat") };
        assert!(caveat.message.contains("10.5 % of what they imply was left out"), "{}", caveat.message);
        // Points 0, 1, 2, 4 of a line in two orders.
        let [a, b] = [[1.0, 4.0, 16.0, 1.0, 9.0, 4.0], [1.0, 4.0, 9.0, 9.0, 16.0, 1.0]].map(|values| read(&values));
        assert!(Bures.caveats(&a, &b).is_empty());
        let [caveat] = &Bures.caveats(&read(&[1.0, 4.0, 1.0]), &read(&[1.0, 1.0, 4.0]))[..] else {
            panic!("one caveat")
        };
        assert_eq!(caveat.kind, CaveatKind::FewPairs);
    }

    #[test]
    fn what_has_no_points_is_refused() {
        let kind = |values: Vec<f64>| Bures.read(&Rdm::new(values).unwrap()).unwrap_err().kind().name();
        assert_eq!(kind(vec![1.0]), "TooFewConditions");
        assert_eq!(kind(vec![0.0; 6]), "Degenerate");
        assert_eq!(kind(vec![-1.0; 6]), "Degenerate");
        assert_eq!(kind(vec![1.0, f64::NAN, 1.0]), "Degenerate");
    }

    #[test]
    fn the_ends_of_the_range_are_compared() {
        for scale in [1e300, 1e-300] {
            let (a, b) = (read(&[scale, 4.0 * scale, scale]), read(&[1.0, 1.0, 4.0]));
            assert!((Bures.compare(&a, &b).unwrap() - 0.5).abs() < 1e-14);
        }
    }
}
