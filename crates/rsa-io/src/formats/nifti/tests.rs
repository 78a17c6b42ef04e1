//! Files that nibabel reads (`tests/data/make_nifti.py`), and files that lie.

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use ndarray::{Array2, Axis, Slice, array};
use rsa_core::{PositionUnit, RowBlocks};
use serde::Deserialize;
use tempfile::TempDir;

use crate::{
    Layer, OpenOptions, RegionOptions, open,
    tests::{
        samples::{folder, open_bytes, open_path},
        voxels::gzip,
    },
};

/// Shape, affine and values of a file as nibabel reads it.
#[derive(Deserialize)]
struct Golden {
    shape: [usize; 3],
    affine: [[f64; 4]; 3],
    values: Vec<Vec<f64>>,
}

fn data() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/nifti")
}

fn goldens() -> BTreeMap<String, Golden> {
    serde_json::from_str(&std::fs::read_to_string(data().join("goldens.json")).unwrap()).unwrap()
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(data().join(name)).unwrap()
}

fn only_layer(path: &Path) -> Layer {
    let source = open_path(path).unwrap();
    assert_eq!(source.layers().len(), 1);
    source.into_layers().remove(0)
}

#[test]
fn values_and_affines_are_those_of_nibabel() {
    let goldens = goldens();
    assert_eq!(goldens.len(), 49);
    for (name, golden) in goldens {
        let source = open_path(&data().join(&name)).unwrap();
        let layer = &source.layers()[0];
        assert!(source.warnings().is_empty(), "{name}: {:?}", source.warnings());
        let expected = Array2::from_shape_vec((golden.values.len(), golden.values[0].len()), golden.values.concat());
        let expected = expected.unwrap();
        let x = layer.read().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(x.values(), expected, "{name}");
        let geometry = layer.geometry().unwrap();
        assert_eq!(geometry.shape(), golden.shape, "{name}");
        for (own, golden) in geometry.affine().iter().flatten().zip(golden.affine.iter().flatten()) {
            // Quaternions of version 1 are 32-bit floats, from which nibabel computes in that precision.
            assert!((own - golden).abs() < 1e-6, "{name}: {:?}", geometry.affine());
        }
        // Blocks, forwards and backwards.
        let (n, p) = expected.dim();
        for (rows, columns) in [(0..n, 0..1), (n - 1..n, 1..p), (0..1, p - 1..p), (n / 2..n, 0..p)] {
            let mut block = Array2::zeros((rows.len(), columns.len()));
            layer.read_block(rows.clone(), columns.clone(), block.view_mut()).unwrap();
            let part = expected.slice_axis(Axis(0), Slice::from(rows));
            assert_eq!(block, part.slice_axis(Axis(1), Slice::from(columns)), "{name}");
        }
        let mut block = Array2::zeros((n, 3));
        layer.read_columns(0..n, &[p - 1, 0, p - 1], block.view_mut()).unwrap();
        assert_eq!(block.column(2), expected.column(p - 1), "{name}");
        assert_eq!(block.column(1), expected.column(0), "{name}");
    }
}

#[test]
fn types_and_precisions_are_those_of_the_file() {
    for (name, dtype, precision) in [
        ("int16.nii", "int16", f64::EPSILON),
        ("slope.nii", "int16", f64::EPSILON),
        ("float32.nii", "float32", f32::EPSILON.into()),
        ("slope_float.nii", "float32", f32::EPSILON.into()),
        ("float64_2_big.nii", "float64", f64::EPSILON),
    ] {
        let layer = only_layer(&data().join(name));
        assert_eq!(layer.dtype(), dtype);
        assert_eq!(layer.precision(), precision, "{name}");
        assert_eq!(layer.read().unwrap().precision(), precision, "{name}");
    }
}

