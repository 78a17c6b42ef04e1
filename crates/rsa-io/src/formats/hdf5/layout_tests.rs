//! Files of rsatoolbox, xarray and, imitated, MATLAB (`tests/data/make_hdf5.py`).

use ndarray::Array2;
use rsa_core::{Result, RowBlocks};

use super::tests::counting;
use crate::{
    Layer, LayerSource, OpenOptions, StoredRdms, read_rdms,
    tests::samples::{folder, open_bytes, open_path},
};

fn rdms(name: &str, bytes: &[u8], array: &str) -> Result<StoredRdms> {
    let folder = folder(&[(name, bytes)]);
    read_rdms(&format!("{}/{name}{array}", folder.path().display()), &OpenOptions::default())
}

fn names(stored: &StoredRdms) -> Vec<&str> {
    stored.rdms.iter().map(|(name, _)| name.as_str()).collect()
}

fn layer<'a>(source: &'a LayerSource, name: &str) -> &'a Layer {
    source.layers().iter().find(|layer| layer.name() == name).unwrap_or_else(|| panic!("{name}: {source:?}"))
}

#[test]
fn rdms_of_rsatoolbox_have_their_labels_and_names() {
    let stored = rdms("x.h5", data!("toolbox_rdms.h5"), "").unwrap();
    assert_eq!((names(&stored), &stored.warnings), (vec!["s1", "s2"], &vec![]));
    for (k, (_, rdm)) in stored.rdms.iter().enumerate() {
        assert_eq!(rdm.conditions().labels().unwrap(), ["cat", "dog", "owl", "ant"]);
        assert_eq!(rdm.values(), (0..6).map(|i| (6 * k + i) as f64).collect::<Vec<_>>());
    }
    // Numbers that rsatoolbox adds are no labels; a list with the same number for all conditions is none.
    let stored = rdms("x.hdf5", data!("toolbox_rdms_index.hdf5"), "").unwrap();
    assert_eq!((names(&stored), stored.rdms[0].1.conditions().labels()), (vec!["7", "8"], None));
    let stored = rdms("x.h5", data!("toolbox_rdms_group.h5"), "::dissimilarities").unwrap();
    assert_eq!(names(&stored), ["dissimilarities[0]", "dissimilarities[1]"]);
    assert_eq!(stored.rdms[0].1.conditions().labels().unwrap(), ["cat", "dog", "owl", "ant"]);
    let error = open_bytes("x.h5", data!("toolbox_rdms.h5")).unwrap_err().to_string();
    assert!(error.contains("'dissimilarities': holds dissimilarity matrices; compare them with --rdm"), "{error}");
}

#[test]
fn one_of_several_lists_of_labels_is_chosen_by_its_address() {
    let error = rdms("x.h5", data!("toolbox_rdms_two.h5"), "").unwrap_err().to_string();
    let found = "has 2 lists that could label the conditions of 'dissimilarities': 'pattern_descriptors/conds', \
                 'pattern_descriptors/german'; choose one by its address";
    assert!(error.contains(found) && error.contains("x.h5::pattern_descriptors/conds"), "{error}");
    let stored = rdms("x.h5", data!("toolbox_rdms_two.h5"), "::pattern_descriptors/german").unwrap();
    assert_eq!(stored.rdms.len(), 2);
    assert_eq!(stored.rdms[1].1.conditions().labels().unwrap(), ["katze", "hund", "eule", "ameise"]);
    let error = open_bytes("x.h5", data!("toolbox_dataset_two.h5")).unwrap_err().to_string();
    assert!(error.contains("'obs_descriptors/animate', 'obs_descriptors/conds'"), "{error}");
    let folder = folder(&[("x.h5", data!("toolbox_dataset_two.h5"))]);
    let source = open_path(&folder.path().join("x.h5::obs_descriptors/conds")).unwrap();
    let labels = source.layers()[0].conditions().labels().unwrap();
    assert_eq!(labels, ["cat", "dog", "owl", "cat", "dog", "owl"]);
    let error = open_path(folder.path()).unwrap_err().to_string();
    assert!(error.contains("x.h5: has 2 lists"), "{error}");
}

#[test]
fn datasets_of_rsatoolbox_have_conditions_and_runs() {
    let six = Array2::from_shape_fn((6, 2), |(i, j)| (2 * i + j) as f64);
    let source = open_bytes("x.h5", data!("toolbox_dataset.h5")).unwrap();
    let [measurements] = source.layers() else { panic!("{source:?}") };
    assert_eq!((measurements.name(), source.warnings().len()), ("measurements", 0));
    assert_eq!(measurements.read().unwrap().values(), six);
    assert_eq!(measurements.conditions().labels().unwrap()[3..], ["cat", "dog", "owl"]);
    assert_eq!(measurements.runs().unwrap(), ["1", "1", "1", "2", "2", "2"]);
    let source = open_bytes("x.h5", data!("toolbox_dataset_runs.h5")).unwrap();
    assert_eq!(source.layers()[0].runs().unwrap()[..2], ["a", "b"]);
}

