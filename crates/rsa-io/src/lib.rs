//! Files of layer activations. This is the only crate of rsakit that knows a file format of data.
//!
//! [`open`] takes a file or a folder and returns its layers, in order. Opening reads headers only; a [`Layer`] reads
//! its numbers when it is asked, all of them or a block of conditions at a time, by positioned reads (nothing is memory
//! mapped), and converts every number type to `f64` on the way.
//!
//! | extension | layers | labels |
//! |---|---|---|
//! | `.npy` | the one array, named after the file | |
//! | `.npz` | every array with two axes or more, in the order of the file | the arrays `conditions` and `runs` |
//! | `.safetensors` | every tensor with two axes or more, in natural order of their names | the tensors `conditions` and `runs` of integers |
//! | `.mat` (MATLAB, up to version 7) | every array of numbers with two axes or more, also within structs and cells, by its address: `net.conv1`, `subjects(2).betas`, `c{3}` | the variables `conditions` and `runs`, or fields beside the array |
//! | `.mat` (MATLAB, version 7.3) | the same | the same |
//! | `.h5`, `.hdf5`, `.hdf`, `.nc` (HDF5) | every dataset of numbers with two axes or more, by its path: `layers/conv1` | the datasets `conditions` and `runs` beside it |
//! | of these, files of rsatoolbox | `measurements`; RDMs by [`read_rdms`] | descriptors of observations, patterns and RDMs; of several one is chosen by its address |
//! | of these, assemblies of Brain-Score | variables with the dimension `presentation` | `image_id` or `stimulus_id`, and `repetition` |
//! | `.nii`, `.nii.gz`, `.hdr` with `.img` (NIfTI-1 and -2) | the volumes, named after the file: every volume is a condition, and every voxel that is finite and not constant a feature, with its position | |
//! | `.dscalar.nii`, `.dtseries.nii`, `.pscalar.nii`, `.ptseries.nii` (CIFTI-2) | the maps or points in time, named after the file: the features are vertices and voxels (or parcels) by name, as for NIfTI; a structure by its name, `CORTEX_LEFT` | the names of the maps |
//! | `.func.gii`, `.shape.gii` and other `.gii` (GIfTI) | the arrays of one number a vertex, named after the file: the features are vertices, as for NIfTI | the names of the arrays |
//! | `.fif`, `.fif.gz` (MNE): trials `-epo.fif` with the files that continue them, and averages `-ave.fif` | a layer for each kind of channel, `mag`, `grad`, `eeg`: trials × (channels × times), without bad channels; channels of other kinds (`eog`, `stim`) by their address; every channel at each time is a feature with its name, such as `MEG 0111 @ 0.100 s`, and the position of its sensor | names of events; comments of averages |
//! | `.vhdr` with `.eeg` and `.vmrk` (BrainVision), `.edf` (EDF, EDF+), `.bdf` (BDF): continuous recordings | the same, of the times of [`OpenOptions::window`] around every event; without a window none | markers of type `Stimulus`, or all if there is none: `Stimulus/S  1`; annotations; before these the column `trial_type` of the table of BIDS beside the recording, `sub-01_events.tsv` of `sub-01_eeg.vhdr` |
//! | `.csv`, `.tsv`, `.txt` | the one table, named after the file | its first column, if that is text or an index |
//! | a folder | the layers of its files in natural order of their names (`layer2` before `layer10`); `layer3.000.npy`, `layer3.001.npy`, … are one, and so are three or more files of one volume each, whose names are the conditions | `conditions` and `runs`, each `.npy`, `.txt`, `.csv` or `.tsv` |
//!
//! Cells of a table stand between commas, semicolons, tabs or blanks, whatever the extension says. Numbers may have
//! decimal commas where no comma separates cells. Lines that begin with `# ` are comments, and a header may lack the
//! name of the first column, as R writes it. In a folder, `.txt` files are taken for notes.
//!
//! Labels are never ignored: an array or file with one of these names that cannot be read, or that has another number
//! of labels than every layer has rows, is an error.
//!
//! The first axis is the condition unless [`OpenOptions::axes`] says otherwise. All further axes are features,
//! flattened in C order; for arrays of three or more axes another [`Convention`] can be chosen. Where `runs` is among the
//! axes, every run of every condition is a row with its run.
//!
//! [`read_surface`] reads the vertices and triangles of a `.surf.gii`. `.dlabel.nii` and `.label.gii` are atlases
//! ([`RegionOptions`]) and no layers.
//!
//! A continuous recording has no trials where its events have not all of the window around them, in one piece.
//! Of trials the axes are known: conditions, channels, time. [`OpenOptions::window`] chooses times,
//! [`OpenOptions::baseline`] subtracts a mean, and under [`Convention::Mean`] a feature is the mean of a channel over the
//! window. [`open_epochs`] returns the trials themselves, [`Epochs`]: with times, units, events and bad channels.
//!
//! [`read_rdms`] reads dissimilarity matrices from the same files, from the JSON of `rsakit rdm`, from exports of Meadows
//! (`.mat` and `.json`), and in `.mat` also from structs with the fields `RDM` and `name`. A movie, [`RdmMovie`], has one for
//! each of several times, which [`read_movie`] reads, and [`read_rdms`] by their time, `FILE::0.17`. [`read_labels`] reads one label
//! for every observation, and [`read_columns`] a table of texts with named columns. [`PatternFile`] writes patterns with
//! the labels of their rows.
//!
//! No header is trusted: its claims are compared with the real length of the file before memory is allocated. A
//! malformed file is an error that names the file, the array, the claim and the finding.
//!
//! The files of this crate, in reading order: [`open`] and [`Layer`]; axes and conventions; the features, sensors and
//! voxels that take part; [`read_labels`], parts and RDMs; the trait `FileFormat` and one module for each format; the contents of a
//! file as a format lists them; the layout of an array, its number type, positioned reads; then [`write_atomically`].
//!
//! A new format is one file in `formats/` and one line in the list of `formats.rs`.
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

