//! Masks, atlases and features that are left out.

use std::path::Path;

use ndarray::array;
use rsa_core::{Result, RowBlocks};
use tempfile::TempDir;

use super::samples::folder;
use crate::{DropFeatures, Layer, LayerSource, OpenOptions, RegionOptions, open, open_all_features};

/// A file of the tests of NIfTI.
fn nifti(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/nifti").join(name)).unwrap()
}

/// A volume of 3 × 2 × 2 voxels with these values, in the place of `slope_zero.nii`.
fn volume(voxels: [u8; 12]) -> Vec<u8> {
    let mut file = nifti("three_axes.nii");
    let start = file.len() - 12;
    file[start..].copy_from_slice(&voxels);
    file
}

/// Three volumes that count from 0, the ends of 16-bit integers first, and files beside them.
fn data<B: AsRef<[u8]>>(others: &[(&str, B)]) -> TempDir {
    let folder = folder(&[("data.nii", nifti("slope_zero.nii"))]);
    others.iter().for_each(|(name, bytes)| std::fs::write(folder.path().join(name), bytes).unwrap());
    folder
}

fn open_with(folder: &TempDir, mask: Option<&str>, atlas: Option<&str>, names: Option<&str>) -> Result<LayerSource> {
    let at = |name: &str| folder.path().join(name);
    let regions = atlas.map(|atlas| RegionOptions { atlas: at(atlas), names: names.map(at) });
    let options = OpenOptions { mask: mask.map(at), regions, ..OpenOptions::default() };
    open(at("data.nii").to_str().unwrap(), &options)
}

#[test]
fn a_mask_chooses_voxels() {
    let folder = data(&[("mask.nii", volume([0, 0, 1, 0, 0, 255, 0, 0, 0, 0, 0, 2]))]);
    let source = open_with(&folder, Some("mask.nii"), None, None).unwrap();
    assert!(source.warnings().is_empty(), "{:?}", source.warnings());
    let x = source.layers()[0].read().unwrap();
    assert_eq!(x.values(), array![[2.0, 5.0, 11.0], [14.0, 17.0, 23.0], [26.0, 29.0, 35.0]]);
    assert_eq!(x.features().grid().unwrap().index(2), [1, 1, 2]);
    // The mask is no layer of the folder that it lies in.
    let options = OpenOptions { mask: Some(folder.path().join("mask.nii")), ..OpenOptions::default() };
    let source = open(folder.path().to_str().unwrap(), &options).unwrap();
    assert_eq!((source.layers().len(), source.layers()[0].n_features()), (1, 3));
    // Without the option it is told by its name.
    let source = open(folder.path().to_str().unwrap(), &OpenOptions::default()).unwrap();
    assert_eq!(source.layers().len(), 1);
    assert!(source.warnings()[0].contains("'mask.nii' is skipped, a mask by its name"), "{:?}", source.warnings());
}

