//! [`AnyMeasure`]: a measure whose type is forgotten, for lists of different measures.

use std::{any::Any, fmt};

use crate::{Caveat, Grid, Measure, Profile, Representation, Result};

/// Any [`Measure`] behind one type: what a catalogue, a command line or a binding holds.
///
/// It is a [`Measure`] itself, so whatever is written for one works for all.
pub struct AnyMeasure(Box<dyn Erased>);

/// The geometry of an [`AnyMeasure`], to be compared by the measure that read it.
///
/// A measure of another type panics; one of the same type with other parameters is told apart where it matters (an
/// unbiased CKA refuses the geometry of a biased one).
pub struct AnyGeometry(Box<dyn Any + Send + Sync>);

impl AnyMeasure {
    /// Forgets the type of `measure`.
    pub fn new(measure: impl Measure + 'static) -> Self {
        Self(Box::new(measure))
    }
}

/// # Panics
/// `compare`, `compare_all`, `select` and `caveats` panic if a geometry was read by a measure of another type.
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

    fn compare_all(&self, a: &[&AnyGeometry], b: &[&AnyGeometry]) -> Grid<Result<f64>> {
        self.0.compare_all(a, b)
    }
}

/// The object-safe twin of [`Measure`].
trait Erased: Send + Sync {
    fn profile(&self) -> Profile;
    fn geometry(&self, x: &Representation) -> Result<AnyGeometry>;
    fn compare(&self, a: &AnyGeometry, b: &AnyGeometry) -> Result<f64>;
    fn select(&self, geometry: &AnyGeometry, rows: &[usize]) -> Option<Result<AnyGeometry>>;
    fn caveats(&self, a: &AnyGeometry, b: &AnyGeometry) -> Vec<Caveat>;
    fn compare_all(&self, a: &[&AnyGeometry], b: &[&AnyGeometry]) -> Grid<Result<f64>>;
}

impl<M: Measure> Erased for M {
    fn profile(&self) -> Profile {
        Measure::profile(self)
    }

    fn geometry(&self, x: &Representation) -> Result<AnyGeometry> {
        Ok(AnyGeometry(Box::new(Measure::geometry(self, x)?)))
    }

    fn compare(&self, a: &AnyGeometry, b: &AnyGeometry) -> Result<f64> {
        Measure::compare(self, a.of::<M>(), b.of::<M>())
    }

    fn select(&self, geometry: &AnyGeometry, rows: &[usize]) -> Option<Result<AnyGeometry>> {
        let selected = Measure::select(self, geometry.of::<M>(), rows)?;
        Some(selected.map(|geometry| AnyGeometry(Box::new(geometry))))
    }

    fn caveats(&self, a: &AnyGeometry, b: &AnyGeometry) -> Vec<Caveat> {
        Measure::caveats(self, a.of::<M>(), b.of::<M>())
    }

    fn compare_all(&self, a: &[&AnyGeometry], b: &[&AnyGeometry]) -> Grid<Result<f64>> {
        let a: Vec<_> = a.iter().map(|geometry| geometry.of::<M>()).collect();
        let b: Vec<_> = b.iter().map(|geometry| geometry.of::<M>()).collect();
        Measure::compare_all(self, &a, &b)
    }
}

impl AnyGeometry {
    fn of<M: Measure>(&self) -> &M::Geometry {
        self.0.downcast_ref().expect("a geometry is compared by the measure that read it")
    }
}

impl fmt::Debug for AnyMeasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyMeasure").field(&self.0.profile()).finish()
    }
}

impl fmt::Debug for AnyGeometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnyGeometry")
    }
}
