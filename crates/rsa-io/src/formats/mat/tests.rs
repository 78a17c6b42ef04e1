//! Files of SciPy (`tests/data/make_mat.py`), and files that lie.

use ndarray::{Array2, array};
use rsa_core::{ErrorKind, RowBlocks};

use crate::{
    Layer, LayerSource, OpenOptions, StoredRdms, read_rdms,
    tests::samples::{folder, open_bytes, open_path},
};

/// The bytes of a file in `tests/data/mat`, little-endian and big-endian.
macro_rules! both_orders {
    ($name:literal) => {
        [
            include_bytes!(concat!("../../../tests/data/mat/", $name, ".mat")).as_slice(),
            include_bytes!(concat!("../../../tests/data/mat/", $name, "_big.mat")).as_slice(),
        ]
    };
}

fn counting() -> Array2<f64> {
    Array2::from_shape_fn((3, 2), |(i, j)| (2 * i + j) as f64)
}

/// 2 × 3 × 4 numbers that count up in C order, the first axis as rows.
fn volume() -> Array2<f64> {
    Array2::from_shape_fn((2, 12), |(i, j)| (12 * i + j) as f64)
}

fn names(source: &LayerSource) -> Vec<&str> {
    source.layers().iter().map(Layer::name).collect()
}

fn layer<'a>(source: &'a LayerSource, name: &str) -> &'a Layer {
    source.layers().iter().find(|layer| layer.name() == name).unwrap_or_else(|| panic!("{name}: {source:?}"))
}

fn rdms(bytes: &[u8], array: &str) -> rsa_core::Result<StoredRdms> {
    let folder = folder(&[("x.mat", bytes)]);
    read_rdms(&format!("{}/x.mat{array}", folder.path().display()), &OpenOptions::default())
}

#[test]
fn every_class_is_read_in_both_byte_orders() {
    for bytes in both_orders!("classes").into_iter().chain(both_orders!("classes_compressed")) {
        let source = open_bytes("x.mat", bytes).unwrap();
        assert_eq!(source.layers().len(), 11);
        assert!(source.warnings().is_empty(), "{:?}", source.warnings());
        for layer in source.layers() {
            let expected = match layer.dtype() {
                "bool" => counting() % 2.0,
                _ => counting(),
            };
            assert_eq!(layer.read().unwrap().values(), expected, "{layer:?}");
            let mut block = Array2::zeros((2, 1));
            layer.read_block(1..3, 1..2, block.view_mut()).unwrap();
            assert_eq!(block, array![[expected[[1, 1]]], [expected[[2, 1]]]], "{layer:?}");
        }
        let types: Vec<_> = source.layers().iter().map(|layer| (layer.name(), layer.dtype())).collect();
        let expected = [
            ("x_f8", "float64"),
            ("x_f4", "float32"),
            ("x_i1", "int8"),
            ("x_u1", "uint8"),
            ("x_i2", "int16"),
            ("x_u2", "uint16"),
            ("x_i4", "int32"),
            ("x_u4", "uint32"),
            ("x_i8", "int64"),
            ("x_u8", "uint64"),
            ("x_logical", "bool"),
        ];
        assert_eq!(types, expected);
    }
}

#[test]
fn numbers_may_be_stored_in_any_type() {
    for bytes in both_orders!("narrow") {
        let source = open_bytes("x.mat", bytes).unwrap();
        assert_eq!(source.layers().len(), 11);
        for layer in source.layers() {
            let signed = matches!(layer.dtype(), "int8" | "int16" | "int32" | "int64" | "float32" | "float64");
            let shift = if signed && layer.name() != "first" { 1.0 } else { 0.0 };
            assert_eq!(layer.read().unwrap().values(), counting() - shift, "{layer:?}");
        }
    }
}

