//! Files of labels: texts, tables and arrays.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for name in ["x.txt", "x.csv", "x.tsv", "x.npy"] {
        rsakit_fuzz::read_labels(name, bytes);
    }
});