#[test]
fn residuals_have_the_voxels_of_patterns() {
    // Voxel 1 of the residuals is constant, and is a feature all the same.
    let mut residuals = nifti("slope_zero.nii");
    let start = residuals.len() - 72;
    (0..3).for_each(|volume| residuals[start + 24 * volume + 2..][..2].copy_from_slice(&[9, 0]));
    let folder = data(&[
        ("mask.nii", volume([0, 1, 1, 0, 0, 255, 0, 0, 0, 0, 0, 2])),
        ("residuals.nii", residuals),
        ("wide.nii", nifti("two_axes.nii")),
    ]);
    let patterns = open_with(&folder, Some("mask.nii"), None, None).unwrap().into_layers().remove(0);
    let whole = |name: &str| {
        let path = folder.path().join(name).display().to_string();
        open_all_features(&path, &OpenOptions::default()).unwrap().into_layers().remove(0)
    };
    assert_eq!(whole("residuals.nii").n_features(), 12);
    let same = whole("residuals.nii").with_features_of(&patterns).unwrap().read().unwrap();
    assert_eq!(same.values(), array![[9.0, 2.0, 5.0, 11.0], [9.0, 14.0, 17.0, 23.0], [9.0, 26.0, 29.0, 35.0]]);
    assert_eq!(same.features(), patterns.read().unwrap().features());
    // Regions of compressed residuals are held in memory.
    std::fs::write(
        folder.path().join("packed.nii.gz"),
        gzip(&std::fs::read(folder.path().join("residuals.nii")).unwrap()),
    )
    .unwrap();
    std::fs::write(folder.path().join("other.nii"), volume([0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])).unwrap();
    let other = open_with(&folder, Some("other.nii"), None, None).unwrap().into_layers().remove(0);
    let held = whole("packed.nii.gz").hold_features_of(&[&patterns, &other]).unwrap();
    assert_eq!((held.n_features(), held.with_features_of(&patterns).unwrap().read().unwrap()), (5, same));
    let values = held.with_features_of(&other).unwrap().read().unwrap();
    assert_eq!(values.values(), array![[9.0, 3.0], [9.0, 15.0], [9.0, 27.0]]);
    let message = whole("wide.nii").with_features_of(&patterns).unwrap_err().to_string();
    assert!(message.contains("wide.nii is 4 × 3 × 1") && message.contains("data.nii 3 × 2 × 2"), "{message}");
}

#[test]
fn masks_that_do_not_fit_are_refused_with_both_shapes() {
    let mut moved = volume([1; 12]);
    moved[80..84].copy_from_slice(&2.1f32.to_le_bytes());
    let folder = data(&[
        ("wide.nii", nifti("two_axes.nii")),
        ("moved.nii", moved),
        ("empty.nii", volume([0; 12])),
        ("several.nii", nifti("uint8.nii")),
        ("mask.npy", vec![]),
    ]);
    let message = |mask: &str| open_with(&folder, Some(mask), None, None).unwrap_err().to_string();
    let wide = message("wide.nii");
    assert!(wide.contains("wide.nii is 4 × 3 × 1, the data 3 × 2 × 2"), "{wide}");
    let moved = message("moved.nii");
    assert!(
        moved
            .contains("moved.nii has the affine [-2.0999999 0 0 2.0999999; 0 2.5 0 -1.25; 0 0 3 -1.5], the data [-2 0"),
        "{moved}"
    );
    assert!(message("empty.nii").contains("empty.nii is empty"));
    assert!(message("several.nii").contains("several.nii: holds 3 volumes; give one"));
    assert!(message("mask.npy").contains("mask.npy: is no NIfTI file"));
    assert!(message("none.nii").contains("none.nii: cannot be opened"));
    let array = super::samples::npy("<f8", false, "(1, 1)", &[0; 8]);
    std::fs::write(folder.path().join("mask.npy"), array).unwrap();
    let options = OpenOptions { mask: Some(folder.path().join("empty.nii")), ..OpenOptions::default() };
    let error = open(folder.path().join("mask.npy").to_str().unwrap(), &options).unwrap_err().to_string();
    assert!(error.contains("no NIfTI, CIFTI-2 or GIfTI file is read here"), "{error}");
}

