//! How long it takes to compare representations, beside NumPy and the machine's own peaks.
//!
//! ```text
//! cargo bench -p rsakit-tests --bench representations               our times
//! cargo bench -p rsakit-tests --bench representations -- --peers    and how many times as long NumPy and SciPy take
//! cargo bench -p rsakit-tests --bench representations -- --quick    a tenth of the sizes
//! ```

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measures")]

mod machine;
mod peers;
mod timing;

use std::{collections::BTreeMap, env, fs::File, hint::black_box, path::PathBuf};

use machine::Machine;
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rsa_io::FloatWidth;
use rsakit::{
    Cca, Cka, Keep, Measure, Pwcca, Rdm, Representation, Svcca,
    cka::Bandwidth,
    core::{Correlation, Dissimilarity},
    stats::{Comparison, KendallB, Spearman},
};

/// What was timed.
struct Row {
    name: String,
    seconds: f64,
    /// Additions and multiplications in billions, by the route that was taken; 0 where they are not what it takes.
    gigaflops: f64,
    /// The names of the peers.
    against: Vec<String>,
}

/// The sizes of a run.
struct Sizes {
    conditions: usize,
    widest: usize,
    layers: usize,
    tall: (usize, usize),
    rdm: usize,
    patterns: (usize, usize),
}

impl Sizes {
    fn of_this_run() -> Self {
        match env::args().any(|argument| argument == "--quick") {
            true => Self { conditions: 500, widest: 400, layers: 20, tall: (1000, 64), rdm: 100, patterns: (500, 256) },
            false => Self {
                conditions: 5000,
                widest: 4096,
                layers: 20,
                tall: (10_000, 512),
                rdm: 500,
                patterns: (5000, 2048),
            },
        }
    }

    /// Widths from a 64th of the widest up, in equal steps or in equal ratios.
    fn widths(&self, logarithmic: bool) -> Vec<usize> {
        let (low, high, last) = (self.widest as f64 / 64.0, self.widest as f64, (self.layers - 1) as f64);
        let width = |k: usize| match (k as f64 / last, logarithmic) {
            (share, true) => low * (high / low).powf(share),
            (share, false) => low + (high - low) * share,
        };
        (0..self.layers).map(|k| width(k).round() as usize).collect()
    }
}

fn save(name: &str, values: ArrayView2<'_, f64>) {
    let file = File::create(path().join(name).with_extension("npy")).expect("the directory can be written");
    rsa_io::npy::write_matrix(file, values, FloatWidth::F64).expect("the file can be written");
}

fn path() -> PathBuf {
    peers::directory("representations")
}

/// Random numbers, which the peers find in a file. Features share a few signals and differ in variance, as those of
/// layers do.
fn normal(name: &str, shape: (usize, usize), seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values = Array2::from_shape_simple_fn(shape, || StandardNormal.sample(&mut rng));
    save(name, values.view());
    values
}

fn layer(pool: &Array2<f64>, width: usize) -> Representation {
    Representation::new(pool.slice_axis(Axis(1), Slice::from(..width)).to_owned()).expect("numbers")
}

/// All pairs of layers of increasing width.
fn many_layers(sizes: &Sizes, pools: [&Array2<f64>; 2], rows: &mut Vec<Row>) {
    for (key, logarithmic) in [("linear", false), ("log", true)] {
        let widths = sizes.widths(logarithmic);
        save(&format!("widths-{key}"), Array1::from_iter(widths.iter().map(|&p| p as f64)).insert_axis(Axis(0)).view());
        let [xs, ys] = pools.map(|pool| widths.iter().map(|&p| layer(pool, p)).collect::<Vec<_>>());
        for (name, cka) in [("biased", Cka::linear()), ("unbiased", Cka::linear().unbiased())] {
            let seconds = timing::seconds_of_one(|| {
                black_box(cka.cross(&xs, &ys));
            });
            // The lower triangle of every Gram matrix.
            let n = sizes.conditions as f64;
            let gigaflops = 1e-9 * n * n * 2.0 * widths.iter().sum::<usize>() as f64;
            let name = format!("cka {name}, {key} widths");
            rows.push(Row { against: vec![name.clone()], name, seconds, gigaflops });
        }
    }
}

/// One pair under a measure.
fn pair<M: Measure>(name: &str, measure: M, [x, y]: [&Representation; 2], gigaflops: f64, peers: &[&str]) -> Row {
    let seconds = timing::shortest_seconds(|| {
        // Both at once, as all pairs of lists are read.
        black_box(measure.cross(std::slice::from_ref(x), std::slice::from_ref(y)));
    });
    Row { name: name.to_owned(), seconds, gigaflops, against: peers.iter().map(|&name| name.to_owned()).collect() }
}

