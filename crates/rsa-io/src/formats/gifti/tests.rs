//! Files that nibabel reads (`tests/data/make_surfaces.py`), and files that lie.

use std::{collections::BTreeMap, path::Path};

use ndarray::{Array2, Axis, Slice};
use rsa_core::RowBlocks;
use serde::Deserialize;

use super::{
    encoding::base64,
    surface::{Surface, read_surface},
};
use crate::{
    OpenOptions, RegionOptions, open,
    tests::samples::{folder, open_bytes, open_path},
};

#[derive(Deserialize)]
struct Golden {
    structure: Option<String>,
    names: Vec<Option<String>>,
    arrays: Vec<serde_json::Value>,
}

fn data(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/gifti").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(data(name)).unwrap()
}

fn goldens() -> BTreeMap<String, Golden> {
    serde_json::from_str(&text("goldens.json")).unwrap()
}

fn rows<T: serde::de::DeserializeOwned>(array: &serde_json::Value) -> Vec<T> {
    serde_json::from_value(array.clone()).unwrap()
}

#[test]
fn values_and_names_are_those_of_nibabel() {
    let goldens = goldens();
    assert_eq!(goldens.len(), 16);
    for (name, golden) in goldens.into_iter().filter(|(name, _)| !name.ends_with(".surf.gii")) {
        let source = open_path(&data(&name)).unwrap();
        assert!(source.warnings().is_empty(), "{name}: {:?}", source.warnings());
        let layer = &source.layers()[0];
        let values: Vec<f64> = golden.arrays.iter().flat_map(rows::<f64>).collect();
        let expected = Array2::from_shape_vec((3, 6), values).unwrap();
        let x = layer.read().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(x.values(), expected, "{name}");
        // Points in time have no label, whatever their name.
        let names = golden.names.into_iter().collect::<Option<Vec<_>>>().filter(|_| name != "series.func.gii");
        assert_eq!(layer.conditions().labels().map(<[_]>::to_vec), names, "{name}");
        let structure =
            golden.structure.as_deref().map(|name| if name == "CortexLeft" { "CORTEX_LEFT" } else { "CORTEX_RIGHT" });
        let own = &layer.grayordinates().unwrap().structures()[0];
        assert_eq!((own.name(), own.n_vertices()), (structure.unwrap_or_default(), Some(6)), "{name}");
        assert_eq!(x.features().grid().unwrap().place(5), 5);
        for (rows, columns) in [(0..3, 0..1), (2..3, 1..6), (1..3, 0..6)] {
            let mut block = Array2::zeros((rows.len(), columns.len()));
            layer.read_block(rows.clone(), columns.clone(), block.view_mut()).unwrap();
            let part = expected.slice_axis(Axis(0), Slice::from(rows));
            assert_eq!(block, part.slice_axis(Axis(1), Slice::from(columns)), "{name}");
        }
        let mut block = Array2::zeros((2, 2));
        layer.read_columns(1..3, &[4, 0], block.view_mut()).unwrap();
        assert_eq!(block.row(1), ndarray::array![expected[[2, 4]], expected[[2, 0]]]);
    }
}

