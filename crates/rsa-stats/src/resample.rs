//! Resampling for any statistic: random streams, permutations, the jackknife, pseudo-trials, tests and corrections.
//!
//! Nothing here depends on RDMs. [`PermutationTest`] and [`Jackknife`] work with every [`Measure`](rsa_core::Measure);
//! [`Inference`](crate::Inference) is built from the same parts.

mod random;
mod steps;

mod left_out_sets;
mod multiplicities;
mod permutation;
mod signed_rank;
mod significance;
mod subject_test;

mod jackknife;
mod permutation_test;
mod pseudo_trials;

#[cfg(test)]
pub(crate) use self::permutation::nth_order;
pub use self::{
    jackknife::{Jackknife, JackknifeOutcome},
    multiplicities::Multiplicities,
    permutation_test::{PermutationOutcome, PermutationTest},
    pseudo_trials::{DrawnPseudoTrials, PseudoTrials},
    significance::Correction,
    subject_test::{SubjectMean, SubjectTest},
};
pub(crate) use self::{
    left_out_sets::{JackknifeVariance, LeftOutSets, ResampledFactor, VarianceEstimate},
    permutation::{ConditionOrders, count_exceedances, p_value},
    random::{Purpose, multiplicities, shuffled, stream},
    signed_rank::SignedRank,
    significance::StudentT,
    steps::{StageSteps, unless_cancelled},
    subject_test::ZERO_STANDARD_ERROR,
};
