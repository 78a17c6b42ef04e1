//! Running the program, and files for it to read.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

use ndarray::Array2;
use rsa_io::{Compression, FloatWidth, NpzWriter, npy};
use serde_json::Value;

/// Output of a run, and its exit status.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

/// Runs `rsakit` with `arguments` in `folder`.
pub(crate) fn rsakit(folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_rsakit")).args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { status: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// n conditions × p features without a pattern.
pub(crate) fn waves(n: usize, p: usize, shift: usize) -> Array2<f64> {
    Array2::from_shape_fn((n, p), |(i, j)| (((i + 1) * (i + 1) * (j + 2) + shift * i) as f64).sin())
}

/// Writes an `.npz` file of named layers, with labels if there are any.
pub(crate) fn write_npz(folder: &Path, name: &str, layers: &[(&str, Array2<f64>)], labels: &[String]) -> PathBuf {
    let path = folder.join(name);
    let mut npz = NpzWriter::new(File::create(&path).unwrap(), Compression::Stored);
    for (name, values) in layers {
        npz.add_matrix(name, values.view(), FloatWidth::F64).unwrap();
    }
    if !labels.is_empty() {
        npz.add_strings("conditions", labels).unwrap();
    }
    npz.finish().unwrap();
    path
}

/// Writes an `.npy` file of one array.
pub(crate) fn write_npy(folder: &Path, name: &str, values: &Array2<f64>) {
    npy::write_matrix(File::create(folder.join(name)).unwrap(), values.view(), FloatWidth::F64).unwrap();
}
