//! [`Partial`]: the correlation of two RDMs after others are regressed out.

use rsa_core::{Caveat, Grid, Observer, Rdm, Result};

use super::{Comparison, Embedded, Ignores, embedded::EmbeddingKind, given_span::GivenSpan, joint, vector::Vector};

/// Pearson's or Spearman's partial correlation of two RDMs, given other RDMs.
///
/// # Formula
/// Pearson's correlation of the residuals of a linear regression of either RDM on the given ones and a constant, over
/// the pairs present in all of them. Spearman's ranks all RDMs first, then takes residuals; ranking the residuals
/// instead is another quantity.
///
/// # Shapes
/// Two RDMs of the same n ≥ 3 conditions, and any number of others of these conditions.
///
/// # Range
/// [−1, 1].
///
/// # Invariances
/// Ignores the unit of the dissimilarities of either RDM and a constant added to all of them; Spearman's every
/// increasing function of them.
///
/// # Cost
/// For g given RDMs and L = n(n−1)/2 pairs, O(L·g²) to read an RDM (Spearman's also L log L) and O(L) for a pair; all
/// pairs of two lists are one matrix product. With missing pairs O(L·g²) for a pair of RDMs.
///
/// # Errors
/// `TooFewConditions` below three, `Degenerate` for an RDM that is constant or a combination of the given ones, or if
/// these leave fewer than two dimensions, in which every correlation is ±1; mismatched conditions.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{Comparison, Partial};
///
/// // A given RDM of two values leaves the differences within either: -1 0 1 -1 0 1 and -1 1 0 -1 1 0, so 2/√(4·4).
/// let given = Rdm::new(vec![1.0, 1.0, 1.0, 0.0, 0.0, 0.0])?;
/// let partial = Partial::pearson(vec![given])?;
/// let a = Rdm::new(vec![1.0, 2.0, 3.0, 7.0, 8.0, 9.0])?;
/// let b = Rdm::new(vec![4.0, 6.0, 5.0, 0.0, 2.0, 1.0])?;
/// let r = partial.compare(&partial.read(&a)?, &partial.read(&b)?)?;
/// assert!((r - 0.5).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Yule 1907, Proceedings of the Royal Society of London A, doi:10.1098/rspa.1907.0028.
#[derive(Clone, Debug)]
pub struct Partial {
    embedding: EmbeddingKind,
    given: Vec<Embedded>,
}

impl Partial {
    /// Makes Pearson's partial correlation.
    ///
    /// # Errors
    /// `TooFewConditions` or `Degenerate` for a given RDM below three conditions, or that is constant.
    pub fn pearson(given: Vec<Rdm>) -> Result<Self> {
        Self::new(false, &given)
    }

    /// Makes Spearman's partial correlation.
    ///
    /// # Errors
    /// Errors of [`pearson`](Self::pearson).
    pub fn spearman(given: Vec<Rdm>) -> Result<Self> {
        Self::new(true, &given)
    }

    fn new(ranks: bool, given: &[Rdm]) -> Result<Self> {
        let embedding = EmbeddingKind { ranks, centered: true, whitened: false, unit: true };
        let read = |(k, rdm)| embedding.read(rdm).map_err(|error| error.context(format!("given RDM {k}")));
        Ok(Self { embedding, given: given.iter().enumerate().map(read).collect::<Result<_>>()? })
    }

    /// Returns the weight of every pair, 0 if it is missing in any RDM.
    fn weights(&self, a: &Rdm, b: &Rdm) -> Result<Option<Vec<f64>>> {
        let others: Vec<&Rdm> = [b].into_iter().chain(self.given.iter().map(Embedded::rdm)).collect();
        joint::weights_with(a, &others, None)
    }

