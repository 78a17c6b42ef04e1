//! Bytes of small files for tests, put together by hand: nothing here uses the code under test.

use std::path::Path;

use rsa_core::Result;
use tempfile::TempDir;

use crate::{LayerSource, OpenOptions, open};

/// A folder with these files.
pub(crate) fn folder<B: AsRef<[u8]>>(files: &[(&str, B)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// Opens `path` without options.
pub(crate) fn open_path(path: &Path) -> Result<LayerSource> {
    open(path.to_str().unwrap(), &OpenOptions::default())
}

/// Opens a file of this name and these bytes. The file is gone at once: its layers read through their handle.
pub(crate) fn open_bytes(name: &str, bytes: &[u8]) -> Result<LayerSource> {
    let folder = folder(&[(name, bytes)]);
    open_path(&folder.path().join(name))
}

/// A `.npy` array of version 1.0; `shape` as Python writes it.
pub(crate) fn npy(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let text = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let length = (text.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00".as_slice(), &length, text.as_bytes(), data].concat()
}

/// A `.safetensors` file.
pub(crate) fn safetensors(header: &str, data: &[u8]) -> Vec<u8> {
    [(header.len() as u64).to_le_bytes().as_slice(), header.as_bytes(), data].concat()
}

/// The numbers as little-endian `f64`.
pub(crate) fn doubles(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// A zip archive of stored entries, each with name, contents, claimed size and true checksum.
pub(crate) struct Zip {
    files: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl Zip {
    pub(crate) fn new() -> Self {
        Self { files: Vec::new(), directory: Vec::new(), count: 0 }
    }

    /// Adds an entry as it is.
    pub(crate) fn stored(self, name: &str, contents: &[u8]) -> Self {
        self.entry(name, 0, 0, contents, contents.len() as u32, crc32(contents))
    }

    /// Adds an entry whose fields may lie. Method 0 is stored, 8 deflated; flag 1 is encrypted.
    pub(crate) fn entry(mut self, name: &str, flags: u16, method: u16, bytes: &[u8], size: u32, crc: u32) -> Self {
        let mut shared = Vec::new();
        shared.extend(20u16.to_le_bytes());
        shared.extend(flags.to_le_bytes());
        shared.extend(method.to_le_bytes());
        // The first day of 1980, midnight.
        shared.extend([0, 0, 0x21, 0]);
        shared.extend(crc.to_le_bytes());
        shared.extend((bytes.len() as u32).to_le_bytes());
        shared.extend(size.to_le_bytes());
        shared.extend((name.len() as u16).to_le_bytes());
        // No extra fields.
        shared.extend([0, 0]);
        let start = self.files.len() as u32;
        self.files.extend(b"PK\x03\x04");
        self.files.extend(&shared);
        self.files.extend(name.as_bytes());
        self.files.extend(bytes);
        self.directory.extend(b"PK\x01\x02\x14\x00");
        self.directory.extend(&shared);
        // No comment, first disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(start.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.count += 1;
        self
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        let mut bytes = self.files;
        let start = bytes.len() as u32;
        bytes.extend(&self.directory);
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend(self.count.to_le_bytes());
        bytes.extend(self.count.to_le_bytes());
        bytes.extend((self.directory.len() as u32).to_le_bytes());
        bytes.extend(start.to_le_bytes());
        bytes.extend([0, 0]);
        bytes
    }
}

/// The checksum of the zip format, bit by bit.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