#[test]
fn every_region_of_an_atlas_is_a_layer() {
    let atlas = volume([0, 7, 1, 1, 0, 7, 7, 0, 9, 0, 0, 4]);
    let names = b"index\tname\n1\tV1\n7\tV2\n9\tV3\n12\tV4\n".to_vec();
    let mask = volume([1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1]);
    let folder = data(&[("atlas.nii", atlas), ("names.tsv", names), ("mask.nii", mask)]);
    let source = open_with(&folder, None, Some("atlas.nii"), Some("names.tsv")).unwrap();
    let layer_names =
        |source: &LayerSource| source.layers().iter().map(|layer| layer.name().to_owned()).collect::<Vec<_>>();
    assert_eq!(layer_names(&source), ["V1", "4", "V2", "V3"]);
    assert_eq!(source.layers()[2].read().unwrap().values().row(1), array![13.0, 17.0, 18.0]);
    let warnings = source.warnings().join("\n");
    assert!(
        warnings.contains("go by their number: 4\n") && warnings.contains("without a voxel in the atlas: 'V4'"),
        "{warnings}"
    );
    // Inside the mask V2 is smaller, and V3 is gone.
    let source = open_with(&folder, Some("mask.nii"), Some("atlas.nii"), Some("names.tsv")).unwrap();
    assert_eq!(layer_names(&source), ["V1", "4", "V2"]);
    assert_eq!(source.layers()[2].read().unwrap().values().row(1), array![13.0, 17.0]);
    assert!(source.warnings().iter().any(|note| note.contains("are left out: 'V3'")), "{:?}", source.warnings());
    let by_name = format!("{}::V2", folder.path().join("data.nii").display());
    let regions =
        RegionOptions { atlas: folder.path().join("atlas.nii"), names: Some(folder.path().join("names.tsv")) };
    let options = OpenOptions { regions: Some(regions), ..OpenOptions::default() };
    assert_eq!(open(&by_name, &options).unwrap().layers().len(), 1);
    assert!(
        open(&by_name.replace("V2", "V9"), &options).unwrap_err().to_string().contains("it has 'V1', '4', 'V2', 'V3'")
    );
    // Regions of compressed volumes are held in memory.
    std::fs::write(folder.path().join("data.nii.gz"), gzip(&nifti("slope_zero.nii"))).unwrap();
    let packed = open(&by_name.replace(".nii::", ".nii.gz::"), &options).unwrap();
    let plain = open(&by_name, &options).unwrap();
    let read = |source: &LayerSource| source.layers()[0].read().unwrap();
    assert_eq!(read(&packed), read(&plain));
    assert_eq!(packed.layers()[0].dtype(), "int16");
}

