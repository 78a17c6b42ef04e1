//! Maps against RDMs of the spheres one by one, and data that are hard to map.

mod hostile;
mod maps;
mod samples;
mod spheres;
