//! Deliberately wrong measures, each with a defect of a published implementation that some law must catch.

mod bootstrap;
mod correlation;
mod cosine_distance;
mod gram;
mod neighbors;
mod predict;
mod procrustes;
mod pwcca;
mod spearman;
mod svcca;
mod threads;

use rsa_laws::{Law, LawVerdict, Plan};
use rsakit::core::AnyMeasure;

use crate::corpus;

/// A wrong measure and a description of its defect.
pub(crate) struct Tooth {
    pub(crate) what: &'static str,
    /// Spec of the measure that it claims to be, whose known values it should give; `None` if it claims to be no known
    /// measure.
    pub(crate) stands_for: Option<&'static str>,
    pub(crate) measure: AnyMeasure,
    /// Name of the law that it breaks; it may also break others.
    pub(crate) expected: &'static str,
}

/// Name of the check against known values, used like the name of a law.
const KNOWN_VALUES: &str = "known values";

pub(crate) fn all() -> Vec<Tooth> {
    vec![
        Tooth {
            what: "PWCCA as it circulates: no whitening, means added back, weights from uncentred features",
            stands_for: Some("pwcca"),
            measure: AnyMeasure::new(pwcca::Circulating),
            expected: "permutation",
        },
        Tooth {
            what: "PWCCA weighted through orthonormalised coefficients instead of canonical directions",
            stands_for: Some("pwcca"),
            measure: AnyMeasure::new(pwcca::Coefficients),
            expected: KNOWN_VALUES,
        },
        Tooth {
            what: "CKA of Gram matrices that were not centred",
            stands_for: Some("cka"),
            measure: AnyMeasure::new(gram::Uncentered),
            expected: "translation",
        },
        Tooth {
            what: "CKA called unbiased that only zeroes the diagonal of the centred Gram matrix",
            stands_for: Some("cka:hsic=unbiased"),
            measure: AnyMeasure::new(gram::ZeroedDiagonal),
            expected: "independence",
        },
        Tooth {
            what: "SVCCA that cuts the sum of singular values, not of their squares",
            stands_for: Some("svcca:keep=variance(0.99)"),
            measure: AnyMeasure::new(svcca::SingularValues),
            expected: KNOWN_VALUES,
        },
        Tooth {
            what: "RSA of correlation distances that claims to ignore rotations",
            stands_for: Some("rsa:rdm=correlation,compare=spearman"),
            measure: correlation::claiming_rotations(),
            expected: "orthogonal",
        },
        Tooth {
            what: "Spearman's correlation with ties ranked in the order in which they stand",
            stands_for: Some("rsa:rdm=euclidean,compare=spearman"),
            measure: AnyMeasure::new(spearman::Ordinal),
            expected: "reordering",
        },
        Tooth {
            what: "one minus CKA, which claims to be a metric",
            stands_for: None,
            measure: AnyMeasure::new(cosine_distance::OneMinusCka { metric: true }),
            expected: "metric",
        },
        Tooth {
            what: "the angle of CKA, which does not claim to be the metric that it is",
            stands_for: None,
            measure: AnyMeasure::new(cosine_distance::Angular { metric: false }),
            expected: "metric",
        },
        Tooth {
            what: "the angle of Procrustes shapes as an arc cosine that was not clipped",
            stands_for: Some("procrustes"),
            measure: AnyMeasure::new(procrustes::Unclipped),
            expected: "identity",
        },
        Tooth {
            what: "Procrustes similarity by square roots of singular Gram matrices",
            stands_for: Some("procrustes:distance=similarity"),
            measure: AnyMeasure::new(procrustes::RootsOfGrams),
            expected: KNOWN_VALUES,
        },
        Tooth {
            what: "a shape metric with extents in the units of the data",
            stands_for: Some("shape:alpha=0.5"),
            measure: AnyMeasure::new(procrustes::AbsoluteFloor),
            expected: "scaling",
        },
        Tooth {
            what: "shared neighbours with ties in the order in which they stand",
            stands_for: None,
            measure: AnyMeasure::new(neighbors::SortedTies),
            expected: "reordering",
        },
        Tooth {
            what: "the alignment of nearest neighbours that claims to be symmetric",
            stands_for: None,
            measure: AnyMeasure::new(neighbors::SymmetricAlignment),
            expected: "symmetry",
        },
        Tooth {
            what: "a score whose sum is split by the number of threads",
            stands_for: None,
            measure: AnyMeasure::new(threads::SplitByThreads),
            expected: "threads",
        },
        Tooth {
            what: "a bootstrap that copies conditions into unbiased CKA",
            stands_for: None,
            measure: AnyMeasure::new(bootstrap::CopiedConditions),
            expected: "independence",
        },
        Tooth {
            what: "the correlation of the predictions of all folds together",
            stands_for: Some("predict:map=ridge(1)"),
            measure: AnyMeasure::new(predict::Pooled),
            expected: "independence",
        },
        Tooth {
            what: "SIMPLS in the place of PLS2",
            stands_for: Some("predict:map=pls(2)"),
            measure: AnyMeasure::new(predict::Simpls),
            expected: KNOWN_VALUES,
        },
        Tooth {
            what: "folds that leak: the map is fitted to the conditions that it predicts, too",
            stands_for: Some("predict:map=linear"),
            measure: AnyMeasure::new(predict::Leaking),
            expected: "independence",
        },
        Tooth {
            what: "explained variance about the means of all conditions, those of the test among them",
            stands_for: Some("predict:map=linear,score=r2"),
            measure: AnyMeasure::new(predict::AllMeans),
            expected: KNOWN_VALUES,
        },
    ]
}

impl Tooth {
    /// Returns the names of the laws that the measure breaks.
    pub(crate) fn caught_by(&self, plan: Plan) -> Vec<String> {
        let verdicts = plan.check_all(&[&self.measure], &Law::all(), |_| {}).pop().unwrap();
        let broken = verdicts.iter().filter(|verdict| !verdict.passed());
        let mut caught: Vec<String> = broken.map(|verdict: &LawVerdict| verdict.law.name()).collect();
        if self.stands_for.is_some_and(|spec| corpus::disagrees(spec, &self.measure)) {
            caught.push(KNOWN_VALUES.to_owned());
        }
        caught
    }
}

#[test]
fn every_wrong_measure_is_caught_by_the_law_it_breaks() {
    for tooth in all() {
        let caught = tooth.caught_by(Plan { cases: 64, seed: 1 });
        assert!(caught.iter().any(|law| law == tooth.expected), "{}: caught by {caught:?}", tooth.what);
    }
}

/// Tests that two of the wrong measures pass when their profile is corrected.
#[test]
fn a_distance_that_does_not_claim_to_be_a_metric_and_one_that_is_pass() {
    let plan = Plan { cases: 64, seed: 1 };
    for measure in [
        AnyMeasure::new(cosine_distance::OneMinusCka { metric: false }),
        AnyMeasure::new(cosine_distance::Angular { metric: true }),
    ] {
        let verdicts = plan.check_all(&[&measure], &Law::all(), |_| {}).pop().unwrap();
        let failures: Vec<_> = verdicts.iter().flat_map(LawVerdict::failures).map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}
