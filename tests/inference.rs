//! Tests of inference on data with known answers.

mod published;
mod reference;
mod reproducible;
mod unbiased;