#[test]
fn values_within_cells_and_structs_have_their_addresses() {
    for bytes in both_orders!("nested").into_iter().chain(both_orders!("nested_compressed")) {
        let source = open_bytes("x.mat", bytes).unwrap();
        assert_eq!(
            names(&source),
            [
                "net.conv1",
                "net.fc",
                "net.inner.cells{1}.deep",
                "cells{1,1}",
                "cells{1,2}",
                "trials(1).betas",
                "trials(2).betas",
                "sparse",
                "sparse_logical",
            ]
        );
        let read = |name| layer(&source, name).read().unwrap().values().to_owned();
        assert_eq!(read("net.conv1"), counting());
        assert_eq!(read("net.fc"), volume());
        assert_eq!(read("net.inner.cells{1}.deep"), counting() + 0.5);
        assert_eq!((read("cells{1,1}"), read("cells{1,2}")), (counting(), volume()));
        assert_eq!(read("trials(2).betas"), Array2::from_elem((3, 2), 2.0));
        assert_eq!(layer(&source, "trials(2).betas").runs().unwrap(), ["1", "1", "2"]);
        assert_eq!(layer(&source, "net.conv1").runs(), None);
        assert_eq!(layer(&source, "net.conv1").conditions().labels().unwrap(), ["cat", "big dog", "öwl"]);
        let warnings = source.warnings().join("\n");
        for part in [
            "'complex' is skipped: is complex",
            "'empty' is skipped: is empty",
            "'rate' is skipped: is a single number",
        ] {
            assert!(warnings.contains(part), "{warnings}");
        }
        assert!(!warnings.contains("note"), "{warnings}");
    }
}

#[test]
fn sparse_matrices_are_made_dense() {
    let dense = array![[0.0, 1.5, 0.0, 0.0], [0.0, 0.0, 0.0, -2.0], [3.0, 0.0, 0.0, 0.0]];
    for bytes in both_orders!("nested").into_iter().chain(both_orders!("nested_compressed")) {
        let source = open_bytes("x.mat", bytes).unwrap();
        let sparse = layer(&source, "sparse");
        assert_eq!(sparse.read().unwrap().values(), dense);
        let mut block = Array2::from_elem((2, 3), 9.0);
        sparse.read_columns(1..3, &[3, 0, 3], block.view_mut()).unwrap();
        assert_eq!(block, array![[-2.0, 0.0, -2.0], [0.0, 3.0, 0.0]]);
        let logical = layer(&source, "sparse_logical");
        assert_eq!(logical.read().unwrap().values(), array![[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]);
    }
}

#[test]
fn labels_are_cells_characters_or_numbers() {
    for (files, labels) in
        [(both_orders!("labels_char"), ["cat", "dogs", "ö"]), (both_orders!("labels_number"), ["7", "8", "9"])]
    {
        for bytes in files {
            let source = open_bytes("x.mat", bytes).unwrap();
            assert_eq!(names(&source), ["x"]);
            assert_eq!(source.layers()[0].conditions().labels().unwrap(), labels);
        }
    }
    for bytes in both_orders!("labels_number") {
        assert_eq!(open_bytes("x.mat", bytes).unwrap().layers()[0].runs().unwrap(), ["1", "1", "2"]);
    }
}

#[test]
fn structs_with_a_field_rdm_are_a_set_of_matrices() {
    for bytes in both_orders!("rdm_structs") {
        for array in ["", "::RDMs"] {
            let stored = rdms(bytes, array).unwrap();
            let names: Vec<_> = stored.rdms.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["s0 | 0", "s0 | 1", "s0 | 2", "s1 | 0", "s1 | 1", "s1 | 2"]);
            for (k, (_, rdm)) in stored.rdms.iter().enumerate() {
                let first = (10 * (k / 3) + 100 * (k % 3)) as f64;
                assert_eq!(rdm.values(), [first, first + 1.0, first + 2.0]);
                assert_eq!(stored.places[k].axes, [2, 3]);
                assert_eq!(stored.places[k].index, [k / 3, k % 3]);
            }
        }
        let error = open_bytes("x.mat", bytes).unwrap_err().to_string();
        assert!(error.contains("'RDMs': holds dissimilarity matrices; compare them with --rdm"), "{error}");
    }
    // Of two sizes, they are matrices of their own.
    let mixed = include_bytes!("../../../tests/data/mat/rdm_structs_mixed.mat");
    assert_eq!(rdms(mixed, "::models(1).RDM").unwrap().rdms[0].1.values(), [1.0, 2.0, 3.0]);
    assert_eq!(rdms(mixed, "::models(2).RDM").unwrap().rdms[0].1.n_conditions(), 4);
}

