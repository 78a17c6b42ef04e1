//! [`open`] and [`LayerSource`]: the layers of a file or folder, by its name alone.

use std::path::{Path, PathBuf};

use rsa_core::{Error, Result};

use crate::{
    arrangement::Arrangement,
    axes::{Axes, AxisName},
    contents::{Contents, FileArray},
    convention::Convention,
    feature_drop,
    format::FileFormat,
    formats::{self, folder::FolderFormat},
    layer::Layer,
    options::OpenOptions,
    row_labels::RowLabels,
    run_axis::RunAxis,
    voxels::{BrainSpace, VoxelSelection},
};

/// The most names that an error lists.
const LISTED: usize = 20;

/// One file or folder: its layers in order, and what was left out.
#[derive(Clone, Debug)]
pub struct LayerSource {
    path: PathBuf,
    layers: Vec<Layer>,
    warnings: Vec<String>,
}

impl LayerSource {
    /// Returns the file or folder, without `::NAME`.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the layers in order; at least one, their names unique.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Returns the layers in order.
    pub fn into_layers(self) -> Vec<Layer> {
        self.layers
    }

    /// Returns what was skipped or not understood, one sentence each, naming the file.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

/// Opens `FILE`, `FILE::NAME` for one array of it, or a folder of files.
///
/// Only the headers of arrays are read; tables are read whole. In a folder, a layer is named after its file if that is
/// a `.npy`, `.csv` or `.tsv` file, and `file/array` otherwise, both without extension.
///
/// # Errors
/// `Io` if the file cannot be read, `Format` if it is malformed, of an unknown kind, or has no array `NAME`;
/// `InvalidParameter` if the convention needs the axes to be named and they are not. If nothing in the file is a layer,
/// the reason.
pub fn open(input: &str, options: &OpenOptions) -> Result<LayerSource> {
    open_with(input, options, true)
}

/// Opens an input as [`open`] does, with all features: without a mask, voxels that tell nothing are features, too.
///
/// [`Layer::with_features_of`] then takes those of another layer.
///
/// # Errors
/// The errors of [`open`].
pub fn open_all_features(input: &str, options: &OpenOptions) -> Result<LayerSource> {
    open_with(input, &options.clone().with_all_features(), false)
}

fn open_with(input: &str, options: &OpenOptions, chooses: bool) -> Result<LayerSource> {
    let (path, name) = split_address(input);
    let opened = list(path, options).and_then(|contents| select(contents, name, options, chooses));
    let mut source = opened.map_err(|error| error.context(path.display()))?;
    source.path = path.to_owned();
    for warning in &mut source.warnings {
        *warning = format!("{}: {warning}", path.display());
    }
    Ok(source)
}

/// Lists the arrays of the file or folder at `path`, with the labels that the file gives.
fn list(path: &Path, options: &OpenOptions) -> Result<Contents> {
    let mut contents = match path.is_dir() && !options.held.hold(path) {
        true => FolderFormat.open(path, options)?,
        false => open_contents(path, options)?,
    };
    let warnings = RowLabels::take(&mut contents).apply(&mut contents.arrays, options)?;
    contents.warnings.extend(warnings);
    Ok(contents)
}

/// Lists the arrays of the file, or of the input in memory, at `path`.
pub(crate) fn open_contents(path: &Path, options: &OpenOptions) -> Result<Contents> {
    let held = options.held.contents(path, |shape| options.condition_axis(shape));
    held.unwrap_or_else(|| formats::of_file(path)?.open(path, options))
}

/// Splits `FILE::NAME` into path and name. A path may itself have `::` in it: the first one that exists counts.
pub fn split_address(input: &str) -> (&Path, Option<&str>) {
    let whole = Path::new(input);
    let mut parts = input.match_indices("::").map(|(at, _)| (Path::new(&input[..at]), Some(&input[at + 2..])));
    if whole.exists() {
        return (whole, None);
    }
    let first = parts.clone().next().filter(|(path, _)| !path.as_os_str().is_empty());
    parts.find(|(path, _)| path.exists()).or(first).unwrap_or((whole, None))
}

/// Returns the files that an input names: of `FILE` or `FILE::NAME` those that are read with it, or all in a folder.
///
/// Paths of a folder that cannot be listed, and of files that do not exist, are returned as they stand.
pub fn list_input_files(input: &str) -> Vec<PathBuf> {
    let (path, _) = split_address(input);
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => {
            let companions = formats::find(path).map(|format| format.companions(path));
            std::iter::once(path.to_owned()).chain(companions.unwrap_or_default()).collect()
        }
    }
}

