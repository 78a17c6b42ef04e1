//! The same results at any number of threads.

use ndarray::Array2;
use rsakit::{Cca, Cka, Keep, Measure, MeasureSpec, Representation, Svcca, core::AnyMeasure};

fn layers() -> Vec<Representation> {
    // Large enough that single products are shared among threads.
    [(300, 40), (300, 260), (300, 330), (300, 500)]
        .iter()
        .enumerate()
        .map(|(k, &(n, p))| {
            let value = |(i, j): (usize, usize)| ((i * i * (j + 2 + k) + 31 * k * i) as f64 * 0.37).sin();
            Representation::new(Array2::from_shape_fn((n, p), value)).unwrap()
        })
        .collect()
}

#[test]
fn threads_do_not_change_a_bit() {
    let specs = [
        "cka:kernel=rbf",
        "cka:hsic=unbiased",
        "pwcca",
        "rsa:rdm=correlation,compare=spearman",
        "rsa:rdm=cosine,compare=kendall-a",
    ];
    let mut measures: Vec<AnyMeasure> =
        specs.iter().map(|spec| spec.parse::<MeasureSpec>().unwrap().measure()).collect();
    measures.push(AnyMeasure::new(Cka::linear()));
    measures.push(AnyMeasure::new(Cca::default()));
    measures.push(AnyMeasure::new(Svcca::new(Keep::variance(0.9).unwrap())));
    let layers = layers();
    let bits = |threads: usize| -> Vec<Option<u64>> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let all =
            |measure: &AnyMeasure| measure.pairwise(&layers).map(|score| score.as_ref().ok().map(|s| s.to_bits()));
        pool.install(|| measures.iter().flat_map(|measure| all(measure).values().to_vec()).collect())
    };
    let one = bits(1);
    assert!(one.iter().filter(|score| score.is_some()).count() > 70, "most pairs have scores");
    assert_eq!(one, bits(2));
    assert_eq!(one, bits(3));
}