    /// Returns the span of the given RDMs on the pairs that count.
    fn span(&self, weights: Option<&[f64]>) -> Result<GivenSpan> {
        let columns = self.given.iter().enumerate().map(|(k, read)| {
            let vector = self.embedding.vector(read, weights, None);
            vector.map(Vector::into_values).map_err(|error| error.context(format!("given RDM {k}")))
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let present = match weights {
            None => columns.first().map_or(0, Vec::len),
            Some(weights) => weights.iter().filter(|&&weight| weight > 0.0).count(),
        };
        GivenSpan::new(&columns, present)
    }

    /// Returns φ, the residual at unit length.
    fn residual(&self, read: &Embedded, weights: Option<&[f64]>, span: &GivenSpan) -> Result<Vector> {
        Vector::unit(span.residual(self.embedding.vector(read, weights, None)?.into_values())?)
    }
}

impl Comparison for Partial {
    type Reading = Embedded;

    fn read(&self, rdm: &Rdm) -> Result<Embedded> {
        joint::ensure_comparable(rdm)?;
        let weights = self.weights(rdm, rdm)?;
        let span = self.span(weights.as_deref())?;
        Embedded::read_on(rdm, self.embedding.ranks, weights.as_deref(), |read, weights| {
            self.residual(read, weights, &span)
        })
    }

    fn compare(&self, a: &Embedded, b: &Embedded) -> Result<f64> {
        let weights = self.weights(a.rdm(), b.rdm())?;
        // Without missing pairs the readings hold φ.
        let span = weights.as_deref().map(|weights| self.span(Some(weights))).transpose()?;
        a.compare(b, weights.is_none(), |read| match &span {
            Some(span) => self.residual(read, weights.as_deref(), span),
            None => self.residual(read, None, &self.span(None)?),
        })
    }

    fn compare_all_observed(&self, a: &[&Embedded], b: &[&Embedded], observer: &dyn Observer) -> Grid<Result<f64>> {
        Embedded::compare_all(a, b, observer, |a, b| self.compare(a, b))
    }

    fn caveats(&self, a: &Embedded, b: &Embedded) -> Vec<Caveat> {
        let rdms: Vec<&Rdm> = [a, b].into_iter().chain(&self.given).map(Embedded::rdm).collect();
        joint::few_pairs(&rdms).into_iter().collect()
    }

    fn ignores(&self) -> Ignores {
        match self.embedding.ranks {
            true => Ignores::AllButOrder,
            false => Ignores::ScaleAndOffset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [f64; 10] = [1.0, 2.0, 2.0, 4.0, 5.0, 3.0, 2.5, 6.0, 1.5, 4.0];
    const B: [f64; 10] = [2.0, 1.0, 3.0, 3.0, 6.0, 4.0, 2.0, 5.0, 1.0, 3.5];
    const C: [f64; 10] = [1.0, 0.0, 2.0, 1.0, 1.0, 3.0, 2.0, 2.0, 1.0, 0.5];
    const D: [f64; 10] = [2.0, 1.0, 1.0, 4.0, 5.0, 2.0, 3.0, 6.0, 2.0, 5.0];

    fn rdm(values: [f64; 10]) -> Rdm {
        Rdm::new(values.to_vec()).unwrap()
    }

    fn compare(partial: &Partial, a: &Rdm, b: &Rdm) -> Result<f64> {
        partial.compare(&partial.read(a)?, &partial.read(b)?)
    }

    /// Expected values by NumPy 2.4.6 `linalg.lstsq` with a column of ones, on values and on their ranks.
    ///
    /// The ranks are by SciPy 1.17.1, `scipy.stats.rankdata`.
    #[test]
    fn residuals_of_least_squares_agree() {
        let check = |given: &[[f64; 10]], expected: [f64; 2]| {
            let given: Vec<_> = given.iter().copied().map(rdm).collect();
            for (partial, expected) in [Partial::pearson(given.clone()), Partial::spearman(given)].iter().zip(expected)
            {
                let found = compare(partial.as_ref().unwrap(), &rdm(A), &rdm(B)).unwrap();
                assert!((found - expected).abs() < 1e-14, "{found} and {expected}");
            }
        };
        check(&[], [0.8379210069429693, 0.8338501010749098]);
        check(&[C], [0.8536536643087013, 0.8482704979719838]);
        check(&[C, D], [0.5683572707783027, 0.6510442453587231]);
        // A given RDM that is a combination of the others changes nothing.
        let sum: [f64; 10] = std::array::from_fn(|k| 2.0 * C[k] - D[k] + 3.0);
        let partial = Partial::pearson([C, D, sum].map(rdm).to_vec()).unwrap();
        assert!((compare(&partial, &rdm(A), &rdm(B)).unwrap() - 0.5683572707783027).abs() < 1e-13);
    }

    /// Expected values by NumPy and SciPy without pairs 3 and 7, each of which is missing in one RDM.
    #[test]
    fn a_pair_missing_in_any_rdm_is_left_out_of_all() {
        let without = |mut values: [f64; 10], k: usize| {
            values[k] = f64::NAN;
            rdm(values)
        };
        let given = vec![without(C, 3), rdm(D)];
        for (partial, expected) in [Partial::pearson(given.clone()), Partial::spearman(given)]
            .into_iter()
            .zip([0.7259607339880007, 0.7104132071227263])
        {
            let partial = partial.unwrap();
            let found = compare(&partial, &without(A, 7), &rdm(B)).unwrap();
            assert!((found - expected).abs() < 1e-14, "{found} and {expected}");
            let (a, b) = (partial.read(&without(A, 7)).unwrap(), partial.read(&rdm(B)).unwrap());
            let all = partial.compare_all(&[&a, &b], &[&b]);
            assert!((all.get(0, 0).as_ref().unwrap() - expected).abs() < 1e-14);
        }
    }

    #[test]
    fn what_leaves_nothing_to_correlate_is_refused() {
        let partial = Partial::pearson([C, D].map(rdm).to_vec()).unwrap();
        let sum = rdm(std::array::from_fn(|k| 0.3 * C[k] + 0.7 * D[k]));
        assert_eq!(partial.read(&sum).unwrap_err().kind().name(), "Degenerate");
        let error = Partial::pearson(vec![rdm(C), rdm([1.0; 10])]).unwrap_err();
        assert!(error.to_string().starts_with("given RDM 1:"), "{error}");
        let three = |values: [f64; 3]| Rdm::new(values.to_vec()).unwrap();
        let partial = Partial::pearson(vec![three([1.0, 2.0, 4.0])]).unwrap();
        assert_eq!(partial.read(&three([1.0, 3.0, 2.0])).unwrap_err().kind().name(), "Degenerate");
        assert_eq!(partial.read(&rdm(A)).unwrap_err().kind().name(), "ShapeMismatch");
    }
}
