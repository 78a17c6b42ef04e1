//! The command line as a user meets it: exit statuses, output, messages.

#![allow(clippy::unwrap_used, reason = "a test that meets an error fails")]

mod cases;
mod chapters;
mod compare;
mod demo;
mod evaluate;
mod group;
mod info;
mod manners;
mod measures;
mod memory;
mod outputs;
mod plot;
mod predict;
mod prepare;
mod rdm;
mod rsakit;
mod searchlight;
mod snapshots;
mod streamed;
mod time;
mod tutorial;
