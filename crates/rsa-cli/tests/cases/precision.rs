//! The precision of the data decides which distances are tied, and what is constant.

use std::{fs::File, path::Path};

use ndarray::{Array2, array};
use rsa_io::{FloatWidth, npy};

use super::{assert_near, folder, score};
use crate::rsakit::{rsakit, waves, write_npy};

/// File, dissimilarity, and Spearman's correlation with `other_rdm.npy` by exact arithmetic.
const EXACT: [(&str, &str, f64); 5] = [
    ("grid", "euclidean", 0.0542862),
    ("grid", "squared-euclidean", 0.0542862),
    ("grid", "manhattan", 0.0756754),
    ("collinear", "correlation", 0.0402287),
    ("ratings", "euclidean", -0.1444262),
];

/// Spearman's correlation of the distances in a file with `other_rdm.npy`.
fn compare(target: &Path, file: &str, dissimilarity: &str) -> f64 {
    let run = rsakit(target, &["rdm", file, "--dissimilarity", dissimilarity, "--out", "d.npz", "--force"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let other = folder().join("16-math-ties/other_rdm.npy");
    let run = rsakit(target, &["compare", "--rdm", "d.npz", other.to_str().unwrap(), "--format", "json"]);
    run.json()["results"][0]["values"][0][0].as_f64().unwrap()
}

#[test]
fn distances_of_patterns_tie_as_their_precision_says() {
    let target = tempfile::tempdir().unwrap();
    for (name, dissimilarity, expected) in EXACT {
        for form in [".npy", "_f32.npy", "_f32as64.npy", "_g6.csv"] {
            let file = folder().join(format!("16-math-ties/{name}{form}"));
            let found = compare(target.path(), file.to_str().unwrap(), dissimilarity);
            assert!((found - expected).abs() < 1e-7, "{name}{form} {dissimilarity}: {found} is not {expected}");
        }
    }
}

#[test]
fn measures_of_layers_tie_as_their_precision_says() {
    let files = ["16-math-ties/grid_f32.npy", "16-math-ties/other.npy"];
    assert_near(score(&[&files[..], &["--measure", "rsa:rdm=euclidean,compare=spearman"]].concat()), 0.0542862, 1e-7);
}

/// Thirds on a grid of 4 × 4: many distances are equal.
fn thirds() -> Array2<f64> {
    Array2::from_shape_fn((16, 2), |(i, j)| (if j == 0 { i / 4 } else { i % 4 }) as f64 / 3.0)
}

#[test]
fn numbers_of_few_digits_tie_in_every_form_that_they_are_written_in() {
    let target = tempfile::tempdir().unwrap();
    let write = |name: &str, width: FloatWidth| {
        npy::write_matrix(File::create(target.path().join(name)).unwrap(), thirds().view(), width).unwrap();
    };
    write("exact.npy", FloatWidth::F64);
    write("half.npy", FloatWidth::F16);
    let table = |number: &dyn Fn(f64) -> String| {
        thirds().rows().into_iter().map(|row| format!("{},{}\n", number(row[0]), number(row[1]))).collect::<String>()
    };
    std::fs::write(target.path().join("four.csv"), table(&|x| format!("{x:.4}"))).unwrap();
    std::fs::write(target.path().join("shortest.csv"), table(&|x| (x as f32).to_string())).unwrap();
    std::fs::write(target.path().join("seventeen.csv"), table(&|x| format!("{:.16e}", x as f32))).unwrap();
    for dissimilarity in ["euclidean", "manhattan", "squared-euclidean"] {
        let exact = compare(target.path(), "exact.npy", dissimilarity);
        for file in ["half.npy", "four.csv", "shortest.csv", "seventeen.csv"] {
            assert_near(compare(target.path(), file, dissimilarity), exact, 1e-9);
        }
    }
}

#[test]
fn whole_numbers_are_exact_in_any_type() {
    let target = tempfile::tempdir().unwrap();
    // Distances of up to 255 that differ by one, which the spacing of 16-bit floats would tie.
    let counts = Array2::from_shape_fn((16, 1), |(i, _)| (i * i) as f64);
    let write = |name: &str, width: FloatWidth| {
        npy::write_matrix(File::create(target.path().join(name)).unwrap(), counts.view(), width).unwrap();
    };
    write("f16.npy", FloatWidth::F16);
    write("f32.npy", FloatWidth::F32);
    write("f64.npy", FloatWidth::F64);
    let exact = compare(target.path(), "f64.npy", "euclidean");
    for file in ["f16.npy", "f32.npy"] {
        assert_near(compare(target.path(), file, "euclidean"), exact, 0.0);
    }
}

#[test]
fn a_pattern_that_is_constant_within_single_precision_is_constant() {
    let target = tempfile::tempdir().unwrap();
    let mut values = waves(6, 4, 1).mapv(|value| f64::from(value as f32));
    let (low, high) = (f64::from(0.1f32), f64::from(0.1f32.next_up()));
    values.row_mut(2).assign(&array![low, high, low, low]);
    write_npy(target.path(), "x.npy", &values);
    let measure = ["--measure", "rsa:rdm=correlation,compare=pearson"];
    let run = rsakit(target.path(), &[&["compare", "x.npy", "x.npy"], &measure[..]].concat());
    assert_eq!(run.status, 1, "{}", run.out);
    assert!((run.out + &run.err).contains("is constant over its features"));
}

#[test]
fn a_direction_that_single_precision_made_is_none_of_a_file_of_doubles() {
    // Features sum to 1, which rounding hides.
    let softmax = |n: usize, p: usize| {
        let mut x = waves(n, p, 2).mapv(f64::exp);
        x.rows_mut().into_iter().for_each(|mut row| row /= row.sum());
        x
    };
    let target = tempfile::tempdir().unwrap();
    write_npy(target.path(), "exact.npy", &softmax(60, 5));
    write_npy(target.path(), "rounded.npy", &softmax(60, 5).mapv(|value| f64::from(value as f32)));
    write_npy(target.path(), "other.npy", &waves(60, 6, 3));
    let found = |file: &str| {
        let run = rsakit(target.path(), &["compare", file, "other.npy", "--measure", "cca", "--format", "json"]);
        run.json()["results"][0]["values"][0][0].as_f64().unwrap_or_else(|| panic!("{}", run.out))
    };
    assert_near(found("rounded.npy"), found("exact.npy"), 1e-5);
}
