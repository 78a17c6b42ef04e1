//! Canonical correlations: the cosines of the angles between two subspaces.

use rsa_core::{
    Caveat, CaveatKind, Error, Result,
    linalg::{self, Svd},
};

use crate::Subspace;

/// The kind of mean by which canonical correlations become one score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mean {
    /// Mean of ρᵢ.
    #[default]
    Plain,
    /// Mean of ρᵢ², Yanai's coefficient, also called R²_CCA.
    Squared,
}

impl Mean {
    /// Returns the mean of `correlations`.
    pub(crate) fn of(self, correlations: &[f64]) -> f64 {
        let sum: f64 = match self {
            Self::Plain => correlations.iter().sum(),
            Self::Squared => correlations.iter().map(|rho| rho * rho).sum(),
        };
        sum / correlations.len() as f64
    }
}

/// Returns the canonical correlations ρ₁ ≥ ρ₂ ≥ …, as many as the smaller rank, each in [0, 1].
///
/// They are the singular values of Q_XᵀQ_Y for orthonormal bases Q; no covariance matrix is ever inverted.
///
/// # Errors
/// `ShapeMismatch` or `LabelMismatch` for different conditions; `TooFewConditions` if either fills all n − 1 dimensions
/// of n centered conditions, because every correlation is then 1 for any data.
///
/// Reference: Björck & Golub 1973, Mathematics of Computation, doi:10.1090/S0025-5718-1973-0348991-3.
pub fn canonical_correlations(a: &Subspace, b: &Subspace) -> Result<Vec<f64>> {
    ensure_free(a, b)?;
    let sigma = linalg::singular_values(a.products_with(b)?.view())?;
    Ok(sigma.into_iter().map(|rho| rho.min(1.0)).collect())
}

/// Returns the correlations with their directions: `u` in the basis of `a`, `v` in the basis of `b`.
pub(crate) fn canonical_directions(a: &Subspace, b: &Subspace) -> Result<Svd> {
    ensure_free(a, b)?;
    let mut svd = linalg::svd(a.products_with(b)?.view())?;
    svd.sigma.iter_mut().for_each(|rho| *rho = rho.min(1.0));
    Ok(svd)
}

/// Refuses subspaces of different conditions, and subspaces so large that all correlations are 1.
fn ensure_free(a: &Subspace, b: &Subspace) -> Result<()> {
    a.conditions().ensure_same(b.conditions())?;
    if !a.has_rows_of(b) {
        let requirement = "from the same accumulator as the other, or both from representations";
        return Err(Error::invalid_parameter("a subspace", requirement, "one from elsewhere"));
    }
    let n = a.conditions().count();
    for (subspace, name) in [(a, "first"), (b, "second")] {
        let rank = subspace.rank();
        if rank >= n - 1 {
            return Err(Error::too_few_conditions(
                // This number suffices even if the rank rises to the number of features with more conditions.
                subspace.n_features() + 2,
                n,
                format_args!(
                    "the {name} representation fills all {} dimensions that {n} centred conditions have, so every \
                     canonical correlation is 1 whatever the data; use more conditions than features, or SVCCA with \
                     fewer directions (equal variances are kept together), or CKA",
                    n - 1
                ),
            ));
        }
    }
    Ok(())
}

/// Returns the caveats of the dimensions alone: correlations that are 1 for any data, and correlations by chance.
pub(crate) fn caveats(a: &Subspace, b: &Subspace) -> Vec<Caveat> {
    let (ranks, dimensions) = ([a.rank(), b.rank()], a.conditions().count() - 1);
    forced(ranks, dimensions).into_iter().chain(by_chance(ranks, dimensions)).collect()
}

fn forced([a, b]: [usize; 2], dimensions: usize) -> Option<Caveat> {
    let smaller = a.min(b);
    match (a + b).saturating_sub(dimensions) {
        0 => None,
        forced => Some(Caveat {
            kind: CaveatKind::ForcedCorrelations,
            message: format!(
                "at least {forced} of {smaller} canonical correlations are 1 whatever the data, because {a} and {b} \
                 directions share {dimensions} dimensions; use more conditions, or SVCCA with fewer directions, or CKA"
            ),
        }),
    }
}

/// Mean squared correlation of independent data above which a score says little of the data.
const BY_CHANCE: f64 = 0.2;

/// The projections on two independent spaces of ranks r and s within d dimensions have a product of trace r·s/d on
/// average. It is the sum of ρ², so their mean is max(r, s)/d.
fn by_chance([a, b]: [usize; 2], dimensions: usize) -> Option<Caveat> {
    let larger = a.max(b);
    let mean = larger as f64 / dimensions as f64;
    (mean > BY_CHANCE).then(|| Caveat {
        kind: CaveatKind::ChanceCorrelations,
        message: format!(
            "independent data have a mean squared canonical correlation of about {mean:.2}, the share of {larger} in \
             {dimensions} dimensions; use more conditions, or SVCCA with fewer directions, or unbiased CKA, and test \
             scores against permuted conditions"
        ),
    })
}