#[test]
fn either_file_of_a_pair_opens_it() {
    for (name, other) in [("pair.hdr", "pair.img"), ("pair_compressed.hdr.gz", "pair_compressed.img.gz")] {
        let (by_header, by_numbers) = (only_layer(&data().join(name)), only_layer(&data().join(other)));
        assert_eq!(by_header.read().unwrap().values(), by_numbers.read().unwrap().values());
        assert_eq!(by_header.name(), by_numbers.name());
    }
    let pair = folder(&[("a.hdr", bytes("pair.hdr")), ("a.img", bytes("pair.img"))]);
    let source = open_path(pair.path()).unwrap();
    assert_eq!((source.layers().len(), source.layers()[0].name()), (1, "a"));
    assert!(source.warnings().is_empty(), "{:?}", source.warnings());
    std::fs::remove_file(pair.path().join("a.img")).unwrap();
    let error = open_path(&pair.path().join("a.hdr")).unwrap_err().to_string();
    assert!(error.contains("a.img' is missing beside it"), "{error}");
    let error = open_bytes("x.nii", &bytes("pair.hdr")).unwrap_err().to_string();
    assert!(error.contains("x.nii: says that its numbers are in a file of their own"), "{error}");
    let error = open_bytes("x.img", &bytes("int16.nii")).unwrap_err().to_string();
    assert!(error.contains("x.hdr' is missing"), "{error}");
}

/// A file of 16-bit floats of version 1: `base` with other numbers.
fn floats(name: &str, values: &[f32]) -> Vec<u8> {
    let mut file = bytes(name);
    file.truncate(352);
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    file
}

#[test]
fn voxels_without_variance_or_with_gaps_are_no_features() {
    let mut values: Vec<f32> = (0..36).map(|k| k as f32).collect();
    for volume in 0..3 {
        // Voxel 0 is constant, and 1 is NaN throughout.
        values[12 * volume] = 7.0;
        values[12 * volume + 1] = f32::NAN;
    }
    values[12 + 5] = f32::INFINITY;
    let source = open_bytes("sub-01.nii", &floats("float32.nii", &values)).unwrap();
    let note = "layer 'sub-01': 9 of 12 voxels are features: 1 are constant over all 3 volumes and 2 have a NaN";
    assert!(source.warnings()[0].contains(note), "{:?}", source.warnings());
    let x = source.layers()[0].read().unwrap();
    assert_eq!(x.values().row(1), array![14.0, 15.0, 16.0, 18.0, 19.0, 20.0, 21.0, 22.0, 23.0]);
    let (grid, positions) = (x.features().grid().unwrap(), x.features().positions().unwrap());
    assert_eq!(grid.axes().iter().map(|axis| axis.name.as_str()).collect::<Vec<_>>(), ["z", "y", "x"]);
    // Voxel 2 is the third along x, and voxel 6 the first of the second slice.
    assert_eq!((grid.index(0), grid.index(3), grid.place(3)), (vec![0, 0, 2], vec![1, 0, 0], 6));
    assert_eq!(positions.unit(), PositionUnit::Millimeters);
    assert_eq!(positions.get(0), [2.0 * 2.0 - 31.5, 12.0, -1.0 + 7.125]);
    assert_eq!(source.layers()[0].geometry().unwrap().index(6), [0, 0, 1]);
    let mut block = Array2::zeros((2, 2));
    source.layers()[0].read_block(1..3, 2..4, block.view_mut()).unwrap();
    assert_eq!(block, array![[16.0, 18.0], [28.0, 30.0]]);
    source.layers()[0].read_columns(0..2, &[8, 0], block.view_mut()).unwrap();
    assert_eq!(block, array![[11.0, 2.0], [23.0, 14.0]]);

    let constant = open_bytes("x.nii", &floats("float32.nii", &[1.0; 36])).unwrap_err().to_string();
    assert!(constant.contains("of 12 voxels 12 are constant over all 3 volumes"), "{constant}");
    // One volume alone is one condition, of which every finite voxel is a feature.
    let source = open_bytes("x.nii", &bytes("three_axes.nii")).unwrap();
    assert_eq!((source.layers()[0].n_conditions(), source.layers()[0].n_features()), (1, 12));
}

