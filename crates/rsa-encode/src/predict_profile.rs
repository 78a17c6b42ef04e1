//! The transformations that predictions ignore, by map and score.

use rsa_core::Invariances;

use crate::{Mapping, PredictionScore, RidgePenalty, UnitMatch};

/// Transformations that every map ignores on both sides.
///
/// Constant features are left out, and copies of all change no direction.
const ALWAYS: Invariances = Invariances::PERMUTATION.union(Invariances::ZERO_PADDING).union(Invariances::DUPLICATION);

/// Returns the transformations of the predictor and of the target that the score ignores.
pub(crate) fn invariances(map: Mapping, score: PredictionScore) -> [Invariances; 2] {
    let common = ALWAYS | Invariances::TRANSLATION;
    let rotated = common | Invariances::ORTHOGONAL;
    let sites = common | Invariances::SIGN_FLIP;
    match map {
        Mapping::Linear => [common | Invariances::LINEAR, sites | Invariances::PER_FEATURE_SCALING],
        Mapping::Ridge(penalty) => match penalty {
            // The penalty acts in the units of the features, and copies of them share the weights.
            RidgePenalty::Absolute(_) => [
                Invariances::ORTHOGONAL | Invariances::TRANSLATION | Invariances::ZERO_PADDING,
                sites | Invariances::PER_FEATURE_SCALING,
            ],
            // The sum of errors over sites depends on their units.
            RidgePenalty::LeaveOneOut => [rotated | Invariances::SCALING, sites | Invariances::SCALING],
            RidgePenalty::Relative(_) | RidgePenalty::LeaveOneOutPerSite => {
                [rotated | Invariances::SCALING, sites | Invariances::PER_FEATURE_SCALING]
            }
        },
        Mapping::Pls(_) => [rotated | Invariances::SCALING, sites | Invariances::SCALING],
        Mapping::OneToOne(by) => {
            let sign = match by {
                UnitMatch::Signed => Invariances::NONE,
                UnitMatch::Absolute => Invariances::SIGN_FLIP,
            };
            match score {
                PredictionScore::Pearson => [common | sign | Invariances::PER_FEATURE_SCALING; 2],
                // The error is measured in the units of the site.
                PredictionScore::ExplainedVariance => [ALWAYS | sign; 2],
            }
        }
    }
}
