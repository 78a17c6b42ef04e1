//! [`AnyComparison`]: a comparison of RDMs whose type is erased, for lists of different comparisons.

use std::{fmt, sync::Arc};

use rayon::prelude::*;
use rsa_core::{AnyGeometry, Caveat, Grid, Identity, Observer, Rdm, Result, same_list, score_pairs};

use super::{Comparison, Ignores};

/// Any [`Comparison`] behind one type, for catalogues, command lines and bindings.
///
/// It is a [`Comparison`] itself. Its type is found once for each list of RDMs and not for each pair, so that it
/// compares as fast as the comparison it holds. Clones share that comparison and its data.
///
/// # Errors
/// `compare` and `compare_all` return errors of kind `Foreign` for a reading of another comparison, where the two read
/// RDMs into different types; comparisons that share a type refuse each other's readings with `InvalidParameter`.
///
/// # Example
/// ```
/// use rsa_core::{ErrorKind, Rdm};
/// use rsa_stats::{AnyComparison, Bures, Comparison, Spearman};
///
/// let a = Rdm::new(vec![0.1, 0.2, 9.0])?;
/// let b = Rdm::new(vec![1.0, 3.0, 2.0])?;
/// let comparisons = [AnyComparison::new(Spearman), AnyComparison::new(Bures)];
/// let [read_a, read_b] = [comparisons[0].read(&a)?, comparisons[0].read(&b)?];
/// assert!((comparisons[0].compare(&read_a, &read_b)? - 0.5).abs() < 1e-15);
/// assert_eq!(comparisons[1].compare(&read_a, &read_b).unwrap_err().kind(), &ErrorKind::Foreign);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone)]
pub struct AnyComparison(Arc<dyn ErasedComparison>);

/// An RDM as an [`AnyComparison`] read it, to be compared by that comparison.
#[derive(Debug)]
pub struct AnyReading(AnyGeometry);

impl AnyComparison {
    /// Erases the type of `comparison`.
    pub fn new(comparison: impl Comparison + 'static) -> Self {
        Self(Arc::new(Typed(comparison)))
    }

    /// Returns `true` if both are clones of one comparison, and so share its data.
    pub fn is_clone_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Comparison for AnyComparison {
    type Reading = AnyReading;

    fn read(&self, rdm: &Rdm) -> Result<AnyReading> {
        self.0.read(rdm)
    }

    fn read_all(&self, rdms: &[Rdm]) -> Vec<Result<AnyReading>> {
        self.0.read_all(rdms)
    }

    fn compare(&self, a: &AnyReading, b: &AnyReading) -> Result<f64> {
        self.0.compare(a, b)
    }

    fn compare_all_observed(&self, a: &[&AnyReading], b: &[&AnyReading], observer: &dyn Observer) -> Grid<Result<f64>> {
        // With a foreign reading among them no pair takes the fast route, and only the pairs of that reading fail.
        self.0.compare_all(a, b, observer).unwrap_or_else(|_| {
            score_pairs(a.len(), b.len(), same_list(a, b), observer, |i, j| self.compare(a[i], b[j]))
        })
    }

    fn rdm_of<'a>(&self, reading: &'a AnyReading) -> Option<&'a Rdm> {
        self.0.rdm_of(reading)
    }

    fn caveats(&self, a: &AnyReading, b: &AnyReading) -> Vec<Caveat> {
        self.0.caveats(a, b)
    }

    fn ignores(&self) -> Ignores {
        self.0.ignores()
    }

    fn is_unbiased(&self) -> bool {
        self.0.is_unbiased()
    }

    fn identity(&self) -> Identity {
        self.0.identity()
    }
}

/// The object-safe twin of [`Comparison`].
trait ErasedComparison: Send + Sync {
    fn read(&self, rdm: &Rdm) -> Result<AnyReading>;
    fn read_all(&self, rdms: &[Rdm]) -> Vec<Result<AnyReading>>;
    fn compare(&self, a: &AnyReading, b: &AnyReading) -> Result<f64>;
    fn rdm_of<'a>(&self, reading: &'a AnyReading) -> Option<&'a Rdm>;
    fn caveats(&self, a: &AnyReading, b: &AnyReading) -> Vec<Caveat>;
    fn ignores(&self) -> Ignores;
    fn is_unbiased(&self) -> bool;
    fn identity(&self) -> Identity;

    /// Compares all pairs by the typed comparison; fails if any reading is foreign.
    fn compare_all(&self, a: &[&AnyReading], b: &[&AnyReading], observer: &dyn Observer) -> Result<Grid<Result<f64>>>;
}

/// A comparison with its type.
struct Typed<C>(C);

impl<C: Comparison> ErasedComparison for Typed<C> {
    fn read(&self, rdm: &Rdm) -> Result<AnyReading> {
        self.0.read(rdm).map(AnyReading::new)
    }

    fn read_all(&self, rdms: &[Rdm]) -> Vec<Result<AnyReading>> {
        self.0.read_all(rdms).into_par_iter().map(|read| read.map(AnyReading::new)).collect()
    }

