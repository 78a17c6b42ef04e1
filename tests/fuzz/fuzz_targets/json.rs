//! The JSON of `rsakit rdm` as RDMs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rsakit_fuzz::read_data("x.json", bytes));
