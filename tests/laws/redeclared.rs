//! [`Redeclared`]: a measure with another profile.

use rsakit::{
    Measure, Representation, Result,
    core::{AnyGeometry, AnyMeasure, Caveat, Grid, Observer, Profile},
};

/// A measure that scores like another measure and declares a different profile.
pub(crate) struct Redeclared {
    pub(crate) measure: AnyMeasure,
    pub(crate) profile: Profile,
}

impl Measure for Redeclared {
    type Geometry = AnyGeometry;

    fn profile(&self) -> Profile {
        self.profile
    }

    fn geometry(&self, x: &Representation) -> Result<AnyGeometry> {
        self.measure.geometry(x)
    }

    fn compare(&self, a: &AnyGeometry, b: &AnyGeometry) -> Result<f64> {
        self.measure.compare(a, b)
    }

    fn caveats(&self, a: &AnyGeometry, b: &AnyGeometry) -> Vec<Caveat> {
        self.measure.caveats(a, b)
    }

    fn compare_all_observed(
        &self,
        a: &[&AnyGeometry],
        b: &[&AnyGeometry],
        observer: &dyn Observer,
    ) -> Grid<Result<f64>> {
        self.measure.compare_all_observed(a, b, observer)
    }
}
