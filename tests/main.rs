//! Tests across the crates: known values, laws, misuse, the command line.

mod corpus;
mod laws;
mod misuse;
