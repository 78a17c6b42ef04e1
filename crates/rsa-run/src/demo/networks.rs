//! The activations that come with the library.
//!
//! Ten convolutional networks of different seeds (3×3 convolutions 16, 16, 32/2, 32, 32, 64/2, 64, 1×1 64; batch
//! normalization, ReLU, global average pooling), trained on the UCI handwritten digits that scikit-learn bundles: spatial
//! means of eight layers and the logits, for the first 15 held-out images of each digit, as 16-bit floats. Rows are
//! labeled digit-number. Test accuracies are .977 to .990.

use std::path::{Path, PathBuf};

use rsakit::Result;

use super::demo_files::DemoFiles;

/// Number of networks.
pub(super) const N_NETWORKS: usize = 10;

const NETWORKS: [&[u8]; N_NETWORKS] = [
    include_bytes!("../../data/net0.npz"),
    include_bytes!("../../data/net1.npz"),
    include_bytes!("../../data/net2.npz"),
    include_bytes!("../../data/net3.npz"),
    include_bytes!("../../data/net4.npz"),
    include_bytes!("../../data/net5.npz"),
    include_bytes!("../../data/net6.npz"),
    include_bytes!("../../data/net7.npz"),
    include_bytes!("../../data/net8.npz"),
    include_bytes!("../../data/net9.npz"),
];

/// The images: 64 pixels from 0 to 16 each, and for each digit whether the image shows it.
const IMAGES: &[u8] = include_bytes!("../../data/images.npz");

/// Writes net0.npz to net9.npz and images.npz.
///
/// # Errors
/// The errors of [`DemoFiles::write`].
pub(super) fn write(folder: &mut DemoFiles) -> Result<()> {
    let names: Vec<String> = (0..N_NETWORKS).map(name).collect();
    let networks = names.iter().map(String::as_str).zip(NETWORKS);
    let files: Vec<(&str, &[u8])> = networks.chain([("images.npz", IMAGES)]).collect();
    files.iter().try_for_each(|(name, bytes)| folder.ensure_replaceable(name, Some(bytes)))?;
    folder.write(&files)
}

/// Returns the files of the networks in `folder`.
pub(super) fn paths(folder: &Path) -> Vec<PathBuf> {
    (0..N_NETWORKS).map(|k| folder.join(name(k))).collect()
}

fn name(k: usize) -> String {
    format!("net{k}.npz")
}
