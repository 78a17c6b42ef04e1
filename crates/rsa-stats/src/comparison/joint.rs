//! The dissimilarities on which two RDMs are compared, and their weights.

use rsa_core::{Caveat, CaveatKind, Error, Rdm, Result, linalg::extremes};

use crate::Multiplicities;

/// Returns the weight of every pair, or `None` if each counts once.
///
/// # Errors
/// `ShapeMismatch` or `LabelMismatch` if the conditions differ, `Degenerate` if fewer than two pairs are left.
pub(crate) fn weights(a: &Rdm, b: &Rdm, drawn: Option<&Multiplicities>) -> Result<Option<Vec<f64>>> {
    weights_with(a, &[b], drawn)
}

/// Like [`weights`], for several RDMs: a pair that is missing in `a` or in any of `others` has weight 0.
pub(crate) fn weights_with(a: &Rdm, others: &[&Rdm], drawn: Option<&Multiplicities>) -> Result<Option<Vec<f64>>> {
    others.iter().try_for_each(|other| a.conditions().ensure_same(other.conditions()))?;
    if let Some(drawn) = drawn
        && drawn.counts().len() != a.n_conditions()
    {
        return Err(Error::shape_mismatch(format!(
            "a resample of {} conditions for RDMs of {}; draw from the conditions of the RDMs",
            drawn.counts().len(),
            a.n_conditions()
        )));
    }
    if drawn.is_none() && ![a].iter().chain(others).any(|rdm| rdm.has_missing()) {
        return Ok(None);
    }
    let mut weights = drawn.map_or_else(|| vec![1.0; a.values().len()], Multiplicities::pair_weights);
    for rdm in [a].iter().chain(others) {
        let missing = weights.iter_mut().zip(rdm.values()).filter(|(_, value)| value.is_nan());
        missing.for_each(|(weight, _)| *weight = 0.0);
    }
    match weights.iter().filter(|&&weight| weight > 0.0).count() {
        present @ 0..2 => Err(Error::degenerate(
            format!("only {present} of {} dissimilarities are present to compare", weights.len()),
            "at least two are needed",
        )),
        _ => Ok(Some(weights)),
    }
}

/// Returns a caveat if `rdms` are compared on few dissimilarities, or on fewer than half because others are missing.
pub(crate) fn few_pairs(rdms: &[&Rdm]) -> Option<Caveat> {
    let all = rdms.first()?.values().len();
    let is_present = |k: &usize| rdms.iter().all(|rdm| rdm.values().get(*k).is_some_and(|value| !value.is_nan()));
    let present = match rdms.iter().any(|rdm| rdm.has_missing()) {
        true => (0..all).filter(is_present).count(),
        false => all,
    };
    few_of(present, all)
}

/// Returns a caveat if `present` of `all` dissimilarities are few.
pub(crate) fn few_of(present: usize, all: usize) -> Option<Caveat> {
    /// Two numbers correlate by ±1, and three have a rank correlation of ±1 or ±1/2.
    const NEVER_ENOUGH: usize = 3;
    /// A correlation of 20 independent pairs has a standard error of .23 by chance.
    const FEW: usize = 20;
    let remedy = match present < all {
        false if present <= NEVER_ENOUGH => "a correlation of so few is large by chance; compare more conditions",
        true if present <= NEVER_ENOUGH => {
            "the others are missing, and a correlation of so few is large by chance; compare RDMs with fewer missing"
        }
        true if present < FEW || 2 * present < all => {
            "the others are missing; compare RDMs with fewer missing, or of more conditions"
        }
        _ => return None,
    };
    let message = format!("{present} of {all} dissimilarities are compared: {remedy}");
    Some(Caveat { kind: CaveatKind::FewPairs, message })
}

/// Refuses an RDM with a single pair, and one whose pairs 32 bits cannot number.
pub(crate) fn ensure_comparable(rdm: &Rdm) -> Result<()> {
    const MOST: usize = 65_536;
    match rdm.n_conditions() {
        n if n > MOST => {
            let requirement = format!("of at most {MOST} conditions, whose pairs fill 16 GiB");
            Err(Error::invalid_parameter("an RDM to compare", requirement, n))
        }
        n @ 0..3 => {
            Err(Error::too_few_conditions(3, n, "an RDM of two conditions is a single number and has no pattern"))
        }
        _ => Ok(()),
    }
}

/// Returns the smallest and the largest of the values that count.
pub(crate) fn extremes_of(values: &[f64], weights: Option<&[f64]>) -> [f64; 2] {
    weights.map_or_else(|| extremes(values), |weights| extremes_and_sum_of(values, weights).0)
}

/// The smallest and the largest of the values that count, and their weighted sum.
pub(crate) fn extremes_and_sum_of(values: &[f64], weights: &[f64]) -> ([f64; 2], f64) {
    let counted = values.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
    counted.fold(([f64::INFINITY, f64::NEG_INFINITY], 0.0), |([low, high], sum), (&value, weight)| {
        ([low.min(value), high.max(value)], sum + weight * value)
    })
}

/// Returns `true` if an RDM with these extremes is constant up to rounding.
pub(crate) fn is_constant(rdm: &Rdm, extremes: [f64; 2]) -> bool {
    are_constant(extremes, rdm.rounding())
}

/// Returns `true` if values with these extremes, known to within `rounding`, are constant.
pub(crate) fn are_constant([low, high]: [f64; 2], rounding: f64) -> bool {
    high - low <= tolerance([low, high], rounding) || low > high
}

/// Returns the largest difference of values with these extremes, known to within `rounding`, that are called constant.
pub(crate) fn tolerance([low, high]: [f64; 2], rounding: f64) -> f64 {
    const ROUNDING: f64 = 64.0 * f64::EPSILON;
    rounding.max(ROUNDING * low.abs().max(high.abs()))
}

/// Returns the error for an RDM without variation.
pub(crate) fn constant(what: &str) -> Error {
    Error::degenerate(
        format!("the dissimilarities compared are all {what}"),
        "such an RDM says nothing about which conditions are alike; leave it out",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_pairs_are_said_with_their_numbers() {
        let message = |present, all| few_of(present, all).map(|caveat| caveat.message);
        assert!(message(3, 3).is_some_and(|text| text.starts_with("3 of 3 dissimilarities are compared")));
        assert!(message(2, 15).is_some_and(|text| text.contains("2 of 15") && text.contains("are missing")));
        // Few, or most of them missing.
        assert!(message(19, 20).is_some() && message(20, 41).is_some());
        for (present, all) in [(6, 6), (20, 40), (20, 20), (600, 1000)] {
            assert_eq!(message(present, all), None, "{present} of {all}");
        }
    }

    #[test]
    fn only_pairs_that_all_rdms_have_count() {
        let rdm = |missing: &[usize]| {
            let value = |k| if missing.contains(&k) { f64::NAN } else { k as f64 };
            Rdm::new((0..45).map(value).collect()).unwrap()
        };
        let (a, b, whole) = (rdm(&(0..22).collect::<Vec<_>>()), rdm(&(20..45).collect::<Vec<_>>()), rdm(&[]));
        assert_eq!(few_pairs(&[&a, &whole]), None);
        assert!(few_pairs(&[&a, &b, &whole]).unwrap().message.starts_with("0 of 45"));
        assert!(few_pairs(&[&b, &whole]).unwrap().message.starts_with("20 of 45"));
        assert_eq!(few_pairs(&[&whole, &whole]), None);
    }
}
