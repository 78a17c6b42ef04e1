//! [`ShapeConfiguration`]: the points of a representation up to rotation, the geometry of shapes.

use ndarray::{Array1, Array2, ArrayView2, Axis, Slice, Zip};
use rsa_core::{
    Conditions, Error, Representation, Result,
    linalg::{self, Centered},
};

use crate::Alpha;

/// The points of a representation, centered, up to rotation and divided by their size.
///
/// It holds coordinates of the conditions (n × r) of Frobenius norm 1. Any coordinates with the same inner products
/// serve, because comparing finds the best rotation.
#[derive(Clone, Debug)]
pub struct ShapeConfiguration {
    coordinates: Array2<f64>,
    alpha: Alpha,
    /// Frobenius norm of the centered features, as a number and a power of two by which it is multiplied.
    size: [f64; 2],
    conditions: Conditions,
    n_features: usize,
}

/// The similarity of two configurations under the best rotation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closeness {
    /// Sum of the singular values of the products of coordinates, in [0, 1].
    pub(crate) cosine: f64,
    /// Squared distance of the coordinates, 2 − 2·`cosine` without its cancellation.
    pub(crate) squared_chord: f64,
}

/// Difference of a cosine from 1 below which a chord is computed from differences of coordinates.
///
/// 2 − 2·cosine has an error of about 1e-15, so its root is then exact to about 1e-12.
const CLOSE: f64 = 1e-6;

impl ShapeConfiguration {
    /// Reads the configuration of a representation, whose directions count by their extent as `alpha` says.
    ///
    /// # Errors
    /// `TooFewConditions` below three, and for `alpha` 0 if the representation fills all n − 1 dimensions of n centered
    /// conditions; `Degenerate` if all conditions have the same pattern.
    pub fn of(x: &Representation, alpha: Alpha) -> Result<Self> {
        let (n, n_features) = (x.n_conditions(), x.n_features());
        if n < 3 {
            return Err(Error::too_few_conditions(3, n, "one or two conditions always have the same shape"));
        }
        let (centered, scale) = scaled(linalg::center(x.values(), x.precision()));
        let length = linalg::inner_product(centered.values.view(), centered.values.view()).sqrt();
        if length <= centered.total_rounding() {
            return Err(no_shape());
        }
        let coordinates = match alpha {
            Alpha::ONE => with_few_columns(centered.values)? / length,
            _ => weighted(centered, alpha)?,
        };
        if alpha == Alpha::ZERO && coordinates.ncols() >= n - 1 {
            return Err(Error::too_few_conditions(
                n_features + 2,
                n,
                format_args!(
                    "the features fill all {} dimensions that {n} centred conditions have, so with alpha 0 every shape \
                     would be the same; use more conditions than features, or a larger alpha",
                    n - 1
                ),
            ));
        }
        Ok(Self { coordinates, alpha, size: [length, scale], conditions: x.conditions().clone(), n_features })
    }

    /// Returns the coordinates of the conditions, n × r, of Frobenius norm 1.
    pub fn coordinates(&self) -> ArrayView2<'_, f64> {
        self.coordinates.view()
    }

    /// Returns the weight of the extents of directions.
    pub fn alpha(&self) -> Alpha {
        self.alpha
    }

    /// Returns the conditions of the representation.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Returns the number of features of the representation.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Returns the Frobenius norm of the centered features; infinite beyond the range of 64-bit floats.
    pub fn size(&self) -> f64 {
        self.size[0] * self.size[1]
    }

    /// Returns the configuration with its conditions in another order; `None` unless `rows` has all of them.
    pub(crate) fn reordered(&self, rows: &[usize]) -> Option<Self> {
        (rows.len() == self.conditions.count()).then(|| Self {
            coordinates: self.coordinates.select(Axis(0), rows),
            conditions: self.conditions.select(rows),
            ..*self
        })
    }

    /// Compares the configurations under the best rotation.
    ///
    /// # Errors
    /// `ShapeMismatch` or `LabelMismatch` for different conditions; `InvalidParameter` unless both have the weight
    /// `alpha`.
    pub(crate) fn closeness(&self, other: &Self, alpha: Alpha) -> Result<Closeness> {
        self.conditions.ensure_same(&other.conditions)?;
        if let Some(foreign) = [self, other].into_iter().find(|read| read.alpha != alpha) {
            let requirement = format!("read with alpha {}, by the measure that compares it", alpha.get());
            let found = format_args!("one read with alpha {}", foreign.alpha.get());
            return Err(Error::invalid_parameter("a configuration", requirement, found));
        }
        if self.coordinates == other.coordinates {
            return Ok(Closeness { cosine: 1.0, squared_chord: 0.0 });
        }
        let products = linalg::product(self.coordinates.t(), other.coordinates.view())?;
        let cosine: f64 = linalg::singular_values(products.view())?.iter().sum();
        if cosine < 1.0 - CLOSE {
            return Ok(Closeness { cosine, squared_chord: 2.0 - 2.0 * cosine });
        }
        let squared_chord = squared_chord(self.coordinates.view(), other.coordinates.view(), products.view())?;
        Ok(Closeness { cosine: cosine.min(1.0), squared_chord })
    }
}

