//! Covariance of the noise of condition means.

use ndarray::Array2;

use crate::{Measurements, Precision, Result, linalg};

/// Estimates the n × n covariance of the noise between conditions from the differences of their patterns between runs.
///
/// Σ_k = Σ_f (U_f − Ū)·S⁻¹·(U_f − Ū)ᵀ / ((M − 1)·P), with U_f the condition means of run f of M, Ū their mean and S the
/// noise covariance between the P features (the identity if `precision` is `None`). It is the covariance of the means
/// of a single run. Whitened comparisons of RDMs take it and ignore its scale. rsatoolbox calls it
/// `sigmak_from_measurements`.
///
/// # Errors
/// `InvalidParameter` without run labels, `Degenerate` with one run or naming a condition absent from a run,
/// `ShapeMismatch` if `precision` is of other features, `OutOfRange`.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{Measurements, condition_covariance};
///
/// let values = array![[1.0], [5.0], [3.0], [9.0]];
/// let measurements = Measurements::new(values, ["a", "b", "a", "b"])?.with_runs(["1", "1", "2", "2"])?;
/// // Deviations ∓1 and ∓2 from the means of two runs.
/// assert_eq!(condition_covariance(&measurements, None)?, array![[2.0, 4.0], [4.0, 8.0]]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Diedrichsen et al. 2020, Neurons, Behavior, Data analysis, and Theory, arXiv:2007.02789
/// (<https://arxiv.org/abs/2007.02789>).
pub fn condition_covariance(measurements: &Measurements, precision: Option<&Precision>) -> Result<Array2<f64>> {
    let cells = measurements.cells()?;
    cells.ensure_complete(measurements)?;
    cells.ensure_two_runs(measurements)?;
    let (n, runs) = (measurements.n_conditions(), cells.n_runs());
    let means = cells.means(measurements.values());
    // Rows are run by run, each run in the same order of conditions: row f·n + i is condition i of run f.
    let condition_of = Vec::from_iter((0..runs * n).map(|row| row % n));
    let deviations = crate::measurements::residuals(means.view(), &condition_of, n);
    let whitened = match precision {
        Some(precision) => precision.project(deviations.view())?,
        None => deviations,
    };
    let p = whitened.ncols();
    let mut side_by_side = Array2::zeros((n, runs * p));
    for (row, deviation) in whitened.rows().into_iter().enumerate() {
        let (run, condition) = (row / n, row % n);
        deviation.iter().enumerate().for_each(|(j, &value)| side_by_side[(condition, run * p + j)] = value);
    }
    Ok(linalg::gram(side_by_side.view())? / ((runs - 1) * p) as f64)
}
