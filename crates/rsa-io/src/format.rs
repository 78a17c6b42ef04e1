//! [`FileFormat`]: the interface between the crate and one file format.

use std::path::Path;

use rsa_core::Result;

use crate::{contents::Contents, options::OpenOptions, positioned::extension};

/// One file format.
///
/// A format recognizes its files (`sniff`), and lists the arrays of a file (`open`) without reading more than it must.
/// Each listed array is [`Numbers`](crate::contents::Numbers), which read blocks when they are asked to. The rest of
/// the crate knows formats by this trait alone: a new format is one file and one line in
/// [`FORMATS`](crate::formats::FORMATS).
pub(crate) trait FileFormat: Sync {
    /// Returns the name of the format for people.
    fn name(&self) -> &'static str;

    /// Returns the extensions of the files of this format, in lower case.
    fn extensions(&self) -> &'static [&'static str];

    /// Returns `true` if `path` is a file of this format; by its extension, unless a format can tell better.
    fn sniff(&self, path: &Path) -> bool {
        self.extensions().contains(&extension(path).as_str())
    }

    /// Returns `true` if a file holds several arrays by name, so that an array in a folder goes by `file/array`.
    fn names_arrays(&self) -> bool {
        false
    }

    /// Returns `true` if a folder reads its files of this format: not where they are as often notes as data.
    fn is_read_in_folders(&self) -> bool {
        true
    }

    /// Returns `true` if the file at `path` is read together with another one, by whose name it goes.
    fn is_beside_another(&self, _: &Path) -> bool {
        false
    }

    /// Lists the arrays of the file at `path`.
    ///
    /// # Errors
    /// `Io` if the file cannot be read, `Format` if it is malformed.
    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Contents>;
}
