//! Tables as layers and as RDMs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    rsakit_fuzz::read_data("x.csv", bytes);
    rsakit_fuzz::read_data("x.tsv", bytes);
    rsakit_fuzz::read_data("x.txt", bytes);
});
