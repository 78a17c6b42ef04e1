//! [`write_toolbox_rdms`]: RDMs as rsatoolbox loads them.

use std::io::{self, Write};

use rsa_core::{Error, Rdm};

use super::{
    hdf5_objects::{GroupLinks, Hdf5Objects},
    triangles,
};
use crate::contents::CONDITIONS;

/// Writes matrices of the same conditions as an HDF5 file that `rsatoolbox.rdm.load_rdm` loads, and
/// [`read_rdms`](crate::read_rdms) too.
///
/// `measure` becomes the measure of dissimilarity. Labels become the pattern descriptor `conditions`, names the RDM
/// descriptor `name`. Dissimilarities that the rounding ties are written as
/// [one number](Rdm::with_ties_made_equal), because the file has no place for the rounding.
///
/// # Errors
/// The errors of [`write_rdms`](crate::write_rdms); `InvalidInput` for a label or name that is not ASCII, which
/// rsatoolbox cannot load.
pub fn write_toolbox_rdms(mut writer: impl Write, rdms: &[(String, Rdm)], measure: &str) -> io::Result<()> {
    let triangles = triangles(rdms, Rdm::with_ties_made_equal)?;
    let (count, n_pairs) = triangles.dim();
    let conditions = rdms[0].1.conditions();
    let names: Vec<_> = rdms.iter().map(|(name, _)| name.as_str()).collect();
    let labels: Option<Vec<_>> = conditions.labels().map(|labels| labels.iter().map(String::as_str).collect());
    for text in labels.iter().flatten().chain(&names) {
        ensure_ascii(text)?;
    }
    let mut file = Hdf5Objects::new();
    let mut patterns = GroupLinks::default().with("index", file.add_index(conditions.count()));
    if let Some(labels) = labels {
        patterns = patterns.with(CONDITIONS, file.add_texts(&labels));
    }
    let of_rdms = GroupLinks::default().with("index", file.add_index(count)).with("name", file.add_texts(&names));
    let root = GroupLinks::default()
        .with("descriptors", file.add_group(GroupLinks::default()))
        .with("dissimilarities", file.add_floats(&[count, n_pairs], triangles))
        .with("pattern_descriptors", file.add_group(patterns))
        .with("rdm_descriptors", file.add_group(of_rdms))
        .with_text("dissimilarity_measure", &file.add_heap_text(measure));
    let root = file.add_group(root);
    writer.write_all(&file.finish(root))
}

fn ensure_ascii(text: &str) -> io::Result<()> {
    if text.is_ascii() {
        return Ok(());
    }
    let reason = format!("'{text}' is not ASCII, and rsatoolbox cannot load it; rename it, or write .npz or .mat");
    Err(io::Error::new(io::ErrorKind::InvalidInput, Error::format(reason)))
}
