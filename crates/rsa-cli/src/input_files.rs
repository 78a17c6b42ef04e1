//! [`InputFiles`]: the files that a command reads, which no output may replace.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::verdict::Failure;

/// Files that a command reads.
#[derive(Clone, Debug, Default)]
pub(crate) struct InputFiles(Vec<PathBuf>);

impl InputFiles {
    /// Lists the files of inputs: `FILE`, `FILE::NAME` or folders.
    pub(crate) fn new<'a>(inputs: impl IntoIterator<Item = &'a String>) -> Self {
        Self(inputs.into_iter().flat_map(|input| rsa_io::list_input_files(input)).collect())
    }

    /// Adds inputs that options name.
    pub(crate) fn with_paths<'a>(mut self, paths: impl IntoIterator<Item = &'a PathBuf>) -> Self {
        self.0.extend(paths.into_iter().flat_map(|path| rsa_io::list_input_files(&path.to_string_lossy())));
        self
    }

    /// Adds inputs that options name as `FILE`, `FILE::NAME` or folders.
    pub(crate) fn with_inputs<'a>(mut self, inputs: impl IntoIterator<Item = &'a String>) -> Self {
        self.0.extend(Self::new(inputs).0);
        self
    }

    /// Refuses an output that is one of the files, by another name, a symbolic link or a hard link too.
    pub(crate) fn ensure_not_replaced_by(&self, output: &Path) -> Result<(), Failure> {
        let Some(output_file) = FileIdentity::of(output) else { return Ok(()) };
        match self.0.iter().find(|input| FileIdentity::of(input).as_ref() == Some(&output_file)) {
            None => Ok(()),
            Some(input) if input == output => Err(Failure::usage(format_args!(
                "{} is an input, and an output never replaces an input; choose another name",
                output.display()
            ))),
            Some(input) => Err(Failure::usage(format_args!(
                "{} is the input {}, and an output never replaces an input; choose another name",
                output.display(),
                input.display()
            ))),
        }
    }
}

/// Identity of a regular file, equal for all paths and links to it.
#[derive(PartialEq, Eq)]
struct FileIdentity {
    #[cfg(unix)]
    device_and_inode: (u64, u64),
    #[cfg(not(unix))]
    path: PathBuf,
}

impl FileIdentity {
    /// Returns the identity of the file that a path leads to; `None` if it leads to no regular file.
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Some(Self { device_and_inode: (metadata.dev(), metadata.ino()) })
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Some(Self { path: path.canonicalize().ok()? })
        }
    }
}