#[test]
fn the_last_axes_count_matrices() {
    for bytes in both_orders!("rdm_arrays") {
        let read = |array: &str| {
            let stored = rdms(bytes, &format!("::{array}")).unwrap();
            let values = |(name, rdm): &(String, rsa_core::Rdm)| (name.clone(), rdm.values().to_vec());
            stored.rdms.iter().map(values).collect::<Vec<_>>()
        };
        let from = |first: f64| vec![first, first + 1.0, first + 2.0];
        assert_eq!(read("square"), [("square".to_owned(), from(1.0))]);
        let stacked = (0..3).map(|k| (format!("stacked[{k}]"), from(10.0 * k as f64)));
        assert_eq!(read("stacked"), stacked.collect::<Vec<_>>());
        let index = |k: usize| (k / 3, k % 3);
        let pages = (0..6).map(index).map(|(i, j)| (format!("pages[{i},{j}]"), from((10 * i + 100 * j) as f64)));
        assert_eq!(read("pages"), pages.collect::<Vec<_>>());
        assert_eq!(read("column"), [("column".to_owned(), from(1.0))]);
        assert_eq!(read("row"), [("row".to_owned(), from(1.0))]);
        for name in ["rows", "wrapped"] {
            let rows = (0..4).map(|k| (format!("{name}[{k}]"), from(3.0 * k as f64)));
            assert_eq!(read(name), rows.collect::<Vec<_>>());
        }
    }
}

#[test]
fn other_versions_are_refused_with_the_line_that_converts_them() {
    let four = [&[0, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0], b"x\0".as_slice()].concat();
    let error = open_bytes("x.mat", &four).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Format);
    let parts = ["version 4", "-v7,", "loadmat(", "savez("];
    assert!(parts.iter().all(|part| error.to_string().contains(part)), "{error}");
    for (bytes, part) in [(b"".as_slice(), "end early"), (&[b'x'; 200], "does not start like a MAT file")] {
        let error = open_bytes("x.mat", bytes).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

/// A little-endian file of these elements.
fn file(elements: &[u8]) -> Vec<u8> {
    [b"MATLAB 5.0".as_slice(), &[b' '; 114], b"\x00\x01IM", elements].concat()
}

fn element(kind: u32, body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len().next_multiple_of(8) - body.len()];
    [&kind.to_le_bytes(), &(body.len() as u32).to_le_bytes(), body, &padding].concat()
}

/// A variable of `class` that claims `shape`, with these elements as its data.
fn matrix(class: u8, name: &str, shape: &[i32], data: &[u8]) -> Vec<u8> {
    let axes: Vec<u8> = shape.iter().flat_map(|length| length.to_le_bytes()).collect();
    let flags = [class, 0, 0, 0, 0, 0, 0, 0];
    element(14, &[element(6, &flags), element(5, &axes), element(1, name.as_bytes()), data.to_vec()].concat())
}

fn compressed(element: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(element).unwrap();
    let body = encoder.finish().unwrap();
    [&15u32.to_le_bytes(), &(body.len() as u32).to_le_bytes(), body.as_slice()].concat()
}

fn message(elements: &[u8]) -> String {
    let error = open_bytes("x.mat", &file(elements)).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Format, "{error}");
    error.to_string()
}

