//! [`FileFormat`]: the interface between the crate and one file format.

use std::path::{Path, PathBuf};

use rsa_core::{Error, Result};

use crate::{contents::Contents, options::OpenOptions, positioned::extension, sensors::Epochs};

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

    /// Returns the other files that are read with the file at `path`, as far as they are there.
    fn companions(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Returns `true` if files of this format hold trials or recordings of sensors.
    fn is_of_sensors(&self) -> bool {
        false
    }

    /// Opens the trials of the file at `path`, all channels and times.
    ///
    /// # Errors
    /// `Format` if the format has no trials; those of [`open`](Self::open).
    fn open_epochs(&self, _: &Path, _: &OpenOptions) -> Result<Epochs> {
        Err(Error::format(format!(
            "is of the format {}, which has no trials of sensors; FIF, BrainVision and EDF have",
            self.name()
        )))
    }

    /// Lists the arrays of the file at `path`.
    ///
    /// # Errors
    /// `Io` if the file cannot be read, `Format` if it is malformed.
    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Contents>;
}
