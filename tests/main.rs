//! Tests across the crates: known values, laws, identities, misuse.

#![allow(clippy::unwrap_used, reason = "a test that meets an error fails")]

mod corpus;
mod dissimilarities;
mod identities;
mod laws;
mod misuse;
mod teeth;
mod ties;
