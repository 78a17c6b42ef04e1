//! Tests across the crates: known values, laws, identities, inference, misuse and serialization.

#![allow(clippy::unwrap_used, reason = "a test that meets an error fails")]

mod corpus;
mod dissimilarities;
mod estimators;
mod hostile_measurements;
mod identities;
mod inference;
mod laws;
mod misuse;
mod plain_values;
mod rdms;
mod real_data;
mod selected_conditions;
mod teeth;
mod ties;
