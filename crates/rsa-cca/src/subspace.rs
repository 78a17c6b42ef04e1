//! [`Subspace`]: the space that the centered features span, the geometry of CCA.

use std::sync::{Arc, OnceLock};

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Slice, Zip};
use rsa_core::{
    Conditions, Error, Representation, Result,
    linalg::{self, Centered, CholeskyQr},
};

use crate::Keep;

/// An orthonormal basis of the space that the centered features span, one column for every direction.
///
/// The basis does not depend on which features span the space, so CCA ignores invertible linear maps.
#[derive(Clone, Debug)]
pub struct Subspace {
    /// Columns that span the space: the basis itself, or columns that `to_basis` turns into it.
    spanning: Array2<f64>,
    to_basis: Option<Array2<f64>>,
    /// The product of `spanning` and `to_basis`, computed on first use, because comparing does not need it.
    basis: OnceLock<Array2<f64>>,
    /// The meaning of the rows of the basis.
    rows: Rows,
    conditions: Conditions,
    n_features: usize,
}

/// The meaning of the rows of a basis; only bases with the same rows can be compared.
#[derive(Clone, Debug)]
enum Rows {
    Conditions,
    /// The rows are those of the triangular factor with this mark.
    Factor(Arc<()>),
}

impl Subspace {
    /// Reads all directions of a representation.
    ///
    /// Each feature is first scaled to about unit length, so that features in very different units count equally.
    /// Directions smaller than [`rank_tolerance`](linalg::rank_tolerance) are rounding and are dropped.
    ///
    /// # Errors
    /// `TooFewConditions` below three, `Degenerate` if all conditions have the same pattern.
    pub fn of(x: &Representation) -> Result<Self> {
        Self::spanned_by(centered(x)?, x.conditions())
    }

    /// Returns all directions of centered features.
    pub(crate) fn spanned_by(x: Centered, conditions: &Conditions) -> Result<Self> {
        let n_features = x.values.ncols();
        let x = without_dead(x);
        let (spanning, to_basis) = match independent(&x, conditions.count())? {
            Some(found) => (found.columns.unwrap_or(x.values), Some(found.to_basis)),
            None => (basis(&x, conditions.count())?, None),
        };
        Ok(Self::new(spanning, to_basis, n_features, conditions))
    }

    /// Returns all directions, and the features in their basis: rank × p, without constant features.
    pub(crate) fn with_coordinates(x: Centered, conditions: &Conditions) -> Result<(Self, Array2<f64>)> {
        let n_features = x.values.ncols();
        let x = without_dead(x);
        let (spanning, to_basis, coordinates) = match independent(&x, conditions.count())? {
            Some(found) => (found.columns.unwrap_or(x.values), Some(found.to_basis), found.r),
            None => {
                let basis = basis(&x, conditions.count())?;
                let coordinates = linalg::product(basis.t(), x.values.view())?;
                (basis, None, coordinates)
            }
        };
        Ok((Self::new(spanning, to_basis, n_features, conditions), coordinates))
    }

    /// Reads the directions of largest variance that `keep` selects.
    ///
    /// # Errors
    /// The errors of [`Subspace::of`].
    pub fn leading_of(x: &Representation, keep: Keep) -> Result<Self> {
        Self::leading_of_centered(centered(x)?, keep, x.conditions())
    }

    /// Returns the directions of largest variance of centered features.
    pub(crate) fn leading_of_centered(x: Centered, keep: Keep, conditions: &Conditions) -> Result<Self> {
        if keep == Keep::All {
            return Self::spanned_by(x, conditions);
        }
        let n_features = x.values.ncols();
        let x = without_dead(x);
        let kept = |sigma: &[f64]| {
            let rank = rank(sigma, x.values.ncols(), x.rounding.view(), conditions.count())?;
            Ok(keep.directions(&sigma[..rank]))
        };
        let Some(found) = independent(&x, conditions.count())? else {
            let (u, sigma) = linalg::left_singular_vectors(x.values.view())?;
            return Ok(Self::new(leading(u.view(), kept(&sigma)?), None, n_features, conditions));
        };
        let (u, sigma) = linalg::left_singular_vectors(found.r.view())?;
        let kept = kept(&sigma)?;
        let to_basis = linalg::product(found.to_basis.view(), leading(u.view(), kept).view())?;
        let spanning = found.columns.unwrap_or(x.values);
        // A few columns of the basis are cheaper to multiply with other bases than all spanning columns.
        let (spanning, to_basis) = match 2 * kept < spanning.ncols() {
            true => (linalg::product(spanning.view(), to_basis.view())?, None),
            false => (spanning, Some(to_basis)),
        };
        Ok(Self::new(spanning, to_basis, n_features, conditions))
    }

