//! Maps of vertices as layers, as a mask and as an atlas, and surfaces.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    rsakit_fuzz::read_data("x.gii", bytes);
    rsakit_fuzz::read_voxels("x.gii", bytes);
    rsakit_fuzz::read_surface("x.gii", bytes);
});
