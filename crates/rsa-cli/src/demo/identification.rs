//! The sanity check of Kornblith et al. 2019: is the most similar layer of another network the one of the same depth?

use std::path::{Path, PathBuf};

use rsa_io::OpenOptions;
use rsakit::{Measure, MeasureSpec, Representation, Result};

use crate::{
    format::{align_numbers, plain_table},
    verdict::Failure,
};

const MEASURES: [&str; 9] = [
    "cka",
    "cka:hsic=unbiased",
    "cka:kernel=rbf",
    "cca",
    "svcca:keep=variance(0.99)",
    "pwcca:weights=mean",
    "rsa:rdm=correlation,compare=spearman",
    "rsa:rdm=euclidean,compare=spearman",
    "rsa:rdm=cosine,compare=spearman",
];

/// The share of layers found, over all ordered pairs of networks, and for each network as the one that searches.
struct Accuracy {
    overall: f64,
    by_network: Vec<f64>,
}

/// The table of all measures, with chance and its reading.
pub(super) fn text(files: &[PathBuf]) -> Result<String, Failure> {
    let networks = files.iter().map(|file| read(file)).collect::<Result<Vec<_>>>().map_err(Failure::impossible)?;
    let depth = networks[0].len();
    let mut table = plain_table();
    table.set_header(["measure", "layers found", "fewest, by network", "most, by network"]);
    for text in MEASURES {
        let spec: MeasureSpec = text.parse().map_err(Failure::usage)?;
        let accuracy = identify(&spec, &networks).map_err(Failure::impossible)?;
        let [low, high] =
            [f64::min, f64::max].map(|f| accuracy.by_network.iter().copied().reduce(f).unwrap_or(f64::NAN));
        table.add_row([text.to_owned(), format!("{:.3}", accuracy.overall), format!("{low:.3}"), format!("{high:.3}")]);
    }
    table.add_row(["chance".to_owned(), format!("{:.3}", 1.0 / depth as f64), String::new(), String::new()]);
    align_numbers(&mut table, 1, 3);
    let n = networks.len();
    Ok(format!(
        "{table}\n\n\
         Over {pairs} ordered pairs of networks and {depth} layers each. How to read it:\n\
         - Well above chance, a measure sees depth. None finds every layer: neighbouring layers of such small networks \
         are nearly alike.\n\
         - Below chance it sees something else. The mean canonical correlation runs over as many directions as the \
         narrower layer has,\n  and with 150 images a pair of unequal width scores higher than a pair of equal \
         width: narrow layers choose wide ones and\n  the reverse, never their counterpart. These measures need many \
         more conditions than features.\n\
         - The pairs share their networks, so the {decisions} decisions are not independent: the spread over networks \
         says more\n  than a binomial error would.\n",
        pairs = n * (n - 1),
        decisions = n * (n - 1) * depth,
    ))
}

fn read(file: &Path) -> Result<Vec<Representation>> {
    let source = rsa_io::open(&file.to_string_lossy(), &OpenOptions::default())?;
    source.layers().iter().filter(|layer| layer.name().starts_with("conv")).map(rsa_io::Layer::read).collect()
}

fn identify(spec: &MeasureSpec, networks: &[Vec<Representation>]) -> Result<Accuracy> {
    let measure = spec.measure();
    let orientation = measure.profile().orientation;
    let depth = networks[0].len();
    let layers: Vec<_> = networks.iter().flatten().cloned().collect();
    let scores = measure.pairwise(&layers);
    let found = |a: usize, b: usize, layer: usize| -> Result<bool> {
        let row = &scores.row(a * depth + layer)[b * depth..(b + 1) * depth];
        let mut best = 0;
        for candidate in 1..depth {
            let [challenger, champion] = [candidate, best].map(|j| row[j].as_ref().map_err(Clone::clone));
            if orientation.prefers(*challenger?, *champion?) {
                best = candidate;
            }
        }
        Ok(best == layer)
    };
    let mut by_network = Vec::with_capacity(networks.len());
    for a in 0..networks.len() {
        let mut hits = 0;
        for b in (0..networks.len()).filter(|&b| b != a) {
            for layer in 0..depth {
                hits += usize::from(found(a, b, layer)?);
            }
        }
        by_network.push(hits as f64 / ((networks.len() - 1) * depth) as f64);
    }
    Ok(Accuracy { overall: by_network.iter().sum::<f64>() / by_network.len() as f64, by_network })
}
