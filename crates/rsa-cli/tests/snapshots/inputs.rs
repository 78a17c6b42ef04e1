//! Files that the command lines read. Numbers are sines of whole numbers: no ties, and the same everywhere.

use std::{fs, path::Path};

use ndarray::{Array2, Axis, concatenate};

use crate::rsakit::{waves, write_npy, write_npz};

/// Conditions of the networks, of small ones, and of stored RDMs.
const MANY: usize = 24;
const FEW: usize = 6;
const RDMS: usize = 9;

/// Writes all of them.
pub(super) fn write(folder: &Path) {
    networks(folder);
    tables(folder);
    measurements(folder);
    rdms(folder);
}

fn labels(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("item {i}")).collect()
}

fn networks(folder: &Path) {
    let names = labels(MANY);
    let layers = [waves(MANY, 3, 1), waves(MANY, 4, 2), waves(MANY, 5, 3)];
    let [conv1, conv2, fc] = layers.clone();
    write_npz(folder, "a.npz", &[("conv1", conv1), ("conv2", conv2), ("fc", fc)], &names);
    // Each has something of its counterpart, so that scores are of all sizes.
    let [conv1, conv2, _] = layers.clone();
    let near = |x: &Array2<f64>, own: f64, shift: usize| x + own * waves(MANY, x.ncols(), shift);
    let alike = [("conv1", near(&conv1, 0.3, 8)), ("conv2", near(&conv2, 1.1, 9)), ("head", waves(MANY, 3, 5))];
    write_npz(folder, "b.npz", &alike, &names);
    let turned: Vec<usize> = (0..MANY).map(|i| (5 * i + 3) % MANY).collect();
    let of_turned = turned.iter().map(|&i| names[i].clone()).collect::<Vec<_>>();
    write_npz(folder, "turned.npz", &[("conv1", alike[0].1.select(Axis(0), &turned))], &of_turned);
    let strangers: Vec<_> = (0..MANY).map(|i| format!("stranger {i}")).collect();
    write_npz(folder, "strangers.npz", &[("conv1", waves(MANY, 3, 4))], &strangers);
    let (mut broken, mut dead) = (waves(MANY, 3, 6), waves(MANY, 3, 7));
    broken[(4, 2)] = f64::NAN;
    dead.column_mut(1).fill(0.5);
    let layers = [("good", conv1), ("dead", dead), ("wide", waves(MANY, 30, 2)), ("broken", broken)];
    write_npz(folder, "broken.npz", &layers, &[]);
    write_npz(folder, "few.npz", &[("early", waves(FEW, 2, 1)), ("late", waves(FEW, 3, 2))], &[]);
    write_npz(folder, "other.npz", &[("x", waves(MANY - 1, 3, 1))], &[]);
}

/// A folder of tables with labels and a header.
fn tables(folder: &Path) {
    fs::create_dir(folder.join("net")).unwrap();
    for (name, values) in [("early", waves(12, 3, 1)), ("late", waves(12, 4, 2))] {
        let mut text = format!("name,{}\n", (0..values.ncols()).map(|j| format!("u{j}")).collect::<Vec<_>>().join(","));
        for (row, label) in values.rows().into_iter().zip(labels(12)) {
            let numbers: Vec<_> = row.iter().map(f64::to_string).collect();
            text += &format!("{label},{}\n", numbers.join(","));
        }
        fs::write(folder.join(format!("net/{name}.csv")), text).unwrap();
    }
}

