//! Comparisons of RDMs on a resample of conditions, without writing the resample out.
//!
//! The files, in reading order: the pairs that occur and their weights ([`WeightedPairs`]); an RDM scaled and sorted once
//! ([`PreparedRdm`]); its vector φ on the weighted pairs ([`Vectorizer`]); all subjects on the weighted pairs, compared with
//! models and with pools of subjects ([`PreparedSubjects`]), where the comparison is linear, ranks or counts; inner products
//! and counts from which those without a few conditions follow ([`PairProducts`], [`PairConcordances`]).

mod pairs;
mod prepared_rdm;
mod vectorizer;

mod counted;
mod linear;
mod pair_concordances;
mod pair_products;
mod ranked;
mod sign_tree;
mod subjects;

pub(crate) use self::{
    pair_concordances::PairConcordances,
    pair_products::PairProducts,
    pairs::{MOST_CONDITIONS, WeightedPairs},
    prepared_rdm::PreparedRdm,
    subjects::{Pool, PreparedSubjects, add_scaled},
    vectorizer::Vectorizer,
};