    fn new(spanning: Array2<f64>, to_basis: Option<Array2<f64>>, n_features: usize, conditions: &Conditions) -> Self {
        let (rows, conditions) = (Rows::Conditions, conditions.clone());
        Self { spanning, to_basis, basis: OnceLock::new(), rows, conditions, n_features }
    }

    /// Marks the rows of the basis as rows of a triangular factor.
    pub(crate) fn with_rows(self, rows: &Arc<()>) -> Self {
        Self { rows: Rows::Factor(Arc::clone(rows)), ..self }
    }

    /// Returns `true` if the bases of both have the same rows.
    pub(crate) fn has_rows_of(&self, other: &Self) -> bool {
        match (&self.rows, &other.rows) {
            (Rows::Conditions, Rows::Conditions) => true,
            (Rows::Factor(own), Rows::Factor(other)) => Arc::ptr_eq(own, other),
            _ => false,
        }
    }

    /// Returns the space with its conditions in another order.
    ///
    /// `None` unless `rows` has all conditions and the rows of the basis are conditions.
    pub(crate) fn reordered(&self, rows: &[usize]) -> Option<Self> {
        let all = rows.len() == self.conditions.count() && matches!(self.rows, Rows::Conditions);
        let spanning = || self.spanning.select(Axis(0), rows);
        all.then(|| Self::new(spanning(), self.to_basis.clone(), self.n_features, &self.conditions.select(rows)))
    }

    /// Returns the number of directions.
    pub fn rank(&self) -> usize {
        self.to_basis.as_ref().unwrap_or(&self.spanning).ncols()
    }

    /// Returns the number of features of the representation.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Returns orthonormal columns, n × rank; fewer than n rows if a [factor](crate::CcaAccumulator) holds the space.
    pub fn basis(&self) -> ArrayView2<'_, f64> {
        let Some(to_basis) = &self.to_basis else { return self.spanning.view() };
        let product = || linalg::product(self.spanning.view(), to_basis.view()).expect("entries of at most 1");
        self.basis.get_or_init(product).view()
    }

    /// Returns the products of all directions with all directions of another space, rank × rank.
    pub(crate) fn products_with(&self, other: &Self) -> Result<Array2<f64>> {
        let mut products = linalg::product(self.spanning.t(), other.spanning.view())?;
        if let Some(to_basis) = &self.to_basis {
            products = linalg::product(to_basis.t(), products.view())?;
        }
        match &other.to_basis {
            Some(to_basis) => linalg::product(products.view(), to_basis.view()),
            None => Ok(products),
        }
    }

    /// Returns the conditions of the representation.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }
}

fn leading(u: ArrayView2<'_, f64>, count: usize) -> Array2<f64> {
    u.slice_axis(Axis(1), Slice::from(..count)).to_owned()
}

/// Leaves out constant features.
fn without_dead(x: Centered) -> Centered {
    let mut dead: Vec<usize> = (0..x.values.ncols()).collect();
    for row in x.values.rows() {
        dead.retain(|&j| row[j] == 0.0);
        if dead.is_empty() {
            return x;
        }
    }
    let alive: Vec<usize> = (0..x.values.ncols()).filter(|j| dead.binary_search(j).is_err()).collect();
    let (values, rounding) = (x.values.select(Axis(1), &alive), x.rounding.select(Axis(0), &alive));
    Centered { values, rounding, scale: x.scale }
}

