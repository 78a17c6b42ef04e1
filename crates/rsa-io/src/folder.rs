//! A folder: every file that is understood, one after the other.

use std::{fs, path::Path};

use rsa_core::{Error, Result};

use crate::{
    labels, npy,
    positioned::{extension, stem},
    source::{Contents, OpenOptions, is_known, open_file},
};

/// The layers of the files in `folder`, sorted by file name. Subfolders and hidden files are left out.
///
/// `conditions.npy` or `conditions.txt` labels all layers that their own file does not label.
pub(crate) fn open(folder: &Path, options: &OpenOptions) -> Result<Contents> {
    let listing = |error| Error::io("cannot be listed", error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(listing)? {
        paths.push(entry.map_err(listing)?.path());
    }
    paths.sort();
    let mut contents = Contents::default();
    let mut labels = None;
    for path in paths {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if file.starts_with('.') {
            continue;
        }
        if let Some(read) = labels_reader(&path) {
            if labels.replace(read(&path).map_err(|error| error.context(&file))?).is_some() {
                return Err(Error::format("has two files with labels, conditions.npy and conditions.txt; remove one"));
            }
        } else if path.is_dir() {
            contents.warnings.push(format!("the folder '{file}' within is skipped"));
        } else if is_known(&path) {
            let found = open_file(&path, options).map_err(|error| error.context(&file))?;
            add(&mut contents, &path, &file, found);
        } else {
            contents.warnings.push(format!("'{file}' is skipped: its extension is unknown"));
        }
    }
    if let Some(twice) = repeated_name(&contents) {
        return Err(Error::format(format!("two files have a layer '{twice}'; rename or remove one of them")));
    }
    if let Some(labels) = labels {
        contents.warnings.extend(labels::attach(labels, &mut contents.layers));
    }
    Ok(contents)
}

/// How the labels of the folder are read, if `path` has them.
fn labels_reader(path: &Path) -> Option<fn(&Path) -> Result<Vec<String>>> {
    if stem(path) != labels::NAME {
        return None;
    }
    match extension(path).as_str() {
        "npy" => Some(npy::open_labels),
        "txt" => Some(labels::read_text),
        _ => None,
    }
}

/// Adds what was `found` in one file. The arrays of a file that may have several go by `file/array`.
fn add(contents: &mut Contents, path: &Path, file: &str, found: Contents) {
    let several = matches!(extension(path).as_str(), "npz" | "safetensors");
    let full_name = |name: &str| if several { format!("{}/{name}", stem(path)) } else { name.to_owned() };
    for mut layer in found.layers {
        layer.set_name(full_name(layer.name()));
        contents.layers.push(layer);
    }
    contents.skipped.extend(found.skipped.into_iter().map(|(name, reason)| (full_name(&name), reason)));
    contents.warnings.extend(found.warnings.into_iter().map(|warning| format!("{file}: {warning}")));
}

fn repeated_name(contents: &Contents) -> Option<&str> {
    let mut names: Vec<_> = contents.layers.iter().map(|layer| layer.name()).collect();
    names.sort_unstable();
    names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}
