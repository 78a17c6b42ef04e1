//! `rsakit searchlight`, from volumes to maps.

use std::{fs, path::Path};

use ndarray::{Array2, Axis};
use rsa_io::{OpenOptions, open};
use rsakit::core::RowBlocks;
use serde_json::Value;

use crate::rsakit::{Run, rsakit, waves, write_npy};

const SHAPE: [usize; 3] = [6, 7, 5];
const N_VOXELS: usize = 210;
const N_OBSERVATIONS: usize = 12;

/// Returns a NIfTI-1 file of 32-bit floats with voxels of 2 × 2 × 3 mm, the first of which is at −5, 0, 0 mm.
fn nifti(n_volumes: usize, values: impl IntoIterator<Item = f32>) -> Vec<u8> {
    let mut header = vec![0; 352];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &348i32.to_le_bytes());
    let n_axes = if n_volumes == 1 { 3 } else { 4 };
    for (k, length) in [n_axes, SHAPE[0], SHAPE[1], SHAPE[2], n_volumes, 1, 1, 1].into_iter().enumerate() {
        put(40 + 2 * k, &(length as i16).to_le_bytes());
    }
    // The type and its bits, and where the numbers begin.
    put(70, &16i16.to_le_bytes());
    put(72, &32i16.to_le_bytes());
    put(108, &352f32.to_le_bytes());
    put(254, &1i16.to_le_bytes());
    for (axis, (size, origin)) in [(2f32, -5f32), (2.0, 0.0), (3.0, 0.0)].into_iter().enumerate() {
        put(280 + 20 * axis, &size.to_le_bytes());
        put(292 + 16 * axis, &origin.to_le_bytes());
    }
    put(344, b"n+1\0");
    header.extend(values.into_iter().flat_map(f32::to_le_bytes));
    header
}

/// Four conditions in three runs.
fn betas() -> Array2<f64> {
    let (signal, noise) = (waves(4, N_VOXELS, 3), waves(N_OBSERVATIONS, N_VOXELS, 1));
    let value = |(k, v): (usize, usize)| f64::from((5.0 + signal[(k % 4, v)] + 0.5 * noise[(k, v)]) as f32);
    Array2::from_shape_fn((N_OBSERVATIONS, N_VOXELS), value)
}

fn is_inside(place: usize) -> bool {
    place % 13 != 5
}

pub(crate) fn files(folder: &Path) {
    let write = |name: &str, bytes: Vec<u8>| fs::write(folder.join(name), bytes).unwrap();
    write("betas.nii", nifti(N_OBSERVATIONS, betas().iter().map(|&value| value as f32)));
    write("mask.nii", nifti(1, (0..N_VOXELS).map(|place| f32::from(u8::from(is_inside(place))))));
    let residuals = waves(20, N_VOXELS, 7);
    write("residuals.nii", nifti(20, residuals.iter().map(|&value| value as f32)));
    let lines = |labels: Vec<String>| labels.join("\n").into_bytes();
    write(
        "conditions.txt",
        lines((0..N_OBSERVATIONS).map(|k| ["cat", "dog", "car", "bus"][k % 4].to_owned()).collect()),
    );
    write("runs.txt", lines((0..N_OBSERVATIONS).map(|k| (k / 4).to_string()).collect()));
    // Labeled, and in another order than the data.
    write("size.csv", b"condition,size\nbus,9\ncar,6\ndog,2\ncat,1\n".to_vec());
    write("kind.csv", b"condition,kind\ncat,animal\ndog,animal\ncar,thing\nbus,thing\n".to_vec());
    let model = rsakit(folder, &["model", "--quantity", "size=size.csv::size", "--out", "size.json"]);
    assert_eq!(model.status, 0, "{}", model.err);
    assert_eq!(rsakit(folder, &["model", "--category", "kind=kind.csv::kind", "--out", "kind.json"]).status, 0);
    fs::create_dir(folder.join("out")).unwrap();
}

const DESIGN: [&str; 9] = [
    "searchlight",
    "betas.nii",
    "--mask",
    "mask.nii",
    "--conditions",
    "conditions.txt",
    "--runs",
    "runs.txt",
    "--min-voxels=5",
];
const CROSSNOBIS: [&str; 4] = ["--dissimilarity", "crossnobis", "--noise", "diagonal"];
const MODELS: [&str; 3] = ["--models", "size.json", "kind.json"];

fn search(folder: &Path, parts: &[&[&str]]) -> Run {
    rsakit(folder, &[&DESIGN[..], &parts.concat()].concat())
}

