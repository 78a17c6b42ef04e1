//! `rsakit group`.

use std::{fs, path::Path};

use ndarray::{Array2, Array3};

use crate::rsakit::{Run, rsakit, write_npy};

const GRID: [usize; 3] = [5, 4, 3];
const V: usize = 60;

/// A NIfTI file of 32-bit floats with voxels of 3 mm and the origin at (−10, 0, 5) mm.
fn write_nifti(path: &Path, volumes: &[Vec<f32>]) {
    let mut header = vec![0; 352];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &348i32.to_le_bytes());
    for (k, length) in [4, GRID[0], GRID[1], GRID[2], volumes.len(), 1, 1, 1].into_iter().enumerate() {
        put(40 + 2 * k, &(length as i16).to_le_bytes());
    }
    put(70, &16i16.to_le_bytes());
    put(72, &32i16.to_le_bytes());
    (0..4).for_each(|k| put(76 + 4 * k, &(if k == 0 { 1f32 } else { 3.0 }).to_le_bytes()));
    put(108, &352f32.to_le_bytes());
    put(123, &[2]);
    put(254, &1i16.to_le_bytes());
    (0..3).for_each(|axis| put(280 + 20 * axis, &3f32.to_le_bytes()));
    [-10f32, 0.0, 5.0].iter().enumerate().for_each(|(axis, origin)| put(292 + 16 * axis, &origin.to_le_bytes()));
    put(344, b"n+1\0");
    header.extend(volumes.iter().flatten().flat_map(|value| value.to_le_bytes()));
    fs::write(path, header).unwrap();
}

/// Values of a subject: noise, an effect at voxels 20 to 24, 0 outside of the brain (voxels 55 and on).
fn values(subject: usize, effect: f32) -> Vec<f32> {
    let value = |v: usize| {
        let noise =
            ((37 * subject * subject + 11 * v * v + 29 * subject * v + 13 * subject + 7 * v) % 101) as f32 / 101.0;
        noise - 0.5 + if (20..25).contains(&v) { effect } else { 0.0 }
    };
    (0..V).map(|v| if v < 55 { value(v) } else { 0.0 }).collect()
}

/// Writes maps of subjects 1 to `n`, and returns their names.
pub(crate) fn write_maps(folder: &Path, n: usize, task: &str, effect: f32) -> Vec<String> {
    let write = |subject: usize| {
        let name = format!("sub-{subject}_{task}.nii");
        write_nifti(&folder.join(&name), &[values(subject, effect)]);
        name
    };
    (1..=n).map(write).collect()
}

fn group(folder: &Path, maps: &[String], more: &[&str]) -> Run {
    let maps = maps.iter().map(String::as_str);
    rsakit(folder, &["group"].into_iter().chain(maps).chain(more.iter().copied()).collect::<Vec<_>>())
}

/// The values of a volume that was written.
fn read_map(path: &Path) -> Vec<f64> {
    let file = rsa_io::VolumeFile::open(path).unwrap();
    assert_eq!(file.geometry().position(0), [-10.0, 0.0, 5.0], "the grid of the inputs");
    file.read().unwrap().into_raw_vec_and_offset().0
}

