//! Comparing representational dissimilarity matrices.
//!
//! A [`Comparison`] reads each RDM once (its order, its ranks, its length) and compares readings. Those that are
//! [`Weighted`] can be evaluated on a resample of conditions without writing it out: a resample is a weight on the
//! conditions, [`Multiplicities`], never a copy. [`Rsa`] pairs a dissimilarity of `rsa-core` with a comparison and is
//! a [`Measure`](rsa_core::Measure).
//!
//! Which comparison? [`Spearman`] is what the literature reports; [`KendallA`], or its fast near-equivalent [`RhoA`],
//! where models predict ties; [`Pearson`] and [`Cosine`] where the values of the dissimilarities mean something, and
//! [`WhitenedPearson`] and [`WhitenedCosine`] where they are measured with noise, which the plain ones weigh wrongly.
//!
//! Which model explains the data, how sure is that, and how good could any model be? [`Inference`] answers with an
//! [`Evaluation`]; [`PermutationTest`] and [`Jackknife`] serve every other measure, and [`Reliability`] says how well
//! subjects agree. [`Mds`] maps what an RDM holds.
//!
//! # Example
//! ```
//! use rsa_core::Rdm;
//! use rsa_stats::{Comparison, KendallA, Multiplicities, Weighted};
//!
//! let a = KendallA.read(&Rdm::new(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?)?;
//! let b = KendallA.read(&Rdm::new(vec![1.0, 2.0, 3.0, 4.0, 6.0, 5.0])?)?;
//! assert_eq!(KendallA.compare(&a, &b)?, 13.0 / 15.0);
//! // The resample that drew condition 0 twice and condition 3 not at all.
//! let drawn = Multiplicities::new(vec![2, 1, 1, 0])?;
//! assert!(KendallA.compare_weighted(&a, &b, &drawn)? < 1.0);
//! # Ok::<(), rsa_core::Error>(())
//! ```

mod rank_transform;
mod ranks;
mod weights;
mod whitening;

pub mod comparison;
mod regression;
mod rsa;

mod models;
mod significance;

mod inference;
mod jackknife;
mod mds;
mod permutation_test;
mod reliability;

pub use comparison::{
    AnyComparison, AnyReading, Bures, Comparison, ConditionWhitened, Configuration, Cosine, Embedded, Ignores,
    KendallA, KendallB, Ordered, Partial, Pearson, RhoA, Spearman, Weighted, WhitenedCosine, WhitenedPearson,
};
pub use inference::{
    CeilingKind, Crossvalidation, Dropped, Evaluation, GeneralizeTo, Inference, ModelEvaluation, NoiseCeiling,
    NotLeftOut, PairwiseDifference, Part, PartHeader, PermutationCounts, ResampleCounts, Scoring, Variance, Watch,
};
pub use jackknife::{Jackknife, JackknifeOutcome};
pub use mds::{Embedding, Mds, MdsScaling};
pub use models::Model;
pub use permutation_test::{PermutationOutcome, PermutationTest};
pub use rank_transform::rank_transform;
pub use regression::Regression;
pub use reliability::Reliability;
pub use rsa::Rsa;
pub use significance::Correction;
pub use weights::Multiplicities;
pub use whitening::ConditionCovariance;
