//! Maps of vertices and voxels as layers, as a mask and as an atlas.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    rsakit_fuzz::read_data("x.dscalar.nii", bytes);
    rsakit_fuzz::read_voxels("x.dscalar.nii", bytes);
});
