//! Distances made of CKA: one that is a metric and one that is not.

use rsakit::{
    Cka, Measure, Representation, Result,
    cka::CenteredGram,
    core::{Identity, Orientation, Profile},
};

/// 1 − CKA, which violates the triangle inequality.
pub(crate) struct OneMinusCka {
    pub(crate) metric: bool,
}

/// The angle whose cosine is CKA: a metric.
pub(crate) struct Angular {
    pub(crate) metric: bool,
}

fn distance(metric: bool, largest: f64) -> Profile {
    Profile {
        orientation: Orientation::Distance,
        range: [0.0, largest],
        identity: Identity::Always(0.0),
        metric,
        ..Cka::linear().profile()
    }
}

impl Measure for OneMinusCka {
    type Geometry = CenteredGram;

    fn profile(&self) -> Profile {
        distance(self.metric, 1.0)
    }

    fn geometry(&self, x: &Representation) -> Result<CenteredGram> {
        Cka::linear().geometry(x)
    }

    fn compare(&self, a: &CenteredGram, b: &CenteredGram) -> Result<f64> {
        Ok(1.0 - Cka::linear().compare(a, b)?)
    }
}

impl Measure for Angular {
    type Geometry = CenteredGram;

    fn profile(&self) -> Profile {
        distance(self.metric, std::f64::consts::FRAC_PI_2)
    }

    fn geometry(&self, x: &Representation) -> Result<CenteredGram> {
        Cka::linear().geometry(x)
    }

    fn compare(&self, a: &CenteredGram, b: &CenteredGram) -> Result<f64> {
        // The arc cosine has a root at 1: rounding of 1e-16 would be an angle of 1e-8.
        let cosine = Cka::linear().compare(a, b)?;
        Ok(if cosine > 1.0 - 1e-13 { 0.0 } else { cosine.acos() })
    }
}
