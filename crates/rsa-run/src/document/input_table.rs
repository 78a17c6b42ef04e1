//! The table of input files, with their sizes and hashes.

use std::{fs::File, io, path::PathBuf};

use rsa_plot::report::{Cell, Column, Table};
use rsakit::{Error, Result};

use crate::{hashes::sha256, inputs::Input};

/// Returns all files of `inputs`, the files of a folder one by one.
pub(super) fn table(inputs: &[Input]) -> Result<Table> {
    let mut rows = Vec::new();
    for Input { name, holds, .. } in inputs {
        for file in files(name)? {
            let (size, hash) = match File::open(&file).and_then(sha256) {
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
    let (path, _) = rsa_io::split_address(input);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_an_array_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc.npz");
        std::fs::write(&path, "abc").unwrap();
        assert_eq!(files(&format!("{}::x", path.display())).unwrap(), [path]);
    }
}