#[test]
fn surfaces_are_those_of_nibabel() {
    for (name, golden) in goldens().into_iter().filter(|(name, _)| name.ends_with(".surf.gii")) {
        let Surface { structure, vertices, triangles } = read_surface(&data(&name)).unwrap();
        assert_eq!(structure.as_deref(), Some("CORTEX_LEFT"));
        assert_eq!(vertices, rows::<[f64; 3]>(&golden.arrays[0]), "{name}");
        let expected: Vec<[f64; 3]> = rows(&golden.arrays[1]);
        assert_eq!(triangles.iter().map(|row| row.map(f64::from)).collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn types_are_those_of_the_file() {
    for (name, dtype, precision) in [
        ("ascii.func.gii", "float32", f64::from(f32::EPSILON)),
        ("big_binary.shape.gii", "float64", f64::EPSILON),
        ("whole.func.gii", "int32", f64::EPSILON),
        ("mixed.func.gii", "float32", f32::EPSILON.into()),
    ] {
        let layer = &open_path(&data(name)).unwrap().into_layers()[0];
        assert_eq!((layer.dtype(), layer.precision()), (dtype, precision), "{name}");
    }
}

#[test]
fn both_hemispheres_of_a_folder_are_two_layers() {
    let (left, right) = ("sub-01_hemi-L_stat-beta_map.func.gii", "sub-01_hemi-R_stat-beta_map.func.gii");
    let folder = folder(&[
        (left, text("folded.shape.gii")),
        (right, text("folded.shape.gii")),
        ("sub-01_hemi-L_midthickness.surf.gii", text("plain.surf.gii")),
    ]);
    let source = open_path(folder.path()).unwrap();
    let structures: Vec<_> = source
        .layers()
        .iter()
        .map(|layer| (layer.name(), layer.grayordinates().unwrap().structures()[0].name()))
        .collect();
    let names = [left, right].map(|name| name.strip_suffix(".func.gii").unwrap());
    assert_eq!(structures, [(names[0], "CORTEX_LEFT"), (names[1], "CORTEX_RIGHT")]);
    assert!(
        source.warnings().iter().any(|note| note.contains("the positions of 4 vertices")),
        "{:?}",
        source.warnings()
    );
}

#[test]
fn maps_of_several_hemispheres_are_not_joined() {
    let one = |values: &str| {
        text("bytes.func.gii")
            .split("<DataArray")
            .take(2)
            .collect::<Vec<_>>()
            .join("<DataArray")
            .replace("</GIFTI>", "")
            + values
            + "</GIFTI>"
    };
    let folder = folder(&[
        ("sub-1_hemi-L_desc-cat_map.shape.gii", one("")),
        ("sub-1_hemi-L_desc-dog_map.shape.gii", one("")),
        ("sub-1_hemi-R_desc-cat_map.shape.gii", one("")),
    ]);
    let error = open_path(folder.path()).unwrap_err().to_string();
    assert!(error.contains("put each hemisphere in a folder of its own"), "{error}");
}

#[test]
fn labels_divide_maps_of_the_same_mesh() {
    let regions = |atlas: &str| OpenOptions {
        regions: Some(RegionOptions { atlas: data(atlas), names: None }),
        ..OpenOptions::default()
    };
    let at = |name: &str| data(name).display().to_string();
    let source = open(&at("ascii.func.gii"), &regions("atlas.label.gii")).unwrap();
    let layers: Vec<_> = source.layers().iter().map(|layer| (layer.name(), layer.n_features())).collect();
    assert_eq!(layers, [("FFA", 2), ("V1", 2)]);
    assert_eq!(source.layers()[1].features().names().unwrap(), ["CORTEX_LEFT:2", "CORTEX_LEFT:3"]);
    // A file that does not say its hemisphere may be of that of the atlas.
    assert_eq!(open(&at("folded.shape.gii"), &regions("atlas.label.gii")).unwrap().layers().len(), 2);
    let error = open(&at("zipped.func.gii"), &regions("atlas.label.gii")).unwrap_err().to_string();
    assert!(error.contains("has CORTEX_LEFT (6 vertices), the data CORTEX_RIGHT (6 vertices)"), "{error}");
    let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cifti/maps.dscalar.nii");
    let error = open(other.to_str().unwrap(), &regions("atlas.label.gii")).unwrap_err().to_string();
    assert!(error.contains("has 6 vertices of the surface 'CORTEX_LEFT', the data 8"), "{error}");
    let error = open_path(&data("atlas.label.gii")).unwrap_err().to_string();
    assert!(error.contains("holds labels of regions"), "{error}");
}

/// The message of `name` with `old` replaced by `new` wherever it stands.
fn damaged(name: &str, old: &str, new: &str) -> String {
    let text = text(name);
    assert!(text.contains(old), "{old}");
    let source = open_bytes("x.func.gii", text.replace(old, new).as_bytes());
    let error = source.and_then(|source| source.layers()[0].read().map(|_| ())).unwrap_err().to_string();
    assert!(error.contains("x.func.gii"), "{error}");
    error
}

#[test]
fn what_is_not_read_is_refused_by_name() {
    for (old, new, expected) in [
        ("Base64Binary", "ExternalFileBinary", "wb_command -gifti-convert GZIP_BASE64_BINARY"),
        ("Base64Binary", "Base85", "the encoding 'Base85' is unknown"),
        ("NIFTI_TYPE_FLOAT32", "NIFTI_TYPE_COMPLEX64", "of type 'NIFTI_TYPE_COMPLEX64'"),
        ("LittleEndian", "Middle", "Endian is 'Middle'"),
        ("RowMajorOrder", "Random", "ArrayIndexingOrder is 'Random'"),
        ("Dim0=\"6\"", "Dim0=\"0\"", "no number at all"),
        ("Dim0=\"6\"", "Dim1=\"6\"", "'DataArray' has no attribute 'Dim0'"),
        ("Dim0=\"6\"", "Dim0=\"-6\"", "Dim0=\"-6\" of 'DataArray' is no such number"),
        ("Dim0=\"6\"", "Dim0=\"7\"", "claims the shape (7,), and its text of 32 bytes holds at most 24 bytes"),
        ("Dim0=\"6\"", "Dim0=\"5\"", "24 bytes of numbers are there and 20 are claimed"),
        ("Dim0=\"6\"", "Dim0=\"18446744073709551615\"", "claims the shape"),
        ("Dimensionality=\"1\"", "Dimensionality=\"9\"", "the array has 9 axes"),
        (
            "Dimensionality=\"1\" Dim0=\"6\"",
            "Dimensionality=\"2\" Dim0=\"3\" Dim1=\"2\"",
            "one number a vertex is read",
        ),
        ("<Data>", "<Data>!", "the numbers are no base64"),
        ("<Data>", "<Data><x/>", "the numbers are broken by other XML"),
        ("</Data>", "A</Data>", "the base64 of the numbers ends early"),
        ("</Data>", "AA==</Data>", "25 bytes of numbers are there and 24"),
        ("</Data>", "AA==AAAA</Data>", "goes on after its end"),
        ("<Data>", "<Data>&#65;", "the numbers are no base64"),
        ("<GIFTI ", "<GAFTI ", "the XML is malformed"),
        ("</GIFTI>", "", "the XML is malformed"),
        ("NIFTI_INTENT_NONE", "NIFTI_INTENT_POINTSET", "the positions of 6 vertices"),
    ] {
        let error = damaged("binary.func.gii", old, new);
        assert!(error.contains(expected), "{new}: {error}");
    }
    let of_text = |old, new| damaged("ascii.func.gii", old, new);
    assert!(of_text("<Data>", "<Data>x ").contains("'x' is no number"));
    assert!(of_text("<Data>", "<Data>1 ").contains("7 or more numbers of numbers are there and 6"));
    assert!(of_text("<Data>", "<Data>NaN ").contains("are there and 6 are claimed"));
    assert!(damaged("zipped.func.gii", "Dim0=\"6\"", "Dim0=\"5\"").contains("are there and 20 are claimed"));
    assert!(damaged("zipped.func.gii", "<Data>eJ", "<Data>eK").contains("inflating the array"));
    // A second hemisphere, another length, labels among measurements.
    let twice = text("ascii.func.gii").replacen(
        "<MetaData><MD><Name><![CDATA[Name]]></Name><Value><![CDATA[dog]]></Value></MD>",
        "<MetaData><MD><Name>AnatomicalStructurePrimary</Name><Value>CortexRight</Value></MD>",
        1,
    );
    let error = open_bytes("x.gii", twice.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("has arrays of 'CORTEX_LEFT' and of 'CORTEX_RIGHT'"), "{error}");
    let mixed = text("binary.func.gii").replacen("NIFTI_INTENT_NONE", "NIFTI_INTENT_LABEL", 1);
    let error = open_bytes("x.gii", mixed.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("holds both labels of regions and measurements"), "{error}");
    assert!(open_bytes("x.gii", b"").unwrap_err().to_string().contains("x.gii: the XML is malformed"));
    assert!(open_bytes("x.gii", b"\xff\xfe<").unwrap_err().to_string().contains("UTF-16"));
}

#[test]
fn entities_that_multiply_are_refused() {
    let entities: String = (1..30).map(|k| format!("<!ENTITY e{k} \"&e{0};&e{0};&e{0};&e{0};\">", k - 1)).collect();
    let bomb = format!("<!DOCTYPE GIFTI [<!ENTITY e0 \"xxxxxxxx\">{entities}]><GIFTI>&e29;</GIFTI>");
    let error = open_bytes("x.gii", bomb.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("the XML is malformed"), "{error}");
    let deep = "<GIFTI>".repeat(100_000);
    assert!(open_bytes("x.gii", deep.as_bytes()).unwrap_err().to_string().contains("the XML is malformed"));
}

#[test]
fn surfaces_that_lie_are_refused() {
    let message = |old: &str, new: &str| {
        let text = text("moved.surf.gii");
        assert!(text.contains(old), "{old}");
        let folder = folder(&[("x.surf.gii", text.replacen(old, new, 1))]);
        let error = read_surface(&folder.path().join("x.surf.gii")).unwrap_err().to_string();
        assert!(error.contains("x.surf.gii: "), "{error}");
        error
    };
    assert!(message(">0\r\n", ">4\r\n").contains("a triangle has the vertex 4, and the surface has 4"));
    assert!(message(">0\r\n", ">-1\r\n").contains("a triangle has the vertex -1"));
    assert!(message("TRIANGLE", "NONE").contains("has no array TRIANGLE"));
    assert!(message("POINTSET", "TRIANGLE").contains("has no array POINTSET"));
    assert!(message("0.0 0.0 0.0 1.0", "0.0 0.0 0.0 2.0").contains("no affine matrix"));
    assert!(message("5.0", "inf").contains("no affine matrix"));
    let own = text("moved.surf.gii");
    let start = own.find("<CoordinateSystem").unwrap();
    let end = own.find("</CoordinateSystemTransformMatrix>").unwrap();
    let other = own[start..end].replace("5.0", "6.0").replace("SCANNER_ANAT", "TALAIRACH");
    let two = other + "</CoordinateSystemTransformMatrix><CoordinateSystem";
    let error = message("<CoordinateSystem", &two);
    assert!(
        error.contains("a transform to 'NIFTI_XFORM_TALAIRACH' and another to 'NIFTI_XFORM_SCANNER_ANAT'"),
        "{error}"
    );
    let error = read_surface(&data("ascii.func.gii")).unwrap_err().to_string();
    assert!(error.contains("ascii.func.gii: has no array POINTSET; a surface has one (.surf.gii)"), "{error}");
}

#[test]
fn base64_is_that_of_the_standard() {
    // The examples of RFC 4648.
    for (text, bytes) in
        [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9v\n YmFy \r\n", "foobar")]
    {
        assert_eq!(base64(text.as_bytes()).unwrap(), bytes.as_bytes(), "{text}");
    }
    for text in ["Z", "Zg", "Zg=", "Z===", "Zg==Zg==", "Zm9-", "=Zm9", "Zm=v", "===="] {
        assert!(base64(text.as_bytes()).is_err(), "{text}");
    }
}
