//! The sanity check of Kornblith et al. 2019: is the most similar layer of another network the one of the same depth?

use std::path::{Path, PathBuf};

use rsa_io::{Layer, OpenOptions};
use rsa_plot::{
    DepthLines, Series,
    report::{Block, Cell, Column, Drawings, Section, Table},
};
use rsakit::{Measure, MeasureSpec, Representation, Result};

use crate::{
    format::{align_numbers, plain_table},
    page::{self, Input, WIDE, holds_layers},
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

/// Those drawn: lines of all nine would cover one another.
const DRAWN: [&str; 3] = ["cka", "rsa:rdm=correlation,compare=spearman", "cca"];

/// How often each measure finds each layer.
pub(super) struct Identification {
    depths: Vec<String>,
    measures: Vec<(&'static str, Accuracy)>,
    /// The files of the networks.
    pub(super) inputs: Vec<Input>,
}

/// The share of other networks in which a layer is found, for each network that searches and each of its layers.
struct Accuracy {
    by_network: Vec<Vec<f64>>,
}

impl Accuracy {
    fn overall(&self) -> f64 {
        mean(&self.by_network.iter().map(|layers| mean(layers)).collect::<Vec<_>>())
    }

    /// Of the network that finds fewest, and of the one that finds most.
    fn ends(&self) -> [f64; 2] {
        let means = || self.by_network.iter().map(|layers| mean(layers));
        [means().fold(f64::INFINITY, f64::min), means().fold(0.0, f64::max)]
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

impl Identification {
    /// Reads all networks and searches with every measure.
    pub(super) fn of(files: &[PathBuf]) -> std::result::Result<Self, Failure> {
        let mut inputs = Vec::with_capacity(files.len());
        let mut networks = Vec::with_capacity(files.len());
        let mut depths = Vec::new();
        for file in files {
            let layers = layers(file).map_err(Failure::impossible)?;
            depths = layers.iter().map(|layer| layer.name().to_owned()).collect();
            inputs.push(Input { name: file.display().to_string(), holds: holds_layers(&layers) });
            let read = layers.iter().map(Layer::read).collect::<Result<Vec<_>>>();
            networks.push(read.map_err(Failure::impossible)?);
        }
        let search = |text: &'static str| -> std::result::Result<_, Failure> {
            let spec: MeasureSpec = text.parse().map_err(Failure::usage)?;
            Ok((text, identify(&spec, &networks).map_err(Failure::impossible)?))
        };
        let measures = MEASURES.into_iter().map(search).collect::<std::result::Result<_, _>>()?;
        Ok(Self { depths, measures, inputs })
    }

    fn chance(&self) -> f64 {
        1.0 / self.depths.len() as f64
    }

    /// The table of all measures, with chance and its reading.
    pub(super) fn text(&self) -> String {
        let mut table = plain_table();
        table.set_header(["measure", "layers found", "fewest, by network", "most, by network"]);
        for (text, accuracy) in &self.measures {
            let [low, high] = accuracy.ends();
            let numbers = [accuracy.overall(), low, high].map(|share| format!("{share:.3}"));
            table.add_row(std::iter::once((*text).to_owned()).chain(numbers));
        }
        table.add_row(["chance".to_owned(), format!("{:.3}", self.chance()), String::new(), String::new()]);
        align_numbers(&mut table, 1, 3);
        let (n, depth) = (self.inputs.len(), self.depths.len());
        format!(
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
        )
    }

    /// The best measure, in a sentence.
    pub(super) fn verdict(&self) -> String {
        let best = self.measures.iter().max_by(|a, b| a.1.overall().total_cmp(&b.1.overall()));
        best.map_or_else(String::new, |(text, accuracy)| {
            let (share, chance) = (100.0 * accuracy.overall(), 100.0 * self.chance());
            format!("`{text}` finds {share:.0} % of the layers in a network of another seed, where chance finds {chance:.0} %.")
        })
    }

    /// Lines along depth, and the table.
    pub(super) fn section(&self) -> std::result::Result<Section, Failure> {
        let drawn = self.measures.iter().filter(|(text, _)| DRAWN.contains(text));
        let series = drawn.map(|(text, accuracy)| Series {
            name: text.split(':').next().unwrap_or(text).to_owned(),
            networks: accuracy.by_network.clone(),
        });
        let lines =
            DepthLines { depths: self.depths.clone(), series: series.collect(), measure: "layers found".to_owned() };
        let caption = format!(
            "In what share of the other networks each layer is most like the layer of the same depth, under {}. Thin lines: the \
             network that searches; bands: ± one standard deviation of them. Chance is {:.3}.",
            DRAWN.map(|text| format!("`{text}`")).join(", "),
            self.chance()
        );
        let figure = Drawings {
            drawings: vec![lines.draw(WIDE).map_err(Failure::impossible)?],
            wide: true,
            caption,
            tables: Vec::new(),
        };
        let reading = "The networks differ in their seed alone, so a layer's counterpart is the layer of the same depth \
                       (Kornblith et al. 2019). Canonical correlations fall below chance here: with 150 images a pair of \
                       unequal width scores higher than a pair of equal width. They need many more conditions than features.";
        let blocks = vec![Block::Figure(figure), Block::Table(self.table()), Block::Paragraph(reading.to_owned())];
        Ok(page::section("identification", "Same layer", "Do the measures find the same layer?", blocks))
    }

    fn table(&self) -> Table {
        let row = |(text, accuracy): &(&str, Accuracy)| {
            let [low, high] = accuracy.ends();
            ((*text).to_owned(), [accuracy.overall(), low, high].map(|share| Cell::number(share, 3)).to_vec())
        };
        let chance = ("chance".to_owned(), vec![Cell::number(self.chance(), 3), Cell::Empty, Cell::Empty]);
        let numbers = ["layers found", "fewest, by network", "most, by network"];
        let numbers = numbers.map(|title| Column::Numbers(title.to_owned()));
        Table {
            id: "identification-table".to_owned(),
            name: "identification".to_owned(),
            caption: "Share of layers found, over all ordered pairs of networks".to_owned(),
            columns: std::iter::once(Column::Words("measure".to_owned())).chain(numbers).collect(),
            rows: self.measures.iter().map(row).chain([chance]).collect(),
        }
    }
}

fn layers(file: &Path) -> Result<Vec<Layer>> {
    let source = rsa_io::open(&file.to_string_lossy(), &OpenOptions::default())?;
    Ok(source.into_layers().into_iter().filter(|layer| layer.name().starts_with("conv")).collect())
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
        let mut shares = vec![0.0; depth];
        for b in (0..networks.len()).filter(|&b| b != a) {
            for (layer, share) in shares.iter_mut().enumerate() {
                *share += f64::from(u8::from(found(a, b, layer)?)) / (networks.len() - 1) as f64;
            }
        }
        by_network.push(shares);
    }
    Ok(Accuracy { by_network })
}
