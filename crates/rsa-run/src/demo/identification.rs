//! [`Identification`]: the sanity check of Kornblith et al. 2019, which asks whether the most similar layer of another
//! network is the layer of the same depth.

use std::path::PathBuf;

use rayon::prelude::*;
use rsa_io::{Layer, OpenOptions};
use rsakit::{
    Measure, MeasureSpec, Representation, Result,
    core::{AnyMeasure, Grid, Observer},
};
use serde::{Deserialize, Serialize};

use crate::inputs::Input;

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

/// Shares of layers that measures find in networks of other seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identification {
    /// Names of the layers, from input to output.
    pub layers: Vec<String>,
    /// Shares under each measure.
    pub measures: Vec<IdentifiedLayers>,
    /// Files of the networks.
    pub inputs: Vec<Input>,
}

/// Shares of layers that one measure finds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdentifiedLayers {
    /// Measure that compares the layers.
    pub measure: MeasureSpec,
    /// Networks × layers: share of the other networks in which the layer of the same depth is the most similar one.
    pub shares: Vec<Vec<f64>>,
}

impl IdentifiedLayers {
    /// Returns the share of all layers of all pairs of networks.
    pub(super) fn overall(&self) -> f64 {
        mean(&self.by_network())
    }

    /// Returns the share of the network that finds fewest, and of the network that finds most.
    pub(super) fn extremes(&self) -> [f64; 2] {
        let shares = self.by_network();
        [shares.iter().copied().fold(f64::INFINITY, f64::min), shares.iter().copied().fold(0.0, f64::max)]
    }

    fn by_network(&self) -> Vec<f64> {
        self.shares.iter().map(|layers| mean(layers)).collect()
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

impl Identification {
    /// Reads the convolutional layers of all networks, and searches them with every measure.
    pub(super) fn search(files: &[PathBuf], observer: &dyn Observer) -> Result<Self> {
        let mut inputs = Vec::with_capacity(files.len());
        let mut networks = Vec::with_capacity(files.len());
        let mut names = Vec::new();
        for file in files {
            observer.ensure_going("reading networks")?;
            let file = file.display().to_string();
            let layers = rsa_io::open(&file, &OpenOptions::default())?.into_layers();
            let layers: Vec<Layer> = layers.into_iter().filter(|layer| layer.name().starts_with("conv")).collect();
            names = layers.iter().map(|layer| layer.name().to_owned()).collect();
            inputs.push(Input::from_layers(&file, &layers));
            networks.push(layers.iter().map(Layer::read).collect::<Result<Vec<_>>>()?);
        }
        let mut measures = Vec::with_capacity(MEASURES.len());
        for (done, text) in MEASURES.into_iter().enumerate() {
            observer.progress("measures searched", done as u64, MEASURES.len() as u64);
            let measure: MeasureSpec = text.parse()?;
            let shares = shares(&measure, &networks, observer)?;
            measures.push(IdentifiedLayers { measure, shares });
        }
        Ok(Self { layers: names, measures, inputs })
    }

    /// Returns the share that guesses find.
    pub(super) fn chance(&self) -> f64 {
        1.0 / self.layers.len() as f64
    }
}

/// Returns networks × layers: the share of the other networks in which the layer of the same depth is the most similar.
fn shares(spec: &MeasureSpec, networks: &[Vec<Representation>], observer: &dyn Observer) -> Result<Vec<Vec<f64>>> {
    let measure = spec.measure();
    let orientation = measure.profile().orientation;
    let depth = networks[0].len();
    let scores = compare_all(&measure, &networks.concat(), observer)?;
    let finds = |a: usize, b: usize, layer: usize| -> Result<bool> {
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
    let share = |a: usize, layer: usize| -> Result<f64> {
        let mut found = 0.0;
        for b in (0..networks.len()).filter(|&b| b != a) {
            found += f64::from(u8::from(finds(a, b, layer)?)) / (networks.len() - 1) as f64;
        }
        Ok(found)
    };
    (0..networks.len()).map(|a| (0..depth).map(|layer| share(a, layer)).collect()).collect()
}

/// Compares all layers of all networks with each other.
fn compare_all(measure: &AnyMeasure, layers: &[Representation], observer: &dyn Observer) -> Result<Grid<Result<f64>>> {
    let read = |layer: &Representation| {
        observer.ensure_going("reading layers")?;
        measure.geometry(layer)
    };
    let geometries = layers.par_iter().map(read).collect::<Result<Vec<_>>>()?;
    let geometries: Vec<_> = geometries.iter().collect();
    Ok(measure.compare_all_observed(&geometries, &geometries, observer))
}
