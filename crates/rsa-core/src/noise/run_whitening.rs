//! Whitening of each run by the noise of that run.

use ndarray::Array2;

use super::Precision;
use crate::{Error, Measurements, Result};

/// Multiplies the observations of each run by the symmetric root of the precision of that run.
///
/// `precisions` are in the order of [`Measurements::runs`]. Cross-validated products of the result weigh the two runs by
/// their own roots; [`Crossnobis`](crate::Crossnobis) with [`RunNoise::PerRun`](crate::RunNoise::PerRun) weighs each pair
/// of runs by the inverse of their mean covariance, which is another number unless all runs have one covariance.
///
/// # Errors
/// `InvalidParameter` without run labels, `ShapeMismatch` unless there is one precision for every run; the errors of
/// [`Precision::whiten`], naming the run.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Measurements, Precision, whiten_runs};
///
/// let x = Measurements::new(array![[1.0], [1.0], [2.0]], ["a", "a", "b"])?.with_runs(["1", "2", "1"])?;
/// let noise = [Precision::new(array![[4.0]])?, Precision::new(array![[9.0]])?];
/// assert_eq!(whiten_runs(&x, &noise)?.values(), array![[2.0], [3.0], [4.0]]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
pub fn whiten_runs(x: &Measurements, precisions: &[Precision]) -> Result<Measurements> {
    let parts = x.split_by_run()?;
    if parts.len() != precisions.len() {
        return Err(Error::shape_mismatch(format!(
            "{} noise precisions for {} runs; give one for every run, in the order of the runs",
            precisions.len(),
            parts.len()
        )));
    }
    let (labels, run_of) = (x.runs().unwrap_or_default(), x.run_of().unwrap_or_default());
    let mut values = Array2::zeros((x.n_observations(), x.n_features()));
    let mut spacing = x.precision();
    for (run, (part, precision)) in parts.iter().zip(precisions).enumerate() {
        let whitened = precision.whiten_measurements(part);
        let whitened = whitened.map_err(|error| error.context(format!("run '{}'", labels[run])))?;
        spacing = spacing.max(whitened.precision());
        let rows = (0..run_of.len()).filter(|&row| run_of[row] == run);
        rows.zip(whitened.values().rows()).for_each(|(row, own)| values.row_mut(row).assign(&own));
    }
    x.with_values(values)?.with_precision(spacing)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn runs_are_whitened_where_they_stand() {
        let values = array![[1.0, 0.0], [0.0, 2.0], [3.0, 1.0], [1.0, 1.0]];
        let x = Measurements::new(values, ["a", "b", "b", "a"]).unwrap().with_runs(["2", "1", "2", "1"]).unwrap();
        let noise = [array![[4.0, 0.0], [0.0, 1.0]], array![[1.0, 0.0], [0.0, 16.0]]];
        let noise = noise.map(|matrix| Precision::new(matrix).unwrap());
        let whitened = whiten_runs(&x, &noise).unwrap();
        let expected = array![[2.0, 0.0], [0.0, 8.0], [6.0, 1.0], [1.0, 4.0]];
        assert!((&whitened.values() - &expected).iter().all(|d| d.abs() < 1e-14), "{:?}", whitened.values());
        assert_eq!((whitened.runs(), whitened.condition_of()), (x.runs(), x.condition_of()));
        assert_eq!(whiten_runs(&x, &noise[..1]).unwrap_err().kind().name(), "ShapeMismatch");
        let without = Measurements::new(array![[1.0, 2.0]], ["a"]).unwrap();
        assert_eq!(whiten_runs(&without, &noise).unwrap_err().kind().name(), "InvalidParameter");
    }
}
