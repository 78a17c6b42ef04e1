//! Files of h5py (`tests/data/make_hdf5.py`), and files that lie.

use ndarray::{Array2, Axis};
use rsa_core::RowBlocks;

use crate::{
    Layer, LayerSource,
    tests::samples::{folder, open_bytes, open_path},
};

/// Returns the numbers 0 to 5 as three rows.
pub(super) fn counting() -> Array2<f64> {
    Array2::from_shape_fn((3, 2), |(i, j)| (2 * i + j) as f64)
}

fn names(source: &LayerSource) -> Vec<&str> {
    source.layers().iter().map(Layer::name).collect()
}

#[test]
fn every_type_is_read_in_both_byte_orders() {
    for bytes in [data!("types_earliest.h5"), data!("types_latest.h5")] {
        let source = open_bytes("x.h5", bytes).unwrap();
        assert_eq!(source.layers().len(), 23);
        assert!(source.warnings().is_empty(), "{:?}", source.warnings());
        for layer in source.layers() {
            let expected = if layer.name() == "x_bool" { counting() % 2.0 } else { counting() };
            assert_eq!(layer.read().unwrap().values(), expected, "{layer:?}");
            let kind = layer.dtype();
            let letter = if kind == "bool" { "x_bool" } else { layer.name() };
            assert!(letter.contains(&format!("_{}", &kind[..1])), "{letter} {kind}");
        }
    }
}

#[test]
fn every_storage_is_read_whole_and_in_blocks() {
    let expected = Array2::from_shape_fn((30, 7), |(i, j)| (7 * i + j) as f64);
    for bytes in [data!("storage_earliest.h5"), data!("storage_latest.h5")] {
        let source = open_bytes("x.h5", bytes).unwrap();
        assert_eq!(source.layers().len(), 12);
        assert!(source.warnings().is_empty(), "{:?}", source.warnings());
        for layer in source.layers().iter().filter(|layer| layer.name() != "deep/er/cube") {
            assert_eq!(layer.read().unwrap().values(), expected, "{layer:?}");
            layer.ensure_read_in_place().unwrap();
            for rows in [0..1, 3..9, 29..30, 0..30] {
                let mut block = Array2::zeros((rows.len(), 3));
                layer.read_block(rows.clone(), 2..5, block.view_mut()).unwrap();
                assert_eq!(
                    block,
                    expected.slice_axis(Axis(0), rows.into()).slice_axis(Axis(1), (2..5).into()),
                    "{layer:?}"
                );
            }
            let mut block = Array2::zeros((30, 2));
            layer.read_columns(0..30, &[6, 0], block.view_mut()).unwrap();
            assert_eq!(block.column(0), expected.column(6));
        }
        let cube = source.layers().iter().find(|layer| layer.name() == "deep/er/cube").unwrap();
        assert_eq!(cube.shape(), [2, 3, 4]);
        assert_eq!(cube.read().unwrap().values(), Array2::from_shape_fn((2, 12), |(i, j)| (12 * i + j) as f64));
    }
}

#[test]
fn datasets_have_their_paths_and_labels() {
    let source = open_bytes("x.h5", data!("plain.h5")).unwrap();
    assert_eq!(names(&source), ["layer1", "layer2", "layer10", "subject/betas"]);
    for layer in &source.layers()[..3] {
        assert_eq!(layer.read().unwrap().conditions().labels().unwrap(), ["cat", "big dog", "öwl"]);
        assert_eq!(layer.runs().unwrap(), ["1", "1", "2"]);
    }
    assert_eq!(source.layers()[3].conditions().labels().unwrap(), ["p", "q", "r"]);
    assert_eq!(source.layers()[3].read().unwrap().values(), counting() * 2.0);
    let warnings = source.warnings().join("\n");
    for part in [
        "'vector' is skipped: the array has shape (3,)",
        "'scalar' is skipped: is a single number",
        "'nothing' is skipped: is empty",
        "'no_rows' is skipped",
        "'complex' is skipped: is complex; save its absolute values",
        "'enumeration' is skipped: is an enumeration",
        "'table' is skipped: is a table with the fields a, b; save each as an array",
        "'fixed' is skipped: holds strings",
        "'link' is skipped: is another name of 'layer1'",
    ] {
        assert!(warnings.contains(part), "{part}: {warnings}");
    }
    assert!(!warnings.contains("dangling"), "{warnings}");
    let folder = folder(&[("x.h5", data!("plain.h5"))]);
    let one = open_path(&folder.path().join("x.h5::subject/betas")).unwrap();
    assert_eq!(names(&one), ["subject/betas"]);
    let error = open_path(&folder.path().join("x.h5::complex")).unwrap_err().to_string();
    assert!(error.contains("x.h5: array 'complex': is complex"), "{error}");
}

#[test]
fn numbers_that_were_never_written_are_errors() {
    let source = open_bytes("x.h5", data!("unwritten.h5")).unwrap();
    assert_eq!(names(&source), ["never_chunked", "partly"]);
    for layer in source.layers() {
        let error = layer.read().unwrap_err().to_string();
        assert!(error.contains(layer.name()) && error.contains("chunks were never written"), "{error}");
    }
    // The rows that are there are read.
    let mut block = Array2::zeros((1, 2));
    let error = source.layers()[1].read_block(29..30, 0..2, block.view_mut());
    assert!(error.is_err());
    assert!(source.warnings()[0].contains("'never' is skipped: was never written"), "{:?}", source.warnings());
}

#[test]
fn betas_keep_their_axes() {
    let source = open_bytes("x.hdf5", data!("betas.hdf5")).unwrap();
    let betas = &source.layers()[0];
    assert_eq!((betas.name(), betas.shape(), betas.dtype()), ("betas", &[5, 2, 3, 4][..], "int16"));
    assert_eq!(betas.read().unwrap().values()[[4, 23]], 59.0);
    let [note] = source.warnings() else { panic!("{:?}", source.warnings()) };
    assert!(note.contains("'betas'") && note.contains("int16") && note.contains("not divided"), "{note}");
}

#[test]
fn other_formats_are_refused_by_name() {
    let netcdf = open_bytes("x.nc", data!("three.nc")).unwrap_err().to_string();
    assert!(netcdf.contains("netCDF of version 3") && netcdf.contains("engine=\"h5netcdf\""), "{netcdf}");
    let other = open_bytes("x.h5", b"hello, this is text").unwrap_err().to_string();
    assert!(other.contains("does not start like an HDF5 file"), "{other}");
    assert!(open_bytes("x.h5", b"").unwrap_err().to_string().contains("end early"));
}
