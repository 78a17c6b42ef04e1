//! Search for counterexamples to the claims of measures.

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use rayon::prelude::*;
use rsa_core::{Measure, Profile};

use crate::{
    Case, Claim, ClaimFailure, Family, Finding, Law, LawVerdict, Tolerance,
    deviation::{CachedScores, Deviation},
    draw::Draw,
    independence::{Independence, find_biases},
    refusals::find_wrong_answer,
    threads::compare_threads,
};

/// Number and seed of the cases to check.
///
/// Every law that is checked case by case is checked for every measure on every [`Case`]. Case k of a seed does not
/// depend on the measures, laws or number of cases, and results do not depend on the number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Number of cases; any 8 successive cases contain every family of data.
    pub cases: usize,
    /// Seed of all cases.
    pub seed: u64,
}

/// Plan of 64 cases.
impl Default for Plan {
    fn default() -> Self {
        Self { cases: 64, seed: 2008 }
    }
}

/// Checks `measure` against `law` on the cases of the default [`Plan`].
pub fn check<M: Measure>(measure: &M, law: Law) -> LawVerdict {
    Plan::default().check(measure, law)
}

/// Number of cases that are checked in parallel before more are drawn.
const BATCH: usize = 64;

/// Results for one claim over the cases so far.
#[derive(Clone, Copy, Default)]
struct Tally {
    scored: usize,
    furthest: f64,
    furthest_case: usize,
    /// First case on which the claim does not hold.
    broken: Option<usize>,
}

impl Tally {
    fn add(&mut self, case: usize, deviation: &Deviation, claim: &Claim) {
        self.scored += usize::from(deviation.is_scored());
        if deviation.off > self.furthest && (claim.declared || deviation.is_scored()) {
            (self.furthest, self.furthest_case) = (deviation.off, case);
        }
        if self.broken.is_none() && violates(claim, deviation) {
            self.broken = Some(case);
        }
    }

    /// Returns `true` if further cases could change the verdict.
    fn is_open(&self, claim: &Claim) -> bool {
        if claim.declared { self.broken.is_none() } else { self.furthest <= Tolerance::SEEN.value }
    }
}

/// Returns `true` if the claim is declared and does not hold on this case.
///
/// A property that is not declared must fail on some case, so a single case cannot refute it.
fn violates(claim: &Claim, deviation: &Deviation) -> bool {
    claim.declared && (deviation.off.is_nan() || deviation.off > claim.tolerance().value)
}

/// A measure under test, with its claims and their results.
struct MeasureUnderTest<'a, M> {
    measure: &'a M,
    profile: Profile,
    claims: Vec<Claim>,
    tallies: Vec<Tally>,
}

impl Plan {
    /// Checks `measure` against `law`.
    pub fn check<M: Measure>(&self, measure: &M, law: Law) -> LawVerdict {
        let mut verdicts = self.check_all(&[measure], &[law], |_| {}).pop().expect("one measure");
        verdicts.pop().expect("one law")
    }

    /// Checks each of `measures` against each of `laws`; returns the verdicts by measure, in the order of the laws.
    ///
    /// All measures are checked on the same cases, each generated once. `progress` is called with the number of cases
    /// done.
    pub fn check_all<M: Measure>(
        &self,
        measures: &[&M],
        laws: &[Law],
        mut progress: impl FnMut(usize),
    ) -> Vec<Vec<LawVerdict>> {
        let on_cases: Vec<Law> = laws.iter().copied().filter(|law| !law.is_checked_once()).collect();
        let mut all_tested: Vec<_> = measures
            .iter()
            .map(|&measure| {
                let profile = measure.profile();
                let claims: Vec<_> = on_cases.iter().flat_map(|law| law.claims(&profile)).collect();
                MeasureUnderTest { measure, profile, tallies: vec![Tally::default(); claims.len()], claims }
            })
            .collect();
        let cases = if on_cases.is_empty() { 0 } else { self.cases };
        for start in (0..cases).step_by(BATCH) {
            let batch = start..cases.min(start + BATCH);
            let found: Vec<_> = batch
                .clone()
                .into_par_iter()
                .map(|index| {
                    let draw = Draw::new(self.case(index));
                    all_tested.iter().map(|tested| tested.deviations(&draw)).collect::<Vec<_>>()
                })
                .collect();
            for (index, found) in batch.clone().zip(found) {
                for (tested, deviations) in all_tested.iter_mut().zip(found) {
                    for (which, deviation) in deviations {
                        tested.tallies[which].add(index, &deviation, &tested.claims[which]);
                    }
                }
            }
            progress(batch.end);
        }
        let biases = match laws.contains(&Law::Independence) {
            true => find_biases(measures, self.seed).into_iter().map(Some).collect(),
            false => vec![None; measures.len()],
        };
        let all_tested: Vec<_> = all_tested.into_iter().zip(biases).collect();
        all_tested
            .into_par_iter()
            .map(|(tested, bias)| laws.iter().map(|&law| self.verdict(&tested, law, bias)).collect())
            .collect()
    }

