//! Benchmark of the growth of the time of every measure with the size of the data.
//!
//! It times the geometry, one comparison, all pairs of ten layers, and reading a file.
//!
//! "n^1.9 p^1.0" means that the time grows by 2^1.9 if the conditions double, and by 2^1.0 if the features double. The
//! table of measures has a column with the expected cost, which holds where the work is large beside the fixed cost of
//! a call.

use std::{fs::File, hint::black_box};

use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rsa_io::FloatWidth;
use rsakit::{Measure, MeasureSpec, Representation, catalogue};

use crate::{
    Options,
    machine::Machine,
    peers,
    report::{self, Row},
    timing,
};

fn layer((n, p): (usize, usize), seed: u64) -> Representation {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Representation::new(Array2::from_shape_simple_fn((n, p), || StandardNormal.sample(&mut rng))).expect("numbers")
}

/// Returns the seconds of a geometry and of a comparison.
fn seconds(spec: &MeasureSpec, shape: (usize, usize)) -> [f64; 2] {
    let measure = spec.measure();
    let [x, y] = [1, 2].map(|seed| layer(shape, seed));
    let geometry = timing::shortest_seconds(|| {
        black_box(measure.geometry(&x).expect("random patterns have a geometry"));
    });
    let [a, b] = [&x, &y].map(|x| measure.geometry(x).expect("random patterns have a geometry"));
    let compare = timing::shortest_seconds(|| {
        black_box(measure.compare(&a, &b).expect("comparable"));
    });
    [geometry, compare]
}

fn exponents(what: &str, [once, twice_n, twice_p]: [f64; 3]) -> Row {
    let exponent = |twice: f64| (twice / once).log2();
    Row::new(format!("{what}: n^{:.1} p^{:.1}", exponent(twice_n), exponent(twice_p)), once)
}

fn measures((n, p): (usize, usize), rows: &mut Vec<Row>) {
    for spec in catalogue() {
        let times = [(n, p), (2 * n, p), (n, 2 * p)].map(|shape| seconds(&spec, shape));
        rows.push(exponents(&format!("{spec}, geometry"), times.map(|[geometry, _]| geometry)));
        rows.push(exponents(&format!("{spec}, comparison"), times.map(|[_, compare]| compare)));
        let layers: Vec<_> = (0..10).map(|seed| layer((n, p), seed)).collect();
        let measure = spec.measure();
        let all = timing::shortest_seconds(|| {
            black_box(measure.pairwise(&layers));
        });
        rows.push(Row::new(format!("{spec}, all pairs of ten layers"), all));
    }
}

/// Times reading a layer from a file that is in the cache of the system.
fn reading((n, p): (usize, usize), rows: &mut Vec<Row>) {
    let values = layer((n, 10 * p), 3);
    for (name, width, bytes) in [("f32", FloatWidth::F32, 4), ("f64", FloatWidth::F64, 8)] {
        let path = peers::directory("scaling").join(name).with_extension("npy");
        let path = path.to_str().expect("a path of plain letters");
        let file = File::create(path).expect("the directory can be written");
        rsa_io::npy::write_matrix(file, values.values(), width).expect("the file can be written");
        let seconds = timing::shortest_seconds(|| {
            let source = rsa_io::open(path, &rsa_io::OpenOptions::default()).expect("one layer");
            black_box(source.layers()[0].read().expect("readable"));
        });
        let rate = 1e-9 * (bytes * n * 10 * p) as f64 / seconds;
        rows.push(Row::new(format!("{name} .npy of {n} x {}: {rate:.2} GB/s of file", 10 * p), seconds));
    }
}

pub(crate) fn run(options: Options) {
    let shape = if options.quick { (200, 75) } else { (800, 300) };
    let (machine, rows) = peers::on_equal_threads(|| {
        let machine = Machine::measured();
        let mut rows = Vec::new();
        measures(shape, &mut rows);
        reading(shape, &mut rows);
        (machine, rows)
    });
    let heading = format!(
        "growth of every measure from {} conditions of {} features, {} threads; peaks {:.0} GFLOP/s, {:.0} GB/s",
        shape.0,
        shape.1,
        peers::THREADS,
        machine.gflops,
        machine.gigabytes
    );
    report::publish(&heading, rows, Some(machine.gflops));
}