#[test]
fn pickles_of_rsatoolbox_are_refused_with_the_line_that_converts_them() {
    let error = open_bytes("x.pkl", data!("toolbox.pkl")).unwrap_err().to_string();
    assert!(error.contains("rsatoolbox.rdm.load_rdm(") && error.contains("x.h5\")"), "{error}");
    let other = open_bytes("x.pkl", b"\x80\x05").unwrap_err().to_string();
    assert!(other.contains("pickle.load("), "{other}");
}

#[test]
fn assemblies_have_images_and_repetitions() {
    for (bytes, shape) in [
        (data!("assembly.nc"), &[6, 2][..]),
        (data!("assembly_binned.nc"), &[6, 2, 1]),
        (data!("assembly_turned.nc"), &[6, 2]),
    ] {
        let source = open_bytes("x.nc", bytes).unwrap();
        let [data] = source.layers() else { panic!("{source:?}") };
        assert_eq!((data.name(), data.shape(), source.warnings().len()), ("data", shape, 0));
        assert_eq!(data.read().unwrap().values(), Array2::from_shape_fn((6, 2), |(i, j)| (2 * i + j) as f64));
        assert_eq!(data.conditions().labels().unwrap()[..4], ["a", "b", "ö", "a"]);
        assert_eq!(data.runs().unwrap(), ["0", "0", "0", "1", "1", "1"]);
    }
}

#[test]
fn variables_of_matlab_have_their_axes_and_addresses() {
    let source = open_bytes("x.mat", data!("mat73_values.mat")).unwrap();
    for layer in source.layers().iter().filter(|layer| layer.name().starts_with("x_")) {
        let expected = if layer.name() == "x_logical" { counting() % 2.0 } else { counting() };
        assert_eq!(layer.read().unwrap().values(), expected, "{layer:?}");
    }
    assert_eq!(layer(&source, "x_logical").dtype(), "bool");
    let tall = layer(&source, "tall");
    assert_eq!(tall.shape(), [92, 15]);
    let expected = Array2::from_shape_fn((92, 15), |(i, j)| (15 * i + j) as f64);
    assert_eq!(tall.read().unwrap().values(), expected);
    let mut block = Array2::zeros((2, 15));
    tall.read_rows(90..92, block.view_mut()).unwrap();
    assert_eq!(block[[1, 14]], 1379.0);
    let error = tall.ensure_read_in_place().unwrap_err().to_string();
    assert!(error.contains("x.mat::tall") && error.contains("-nocompression"), "{error}");
    let volume = Array2::from_shape_fn((2, 12), |(i, j)| (12 * i + j) as f64);
    let read = |name| layer(&source, name).read().unwrap().values().to_owned();
    assert_eq!((read("net.conv1"), read("net.fc")), (counting(), volume.clone()));
    assert_eq!(layer(&source, "net.fc").shape(), [2, 3, 4]);
    assert_eq!(read("net.inner.cells{1}.deep"), counting() + 0.5);
    assert_eq!((read("cells{1,1}"), read("cells{1,2}")), (counting(), volume));
    assert_eq!(read("trials(2).betas"), Array2::from_elem((3, 2), 2.0));
    assert_eq!(layer(&source, "trials(2).betas").runs().unwrap(), ["1", "1", "2"]);
    assert_eq!(layer(&source, "net.conv1").conditions().labels().unwrap(), ["cat", "big dog", "öwl"]);
    let warnings = source.warnings().join("\n");
    for part in [
        "'complex' is skipped: is complex",
        "'empty' is skipped: is empty",
        "'rate' is skipped: is a single number",
        "'sparse' is skipped: is sparse; save full(",
        "'words' is skipped: is an object (string)",
    ] {
        assert!(warnings.contains(part), "{part}: {warnings}");
    }
    let source = open_bytes("x.mat", data!("mat73_labels.mat")).unwrap();
    assert_eq!(source.layers()[0].conditions().labels().unwrap(), ["cat", "dogs", "ö"]);
    assert_eq!(source.layers()[0].runs().unwrap(), ["1", "1", "2"]);
}

#[test]
fn rdms_of_matlab_are_read_as_in_version_5() {
    let stored = rdms("x.mat", data!("mat73_rdms.mat"), "").unwrap();
    assert_eq!(names(&stored), ["s0 | 0", "s0 | 1", "s0 | 2", "s1 | 0", "s1 | 1", "s1 | 2"]);
    for (k, (_, rdm)) in stored.rdms.iter().enumerate() {
        let first = (10 * (k / 3) + 100 * (k % 3)) as f64;
        assert_eq!(rdm.values(), [first, first + 1.0, first + 2.0]);
    }
    let stacked = rdms("x.mat", data!("mat73_stacked.mat"), "::stacked").unwrap();
    assert_eq!(names(&stacked), ["stacked[0]", "stacked[1]", "stacked[2]"]);
    assert_eq!(stacked.rdms[2].1.values(), [20.0, 21.0, 22.0]);
    assert_eq!(rdms("x.mat", data!("mat73_stacked.mat"), "::row").unwrap().rdms[0].1.values(), [1.0, 2.0, 3.0]);
}