#[test]
fn maps_clusters_and_a_sidecar_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let maps = write_maps(folder, 8, "map", 1.0);
    let run = group(folder, &maps, &["--correct", "cluster(mass,p=0.05)", "--out", "found"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(
        run.out.starts_with("mean of values, above 0: 8 subjects, 55 voxels of 5 × 4 × 3, 6 neighbors"),
        "{}",
        run.out
    );
    assert!(run.out.contains("all 256 flips, t above 1.895, mass is the sum of |t| − threshold"), "{}", run.out);
    assert!(run.out.contains("it does not say where in the cluster the effect is"), "{}", run.out);

    let json: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("found.json")).unwrap()).unwrap();
    let model = &json["models"][0];
    let first = &model["clusters"][0];
    assert_eq!((&json["n_subjects"], &json["exact"], &model["n_tested"]), (&8.into(), &true.into(), &55.into()));
    assert_eq!(first["p"], 1.0 / 256.0);
    let [t, p, logp, mean, labels] = ["t", "p", "logp", "mean", "clusters"].map(|name| {
        let map = read_map(&folder.join(format!("found_{name}.nii.gz")));
        assert!(
            map.len() == V && map[..55].iter().all(|value| value.is_finite()) && map[55..].iter().all(|v| v.is_nan())
        );
        map
    });
    assert!(t[22] > 5.0 && mean[22] > 0.5 && labels[22] == 1.0);
    assert!((p[22] - 1.0 / 256.0).abs() < 1e-7 && (logp[22] - 256f64.log10()).abs() < 1e-6);
    assert!(p[30] == 1.0 || labels[30] > 0.0);
    let peak: Vec<usize> = first["peak"].as_array().unwrap().iter().map(|k| k.as_u64().unwrap() as usize).collect();
    let place = peak[0] + 5 * (peak[1] + 4 * peak[2]);
    assert!((t[place] - first["peak_t"].as_f64().unwrap()).abs() < 1e-5);
    let x = first["peak_mm"][0].as_f64().unwrap();
    assert!((x - (3.0 * peak[0] as f64 - 10.0)).abs() < 1e-6);
    let csv = fs::read_to_string(folder.join("found_clusters.csv")).unwrap();
    assert!(csv.starts_with("model,cluster,size,mass,peak_t,peak_value,i,j,k,x_mm,y_mm,z_mm,p\n,1,"), "{csv}");
    assert_eq!(csv.lines().count(), 1 + model["clusters"].as_array().unwrap().len());

    let again = group(folder, &maps, &["--out", "found"]);
    assert!(again.status == 2 && again.err.contains("exists"), "{}", again.err);
    let forced = group(folder, &maps, &["--out", "found", "--force", "--format", "csv", "--correct", "tfce"]);
    assert_eq!(forced.status, 0, "{}", forced.err);
    assert!(read_map(&folder.join("found_tfce.nii.gz"))[22] > 10.0);
}

#[test]
fn one_file_with_a_volume_for_each_subject_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let maps = write_maps(folder, 8, "map", 0.5);
    let volumes: Vec<_> = (1..=8).map(|subject| values(subject, 0.5)).collect();
    write_nifti(&folder.join("all.nii"), &volumes);
    for correction in ["max-flips", "cluster(size,p=0.05)", "tfce", "bh", "by(flips)"] {
        let options = ["--correct", correction, "--format", "json", "--two-sided"];
        let (one, all) =
            (group(folder, &maps, &options).json(), group(folder, &["all.nii".to_owned()], &options).json());
        assert_eq!(one["models"], all["models"], "{correction}");
    }
}

#[test]
fn results_do_not_depend_on_threads_and_do_on_the_seed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let maps = write_maps(folder, 16, "map", 0.2);
    let run = |more: &[&str]| group(folder, &maps, &[&["--flips", "300", "--format", "json"][..], more].concat()).out;
    assert_eq!(run(&["--threads", "1"]), run(&["--threads", "2"]));
    assert_ne!(run(&["--seed", "1"]), run(&["--seed", "2"]));
}

