//! NumPy's `.npz`: a zip archive of `.npy` arrays.
//!
//! Entries that are stored as they are, NumPy's default, are read in place; their checksums are not verified.
//! Compressed entries are inflated when they are read, and verified when they are read to their end.

mod archive_entry;
mod inflate;
mod npz_writer;
mod sparse;

use std::path::Path;

use rsa_core::{Error, Result};
use zip::{ZipArchive, result::ZipError};

use self::archive_entry::{ArchiveEntry, EntryContent};
pub use self::npz_writer::{Compression, NpzWriter};
use crate::{
    contents::{Contents, FileArray},
    format::FileFormat,
    options::OpenOptions,
    positioned::{PositionedFile, read_error},
};

/// The format `.npz`.
///
/// Arrays of strings with one axis or none are lists of strings. So is whatever is named `conditions`, `runs` or `names`.
pub(crate) struct NpzFormat;

impl FileFormat for NpzFormat {
    fn name(&self) -> &'static str {
        "NumPy archive"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["npz"]
    }

    fn names_arrays(&self) -> bool {
        true
    }

    fn open(&self, path: &Path, _: &OpenOptions) -> Result<Contents> {
        list(path)
    }
}

/// Lists the arrays of the archive at `path`.
pub(crate) fn list(path: &Path) -> Result<Contents> {
    let file = PositionedFile::open(path)?;
    let mut magic = [0; 2];
    // Otherwise the whole file would be searched for the end of an archive.
    if file.read_exact_at(0, &mut magic).is_err() || &magic != b"PK" {
        return Err(Error::format("does not start like a zip archive; the file is no npz file, or damaged"));
    }
    let mut archive = ZipArchive::new(file.cursor(0)).map_err(zip_error)?;
    if archive.has_duplicate_names() {
        return Err(Error::format("has two arrays of one name; write it with numpy.savez"));
    }
    let (mut contents, mut strings) = (Contents::default(), Vec::new());
    for index in 0..archive.len() {
        let entry = ArchiveEntry::new(&file, &mut archive, index)?;
        let Some(name) = entry.array_name().map(str::to_owned) else {
            if !entry.is_folder() {
                contents.skip(entry.name(), Error::format("is no npy array; write arrays with numpy.savez"));
            }
            continue;
        };
        let read = entry.read(&file, &mut archive, &name).map_err(|error| error.context(format!("array '{name}'")));
        let place = format!("{}::{name}", path.display());
        match read? {
            EntryContent::Strings => strings.push((name, entry)),
            EntryContent::Skipped(reason) => contents.skip(name, reason),
            EntryContent::Stored(array) => contents.arrays.push(FileArray::new(name, place, array)),
            EntryContent::Deflated(array) => contents.arrays.push(FileArray::new(name, place, *array)),
        }
    }
    let most_rows = contents.arrays.iter().flat_map(FileArray::shape).copied().max().unwrap_or(0);
    for (name, entry) in strings {
        let read = entry.read_strings(&file, &mut archive, &name, most_rows);
        match read.map_err(|error| error.context(format!("array '{name}'")))? {
            Ok(strings) => contents.texts.push((name, strings)),
            Err(reason) => contents.skip(name, reason),
        }
    }
    sparse::refuse(&contents, path)?;
    contents.note_neighbors();
    Ok(contents)
}