mod bids;
mod file_contents;
mod layer;
mod open;

mod arrangement;
mod axes;
mod convention;
mod options;

mod feature_drop;
mod feature_survey;
mod sensors;
mod voxels;

mod labels;
mod part_file;
mod pattern_file;
mod rdms;

mod format;
mod formats;

mod byte_source;
mod contents;
mod held_columns;
mod held_input;
mod inflated;
mod natural_order;
mod parsed;
mod rdm_form;
mod row_labels;
mod run_axis;
mod stored;

mod layout;
mod number;
mod plain_text;
mod positioned;
mod precision;

mod atomic;

#[cfg(test)]
mod tests;

pub use atomic::{abandon_unfinished, write_atomically};
pub use axes::{Axes, AxisName};
pub use bids::BidsName;
pub use convention::{AppliedConvention, Convention};
pub use file_contents::{FileContents, ListedArray, list_contents};
pub use formats::gifti::{Surface, read_surface};
pub use formats::nifti::write_nifti;
pub use formats::npy::{self, FloatWidth};
pub use formats::npz::{Compression, NpzWriter};
pub use held_input::{HeldArray, HeldInput, HeldInputs};
pub use labels::{ColumnTable, LabelRole, ensure_label_count, read_columns, read_labels};
pub use layer::Layer;
pub use open::{LayerSource, holds_sensors, holds_volumes, list_input_files, open, open_all_features, split_address};
pub use options::{Diagonal, DropFeatures, OpenOptions, Presence, RegionOptions, Similarities, TableOptions};
pub use part_file::{PartFile, UnreadPart, open_part, read_part, write_part};
pub use pattern_file::PatternFile;
pub use positioned::stem;
pub use rdms::{
    RdmMovie, RdmPlace, StoredRdms, rdms_bytes, read_movie, read_rdms, write_mat_rdms, write_rdms, write_square_table,
    write_toolbox_rdms, write_triangles,
};
pub use sensors::{Channel, ChannelKind, Epochs, SampleTimes, TimeWindow, open_epochs};
pub use voxels::{BrainStructure, Grayordinates, VolumeFile, VolumeGeometry, read_mask};

/// The example of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct IoReadmeDoctests;
