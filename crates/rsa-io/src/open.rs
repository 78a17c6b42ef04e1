//! [`open`] and [`Source`]: a file or folder, by its name alone.

use std::path::{Path, PathBuf};

use rsa_core::{Error, Result};

use crate::{
    folder, labels,
    layer::Layer,
    npy, npz,
    positioned::extension,
    safetensors,
    table::{self, TableOptions},
};

/// The extensions that are read, for messages.
const KNOWN: &str = ".npy, .npz, .safetensors, .csv and .tsv";

/// How many names an error lists.
const LISTED: usize = 20;

/// How files are to be understood. The default detects what can be detected.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// How `.csv` and `.tsv` files are to be understood.
    pub table: TableOptions,
}

/// One file or folder: its layers in order, and what was left out.
#[derive(Clone, Debug)]
pub struct Source {
    path: PathBuf,
    layers: Vec<Layer>,
    warnings: Vec<String>,
}

impl Source {
    /// The file or folder, without `::NAME`.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The layers in order; at least one, their names unique.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The layers in order.
    pub fn into_layers(self) -> Vec<Layer> {
        self.layers
    }

    /// What was skipped or not understood, one sentence each, naming the file.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

/// Opens `FILE`, `FILE::NAME` for one array of it, or a folder of files.
///
/// Of arrays no more than the headers are read; tables are read whole. In a folder, a layer is named after its file
/// if that is a `.npy`, `.csv` or `.tsv` file, and `file/array` otherwise, both without extension.
///
/// # Errors
/// `Io` if the file cannot be read, `Format` if it is malformed, of an unknown kind, or has no array `NAME`; what
/// [`Representation::new`](rsa_core::Representation::new) says of a table. If nothing in it is a layer, the reason.
pub fn open(input: &str, options: &OpenOptions) -> Result<Source> {
    let (path, name) = split(input);
    let contents = if path.is_dir() { folder::open(path, options) } else { open_file(path, options) };
    let mut source =
        contents.and_then(|contents| select(contents.into_layers(), name)).map_err(|e| e.context(path.display()))?;
    source.path = path.to_owned();
    for warning in &mut source.warnings {
        *warning = format!("{}: {warning}", path.display());
    }
    Ok(source)
}

/// The path and the name in `FILE::NAME`. A path may itself have `::` in it: the first one that exists counts.
pub(crate) fn split(input: &str) -> (&Path, Option<&str>) {
    let whole = Path::new(input);
    let mut parts = input.match_indices("::").map(|(at, _)| (Path::new(&input[..at]), Some(&input[at + 2..])));
    if whole.exists() {
        return (whole, None);
    }
    let first = parts.clone().next().filter(|(path, _)| !path.as_os_str().is_empty());
    parts.find(|(path, _)| path.exists()).or(first).unwrap_or((whole, None))
}

/// Opens one file by its extension.
pub(crate) fn open_file(path: &Path, options: &OpenOptions) -> Result<Contents> {
    match extension(path).as_str() {
        "npy" => npy::open(path),
        "npz" => npz::open(path),
        "safetensors" => safetensors::open(path),
        "csv" => table::open(path, b',', options.table),
        "tsv" => table::open(path, b'\t', options.table),
        other => {
            // A missing file is a missing file, whatever its extension.
            std::fs::metadata(path).map_err(|error| Error::io("cannot be opened", error))?;
            Err(Error::format(format!("the extension '{other}' is unknown; {KNOWN} are read")))
        }
    }
}

/// Whether [`open_file`] knows the extension of `path`.
pub(crate) fn is_known(path: &Path) -> bool {
    matches!(extension(path).as_str(), "npy" | "npz" | "safetensors" | "csv" | "tsv")
}

/// What a file holds, as far as it is known before a layer is chosen.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// All arrays of numbers, those with one axis too.
    pub(crate) layers: Vec<Layer>,
    /// Strings with one axis: `conditions` labels whatever has as many conditions.
    pub(crate) texts: Vec<(String, Vec<String>)>,
    /// Arrays that are no layers: name and reason.
    pub(crate) skipped: Vec<(String, Error)>,
    pub(crate) warnings: Vec<String>,
}

impl Contents {
    /// Notes that the array `name` is no layer.
    pub(crate) fn skip(&mut self, name: impl Into<String>, reason: Error) {
        self.skipped.push((name.into(), reason));
    }

    /// Leaves out what cannot be a layer, and labels the rest.
    pub(crate) fn into_layers(mut self) -> Self {
        let is_layer = |layer: &Layer| layer.ensure_layer().map_err(|reason| (layer.name().to_owned(), reason));
        let vectors: Vec<_> = self.layers.iter().filter_map(|layer| is_layer(layer).err()).collect();
        self.layers.retain(|layer| is_layer(layer).is_ok());
        self.skipped.splice(0..0, vectors);
        if let Some(labels) = self.take_text(labels::NAME) {
            self.warnings.extend(labels::attach(labels, &mut self.layers));
        }
        if self.take_text(npz::NAMES).is_some() {
            let doubt = "has 'names' as files of dissimilarity matrices have; those are compared with --rdm";
            self.warnings.push(doubt.to_owned());
        }
        for (name, _) in std::mem::take(&mut self.texts) {
            self.skip(name, Error::format("holds strings, which label conditions only as the 1-D array 'conditions'"));
        }
        self
    }

