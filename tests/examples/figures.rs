//! Figures of the documentation, from the digit networks that come with the program: `cargo xtask figures`.

#![allow(clippy::print_stdout, reason = "it says what it wrote")]

use std::{error::Error, fs, path::Path};

use ndarray::Array2;
use rsa_io::OpenOptions;
use rsa_plot::{
    DepthLines, Figure, Group, LayerHeatmap, MdsMap, ModelBar, ModelBars, RdmHeatmap, RdmScatter, Scaling, Series,
    Shepard, Style,
};
use rsakit::{
    Cka, Correlation, Euclidean, Measure, Rdm, Representation, Spearman,
    core::{Conditions, Dissimilarity, condensed},
    stats::{Comparison, GeneralizeTo, Inference, Mds, MdsEmbedding, Model as Candidate},
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Number of images of each digit; more would make files larger and figures no clearer.
const EACH: usize = 5;

/// Reads the layers of a network, or the properties of the images, by name.
fn layers(file: &str) -> Outcome<Vec<(String, Representation)>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/rsa-run/data").join(file);
    let source = rsa_io::open(&path.to_string_lossy(), &OpenOptions::default())?;
    let layers = source.layers().iter().filter(|layer| layer.name() != "logits");
    layers.map(|layer| Ok((layer.name().to_owned(), layer.read()?))).collect()
}

/// Computes the RDMs of the first few images of each digit.
fn rdms(layers: &[(String, Representation)]) -> Outcome<Vec<(String, Rdm)>> {
    let rows: Vec<usize> = (0..10).flat_map(|digit| (0..EACH).map(move |k| 15 * digit + k)).collect();
    layers.iter().map(|(name, x)| Ok((name.clone(), Correlation.rdm(x)?.select(&rows)?))).collect()
}

fn main() -> Outcome {
    let networks = (0..10).map(|k| layers(&format!("net{k}.npz"))).collect::<Outcome<Vec<_>>>()?;
    let images = layers("images.npz")?;
    write("rdms", &panel(&rdms(&networks[0])?)?)?;
    write("layers", &heatmap(&networks[0], &networks[1])?)?;
    write("map", &map(&networks)?)?;
    write("models", &models(&networks, &images)?)?;
    write("depth", &depth(&networks)?)?;
    write("scatter", &scatter(&rdms(&networks[0])?, &rdms(&networks[1])?)?)
}

fn write(name: &str, figure: &Figure) -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/rsa-plot/figures").join(format!("{name}.svg"));
    fs::write(path, figure.svg())?;
    println!("{name}: {}", figure.title());
    Ok(())
}

fn style(width: f64) -> Style {
    Style { width, ..Style::default() }
}

/// Draws every other layer of one network.
fn panel(rdms: &[(String, Rdm)]) -> Outcome<Figure> {
    let digits: Vec<String> = (0..10 * EACH).map(|k| (k / EACH).to_string()).collect();
    let chosen = rdms.iter().step_by(2).cloned().collect();
    let panel =
        RdmHeatmap { scaling: Scaling::Rank, groups: Group::runs(&digits), ..RdmHeatmap::new(chosen, "1 − r") };
    Ok(panel.draw(style(183.0))?)
}

fn heatmap(a: &[(String, Representation)], b: &[(String, Representation)]) -> Outcome<Figure> {
    let only = |layers: &[(String, Representation)]| layers.iter().map(|(_, x)| x.clone()).collect::<Vec<_>>();
    let names = |layers: &[(String, Representation)]| layers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let grid = Cka::linear().cross(&only(a), &only(b));
    let values = grid.values().iter().cloned().collect::<rsakit::Result<Vec<_>>>()?;
    let values = Array2::from_shape_vec((a.len(), b.len()), values)?;
    let best = |row: ndarray::ArrayView1<'_, f64>| (0..row.len()).max_by(|&i, &j| row[i].total_cmp(&row[j]));
    let heatmap = LayerHeatmap {
        title: "linear CKA".to_owned(),
        rows: names(a),
        columns: names(b),
        marks: values.rows().into_iter().map(best).collect(),
        values,
        ends: Some([0.0, 1.0]),
        stars: vec![],
        axes: ["network of seed 0", "network of seed 1"].map(str::to_owned),
        note: String::new(),
        table: None,
    };
    Ok(heatmap.draw(style(89.0))?)
}

