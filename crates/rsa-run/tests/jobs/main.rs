//! Tests of the jobs as a library: one binary, which links once.

mod cancelling;
mod compare;
mod demo;
mod evaluate;
mod inputs;
mod mds;
mod rdm;