#[test]
fn a_folder_of_volumes_is_one_layer() {
    let mut files = Vec::new();
    for (k, name) in ["beta_10.nii", "beta_2.nii", "beta_1.nii"].into_iter().enumerate() {
        let mut volume = bytes("three_axes.nii");
        let start = volume.len() - 12;
        volume[start..].iter_mut().for_each(|voxel| *voxel = voxel.wrapping_add(k as u8));
        files.push((name, volume));
    }
    let folder = folder(&files);
    let layer = only_layer(folder.path());
    assert_eq!(layer.conditions().labels().unwrap(), ["beta_1", "beta_2", "beta_10"]);
    assert_eq!(layer.name(), folder.path().file_name().unwrap());
    assert_eq!(layer.read().unwrap().values().column(3), array![5.0, 4.0, 3.0]);
    // Other files, such as tables, do not keep volumes apart.
    std::fs::write(folder.path().join("motion.csv"), "1,2\n3,4\n").unwrap();
    let source = open_path(folder.path()).unwrap();
    assert_eq!(source.layers().iter().map(Layer::n_conditions).collect::<Vec<_>>(), [3, 2]);
    std::fs::write(folder.path().join("conditions.txt"), "cat\ndog\nowl\n").unwrap();
    std::fs::remove_file(folder.path().join("motion.csv")).unwrap();
    assert_eq!(only_layer(folder.path()).conditions().labels().unwrap(), ["cat", "dog", "owl"]);
    let mut elsewhere = bytes("three_axes.nii");
    elsewhere[80..84].copy_from_slice(&9f32.to_le_bytes());
    std::fs::write(folder.path().join("beta_2.nii"), elsewhere).unwrap();
    let error = open_path(folder.path()).unwrap_err().to_string();
    assert!(error.contains("'beta_2' has the affine [-9 0 0 9;"), "{error}");
}

#[test]
fn what_is_no_real_number_or_no_nifti_is_refused_by_name() {
    let message = |bytes: &[u8]| open_bytes("x.nii", bytes).unwrap_err().to_string();
    assert!(message(&bytes("complex.nii")).contains("the voxels are complex64 (datatype 32)"));
    assert!(message(&bytes("rgb.nii")).contains("the voxels are RGB24 (datatype 128)"));
    let changed = |at: usize, value: &[u8]| {
        let mut file = bytes("int16.nii");
        file[at..at + value.len()].copy_from_slice(value);
        message(&file)
    };
    assert!(changed(344, &[0; 4]).contains("has no mark of NIfTI, as files of Analyze 7.5"));
    assert!(changed(0, &[0; 4]).contains("does not start like a NIfTI file"));
    assert!(changed(40, &[8, 0]).contains("dim[0] is 8"));
    assert!(changed(40, &[0, 0]).contains("dim[0] is 0"));
    assert!(changed(44, &(-1i16).to_le_bytes()).contains("dim[2] is -1"));
    assert!(changed(42, &i16::MAX.to_le_bytes()).contains("(3, 131068), 786408 bytes, and at most 72 bytes"));
    assert!(changed(40, &[7, 0].repeat(8)).contains("the header claims the shape"));
    let scaling = [2f32.to_le_bytes(), f32::NAN.to_le_bytes()].concat();
    assert!(changed(112, &scaling).contains("scl_slope is 2 and scl_inter NaN"));
    assert!(changed(108, &8f32.to_le_bytes()).contains("vox_offset is 8, and the numbers begin at 352"));
    assert!(changed(108, &352.5f32.to_le_bytes()).contains("vox_offset is 352.5"));
    assert!(changed(108, &f32::INFINITY.to_le_bytes()).contains("vox_offset is inf"));
    assert!(changed(280, &f32::NAN.to_le_bytes()).contains("srow_x, srow_y and srow_z of the header are not finite"));
    assert!(changed(68, &3006i16.to_le_bytes()).contains("CIFTI-2"));
}

