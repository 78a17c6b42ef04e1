//! Benchmark of comparing representations, beside NumPy and the peak rates of the machine.

use std::{fs::File, hint::black_box, path::PathBuf};

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

use crate::{
    Options,
    machine::Machine,
    peers,
    report::{self, Row},
    timing,
};

/// Sizes of a run.
struct Sizes {
    conditions: usize,
    widest: usize,
    layers: usize,
    tall: (usize, usize),
    rdm: usize,
    patterns: (usize, usize),
}

impl Sizes {
    fn new(quick: bool) -> Self {
        match quick {
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

    /// Returns widths from a 64th of the widest up, in equal steps or equal ratios.
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

/// Draws normal numbers and saves them for the peers.
fn normal(name: &str, shape: (usize, usize), seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values = Array2::from_shape_simple_fn(shape, || StandardNormal.sample(&mut rng));
    save(name, values.view());
    values
}

fn layer(pool: &Array2<f64>, width: usize) -> Representation {
    Representation::new(pool.slice_axis(Axis(1), Slice::from(..width)).to_owned()).expect("numbers")
}

/// Times all pairs of layers of increasing width.
fn many_layers(sizes: &Sizes, pools: [&Array2<f64>; 2]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (key, logarithmic) in [("linear", false), ("log", true)] {
        let widths = sizes.widths(logarithmic);
        save(&format!("widths-{key}"), Array1::from_iter(widths.iter().map(|&p| p as f64)).insert_axis(Axis(0)).view());
        let [xs, ys] = pools.map(|pool| widths.iter().map(|&p| layer(pool, p)).collect::<Vec<_>>());
        for (name, cka) in [("biased", Cka::linear()), ("unbiased", Cka::linear().unbiased())] {
            let seconds = timing::seconds_of_one(|| {
                black_box(cka.cross(&xs, &ys));
            });
            // The work is the lower triangle of every Gram matrix.
            let n = sizes.conditions as f64;
            let gigaflops = 1e-9 * n * n * 2.0 * widths.iter().sum::<usize>() as f64;
            rows.push(Row::new(format!("cka {name}, {key} widths"), seconds).with_gigaflops(gigaflops));
        }
    }
    rows
}

/// Times one pair under a measure.
fn pair<M: Measure>(name: &str, measure: M, [x, y]: &[Representation; 2]) -> Row {
    let seconds = timing::shortest_seconds(|| {
        // Both geometries are read in parallel, as in comparisons of lists.
        black_box(measure.cross(std::slice::from_ref(x), std::slice::from_ref(y)));
    });
    Row::new(name, seconds)
}

/// Data of the benchmarks of single pairs.
struct Pairs {
    wide: [Representation; 2],
    tall: [Representation; 2],
    rdms: [Rdm; 2],
    patterns: Representation,
}

impl Pairs {
    fn new(sizes: &Sizes, pools: [&Array2<f64>; 2]) -> Self {
        let random = |name, shape, seed| Representation::new(normal(name, shape, seed)).expect("numbers");
        let length = sizes.rdm * (sizes.rdm - 1) / 2;
        let rdm = |name, seed| {
            let values = normal(name, (1, length), seed).mapv(f64::abs);
            save(name, values.view());
            Rdm::new(values.into_raw_vec_and_offset().0).expect("pairs of conditions")
        };
        Self {
            wide: pools.map(|pool| layer(pool, sizes.widest / 4)),
            tall: [random("tall-a", sizes.tall, 3), random("tall-b", sizes.tall, 4)],
            rdms: [rdm("rdm-a", 5), rdm("rdm-b", 6)],
            patterns: random("patterns", sizes.patterns, 7),
        }
    }

    fn timed(&self, sizes: &Sizes) -> Vec<Row> {
        let n = sizes.conditions as f64;
        let of_kernel = 1e-9 * n * n * 2.0 * (sizes.widest / 4) as f64;
        let keep = Keep::variance(0.99).expect("a share");
        let seconds = timing::shortest_seconds(|| {
            black_box(Correlation.rdm(&self.patterns).expect("random patterns have distances"));
        });
        let (n, p) = sizes.patterns;
        vec![
            pair("cka rbf", Cka::rbf(Bandwidth::default()), &self.wide).with_gigaflops(of_kernel),
            pair("cca", Cca::default(), &self.tall),
            pair("svcca", Svcca::new(keep), &self.tall),
            pair("pwcca", Pwcca::default(), &self.tall),
            comparison("kendall", KendallB, &self.rdms),
            comparison("spearman", Spearman, &self.rdms),
            Row::new("correlation rdm", seconds).with_gigaflops(1e-9 * (n * n * p) as f64),
        ]
    }
}

fn comparison<C: Comparison>(name: &str, comparison: C, rdms: &[Rdm; 2]) -> Row {
    let seconds = timing::shortest_seconds(|| {
        let [a, b] = rdms.each_ref().map(|rdm| comparison.read(rdm).expect("readable"));
        black_box(comparison.compare(&a, &b).expect("comparable"));
    });
    Row::new(name, seconds)
}

pub(crate) fn run(options: Options) {
    let sizes = Sizes::new(options.quick);
    let shape = (sizes.conditions, sizes.widest);
    let pools = [normal("pool-a", shape, 1), normal("pool-b", shape, 2)];
    let pools = [&pools[0], &pools[1]];
    let machine = peers::on_equal_threads(Machine::measured);
    let data = Pairs::new(&sizes, pools);
    let of_peers =
        |what: &str| peers::seconds("peers_numpy.py", &[path().to_str().expect("a path of plain letters"), what]);
    let ours = || peers::on_equal_threads(|| data.timed(&sizes));
    let (mut rows, mut theirs) = timing::time_in_turn(options.peers, ours, || of_peers("pairs"));
    // Each is run once, because it takes minutes.
    rows.extend(peers::on_equal_threads(|| many_layers(&sizes, pools)));
    if options.peers {
        theirs.extend(of_peers("layers"));
    }
    let heading = format!(
        "{} conditions, {} + {} layers of up to {} features ({} for RBF), {} x {} for CCA, RDMs of {} conditions, {} \
         threads; peaks {:.0} GFLOP/s, {:.0} GB/s",
        sizes.conditions,
        sizes.layers,
        sizes.layers,
        sizes.widest,
        sizes.widest / 4,
        sizes.tall.0,
        sizes.tall.1,
        sizes.rdm,
        peers::THREADS,
        machine.gflops,
        machine.gigabytes
    );
    let against_all = |row: Row| {
        let what = row.what.clone();
        let row = row.with_peer("NumPy", theirs.get(&what));
        let row = row.with_peer("its covariance route", theirs.get(&format!("{what} by covariance")));
        row.with_peer("NumPy's X @ X.T", theirs.get("x @ x.T").filter(|_| what == "correlation rdm"))
    };
    report::publish(&heading, rows.into_iter().map(against_all).collect(), Some(machine.gflops));
}
