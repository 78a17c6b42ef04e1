//! Recordings in EDF and BDF as trials and as layers.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let name = if bytes.starts_with(b"\xff") { "x.bdf" } else { "x.edf" };
    rsakit_fuzz::read_trials(name, bytes);
});