/// Opens and reads a damaged file, as data, mask and atlas; an error must name it.
fn survive(name: &str, bytes: &[u8]) {
    static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());
    // Tests of one process run at once.
    let path = FOLDER.path().join(format!("{:?}-{name}", std::thread::current().id()));
    std::fs::write(&path, bytes).unwrap();
    let regions = Some(RegionOptions { atlas: path.clone(), names: None });
    for options in [OpenOptions::default(), OpenOptions { mask: Some(path.clone()), regions, ..OpenOptions::default() }]
    {
        match open(path.to_str().unwrap(), &options) {
            Err(error) => assert!(error.to_string().contains(name), "{error}"),
            Ok(source) => source.layers().iter().for_each(|layer| match layer.read() {
                Err(error) => assert!(error.to_string().contains(name), "{error}"),
                Ok(x) => assert!(x.features().positions().is_some()),
            }),
        }
    }
}

#[test]
fn every_field_of_the_header_may_be_extreme() {
    for name in ["qform_turned_1.nii", "float32_2_big.nii"] {
        let sound = bytes(name);
        let header = if sound.len() > 540 { 540 } else { 348 };
        for at in (0..header).step_by(2) {
            for extreme in [
                [0; 8],
                [0xff; 8],
                i64::MAX.to_le_bytes(),
                i64::MAX.to_be_bytes(),
                // Not a number, infinity and huge, as floats of 64 or 32 bits.
                f64::NAN.to_be_bytes(),
                f64::INFINITY.to_be_bytes(),
                1e300f64.to_be_bytes(),
                [0, 0, 0x80, 0x7f, 0, 0, 0x80, 0x7f],
            ] {
                for width in [2, 8] {
                    let mut changed = sound.clone();
                    let end = (at + width).min(header);
                    changed[at..end].copy_from_slice(&extreme[..end - at]);
                    survive("x.nii", &changed);
                }
            }
        }
    }
}

#[test]
fn claims_of_compressed_files_are_not_believed() {
    let mut claim = bytes("int16.nii");
    // 30 000 × 30 000 × 9 voxels in 400 bytes.
    let dim = [4i16, 30_000, 30_000, 9, 3, 1, 1, 1];
    claim[40..56].copy_from_slice(&dim.map(i16::to_le_bytes).concat());
    let message = |bytes: &[u8]| open_bytes("x.nii.gz", bytes).unwrap_err().to_string();
    let beyond = message(&gzip(&claim));
    assert!(beyond.contains("(3, 8100000000)") && beyond.contains("bytes of data are there"), "{beyond}");
    // A claim that could be true: the stream ends early.
    let dim = [4i16, 1000, 10, 1, 9, 1, 1, 1];
    claim[40..56].copy_from_slice(&dim.map(i16::to_le_bytes).concat());
    let noise: Vec<u8> = (0..2000u32).flat_map(|k| k.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let early = message(&gzip(&[claim.clone(), noise].concat()));
    assert!(early.contains("the data end early"), "{early}");
    // What is really there is read, however small it was: 4 million zeros, which tell nothing.
    let dim = [4i16, 1000, 1000, 2, 2, 1, 1, 1];
    claim[40..56].copy_from_slice(&dim.map(i16::to_le_bytes).concat());
    claim.truncate(352);
    let zeros = gzip(&[claim, vec![0; 8_000_000]].concat());
    assert!(zeros.len() < 10_000);
    let constant = message(&zeros);
    assert!(constant.contains("of 2000000 voxels 2000000 are constant over all 2 volumes"), "{constant}");
    // A wrong checksum is found when all is read.
    let mut broken = gzip(&bytes("int16.nii"));
    let at = broken.len() - 8;
    broken[at] ^= 1;
    assert!(message(&broken).contains("the file is damaged"), "{}", message(&broken));
    // Files cut within the header of gzip, of NIfTI, and within the numbers.
    let whole = bytes("compressed.nii.gz");
    (0..whole.len()).for_each(|length| survive("x.nii.gz", &whole[..length]));
}
