//! [`read_rdms`] and [`write_rdms`]: files of representational dissimilarity matrices.

mod array_file;
mod exactness;
mod file_rdms;
mod long_columns;
mod long_table;
mod look_alikes;
mod meadows_json;
mod movie;
mod own_json;
mod place;
mod reading;
mod square;
mod stored_forms;
mod table_cells;
mod table_file;
mod table_frame;
mod writing;

use std::path::{Path, PathBuf};

use rsa_core::{Conditions, Error, Rdm, Result};

pub use self::{
    movie::{RdmMovie, read_movie},
    place::RdmPlace,
    writing::{write_mat_rdms, write_rdms, write_square_table, write_toolbox_rdms, write_triangles},
};
use crate::{
    contents::CONDITIONS,
    formats::{
        folder::{list_files, name_in_folder},
        table::RawTable,
    },
    labels::ensure_label_count,
    open::{list_input_files, open_contents, split_address},
    options::{DropFeatures, OpenOptions},
    positioned::extension,
};

/// The array that holds the matrices in a file that [`write_rdms`] wrote.
const RDMS: &str = "rdms";

/// The array of the rounding error of each matrix, by which ties of computed distances are judged.
const ROUNDING: &str = "rounding";

/// The dissimilarity matrices of one file or folder.
#[derive(Clone, Debug, Default)]
pub struct StoredRdms {
    /// Name and matrix, in the order of the file.
    pub rdms: Vec<(String, Rdm)>,
    /// Place of each matrix of `rdms`.
    pub places: Vec<RdmPlace>,
    /// Parts that were skipped or not understood, and what was done, one sentence each, naming the file.
    pub warnings: Vec<String>,
    /// `true` if 1 − s was taken of a matrix, as [`OpenOptions::similarities`] says.
    pub one_minus: bool,
    /// `true` if a diagonal that is not 0 was left out, as [`OpenOptions::diagonal`] says.
    pub diagonal_ignored: bool,
}

/// Reads all dissimilarity matrices of `FILE`, of one array `FILE::NAME` of it, or of a folder of files.
///
/// An array of one axis is one matrix, the upper triangle row by row. One of two axes is a matrix in square form if it
/// is symmetric with a zero diagonal, up to rounding, and otherwise has one upper triangle a row. Further axes before
/// them count the matrices. NaN is a missing dissimilarity. In a `.npz` the arrays `conditions` and `names` label
/// conditions and matrices, and if there is an array `rdms` the others are left out; in a folder `conditions.npy` or
/// `conditions.txt` labels what its own file does not.
///
/// A table is a matrix in square form with or without names around it, upper triangles, or a long table: two columns of
/// conditions, one of dissimilarities, and perhaps one that names RDMs. Blank cells are missing. The JSON of
/// `rsakit rdm` is read, too, and so are exports of Meadows, `.json` and `.mat`: an RDM for each participant or task. Entries
/// are compared with the precision that they show, not that of their container.
///
/// # Errors
/// The errors of [`open`](crate::open()); `ShapeMismatch`, with the remedy, for an array whose rows are the pairs of no
/// number of conditions or that looks like something else; `NonFinite` for an infinity.
pub fn read_rdms(input: &str, options: &OpenOptions) -> Result<StoredRdms> {
    if options.choose_voxels() || options.choose_times() || options.drop_features != DropFeatures::default() {
        return Err(Error::format(
            "--mask, --roi, --window, --baseline and --drop-features are about patterns, and dissimilarity matrices are \
             read here",
        ));
    }
    let (path, name) = split_address(input);
    let read = if path.is_dir() && !options.held.hold(path) {
        read_folder(path, name, options)
    } else {
        read_file(path, name, options)
    };
    let mut stored = read.map_err(|error| error.context(path.display()))?;
    for warning in &mut stored.warnings {
        *warning = format!("{}: {warning}", path.display());
    }
    Ok(stored)
}

/// Returns about the bytes of the matrices that [`read_rdms`] reads, by headers of arrays or sizes of texts.
///
/// Files that cannot be read count as 0; reading them gives the error.
pub fn rdms_bytes(input: &str, options: &OpenOptions) -> usize {
    let (path, name) = split_address(input);
    let bytes = |file: PathBuf| file_bytes(&file, name.filter(|_| file == path), options);
    list_input_files(input).into_iter().map(bytes).fold(0, usize::saturating_add)
}