/// Returns the map at all voxels of the mask, NaN where a center is missing.
fn map(folder: &Path, name: &str) -> Vec<Option<f64>> {
    // The values of missing centers are no numbers, so the map is read where it has some.
    let source = open(&folder.join(name).to_string_lossy(), &OpenOptions::default()).unwrap();
    let layer = &source.layers()[0];
    let features = layer.features();
    let values = layer.read().unwrap();
    let mut all = vec![None; N_VOXELS];
    for (j, &value) in values.values().row(0).iter().enumerate() {
        all[features.grid().map_or(j, |grid| grid.place(j))] = Some(value);
    }
    all
}

#[test]
fn maps_are_those_of_rdm_and_compare_on_the_voxels_of_a_sphere() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    files(folder);
    let run = search(folder, &[&CROSSNOBIS, &MODELS, &["--radius", "2vox", "--inclusive", "--out", "out/s"]]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.starts_with("crossnobis × spearman, 4 conditions in 3 runs: "), "{}", run.out);
    let json: Value = serde_json::from_slice(&fs::read(folder.join("out/s.json")).unwrap()).unwrap();
    let (n, computed) = (json["n_centers"].as_u64().unwrap(), json["n_computed"].as_u64().unwrap());
    assert_eq!(n, (0..N_VOXELS).filter(|&place| is_inside(place)).count() as u64);
    assert_eq!(computed + json["missing"]["too-few-voxels"].as_u64().unwrap(), n);
    assert_eq!((&json["members"]["whole"], &json["members"]["required"]), (&33.into(), &17.into()));
    assert_eq!(json["conditions"], serde_json::json!(["cat", "dog", "car", "bus"]));
    assert!(json["command"].as_str().unwrap().starts_with("rsakit searchlight betas.nii --mask mask.nii"));
    assert_eq!(json["sha256"].as_object().unwrap().len(), 6);
    let sizes = map(folder, "out/s_voxels.nii.gz");
    let values = map(folder, "out/s_model-size_stat-spearman_map.nii.gz");
    assert_eq!(values.iter().flatten().count() as u64, computed);
    for place in [3 + 6 * (3 + 7 * 2), 2 + 6 * (4 + 7 * 3)] {
        let [x, y, z] = [place % 6, place / 6 % 7, place / 42];
        let near = |other: usize| {
            let steps = [(other % 6, x), (other / 6 % 7, y), (other / 42, z)];
            steps.iter().map(|&(a, b)| a.abs_diff(b).pow(2)).sum::<usize>() <= 4
        };
        let members: Vec<usize> = (0..N_VOXELS).filter(|&other| is_inside(other) && near(other)).collect();
        assert_eq!(sizes[place], Some(members.len() as f64));
        write_npy(folder, "sphere.npy", &betas().select(Axis(1), &members));
        let rdm = ["rdm", "sphere.npy", "--conditions", "conditions.txt", "--runs", "runs.txt"];
        assert_eq!(rsakit(folder, &[&rdm[..], &CROSSNOBIS, &["--out", "sphere.json", "--force"]].concat()).status, 0);
        let compared = rsakit(
            folder,
            &["compare", "--rdm", "sphere.json", "size.json", "--measure", "spearman", "--format", "json"],
        );
        let score = compared.json()["results"][0]["values"][0][0].as_f64().unwrap();
        assert!((values[place].unwrap() - score).abs() < 1e-6, "{:?} {score}", values[place]);
        // One center by itself has the same RDM, to the digits of JSON.
        let center = format!("{x},{y},{z}vox");
        let one = search(
            folder,
            &[&CROSSNOBIS, &MODELS, &["--radius", "2vox", "--inclusive", "--center", &center, "--format", "json"]],
        );
        let one = one.json();
        assert!((one["scores"][0].as_f64().unwrap() - score).abs() < 1e-10);
        let rdm: Value = serde_json::from_slice(&fs::read(folder.join("sphere.json")).unwrap()).unwrap();
        for (a, b) in one["rdm"].as_array().unwrap().iter().zip(rdm["rdms"][0]["values"].as_array().unwrap()) {
            assert!((a.as_f64().unwrap() - b.as_f64().unwrap()).abs() < 1e-10);
        }
        assert_eq!(one["members"].as_array().unwrap().len(), members.len());
    }
}

