//! [`list_contents`]: all that a file or folder holds, whether it can be used or not.

use rsa_core::{Error, Result};

use crate::{
    contents::{FileArray, PREPARED},
    format::FileFormat,
    formats::{self, folder::FolderFormat},
    open::{split_address, structure_columns},
    options::OpenOptions,
};

/// All that a file or folder holds, by its headers.
#[derive(Clone, Debug)]
pub struct FileContents {
    /// Name of the format, such as `NumPy archive`.
    pub format: &'static str,
    /// Arrays of numbers, in the order of the file.
    pub arrays: Vec<ListedArray>,
    /// Lists of strings, by name.
    pub texts: Vec<(String, Vec<String>)>,
    /// Parts that cannot be read, by name, with the reason.
    pub unread: Vec<(String, Error)>,
}

impl FileContents {
    /// Returns the sentences on what was done to patterns, as [`PatternFile`](crate::PatternFile) writes them.
    pub fn prepared(&self) -> &[String] {
        self.texts.iter().find(|(name, _)| name == PREPARED).map_or(&[], |(_, lines)| lines)
    }
}

/// One array of numbers of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedArray {
    /// Name in the file, or the name of the file where it holds one array.
    pub name: String,
    /// Lengths of the axes as the file has them.
    pub shape: Vec<usize>,
    /// Type of the numbers, such as `float32`; `text` for a table.
    pub dtype: &'static str,
}

/// Lists what `FILE`, one array `FILE::NAME` of it, or a folder holds. Headers are read; tables are read whole.
///
/// # Errors
/// `Io` if the file cannot be read, `Format` if it is malformed or of an unknown kind.
pub fn list_contents(input: &str, options: &OpenOptions) -> Result<FileContents> {
    let (path, name) = split_address(input);
    let list = || {
        let format: &dyn FileFormat = if path.is_dir() { &FolderFormat } else { formats::of_file(path)? };
        let contents = format.open(path, options)?;
        let is_wanted = |there: &str| name.is_none_or(|name| name == there);
        let list = |array: &FileArray| {
            let (n, dtype) = (array.name.clone(), array.numbers.dtype());
            match name.and_then(|name| Some((name, structure_columns(array, name)?))) {
                Some((name, columns)) => {
                    let shape = vec![array.numbers.n_rows(), columns.len()];
                    Some(ListedArray { name: name.to_owned(), shape, dtype })
                }
                None => is_wanted(&n).then(|| ListedArray { name: n, shape: array.rdm_shape(), dtype }),
            }
        };
        let arrays = contents.arrays.iter().filter_map(list);
        Ok(FileContents {
            format: format.name(),
            arrays: arrays.collect(),
            texts: contents.texts.into_iter().filter(|(name, _)| is_wanted(name)).collect(),
            unread: contents.skipped.into_iter().filter(|(name, _)| is_wanted(name)).collect(),
        })
    };
    list().map_err(|error: Error| error.context(path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples::{Zip, folder, npy};

    #[test]
    fn all_arrays_are_listed_and_one_by_its_name() {
        let archive = Zip::new()
            .stored("conv1.npy", &npy("|u1", false, "(2, 1)", &[1, 2]))
            .stored("list.npy", &npy("|u1", false, "(2,)", &[1, 2]))
            .stored("conditions.npy", &npy("<U1", false, "(2,)", b"a\0\0\0b\0\0\0"))
            .stored("odd.npy", &npy("<c8", false, "(1,)", &[0; 8]))
            .finish();
        let folder = folder(&[("net.npz", archive)]);
        let path = folder.path().join("net.npz").display().to_string();
        let all = list_contents(&path, &OpenOptions::default()).unwrap();
        assert_eq!(all.format, "NumPy archive");
        let arrays: Vec<_> = all.arrays.iter().map(|a| (a.name.as_str(), a.shape.as_slice(), a.dtype)).collect();
        assert_eq!(arrays, [("conv1", [2, 1].as_slice(), "uint8"), ("list", [2].as_slice(), "uint8")]);
        assert_eq!(all.texts, [("conditions".to_owned(), vec!["a".to_owned(), "b".to_owned()])]);
        assert_eq!(all.unread[0].0, "odd");
        let one = list_contents(&format!("{path}::list"), &OpenOptions::default()).unwrap();
        assert!(one.arrays.len() == 1 && one.texts.is_empty() && one.unread.is_empty());
        let error = list_contents("none.npz", &OpenOptions::default()).unwrap_err();
        assert!(error.kind().name() == "Io" && error.to_string().contains("none.npz"), "{error}");
    }
}