fn file_bytes(path: &Path, name: Option<&str>, options: &OpenOptions) -> usize {
    if !options.held.hold(path) && (extension(path) == "json" || RawTable::is_table(path)) {
        // A text is parsed when it is opened, which would take the memory in question.
        return path.metadata().map_or(0, |metadata| usize::try_from(metadata.len()).unwrap_or(usize::MAX));
    }
    let Ok(contents) = open_contents(path, options) else { return 0 };
    let arrays = || contents.arrays.iter();
    let wanted = name.or(arrays().any(|array| array.name == RDMS).then_some(RDMS));
    let of_array = |shape: &[usize]| shape.iter().fold(size_of::<f64>(), |bytes, &length| bytes.saturating_mul(length));
    let read = arrays().filter(|array| wanted.is_none_or(|wanted| array.name == wanted));
    read.map(|array| of_array(&array.rdm_shape())).fold(0, usize::saturating_add)
}

fn read_file(path: &Path, name: Option<&str>, options: &OpenOptions) -> Result<StoredRdms> {
    let found = match extension(path).as_str() {
        _ if options.held.hold(path) => array_file::read(path, name, options),
        "json" => own_json::read(path),
        _ if RawTable::is_table(path) => table_file::read(path, name, options),
        _ => array_file::read(path, name, options),
    };
    Ok(found?.into_stored(options.similarities))
}

fn read_folder(path: &Path, name: Option<&str>, options: &OpenOptions) -> Result<StoredRdms> {
    let files = list_files(path)?;
    let mut all = StoredRdms { warnings: files.warnings, ..StoredRdms::default() };
    for (path, file) in &files.paths {
        let found = read_file(path, None, options).map_err(|error| error.context(file))?;
        for (name, rdm) in found.rdms {
            all.rdms.push((name_in_folder(path, &name), rdm));
        }
        all.places.extend(found.places.into_iter().map(|place| RdmPlace { file: file.clone(), ..place }));
        all.warnings.extend(found.warnings.into_iter().map(|warning| format!("{file}: {warning}")));
        all.one_minus |= found.one_minus;
        all.diagonal_ignored |= found.diagonal_ignored;
    }
    if let Some(labels) = files.labels.conditions {
        label(&mut all.rdms, &Conditions::labeled(labels), &mut all.warnings)?;
    }
    if let Some(name) = name {
        let both = all.rdms.into_iter().zip(all.places).filter(|((there, _), _)| there == name);
        (all.rdms, all.places) = both.unzip();
    }
    match all.rdms.is_empty() {
        true => Err(Error::format("holds no such dissimilarity matrix")),
        false => Ok(all),
    }
}

