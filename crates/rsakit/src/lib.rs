//! rsakit