fn pairs(sizes: &Sizes, pools: [&Array2<f64>; 2], rows: &mut Vec<Row>) {
    let width = sizes.widest / 4;
    let wide = pools.map(|pool| layer(pool, width));
    let n = sizes.conditions as f64;
    let flops = 1e-9 * n * n * 2.0 * width as f64;
    rows.push(pair("cka rbf", Cka::rbf(Bandwidth::default()), [&wide[0], &wide[1]], flops, &["cka rbf"]));
    let tall = [("tall-a", 3), ("tall-b", 4)]
        .map(|(name, seed)| Representation::new(normal(name, sizes.tall, seed)).expect("numbers"));
    let tall = [&tall[0], &tall[1]];
    let keep = Keep::variance(0.99).expect("a share");
    rows.push(pair("cca", Cca::default(), tall, 0.0, &["cca", "cca by covariance"]));
    rows.push(pair("svcca", Svcca::new(keep), tall, 0.0, &["svcca", "svcca by covariance"]));
    rows.push(pair("pwcca", Pwcca::default(), tall, 0.0, &["pwcca", "pwcca by covariance"]));
}

fn rdms(sizes: &Sizes, rows: &mut Vec<Row>) {
    let length = sizes.rdm * (sizes.rdm - 1) / 2;
    let [a, b] = [("rdm-a", 5), ("rdm-b", 6)].map(|(name, seed)| {
        let values = normal(name, (1, length), seed).mapv(f64::abs);
        save(name, values.view());
        Rdm::new(values.into_raw_vec_and_offset().0).expect("pairs of conditions")
    });
    rows.push(comparison("kendall", KendallB, &a, &b));
    rows.push(comparison("spearman", Spearman, &a, &b));
    let patterns = Representation::new(normal("patterns", sizes.patterns, 7)).expect("numbers");
    let seconds = timing::shortest_seconds(|| {
        black_box(Correlation.rdm(&patterns).expect("random patterns have distances"));
    });
    let (n, p) = sizes.patterns;
    rows.push(Row {
        name: "correlation rdm".to_owned(),
        seconds,
        gigaflops: 1e-9 * (n * n * p) as f64,
        against: vec!["correlation rdm".to_owned(), "x @ x.T".to_owned()],
    });
}

fn comparison<C: Comparison>(name: &str, comparison: C, a: &Rdm, b: &Rdm) -> Row {
    let seconds = timing::shortest_seconds(|| {
        let [a, b] = [a, b].map(|rdm| comparison.read(rdm).expect("readable"));
        black_box(comparison.compare(&a, &b).expect("comparable"));
    });
    Row { name: name.to_owned(), seconds, gigaflops: 0.0, against: vec![name.to_owned()] }
}

fn main() {
    let sizes = Sizes::of_this_run();
    let shape = (sizes.conditions, sizes.widest);
    let pools = [normal("pool-a", shape, 1), normal("pool-b", shape, 2)];
    let pools = [&pools[0], &pools[1]];
    let (machine, rows) = peers::on_equal_threads(|| {
        let machine = Machine::measured();
        let mut rows = Vec::new();
        pairs(&sizes, pools, &mut rows);
        rdms(&sizes, &mut rows);
        many_layers(&sizes, pools, &mut rows);
        (machine, rows)
    });
    let directory = path();
    let theirs = match peers::wanted() {
        true => peers::seconds("peers_numpy.py", &[directory.to_str().expect("a path of plain letters")]),
        false => BTreeMap::new(),
    };
    println!(
        "{} conditions, {} + {} layers of up to {} features; {} x {} for CCA; {} threads; peaks {:.0} GFLOP/s, {:.0} GB/s",
        sizes.conditions,
        sizes.layers,
        sizes.layers,
        sizes.widest,
        sizes.tall.0,
        sizes.tall.1,
        peers::THREADS,
        machine.gflops,
        machine.gigabytes
    );
    println!("{:<28} {:>10} {:>8}  times as long takes", "", "seconds", "of peak");
    for row in rows {
        let share = row.gigaflops / row.seconds / machine.gflops;
        let share = if share > 0.0 { format!("{:>7.0}%", 100.0 * share) } else { " ".repeat(8) };
        let ratio = |name: &String| theirs.get(name).map(|theirs| format!("{name} {:.2}", theirs / row.seconds));
        let ratios: Vec<_> = row.against.iter().filter_map(ratio).collect();
        println!("{:<28} {:>10.4} {share}  {}", row.name, row.seconds, ratios.join(", "));
    }
}
