//! Damaged files: whatever is cut off or changed, reading returns a value or an error, soon, and never panics.

use std::path::Path;

use ndarray::Array2;
use rsa_core::{Conditions, Rdm, Result, RowBlocks};

use super::samples::{self, doubles, open_path};
use crate::{
    Compression, FloatWidth, LabelRole, NpzWriter, OpenOptions, npy, read_labels, read_part, read_rdms, write_part,
    write_rdms,
};

/// Writes `bytes` to `path`, opens and reads everything in it, and returns `true` if all of it succeeded.
fn survives(path: &Path, bytes: &[u8]) -> bool {
    std::fs::write(path, bytes).unwrap();
    read_otherwise(path);
    let Some(source) = named(path, open_path(path)) else { return false };
    let mut sound = true;
    for layer in source.layers() {
        sound &= named(path, layer.read()).is_some();
        let n = layer.n_conditions();
        let mut block = Array2::zeros((1, layer.n_features()));
        sound &= named(path, layer.read_rows(n - 1..n, block.view_mut())).is_some();
    }
    sound
}

/// Reads the file as RDMs, as labels and as a part of a computation.
fn read_otherwise(path: &Path) {
    named(path, read_rdms(path.to_str().unwrap(), &OpenOptions::default()));
    named(path, read_labels(path, LabelRole::Conditions));
    named(path, read_part(path));
}

/// Returns the value, if there is one; an error must name the file.
fn named<T>(path: &Path, result: Result<T>) -> Option<T> {
    let error = match result {
        Ok(value) => return Some(value),
        Err(error) => error.to_string(),
    };
    let name = path.file_name().unwrap().to_str().unwrap();
    assert!(error.contains(name), "{name} is not named: {error}");
    None
}

/// A part of a computation.
fn part() -> Vec<u8> {
    let mut bytes = Vec::new();
    write_part(&mut bytes, "sums", "{}", &[("products", Array2::ones((2, 2)).view())]).unwrap();
    bytes
}

/// Three RDMs of three conditions, which are also a layer of three labeled rows.
fn rdms() -> Vec<u8> {
    let rdm = Rdm::new(vec![1.0, 2.0, 3.0]).unwrap().with_conditions(Conditions::labeled(["a", "b", "c"])).unwrap();
    let mut bytes = Vec::new();
    write_rdms(&mut bytes, &["one", "two", "three"].map(|name| (name.to_owned(), rdm.clone()))).unwrap();
    bytes
}

fn archive(compression: Compression) -> Vec<u8> {
    let mut npz = NpzWriter::new(Vec::new(), compression);
    npz.add_matrix("a", Array2::ones((3, 2)).view(), FloatWidth::F32).unwrap();
    npz.add_strings("conditions", &["cat", "dog", "owl"]).unwrap();
    npz.finish().unwrap()
}

/// An archive whose labels are objects.
fn with_pickled_labels() -> Vec<u8> {
    let x = samples::npy("<f8", false, "(4, 1)", &doubles(&[1.0; 4]));
    samples::Zip::new()
        .stored("x.npy", &x)
        .stored("conditions.npy", include_bytes!("../../tests/data/pickled/repeated.npy"))
        .finish()
}

/// A sound file of every kind.
fn sound_files() -> Vec<(&'static str, Vec<u8>)> {
    let mut written = Vec::new();
    npy::write_matrix(&mut written, Array2::ones((3, 2)).view(), FloatWidth::F64).unwrap();
    let header = r#"{"x":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]}}"#;
    vec![
        ("x.npy", written),
        ("x.npy", samples::npy("<f4", true, "(2, 2, 1)", &[0; 16])),
        ("x.npz", archive(Compression::Stored)),
        ("x.npz", archive(Compression::Deflated)),
        ("x.npz", with_pickled_labels()),
        ("x.npz", part()),
        ("x.npz", rdms()),
        ("x.npz", include_bytes!("../../tests/data/stored.npz").to_vec()),
        ("x.npz", include_bytes!("../../tests/data/deflated.npz").to_vec()),
        ("x.safetensors", samples::safetensors(header, &doubles(&[1.0, 2.0]))),
        ("x.mat", include_bytes!("../../tests/data/mat/labels_char.mat").to_vec()),
        ("x.mat", include_bytes!("../../tests/data/mat/nested_compressed.mat").to_vec()),
        ("x.nii", include_bytes!("../../tests/data/nifti/qform_turned_1.nii").to_vec()),
        ("x.nii.gz", include_bytes!("../../tests/data/nifti/compressed.nii.gz").to_vec()),
        ("x.csv", "\u{feff}name,a,b\ncat,1,2\n\"dog\",3,4\n".into()),
        ("x.csv", "cat;-1,5;2;\r\ndog;0,25;3;\r\n".into()),
        ("x.txt", "# by hand\n\"a\" \"b\"\n\"big dog\" 1  2\r\"cat\" 3  4\n".into()),
    ]
}

