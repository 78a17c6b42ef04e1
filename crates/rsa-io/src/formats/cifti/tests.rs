//! Files that nibabel reads (`tests/data/make_surfaces.py`), and files that lie.

use std::{collections::BTreeMap, path::Path};

use ndarray::{Array2, Axis, Slice, array};
use rsa_core::{PositionUnit, RowBlocks};
use serde::Deserialize;

use crate::{
    DropFeatures, OpenOptions, RegionOptions, list_contents, open, read_rdms,
    tests::samples::{folder, open_bytes, open_path},
};

#[derive(Deserialize)]
struct Golden {
    values: Vec<Vec<f64>>,
    names: Option<Vec<String>>,
    features: Option<Vec<String>>,
    structures: Option<Vec<GoldenStructure>>,
}

#[derive(Deserialize)]
struct GoldenStructure {
    name: String,
    count: usize,
    vertices: Option<Vec<u32>>,
    voxels: Option<Vec<[u32; 3]>>,
    positions: Option<Vec<[f64; 3]>>,
}

fn data(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cifti").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(data(name)).unwrap()
}

fn goldens() -> BTreeMap<String, Golden> {
    serde_json::from_str(&std::fs::read_to_string(data("goldens.json")).unwrap()).unwrap()
}

fn matrix(rows: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

#[test]
fn values_names_and_places_are_those_of_nibabel() {
    let goldens = goldens();
    assert_eq!(goldens.len(), 10);
    for (name, golden) in goldens {
        let source = open_path(&data(&name)).unwrap();
        assert!(source.warnings().is_empty(), "{name}: {:?}", source.warnings());
        let layer = &source.layers()[0];
        assert_eq!(layer.name(), name.split('.').next().unwrap());
        let (expected, x) = (matrix(&golden.values), layer.read().unwrap());
        assert_eq!(x.values(), expected, "{name}");
        assert_eq!(layer.conditions().labels().map(<[_]>::to_vec), golden.names, "{name}");
        let (n, p) = expected.dim();
        for (rows, columns) in [(0..n, 0..1), (n - 1..n, 1..p), (0..1, p - 1..p), (n / 2..n, 0..p)] {
            let mut block = Array2::zeros((rows.len(), columns.len()));
            layer.read_block(rows.clone(), columns.clone(), block.view_mut()).unwrap();
            let part = expected.slice_axis(Axis(0), Slice::from(rows));
            assert_eq!(block, part.slice_axis(Axis(1), Slice::from(columns)), "{name}");
        }
        if let Some(names) = golden.features {
            assert_eq!(x.features().names().unwrap(), names);
            assert!(layer.grayordinates().is_none());
        }
        let Some(structures) = golden.structures else { continue };
        let own = layer.grayordinates().unwrap();
        assert_eq!(own.structures().len(), structures.len());
        let mut first = 0;
        for (own, golden) in own.structures().iter().zip(structures) {
            assert_eq!((own.name(), own.range()), (golden.name.as_str(), first..first + golden.count));
            assert_eq!(own.vertices(), golden.vertices.as_deref());
            assert_eq!(own.n_vertices(), golden.vertices.as_ref().map(|_| 8));
            assert_eq!(own.voxels(), golden.voxels.as_deref());
            // The layer of the structure alone.
            let address = format!("{}::{}", data(&name).display(), golden.name);
            let source = open(&address, &OpenOptions::default()).unwrap();
            let layer = &source.layers()[0];
            assert_eq!((source.layers().len(), layer.name()), (1, golden.name.as_str()));
            let x = layer.read().unwrap();
            assert_eq!(x.values(), expected.slice_axis(Axis(1), Slice::from(own.range())), "{address}");
            let grid = x.features().grid().unwrap().clone();
            match (golden.positions, golden.vertices) {
                (Some(positions), _) => {
                    let found = x.features().positions().unwrap();
                    assert_eq!(found.unit(), PositionUnit::Millimeters);
                    for (j, position) in positions.iter().enumerate() {
                        assert_eq!(found.get(j), *position, "{name}");
                        let [x, y, z] = golden.voxels.as_ref().unwrap()[j].map(|k| k as usize);
                        assert_eq!(grid.index(j), [z, y, x]);
                    }
                }
                (None, Some(vertices)) => {
                    assert!(x.features().positions().is_none());
                    let found: Vec<_> = (0..golden.count).map(|j| grid.place(j) as u32).collect();
                    assert_eq!((found, grid.axes()[0].name.as_str(), grid.axes()[0].length), (vertices, "vertex", 8));
                }
                (None, None) => unreachable!("a structure has vertices or voxels"),
            }
            first += golden.count;
        }
    }
}

#[test]
fn features_are_named_by_structure_and_place() {
    let layer = &open_path(&data("maps.dscalar.nii")).unwrap().into_layers()[0];
    let features = layer.read().unwrap().features().clone();
    let names = features.names().unwrap();
    assert_eq!((&*names[1], &*names[4], &*names[8]), ("CORTEX_LEFT:2", "CORTEX_RIGHT:1", "THALAMUS_LEFT:1,2,0"));
    // Vertices have no position without a surface, and so the whole has none.
    assert!(features.positions().is_none() && features.grid().is_none());
    assert_eq!((layer.dtype(), layer.precision()), ("float32", f64::from(f32::EPSILON)));
}

/// `maps.dscalar.nii` with other numbers: the first, the second and the third map, grayordinate by grayordinate.
fn with_numbers(values: &[f32]) -> Vec<u8> {
    let mut file = bytes("maps.dscalar.nii");
    let start = file.len() - 4 * 36;
    file.truncate(start);
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    file
}

#[test]
fn places_without_variance_or_with_gaps_are_no_features() {
    let mut values: Vec<f32> = (0..36).map(|k| k as f32).collect();
    values[..3].fill(0.5);
    values[3] = f32::NAN;
    values[20] = f32::INFINITY;
    let source = open_bytes("x.dscalar.nii", &with_numbers(&values)).unwrap();
    let note = "layer 'x': 9 of 12 grayordinates are features: 1 are constant over all 3 maps and 2 have a NaN";
    assert!(source.warnings()[0].contains(note), "{:?}", source.warnings());
    let x = source.layers()[0].read().unwrap();
    assert_eq!(x.values().row(1), array![7.0, 10.0, 13.0, 16.0, 22.0, 25.0, 28.0, 31.0, 34.0]);
    assert_eq!(x.features().names().unwrap()[0], "CORTEX_LEFT:3");
    let mut block = Array2::zeros((2, 2));
    source.layers()[0].read_block(1..3, 3..5, block.view_mut()).unwrap();
    assert_eq!(block, array![[16.0, 22.0], [17.0, 23.0]]);
    source.layers()[0].read_columns(0..2, &[8, 0], block.view_mut()).unwrap();
    assert_eq!(block, array![[33.0, 6.0], [34.0, 7.0]]);
}

#[test]
fn a_structure_goes_by_its_name() {
    let folder = folder(&[("a.dscalar.nii", bytes("maps.dscalar.nii")), ("b.dscalar.nii", bytes("one.dscalar.nii"))]);
    let at = |name: &str| format!("{}{name}", folder.path().display());
    let error = open(&at("/a.dscalar.nii::CORTEX"), &OpenOptions::default()).unwrap_err().to_string();
    let there = "it has 'a', 'CORTEX_LEFT', 'CORTEX_RIGHT', 'THALAMUS_LEFT', 'BRAIN_STEM'";
    assert!(error.contains("has no layer 'CORTEX'") && error.contains(there), "{error}");
    let source = open(&at("::a/THALAMUS_LEFT"), &OpenOptions::default()).unwrap();
    assert_eq!((source.layers()[0].name(), source.layers()[0].n_features()), ("a/THALAMUS_LEFT", 3));
    let listed = list_contents(&at("/a.dscalar.nii::BRAIN_STEM"), &OpenOptions::default()).unwrap();
    assert_eq!((listed.format, listed.arrays[0].shape.as_slice()), ("CIFTI-2", [3, 2].as_slice()));
    // Features that are left out are left out of the structure.
    let options = OpenOptions { drop_features: DropFeatures { dead: true, nan: true }, ..OpenOptions::default() };
    assert_eq!(open(&at("/a.dscalar.nii::BRAIN_STEM"), &options).unwrap().layers()[0].n_features(), 2);
}

fn open_with(data: &Path, mask: Option<&Path>, atlas: Option<&Path>) -> rsa_core::Result<crate::LayerSource> {
    let regions = atlas.map(|atlas| RegionOptions { atlas: atlas.to_owned(), names: None });
    let options = OpenOptions { mask: mask.map(Path::to_owned), regions, ..OpenOptions::default() };
    open(data.to_str().unwrap(), &options)
}

#[test]
fn labels_of_regions_divide_the_vertices_that_they_have() {
    // The atlas has all eight vertices of the left cortex, the maps four of them and other structures.
    let source = open_with(&data("maps.dscalar.nii"), None, Some(&data("atlas.dlabel.nii"))).unwrap();
    let layers: Vec<_> = source.layers().iter().map(|layer| (layer.name(), layer.n_features())).collect();
    // Vertices 0 and 2 3 7 have the labels 0 and 7 7 3.
    assert_eq!(layers, [("FFA & more", 1), ("V1", 2)]);
    assert!(source.warnings().is_empty(), "{:?}", source.warnings());
    let v1 = source.layers()[1].read().unwrap();
    assert_eq!(v1.values().row(0), array![-0.375, 4.25]);
    assert_eq!(v1.features().names().unwrap(), ["CORTEX_LEFT:2", "CORTEX_LEFT:3"]);
    let one = open(
        &format!("{}::V1", data("maps.dscalar.nii").display()),
        &OpenOptions {
            regions: Some(RegionOptions { atlas: data("atlas.dlabel.nii"), names: None }),
            ..OpenOptions::default()
        },
    );
    assert_eq!(one.unwrap().layers()[0].n_features(), 2);
    let error = open_path(&data("atlas.dlabel.nii")).unwrap_err().to_string();
    assert!(error.contains("holds labels of regions") && error.contains("--roi FILE"), "{error}");
    let error = open_with(&data("shuffled.dscalar.nii"), None, Some(&data("atlas.dlabel.nii"))).unwrap_err();
    assert!(error.to_string().contains("has CORTEX_LEFT (8 vertices), the data CORTEX_RIGHT (3 vertices)"), "{error}");
}

#[test]
fn a_map_is_a_mask() {
    let mask = folder(&[("mask.dscalar.nii", {
        let mut file = bytes("one.dscalar.nii");
        let start = file.len() - 48;
        let inside: [f32; 12] = [0.0, 1.0, 0.0, f32::NAN, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.0];
        file.splice(start.., inside.iter().flat_map(|value| value.to_le_bytes()));
        file
    })]);
    let mask = mask.path().join("mask.dscalar.nii");
    let source = open_with(&data("series.dtseries.nii"), Some(&mask), None).unwrap();
    let names = source.layers()[0].features();
    assert_eq!(names.names().unwrap(), ["CORTEX_LEFT:2", "CORTEX_RIGHT:1", "BRAIN_STEM:2,2,2"]);
    let address = format!("{}::CORTEX_RIGHT", data("series.dtseries.nii").display());
    let source = open_with(Path::new(&address), Some(&mask), None).unwrap();
    assert_eq!(source.layers()[0].features().names().unwrap(), ["CORTEX_RIGHT:1"]);
    let address = format!("{}::THALAMUS_LEFT", data("series.dtseries.nii").display());
    let error = open_with(Path::new(&address), Some(&mask), None).unwrap_err().to_string();
    assert!(error.contains("layer 'THALAMUS_LEFT' has no place inside the mask"), "{error}");
    let error = open_with(&data("maps.dscalar.nii"), Some(&data("maps.dscalar.nii")), None).unwrap_err().to_string();
    assert!(error.contains("holds 3 maps; give one"), "{error}");
    let volume = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/nifti/three_axes.nii");
    let error = open_with(&data("maps.dscalar.nii"), Some(&volume), None).unwrap_err().to_string();
    assert!(error.contains("has voxels, the data grayordinates"), "{error}");
}

#[test]
fn what_is_read_otherwise_is_refused_by_name() {
    let message = |bytes: &[u8]| open_bytes("x.dscalar.nii", bytes).unwrap_err().to_string();
    assert!(message(&bytes("links.dconn.nii")).contains("holds connections between places"));
    let error = read_rdms(data("maps.dscalar.nii").to_str().unwrap(), &OpenOptions::default()).unwrap_err();
    assert!(error.to_string().contains("holds maps of the brain and no dissimilarity matrix"), "{error}");
    // The header says what a file is, whatever its name.
    assert_eq!(
        open_bytes("x.nii", &bytes("maps.dscalar.nii")).unwrap().layers()[0].grayordinates().unwrap().count(),
        12
    );
}

#[test]
fn a_name_of_cifti_without_its_intent_is_refused_with_the_remedy() {
    // The intent code of NIfTI-2 stands at byte 504: none, z-score, and the one below those of CIFTI.
    for (name, data, code) in [
        ("x.dscalar.nii", "maps.dscalar.nii", 0),
        ("x.DSCALAR.NII", "maps.dscalar.nii", 5),
        ("x.dtseries.nii", "series.dtseries.nii", 2999),
        ("x.ptseries.nii", "parcels.ptseries.nii", 3100),
        ("x.dconn.nii", "links.dconn.nii", 0),
    ] {
        let mut file = bytes(data);
        file[504..508].copy_from_slice(&i32::to_le_bytes(code));
        let error = open_bytes(name, &file).unwrap_err().to_string();
        let kind = &name.to_lowercase()[2..];
        assert!(error.contains(&format!("{name}: its name is that of CIFTI-2 and its header is not")), "{error}");
        assert!(error.contains("nibabel.Cifti2Image.from_filename(") && error.contains(&format!("/x_fixed.{kind}\"")));
        assert!(error.contains("if it holds volumes, rename it to ") && error.ends_with("/x.nii\""), "{error}");
    }
    // Volumes of that name are no maps of vertices, and no mask or atlas of them.
    let volume = std::fs::read(data("../nifti/three_axes.nii")).unwrap();
    let own = folder(&[("x.dscalar.nii", volume), ("y.dscalar.nii.gz", vec![0x1f, 0x8b, 8])]);
    let named = own.path().join("x.dscalar.nii");
    for error in [
        open_path(&named).unwrap_err(),
        open_with(&data("maps.dscalar.nii"), Some(&named), None).unwrap_err(),
        open_with(&data("maps.dscalar.nii"), None, Some(&named)).unwrap_err(),
    ] {
        assert!(error.to_string().contains("x.dscalar.nii: its name is that of CIFTI-2"), "{error}");
    }
    let error = open_path(&own.path().join("y.dscalar.nii.gz")).unwrap_err().to_string();
    assert!(error.contains("CIFTI-2 is read unpacked: gunzip /") && error.ends_with("/y.dscalar.nii.gz"), "{error}");
}

/// The message of `name` with the first `old` in it replaced by `new`, which is as long.
fn damaged(name: &str, old: &str, new: &str) -> String {
    let mut file = bytes(name);
    let at = file.windows(old.len()).position(|bytes| bytes == old.as_bytes()).unwrap();
    assert_eq!(old.len(), new.len());
    file[at..at + old.len()].copy_from_slice(new.as_bytes());
    let error = open_bytes("x.dscalar.nii", &file).unwrap_err();
    assert!(error.to_string().starts_with("/") && error.to_string().contains("x.dscalar.nii: "), "{error}");
    error.to_string()
}

#[test]
fn claims_that_contradict_one_another_are_errors() {
    for (old, new, expected) in [
        ("Version=\"2.0\"", "Version=\"1.0\"", "holds CIFTI of version 1.0"),
        ("<CIFTI ", "<CIFTO ", "the XML"),
        ("</Matrix>", "</Matrax>", "the XML is malformed"),
        ("0 2 3 7<", "0 2 3 8<", "structure 'CORTEX_LEFT': vertex 8 is beyond the 8 of the surface"),
        ("0 2 3 7<", "0 2 3 3<", "vertex 3 is there twice"),
        ("0 2 3 7<", "0 2 3  <", "3 indices are there and 4 are claimed"),
        ("0 2 3 7<", "0 2 -37<", "'-37' in 'VertexIndices' is no such number"),
        ("IndexOffset=\"4\"", "IndexOffset=\"5\"", "structure 'CORTEX_RIGHT' begins at column 5 and not at 4"),
        ("IndexCount=\"4\"", "IndexCount=\"3\"", "'VertexIndices' has more than the 3 numbers"),
        ("SURFACE", "VOXELS ", "is a model of type 'CIFTI_MODEL_TYPE_VOXELS '"),
        ("CORTEX_RIGHT\"", "CORTEX_LEFT\" ", "two structures are named 'CORTEX_LEFT'"),
        ("VolumeDimensions=\"4,5,3\"", "VolumeDimensions=\"4,5,2\"", "is beyond the volume of [4, 5, 2]"),
        ("VolumeDimensions=\"4,5,3\"", "VolumeDimensions=\"4,5,0\"", "no three lengths"),
        ("<MapName>cat</MapName>", "<MopName>cat</MopName>", "'NamedMap' has no element 'MapName'"),
        ("CIFTI_INDEX_TYPE_SCALARS", "CIFTI_INDEX_TYPE_SCALERS", "an axis of the matrix is 'CIFTI_INDEX_TYPE_SCALERS'"),
        (
            "AppliesToMatrixDimension=\"1\"",
            "AppliesToMatrixDimension=\"7\"",
            "no MatrixIndicesMap describes dimension 1",
        ),
        ("MeterExponent=\"-3\"", "MeterExponent=\"+x\"", "is no such number"),
        ("1 1 2\n", "1 2 0\n", "voxel [1, 2, 0] is there twice"),
    ] {
        let error = damaged("maps.dscalar.nii", old, new);
        assert!(error.contains(expected), "{new}: {error}");
    }
}

#[test]
fn a_header_that_lies_is_an_error() {
    let message = |at: usize, value: &[u8]| {
        let mut file = bytes("maps.dscalar.nii");
        file[at..at + value.len()].copy_from_slice(value);
        open_bytes("x.dscalar.nii", &file).unwrap_err().to_string()
    };
    // Lengths along axes 5 and 6, the number of axes, and the size and code of the extension.
    assert!(message(56, &7i64.to_le_bytes()).contains("describes 3 × 12 numbers and the header has 7 × 12"));
    assert!(message(64, &i64::MAX.to_le_bytes()).contains("the header has 3 × 9223372036854775807"));
    assert!(message(56, &(-3i64).to_le_bytes()).contains("a CIFTI-2 matrix is along axes 5 and 6 alone"));
    assert!(message(16, &5i64.to_le_bytes()).contains("a CIFTI-2 matrix is along axes 5 and 6 alone"));
    assert!(message(24, &2i64.to_le_bytes()).contains("a CIFTI-2 matrix is along axes 5 and 6 alone"));
    assert!(message(544, &i32::MAX.to_le_bytes()).contains("an extension of the header claims 2147483647 bytes"));
    assert!(message(544, &4i32.to_le_bytes()).contains("an extension of the header claims 4 bytes"));
    assert!(message(544, &(-1i32).to_le_bytes()).contains("claims -1 bytes"));
    assert!(message(548, &4i32.to_le_bytes()).contains("has no XML"));
    assert!(message(168, &(1i64 << 40).to_le_bytes()).contains("at most 0 bytes of data are there"));
    let mut short = bytes("maps.dscalar.nii");
    short.truncate(short.len() - 1);
    let error = open_bytes("x.dscalar.nii", &short).unwrap_err().to_string();
    assert!(error.contains("(3, 12), 144 bytes, and at most 143 bytes"), "{error}");
}

#[test]
fn positions_are_in_millimeters() {
    let mut file = bytes("maps.dscalar.nii");
    let at = file.windows(18).position(|bytes| bytes == b"MeterExponent=\"-3\"").unwrap();
    file[at..at + 18].copy_from_slice(b"MeterExponent=\"-2\"");
    let folder = folder(&[("x.dscalar.nii", file)]);
    let address = format!("{}::BRAIN_STEM", folder.path().join("x.dscalar.nii").display());
    let layer = &open(&address, &OpenOptions::default()).unwrap().into_layers()[0];
    assert_eq!(layer.features().positions().unwrap().get(0), [900.0, -1170.0, -680.0]);
}

#[test]
fn maps_of_one_condition_each_are_joined() {
    let file = bytes("one.dscalar.nii");
    let files: Vec<_> = ["b_10", "b_2", "b_1"].map(|name| (format!("{name}.dscalar.nii"), file.clone())).into();
    let folder = folder(&files.iter().map(|(name, bytes)| (name.as_str(), bytes)).collect::<Vec<_>>());
    let error = open_path(folder.path()).unwrap_err().to_string();
    assert!(error.contains("of 12 grayordinates 12 are constant over all 3 maps"), "{error}");
    let mut other = file;
    let at = other.len() - 4;
    other[at..].copy_from_slice(&9f32.to_le_bytes());
    std::fs::write(folder.path().join("b_2.dscalar.nii"), other).unwrap();
    let source = open_path(folder.path()).unwrap();
    assert_eq!((source.layers().len(), source.layers()[0].n_conditions(), source.layers()[0].n_features()), (1, 3, 1));
    // Maps have the names of their files only where they have none of their own.
    assert_eq!(source.layers()[0].conditions().labels().unwrap(), ["only", "only", "only"]);
}
