//! Volumes as layers, as a mask and as an atlas; what begins like gzip is a compressed volume.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let name = if bytes.starts_with(b"\x1f\x8b") { "x.nii.gz" } else { "x.nii" };
    rsakit_fuzz::read_data(name, bytes);
    rsakit_fuzz::read_voxels(name, bytes);
});