/// Returns the decomposition by products over `n` conditions, if every feature clearly adds a direction.
///
/// For other features, singular values must distinguish directions from rounding.
fn independent(x: &Centered, n: usize) -> Result<Option<CholeskyQr>> {
    let certain = |found: &CholeskyQr| {
        let p = found.lengths.len();
        let noise = linalg::rounding_noise(n, (&x.rounding / &ArrayView1::from(&found.lengths)).view());
        // Columns divided by their entry of `lengths` are shorter than 2, so this bounds the largest singular value.
        let largest = 2.0 * (p as f64).sqrt();
        found.smallest > linalg::rank_tolerance(n, p, largest, noise)
    };
    Ok(linalg::cholesky_qr(x.values.view())?.filter(certain))
}

/// Returns a basis from the singular vectors of the features, each scaled to about unit length.
fn basis(x: &Centered, n: usize) -> Result<Array2<f64>> {
    let squares = x.values.rows().into_iter().fold(Array1::zeros(x.values.ncols()), |mut sums, row| {
        Zip::from(&mut sums).and(row).for_each(|sum: &mut f64, value| *sum += value * value);
        sums
    });
    let lengths = squares.mapv(|square: f64| linalg::power_of_two(&[square.sqrt()]));
    let (u, sigma) = linalg::left_singular_vectors((&x.values / &lengths).view())?;
    Ok(leading(u.view(), rank(&sigma, lengths.len(), (&x.rounding / &lengths).view(), n)?))
}

/// Subtracts the mean of each feature.
pub(crate) fn centered(x: &Representation) -> Result<Centered> {
    ensure_enough(x.n_conditions())?;
    Ok(linalg::center(x.values(), x.precision()))
}

/// Refuses fewer conditions than canonical correlations need.
pub(crate) fn ensure_enough(n: usize) -> Result<()> {
    match n {
        0..3 => Err(Error::too_few_conditions(3, n, "canonical correlation is undefined on one or two conditions")),
        _ => Ok(()),
    }
}

/// Counts the singular values of `p` features and `n` conditions that are not rounding.
///
/// `rounding` holds the rounding of each feature.
fn rank(sigma: &[f64], p: usize, rounding: ArrayView1<'_, f64>, n: usize) -> Result<usize> {
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
    fn products_and_singular_values_span_the_same() {
        // The features are far from dependent, so products suffice. With a repeated feature, singular values are needed
        // for the same space.
        let x = Array2::from_shape_fn((60, 7), |(i, j)| ((i * i * (j + 2)) as f64).sin() * 10f64.powi(j as i32));
        let mut repeated = x.clone();
        repeated.push_column(x.column(2)).unwrap();
        let mut dead = x.clone();
        dead.push_column(Array1::from_elem(60, 0.3).view()).unwrap();
        let [x, repeated, dead] = [x, repeated, dead].map(|values| Representation::new(values).unwrap());
        let independent = |x: &Representation| independent(&centered(x).unwrap(), x.n_conditions()).unwrap().is_some();
        assert_eq!([&x, &repeated].map(independent), [true, false]);
        let projection = |subspace: &Subspace| subspace.basis().dot(&subspace.basis().t());
        let near = |a: &Subspace, b: &Subspace| (projection(a) - projection(b)).iter().all(|d| d.abs() < 1e-13);
        let expected = Subspace::of(&x).unwrap();
        assert!(near(&expected, &Subspace::of(&repeated).unwrap()) && near(&expected, &Subspace::of(&dead).unwrap()));
        // The directions of largest variance, of the features as they are and of the plain decomposition.
        for (count, keep) in [(2, Keep::count(2).unwrap()), (7, Keep::count(7).unwrap())] {
            let (u, _) = linalg::left_singular_vectors(centered(&x).unwrap().values.view()).unwrap();
            let plain = u.slice_axis(Axis(1), Slice::from(..count));
            let found = Subspace::leading_of(&x, keep).unwrap();
            assert!((projection(&found) - plain.dot(&plain.t())).iter().all(|d| d.abs() < 1e-9), "{count}");
        }
    }

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