/// Computes the squared distance of `a` (n × r) and `b` (n × s) under the best rotation, from differences.
///
/// `products` is aᵀb = U·diag(σ)·Vᵀ. The rotation takes the directions V to U. Directions of either that have no
/// partner are as far from 0 as they are long.
fn squared_chord(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>, products: ArrayView2<'_, f64>) -> Result<f64> {
    let svd = linalg::svd(products)?;
    let square = |values: &Array2<f64>| linalg::inner_product(values.view(), values.view());
    let unpartnered = |x: ArrayView2<'_, f64>, directions: &Array2<f64>| -> Result<f64> {
        if directions.ncols() == x.ncols() {
            return Ok(0.0);
        }
        let partnered = linalg::product(linalg::product(x, directions.view())?.view(), directions.t())?;
        Ok(square(&(&x - &partnered)))
    };
    let difference = linalg::product(a, svd.u.view())? - linalg::product(b, svd.v.view())?;
    Ok(square(&difference) + unpartnered(a, &svd.u)? + unpartnered(b, &svd.v)?)
}

/// Divides centered values whose squares could overflow or vanish by a power of two; returns the whole scale.
fn scaled(x: Centered) -> (Centered, f64) {
    let (values, scale) = linalg::scale_into_range(x.values);
    (Centered { values, rounding: x.rounding / scale, scale: x.scale }, x.scale * scale)
}

/// Returns coordinates with the inner products of the rows of `x` and at most as many columns as rows.
fn with_few_columns(x: Array2<f64>) -> Result<Array2<f64>> {
    match x.ncols() > x.nrows() {
        true => Ok(linalg::triangular_factor(x.t())?.reversed_axes()),
        false => Ok(x),
    }
}

/// Returns the directions of the conditions, each weighted by α times its extent plus 1 − α, of Frobenius norm 1.
///
/// Extents are singular values, divided by their root mean square over all directions.
fn weighted(x: Centered, alpha: Alpha) -> Result<Array2<f64>> {
    let (n, p) = x.values.dim();
    // A metric without units of features scales these first, so that its directions do not depend on them.
    let lengths = match alpha {
        Alpha::ZERO => lengths(x.values.view()).mapv(|length| linalg::power_of_two(&[length])),
        _ => Array1::ones(p),
    };
    let rounding = linalg::rounding_noise(n, (&x.rounding / &lengths).view());
    let (u, sigma) = linalg::left_singular_vectors(with_few_columns(x.values / &lengths)?.view())?;
    let rank = linalg::numerical_rank(&sigma, linalg::rank_tolerance(n, p, sigma[0], rounding));
    if rank == 0 {
        return Err(no_shape());
    }
    let sigma = &sigma[..rank];
    let typical = (sigma.iter().map(|value| value * value).sum::<f64>() / rank as f64).sqrt();
    let weights: Array1<f64> = sigma.iter().map(|value| alpha.get() * value / typical + (1.0 - alpha.get())).collect();
    let norm = weights.dot(&weights).sqrt();
    Ok(&u.slice_axis(Axis(1), Slice::from(..rank)) * &(weights / norm))
}

/// Returns the length of each column.
fn lengths(x: ArrayView2<'_, f64>) -> Array1<f64> {
    let squares = x.rows().into_iter().fold(Array1::zeros(x.ncols()), |mut sums, row| {
        Zip::from(&mut sums).and(row).for_each(|sum: &mut f64, value| *sum += value * value);
        sums
    });
    squares.mapv(f64::sqrt)
}