#[test]
fn every_truncation_is_survived() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in sound_files() {
        let path = folder.path().join(name);
        assert!(survives(&path, &bytes), "{name}");
        for length in 0..bytes.len() {
            let whole = survives(&path, &bytes[..length]);
            // A table, or a list of variables, may lose its end and still be one; the others say how long they are.
            let may_be_whole = matches!(name, "x.csv" | "x.txt" | "x.mat");
            assert!(!whole || may_be_whole, "{name} cut to {length} of {} bytes", bytes.len());
        }
    }
}

#[test]
fn every_changed_byte_is_survived() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in sound_files() {
        let path = folder.path().join(name);
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            for value in [0, b'9', b'(', b'\'', 0x7f, 0xff, bytes[place] ^ 1, bytes[place] ^ 0x20] {
                changed[place] = value;
                survives(&path, &changed);
            }
        }
    }
}

#[test]
fn random_damage_is_survived() {
    // A linear congruential generator is random enough here and the same everywhere.
    let mut state = 7u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in sound_files() {
        let path = folder.path().join(name);
        for _ in 0..2_000 {
            let mut changed = bytes.clone();
            for _ in 0..=next(8) {
                let place = next(changed.len());
                match next(4) {
                    0 => changed[place] = next(256) as u8,
                    1 => changed.insert(place, next(256) as u8),
                    2 if changed.len() > 1 => drop(changed.remove(place)),
                    // Numbers of four or eight bytes at once, to reach sizes and offsets.
                    _ => {
                        let end = (place + 4 * (1 + next(2))).min(changed.len());
                        let value = [0, 1, 0x7f, 0xff][next(4)];
                        changed[place..end].fill(value);
                    }
                }
            }
            survives(&path, &changed);
        }
    }
}

/// Files of HDF5, which are large for what they hold.
const HDF5_FILES: [(&str, &[u8]); 7] = [
    ("x.h5", include_bytes!("../../tests/data/hdf5/storage_earliest.h5")),
    ("x.h5", include_bytes!("../../tests/data/hdf5/storage_latest.h5")),
    ("x.h5", include_bytes!("../../tests/data/hdf5/plain.h5")),
    ("x.h5", include_bytes!("../../tests/data/hdf5/toolbox_rdms.h5")),
    ("x.nc", include_bytes!("../../tests/data/hdf5/assembly.nc")),
    ("x.mat", include_bytes!("../../tests/data/hdf5/mat73_values.mat")),
    ("x.mat", include_bytes!("../../tests/data/hdf5/mat73_rdms.mat")),
];

#[test]
fn truncated_hdf5_is_survived() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in HDF5_FILES {
        let path = folder.path().join(name);
        for length in (0..bytes.len()).step_by(64) {
            survives(&path, &bytes[..length]);
        }
    }
}

#[test]
fn changed_hdf5_is_survived() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in HDF5_FILES {
        let path = folder.path().join(name);
        // Sizes and addresses have eight bytes: an odd step reaches each of their bytes.
        for place in (0..bytes.len()).step_by(61) {
            let mut changed = bytes.to_vec();
            for value in [0, 0x7f, 0xff, bytes[place] ^ 1] {
                changed[place] = value;
                survives(&path, &changed);
            }
            let end = (place + 8).min(changed.len());
            changed[place..end].fill(0x7f);
            survives(&path, &changed);
        }
    }
}