/// Labels the matrices without labels, and warns of those that have another number of conditions.
fn label(rdms: &mut [(String, Rdm)], conditions: &Conditions, warnings: &mut Vec<String>) -> Result<()> {
    let is_open = |rdm: &Rdm| rdm.conditions().labels().is_none();
    let mut counts = rdms.iter().filter(|(_, rdm)| is_open(rdm)).map(|(_, rdm)| rdm.n_conditions()).peekable();
    if let Some(&n_conditions) = counts.peek()
        && counts.all(|n| n != conditions.count())
    {
        // RDMs whose labels are left out would be compared in the order in which they stand.
        let labels = conditions.labels().unwrap_or_default();
        return ensure_label_count(labels, n_conditions).map_err(|error| error.context(format!("'{CONDITIONS}'")));
    }
    for (name, rdm) in rdms.iter_mut().filter(|(_, rdm)| is_open(rdm)) {
        if rdm.n_conditions() == conditions.count() {
            *rdm = rdm.clone().with_conditions(conditions.clone())?;
        } else {
            warnings.push(format!(
                "'{}' has {} labels and the RDM '{name}' {} conditions; it stays without labels",
                CONDITIONS,
                conditions.count(),
                rdm.n_conditions()
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples::{Zip, doubles, folder, npy};

    fn read(folder: &tempfile::TempDir, input: &str) -> Result<StoredRdms> {
        read_rdms(&format!("{}/{input}", folder.path().display()), &OpenOptions::default())
    }

    fn names(stored: &StoredRdms) -> Vec<&str> {
        stored.rdms.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn what_is_written_is_read_with_its_labels_and_names() {
        let rdm = |values: [f64; 3]| {
            let conditions = Conditions::labeled(["cat", "dog", "owl"]);
            Rdm::new(values.to_vec()).unwrap().with_conditions(conditions).unwrap().with_rounding(1e-9).unwrap()
        };
        let rdms = [("it".to_owned(), rdm([1.0, f64::NAN, -0.5])), ("v1/é".to_owned(), rdm([0.1, 0.2, 0.3]))];
        let mut bytes = Vec::new();
        write_rdms(&mut bytes, &rdms).unwrap();
        let folder = folder(&[("x.npz", bytes)]);
        let stored = read(&folder, "x.npz").unwrap();
        assert_eq!((names(&stored), stored.warnings.len()), (vec!["it", "v1/é"], 0));
        for ((_, found), (_, rdm)) in stored.rdms.iter().zip(&rdms) {
            assert_eq!((found.conditions(), found.rounding()), (rdm.conditions(), 1e-9));
            assert_eq!(
                found.values().iter().map(|v| v.to_bits()).collect::<Vec<_>>(),
                rdm.values().iter().map(|v| v.to_bits()).collect::<Vec<_>>()
            );
        }
        let other = Rdm::new(vec![1.0]).unwrap();
        let error = write_rdms(Vec::new(), &[rdms[0].clone(), ("other".to_owned(), other)]).unwrap_err();
        assert!(error.to_string().contains("RDM 'other'"), "{error}");
        assert!(write_rdms(Vec::new(), &[]).is_err());
    }

    #[test]
    fn matrices_of_two_conditions_are_read_as_they_were_written() {
        for count in 1..=3 {
            let rdm = |k: usize| (format!("v{k}"), Rdm::new(vec![k as f64 + 0.5]).unwrap());
            let rdms: Vec<_> = (0..count).map(rdm).collect();
            let mut bytes = Vec::new();
            write_rdms(&mut bytes, &rdms).unwrap();
            assert_eq!(read(&folder(&[("x.npz", bytes)]), "x.npz").unwrap().rdms, rdms);
        }
    }

    #[test]
    fn names_that_do_not_fit_are_left_out_and_said() {
        let zip = Zip::new()
            .stored("rdms.npy", &npy("<f8", false, "(2, 3)", &doubles(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])))
            .stored("names.npy", &npy("|S1", false, "(1,)", b"a"))
            .stored("more.npy", &npy("<f8", false, "(2,)", &[0; 16]));
        let folder = folder(&[("x.npz", zip.finish())]);
        let stored = read(&folder, "x.npz").unwrap();
        assert_eq!(names(&stored), ["rdms[0]", "rdms[1]"]);
        assert_eq!(stored.warnings.len(), 1, "{:?}", stored.warnings);
        assert!(stored.warnings.iter().all(|warning| warning.contains("x.npz: ")));
        let error = read(&folder, "x.npz::more").unwrap_err();
        assert!(error.to_string().contains("array 'more': 2 dissimilarities"), "{error}");
        assert!(read(&folder, "x.npz::none").unwrap_err().to_string().contains("it has 'rdms', 'more'"));
    }

    #[test]
    fn labels_of_another_number_are_an_error() {
        let rdms = npy("<f8", false, "(2, 3)", &doubles(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
        let zip = Zip::new().stored("rdms.npy", &rdms).stored("conditions.npy", &npy("|S1", false, "(4,)", b"abcd"));
        let folder = folder(&[("x.npz", zip.finish())]);
        for input in ["x.npz", "x.npz::rdms"] {
            let error = read(&folder, input).unwrap_err();
            assert_eq!(error.kind().name(), "ShapeMismatch");
            assert!(error.to_string().contains("x.npz: 'conditions': 4 labels for 3 conditions"), "{error}");
        }
    }

    #[test]
    fn a_folder_of_subjects_is_a_set_of_matrices() {
        let vector = |value: f64| npy("<f8", false, "(3,)", &doubles(&[value, 2.0, 3.0]));
        let folder = folder(&[
            ("s1.npy", vector(1.0)),
            ("s2.csv", b",cat,dog,owl\ncat,0,4,2\ndog,4,0,3\nowl,2,3,0\n".to_vec()),
            ("conditions.txt", b"cat\ndog\nowl\n".to_vec()),
        ]);
        let stored = read(&folder, "").unwrap();
        assert_eq!(names(&stored), ["s1", "s2"]);
        assert_eq!(stored.rdms[1].1.values(), [4.0, 2.0, 3.0]);
        for (_, rdm) in &stored.rdms {
            assert_eq!(rdm.conditions().labels().unwrap(), ["cat", "dog", "owl"]);
        }
    }
}