/// Patterns of few conditions, and observations of them in three runs.
fn measurements(folder: &Path) {
    let names = labels(FEW);
    write_npz(folder, "items.npz", &[("early", waves(FEW, 4, 1)), ("late", waves(FEW, 5, 2))], &names);
    let rates = |p: usize, shift: usize| waves(FEW, p, shift).mapv(|x| 3.0 + 2.0 * x);
    write_npz(folder, "rates.npz", &[("early", rates(4, 1)), ("late", rates(5, 2))], &names);
    let mut flat = waves(FEW, 4, 2);
    flat.row_mut(3).fill(0.25);
    write_npz(folder, "flat.npz", &[("good", waves(FEW, 4, 1)), ("flat", flat), ("less", waves(5, 4, 3))], &[]);
    for (name, shift) in [("sub1.npy", 0), ("sub2.npy", 20)] {
        let signal = waves(FEW, 4, 1);
        // Noise that features share, and some of their own.
        let run = |k: usize| {
            let shared = waves(FEW, 1, 40 + 7 * k + shift);
            let own = waves(FEW, 4, 3 + k + shift);
            Array2::from_shape_fn((FEW, 4), |(i, j)| signal[(i, j)] + 0.5 * shared[(i, 0)] + 0.2 * own[(i, j)])
        };
        write_npy(folder, name, &concatenate![Axis(0), run(0), run(1), run(2)]);
        // Two observations of each condition in each of two runs.
        let twice = concatenate![Axis(0), run(3), run(4), run(5), run(6)];
        write_npy(folder, &format!("twice-{name}"), &twice.mapv(|x| 3.0 + x));
        let uneven: Vec<usize> = (0..4 * FEW - 1).collect();
        write_npy(folder, &format!("uneven-{name}"), &twice.select(Axis(0), &uneven));
    }
    let lines = |n: usize, label: &dyn Fn(usize) -> String| (0..n).map(|i| label(i) + "\n").collect::<String>();
    let condition = |i: usize| names[i % FEW].clone();
    fs::write(folder.join("conditions.txt"), lines(3 * FEW, &condition)).unwrap();
    for name in ["sub1-conditions.txt", "sub2-conditions.txt"] {
        fs::write(folder.join(name), lines(3 * FEW, &condition)).unwrap();
    }
    let events = lines(3 * FEW, &|i| format!("{i},{}", if i % 3 == 0 { "new" } else { "old" }));
    fs::write(folder.join("events.csv"), format!("trial,kind\n{events}")).unwrap();
    // The six last rows are of a run that the residuals have, too.
    fs::write(folder.join("two-runs.txt"), lines(3 * FEW, &|i| usize::from(i >= FEW).to_string())).unwrap();
    fs::write(folder.join("runs.txt"), lines(3 * FEW, &|i| (i / FEW).to_string())).unwrap();
    fs::write(folder.join("twice-conditions.txt"), lines(4 * FEW, &condition)).unwrap();
    fs::write(folder.join("twice-runs.txt"), lines(4 * FEW, &|i| (i / (2 * FEW)).to_string())).unwrap();
    fs::write(folder.join("uneven-conditions.txt"), lines(4 * FEW - 1, &condition)).unwrap();
    fs::write(folder.join("uneven-runs.txt"), lines(4 * FEW - 1, &|i| (i / (2 * FEW)).to_string())).unwrap();
    let root = 0.3 * waves(4, 4, 6);
    write_npy(folder, "precision.npy", &(root.dot(&root.t()) + Array2::<f64>::eye(4)));
}

/// RDMs, one a row: a common part, and one of their own. The first wave has no shift and is left out.
fn triangles(count: usize, shift: usize, own: f64) -> Array2<f64> {
    let pairs = RDMS * (RDMS - 1) / 2;
    let (common, noise) = (waves(2, pairs, 3), waves(count + 1, pairs, shift));
    Array2::from_shape_fn((count, pairs), |(k, pair)| 2.0 + common[(1, pair)] + own * noise[(k + 1, pair)])
}

fn square(triangle: ndarray::ArrayView1<'_, f64>) -> Array2<f64> {
    let mut square = Array2::zeros((RDMS, RDMS));
    let pairs = (0..RDMS).flat_map(|i| (i + 1..RDMS).map(move |j| (i, j)));
    for ((i, j), &value) in pairs.zip(triangle) {
        (square[(i, j)], square[(j, i)]) = (value, value);
    }
    square
}

fn rdms(folder: &Path) {
    let (brain, models) = (triangles(6, 11, 1.2), triangles(3, 29, 0.9));
    write_npy(folder, "brain.npy", &brain);
    write_npy(folder, "models.npy", &models);
    write_npy(folder, "one.npy", &brain.select(Axis(0), &[0]));
    let names = labels(RDMS);
    let subjects =
        [("sub-01", square(brain.row(0))), ("sub-02", square(brain.row(1))), ("sub-03", square(brain.row(2)))];
    write_npz(folder, "subjects.npz", &subjects, &names);
    let turned: Vec<usize> = (0..RDMS).map(|i| (2 * i + 3) % RDMS).collect();
    let layout = |rdm: Array2<f64>| rdm.select(Axis(0), &turned).select(Axis(1), &turned);
    let of_turned: Vec<_> = turned.iter().map(|&i| names[i].clone()).collect();
    let layers = [("v1", layout(square(models.row(0)))), ("v2", layout(square(models.row(1))))];
    write_npz(folder, "visual.npz", &layers, &of_turned);
    let mut gap = square(models.row(2));
    for (i, j) in [(0, 3), (2, 7)] {
        (gap[(i, j)], gap[(j, i)]) = (f64::NAN, f64::NAN);
    }
    write_npz(folder, "gap.npz", &[("gap", gap)], &names);
    let root = 0.3 * waves(RDMS, RDMS, 5);
    write_npy(folder, "sigma.npy", &(root.dot(&root.t()) + Array2::<f64>::eye(RDMS)));
    fs::write(folder.join("kinds.txt"), "a\na\nb\nb\nb\nc\nc\nd\nd\n").unwrap();
    let items = "item,kind,place,size,weight\nitem 0,a,x,1.5,2\nitem 1,a,y,0.25,1\nitem 2,b,x,3,4\nitem 3,b,y,2,8\n";
    fs::write(folder.join("items.csv"), items).unwrap();
    fs::write(folder.join("families.txt"), "1\n1\n2\n2\n3\n3\n").unwrap();
}
