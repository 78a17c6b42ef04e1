//! [`AnyMeasure`]: a measure whose type is erased, for lists of different measures.

use std::{
    any::{Any, type_name},
    fmt,
};

use crate::{
    Caveat, Error, Grid, Measure, Observer, Profile, Representation, Result, Streaming, accumulate::short, compare_each,
};

/// Any [`Measure`] behind one type, for catalogues, command lines and bindings.
///
/// It is a [`Measure`] itself, so that code written for one measure works for all.
///
/// # Errors
/// `compare`, `compare_all` and `select` return errors of kind `Foreign` for a geometry that a measure of another type
/// read. Measures of one type with different parameters share geometries where the parameters do not change them.
/// Elsewhere they refuse: unbiased CKA refuses the geometry of biased CKA, with an error of kind `InvalidParameter`.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_core::{
///     AnyMeasure, ErrorKind, Identity, Invariances, Measure, Orientation, Profile, Representation, Result,
/// };
///
/// /// A measure whose geometry is one value of the representation.
/// struct First;
/// # struct Last;
/// # fn profile() -> Profile {
/// #     Profile {
/// #         orientation: Orientation::Distance,
/// #         range: [0.0, f64::INFINITY],
/// #         identity: Identity::Always(0.0),
/// #         symmetric: true,
/// #         metric: true,
/// #         unbiased: false,
/// #         reorderable: true,
/// #         invariances: [Invariances::NONE; 2],
/// #     }
/// # }
/// # impl Measure for Last {
/// #     type Geometry = f32;
/// #     fn profile(&self) -> Profile { profile() }
/// #     fn geometry(&self, x: &Representation) -> Result<f32> { Ok(x.values()[(0, 0)] as f32) }
/// #     fn compare(&self, a: &f32, b: &f32) -> Result<f64> { Ok(f64::from((a - b).abs())) }
/// # }
///
/// impl Measure for First {
///     type Geometry = f64;
///     // …
/// #     fn profile(&self) -> Profile { profile() }
/// #     fn geometry(&self, x: &Representation) -> Result<f64> { Ok(x.values()[(0, 0)]) }
/// #     fn compare(&self, a: &f64, b: &f64) -> Result<f64> { Ok((a - b).abs()) }
/// }
///
/// let measures = [AnyMeasure::new(First), AnyMeasure::new(Last)];
/// let x = Representation::new(array![[1.0], [2.0]])?;
/// let geometry = measures[0].geometry(&x)?;
/// assert_eq!(measures[0].compare(&geometry, &geometry)?, 0.0);
/// assert_eq!(measures[1].compare(&geometry, &geometry).unwrap_err().kind(), &ErrorKind::Foreign);
/// # Ok::<(), rsa_core::Error>(())
/// ```
pub struct AnyMeasure(Box<dyn ErasedMeasure>);

/// The geometry of an [`AnyMeasure`], to be compared by the measure that read it.
pub struct AnyGeometry {
    value: Box<dyn Any + Send + Sync>,
    /// For the message of an error.
    type_name: &'static str,
}

impl AnyMeasure {
    /// Erases the type of `measure`.
    pub fn new(measure: impl Measure + 'static) -> Self {
        Self(Box::new(measure))
    }
}

impl AnyGeometry {
    /// Erases the type of `geometry`.
    pub fn new<G: Send + Sync + 'static>(geometry: G) -> Self {
        Self { value: Box::new(geometry), type_name: type_name::<G>() }
    }

    /// Returns the geometry as its concrete type.
    ///
    /// # Errors
    /// `Foreign` if it is of another type.
    pub fn downcast<G: 'static>(&self) -> Result<&G> {
        self.value.downcast_ref().ok_or_else(|| {
            let (found, wanted) = (short(self.type_name), short(type_name::<G>()));
            Error::foreign(format!(
                "a geometry of type {found} was handed to a measure that compares {wanted}; compare geometries by the \
                 measure that read them"
            ))
        })
    }
}

impl Measure for AnyMeasure {
    type Geometry = AnyGeometry;

    fn profile(&self) -> Profile {
        self.0.profile()
    }

