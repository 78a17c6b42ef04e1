//! [`LayerDescription`]: what the numbers of a layer are like.

use ndarray::Array2;
use rsa_io::Layer;
use rsakit::{
    Representation, Result,
    core::{ParticipationRatio, RowBlocks},
};
use serde::{Deserialize, Serialize};

use crate::{
    dead_units::count_dead_units,
    memory::{ensure_fits, float_bytes},
};

/// Facts on the numbers of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerDescription {
    /// Number of features that have one value in all conditions (dead units).
    pub n_constant: usize,
    /// Number of values that are NaN or infinite; the facts below are of the others.
    pub n_non_finite: usize,
    /// Smallest value; `None` if none is finite.
    pub smallest: Option<f64>,
    /// Largest value.
    pub largest: Option<f64>,
    /// Smallest and largest Euclidean norm of a pattern; `None` if a value is not finite.
    pub norms: Option<[f64; 2]>,
    /// Number of dimensions that the patterns use (participation ratio); `None` if they do not differ or a value is not
    /// finite.
    pub dimension: Option<f64>,
    /// Its estimate for all conditions that might have been measured; `None`, too, if these are too few.
    pub unbiased_dimension: Option<f64>,
}

impl LayerDescription {
    /// Reads `layer` and describes it.
    ///
    /// # Errors
    /// `TooLarge` if the layer does not fit into `budget`; the errors of reading.
    pub(super) fn read(layer: &Layer, budget: usize) -> Result<Self> {
        let (n, p) = (layer.n_conditions(), layer.n_features());
        let smaller = n.min(p);
        // Values, centered values, and the Gram matrix of the smaller side with a copy.
        let needed =
            float_bytes(n.saturating_mul(p).saturating_mul(2).saturating_add(smaller.saturating_mul(smaller) * 2));
        ensure_fits(
            format_args!("describing '{}'", layer.name()),
            needed,
            budget,
            "choose other layers with --layers",
        )?;
        let mut values = Array2::zeros((n, p));
        layer.read_rows(0..n, values.view_mut())?;
        Ok(Self::new(values, layer.precision()))
    }

    fn new(values: Array2<f64>, precision: f64) -> Self {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let n_non_finite = values.iter().filter(|value| !value.is_finite()).count();
        let mut described = Self {
            n_constant: count_dead_units(values.view()),
            n_non_finite,
            smallest: finite().reduce(f64::min),
            largest: finite().reduce(f64::max),
            norms: None,
            dimension: None,
            unbiased_dimension: None,
        };
        if n_non_finite > 0 {
            return described;
        }
        // The largest values have a norm beyond 64-bit floats.
        let norm = |row: ndarray::ArrayView1<'_, f64>| row.iter().fold(0.0, |norm: f64, &value| norm.hypot(value));
        let norms: Vec<f64> = values.rows().into_iter().map(norm).collect();
        let ends = [norms.iter().copied().fold(f64::INFINITY, f64::min), norms.iter().copied().fold(0.0, f64::max)];
        described.norms = ends.iter().all(|norm| norm.is_finite()).then_some(ends);
        let ratio = Representation::new(values)
            .and_then(|x| x.with_precision(precision))
            .and_then(|x| ParticipationRatio::new(&x));
        if let Ok(ratio) = ratio {
            described.dimension = Some(ratio.plain);
            described.unbiased_dimension = ratio.unbiased;
        }
        described
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn numbers_are_described() {
        let x = array![[3.0, 4.0, 0.5], [-3.0, 4.0, 0.5], [0.0, -8.0, 0.5]];
        let found = LayerDescription::new(x, f64::EPSILON);
        assert_eq!((found.n_constant, found.n_non_finite), (1, 0));
        assert_eq!((found.smallest, found.largest), (Some(-8.0), Some(4.0)));
        let [low, high] = found.norms.unwrap();
        assert!((low - 25.25f64.sqrt()).abs() < 1e-14 && (high - 64.25f64.sqrt()).abs() < 1e-14);
        // Variances 18 and 96 along two orthogonal directions.
        assert!((found.dimension.unwrap() - 114.0 * 114.0 / (18.0 * 18.0 + 96.0 * 96.0)).abs() < 1e-12);
        assert_eq!(found.unbiased_dimension, None);
    }

    #[test]
    fn what_is_not_finite_is_counted_and_has_no_dimension() {
        let x = array![[f64::NAN, 1.0, 2.0], [f64::NAN, f64::INFINITY, 2.0]];
        let found = LayerDescription::new(x, f64::EPSILON);
        assert_eq!((found.n_constant, found.n_non_finite), (1, 3));
        assert_eq!((found.smallest, found.largest), (Some(1.0), Some(2.0)));
        assert!(found.norms.is_none() && found.dimension.is_none());
        let none = LayerDescription::new(array![[f64::NAN]], f64::EPSILON);
        assert!(none.smallest.is_none() && none.largest.is_none());
        let huge = LayerDescription::new(array![[1e308, 1.7e308], [0.0, 0.0]], f64::EPSILON);
        assert!(huge.norms.is_none() && huge.dimension.is_some());
    }
}