#[test]
fn maps_have_the_same_bytes_for_all_threads_and_are_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    files(folder);
    let names = ["_model-size_stat-pearson_map.nii.gz", "_model-kind_stat-pearson_map.nii.gz", "_voxels.nii.gz"];
    let bytes = || names.map(|name| fs::read(folder.join(format!("out/s{name}"))).unwrap());
    let options = ["--radius", "4.5mm", "--comparison", "pearson", "--residuals", "residuals.nii", "--out", "out/s"];
    let run = |more: &[&str]| search(folder, &[&CROSSNOBIS, &MODELS, &options, more]);
    assert_eq!(run(&["--threads", "1"]).status, 0);
    let first = bytes();
    let refused = run(&[]);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("exists; choose another name, or replace it with --force"), "{}", refused.err);
    assert_eq!(run(&["--force", "--threads", "2"]).status, 0);
    assert_eq!(bytes(), first);
    // A scale of the noise changes no correlation.
    assert_eq!(run(&["--force", "--dof", "10"]).status, 0);
    let filled = run(&["--force", "--fill", "0"]);
    assert_eq!(filled.status, 0, "{}", filled.err);
    assert_eq!(fs::read_dir(folder.join("out")).unwrap().count(), 4);
}

#[test]
fn every_dissimilarity_and_statistic_is_mapped() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    files(folder);
    for (dissimilarity, noise) in [
        ("euclidean", "none"),
        ("correlation", "diagonal"),
        ("cosine:crossvalidated=true", "diagonal"),
        ("crossnobis", "shrinkage-diagonal"),
        ("mahalanobis", "diagonal"),
        ("poisson", "none"),
    ] {
        let options =
            ["--dissimilarity", dissimilarity, "--noise", noise, "--count", "20", "--out", "out/s", "--force"];
        let run = search(folder, &[&MODELS, &options]);
        assert_eq!(run.status, 0, "{dissimilarity}: {}", run.err);
    }
    for statistic in ["partial", "weight", "unique"] {
        let options =
            ["--radius", "2vox", "--statistic", statistic, "--out", "out/t", "--rdms", "out/rdms.npz", "--force"];
        let run = search(folder, &[&CROSSNOBIS, &MODELS, &options]);
        assert_eq!(run.status, 0, "{statistic}: {}", run.err);
        assert!(run.err.contains("the RDMs of all centers take 1MiB"), "{}", run.err);
        assert!(folder.join(format!("out/t_model-kind_stat-spearman-{statistic}_map.nii.gz")).exists());
    }
    let residuals = ["--residuals", "residuals.nii", "--radius", "2vox", "--out", "out/u"];
    let shrunk = ["--dissimilarity", "crossnobis", "--noise", "shrinkage-identity"];
    assert_eq!(search(folder, &[&shrunk, &MODELS, &residuals]).status, 0);
}

#[test]
fn voxels_without_numbers_or_noise_are_left_out_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    files(folder);
    let mut values = betas();
    values[(3, 100)] = f64::NAN;
    values.column_mut(101).fill(2.0);
    fs::write(folder.join("betas.nii"), nifti(N_OBSERVATIONS, values.iter().map(|&value| value as f32))).unwrap();
    let run = search(folder, &[&CROSSNOBIS, &MODELS, &["--radius", "2vox", "--out", "out/s", "--format", "json"]]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert_eq!(run.json()["excluded_voxels"], serde_json::json!({ "non-finite": 1, "no-noise": 1 }));
    assert!(run.err.contains("voxels without noise are left out: 1 of"), "{}", run.err);
    // Residuals have the voxels of the data, whether a mask chooses these or not; one of them has no residuals.
    let mut residuals = waves(20, N_VOXELS, 5);
    residuals[(4, 110)] = f64::NAN;
    fs::write(folder.join("residuals.nii"), nifti(20, residuals.iter().map(|&value| value as f32))).unwrap();
    let shrunk = ["--dissimilarity", "crossnobis", "--noise", "shrinkage-diagonal", "--residuals", "residuals.nii"];
    for design in [&DESIGN[..], &[&DESIGN[..2], &DESIGN[4..]].concat()] {
        let more = ["--radius", "2vox", "--out", "out/residuals", "--force", "--format", "json"];
        let run = rsakit(folder, &[design, &shrunk, &MODELS, &more].concat());
        assert_eq!(run.status, 0, "{}", run.err);
        assert_eq!(run.json()["excluded_voxels"]["no-noise"], 1, "{}", run.err);
    }
    // Every sphere has one voxel, which is too few.
    let none = search(folder, &[&CROSSNOBIS, &MODELS, &["--radius", "1vox", "--out", "out/none"]]);
    assert_eq!(none.status, 1, "{}", none.err);
    assert!(none.out.contains("missing: 192 too-few-voxels"), "{}", none.out);
}