/// Reads the entries that `is_wanted` keeps by their names to their ends, where their checksums are verified.
///
/// # Errors
/// `Format` naming the entry that is damaged; `Io`.
pub(crate) fn verify(path: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<()> {
    let file = PositionedFile::open(path)?;
    let mut archive = ZipArchive::new(file.cursor(0)).map_err(zip_error)?;
    for index in 0..archive.len() {
        let entry = ArchiveEntry::new(&file, &mut archive, index)?;
        if is_wanted(entry.name()) {
            entry.verify(&file, &mut archive)?;
        }
    }
    Ok(())
}

/// Returns the error of an archive that cannot be read.
fn zip_error(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) => read_error("reading the zip archive", error),
        error => Error::format(format!("the zip archive is not readable: {error}; write it with numpy.savez")),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use rsa_core::{ErrorKind, RowBlocks};

    use super::*;
    use crate::{
        Layer,
        formats::npy::FloatWidth,
        tests::samples::{Zip, crc32, doubles, npy, open_bytes},
    };

    /// Deflates without compressing, in blocks the format calls stored.
    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let length = bytes.len() as u16;
        [&[1], length.to_le_bytes().as_slice(), &(!length).to_le_bytes(), bytes].concat()
    }

    fn matrix() -> Vec<u8> {
        npy("<f8", false, "(3, 2)", &doubles(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))
    }

    fn labels(descr: &str, data: &[u8]) -> Vec<u8> {
        npy(descr, false, "(3,)", data)
    }

    #[test]
    fn stored_and_deflated_arrays_are_layers_in_the_order_of_the_file() {
        let whole = matrix();
        let fortran = npy("<f8", true, "(3, 2)", &doubles(&[1.0, 3.0, 5.0, 2.0, 4.0, 6.0]));
        let bytes = Zip::new()
            .stored("z.npy", &whole)
            .entry("a.npy", 0, 8, &deflate(&whole), whole.len() as u32, crc32(&whole))
            .stored("deep/m.npy", &fortran)
            .entry("f.npy", 0, 8, &deflate(&fortran), fortran.len() as u32, crc32(&fortran))
            .stored("scalar.npy", &npy("<f8", false, "()", &[0; 8]))
            .stored("complex.npy", &npy("<c16", false, "(1, 1)", &[0; 16]))
            .stored("README.txt", b"hello")
            .finish();
        let source = open_bytes("x.npz", &bytes).unwrap();
        let names: Vec<_> = source.layers().iter().map(Layer::name).collect();
        assert_eq!(names, ["z", "a", "deep/m", "f"]);
        for layer in source.layers() {
            assert_eq!(layer.read().unwrap().values(), array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], "{layer:?}");
            let mut block = Array2::zeros((1, 2));
            layer.read_rows(1..2, block.view_mut()).unwrap();
            assert_eq!(block, array![[3.0, 4.0]], "{layer:?}");
        }
        let warnings = source.warnings();
        assert_eq!(warnings.len(), 3);
        for (warning, name) in warnings.iter().zip(["scalar", "complex", "README.txt"]) {
            assert!(warning.contains("x.npz") && warning.contains(&format!("'{name}' is skipped")), "{warning}");
        }
    }

    #[test]
    fn the_array_conditions_labels_the_rows() {
        let points = |text: &str| text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect::<Vec<_>>();
        for (descr, data, expected) in [
            (">U3", points("catdogowl"), ["cat", "dog", "owl"]),
            ("|S2", b"a\0b\0cc".to_vec(), ["a", "b", "cc"]),
            ("|u1", vec![7, 8, 9], ["7", "8", "9"]),
        ] {
            let deflated = labels(descr, &data);
            let crc = crc32(&deflated);
            for zip in [
                Zip::new().stored("conditions.npy", &deflated),
                Zip::new().entry("conditions.npy", 0, 8, &deflate(&deflated), deflated.len() as u32, crc),
            ] {
                let other = npy("<f8", false, "(2, 1)", &[0; 16]);
                let bytes = zip.stored("x.npy", &matrix()).stored("other.npy", &other).finish();
                let source = open_bytes("x.npz", &bytes).unwrap();
                assert_eq!(source.layers().len(), 2);
                assert_eq!(source.layers()[0].conditions().labels().unwrap(), expected);
                assert_eq!(source.layers()[0].read().unwrap().conditions().labels().unwrap(), expected);
                assert_eq!(source.layers()[1].conditions().labels(), None);
                assert!(source.warnings()[0].contains("3 labels and layer 'other' 2 conditions"));
            }
        }
    }

    #[test]
    fn labels_that_cannot_be_read_or_do_not_fit_are_errors() {
        let open = |name: &str, list: &[u8]| {
            let zip = Zip::new().stored(&format!("{name}.npy"), list).stored("x.npy", &matrix());
            open_bytes("x.npz", &zip.finish())
        };
        for name in ["conditions", "runs"] {
            for (descr, data, part) in [
                ("<f8", doubles(&[0.0, 1.0, 0.5]), "label 2 is 0.5"),
                ("|S1", b"a\xffb".to_vec(), "label 1 is no UTF-8"),
                ("<c8", vec![0; 24], "must be strings or whole numbers"),
            ] {
                let error = open(name, &labels(descr, &data)).unwrap_err().to_string();
                assert!(error.contains(&format!("x.npz: array '{name}': ")) && error.contains(part), "{error}");
            }
            let two = open(name, &npy("|u1", false, "(2,)", &[7, 8])).unwrap_err();
            assert_eq!(two.kind().name(), "ShapeMismatch");
            let expected = format!("'{name}' for layer 'x': 2 labels for 3 conditions; axis 1 of the array (3, 2)");
            assert!(two.to_string().contains(&expected), "{two}");
            let table = open(name, &npy("<f8", false, "(3, 2)", &[0; 48])).unwrap_err().to_string();
            assert!(table.contains("shape (3, 2)"), "{table}");
        }
        let twice = Zip::new().stored("x.npy", &matrix()).stored("x.npy", &matrix()).finish();
        assert!(open_bytes("x.npz", &twice).unwrap_err().to_string().contains("two arrays of one name"));
    }

    #[test]
    fn the_array_runs_gives_the_run_of_each_row() {
        let zip = Zip::new().stored("runs.npy", &labels("<f8", &doubles(&[1.0, 1.0, 2.0]))).stored("x.npy", &matrix());
        let source = open_bytes("x.npz", &zip.finish()).unwrap();
        assert_eq!(source.layers()[0].runs().unwrap(), ["1", "1", "2"]);
        assert_eq!(source.layers()[0].conditions().labels(), None);
        assert!(source.warnings().is_empty(), "{:?}", source.warnings());
    }

    #[test]
    fn a_sparse_matrix_is_refused_with_the_line_that_makes_it_dense() {
        let shape = npy("<i8", false, "(2,)", &[10, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 0, 0, 0, 0]);
        let sparse = |format: &[u8]| {
            Zip::new()
                .stored("format.npy", &npy("|S3", false, "()", format))
                .stored("shape.npy", &shape)
                .stored("data.npy", &matrix())
        };
        for format in ["bsr", "dia", "csr"] {
            let message = open_bytes("x.npz", &sparse(format.as_bytes()).finish()).unwrap_err().to_string();
            assert!(message.contains(&format!("holds a sparse matrix ({format}, 10 x 28)")), "{message}");
            assert!(message.contains("scipy.sparse.load_npz(") && message.contains("x.npz\").toarray()"), "{message}");
        }
        // The package `sparse` names no format.
        let coords =
            Zip::new().stored("coords.npy", &matrix()).stored("shape.npy", &shape).stored("data.npy", &matrix());
        let message = open_bytes("x.npz", &coords.finish()).unwrap_err().to_string();
        assert!(message.contains("x.npz\").todense()"), "{message}");
        // Layers that happen to have these names.
        for zip in [Zip::new().stored("data.npy", &matrix()), sparse(b"xyz")] {
            assert_eq!(open_bytes("x.npz", &zip.finish()).unwrap().layers().len(), 1);
        }
    }

    #[test]
    fn neighbors_of_the_names_are_noted() {
        for (name, wanted) in [("Conditions", "conditions"), ("labels", "conditions"), ("Run", "runs")] {
            for list in [labels("|S1", b"abc"), labels("|u1", &[1, 2, 3]), labels("|O", b"")] {
                let zip = Zip::new().stored(&format!("{name}.npy"), &list).stored("x.npy", &matrix()).finish();
                let folder = crate::tests::samples::folder(&[("x.npz", zip)]);
                for input in ["x.npz", "x.npz::x"] {
                    let source = crate::tests::samples::open_path(&folder.path().join(input)).unwrap();
                    let [note] = source.warnings() else { panic!("{:?}", source.warnings()) };
                    assert!(note.contains(&format!("'{name}' is not read; name it '{wanted}'")), "{note}");
                }
            }
        }
        let zip =
            Zip::new().stored("conditions.npy", &labels("|S1", b"abc")).stored("labels.npy", &labels("|S1", b"abc"));
        let source = open_bytes("x.npz", &zip.stored("x.npy", &matrix()).finish()).unwrap();
        assert!(source.warnings()[0].contains("'labels' is skipped: holds strings"), "{:?}", source.warnings());
    }

    #[test]
    fn an_entry_that_holds_another_amount_than_it_claims_is_an_error() {
        let whole = matrix();
        let (longer, shorter) = ([whole.as_slice(), &[0]].concat(), &whole[..whole.len() - 1]);
        let size = whole.len() as u32;
        // Where the archive tells the truth, the header lies and is caught at once.
        for contents in [&longer, shorter] {
            let error = open_bytes("x.npz", &Zip::new().stored("x.npy", contents).finish()).unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::Format);
            assert!(error.to_string().contains("array 'x': the header claims"), "{error}");
        }
        // Where the archive lies too, the entry is caught when it is read.
        for contents in [&longer, shorter] {
            let zip = Zip::new().entry("x.npy", 0, 8, &deflate(contents), size, crc32(contents));
            let layer = open_bytes("x.npz", &zip.finish()).unwrap().into_layers().remove(0);
            let error = layer.read().unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::Format);
            assert!(error.to_string().contains("x.npz::x: inflating"), "{error}");
            let mut block = Array2::zeros((3, 2));
            assert!(layer.read_rows(0..3, block.view_mut()).is_err());
            let mut block = Array2::zeros((2, 2));
            layer.read_rows(0..2, block.view_mut()).unwrap();
        }
        let zip = Zip::new().entry("x.npy", 0, 8, &deflate(&whole), size, crc32(&whole) ^ 1);
        assert!(open_bytes("x.npz", &zip.finish()).unwrap().layers()[0].read().is_err());
    }

    #[test]
    fn a_claim_that_no_compression_reaches_is_refused_when_the_file_is_opened() {
        let bomb = npy("|i1", false, "(1000000, 4000)", &[]);
        let size = bomb.len() as u32 + 4_000_000_000;
        let zip = Zip::new().entry("x.npy", 0, 8, &deflate(&bomb), size, 0);
        let error = open_bytes("x.npz", &zip.finish()).unwrap_err();
        assert!(error.to_string().contains("bytes hold 4000000"), "{error}");
    }

    #[test]
    fn strings_are_judged_by_their_header_before_they_are_inflated() {
        // The stream ends behind the header: reading on would fail in other words.
        let bomb = |name: &str, descr: &str, shape: &str, bytes: usize| {
            let header = npy(descr, false, shape, &[]);
            let deflated = [&deflate(&header)[..], &vec![0xff; bytes / 1000]].concat();
            let size = (header.len() + bytes) as u32;
            let zip = Zip::new().stored("x.npy", &matrix()).entry(name, 0, 8, &deflated, size, 0);
            open_bytes("x.npz", &zip.finish()).unwrap_err().to_string()
        };
        let (labels, others) = ("conditions.npy", "other.npy");
        let said = bomb(labels, "<i8", "(5000000,)", 40_000_000);
        assert!(said.contains("array 'conditions': 5000000 labels, and no array has more than 3 rows"), "{said}");
        let said = bomb(labels, "<U4096", "(3,)", 40_000_000);
        assert!(said.contains("the header claims 49152 bytes and the archive holds 40000000"), "{said}");
        let said = bomb(others, "<U4096", "(20480,)", 335_544_320);
        assert!(said.contains("335544320 bytes of strings"), "{said}");
        let said = bomb(others, "<U8", "()", 40_000_000);
        assert!(said.contains("the header claims 32 bytes and the archive holds"), "{said}");
    }

    #[test]
    fn encrypted_and_exotic_entries_are_named() {
        let whole = matrix();
        for (flags, method, part) in
            [(1, 0, "is encrypted"), (0, 12, "unsupported method"), (0, 93, "unsupported method")]
        {
            let zip = Zip::new().entry("x.npy", flags, method, &whole, whole.len() as u32, crc32(&whole));
            let error = open_bytes("x.npz", &zip.finish()).unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::Format);
            assert!(error.to_string().contains(part), "{error}");
        }
        assert!(open_bytes("x.npz", b"\x93NUMPY").unwrap_err().to_string().contains("no npz file"));
        assert!(open_bytes("x.npz", &Zip::new().finish()).unwrap_err().to_string().contains("holds no array"));
    }

    #[test]
    fn without_a_layer_the_reasons_are_given() {
        let zip = Zip::new()
            .stored("a.npy", &npy("<c16", false, "(1, 1)", &[0; 16]))
            .stored("b.npy", &npy("<f8", false, "(2,)", &[0; 16]));
        let message = open_bytes("x.npz", &zip.finish()).unwrap_err().to_string();
        assert!(message.contains("'a':") && message.contains("magnitude") && message.contains("'b':"), "{message}");
    }

    #[test]
    fn files_of_numpy_are_read() {
        // numpy.savez and numpy.savez_compressed of NumPy 2.4.6, of x = arange(6, dtype="<f4").reshape(3, 2) / 4:
        // conv=x, fc=asfortranarray(2 x in f8), scalar=float64(3), conditions=array(["cat", "dog", "owl"]).
        let files = [
            include_bytes!("../../tests/data/stored.npz").as_slice(),
            include_bytes!("../../tests/data/deflated.npz").as_slice(),
        ];
        for bytes in files {
            let source = open_bytes("x.npz", bytes).unwrap();
            let names: Vec<_> = source.layers().iter().map(Layer::name).collect();
            assert_eq!(names, ["conv", "fc"]);
            let conv = source.layers()[0].read().unwrap();
            assert_eq!(conv.values(), array![[0.0, 0.25], [0.5, 0.75], [1.0, 1.25]]);
            assert_eq!(conv.conditions().labels().unwrap(), ["cat", "dog", "owl"]);
            assert_eq!(source.layers()[1].read().unwrap().values(), array![[0.0, 0.5], [1.0, 1.5], [2.0, 2.5]]);
            assert_eq!(source.warnings().len(), 1);
        }
    }

    #[test]
    fn what_is_written_is_read_and_always_the_same() {
        let x = Array2::from_shape_fn((40, 30), |(i, j)| (i * j) as f64 / 8.0);
        let names: Vec<_> = (0..40).map(|i| format!("bild ä{i}")).collect();
        for compression in [Compression::Stored, Compression::Deflated] {
            let write = || {
                let mut npz = NpzWriter::new(Vec::new(), compression);
                npz.add_matrix("half", x.view(), FloatWidth::F16).unwrap();
                npz.add_strings("conditions", &names).unwrap();
                npz.add_matrix("double", x.view(), FloatWidth::F64).unwrap();
                npz.finish().unwrap()
            };
            let bytes = write();
            assert_eq!(bytes, write());
            let source = open_bytes("x.npz", &bytes).unwrap();
            assert!(source.warnings().is_empty());
            for layer in source.layers() {
                let read = layer.read().unwrap();
                assert_eq!((read.values(), read.conditions().labels().unwrap()), (x.view(), names.as_slice()));
            }
        }
    }
}
