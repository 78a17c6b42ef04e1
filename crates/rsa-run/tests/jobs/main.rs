//! Tests of the jobs as a library: one binary, which links once.

#![allow(clippy::unwrap_used, reason = "a test that meets an error fails")]

mod batches;
mod cancelling;
mod compare;
mod demo;
mod evaluate;
mod inputs;
mod mds;
mod model_rdm;
mod noise;
mod predict;
mod prepare;
mod rdm;
mod regress;
mod transform;