#[test]
fn claims_beyond_the_file_are_errors() {
    let two = element(9, &[0; 16]);
    for shape in [&[1 << 30, 1 << 30][..], &[3, 1], &[-2, 1], &[2], &[i32::MAX, i32::MAX, i32::MAX]] {
        for part in [matrix(6, "x", shape, &two), compressed(&matrix(6, "x", shape, &two))] {
            let error = message(&part);
            assert!(error.contains("truncated or damaged"), "{error}");
        }
    }
    for class in [1, 2, 4, 5] {
        let names = [element(5, &8i32.to_le_bytes()), element(1, b"field\0\0\0")].concat();
        for data in [two.clone(), names] {
            let error = message(&matrix(class, "x", &[1 << 30, 1 << 30], &data));
            assert!(error.contains("damaged") || error.contains("more numbers than any file"), "{class}: {error}");
        }
    }
    let cut = matrix(6, "x", &[2, 1], &two);
    for length in 1..cut.len() {
        message(&cut[..length]);
    }
    let x = matrix(6, "x", &[2, 1], &two);
    let twice = open_bytes("x.mat", &file(&[x.clone(), x].concat())).unwrap();
    assert_eq!(names(&twice), ["x"]);
    assert!(twice.warnings()[0].contains("'x' is skipped: is the second array of this name"), "{:?}", twice.warnings());
    let unknown = message(&matrix(99, "x", &[2, 1], &two));
    assert!(unknown.contains("unknown class 99"), "{unknown}");
}

