//! Representations of a case and their transformed versions, each computed once for all measures.

use std::sync::OnceLock;

use ndarray::{Axis, concatenate};
use rsa_core::Representation;

use crate::{ArgumentSide, Case, Transformation, transformation::reordering};

/// Generated data of one case.
pub(crate) struct Draw {
    pub(crate) case: Case,
    /// Representations x, y and z.
    pub(crate) representations: [Representation; 3],
    transformed: [[OnceLock<Representation>; 2]; Transformation::ALL.len()],
    reordered: OnceLock<[Representation; 2]>,
    midpoint: OnceLock<Representation>,
}

impl Draw {
    pub(crate) fn new(case: Case) -> Self {
        let representations = [case.x, case.y, case.z].map(|recipe| recipe.representation());
        Self {
            case,
            representations,
            transformed: Default::default(),
            reordered: OnceLock::new(),
            midpoint: OnceLock::new(),
        }
    }

    /// Returns x or y after a transformation.
    pub(crate) fn transformed(&self, transformation: Transformation, side: ArgumentSide) -> &Representation {
        let slot = &self.transformed[transformation as usize][side as usize];
        slot.get_or_init(|| transformation.apply(&self.representations[side as usize], self.case.x.stimuli))
    }

    /// Returns x and y with the conditions of both in the same new order.
    pub(crate) fn reordered(&self) -> &[Representation; 2] {
        self.reordered.get_or_init(|| {
            let order = reordering(self.case.x.n_conditions, self.case.x.stimuli);
            let [x, y, _] = &self.representations;
            [x, y].map(|x| x.select(&order).expect("an order of the conditions"))
        })
    }

    /// Returns the features of x and z side by side.
    ///
    /// This representation lies between x and z for scores that add up over features, such as inner products and
    /// squared distances. So it exposes a distance that violates the triangle inequality.
    pub(crate) fn midpoint(&self) -> &Representation {
        self.midpoint.get_or_init(|| {
            let [x, _, z] = &self.representations;
            let values = concatenate![Axis(1), x.values(), z.values()];
            let precision = x.precision().max(z.precision());
            let midpoint = Representation::new(values).and_then(|x| x.with_precision(precision));
            midpoint.expect("both are finite and of the same conditions")
        })
    }
}
