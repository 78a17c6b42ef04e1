//! RDMs without a comparison, found before they enter an inference.

use std::sync::Arc;

use rsa_core::{Error, Observer, Rdm, Result};

use super::dataset::{ensure_some_present, prepare_given};
use crate::{
    Scoring,
    comparison::{
        Preparation, joint,
        weighted::{PreparedRdm, Vectorizer, WeightedPairs},
    },
};

/// Returns for each RDM the reason why it has no comparison beside the others, if there is one.
///
/// An RDM needs two dissimilarities. On the pairs that all such RDMs have, dissimilarities must differ, or, for a cosine,
/// not all be 0. Beside `given` RDMs, which are partialled out, something must be left.
///
/// # Errors
/// `Degenerate` if too few pairs are present in all RDMs that have any, or for given RDMs that leave nothing to compare;
/// `Cancelled`.
pub(super) fn reasons(
    comparison: Scoring,
    rdms: &[&Rdm],
    given: &[(String, Rdm)],
    observer: &dyn Observer,
) -> Result<Vec<Option<Error>>> {
    let all: Vec<&Rdm> = rdms.iter().copied().chain(given.iter().map(|(_, rdm)| rdm)).collect();
    let mut reasons = own_reasons(comparison, &all, observer)?;
    let of_given = reasons.split_off(rdms.len());
    if let Some((reason, (name, _))) = of_given.iter().zip(given).find_map(|(reason, of)| Some((reason.as_ref()?, of)))
    {
        return Err(reason.context(name));
    }
    if let Some((_, first)) = given.first() {
        all.iter().try_for_each(|rdm| first.conditions().ensure_same(rdm.conditions()))?;
        let kept = || rdms.iter().zip(&reasons).filter(|(_, reason)| reason.is_none()).map(|(rdm, _)| *rdm);
        let present: Vec<bool> = (0..first.values().len())
            .map(|k| kept().chain(given.iter().map(|(_, rdm)| rdm)).all(|rdm| !rdm.values()[k].is_nan()))
            .collect();
        let pairs = Arc::new(WeightedPairs::new(&vec![1; first.n_conditions()], Some(&present))?);
        let preparation = comparison.preparation();
        let vectorizer = Vectorizer::given(preparation, pairs, &prepare_given(given, preparation))?;
        for (rdm, reason) in rdms.iter().zip(&mut reasons).filter(|(_, reason)| reason.is_none()) {
            observer.ensure_going("the search for RDMs without a comparison")?;
            *reason = vectorizer.vector(&PreparedRdm::new(rdm, preparation)).err();
        }
    }
    Ok(reasons)
}

/// Returns for each RDM the reason why it is constant where it is compared, if it is.
fn own_reasons(comparison: Scoring, rdms: &[&Rdm], observer: &dyn Observer) -> Result<Vec<Option<Error>>> {
    let centers = !matches!(comparison.preparation(), Preparation::Linear(kind) if !kind.centered);
    let mut reasons: Vec<Option<Error>> = rdms.iter().map(|rdm| own_reason(rdm, centers)).collect();
    if !rdms.iter().any(|rdm| rdm.has_missing()) {
        return Ok(reasons);
    }
    let kept = || rdms.iter().zip(&reasons).filter(|(_, reason)| reason.is_none()).map(|(rdm, _)| *rdm);
    let Some(first) = kept().next() else { return Ok(reasons) };
    let mut present = vec![1.0; first.values().len()];
    for rdm in kept().filter(|rdm| rdm.has_missing()) {
        observer.ensure_going("the search for missing pairs")?;
        let own = rdm.values().iter();
        present.iter_mut().zip(own).filter(|(_, value)| value.is_nan()).for_each(|(present, _)| *present = 0.0);
    }
    ensure_some_present(present.iter().filter(|&&present| present > 0.0).count(), present.len())?;
    for (rdm, reason) in rdms.iter().zip(&mut reasons).filter(|(_, reason)| reason.is_none()) {
        *reason = constant(rdm, joint::extremes_of(rdm.values(), Some(&present)), centers);
    }
    Ok(reasons)
}

/// Returns the reason that an RDM has alone.
fn own_reason(rdm: &Rdm, centers: bool) -> Option<Error> {
    let count = || rdm.values().iter().filter(|value| !value.is_nan()).count();
    match rdm.has_missing().then(count) {
        Some(own @ 0..2) => {
            let what = format!("it has {own} of {} dissimilarities", rdm.values().len());
            Some(Error::degenerate(what, "leave it out"))
        }
        _ => constant(rdm, rdm.extremes(), centers),
    }
}

fn constant(rdm: &Rdm, [low, high]: [f64; 2], centers: bool) -> Option<Error> {
    match centers {
        true => joint::is_constant(rdm, [low, high]).then(|| joint::constant("equal")),
        false => (low == 0.0 && high == 0.0).then(|| joint::constant("zero")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rdm(values: &[f64]) -> Rdm {
        Rdm::new(values.to_vec()).unwrap()
    }

    fn found(comparison: Scoring, rdms: &[Rdm]) -> Vec<bool> {
        let rdms: Vec<&Rdm> = rdms.iter().collect();
        reasons(comparison, &rdms, &[], &()).unwrap().iter().map(Option::is_some).collect()
    }

    const NAN: f64 = f64::NAN;

    #[test]
    fn a_constant_rdm_has_no_correlation_and_a_zero_one_no_cosine() {
        let rdms = [rdm(&[1.0, 2.0, 4.0]), rdm(&[3.0, 3.0, 3.0]), rdm(&[0.0, 0.0, 0.0])];
        for comparison in Scoring::ALL {
            let of_cosine = matches!(comparison, Scoring::Cosine | Scoring::WhitenedCosine);
            assert_eq!(found(comparison, &rdms), [false, !of_cosine, true], "{comparison:?}");
        }
        let tied = rdm(&[1.0, 1.0 + 1e-8, 1.0]).with_rounding(1e-7).unwrap();
        assert_eq!(found(Scoring::Spearman, &[rdms[0].clone(), tied]), [false, true]);
    }

    #[test]
    fn an_rdm_that_lacks_nearly_all_pairs_takes_none_from_the_others() {
        let rdms = [rdm(&[1.0, 2.0, 4.0]), rdm(&[NAN, NAN, 3.0]), rdm(&[2.0, 5.0, 1.0])];
        assert_eq!(found(Scoring::Spearman, &rdms), [false, true, false]);
        let rdms = [rdm(&[1.0, 2.0, 2.0]), rdm(&[NAN, 2.0, 3.0]), rdm(&[2.0, 5.0, 1.0])];
        assert_eq!(found(Scoring::Spearman, &rdms), [true, false, false], "constant on the pairs of all");
        let rdms = [rdm(&[1.0, 2.0, NAN]), rdm(&[NAN, 2.0, 3.0])];
        assert!(reasons(Scoring::Spearman, &[&rdms[0], &rdms[1]], &[], &()).is_err());
    }
}
