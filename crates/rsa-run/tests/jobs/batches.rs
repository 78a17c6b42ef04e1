//! Layers that arrive in batches.

use std::fs::File;

use ndarray::{Array2, Axis, Slice};
use rsa_io::{FloatWidth, npy};
use rsa_run::{AccumulateRequest, Accumulation, CompareRequest};

fn layer(width: usize, seed: usize) -> Array2<f64> {
    Array2::from_shape_fn((30, width), |(i, j)| ((i * 7 + j * 13 + seed * 5 + i * i * (j + 1)) % 23) as f64 / 3.0)
}

/// Writes rows of two layers into a folder of their own and returns its path.
fn batch(folder: &std::path::Path, rows: std::ops::Range<usize>) -> String {
    let path = folder.join(format!("{}-{}", rows.start, rows.end));
    std::fs::create_dir(&path).unwrap();
    for (name, width) in [("one", 4), ("two", 6)] {
        let values = layer(width, width).slice_axis(Axis(0), Slice::from(rows.clone())).to_owned();
        npy::write_matrix(File::create(path.join(format!("{name}.npy"))).unwrap(), values.view(), FloatWidth::F64)
            .unwrap();
    }
    path.display().to_string()
}

fn sums(path: &str) -> Accumulation {
    let measures = ["cka", "cka:hsic=unbiased", "cca", "svcca"].map(|word| word.parse().unwrap()).to_vec();
    AccumulateRequest { measures, ..AccumulateRequest::new(path, None) }.run(&()).unwrap()
}

#[test]
fn uneven_batches_give_the_scores_of_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = sums(&batch(folder.path(), 0..7));
    for rows in [7..8, 8..20, 20..30] {
        all.absorb(&sums(&batch(folder.path(), rows))).unwrap();
    }
    assert_eq!(all.n_conditions(), 30);
    let found = all.compare(&()).unwrap();
    let whole = batch(folder.path(), 0..30);
    let measures = found.results.iter().map(|scores| scores.measure.to_string().parse().unwrap()).collect();
    let direct = CompareRequest { measures, ..CompareRequest::new(&whole, None) }.run(&()).unwrap();
    for (streamed, direct) in found.results.iter().zip(&direct.results) {
        let pairs = streamed.values.iter().flatten().zip(direct.values.iter().flatten());
        assert!(pairs.into_iter().all(|(a, b)| (a.unwrap() - b.unwrap()).abs() < 1e-12), "{streamed:?} {direct:?}");
    }
    // A copy and a file hold the same sums.
    let path = folder.path().join("part.npz");
    all.copy().unwrap().write(File::create(&path).unwrap()).unwrap();
    assert_eq!(Accumulation::read(&path).unwrap().compare(&()).unwrap(), found);
}

#[test]
fn a_batch_of_other_layers_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = sums(&batch(folder.path(), 0..7));
    let other = batch(folder.path(), 7..12);
    let narrow = layer(3, 1);
    npy::write_matrix(
        File::create(std::path::Path::new(&other).join("two.npy")).unwrap(),
        narrow.slice_axis(Axis(0), Slice::from(7..12)),
        FloatWidth::F64,
    )
    .unwrap();
    let error = all.absorb(&sums(&other)).unwrap_err();
    assert!(error.to_string().contains("other numbers of features than those before it"), "{error}");
    assert_eq!(all.n_conditions(), 7);
}
