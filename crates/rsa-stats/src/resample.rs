//! Resampling for any statistic: random streams, permutations, sets to leave out, tests and corrections.
//!
//! Nothing here depends on RDMs. [`PermutationTest`] and [`Jackknife`] work with every [`Measure`](rsa_core::Measure);
//! [`Inference`](crate::Inference) is built from the same parts.

mod random;
mod steps;

mod leave_out;
mod multiplicities;
mod permutation;
mod significance;

mod jackknife;
mod permutation_test;

#[cfg(test)]
pub(crate) use self::permutation::nth_order;
pub use self::{
    jackknife::{Jackknife, JackknifeOutcome},
    multiplicities::Multiplicities,
    permutation_test::{PermutationOutcome, PermutationTest},
    significance::Correction,
};
pub(crate) use self::{
    leave_out::{JackknifeVariance, LeaveOut, ResampledFactor, VarianceEstimate},
    permutation::{ConditionOrders, count_exceedances, p_value},
    random::{Purpose, multiplicities, shuffled, stream},
    significance::StudentT,
    steps::{StageSteps, unless_cancelled},
};
