//! [`DemoFiles`]: the files that a demo writes, and the list by which a later demo recognizes them.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use rsakit::{Error, Result};

use crate::hashes::sha256;

/// List of the files in the folder, with their hashes.
const LIST: &str = "demo-files.txt";

/// First line of the list.
const HEADING: &str = "Files of rsakit demo. A later demo replaces them unless they have changed. SHA-256, name:";

/// Folder of a demo. A file in it is replaced only if a demo wrote it and nobody changed it.
pub(super) struct DemoFiles {
    folder: PathBuf,
    /// Hash of each file by its name.
    hashes: BTreeMap<String, String>,
}

impl DemoFiles {
    /// Makes the folder if there is none, and reads the list of an earlier demo.
    ///
    /// # Errors
    /// `InvalidParameter` if a file of another origin has the name of the list; `Io`.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)
            .map_err(|error| Error::io(format!("making the folder {}", folder.display()), error))?;
        let mut files = Self { folder: folder.to_owned(), hashes: BTreeMap::new() };
        if let Some(list) = files.read(LIST)? {
            files.hashes = parse(&String::from_utf8_lossy(&list)).ok_or_else(|| files.foreign(LIST))?;
        }
        Ok(files)
    }

    /// Refuses a file that a demo did not write. A file with the bytes of `new` may stand there in any case.
    ///
    /// # Errors
    /// `InvalidParameter` naming the file; `Io`.
    pub(super) fn ensure_replaceable(&self, name: &str, new: Option<&[u8]>) -> Result<()> {
        match self.read(name)? {
            Some(there) if Some(there.as_slice()) != new && self.hashes.get(name) != Some(&hash(&there)) => {
                Err(self.foreign(name))
            }
            _ => Ok(()),
        }
    }

    /// Writes files, then the list.
    ///
    /// # Errors
    /// The errors of [`ensure_replaceable`](Self::ensure_replaceable), and of writing.
    pub(super) fn write(&mut self, files: &[(&str, &[u8])]) -> Result<()> {
        for &(name, bytes) in files {
            self.ensure_replaceable(name, Some(bytes))?;
            rsa_io::write_atomically(&self.folder.join(name), true, |file| file.write_all(bytes))?;
            self.hashes.insert(name.to_owned(), hash(bytes));
        }
        let lines = self.hashes.iter().map(|(name, hash)| format!("{hash}  {name}\n"));
        let list = format!("{HEADING}\n{}", lines.collect::<String>());
        rsa_io::write_atomically(&self.folder.join(LIST), true, |file| file.write_all(list.as_bytes()))
    }

    /// Reads a file of the folder, if there is one.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.folder.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io(format!("reading {}", path.display()), error)),
        }
    }

    fn foreign(&self, name: &str) -> Error {
        let requirement = "a folder in which every file of the demo is new or unchanged; choose another folder, or remove \
                           the file";
        let path = self.folder.join(name);
        Error::invalid_parameter("--out", requirement, format_args!("{}, which the demo did not write", path.display()))
    }
}

/// Reads a list; `None` if a demo did not write it.
fn parse(list: &str) -> Option<BTreeMap<String, String>> {
    let lines = list.strip_prefix(HEADING)?.lines().skip(1);
    lines.map(|line| line.split_once("  ").map(|(hash, name)| (name.to_owned(), hash.to_owned()))).collect()
}

fn hash(bytes: &[u8]) -> String {
    let (_, hash) = sha256(bytes).expect("reading memory does not fail");
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_demo_are_replaced_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mut files = DemoFiles::open(folder.path()).unwrap();
        files.write(&[("report.html", b"first")]).unwrap();
        let mut later = DemoFiles::open(folder.path()).unwrap();
        later.write(&[("report.html", b"second")]).unwrap();
        fs::write(at("report.html"), "mine").unwrap();
        fs::write(at("net0.npz"), "the same").unwrap();
        let mut last = DemoFiles::open(folder.path()).unwrap();
        let error = last.write(&[("report.html", b"third")]).unwrap_err();
        assert_eq!(error.kind().name(), "InvalidParameter");
        assert!(error.to_string().contains("report.html, which the demo did not write"), "{error}");
        assert_eq!(fs::read(at("report.html")).unwrap(), b"mine");
        assert!(last.ensure_replaceable("net0.npz", Some(b"the same")).is_ok());
        assert!(last.ensure_replaceable("net0.npz", None).is_err());
        fs::write(at(LIST), "my own list").unwrap();
        assert!(DemoFiles::open(folder.path()).is_err());
    }
}
