//! Tables as layers and as RDMs.

#![no_main]

/// One name for every extension that is read as a table.
const NAMES: [&str; 3] = ["x.csv", "x.tsv", "x.txt"];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // One file an execution is faster than three, and the length keeps seeds plain files.
    rsakit_fuzz::read_data(NAMES[bytes.len() % NAMES.len()], bytes);
});
