//! Reading of arbitrary bytes by every function of rsa-io that takes a file of this kind.
//!
//! Each function returns for a value and for an error alike; a panic, an abort, a hang, or an error that does not name
//! the file is a finding.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use rsa_io::{LabelRole, LayerSource, OpenOptions, RegionOptions};
use tempfile::TempDir;

/// Folder of the one file that is read again and again, in memory where the system has such a place.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.expect("a folder for the file that is read")
});

/// Largest array that is read, in numbers: a header may claim any size that its file can hold when it is inflated.
const MAX_VALUES: usize = 1 << 20;

/// Reads `bytes` as layers and as RDMs from a file `name`.
pub fn read_data(name: &str, bytes: &[u8]) {
    let path = write(name, bytes);
    let input = path.to_string_lossy();
    let options = OpenOptions::default();
    if let Some(source) = named(rsa_io::open(&input, &options), name) {
        read_layers(&source, name);
    }
    if rsa_io::rdms_bytes(&input, &options) <= MAX_VALUES * size_of::<f64>() {
        named(rsa_io::read_rdms(&input, &options), name);
    }
}

/// Reads `bytes` as volumes in a file `name` that is its own mask and its own atlas.
pub fn read_voxels(name: &str, bytes: &[u8]) {
    let path = write(name, bytes);
    let regions = Some(RegionOptions { atlas: path.clone(), names: None });
    let options = OpenOptions { mask: Some(path.clone()), regions, ..OpenOptions::default() };
    if let Some(source) = named(rsa_io::open(&path.to_string_lossy(), &options), name) {
        read_layers(&source, name);
    }
}

/// Reads `bytes` as the surface in a file `name`.
pub fn read_surface(name: &str, bytes: &[u8]) {
    named(rsa_io::read_surface(&write(name, bytes)), name);
}

/// Reads `bytes` as trials of sensors in a file `name`, with a window and a baseline too.
pub fn read_trials(name: &str, bytes: &[u8]) {
    let path = write(name, bytes);
    let input = path.to_string_lossy();
    let window = "-0.05..0.1".parse().ok();
    for options in [OpenOptions::default(), OpenOptions { window, baseline: window, ..OpenOptions::default() }] {
        if let Some(epochs) = named(rsa_io::open_epochs(&input, &options), name) {
            let (n, values) = (epochs.n_trials(), epochs.channels().len().saturating_mul(epochs.times().count()));
            if values <= MAX_VALUES {
                named(epochs.read_trials(n - 1..n), name);
            }
        }
        if let Some(source) = named(rsa_io::open(&input, &options), name) {
            read_layers(&source, name);
        }
    }
}

/// Reads `bytes` as labels of every role from a file `name`.
pub fn read_labels(name: &str, bytes: &[u8]) {
    let path = write(name, bytes);
    for role in [LabelRole::Conditions, LabelRole::Runs, LabelRole::Groups] {
        named(rsa_io::read_labels(&path, role), name);
    }
}

/// Reads `bytes` as a part of a divided computation.
pub fn read_part(bytes: &[u8]) {
    let path = write("part.npz", bytes);
    if let Some(part) = named(rsa_io::open_part(&path), "part.npz")
        && part.bytes() <= MAX_VALUES * size_of::<f64>()
    {
        named(part.read(), "part.npz");
    }
}

/// Writes `bytes` to a file `name` beside those that are read, and returns its path.
pub fn write(name: &str, bytes: &[u8]) -> PathBuf {
    let path = FOLDER.path().join(name);
    std::fs::write(&path, bytes).expect("a file can be written");
    path
}

fn read_layers(source: &LayerSource, name: &str) {
    for layer in source.layers() {
        let values = layer.shape().iter().fold(1usize, |product, &n| product.saturating_mul(n));
        if values <= MAX_VALUES {
            named(layer.read(), name);
        }
    }
}

/// Returns the value, and panics on an error that does not name the file.
fn named<T, E: Display>(result: Result<T, E>, name: &str) -> Option<T> {
    let error = match result {
        Ok(value) => return Some(value),
        Err(error) => error.to_string(),
    };
    assert!(error.contains(name), "the error does not name {name}: {error}");
    None
}
