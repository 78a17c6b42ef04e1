//! Folders with one file for each condition, such as one `.npz` for every image.

use std::path::Path;

use rsa_core::{Conditions, Error, Result};

use super::shards::ShardedArray;
use crate::{contents::FileArray, layout::show_shape, positioned::stem};

/// Fewer conditions have no geometry, so that fewer files are no set of images.
const MIN_FILES: usize = 3;

/// Joins the arrays of files that hold one condition each; `None` if they do not.
///
/// `files` are the names of the files without extension, and their arrays: three files or more, all with arrays of the
/// same names and of one condition. The conditions are in the order of the files, with the labels that the arrays have;
/// where they have none, `by_file` labels them with the names of the files.
///
/// # Errors
/// `ShapeMismatch` naming the file whose array has other features.
pub(super) fn join(
    files: &[(String, &[FileArray])],
    folder: &str,
    by_file: bool,
    row_axis: impl Fn(&[usize]) -> usize,
) -> Result<Option<Vec<FileArray>>> {
    let Some((_, first)) = files.first().filter(|(_, first)| files.len() >= MIN_FILES && !first.is_empty()) else {
        return Ok(None);
    };
    let row_axis = |array: &FileArray| array.row_axis(&row_axis);
    let is_one = |array: &FileArray| array.shape()[row_axis(array)] == 1;
    // A volume or map has the name of its file.
    let find = |arrays: &'_ [FileArray], one: &FileArray| {
        arrays.iter().position(|array| array.name == one.name || (array.space.is_some() && one.space.is_some()))
    };
    let alike = |(_, arrays): &(String, &[FileArray])| {
        arrays.len() == first.len() && first.iter().all(|array| find(arrays, array).is_some())
    };
    if !files.iter().all(alike) || !files.iter().all(|(_, arrays)| arrays.iter().all(is_one)) {
        return Ok(None);
    }
    let names = Conditions::labeled(files.iter().map(|(name, _)| name.as_str()));
    let join = |array: &FileArray| {
        let axis = row_axis(array);
        let mut rows = Vec::with_capacity(files.len());
        for (file, arrays) in files {
            let row = find(arrays, array).map_or(array, |at| &arrays[at]);
            if let (Some(own), Some(others)) = (&row.space, &array.space) {
                own.ensure_same(&format!("'{file}'"), others, &format!("'{}'", files[0].0))?;
            }
            if let (Some(own), Some(others)) = (&row.sensors, &array.sensors)
                && !own.has_features_of(others)
            {
                return Err(Error::shape_mismatch(format!(
                    "'{file}' and '{}' have other channels or times; choose times with --window, and give both files the \
                     same channels",
                    files[0].0
                )));
            }
            if row.shape() != array.shape() {
                return Err(Error::shape_mismatch(format!(
                    "array '{}' of '{file}' has shape {} and that of '{}' {}; files of one condition each hold the same features",
                    array.name,
                    show_shape(row.shape()),
                    files[0].0,
                    show_shape(array.shape())
                )));
            }
            rows.push(row.clone());
        }
        let own: Option<Vec<&[String]>> = rows.iter().map(|row| row.labels.as_ref()?.labels()).collect();
        let labels = match own {
            Some(labels) => Some(Conditions::labeled(labels.concat())),
            None => by_file.then(|| names.clone()),
        };
        let (name, place) = match array.space {
            Some(_) => (stem(Path::new(folder)), folder.to_owned()),
            None => (array.name.clone(), format!("{folder}::{}", array.name)),
        };
        let (space, sensors) = (array.space.clone(), array.sensors.clone());
        Ok(FileArray { labels, space, sensors, ..FileArray::new(name, place, ShardedArray::new(rows, axis)) })
    };
    first.iter().map(join).collect::<Result<_>>().map(Some)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use crate::{
        Layer,
        tests::samples::{Zip, doubles, folder, npy, open_path},
    };

    fn image(value: f64) -> Vec<u8> {
        let conv = npy("<f8", false, "(1, 1, 2)", &doubles(&[value, -value]));
        Zip::new().stored("fc.npy", &npy("<f8", false, "(1, 1)", &doubles(&[value]))).stored("conv.npy", &conv).finish()
    }

    #[test]
    fn a_folder_of_images_has_the_layers_of_its_files() {
        let folder = folder(&[("img10.npz", image(10.0)), ("img9.npz", image(9.0)), ("img1.npz", image(1.0))]);
        let source = open_path(folder.path()).unwrap();
        let names: Vec<_> = source.layers().iter().map(Layer::name).collect();
        assert_eq!(names, ["fc", "conv"]);
        let conv = source.layers()[1].read().unwrap();
        assert_eq!(conv.values(), array![[1.0, -1.0], [9.0, -9.0], [10.0, -10.0]]);
        assert_eq!(conv.conditions().labels().unwrap(), ["img1", "img9", "img10"]);
        assert!(source.warnings()[0].contains("each of 3 files holds one condition"), "{:?}", source.warnings());
        std::fs::write(folder.path().join("conditions.txt"), "a\nb\nc\n").unwrap();
        let source = open_path(folder.path()).unwrap();
        assert_eq!(source.layers()[0].conditions().labels().unwrap(), ["a", "b", "c"]);
    }

    #[test]
    fn files_that_are_no_images_of_one_network_stay_apart() {
        let other = Zip::new().stored("other.npy", &npy("<f8", false, "(1, 1)", &doubles(&[1.0]))).finish();
        let two = Zip::new().stored("fc.npy", &npy("<f8", false, "(2, 1)", &doubles(&[1.0, 2.0]))).finish();
        let wide = Zip::new().stored("fc.npy", &npy("<f8", false, "(1, 2)", &doubles(&[1.0, 2.0]))).finish();
        let one = || Zip::new().stored("fc.npy", &npy("<f8", false, "(1, 1)", &doubles(&[1.0]))).finish();
        let with = |third| vec![("a.npz", one()), ("b.npz", one()), ("c.npz", third)];
        for files in [with(other), with(two), vec![("a.npz", one()), ("b.npz", one())]] {
            assert_eq!(open_path(folder(&files).path()).unwrap().layers()[0].name(), "a/fc");
        }
        let error = open_path(folder(&with(wide)).path()).unwrap_err();
        assert!(error.to_string().contains("array 'fc' of 'c' has shape (1, 2)"), "{error}");
    }
}
