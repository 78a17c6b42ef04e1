//! [`Subspace`]: the directions in which the conditions differ, the geometry of CCA.

use std::sync::Arc;

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, Slice};
use rsa_core::{
    Conditions, Error, Representation, Result,
    linalg::{self, Centered},
};

use crate::Keep;

/// An orthonormal basis of the space that the centred features span, one column for every direction.
///
/// What it forgets is which features span it, and how far: that is why CCA ignores invertible linear maps.
#[derive(Clone, Debug)]
pub struct Subspace {
    basis: Array2<f64>,
    /// What the rows of the basis are.
    rows: Rows,
    conditions: Conditions,
    n_features: usize,
}

/// What the rows of a basis are: only bases of the same rows can be compared.
#[derive(Clone, Debug)]
enum Rows {
    Conditions,
    /// Those of the triangular factor that this stands for.
    Factor(Arc<()>),
}

impl Subspace {
    /// All directions of a representation.
    ///
    /// Each feature is first brought to about unit length, so that features in very different units count alike;
    /// [`rank_tolerance`](linalg::rank_tolerance) then decides what is a direction and what is rounding.
    ///
    /// # Errors
    /// `TooFewConditions` below three, `Degenerate` if all conditions have the same pattern.
    pub fn of(x: &Representation) -> Result<Self> {
        Self::spanned_by(&centered(x)?, x.conditions())
    }

    /// All directions of centred features.
    pub(crate) fn spanned_by(x: &Centered, conditions: &Conditions) -> Result<Self> {
        let mut scaled = x.values.clone();
        let mut rounding = x.rounding.clone();
        for (mut feature, rounding) in scaled.columns_mut().into_iter().zip(&mut rounding) {
            let length = linalg::power_of_two(&[feature.dot(&feature).sqrt()]);
            feature /= length;
            *rounding /= length;
        }
        let (u, sigma) = linalg::left_singular_vectors(scaled.view())?;
        let rank = rank(&sigma, x, rounding.view(), conditions.count())?;
        Ok(Self::leading(u.view(), rank, x, conditions))
    }

    /// The directions of largest variance, as many as `keep` says.
    ///
    /// # Errors
    /// Those of [`Subspace::of`].
    pub fn leading_of(x: &Representation, keep: Keep) -> Result<Self> {
        Self::leading_of_centered(&centered(x)?, keep, x.conditions())
    }

    /// The directions of largest variance of centred features.
    pub(crate) fn leading_of_centered(x: &Centered, keep: Keep, conditions: &Conditions) -> Result<Self> {
        if keep == Keep::All {
            return Self::spanned_by(x, conditions);
        }
        let (u, sigma) = linalg::left_singular_vectors(x.values.view())?;
        let rank = rank(&sigma, x, x.rounding.view(), conditions.count())?;
        Ok(Self::leading(u.view(), keep.directions(&sigma[..rank]), x, conditions))
    }

    fn leading(u: ArrayView2<'_, f64>, count: usize, x: &Centered, conditions: &Conditions) -> Self {
        let basis = u.slice_axis(Axis(1), Slice::from(..count)).to_owned();
        Self { basis, rows: Rows::Conditions, conditions: conditions.clone(), n_features: x.values.ncols() }
    }

    /// The same, of which the rows are those of a factor and no conditions.
    pub(crate) fn with_rows(self, rows: &Arc<()>) -> Self {
        Self { rows: Rows::Factor(Arc::clone(rows)), ..self }
    }

    /// Whether the bases of both have the same rows.
    pub(crate) fn has_rows_of(&self, other: &Self) -> bool {
        match (&self.rows, &other.rows) {
            (Rows::Conditions, Rows::Conditions) => true,
            (Rows::Factor(own), Rows::Factor(other)) => Arc::ptr_eq(own, other),
            _ => false,
        }
    }

    /// The same space with the conditions in another order; `None` unless `rows` has all of them, and the basis has them
    /// as its rows.
    pub(crate) fn reordered(&self, rows: &[usize]) -> Option<Self> {
        let all = rows.len() == self.conditions.count() && matches!(self.rows, Rows::Conditions);
        all.then(|| Self {
            basis: self.basis.select(Axis(0), rows),
            rows: Rows::Conditions,
            conditions: self.conditions.select(rows),
            n_features: self.n_features,
        })
    }

    /// Number of directions.
    pub fn rank(&self) -> usize {
        self.basis.ncols()
    }

