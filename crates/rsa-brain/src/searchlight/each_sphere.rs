//! The center of a searchlight whose RDM is computed by itself.

use rsa_core::{Conditions, Result};

use super::{CenterResult, Searchlight};
use crate::{SphereError, SphereRdms};

/// Computes the RDM of a center and its statistics.
pub(super) fn run(searchlight: &Searchlight<'_>, source: &dyn SphereRdms, center: usize) -> Result<CenterResult> {
    let rdm = match source.sphere_rdm(&searchlight.spheres.members(center)) {
        Ok(rdm) => rdm,
        Err(SphereError::Missing(reason)) => return Ok(CenterResult { center, outcome: Err(reason), rdm: None }),
        Err(SphereError::Failed(error)) => return Err(error),
    };
    searchlight.ensure_conditions(rdm.n_conditions())?;
    let rdm = rdm.with_conditions(Conditions::unlabeled(searchlight.models.n_conditions()))?;
    let outcome = match searchlight.models.scores(&rdm) {
        Ok(scores) => Ok(scores),
        Err(SphereError::Missing(reason)) => Err(reason),
        Err(SphereError::Failed(error)) => return Err(error),
    };
    Ok(CenterResult { center, outcome, rdm: searchlight.keeps_rdms.then(|| rdm.values().to_vec()) })
}
