//! Headers, markers and numbers of BrainVision, which a byte 0x1e divides.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(3, |&byte| byte == 0x1e);
    let mut part = || parts.next().unwrap_or_default();
    let (header, markers, numbers) = (part(), part(), part());
    rsakit_fuzz::write("x.vmrk", markers);
    rsakit_fuzz::write("x.eeg", numbers);
    rsakit_fuzz::read_trials("x.vhdr", header);
});