#[test]
fn atlases_that_name_no_regions_are_refused() {
    let folder = data(&[
        ("none.nii", volume([0; 12])),
        ("fractions.nii", nifti("three_axes.nii")),
        ("atlas.nii", volume([1, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0])),
        ("twice.csv", b"1,V1\n2,V1\n".to_vec()),
        ("mask.nii", volume([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
    ]);
    let path = folder.path().join("fractions.nii");
    let mut fractions = std::fs::read(&path).unwrap();
    fractions[112..116].copy_from_slice(&0.5f32.to_le_bytes());
    fractions[116..120].copy_from_slice(&0f32.to_le_bytes());
    std::fs::write(&path, fractions).unwrap();
    let message = |mask: Option<&str>, atlas: &str, names: Option<&str>| {
        open_with(&folder, mask, Some(atlas), names).unwrap_err().to_string()
    };
    assert!(message(None, "none.nii", None).contains("none.nii has no region"));
    let fractions = message(None, "fractions.nii", None);
    assert!(fractions.contains("fractions.nii has 0.5 at voxel (1, 0, 0)"), "{fractions}");
    assert!(message(None, "atlas.nii", Some("twice.csv")).contains("two regions of the atlas are named 'V1'"));
    assert!(
        message(Some("mask.nii"), "atlas.nii", None).contains("no region of the atlas has a voxel inside the mask")
    );
}

#[test]
fn regions_have_the_voxels_that_tell_something() {
    let mut file = nifti("slope_zero.nii");
    let start = file.len() - 72;
    // Voxel 1 is constant.
    (0..3).for_each(|volume| file[start + 24 * volume + 2..][..2].copy_from_slice(&[9, 0]));
    let folder = data(&[("atlas.nii", volume([0, 7, 1, 1, 0, 7, 7, 0, 9, 0, 0, 4]))]);
    std::fs::write(folder.path().join("data.nii"), file).unwrap();
    let source = open_with(&folder, None, Some("atlas.nii"), None).unwrap();
    let widths: Vec<_> = source.layers().iter().map(|layer: &Layer| (layer.name(), layer.n_features())).collect();
    assert_eq!(widths, [("1", 2), ("4", 1), ("7", 2), ("9", 1)]);
    let note = "layer 'data': 6 of 7 voxels are features: 1 are constant over all 3 volumes";
    assert!(source.warnings()[0].contains(note), "{:?}", source.warnings());
}

#[test]
fn features_that_tell_nothing_are_dropped_from_any_file() {
    use super::samples::{Zip, doubles, npy};
    const N: f64 = f64::NAN;
    // Two conditions of 2 × 3 features: constant, sound, NaN; infinite, sound, and NaN in both.
    let values = doubles(&[1.0, 2.0, N, f64::INFINITY, 3.0, N, 1.0, 5.0, 0.0, 4.0, 6.0, N]);
    // The same numbers in Fortran order.
    let turned = doubles(&[1.0, 1.0, f64::INFINITY, 4.0, 2.0, 5.0, 3.0, 6.0, N, 0.0, N, N]);
    let array = npy("<f8", false, "(2, 2, 3)", &values);
    let packed = Zip::new().stored("x.npy", &array).finish();
    let folder = folder(&[
        ("x.npy", array),
        ("turned.npy", npy("<f8", true, "(2, 2, 3)", &turned)),
        ("x.npz", packed),
        ("x.csv", b"1,2,nan,inf,3,nan\n1,5,0,4,6,nan\n".to_vec()),
    ]);
    let open_dropping = |name: &str, dead: bool, nan: bool, axes: Option<&str>| {
        let convention = if axes.is_some() { crate::Convention::Max } else { crate::Convention::Flatten };
        let axes = axes.map(|axes| axes.parse().unwrap());
        let drop_features = DropFeatures { dead, nan };
        let options = OpenOptions { drop_features, axes, convention, ..OpenOptions::default() };
        open(folder.path().join(name).to_str().unwrap(), &options)
    };
    for name in ["x.npy", "turned.npy", "x.npz", "x.csv"] {
        let source = open_dropping(name, true, true, None).unwrap();
        let layer = &source.layers()[0];
        assert_eq!(layer.read().unwrap().values(), array![[2.0, 3.0], [5.0, 6.0]], "{name}");
        assert!(
            source.warnings()[0].contains("4 of 6 features are left out: 1 constant over all 2 conditions and 3 with")
        );
        let mut block = ndarray::Array2::zeros((1, 1));
        layer.read_block(1..2, 1..2, block.view_mut()).unwrap();
        assert_eq!(block, array![[6.0]]);
        let one_kind = open_dropping(name, false, true, None).unwrap();
        assert_eq!(one_kind.layers()[0].read().unwrap().values(), array![[1.0, 2.0, 3.0], [1.0, 5.0, 6.0]]);
        let error = open_dropping(name, true, false, None).unwrap().layers()[0].read().unwrap_err().to_string();
        assert!(error.contains("feature 1") && error.contains("--drop-features nan"), "{error}");
    }
    // Features are those of the convention: the maximum over the first axis is finite for the second channel alone.
    let source = open_dropping("x.npy", true, true, Some("conditions,height,channels")).unwrap();
    assert_eq!(source.layers()[0].read().unwrap().values(), array![[3.0], [6.0]]);
    let error = open(folder.path().join("x.npy").to_str().unwrap(), &OpenOptions::default()).unwrap();
    assert!(error.layers()[0].read().unwrap_err().to_string().contains("--drop-features nan"));
}

#[test]
fn features_that_are_all_dropped_are_an_error() {
    let folder = folder(&[("x.csv", b"1,2\n1,2\n")]);
    let options = OpenOptions { drop_features: DropFeatures { dead: true, nan: false }, ..OpenOptions::default() };
    let error = open(folder.path().join("x.csv").to_str().unwrap(), &options).unwrap_err().to_string();
    assert!(
        error.contains("2 of 2 features are left out: 2 constant over all 2 conditions; no feature is left"),
        "{error}"
    );
}

/// The bytes as a stream of gzip.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
