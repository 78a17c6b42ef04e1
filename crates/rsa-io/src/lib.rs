//! Files of layer activations: the only crate of rsakit that knows a file format.
//!
//! [`open`] takes a file or a folder and answers with its layers, in order. Only headers are read by then; a
//! [`Layer`] reads its numbers when it is asked, all of them or a block of conditions at a time, by positioned
//! reads (nothing is memory mapped), and turns every number type into `f64` on the way.
//!
//! | extension | layers | labels |
//! |---|---|---|
//! | `.npy` | the one array, named after the file | |
//! | `.npz` | every array with two axes or more, in the order of the file | the array `conditions` |
//! | `.safetensors` | every tensor with two axes or more, in the order of the data | |
//! | `.csv`, `.tsv` | the one table, named after the file | its first column, if that is text |
//! | a folder | those of its files, sorted by file name; `layer3.000.npy`, `layer3.001.npy`, … are one | `conditions.npy` or `conditions.txt` |
//!
//! The first axis is the condition; all further axes are features, flattened in C order.
//!
//! [`read_rdms`] takes the same files for what they hold of dissimilarity matrices, [`read_labels`] one label an
//! observation.
//!
//! Files are hostile until proved otherwise: what a header claims is held against the real length of the file
//! before anything is allocated, and a malformed file is an error that names file, array, claim and finding.
//!
//! The files of this crate, in reading order: [`open`], [`Source`] and [`Layer`]; [`read_rdms`] and [`read_part`]; one module per format;
//! then what the formats share (the layout of an array, its number type, positioned reads); then
//! [`write_atomically`].
//!
//! # Example
//! ```
//! use ndarray::array;
//! use rsa_io::{OpenOptions, FloatWidth, npy, open, write_atomically};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("layer.npy");
//! let x = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.5]];
//! write_atomically(&path, false, |file| npy::write_matrix(file, x.view(), FloatWidth::F32))?;
//!
//! let source = open(&path.to_string_lossy(), &OpenOptions::default())?;
//! assert_eq!(source.layers()[0].name(), "layer");
//! assert_eq!(source.layers()[0].read()?.values(), x);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod layer;
mod source;

mod part;
mod rdms;

mod folder;
pub mod npy;
mod npz;
mod safetensors;
mod shards;
mod table;

mod labels;
mod layout;
mod number;
mod positioned;

mod atomic;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod samples;

pub use atomic::{abandon_unfinished, write_atomically};
pub use labels::read_labels;
pub use layer::Layer;
pub use npy::FloatWidth;
pub use npz::{Compression, NpzWriter};
pub use part::{PartFile, read_part, write_part};
pub use rdms::{StoredRdms, read_rdms, write_rdms, write_triangles};
pub use source::{OpenOptions, Source, open};
pub use table::{Presence, TableOptions};
