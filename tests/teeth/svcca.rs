//! SVCCA with the wrong rule for keeping directions.

use rsakit::{
    Measure, Representation, Result, Svcca,
    cca::{Keep, Mean, Subspace, canonical_correlations},
    core::{Profile, linalg},
};

/// SVCCA that keeps the fewest directions with 99 % of the sum of singular values.
pub(crate) struct SingularValues;

impl Measure for SingularValues {
    type Geometry = Subspace;

    fn profile(&self) -> Profile {
        Svcca::new(Keep::variance(0.99).unwrap()).profile()
    }

    fn geometry(&self, x: &Representation) -> Result<Subspace> {
        let centered = linalg::center(x.values(), x.precision()).values;
        let sigma = linalg::singular_values(centered.view())?;
        let total: f64 = sigma.iter().sum();
        let mut held = 0.0;
        let short = sigma.iter().take_while(|sigma| {
            held += **sigma;
            held < 0.99 * total
        });
        let count = (short.count() + 1).min(sigma.len());
        Svcca { keep: Keep::count(count)?, mean: Mean::Plain }.geometry(x)
    }

    fn compare(&self, a: &Subspace, b: &Subspace) -> Result<f64> {
        let rho = canonical_correlations(a, b)?;
        Ok(rho.iter().sum::<f64>() / rho.len() as f64)
    }
}
