//! Parts of divided computations.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rsakit_fuzz::read_part(bytes));