    /// Returns the case number `index`.
    pub fn case(&self, index: usize) -> Case {
        self.tree(index).current()
    }

    fn tree(&self, index: usize) -> impl ValueTree<Value = Case> {
        let cases = Family::for_case(index).cases();
        cases
            .new_tree(&mut self.runner(index))
            .expect("proptest rejects a few cases near a discontinuity, never too many")
    }

    fn runner(&self, index: usize) -> TestRunner {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        seed[8..16].copy_from_slice(&(index as u64).to_le_bytes());
        let config = Config { failure_persistence: None, ..Config::default() };
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
    }

    /// Shrinks the case number `index` to the simplest one on which the claim does not hold.
    fn shrink<M: Measure>(&self, index: usize, tested: &MeasureUnderTest<'_, M>, claim: &Claim) -> Case {
        let outcome =
            self.runner(index).run_one(self.tree(index), |case| match tested.deviation(&Draw::new(case), claim) {
                Some(deviation) if violates(claim, &deviation) => Err(TestCaseError::fail("the claim does not hold")),
                _ => Ok(()),
            });
        match outcome {
            Err(TestError::Fail(_, case)) => case,
            _ => self.case(index),
        }
    }

    fn verdict<M: Measure>(
        &self,
        tested: &MeasureUnderTest<'_, M>,
        law: Law,
        bias: Option<Independence>,
    ) -> LawVerdict {
        let findings = match (law, bias) {
            (Law::Independence, Some(bias)) => vec![tested.independence(bias)],
            (Law::Threads, _) => vec![tested.threads(self.seed)],
            (Law::Refusals, _) => vec![tested.refusals(self.seed)],
            _ => {
                let tallied = tested.claims.iter().zip(&tested.tallies).filter(|(claim, _)| claim.law == law);
                tallied.map(|(claim, tally)| self.finding(tested, claim, tally)).collect()
            }
        };
        LawVerdict { law, findings }
    }

    fn finding<M: Measure>(&self, tested: &MeasureUnderTest<'_, M>, claim: &Claim, tally: &Tally) -> Finding {
        let case = match (claim.declared, tally.broken) {
            (true, Some(index)) => Some(self.shrink(index, tested, claim)),
            (false, _) if tally.furthest <= Tolerance::SEEN.value => Some(self.case(tally.furthest_case)),
            // A claim for which no case gave a score was not tested, which counts as a failure.
            (true, None) if tally.scored == 0 => Some(self.case(0)),
            _ => None,
        };
        let failure = case.map(|case| {
            let mut failure = ClaimFailure::new(*claim, &tested.profile);
            failure.case = Some(case);
            failure.situation = match (tally.scored, claim.law) {
                (0, _) => "no case gave a score".to_owned(),
                (_, Law::Invariance(transformation)) => transformation.to_string(),
                (_, law) => format!("{law} of x, y and z"),
            };
            if let Some(deviation) = tested.deviation(&Draw::new(case), claim) {
                (failure.off, failure.before, failure.after) = (deviation.off, deviation.before, deviation.after);
            }
            failure
        });
        Finding { claim: *claim, cases: tally.scored, furthest: tally.furthest, failure }
    }
}