    fn geometry(&self, x: &Representation) -> Result<AnyGeometry> {
        self.0.geometry(x)
    }

    fn compare(&self, a: &AnyGeometry, b: &AnyGeometry) -> Result<f64> {
        self.0.compare(a, b)
    }

    fn select(&self, geometry: &AnyGeometry, rows: &[usize]) -> Option<Result<AnyGeometry>> {
        self.0.select(geometry, rows)
    }

    fn caveats(&self, a: &AnyGeometry, b: &AnyGeometry) -> Vec<Caveat> {
        self.0.caveats(a, b)
    }

    fn streamed(&self) -> Option<Box<dyn Streaming + '_>> {
        self.0.streamed()
    }

    fn compare_all_observed(
        &self,
        a: &[&AnyGeometry],
        b: &[&AnyGeometry],
        observer: &dyn Observer,
    ) -> Grid<Result<f64>> {
        // The typed measure fails on a list with a foreign geometry. Compared one by one, only the pairs of that
        // geometry fail.
        self.0.compare_all(a, b, observer).unwrap_or_else(|_| compare_each(self, a, b, observer))
    }
}

/// The methods of [`Measure`] in an object-safe form, with [`AnyGeometry`] in place of the typed geometry.
trait ErasedMeasure: Send + Sync {
    fn profile(&self) -> Profile;
    fn geometry(&self, x: &Representation) -> Result<AnyGeometry>;
    fn compare(&self, a: &AnyGeometry, b: &AnyGeometry) -> Result<f64>;
    fn select(&self, geometry: &AnyGeometry, rows: &[usize]) -> Option<Result<AnyGeometry>>;
    fn caveats(&self, a: &AnyGeometry, b: &AnyGeometry) -> Vec<Caveat>;
    fn streamed(&self) -> Option<Box<dyn Streaming + '_>>;

    /// Compares all pairs by the typed measure; fails if any geometry is foreign.
    fn compare_all(&self, a: &[&AnyGeometry], b: &[&AnyGeometry], observer: &dyn Observer)
    -> Result<Grid<Result<f64>>>;
}

impl<M: Measure> ErasedMeasure for M {
    fn profile(&self) -> Profile {
        Measure::profile(self)
    }

    fn geometry(&self, x: &Representation) -> Result<AnyGeometry> {
        Measure::geometry(self, x).map(AnyGeometry::new)
    }

    fn compare(&self, a: &AnyGeometry, b: &AnyGeometry) -> Result<f64> {
        Measure::compare(self, a.downcast()?, b.downcast()?)
    }

    fn select(&self, geometry: &AnyGeometry, rows: &[usize]) -> Option<Result<AnyGeometry>> {
        match geometry.downcast() {
            Ok(geometry) => Some(Measure::select(self, geometry, rows)?.map(AnyGeometry::new)),
            Err(foreign) => Some(Err(foreign)),
        }
    }

    fn caveats(&self, a: &AnyGeometry, b: &AnyGeometry) -> Vec<Caveat> {
        match (a.downcast(), b.downcast()) {
            (Ok(a), Ok(b)) => Measure::caveats(self, a, b),
            // A foreign geometry has no score, so there is nothing to warn of.
            _ => Vec::new(),
        }
    }

    fn streamed(&self) -> Option<Box<dyn Streaming + '_>> {
        Measure::streamed(self)
    }

    fn compare_all(
        &self,
        a: &[&AnyGeometry],
        b: &[&AnyGeometry],
        observer: &dyn Observer,
    ) -> Result<Grid<Result<f64>>> {
        let a: Vec<&M::Geometry> = a.iter().map(|geometry| geometry.downcast()).collect::<Result<_>>()?;
        let b: Vec<&M::Geometry> = b.iter().map(|geometry| geometry.downcast()).collect::<Result<_>>()?;
        Ok(Measure::compare_all_observed(self, &a, &b, observer))
    }
}

impl fmt::Debug for AnyMeasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyMeasure").field(&self.0.profile()).finish()
    }
}

impl fmt::Debug for AnyGeometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyGeometry").field(&self.type_name).finish()
    }
}
