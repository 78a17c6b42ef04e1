//! Reasons to read a predictivity with care.

use rsa_core::{Caveat, CaveatKind};

use crate::{Mapping, Predict, Predictivity, SplitResponses, fold_map::interpolates, ridge::is_at_end};

/// Returns the reasons to read the predictivity of `target` from `predictor` with care.
pub(crate) fn of(predict: &Predict, predictor: &SplitResponses, target: &SplitResponses) -> Vec<Caveat> {
    let mut found = Vec::new();
    if predict.map == Mapping::Linear {
        found.extend(interpolation(predict, predictor));
    }
    if let Ok(predictivity) = predict.predictivity(predictor, target) {
        found.extend(penalty_at_end(&predictivity));
        found.extend(constants(&predictivity));
    }
    found
}

fn interpolation(predict: &Predict, predictor: &SplitResponses) -> Option<Caveat> {
    let factors = predictor.factors(predict.route(predictor)?).ok()?;
    let count = factors.iter().filter(|factor| interpolates(factor)).count();
    (count > 0).then(|| Caveat {
        kind: CaveatKind::Interpolation,
        message: format!(
            "in {count} of {} folds the predictor has as many directions as training conditions, so least squares fits \
             them exactly, noise included; take ridge regression, or fewer features",
            factors.len()
        ),
    })
}

fn penalty_at_end(predictivity: &Predictivity) -> Option<Caveat> {
    let chosen = &predictivity.chosen_penalties;
    let count = chosen.iter().filter(|chosen| chosen.iter().any(|&multiple| is_at_end(multiple))).count();
    (count > 0).then(|| Caveat {
        kind: CaveatKind::PenaltyAtEnd,
        message: format!(
            "in {count} of {} folds leave-one-out chose the smallest or largest penalty that was tried: the predictor \
             explains nearly all, or nothing, of the sites",
            chosen.len()
        ),
    })
}

fn constants(predictivity: &Predictivity) -> Option<Caveat> {
    let Predictivity { sites, constant_sites, skipped, constant_predictions, .. } = predictivity;
    let mut parts = Vec::new();
    if !constant_sites.is_empty() {
        let all = sites.len() + constant_sites.len();
        let first = constant_sites[0];
        parts.push(format!(
            "{} of {all} sites are constant and left out (the first is site {first})",
            constant_sites.len()
        ));
    }
    if *skipped > 0 {
        parts.push(format!("sites are constant in {skipped} test folds, which were skipped"));
    }
    if *constant_predictions > 0 {
        parts.push(format!("{constant_predictions} predictions of a site in a fold are constant and count as 0"));
    }
    (!parts.is_empty()).then(|| Caveat { kind: CaveatKind::ConstantResponses, message: parts.join("; ") })
}