#[test]
fn misuse_of_a_searchlight_is_told_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    files(folder);
    fs::write(folder.join("lacking.txt"), "0\n0\n0\n0\n1\n1\n1\n1\n2\n2\n2\n1\n").unwrap();
    fs::write(folder.join("one.txt"), "0\n".repeat(12)).unwrap();
    fs::write(folder.join("short.txt"), "a\nb\n").unwrap();
    write_npy(folder, "three.npy", &Array2::from_shape_fn((1, 3), |(_, k)| k as f64));
    write_npy(folder, "flat.npy", &waves(4, 3, 0));
    let base = [&CROSSNOBIS[..], &MODELS, &["--out", "out/s"]].concat();
    let ok = ["--radius", "2vox"];
    let cases: [(&[&str], i32, &str); 12] = [
        (&["--radius", "4"], 2, "a number with its unit, such as 4vox or 8mm"),
        (&[], 2, "--radius"),
        (&["--radius", "500mm"], 2, "at most 100 voxels"),
        (&["--radius", "2vox", "--count", "5"], 2, "cannot be used with"),
        (&["--count", "0"], 2, "at least 1"),
        (&["--radius", "2vox", "--min-share", "1.5"], 2, "above 0 and at most 1"),
        (&["--radius", "2vox", "--comparison", "spaerman"], 2, "did you mean 'spearman'?"),
        (&["--radius", "2vox", "--comparison", "cosine", "--statistic", "partial"], 2, "pearson or spearman"),
        (&["--radius", "2vox", "--residuals", "mask.nii", "--dof", "5"], 2, "at most 1, the number of residuals"),
        (&["--radius", "2vox", "--out", "out/"], 2, "cannot be used multiple times"),
        (&["--radius", "2vox", "--out2", "x"], 2, "unexpected argument"),
        (&["--radius", "2vox", "--memory", "1MB", "--rdms", "out/r.npz", "--quiet"], 0, ""),
    ];
    for (more, status, part) in cases {
        let run = search(folder, &[&base, more]);
        assert_eq!(run.status, status, "{more:?}: {}", run.err);
        assert!(run.err.contains(part), "{more:?}: {}", run.err);
    }
    let with = |changes: &[&str], rest: &[&str]| {
        rsakit(folder, &[&["searchlight"], changes, &ok, rest, &["--out", "out/x", "--force"]].concat())
    };
    let crossnobis = [&CROSSNOBIS[..], &MODELS].concat();
    let data = |runs| vec!["betas.nii", "--mask", "mask.nii", "--conditions", "conditions.txt", "--runs", runs];
    // A run that lacks a condition is a design like another; one run is none.
    assert_eq!(with(&data("lacking.txt"), &crossnobis).status, 0);
    for (changes, rest, status, part) in [
        (data("one.txt"), crossnobis.clone(), 1, "all observations are of one run"),
        (data("short.txt"), crossnobis.clone(), 1, "short.txt: 2 labels for 12"),
        (vec!["betas.nii", "--mask", "residuals.nii"], crossnobis.clone(), 1, "holds 20 volumes; give one"),
        (vec!["flat.npy"], crossnobis.clone(), 1, "holds no volumes"),
        (data("runs.txt"), [&CROSSNOBIS[..], &["--models", "three.npy"]].concat(), 1, "three.npy: model"),
        (data("runs.txt"), vec!["--dissimilarity", "mahalanobis", "--models", "size.json"], 2, "given by --noise"),
        (data("runs.txt"), [&CROSSNOBIS[..], &["--models", "size.json", "size.json"]].concat(), 2, "'size' twice"),
        (vec!["betas.nii", "--mask", "mask.nii"], crossnobis.clone(), 2, "the runs of the observations"),
    ] {
        let run = with(&changes, &rest);
        assert_eq!(run.status, status, "{changes:?}: {}", run.err);
        assert!(run.err.contains(part), "{changes:?}: {}", run.err);
    }
    let center = search(folder, &[&CROSSNOBIS, &MODELS, &["--radius", "2vox", "--center", "-500,0,0mm"]]);
    assert_eq!(center.status, 2);
    assert!(center.err.contains("the nearest is 0,0,0vox"), "{}", center.err);
    let text = search(folder, &[&CROSSNOBIS, &MODELS, &["--radius", "2vox", "--center", "1,6,6mm"]]);
    assert!(text.out.starts_with("center 3,3,2vox (1.0, 6.0, 6.0 mm), "), "{}{}", text.out, text.err);
}
