//! A folder: every file that is understood, one after the other.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rsa_core::{Error, Result};

use super::{find, foreign, images, of_file, shards};
use crate::{
    contents::{CONDITIONS, Contents, RUNS},
    format::FileFormat,
    labels::{self, LabelRole},
    natural_order::compare_names,
    options::OpenOptions,
    positioned::{extension, stem},
    row_labels::RowLabels,
};

/// A folder of files, each of which is read by its own format.
///
/// The layers of the files are in natural order of the file names: `layer2` before `layer10`. `conditions.npy`, `.txt`,
/// `.csv` or `.tsv` labels all layers that their own file does not label, and `runs` gives the runs. Files that are
/// numbered as pieces of one layer, `layer3.000.npy` and so on, are that layer. Files with one condition each, such as
/// one file for every image, are joined.
pub(crate) struct FolderFormat;

impl FileFormat for FolderFormat {
    fn name(&self) -> &'static str {
        "folder"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn sniff(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn names_arrays(&self) -> bool {
        true
    }

    fn open(&self, folder: &Path, options: &OpenOptions) -> Result<Contents> {
        // A recording of CTF is a folder.
        if let ("ds", Some(error)) = (extension(folder).as_str(), foreign::refuse(folder)) {
            return Err(error);
        }
        let files = list_files(folder)?;
        let row_axis = |shape: &[usize]| options.condition_axis(shape);
        let lists = [(CONDITIONS, files.labels.conditions), (RUNS, files.labels.runs)];
        let texts = lists.into_iter().filter_map(|(name, labels)| Some((name.to_owned(), labels?))).collect();
        let mut contents = Contents { texts, warnings: files.warnings, ..Contents::default() };
        let mut contents_of_files = Vec::new();
        for (path, file) in files.paths.iter().filter(|(path, _)| !options.is_of_voxels(path)) {
            let mut found = of_file(path)?.open(path, options).map_err(|error| error.context(file))?;
            let warnings =
                RowLabels::take(&mut found).apply(&mut found.arrays, options).map_err(|error| error.context(file))?;
            found.warnings.extend(warnings);
            if let Some(error) = found.ambiguity.take() {
                return Err(error.context(file));
            }
            found.leave_out_vectors_and_texts();
            found.leave_out_unnamed();
            if is_mask_by_name(path) && found.arrays.iter().any(|array| array.space.is_some()) {
                contents.warnings.push(format!("'{file}' is skipped, a mask by its name; --mask takes a mask"));
                continue;
            }
            contents_of_files.push((path, file, found));
        }
        let folder = folder.display().to_string();
        let has_labels = contents.texts.iter().any(|(name, _)| name == CONDITIONS);
        // Volumes are joined whatever else is in the folder: programs leave tables and notes beside them.
        let holds_volumes = |found: &Contents| found.arrays.iter().any(|array| array.space.is_some());
        let any_volumes = contents_of_files.iter().any(|(_, _, found)| holds_volumes(found));
        let is_image = |found: &Contents| !any_volumes || holds_volumes(found);
        let images = contents_of_files.iter().filter(|(_, _, found)| is_image(found));
        let arrays = images.map(|(path, _, found)| (stem(path), found.arrays.as_slice())).collect::<Vec<_>>();
        if let Some(joined) = images::join(&arrays, &folder, !has_labels, row_axis)? {
            let n_files = arrays.len();
            contents.warnings.push(format!(
                "each of {n_files} files holds one condition; their arrays are joined in natural order of the file names"
            ));
            contents.arrays = joined;
            let images = contents_of_files.iter_mut().filter(|(_, _, found)| is_image(found));
            images.for_each(|(_, _, found)| found.arrays.clear());
        }
        for (path, file, found) in contents_of_files {
            add(&mut contents, path, file, found);
        }
        if let (true, Some(error)) = (contents.arrays.is_empty() && contents.skipped.is_empty(), files.foreign) {
            return Err(error);
        }
        contents.arrays = shards::join(std::mem::take(&mut contents.arrays), &folder, row_axis)?;
        if let Some(twice) = repeated_name(&contents) {
            return Err(Error::format(format!("two files have a layer '{twice}'; rename or remove one of them")));
        }
        Ok(contents)
    }
}

/// The files of a folder that are read, by name.
pub(crate) struct FolderFiles {
    /// Path and file name, in natural order.
    pub(crate) paths: Vec<(PathBuf, String)>,
    /// The labels and runs in files of their own.
    pub(crate) labels: RowLabels,
    /// The error of the first file of another program.
    pub(crate) foreign: Option<Error>,
    /// Files that were left out, one sentence each.
    pub(crate) warnings: Vec<String>,
}

/// Lists `folder`. Subfolders and hidden files are left out.
pub(crate) fn list_files(folder: &Path) -> Result<FolderFiles> {
    let listing = |error| Error::io("cannot be listed", error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(listing)? {
        paths.push(entry.map_err(listing)?.path());
    }
    paths.sort_by(|a, b| compare_names(&stem(a), &stem(b)).then_with(|| a.cmp(b)));
    let mut files =
        FolderFiles { paths: Vec::new(), labels: RowLabels::default(), foreign: None, warnings: Vec::new() };
    for path in paths {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if file.starts_with('.') {
            continue;
        }
        if let Some(role) = label_role(&path) {
            let found = labels::read_file(&path, role).map_err(|error| error.context(&file))?;
            let (name, list) = match role {
                LabelRole::Runs => (RUNS, &mut files.labels.runs),
                LabelRole::Conditions | LabelRole::Groups => (CONDITIONS, &mut files.labels.conditions),
            };
            if list.replace(found).is_some() {
                return Err(Error::format(format!(
                    "has two files with labels named '{name}', such as '{file}'; remove one"
                )));
            }
        } else if path.is_dir() {
            files.warnings.push(format!("the folder '{file}' within is skipped"));
        } else if find(&path).is_some_and(|format| format.is_beside_another(&path)) {
            // It is read with the other file.
        } else if find(&path).is_some_and(FileFormat::is_read_in_folders) {
            files.paths.push((path, file));
        } else if let Some(error) = foreign::refuse(&path) {
            files.warnings.push(format!("'{file}' is skipped: {error}"));
            files.foreign.get_or_insert(error.context(&file));
        } else {
            files.warnings.push(format!("'{file}' is skipped: its extension is unknown"));
        }
    }
    Ok(files)
}

/// Returns the name of the array `name` of the file at `path` among all arrays of the folder: `file/array` where the
/// format names arrays.
pub(crate) fn name_in_folder(path: &Path, name: &str) -> String {
    match find(path).is_some_and(FileFormat::names_arrays) {
        true => format!("{}/{name}", stem(path)),
        false => name.to_owned(),
    }
}

/// Returns `true` if the file has the name that SPM, FSL or BIDS give a mask.
fn is_mask_by_name(path: &Path) -> bool {
    let name = stem(path).to_lowercase();
    name == "mask" || name.ends_with("_mask")
}

/// Returns the role of the labels that the file at `path` gives for all files of the folder.
fn label_role(path: &Path) -> Option<LabelRole> {
    let role = match stem(path).as_str() {
        CONDITIONS => LabelRole::Conditions,
        RUNS => LabelRole::Runs,
        _ => return None,
    };
    matches!(extension(path).as_str(), "npy" | "txt" | "csv" | "tsv").then_some(role)
}

/// Adds what was `found` in one file.
fn add(contents: &mut Contents, path: &Path, file: &str, found: Contents) {
    for mut array in found.arrays {
        array.name = name_in_folder(path, &array.name);
        contents.arrays.push(array);
    }
    let skipped = found.skipped.into_iter();
    contents.skipped.extend(skipped.map(|(name, reason)| (name_in_folder(path, &name), reason)));
    contents.warnings.extend(found.warnings.into_iter().map(|warning| format!("{file}: {warning}")));
}

fn repeated_name(contents: &Contents) -> Option<&str> {
    let mut names: Vec<_> = contents.arrays.iter().map(|array| array.name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

#[cfg(test)]
mod tests {
    use crate::{
        Layer,
        tests::samples::{Zip, doubles, folder, npy, open_path},
    };

    fn matrix(n: usize) -> Vec<u8> {
        npy("<f8", false, &format!("({n}, 1)"), &doubles(&vec![1.0; n]))
    }

    #[test]
    fn every_file_gives_its_layers_in_order() {
        let zip = Zip::new().stored("z.npy", &matrix(3)).stored("a.npy", &matrix(3)).finish();
        let folder = folder(&[
            ("b.npy", matrix(3)),
            ("a.csv", b"1\n2\n3\n".to_vec()),
            ("c.npz", zip),
            ("d.npy", npy("<f8", false, "(3,)", &[0; 24])),
            ("notes.md", b"hello".to_vec()),
            (".hidden", Vec::new()),
            ("conditions.txt", b"cat\ndog\nowl\n".to_vec()),
            ("runs.tsv", b"stimulus\trun\na\t1\nb\t1\nc\t2\n".to_vec()),
        ]);
        std::fs::create_dir(folder.path().join("inner")).unwrap();
        let source = open_path(folder.path()).unwrap();
        let names: Vec<_> = source.layers().iter().map(Layer::name).collect();
        assert_eq!(names, ["a", "b", "c/z", "c/a"]);
        for layer in source.layers() {
            assert_eq!(layer.read().unwrap().conditions().labels().unwrap(), ["cat", "dog", "owl"]);
            assert_eq!(layer.runs().unwrap(), ["1", "1", "2"]);
        }
        let warnings = source.warnings();
        assert_eq!(warnings.len(), 3);
        for (warning, part) in warnings.iter().zip(["'inner'", "'notes.md'", "'d' is skipped"]) {
            assert!(warning.contains(part), "{warning}");
        }
        let one = open_path(&folder.path().join("c.npz::a")).unwrap();
        assert_eq!(one.layers().len(), 1);
    }

    #[test]
    fn numbered_files_are_in_the_order_of_their_numbers() {
        let names = ["features.0", "features.10", "features.2", "features.1", "block2", "block10", "block1.x"];
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::write(folder.path().join(format!("{name}.npy")), matrix(2)).unwrap();
        }
        let source = open_path(folder.path()).unwrap();
        let names: Vec<_> = source.layers().iter().map(Layer::name).collect();
        assert_eq!(names, ["block1.x", "block2", "block10", "features.0", "features.1", "features.2", "features.10"]);
    }

    #[test]
    fn labels_come_from_an_array_too_and_fit_where_they_fit() {
        let own = Zip::new().stored("x.npy", &matrix(2)).stored("conditions.npy", &npy("|S1", false, "(2,)", b"pq"));
        let folder = folder(&[
            ("conditions.npy", npy("<i2", false, "(2,)", &[4, 0, 5, 0])),
            ("a.npy", matrix(2)),
            ("b.npy", matrix(3)),
            ("c.npz", own.finish()),
        ]);
        let source = open_path(folder.path()).unwrap();
        let labels: Vec<_> = source.layers().iter().map(|layer| layer.conditions().labels()).collect();
        assert_eq!(labels[0].unwrap(), ["4", "5"]);
        assert_eq!(labels[1], None);
        assert_eq!(labels[2].unwrap(), ["p", "q"]);
        assert!(source.warnings()[0].contains("layer 'b' 3 conditions"), "{:?}", source.warnings());
    }

    #[test]
    fn empty_ambiguous_and_damaged_folders_are_errors() {
        let message = |files: &[(&str, Vec<u8>)]| open_path(folder(files).path()).unwrap_err().to_string();
        assert!(message(&[]).contains("holds no array"));
        assert!(message(&[("a.md", vec![])]).contains("holds no array"));
        assert!(message(&[("a.pt", vec![]), ("b.pt", vec![])]).contains("a.pt: files of type '.pt' are not read"));
        assert!(message(&[("a.npy", matrix(1)), ("a.csv", b"1\n".to_vec())]).contains("two files have a layer 'a'"));
        assert!(message(&[("a.npy", matrix(1)), ("b.npy", vec![1, 2])]).contains("b.npy: reading the npy header"));
        let labels = ("conditions.npy", npy("|S1", false, "(1,)", b"p"));
        assert!(message(&[labels, ("conditions.txt", b"p\n".to_vec())]).contains("two files with labels"));
        let counts = message(&[("a.npy", matrix(2)), ("conditions.csv", b"condition\np\nq\nr\n".to_vec())]);
        assert!(counts.contains("'conditions' for layer 'a': 3 labels for 2 conditions"), "{counts}");
        let header = message(&[("a.npy", matrix(2)), ("conditions.txt", b"condition\np\nq\n".to_vec())]);
        assert!(header.contains("'condition', looks like a header"), "{header}");
        let runs = message(&[("a.npy", matrix(2)), ("runs.npy", npy("<f8", false, "(2,)", &doubles(&[1.0, 1.5])))]);
        assert!(runs.contains("runs.npy: label 1 is 1.5"), "{runs}");
    }
}
