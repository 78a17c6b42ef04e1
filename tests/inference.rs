//! Inference on data whose answers are known.

mod published;
mod reference;
mod reproducible;
mod unbiased;