    /// The strings of the array `name`, if there is one.
    pub(crate) fn take_text(&mut self, name: &str) -> Option<Vec<String>> {
        let at = self.texts.iter().position(|(known, _)| known == name)?;
        Some(self.texts.swap_remove(at).1)
    }
}

/// The layer `name`, or all.
fn select(contents: Contents, name: Option<&str>) -> Result<Source> {
    let Contents { mut layers, skipped, mut warnings, .. } = contents;
    if let Some(name) = name {
        if let Some((name, reason)) = skipped.iter().find(|(skipped, _)| skipped == name) {
            return Err(reason.context(format!("array '{name}'")));
        }
        let there: Vec<_> = layers.iter().map(|layer| format!("'{}'", layer.name())).collect();
        layers.retain(|layer| layer.name() == name);
        if layers.is_empty() {
            return Err(Error::format(format!("has no layer '{name}'; it has {}", list(&there))));
        }
    } else {
        if layers.is_empty() {
            return Err(without_layer(&skipped));
        }
        warnings.extend(skipped.iter().map(|(name, reason)| format!("'{name}' is skipped: {reason}")));
    }
    Ok(Source { path: PathBuf::new(), layers, warnings })
}

fn without_layer(skipped: &[(String, Error)]) -> Error {
    match skipped {
        [(name, reason)] => reason.context(format!("array '{name}'")),
        [] => Error::format("holds no array; a layer is an array with two axes or more, conditions × features"),
        _ => {
            let reasons: Vec<_> = skipped.iter().map(|(name, reason)| format!("'{name}': {reason}")).collect();
            Error::format(format!("holds no array that can be a layer: {}", list(&reasons)))
        }
    }
}

fn list(items: &[String]) -> String {
    match items.get(..LISTED) {
        _ if items.is_empty() => "none".to_owned(),
        Some(first) if items.len() > LISTED => format!("{}, and {} more", first.join(", "), items.len() - LISTED),
        _ => items.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{Zip, folder, npy, open_path};

    fn archive() -> Vec<u8> {
        let x = npy("|u1", false, "(1, 2)", &[1, 2]);
        Zip::new()
            .stored("conv1.npy", &x)
            .stored("a::b.npy", &x)
            .stored("vector.npy", &npy("|u1", false, "(2,)", &[1, 2]))
            .finish()
    }

    #[test]
    fn a_name_after_two_colons_selects_one_array() {
        let folder = folder(&[("net.npz", archive()), ("odd::name.npz", archive())]);
        for (input, name) in [("net.npz::conv1", "conv1"), ("net.npz::a::b", "a::b"), ("odd::name.npz::conv1", "conv1")]
        {
            let source = open_path(&folder.path().join(input)).unwrap();
            assert_eq!(source.layers().len(), 1);
            assert_eq!(source.layers()[0].name(), name);
            assert!(source.warnings().is_empty());
            assert!(source.path().to_str().unwrap().ends_with(".npz"));
        }
        assert_eq!(open_path(&folder.path().join("odd::name.npz")).unwrap().layers().len(), 2);
        let whole = open(&format!("{}::net/conv1", folder.path().display()), &OpenOptions::default()).unwrap();
        assert_eq!(whole.layers()[0].name(), "net/conv1");
    }

    #[test]
    fn an_unknown_name_lists_those_that_are_there() {
        let folder = folder(&[("net.npz", archive())]);
        let error = open_path(&folder.path().join("net.npz::conv2")).unwrap_err();
        assert_eq!(error.kind().name(), "Format");
        assert!(error.to_string().contains("net.npz: has no layer 'conv2'; it has 'conv1', 'a::b'"), "{error}");
        let error = open_path(&folder.path().join("net.npz::vector")).unwrap_err();
        assert_eq!(error.kind().name(), "ShapeMismatch");
        assert!(error.to_string().contains("shape (2,)"), "{error}");
    }

    #[test]
    fn missing_files_and_unknown_kinds_are_told_apart() {
        let folder = folder(&[("x.mat", b"")]);
        let at = |name: &str| open_path(&folder.path().join(name)).unwrap_err();
        let unknown = at("x.mat");
        assert_eq!(unknown.kind().name(), "Format");
        assert!(unknown.to_string().contains("'mat' is unknown; .npy, .npz, .safetensors, .csv and .tsv"), "{unknown}");
        for name in ["none.npy", "none.mat", "none", "none.npz::x"] {
            let error = at(name);
            assert_eq!(error.kind().name(), "Io");
            assert!(error.to_string().contains("none") && !error.to_string().contains("::"), "{error}");
        }
    }

    #[test]
    fn the_extension_may_be_in_capitals() {
        let folder = folder(&[("X.NPY", npy("|u1", false, "(1, 2)", &[1, 2])), ("Y.TSV", b"1\t2\n".to_vec())]);
        let source = open_path(folder.path()).unwrap();
        assert_eq!(source.layers()[0].read().unwrap().values(), source.layers()[1].read().unwrap().values());
    }
}