    fn compare(&self, a: &AnyReading, b: &AnyReading) -> Result<f64> {
        self.0.compare(a.0.downcast()?, b.0.downcast()?)
    }

    fn rdm_of<'a>(&self, reading: &'a AnyReading) -> Option<&'a Rdm> {
        self.0.rdm_of(reading.0.downcast().ok()?)
    }

    fn caveats(&self, a: &AnyReading, b: &AnyReading) -> Vec<Caveat> {
        match (a.0.downcast(), b.0.downcast()) {
            (Ok(a), Ok(b)) => self.0.caveats(a, b),
            // A foreign reading has no score, and so no caveat.
            _ => Vec::new(),
        }
    }

    fn ignores(&self) -> Ignores {
        self.0.ignores()
    }

    fn is_unbiased(&self) -> bool {
        self.0.is_unbiased()
    }

    fn identity(&self) -> Identity {
        self.0.identity()
    }

    fn compare_all(&self, a: &[&AnyReading], b: &[&AnyReading], observer: &dyn Observer) -> Result<Grid<Result<f64>>> {
        let a: Vec<&C::Reading> = a.iter().map(|read| read.0.downcast()).collect::<Result<_>>()?;
        let b: Vec<&C::Reading> = b.iter().map(|read| read.0.downcast()).collect::<Result<_>>()?;
        Ok(self.0.compare_all_observed(&a, &b, observer))
    }
}

impl AnyReading {
    fn new<R: Send + Sync + 'static>(reading: R) -> Self {
        Self(AnyGeometry::new(reading))
    }
}

impl fmt::Debug for AnyComparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyComparison").field("ignores", &self.0.ignores()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rsa_core::ErrorKind;

    use super::*;
    use crate::{ConditionCovariance, ConditionWhitened, KendallA, Partial, Pearson};

    fn rdm(values: [f64; 6]) -> Rdm {
        Rdm::new(values.to_vec()).unwrap()
    }

    /// Stops the work before it begins.
    struct Cancelled;

    impl Observer for Cancelled {
        fn is_cancelled(&self) -> bool {
            true
        }
    }

    #[test]
    fn comparisons_with_data_of_their_own_compare_as_they_do_alone() {
        let rdms = [rdm([1.0, 5.0, 2.0, 3.0, 4.0, 3.5]), rdm([2.0, 1.0, 4.0, 3.0, 6.0, 6.5])];
        let given = vec![rdm([3.0, 1.0, 2.0, 5.0, 4.0, 1.0])];
        let covariance = ConditionCovariance::new(ndarray::Array2::from_diag(&ndarray::arr1(&[1.0, 2.0, 3.0, 1.5])));
        let partial = Partial::pearson(given).unwrap();
        let whitened = ConditionWhitened::cosine(covariance.unwrap());
        let [a, b] = [0, 1].map(|k| partial.read(&rdms[k]).unwrap());
        let [c, d] = [0, 1].map(|k| whitened.read(&rdms[k]).unwrap());
        let expected = [partial.compare(&a, &b).unwrap(), whitened.compare(&c, &d).unwrap()];
        for (any, expected) in [AnyComparison::new(partial), AnyComparison::new(whitened)].iter().zip(expected) {
            let read: Vec<_> = any.read_all(&rdms).into_iter().collect::<Result<_>>().unwrap();
            assert!((any.compare(&read[0], &read[1]).unwrap() - expected).abs() < 1e-14);
            let all = any.compare_all(&[&read[0]], &[&read[1]]);
            assert!((all.get(0, 0).as_ref().unwrap() - expected).abs() < 1e-14);
            assert!(any.is_clone_of(&any.clone()));
        }
    }

    #[test]
    fn a_foreign_reading_fails_its_own_pairs_alone() {
        let (pearson, kendall) = (AnyComparison::new(Pearson), AnyComparison::new(KendallA));
        let rdm = rdm([1.0, 5.0, 2.0, 3.0, 4.0, 3.5]);
        let (own, foreign) = (pearson.read(&rdm).unwrap(), kendall.read(&rdm).unwrap());
        let grid = pearson.compare_all(&[&own, &foreign], &[&own]);
        assert!((grid.get(0, 0).as_ref().unwrap() - 1.0).abs() < 1e-14);
        assert_eq!(grid.get(1, 0).as_ref().unwrap_err().kind(), &ErrorKind::Foreign);
        assert_eq!(kendall.compare(&own, &foreign).unwrap_err().kind(), &ErrorKind::Foreign);
        assert!(pearson.rdm_of(&foreign).is_none() && pearson.caveats(&own, &foreign).is_empty());
    }

    #[test]
    fn nothing_is_compared_after_the_work_was_cancelled() {
        let rdm = rdm([1.0, 5.0, 2.0, 3.0, 4.0, 3.5]);
        for comparison in [AnyComparison::new(Pearson), AnyComparison::new(KendallA)] {
            let read = comparison.read(&rdm).unwrap();
            let grid = comparison.compare_all_observed(&[&read], &[&read], &Cancelled);
            assert_eq!(grid.get(0, 0).as_ref().unwrap_err().kind(), &ErrorKind::Cancelled);
        }
    }
}
