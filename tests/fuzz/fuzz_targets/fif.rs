//! Trials and averages as layers, and as trials; what begins like gzip is compressed.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let name = if bytes.starts_with(b"\x1f\x8b") { "x-epo.fif.gz" } else { "x-epo.fif" };
    rsakit_fuzz::read_data(name, bytes);
    rsakit_fuzz::read_trials(name, bytes);
});