#[test]
fn sparse_entries_have_their_places_and_others_are_errors() {
    let words = |words: &[i32]| element(5, &words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>());
    let values = element(9, &[1.0f64, 2.0].map(f64::to_le_bytes).concat());
    let sparse = |rows: &[i32], starts: &[i32]| {
        let data = [words(rows), words(starts), values.clone()].concat();
        let source = open_bytes("x.mat", &file(&matrix(5, "x", &[3, 2], &data)))?;
        source.layers()[0].read().map(|x| x.values().to_owned())
    };
    assert_eq!(sparse(&[0, 2], &[0, 1, 2]).unwrap(), array![[1.0, 0.0], [0.0, 0.0], [0.0, 2.0]]);
    let data = [words(&[0, 2]), words(&[0, 1, 2]), values.clone()].concat();
    let folder = folder(&[("x.mat", file(&matrix(5, "x", &[3, 2], &data)))]);
    let options = OpenOptions { axes: Some("features,conditions".parse().unwrap()), ..OpenOptions::default() };
    let source = crate::open(&folder.path().join("x.mat").display().to_string(), &options).unwrap();
    assert_eq!(source.layers()[0].read().unwrap().values(), array![[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]]);
    // MATLAB's sparse booleans say that they are 64-bit floats.
    let bytes = [9u32.to_le_bytes(), 2u32.to_le_bytes(), [1, 1, 0, 0], [0; 4]].concat();
    let mut booleans = matrix(5, "x", &[3, 2], &[words(&[0, 2]), words(&[0, 1, 2]), bytes].concat());
    booleans[17] = 2;
    let source = open_bytes("x.mat", &file(&booleans)).unwrap();
    assert_eq!(source.layers()[0].read().unwrap().values(), array![[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]);
    for (rows, starts) in [
        (&[0, 3][..], &[0, 1, 2][..]),
        (&[-1, 2], &[0, 1, 2]),
        (&[0, 2], &[0, 1, 3]),
        (&[0, 2], &[0, -1, 2]),
        (&[0], &[0, 1, 2]),
        (&[0, 2], &[0, 2]),
        (&[0, 2], &[0, 1, 1, 2]),
    ] {
        assert_eq!(sparse(rows, starts).unwrap_err().kind(), &ErrorKind::Format, "{rows:?} {starts:?}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    let mut cell = matrix(6, "", &[2, 1], &element(9, &[0; 16]));
    for _ in 0..10_000 {
        cell = matrix(1, "x", &[1, 1], &cell);
    }
    for part in [cell.clone(), compressed(&cell)] {
        let error = message(&part);
        assert!(error.contains("array 'x'") && error.contains("more than 64 levels"), "{error}");
    }
}

#[test]
fn a_variable_that_inflates_without_end_is_an_error() {
    // A gigabyte of zeros in a megabyte, which claims to be two numbers, and a text of as many characters.
    use std::io::Write;
    let bomb = |start: &[u8]| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(start).unwrap();
        (0..1 << 10).for_each(|_| encoder.write_all(&[0; 1 << 17]).unwrap());
        let body = encoder.finish().unwrap();
        [&15u32.to_le_bytes(), &(body.len() as u32).to_le_bytes(), body.as_slice()].concat()
    };
    let mut numbers = matrix(6, "x", &[2, 1], &element(9, &[0; 16]));
    let more = open_bytes("x.mat", &file(&bomb(&numbers))).unwrap();
    assert_eq!(more.layers()[0].read().unwrap().values(), array![[0.0], [0.0]]);
    let length = (numbers.len() as u32 - 8 + (1 << 27)).to_le_bytes();
    numbers[4..8].copy_from_slice(&length);
    let text =
        [element(6, &[4, 0, 0, 0, 0, 0, 0, 0]), element(5, &[1, 0, 0, 0, 0, 0, 0, 8]), element(1, b"x")].concat();
    let text = [text, [4u32.to_le_bytes(), (1u32 << 26).wrapping_add(8).to_le_bytes()].concat()].concat();
    let text = [14u32.to_le_bytes().as_slice(), &(1u32 << 27).to_le_bytes(), &text].concat();
    let error = message(&bomb(&text));
    assert!(error.contains("bytes of text; at most"), "{error}");
}

#[test]
fn objects_are_skipped_with_their_remedy() {
    let object = [
        element(6, &[17, 0, 0, 0, 0, 0, 0, 0]),
        element(1, b"labels_of"),
        element(1, b"MCOS"),
        element(1, b"string"),
        matrix(6, "", &[2, 1], &element(9, &[0; 16])),
    ];
    let x = matrix(6, "x", &[2, 1], &element(9, &[0; 16]));
    let hidden = matrix(9, "", &[1, 2], &element(2, &[1, 2]));
    let source = open_bytes("x.mat", &file(&[element(14, &object.concat()), x, hidden].concat())).unwrap();
    assert_eq!(names(&source), ["x"]);
    let [warning] = source.warnings() else { panic!("{:?}", source.warnings()) };
    assert!(
        warning.contains("'labels_of' is skipped: is an object (string)") && warning.contains("cellstr"),
        "{warning}"
    );
}

#[test]
fn an_address_selects_one_array() {
    let folder = folder(&[("x.mat", both_orders!("nested_compressed")[0])]);
    let at = |array: &str| open_path(&folder.path().join(format!("x.mat::{array}")));
    assert_eq!(at("trials(2).betas").unwrap().layers()[0].read().unwrap().values(), Array2::from_elem((3, 2), 2.0));
    let error = at("complex").unwrap_err().to_string();
    assert!(error.contains("array 'complex': is complex; save abs("), "{error}");
    let error = at("trials(3).betas").unwrap_err().to_string();
    assert!(error.contains("has no layer 'trials(3).betas'; it has 'net.conv1'"), "{error}");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn changed_files_are_survived(
        file in 0..6usize,
        changes in proptest::collection::vec((proptest::prelude::any::<proptest::sample::Index>(), proptest::prelude::any::<u8>()), 1..6),
    ) {
        let files = [both_orders!("nested"), both_orders!("nested_compressed"), both_orders!("rdm_structs")].concat();
        let mut bytes = files[file].to_vec();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Ok(source) = open_bytes("x.mat", &bytes) {
            for layer in source.layers().iter().filter(|layer| layer.n_conditions() * layer.n_features() < 1 << 20) {
                let _ = layer.read();
            }
        }
        let _ = rdms(&bytes, "");
    }
}