fn no_shape() -> Error {
    Error::degenerate(
        "all conditions have the same pattern, which is a point without shape",
        "leave this representation out",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(n: usize, p: usize, seed: usize) -> Representation {
        Representation::new(Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + seed * i) as f64).sin()))
            .unwrap()
    }

    fn rotated(x: &Representation, columns: usize) -> Representation {
        let p = x.n_features();
        let turn = linalg::qr(Array2::from_shape_fn((columns, p), |(i, j)| ((i * 7 + j * j) as f64).cos()).view());
        Representation::new(x.values().dot(&turn.unwrap().q.t())).unwrap()
    }

    #[test]
    fn coordinates_keep_inner_products_in_few_columns() {
        for (x, columns) in [(layer(9, 4, 1), 4), (layer(9, 30, 1), 9)] {
            let read = ShapeConfiguration::of(&x, Alpha::ONE).unwrap();
            assert_eq!(read.coordinates().ncols(), columns);
            let centered = linalg::center(x.values(), f64::EPSILON).values;
            let gram = centered.dot(&centered.t());
            let found = read.coordinates().dot(&read.coordinates().t());
            assert!((found - &gram / gram.diag().sum()).iter().all(|off| off.abs() < 1e-15));
        }
    }

    #[test]
    fn a_chord_near_zero_keeps_its_digits() {
        // A rotation into more dimensions has distance 0; moving one condition by δ, across the others, a small one.
        let x = layer(12, 5, 1);
        for alpha in [Alpha::ONE, Alpha::new(0.5).unwrap(), Alpha::ZERO] {
            let read = |x: &Representation| ShapeConfiguration::of(x, alpha).unwrap();
            let found = read(&x).closeness(&read(&rotated(&x, 7)), alpha).unwrap();
            assert!(found.squared_chord < 1e-28 && found.cosine > 1.0 - 1e-14, "{alpha:?}: {found:?}");
        }
        let chord = |delta: f64| {
            let mut moved = x.values().to_owned();
            moved[(3, 2)] += delta;
            let [a, b] = [x.clone(), rotated(&Representation::new(moved).unwrap(), 5)]
                .map(|x| ShapeConfiguration::of(&x, Alpha::ONE).unwrap());
            a.closeness(&b, Alpha::ONE).unwrap().squared_chord.sqrt()
        };
        // Proportional to δ, whichever route is taken.
        let slope = chord(1e-5) / 1e-5;
        for delta in [1e-7, 1e-9, 1e-3] {
            assert!(
                (chord(delta) / delta / slope - 1.0).abs() < 2e-3,
                "{delta:e}: {} for {slope}",
                chord(delta) / delta
            );
        }
    }

    #[test]
    fn directions_without_partner_count_in_full() {
        // Two of three directions agree; the third is short and on one side only.
        let basis = linalg::qr(linalg::center(layer(10, 3, 2).values(), f64::EPSILON).values.view()).unwrap().q;
        let with = |third: f64| Representation::new(&basis * &ndarray::array![1.0, 1.0, third]).unwrap();
        let [a, b] = [0.0, 1e-4].map(|third| ShapeConfiguration::of(&with(third), Alpha::ONE).unwrap());
        let expected = (2.0 / (2.0 + 1e-8f64)).sqrt();
        for (a, b) in [(&a, &b), (&b, &a)] {
            let found = a.closeness(b, Alpha::ONE).unwrap();
            assert!((found.squared_chord - (2.0 - 2.0 * expected)).abs() < 1e-15, "{found:?}");
        }
    }

    #[test]
    fn configurations_of_another_weight_are_refused() {
        let [a, b] = [Alpha::ONE, Alpha::ZERO].map(|alpha| ShapeConfiguration::of(&layer(9, 3, 1), alpha).unwrap());
        assert_eq!(a.closeness(&b, Alpha::ONE).unwrap_err().kind().name(), "InvalidParameter");
        assert_eq!(a.closeness(&a, Alpha::ZERO).unwrap_err().kind().name(), "InvalidParameter");
    }

    #[test]
    fn units_of_features_find_no_direction_with_weight_zero() {
        let units = ndarray::array![1e-12, 1.0, 1e12];
        let x = Representation::new(&layer(12, 3, 1).values() * &units).unwrap();
        assert_eq!(ShapeConfiguration::of(&x, Alpha::ZERO).unwrap().coordinates().ncols(), 3);
    }

    #[test]
    fn too_few_conditions_and_equal_patterns_are_errors() {
        let kind = |x: &Representation, alpha| ShapeConfiguration::of(x, alpha).unwrap_err().kind().name();
        let same = Representation::new(Array2::from_elem((6, 3), 0.1)).unwrap();
        for alpha in [Alpha::ONE, Alpha::new(0.5).unwrap(), Alpha::ZERO] {
            assert_eq!(kind(&layer(2, 3, 1), alpha), "TooFewConditions");
            assert_eq!(kind(&same, alpha), "Degenerate");
        }
        assert_eq!(kind(&layer(9, 8, 1), Alpha::ZERO), "TooFewConditions");
        assert!(ShapeConfiguration::of(&layer(9, 7, 1), Alpha::ZERO).is_ok());
    }

    #[test]
    fn reordering_takes_all_conditions() {
        let x = layer(5, 2, 1);
        let read = ShapeConfiguration::of(&x, Alpha::ONE).unwrap();
        let order = [3, 1, 4, 0, 2];
        let moved = read.reordered(&order).unwrap();
        let expected = ShapeConfiguration::of(&x.select(&order).unwrap(), Alpha::ONE).unwrap();
        assert!((&moved.coordinates() - &expected.coordinates()).iter().all(|off| off.abs() < 1e-15));
        assert!(read.reordered(&order[..4]).is_none());
    }
}
