//! The activations that come with the program.
//!
//! Ten convolutional networks of different seeds (3×3 convolutions 16, 16, 32/2, 32, 32, 64/2, 64, 1×1 64; batch
//! normalisation, ReLU, global average pooling), trained on the UCI handwritten digits that scikit-learn bundles: spatial
//! means of eight layers and the logits, for the first 15 held-out images of each digit, as 16-bit floats. Rows are
//! labelled digit-number. Test accuracies are .977 to .990.

use std::path::{Path, PathBuf};

use crate::verdict::Failure;

const NETWORKS: [&[u8]; 10] = [
    include_bytes!("../../../rsa-run/data/net0.npz"),
    include_bytes!("../../../rsa-run/data/net1.npz"),
    include_bytes!("../../../rsa-run/data/net2.npz"),
    include_bytes!("../../../rsa-run/data/net3.npz"),
    include_bytes!("../../../rsa-run/data/net4.npz"),
    include_bytes!("../../../rsa-run/data/net5.npz"),
    include_bytes!("../../../rsa-run/data/net6.npz"),
    include_bytes!("../../../rsa-run/data/net7.npz"),
    include_bytes!("../../../rsa-run/data/net8.npz"),
    include_bytes!("../../../rsa-run/data/net9.npz"),
];

/// The images themselves: 64 pixels from 0 to 16 each, and for each digit whether an image shows it.
const IMAGES: &[u8] = include_bytes!("../../../rsa-run/data/images.npz");

/// Writes net0.npz to net9.npz and images.npz into `folder`, replacing them; returns the files of the networks.
pub(super) fn write(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::impossible(format_args!("making the folder {}: {error}", folder.display())))?;
    let write = |path: &Path, bytes: &[u8]| {
        rsa_io::write_atomically(path, true, |file| file.write_all(bytes)).map_err(Failure::impossible)
    };
    write(&folder.join("images.npz"), IMAGES)?;
    NETWORKS
        .iter()
        .enumerate()
        .map(|(k, bytes)| {
            let path = folder.join(format!("net{k}.npz"));
            write(&path, bytes)?;
            Ok(path)
        })
        .collect()
}
