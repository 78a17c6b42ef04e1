//! HDF5 files as layers and as RDMs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rsakit_fuzz::read_data("x.h5", bytes));