    /// Number of features of the representation.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Orthonormal columns, n × rank; fewer rows than n where the space comes from a [factor](crate::CcaAccumulator).
    pub fn basis(&self) -> ArrayView2<'_, f64> {
        self.basis.view()
    }

    /// Which conditions the rows are.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }
}

/// The representation less the mean of each feature.
pub(crate) fn centered(x: &Representation) -> Result<Centered> {
    ensure_enough(x.n_conditions())?;
    Ok(linalg::center(x.values(), x.precision()))
}

/// Refuses fewer conditions than canonical correlation is defined on.
pub(crate) fn ensure_enough(n: usize) -> Result<()> {
    match n {
        0..3 => Err(Error::too_few_conditions(3, n, "canonical correlation is undefined on one or two conditions")),
        _ => Ok(()),
    }
}

/// How many of the singular values of `x`, which has `n` conditions, are directions and not its `rounding`, feature by
/// feature.
fn rank(sigma: &[f64], x: &Centered, rounding: ArrayView1<'_, f64>, n: usize) -> Result<usize> {
    let p = x.values.ncols();
    let largest = sigma.first().copied().unwrap_or(0.0);
    let noise = linalg::rounding_noise(n, rounding);
    match linalg::numerical_rank(sigma, linalg::rank_tolerance(n, p, largest, noise)) {
        0 => Err(Error::degenerate(
            "all conditions have the same pattern, so the features span no direction",
            "leave this representation out",
        )),
        rank => Ok(rank),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    #[test]
    fn dead_and_repeated_features_add_no_direction() {
        let x = array![[1.0, 0.1, 1.0, 2.0], [2.0, 0.1, 2.0, 4.0], [4.0, 0.1, 4.0, 8.0], [0.0, 0.1, 0.0, 0.0]];
        let subspace = Subspace::of(&Representation::new(x).unwrap()).unwrap();
        assert_eq!(subspace.rank(), 1);
    }

    #[test]
    fn the_rounding_of_an_offset_is_no_direction() {
        // Two signals mixed into five features, then moved by a million: rounding fills the other three.
        let signals = Array2::from_shape_fn((12, 2), |(i, j)| ((i * 7 + j * 5) as f64).sin());
        let mixing = Array2::from_shape_fn((2, 5), |(i, j)| ((i * 3 + j) as f64).cos());
        let mixed = signals.dot(&mixing);
        for offset in [0.0, 1e3, 1e6] {
            let subspace = Subspace::of(&Representation::new(&mixed + offset).unwrap()).unwrap();
            assert_eq!(subspace.rank(), 2, "offset {offset:e}");
        }
    }

    #[test]
    fn the_rounding_of_one_feature_is_no_direction() {
        // Five signals in forty features, one of which is a million away from 0: all rounding that matters is in it.
        let signals = Array2::from_shape_fn((200, 5), |(i, j)| ((i * i * (j + 2)) as f64 * 0.37).sin());
        let mut mixed =
            signals.dot(&Array2::from_shape_fn((5, 40), |(i, j)| (((i + 2) * (j + 3) * (j + 3)) as f64).cos()));
        mixed.column_mut(3).mapv_inplace(|value| value + 1e6);
        assert_eq!(Subspace::of(&Representation::new(mixed).unwrap()).unwrap().rank(), 5);
    }

    #[test]
    fn features_in_very_different_units_are_all_directions() {
        let signals = Array2::from_shape_fn((12, 3), |(i, j)| ((i * i * (j + 2)) as f64).sin());
        let units = array![1e-12, 1.0, 1e12];
        assert_eq!(Subspace::of(&Representation::new(signals * units).unwrap()).unwrap().rank(), 3);
    }

    #[test]
    fn equal_patterns_span_nothing() {
        let x = Representation::new(Array2::from_elem((5, 3), 0.1)).unwrap();
        assert_eq!(Subspace::of(&x).unwrap_err().kind().name(), "Degenerate");
    }

    #[test]
    fn the_noise_of_single_precision_is_no_direction() {
        // A softmax: features sum to 1, so six features have five directions, which rounding to f32 hides.
        let powers = Array2::from_shape_fn((40, 6), |(i, j)| ((i * i * (j + 2)) as f64).sin().exp());
        let sums = powers.sum_axis(Axis(1)).insert_axis(Axis(1));
        let softmax = (powers / &sums).mapv(|value| value as f32);
        let single = Representation::try_from(softmax.view()).unwrap();
        assert_eq!(Subspace::of(&single).unwrap().rank(), 5);
        let unaware = Representation::new(softmax.mapv(f64::from)).unwrap();
        assert_eq!(Subspace::of(&unaware).unwrap().rank(), 6);
    }
}