impl<M: Measure> MeasureUnderTest<'_, M> {
    /// Computes the deviation from every claim that is still open, with the index of the claim.
    fn deviations(&self, draw: &Draw) -> Vec<(usize, Deviation)> {
        let scores = CachedScores::new(self.measure, &self.profile, draw);
        let open = (0..self.claims.len()).filter(|&which| self.tallies[which].is_open(&self.claims[which]));
        open.filter_map(|which| Some((which, scores.deviation(&self.claims[which])?))).collect()
    }

    fn deviation(&self, draw: &Draw, claim: &Claim) -> Option<Deviation> {
        CachedScores::new(self.measure, &self.profile, draw).deviation(claim)
    }

    fn claim(&self, law: Law) -> Claim {
        law.claims(&self.profile)[0]
    }

    fn independence(&self, found: Independence) -> Finding {
        let claim = self.claim(Law::Independence);
        let failure = (claim.declared == found.biased.is_some() || found.scored == 0).then(|| {
            let mut failure = ClaimFailure::new(claim, &self.profile);
            failure.tolerance = claim.tolerance();
            failure.off = found.furthest;
            failure.before = Ok(0.0);
            failure.situation = "no independent data have a score".to_owned();
            if let Some(sample) = found.biased {
                failure.after = Ok(sample.mean);
                failure.off = sample.deviation().abs();
                failure.situation = format!(
                    "the mean of independent data with 50 conditions and {} features, standard error {:.1e}",
                    sample.features, sample.error
                );
            } else if found.scored > 0 {
                failure.situation = "the mean of independent data is 0 at every number of features".to_owned();
                failure.after = Ok(0.0);
            }
            failure
        });
        Finding { claim, cases: found.scored, furthest: found.furthest, failure }
    }

    fn threads(&self, seed: u64) -> Finding {
        let claim = self.claim(Law::Threads);
        let found = compare_threads(self.measure, seed);
        let failure = found.differing.map(|(threads, one, several)| {
            let mut failure = ClaimFailure::new(claim, &self.profile);
            failure.situation = format!("one thread, then {threads}");
            (failure.off, failure.before, failure.after) = (f64::INFINITY, one, several);
            failure.tolerance = Tolerance { name: "same bits", value: 0.0, reason: "the order of a sum is fixed" };
            failure
        });
        Finding { claim, cases: found.scored, furthest: 0.0, failure }
    }

    fn refusals(&self, seed: u64) -> Finding {
        let claim = self.claim(Law::Refusals);
        let failure = find_wrong_answer(self.measure, seed).map(|wrong| {
            let mut failure = ClaimFailure::new(claim, &self.profile);
            let (defect, side, expected) = (wrong.defect, wrong.side, wrong.expected);
            failure.situation = format!("{defect} in the {side} argument; right is {expected}");
            failure.off = f64::INFINITY;
            failure.after = wrong.score;
            failure
        });
        Finding { claim, cases: 1, furthest: 0.0, failure }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rsa_core::{Identity, Invariances, Orientation, Representation, Result, linalg};

    use super::*;
    use crate::Transformation;

    /// Cosine of Gram matrices without centering, with the declared invariances as a parameter.
    struct GramCosine(Invariances);

    const IGNORED: Invariances = Invariances::ORTHOGONAL
        .union(Invariances::SCALING)
        .union(Invariances::ZERO_PADDING)
        .union(Invariances::DUPLICATION);

    impl Measure for GramCosine {
        type Geometry = Array2<f64>;

        fn profile(&self) -> Profile {
            Profile {
                orientation: Orientation::Similarity,
                range: [0.0, 1.0],
                identity: Identity::Always(1.0),
                symmetric: true,
                metric: false,
                unbiased: false,
                reorderable: true,
                invariances: [self.0; 2],
            }
        }

        fn geometry(&self, x: &Representation) -> Result<Array2<f64>> {
            linalg::gram(x.values())
        }

        fn compare(&self, k: &Array2<f64>, l: &Array2<f64>) -> Result<f64> {
            Ok(((k * l).sum() / ((k * k).sum() * (l * l).sum()).sqrt()).min(1.0))
        }
    }

    #[test]
    fn what_is_declared_and_true_passes_in_both_directions() {
        for law in Law::all().into_iter().filter(|law| *law != Law::Refusals) {
            let verdict = check(&GramCosine(IGNORED), law);
            let failures: Vec<_> = verdict.failures().map(ToString::to_string).collect();
            assert!(verdict.passed(), "{}", failures.join("\n"));
        }
        let translation = check(&GramCosine(IGNORED), Law::Invariance(Transformation::Translation));
        assert_eq!(translation.observed(), "nn");
        assert!(translation.findings.iter().all(|finding| finding.furthest > Tolerance::SEEN.value));
    }

    #[test]
    fn a_false_claim_is_shown_on_the_smallest_data_with_the_word_to_change() {
        let wrong = GramCosine(IGNORED | Invariances::TRANSLATION);
        let verdict = check(&wrong, Law::Invariance(Transformation::Translation));
        let failure = verdict.failures().next().unwrap();
        let case = failure.case.unwrap();
        // The case has shrunk to the fewest conditions of its family and to seeds of 0.
        assert_eq!((case.x.n_conditions, case.x.seed, case.y.seed, case.x.stimuli), (14, 0, 0, 0));
        let text = failure.to_string();
        for part in [
            "translation is declared and does not hold",
            "argument     first",
            "x: Recipe { n_conditions: 14",
            "declared     invariances[0]: orthogonal, scaling, translation, zero padding, duplication",
            "to change    take Invariances::TRANSLATION, and what contains it, out of `invariances[0]`",
        ] {
            assert!(text.contains(part), "no '{part}' in\n{text}");
        }
    }

    #[test]
    fn what_always_holds_must_be_declared() {
        let silent = GramCosine(Invariances::ORTHOGONAL);
        let verdict = check(&silent, Law::Invariance(Transformation::Scaling));
        let text = verdict.failures().last().unwrap().to_string();
        assert!(text.contains("scaling is not declared and always holds"), "{text}");
        assert!(text.contains("add Invariances::SCALING to `invariances[1]`"), "{text}");
    }

    #[test]
    fn a_degenerate_answer_is_a_broken_law() {
        // If all patterns are equal, the Gram matrix is constant, and this measure scores it like any other.
        let verdict = check(&GramCosine(IGNORED), Law::Refusals);
        assert!(verdict.failures().next().unwrap().to_string().contains("right is"), "{verdict:?}");
    }

    #[test]
    fn a_case_is_the_same_whatever_is_checked() {
        let (few, many) = (Plan { cases: 8, seed: 5 }, Plan { cases: 80, seed: 5 });
        assert_eq!(few.case(7), many.case(7));
        assert_ne!(few.case(7), Plan { cases: 8, seed: 6 }.case(7));
    }
}
