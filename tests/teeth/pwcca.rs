//! PWCCA with the defects of two public implementations.

use ndarray::{Array1, Array2, Axis};
use rsakit::{
    Measure, Pwcca, Representation, Result,
    core::{Error, Profile, linalg},
};

/// PWCCA without whitening of its directions, and with means added back.
///
/// The directions are the centered features times the left singular vectors of the whitened covariance. The means of
/// the features are added to them, and the weights are computed from the uncentered features.
pub(crate) struct Circulating;

/// PWCCA that makes the canonical coefficients orthonormal instead of the directions, with uncentered features.
pub(crate) struct Coefficients;

/// The features, their means, and the features less their means.
pub(crate) struct Features {
    raw: Array2<f64>,
    means: Array1<f64>,
    centered: Array2<f64>,
}

impl Features {
    fn of(x: &Representation) -> Result<Self> {
        if x.n_conditions() < 3 {
            return Err(Error::too_few_conditions(3, x.n_conditions(), "no correlation"));
        }
        let raw = x.values().to_owned();
        let means = raw.mean_axis(Axis(0)).unwrap();
        let centered = &raw - &means;
        Ok(Self { raw, means, centered })
    }

    /// Returns Σ^(-1/2), the pseudoinverse of the root of the covariance.
    fn whitening(&self) -> Result<Array2<f64>> {
        let covariance = self.centered.t().dot(&self.centered);
        let linalg::Eigh { values, vectors } = linalg::eigh(covariance.view())?;
        let largest = values.iter().copied().fold(0.0, f64::max);
        let roots = Array1::from_iter(values.iter().map(|v| if *v > 1e-10 * largest { 1.0 / v.sqrt() } else { 0.0 }));
        Ok((&vectors * &roots).dot(&vectors.t()))
    }
}

/// Returns canonical correlations, their left directions in whitened features, and the whitening matrix.
fn directions(a: &Features, b: &Features) -> Result<(Vec<f64>, Array2<f64>, Array2<f64>)> {
    if a.raw.nrows() != b.raw.nrows() {
        return Err(Error::shape_mismatch("different numbers of conditions; align them first"));
    }
    let whitening = a.whitening()?;
    let between = whitening.dot(&a.centered.t().dot(&b.centered)).dot(&b.whitening()?);
    let svd = linalg::svd(between.view())?;
    Ok((svd.sigma, svd.u, whitening))
}

fn weighted(rho: &[f64], weights: &Array1<f64>) -> f64 {
    rho.iter().zip(weights).map(|(rho, weight)| rho * weight).sum::<f64>() / weights.sum()
}

impl Measure for Circulating {
    type Geometry = Features;

    fn profile(&self) -> Profile {
        Pwcca::default().profile()
    }

    fn geometry(&self, x: &Representation) -> Result<Features> {
        Features::of(x)
    }

    fn compare(&self, a: &Features, b: &Features) -> Result<f64> {
        let (rho, u, _) = directions(a, b)?;
        // There is one mean for each feature and one direction for each correlation; the first means are added.
        let means = Array1::from_iter((0..rho.len()).map(|k| a.means[k]));
        let basis = linalg::qr((a.centered.dot(&u) + &means).view())?.q;
        let weights = basis.t().dot(&a.raw).mapv(f64::abs).sum_axis(Axis(1));
        Ok(weighted(&rho, &weights))
    }
}

impl Measure for Coefficients {
    type Geometry = Features;

    fn profile(&self) -> Profile {
        Pwcca::default().profile()
    }

    fn geometry(&self, x: &Representation) -> Result<Features> {
        Features::of(x)
    }

    fn compare(&self, a: &Features, b: &Features) -> Result<f64> {
        let (rho, u, whitening) = directions(a, b)?;
        let basis = linalg::qr(whitening.dot(&u).view())?.q;
        let weights = a.raw.dot(&basis).mapv(f64::abs).sum_axis(Axis(0));
        Ok(weighted(&rho, &weights))
    }
}