/// Returns `true` if an input holds volumes or maps of the brain that are read with `options`, by the names of its
/// files.
pub fn holds_volumes(input: &str, options: &OpenOptions) -> bool {
    let (path, _) = split_address(input);
    list_input_files(input)
        .iter()
        .any(|file| formats::is_of_brain(file) && (file == path || !options.is_of_voxels(file)))
}

/// Returns `true` if an input holds trials or recordings of sensors, by the names of its files.
pub fn holds_sensors(input: &str) -> bool {
    let (path, _) = split_address(input);
    let files = if path.is_dir() { list_input_files(input) } else { vec![path.to_owned()] };
    files.iter().any(|file| formats::find(file).is_some_and(FileFormat::is_of_sensors))
}

/// Makes a layer of the array `name`, or of every array, of all voxels of volumes unless it `chooses` some.
fn select(mut contents: Contents, name: Option<&str>, options: &OpenOptions, chooses: bool) -> Result<LayerSource> {
    contents.leave_out_vectors_and_texts();
    if name.is_none() {
        contents.leave_out_unnamed();
    }
    let Contents { mut arrays, mut skipped, mut warnings, ambiguity, .. } = contents;
    if let (None, Some(error)) = (name, ambiguity) {
        return Err(error);
    }
    let n_maps = arrays.iter().filter(|array| array.space.is_some()).count();
    if n_maps == 0 && skipped.is_empty() && options.choose_voxels() {
        return Err(Error::format(
            "--mask and --roi choose voxels and vertices, and no NIfTI, CIFTI-2 or GIfTI file is read here",
        ));
    }
    let voxels = VoxelSelection::open(options, &mut warnings)?;
    if let (Some(name), false) = (name, voxels.divides()) {
        if let Some((name, reason)) = skipped.iter().find(|(skipped, _)| skipped == name) {
            return Err(reason.context(format!("array '{name}'")));
        }
        let mut there: Vec<_> = arrays.iter().map(|array| array.name.clone()).collect();
        there.extend(arrays.iter().flat_map(|array| structure_addresses(array, arrays.len())));
        arrays.retain(|array| array.name == name || structure_columns(array, name).is_some());
        ensure_named(!arrays.is_empty(), name, &there)?;
    }
    let mut layers = Vec::new();
    let sensor_axes = Axes::new(vec![AxisName::Conditions, AxisName::Channels, AxisName::Time])?;
    for array in arrays {
        if array.space.is_some() {
            let arrangement = Arrangement::new(array.shape(), Convention::Flatten, None)?;
            let structure = name.and_then(|name| Some((name, structure_columns(&array, name)?)));
            let mut layer = Layer::new(array, arrangement)?;
            if let (Some((name, columns)), false) = (structure, voxels.divides()) {
                layer = layer.with_places(columns.collect())?.renamed(name.to_owned());
            }
            match chooses {
                true => layers.extend(voxels.select(&layer, n_maps == 1, &mut warnings)?),
                false => layers.push(layer),
            }
            continue;
        }
        let axes = if array.sensors.is_some() { Some(&sensor_axes) } else { options.axes.as_ref() };
        if let (None, Some(axes), Some(run_axis)) = (&array.sensors, axes, options.run_axis(array.shape())) {
            let (array, others, runs) = RunAxis::merge(array, axes, run_axis)?;
            match Arrangement::new(array.shape(), options.convention, Some(&others)) {
                Ok(arrangement) => layers.push(Layer::with_run_axis(array, arrangement.with_axes(axes), runs)?),
                Err(reason) => skipped.push((array.name, reason)),
            }
            continue;
        }
        match Arrangement::new(array.shape(), options.convention, axes) {
            Ok(arrangement) => layers.push(Layer::new(array, arrangement)?),
            // Without named axes the convention fits no array; with them it may still fit the others.
            Err(reason) if options.axes.is_none() => return Err(reason.context(format!("array '{}'", array.name))),
            Err(reason) => skipped.push((array.name, reason)),
        }
    }
    if let (Some(name), true) = (name, voxels.divides()) {
        let there: Vec<_> = layers.iter().map(|layer| layer.name().to_owned()).collect();
        layers.retain(|layer| layer.name() == name);
        ensure_named(!layers.is_empty(), name, &there)?;
    }
    let drop = options.drop_features;
    let layers = layers.into_iter().map(|layer| feature_drop::without(layer, drop, &mut warnings));
    let layers = layers.collect::<Result<Vec<Layer>>>()?;
    if layers.is_empty() {
        return Err(without_layer(&skipped));
    }
    if name.is_none() {
        warnings.extend(skipped.iter().map(|(name, reason)| format!("'{name}' is skipped: {reason}")));
    }
    if options.convention == Convention::Flatten {
        warnings.extend(unfitting_axes(&layers, options));
    }
    Ok(LayerSource { path: PathBuf::new(), layers, warnings })
}