#[test]
fn pairs_groups_and_covariates_say_what_is_tested() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (faces, houses) = (write_maps(folder, 8, "faces", 1.0), write_maps(folder, 8, "houses", 0.0));
    // The noise of a subject is the same in both: the differences have one value, and no t.
    let minus: Vec<&str> = ["--minus"].into_iter().chain(houses.iter().map(String::as_str)).collect();
    let same = group(folder, &faces, &minus);
    assert!(same.status == 1 && same.err.contains("no element can be tested"), "{}", same.err);
    let turned: Vec<&str> = ["--minus"].into_iter().chain(houses.iter().rev().map(String::as_str)).collect();
    let other = group(folder, &faces, &turned);
    assert!(other.err.contains("is of subject 1 and 'sub-8_houses.nii' of subject 8"), "{}", other.err);

    fs::write(
        folder.join("participants.tsv"),
        "participant_id\tgroup\tage\nsub-8\ta\t20\nsub-1\ta\t21\nsub-2\tb\t28\nsub-3\ta\t25\nsub-4\tb\t30\nsub-5\tb\t41\n\
         sub-6\tb\t33\nsub-7\ta\t35\nsub-99\tc\t50\n",
    )
    .unwrap();
    let run = |more: &[&str]| group(folder, &faces, more);
    let groups = run(&["--groups", "participants.tsv::group"]);
    assert!(
        groups.out.starts_with("values, mean of a − mean of b, above 0: 8 subjects"),
        "{}{}",
        groups.out,
        groups.err
    );
    assert!(groups.out.contains("all 70 permutations"), "{}", groups.out);
    let slope = run(&["--covariate", "participants.tsv::age", "--flips", "200"]);
    assert!(slope.out.starts_with("slope of values on age, above 0"), "{}{}", slope.out, slope.err);
    let both = run(&["--groups", "participants.tsv::group", "--covariate", "participants.tsv::age", "--flips", "200"]);
    assert!(both.out.starts_with("values, mean of a − mean of b, age held constant"), "{}{}", both.out, both.err);
    let ages = run(&["--covariate", "participants.tsv"]);
    assert!(ages.status == 1 && ages.err.contains("name one, as participants.tsv::COLUMN"), "{}", ages.err);
    let text = run(&["--covariate", "participants.tsv::group"]);
    assert!(text.err.contains("'a' of sub-1_faces.nii is no finite number"), "{}", text.err);
    fs::write(folder.join("three.txt"), "a\nb\nc\na\nb\nc\na\nb\n").unwrap();
    assert!(run(&["--groups", "three.txt"]).err.contains("3 groups (a, b, c); two are compared"));
    fs::write(folder.join("short.txt"), "a\nb\n").unwrap();
    assert!(run(&["--groups", "short.txt"]).err.contains("2 rows for 8 maps"));
}

#[test]
fn models_are_told_apart_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut maps = write_maps(folder, 6, "model-a_map", 1.0);
    maps.extend(write_maps(folder, 6, "model-b_map", 0.1));
    let mixed = group(folder, &maps, &[]);
    assert!(mixed.status == 2 && mixed.err.contains("--family models"), "{}", mixed.err);
    let family = group(folder, &maps, &["--family", "models", "--out", "both", "--correct", "tfce"]);
    assert_eq!(family.status, 0, "{}", family.err);
    assert!(family.out.contains("a: 55 tested") && family.out.contains("b: 55 tested"), "{}", family.out);
    assert!(folder.join("both_model-a_p.nii.gz").exists() && folder.join("both_model-b_tfce.nii.gz").exists());
    let lacking = group(folder, &maps[..11], &["--family", "models"]);
    assert!(lacking.err.contains("every subject needs a map of every model"), "{}", lacking.err);
}

#[test]
fn courses_are_rows_of_an_array_and_squares_have_three_axes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let course = |(i, t): (usize, usize)| {
        ((13 * i * i + 7 * t + 5 * i * t) % 17) as f64 / 17.0 - 0.5 + if (8..12).contains(&t) { 0.8 } else { 0.0 }
    };
    let courses = Array2::from_shape_fn((9, 20), course);
    write_npy(folder, "courses.npy", &courses);
    let header = (0..20).map(|t| format!("{}ms", 10 * t)).collect::<Vec<_>>().join(",");
    let rows = courses.rows().into_iter().map(|row| row.iter().map(f64::to_string).collect::<Vec<_>>().join(","));
    fs::write(folder.join("courses.csv"), header + "\n" + &rows.collect::<Vec<_>>().join("\n") + "\n").unwrap();
    let run = |input: &str, more: &[&str]| group(folder, &[input.to_owned()], more);
    let options = ["--correct", "cluster(mass,p=0.01)", "--format", "json"];
    let (npy, csv) = (run("courses.npy", &options).json(), run("courses.csv", &options).json());
    assert_eq!(npy["models"][0]["clusters"][0]["range"], serde_json::json!([8, 11]));
    assert_eq!(npy["mass"], "sum of |t|");
    assert_eq!(npy["models"][0]["clusters"][0]["p"], csv["models"][0]["clusters"][0]["p"]);
    let written = run("courses.csv", &["--out", "c"]);
    assert_eq!(written.status, 0, "{}", written.err);
    let map = fs::read_to_string(folder.join("c_map.csv")).unwrap();
    assert!(map.starts_with("time,name,mean,t,p,logp,cluster\n0,,") && map.lines().count() == 21, "{map}");
    assert!(run("courses.npy", &["--mask", "courses.npy"]).err.contains("given with NIfTI maps"));

    let square = Array3::from_shape_fn((9, 4, 5), |(i, a, b)| courses[[i, 5 * a + b]]);
    ndarray_npy(folder, "square.npy", &square);
    let found = run("square.npy", &["--correct", "tfce"]);
    assert!(found.out.starts_with("mean of values, above 0: 9 subjects, 4 × 5 times"), "{}{}", found.out, found.err);
    assert!(found.out.contains("row") && found.out.contains("column"), "{}", found.out);
}

