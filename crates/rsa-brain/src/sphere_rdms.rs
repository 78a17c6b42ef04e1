//! [`SphereRdms`]: RDMs of spheres, one after another, for dissimilarities that are no sums over voxels.

use rsa_core::{Error, Rdm};

use crate::MissingReason;

/// A source of RDMs of spheres, each of which is computed from the voxels of the sphere alone.
///
/// [`AdditiveTerms`](crate::AdditiveTerms) is the fast twin for sums over voxels, and a source too, which checks the
/// twin.
///
/// # Example
/// ```
/// use ndarray::{Axis, array};
/// use rsa_brain::{SphereError, SphereRdms};
/// use rsa_core::{Correlation, Dissimilarity, Rdm, Representation};
///
/// struct Patterns(ndarray::Array2<f64>);
///
/// impl SphereRdms for Patterns {
///     fn sphere_rdm(&self, members: &[usize]) -> Result<Rdm, SphereError> {
///         Ok(Correlation.rdm(&Representation::new(self.0.select(Axis(1), members))?)?)
///     }
/// }
///
/// let patterns = Patterns(array![[1.0, 2.0, 9.0], [3.0, 4.0, 0.0]]);
/// assert!(patterns.sphere_rdm(&[0, 1]).is_ok());
/// ```
pub trait SphereRdms: Sync {
    /// Computes the RDM of the sphere of the voxels `members`, which ascend.
    ///
    /// # Errors
    /// The reason for which the sphere has none, or an error that ends the run.
    fn sphere_rdm(&self, members: &[usize]) -> Result<Rdm, SphereError>;
}

impl SphereRdms for crate::AdditiveTerms {
    fn sphere_rdm(&self, members: &[usize]) -> Result<Rdm, SphereError> {
        Ok(Self::sphere_rdm(self, members)?)
    }
}

/// Reason for which a sphere has no RDM, or an error that ends the run.
#[derive(Clone, Debug)]
pub enum SphereError {
    /// The data of the sphere allow none.
    Missing(MissingReason),
    /// The request is wrong, or the work was cancelled.
    Failed(Error),
}

impl From<Error> for SphereError {
    /// Takes an error about the data of a sphere for its reason.
    fn from(error: Error) -> Self {
        MissingReason::of_rdm_error(&error).map_or(Self::Failed(error), Self::Missing)
    }
}
