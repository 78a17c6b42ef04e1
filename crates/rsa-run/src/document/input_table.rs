//! The table of input files, with their sizes and hashes.

use std::{
    fmt::Write,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use rsa_plot::report::{Cell, Column, Table};
use rsakit::{Error, Result};
use sha2::{Digest, Sha256};

use crate::inputs::Input;

/// Returns all files of `inputs`, the files of a folder one by one.
pub(super) fn table(inputs: &[Input]) -> Result<Table> {
    let mut rows = Vec::new();
    for Input { name, holds, .. } in inputs {
        for file in files(name)? {
            let (size, hash) = match hash(&file) {
                Ok((bytes, hash)) => {
                    (Cell::Number { value: bytes as f64, shown: bytes.to_string(), strong: false }, hash)
                }
                // Parts may be merged on a machine that does not have their inputs.
                Err(error) if error.kind() == io::ErrorKind::NotFound => (Cell::maybe(None, 0), "not here".to_owned()),
                Err(error) => return Err(Error::io(file.display().to_string(), error)),
            };
            rows.push((file.display().to_string(), vec![Cell::Words(holds.clone()), size, Cell::Words(hash)]));
        }
    }
    rows.dedup();
    Ok(Table {
        id: "input-files".to_owned(),
        name: "inputs".to_owned(),
        caption: "Files as they are when this is written".to_owned(),
        columns: vec![
            Column::Words("file".to_owned()),
            Column::Words("holds".to_owned()),
            Column::Numbers("bytes".to_owned()),
            Column::Hashes("SHA-256".to_owned()),
        ],
        rows,
    })
}

/// Returns the file of `FILE` or `FILE::NAME`, or the files of a folder.
fn files(input: &str) -> Result<Vec<PathBuf>> {
    let path = Path::new(input);
    let path = match (path.exists(), input.rsplit_once("::")) {
        (false, Some((file, _))) => Path::new(file),
        _ => path,
    };
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let read = || -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?.path();
            if entry.is_file() {
                files.push(entry);
            }
        }
        files.sort();
        Ok(files)
    };
    read().map_err(|error| Error::io(path.display().to_string(), error))
}

/// Returns the number of bytes and their SHA-256.
fn hash(path: &Path) -> io::Result<(u64, String)> {
    let (mut file, mut hasher, mut bytes) = (File::open(path)?, Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
        bytes += count as u64;
    }
    let mut text = String::new();
    for byte in hasher.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    Ok((bytes, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standard() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc.txt");
        std::fs::write(&path, "abc").unwrap();
        // FIPS 180-4, example of one block.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash(&path).unwrap(), (3, known.to_owned()));
        assert_eq!(files(&format!("{}::x", path.display())).unwrap(), [path]);
    }
}
