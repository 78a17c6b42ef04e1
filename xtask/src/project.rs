//! [`Project`]: the files, sources and packages of the repository, read once.

mod files;
mod manifest;
mod packages;

use std::path::Path;

pub(crate) use files::TextFile;
pub(crate) use manifest::{dependencies, entries};
pub(crate) use packages::{DependencyKind, Package};

use crate::source::{RustFile, blank_test_files};

/// The repository: its text files, its Rust sources and its packages.
pub(crate) struct Project {
    pub(crate) files: Vec<TextFile>,
    pub(crate) sources: Vec<RustFile>,
    pub(crate) packages: Vec<Package>,
}

impl Project {
    /// Reads the repository at `root`.
    pub(crate) fn read(root: &Path) -> Result<Self, String> {
        let files = files::read(root)?;
        let mut sources: Vec<_> = files
            .iter()
            .filter(|file| file.path.ends_with(".rs"))
            .map(|file| RustFile::new(&file.path, &file.text))
            .collect();
        blank_test_files(&mut sources);
        let packages = packages::from_metadata(&packages::metadata()?, &files)?;
        Ok(Self { files, sources, packages })
    }
}