/// Writes an array of three axes.
pub(crate) fn ndarray_npy(folder: &Path, name: &str, array: &Array3<f64>) {
    let (a, b, c) = array.dim();
    let mut header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({a}, {b}, {c}), }}");
    while (header.len() + 11) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(array.iter().flat_map(|value| value.to_le_bytes()));
    fs::write(folder.join(name), bytes).unwrap();
}

#[test]
fn what_has_no_answer_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let maps = write_maps(folder, 5, "map", 1.0);
    let run = |more: &[&str]| group(folder, &maps, more);
    for (more, status, words) in [
        (&["--correct", "fwe"][..], 2, "max-flips, cluster(mass,p=0.001)"),
        (&["--correct", "cluster(mass,p=0.7)"], 2, "above 0 and below 0.5"),
        (&["--fisher"], 1, "sub-"),
        (&["--mask", "none.nii"], 1, "none.nii"),
        (&["--groups", "none.txt"], 1, "none.txt"),
        (&["--out", "no/where"], 2, "there is no folder no to write to"),
        (&["--connectivity", "7"], 2, "7"),
        (&["--min-subjects", "9"], 2, "from 2 to 5"),
        (&["--memory", "1MB"], 0, ""),
    ] {
        let found = run(more);
        assert!(found.status == status && found.err.contains(words), "{more:?}: {} {}", found.status, found.err);
    }
    let twice = [maps[0].clone(), maps[0].clone()];
    assert!(group(folder, &twice, &[]).err.contains("'sub-1_map.nii' twice"));
    let one = group(folder, &maps[..1], &[]);
    assert!(one.status == 1 && one.err.contains("at least 2"), "{}", one.err);
    let two = group(folder, &maps[..2], &[]);
    assert!(two.status == 0 && two.err.contains("p is at least 0.25"), "{}", two.err);
    let nothing = group(folder, &["none.nii".to_owned()], &[]);
    assert!(nothing.status == 1 && nothing.err.contains("none.nii"), "{}", nothing.err);

    // A NaN in one subject, zeros that may mean nothing, a mask, skewed values.
    let mut odd = values(1, 1.0);
    odd[3] = f32::NAN;
    odd[4] = 0.0;
    odd[22] = 30.0;
    write_nifti(&folder.join(&maps[0]), &[odd]);
    let found = run(&[]);
    assert!(found.err.contains("1 voxels are left out because too few subjects have a value"), "{}", found.err);
    assert!(found.err.contains("1 of 55 voxels are exactly 0 in some subjects and not in others"), "{}", found.err);
    write_nifti(&folder.join("mask.nii"), &[(0..V).map(|v| f32::from(u8::from(v < 10 || v == 22))).collect()]);
    let masked = run(&["--mask", "mask.nii", "--min-subjects", "4"]);
    assert!(
        masked.out.contains("11 voxels of 5 × 4 × 3") && !masked.err.contains("exactly 0"),
        "{}{}",
        masked.out,
        masked.err
    );
    let alone = run(&["--mask", "mask.nii", "--format", "json"]).json();
    assert_eq!(alone["models"][0]["n_missing"], 1);
    let skewness = alone["models"][0]["skewness"].as_f64().unwrap();
    assert!(skewness.is_finite(), "{skewness}");
}
