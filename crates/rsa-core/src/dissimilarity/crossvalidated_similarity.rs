//! Cosines of mean patterns from different runs, with floors under the denominators.

use ndarray::Array2;

use super::{folds, rounded_patterns};
use crate::{Error, Measurements, Observer, Rdm, Result, condensed, linalg, measurements::group_means};

/// Floor of a cross-validated squared length, as a share of the squared length of the mean pattern (Guggenmos et al.
/// 2018).
const LENGTH_FLOOR: f64 = 0.1;

/// Floor of a denominator, as a share of the mean squared length over conditions (Guggenmos et al. 2018).
const DENOMINATOR_FLOOR: f64 = 0.25;

/// Computes one minus the mean over runs of the cosine of patterns of one run with patterns of all other runs.
///
/// If `centered`, the mean over features of each pattern is subtracted first, which makes the cosine a correlation.
pub(super) fn distances(x: &Measurements, centered: bool, observer: &dyn Observer) -> Result<Rdm> {
    let n = x.n_conditions();
    let scale = linalg::power_of_two(x.values().iter());
    let mut values = x.values().mapv(|value| value / scale);
    if centered {
        for mut pattern in values.rows_mut() {
            if linalg::is_constant(pattern.iter(), x.precision()) {
                pattern.fill(0.0);
            }
            // The second pass removes the rounding that the first mean leaves.
            for _ in 0..2 {
                let mean = pattern.sum() / pattern.len() as f64;
                pattern -= mean;
            }
        }
    }
    let folds = folds::leave_one_run_out(x, values.view())?;
    let means = group_means(values.view(), x.condition_of(), n);
    let lengths = Vec::from_iter(means.rows().into_iter().map(|mean| mean.dot(&mean)));
    if let Some(condition) = lengths.iter().position(|&length| length == 0.0) {
        let what = if centered { "constant" } else { "all zero" };
        return Err(Error::degenerate(
            format!(
                "the mean pattern of condition {} is {what}, so it has no direction",
                x.conditions().name(condition)
            ),
            "drop that condition, or use crossnobis, which needs no direction",
        ));
    }
    let floor = DENOMINATOR_FLOOR * lengths.iter().sum::<f64>() / n as f64;
    let mut similarity = vec![0.0; condensed::n_pairs(n)];
    let mut least = f64::INFINITY;
    for fold in &folds {
        super::ensure_going(observer)?;
        let products: Array2<f64> = linalg::product(fold.train.view(), fold.test.t())?;
        let own = Vec::from_iter((0..n).map(|i| products[(i, i)].max(LENGTH_FLOOR * lengths[i])));
        for (sum, (i, j)) in similarity.iter_mut().zip(condensed::pairs(n)) {
            let denominator = (own[i] * own[j]).sqrt().max(floor);
            least = least.min(denominator);
            *sum += ((products[(i, j)] + products[(j, i)]) / 2.0 / denominator).clamp(-1.0, 1.0);
        }
    }
    let rounding = (16.0 + (x.n_features() as f64).sqrt()) * f64::EPSILON / DENOMINATOR_FLOOR;
    // An error of a pattern changes its product with another by the length of that one.
    let longest = lengths.iter().copied().fold(0.0, f64::max).sqrt();
    let error = rounded_patterns::error_of_distances(x.values(), x.precision()) / scale;
    let rounding = rounding + 2.0 * error * longest / least;
    let values = similarity.iter().map(|sum| 1.0 - sum / folds.len() as f64).collect();
    Rdm::new(values)?.with_rounding(rounding)?.with_conditions(x.conditions().clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measurements(values: Array2<f64>) -> Measurements {
        let measurements = Measurements::new(values, (0..12).map(|i| ["a", "b", "c", "d"][i % 4])).unwrap();
        measurements.with_runs((0..12).map(|i| (i / 4).to_string())).unwrap()
    }

    fn observations() -> Array2<f64> {
        Array2::from_shape_fn((12, 5), |(i, j)| ((i * 7 + j * 5 + i * i * j) % 13) as f64 - 6.0)
    }

    /// Values of the definition, computed run by run with NumPy 2.4.6.
    #[test]
    fn both_are_their_definitions() {
        let correlation =
            [2.0, 0.21932896596021823, 1.4122099387730964, 1.3714004227520304, 1.2928859034373643, 0.8156525478604828];
        let cosine =
            [2.0, 0.2826669857196924, 1.4496650380507763, 1.3253033701555035, 1.2315681643834717, 0.6243138677928346];
        for (centered, expected) in [(true, correlation), (false, cosine)] {
            let rdm = distances(&measurements(observations()), centered, &()).unwrap();
            for (found, expected) in rdm.values().iter().zip(expected) {
                assert!((found - expected).abs() < 1e-12, "{found} != {expected}");
            }
        }
    }

    #[test]
    fn offsets_and_scale_leave_the_correlation_and_flat_patterns_are_named() {
        let rdm = |values| distances(&measurements(values), true, &());
        let near = rdm(observations()).unwrap();
        for far in [rdm(observations() * 1e-3 + 1e6).unwrap(), rdm(observations() * 1e200).unwrap()] {
            let mut pairs = near.values().iter().zip(far.values());
            assert!(pairs.all(|(near, far)| (near - far).abs() < 1e-6), "{:?}", far.values());
        }
        let mut flat = observations();
        for i in [2, 6, 10] {
            flat.row_mut(i).fill(0.1 * i as f64);
        }
        let error = rdm(flat).unwrap_err();
        assert!(error.to_string().starts_with("the mean pattern of condition 'c' is constant"), "{error}");
        let gap = measurements(observations()).select(&[0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11]).unwrap();
        let error = distances(&gap, false, &()).unwrap_err();
        assert!(error.to_string().starts_with("run '1' has no observation of condition 'd'"), "{error}");
    }
}