/// Returns the columns of the structure of the brain that goes by `name`: `STRUCTURE` or `array/STRUCTURE`.
pub(crate) fn structure_columns(array: &FileArray, name: &str) -> Option<std::ops::Range<usize>> {
    let space = array.space.as_ref()?;
    let within = name.strip_prefix(&array.name).and_then(|rest| rest.strip_prefix('/'));
    space.structure(within.unwrap_or(name))
}

/// Returns the names of the structures of one of `n_arrays`, as they are typed after `::`.
fn structure_addresses(array: &FileArray, n_arrays: usize) -> Vec<String> {
    let names = array.space.iter().flat_map(BrainSpace::structure_names);
    names.map(|name| if n_arrays == 1 { name } else { format!("{}/{name}", array.name) }).collect()
}

/// Returns the error of a `name` that is not `found` among those that are `there`.
fn ensure_named(found: bool, name: &str, there: &[String]) -> Result<()> {
    let there: Vec<_> = there.iter().map(|name| format!("'{name}'")).collect();
    match found {
        true => Ok(()),
        false => Err(Error::format(format!("has no layer '{name}'; it has {}", enumerate(&there)))),
    }
}

/// Returns a warning if axes are named and fit no layer, so that the list had no effect.
fn unfitting_axes(layers: &[Layer], options: &OpenOptions) -> Option<String> {
    let axes = options.axes.as_ref()?;
    let fits = layers.iter().any(|layer| layer.has_run_axis() || layer.shape().len() == axes.names().len());
    (!fits).then(|| format!("no array has {} axes, so the list of axes '{axes}' has no effect", axes.names().len()))
}

fn without_layer(skipped: &[(String, Error)]) -> Error {
    match skipped {
        [(name, reason)] => reason.context(format!("array '{name}'")),
        [] => Error::format("holds no array; a layer is an array with two axes or more, conditions × features"),
        _ => {
            let reasons: Vec<_> = skipped.iter().map(|(name, reason)| format!("'{name}': {reason}")).collect();
            Error::format(format!("holds no array that can be a layer: {}", enumerate(&reasons)))
        }
    }
}

/// Joins the first of `items` for a message.
pub(crate) fn enumerate(items: &[String]) -> String {
    match items.get(..LISTED) {
        _ if items.is_empty() => "none".to_owned(),
        Some(first) if items.len() > LISTED => format!("{}, and {} more", first.join(", "), items.len() - LISTED),
        _ => items.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples::{Zip, folder, npy, open_path};

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
        let folder = folder(&[("x.abc", b""), ("x.pt", b"")]);
        let at = |name: &str| open_path(&folder.path().join(name)).unwrap_err();
        let foreign = at("x.pt");
        assert!(
            foreign.to_string().contains("x.pt: files of type '.pt' are not read; convert it in Python"),
            "{foreign}"
        );
        let unknown = at("x.abc");
        assert_eq!(unknown.kind().name(), "Format");
        assert!(
            unknown.to_string().contains("'abc' is unknown; .npy, .npz, .safetensors, .mat, .h5, .hdf5, .hdf, .nc, .dscalar.nii, .dtseries.nii, .pscalar.nii, .ptseries.nii, .gii, .nii, .nii.gz, .hdr, .hdr.gz, .img, .img.gz, .fif, .fif.gz, .vhdr, .vmrk, .eeg, .edf, .bdf, .csv, .tsv and .txt"),
            "{unknown}"
        );
        for name in ["none.npy", "none.mat", "none", "none.npz::x"] {
            let error = at(name);
            assert_eq!(error.kind().name(), "Io");
            assert!(error.to_string().contains("none") && !error.to_string().contains("::"), "{error}");
        }
    }

    #[test]
    fn the_files_of_an_input_are_listed() {
        let folder = folder(&[("net.npz", archive()), ("odd::name.npz", archive())]);
        let at = |name: &str| folder.path().join(name);
        let list = |path: PathBuf| list_input_files(&path.to_string_lossy());
        assert_eq!(list(at("net.npz::conv1")), [at("net.npz")]);
        assert_eq!(list(at("odd::name.npz")), [at("odd::name.npz")]);
        assert_eq!(list(at("none.npy")), [at("none.npy")]);
        let mut all = list(folder.path().to_owned());
        all.sort();
        assert_eq!(all, [at("net.npz"), at("odd::name.npz")]);
    }

    #[test]
    fn the_extension_may_be_in_capitals() {
        let folder = folder(&[("X.NPY", npy("|u1", false, "(1, 2)", &[1, 2])), ("Y.TSV", b"1\t2\n".to_vec())]);
        let source = open_path(folder.path()).unwrap();
        assert_eq!(source.layers()[0].read().unwrap().values(), source.layers()[1].read().unwrap().values());
    }
}