/// Draws the layers of five networks as a map under CKA.
fn map(networks: &[Vec<(String, Representation)>]) -> Outcome<Figure> {
    let networks = &networks[..5];
    let layers: Vec<_> = networks.iter().flatten().cloned().collect();
    let representations: Vec<_> = layers.iter().map(|(_, x)| x.clone()).collect();
    let scores = Cka::linear().pairwise(&representations);
    let apart = |(i, j): (usize, usize)| scores.get(i, j).clone().map(|score| 1.0 - score);
    let values = condensed::pairs(layers.len()).map(apart).collect::<rsakit::Result<Vec<_>>>()?;
    let names = layers.iter().map(|(name, _)| name.clone());
    let rdm = Rdm::new(values)?.with_conditions(Conditions::labeled(names.clone()))?;
    let MdsEmbedding { coordinates, stress, distances, fitted, .. } = Mds::default().run(&rdm)?;
    let depth = networks[0].len();
    let map = MdsMap {
        title: "layers of five networks, 1 − CKA".to_owned(),
        points: coordinates.rows().into_iter().map(|row| [row[0], row[1]]).collect(),
        labels: names.collect(),
        groups: (0..layers.len()).map(|k| format!("seed {}", k / depth)).collect(),
        pictures: vec![],
        paths: (0..networks.len()).map(|k| (k * depth..(k + 1) * depth).collect()).collect(),
        stress,
        shepard: Shepard { dissimilarities: rdm.values().to_vec(), distances, fitted },
    };
    Ok(map.draw(style(183.0))?)
}

/// Draws the layers of the tenth network, pixels and digits as models of the fifth layer of the other nine.
fn models(networks: &[Vec<(String, Representation)>], images: &[(String, Representation)]) -> Outcome<Figure> {
    let data = networks[..9].iter().map(|layers| Correlation.rdm(&layers[4].1)).collect::<rsakit::Result<Vec<_>>>()?;
    let named = networks[9].iter().chain(images);
    let candidates = named.map(|(name, x)| Ok(Candidate::fixed(name.clone(), Correlation.rdm(x)?)));
    let candidates = candidates.collect::<rsakit::Result<Vec<_>>>()?;
    let inference = Inference { generalize_to: GeneralizeTo::Both, resamples: 1000, ..Inference::default() };
    let found = inference.evaluate(&candidates, &data)?;
    let mut order: Vec<usize> = (0..found.models.len()).collect();
    order.sort_by(|&a, &b| found.models[b].score.total_cmp(&found.models[a].score));
    let below = |p: Option<f64>| p.is_some_and(|p| p < 0.05);
    let place = |name: &str| order.iter().position(|&k| found.models[k].name == name);
    let different = found.pairwise.iter().filter(|pair| below(pair.p_corrected));
    let bars = ModelBars {
        differences: different.filter_map(|pair| Some([place(&pair.a)?, place(&pair.b)?])).collect(),
        models: order
            .iter()
            .map(|&k| &found.models[k])
            .map(|model| ModelBar {
                name: model.name.clone(),
                score: model.score,
                standard_error: model.standard_error,
                subjects: model.scores_by_subject.clone(),
                above_zero: below(model.p_above_zero_corrected),
                below_ceiling: below(model.p_below_ceiling),
            })
            .collect(),
        ceiling: found.noise_ceiling.map(|ceiling| [ceiling.lower, ceiling.upper]),
        score: "Spearman's ρ".to_owned(),
        note: "dots: nine networks; error bars: standard error for new networks and images; * above 0, ▼ below the ceiling; \
               lines join models that differ (p < .05)"
            .to_owned(),
        title: String::new(),
        range: None,
    };
    Ok(bars.draw(style(183.0))?)
}

/// Draws the similarity of each layer of each network to the pixels and to the layer before it.
fn depth(networks: &[Vec<(String, Representation)>]) -> Outcome<Figure> {
    let pixels = layers("images.npz")?.into_iter().find(|(name, _)| name == "pixels").ok_or("no pixels")?.1;
    let digits = layers("images.npz")?.into_iter().find(|(name, _)| name == "digits").ok_or("no digits")?.1;
    let like = |other: &Representation| -> Outcome<Vec<Vec<f64>>> {
        let other = Spearman.read(&Euclidean.rdm(other)?)?;
        let along = |layers: &Vec<(String, Representation)>| {
            let score =
                |(_, x): &(String, Representation)| Ok(Spearman.compare(&Spearman.read(&Euclidean.rdm(x)?)?, &other)?);
            layers.iter().map(score).collect()
        };
        networks.iter().map(along).collect()
    };
    let lines = DepthLines {
        depths: networks[0].iter().map(|(name, _)| name.clone()).collect(),
        series: vec![
            Series { name: "pixels".to_owned(), networks: like(&pixels)? },
            Series { name: "digits".to_owned(), networks: like(&digits)? },
        ],
        measure: "Spearman's ρ".to_owned(),
    };
    Ok(lines.draw(style(120.0))?)
}

/// Draws a scatter plot of the last layers of two networks.
fn scatter(a: &[(String, Rdm)], b: &[(String, Rdm)]) -> Outcome<Figure> {
    let [(_, first), (_, second)] = [a, b].map(|rdms| rdms[7].clone());
    let rho = Spearman.compare(&Spearman.read(&first)?, &Spearman.read(&second)?)?;
    let scatter = RdmScatter {
        columns: vec![("1 − r in conv8 of seed 0".to_owned(), first)],
        rows: vec![("1 − r in conv8 of seed 1".to_owned(), second)],
        texts: vec![vec![Some(format!("Spearman's ρ = {rho:.3}"))]],
        groups: vec![],
        note: String::new(),
    };
    Ok(scatter.draw(style(89.0))?)
}
