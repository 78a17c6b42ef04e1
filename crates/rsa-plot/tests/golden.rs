//! Tests of each figure on small data, byte for byte.
//!
//! `RSAKIT_WRITE_GOLDEN=1 cargo test -p rsa-plot` rewrites the expected files.

#![allow(clippy::unwrap_used, reason = "a test that meets an error fails")]

use std::{env, fs, path::Path};

use ndarray::array;
use rsa_core::{Conditions, Rdm};
use rsa_plot::{
    Branch, DepthLines, Figure, Group, LayerHeatmap, MdsMap, ModelBar, ModelBars, Picture, RdmHeatmap, RdmScatter,
    Scaling, Series, Shepard, Style, Theme,
    report::{Block, Cell, Column, Drawings, Page, Section, Table},
};

const COLUMN: Style = Style { width: 89.0, theme: Theme::Light };
const NAN: f64 = f64::NAN;

fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if env::var_os("RSAKIT_WRITE_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    let first = known.lines().zip(text.lines()).find(|(known, found)| known != found);
    assert!(known == text, "{name} changed, first at {first:?}; look at the figure, then write it anew");
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn rdm(values: [f64; 6]) -> Rdm {
    let rdm = Rdm::new(values.to_vec()).unwrap();
    rdm.with_conditions(Conditions::labeled(["face", "hand", "<tree>", "house & home"])).unwrap()
}

fn heatmap() -> RdmHeatmap {
    RdmHeatmap::new(vec![("IT".to_owned(), rdm([0.1, 0.5, 0.9, 0.4, NAN, 0.2]))], "1 − r")
}

#[test]
fn an_rdm_with_names_and_a_missing_pair() {
    golden("rdm.svg", &heatmap().draw(COLUMN).unwrap().svg());
}

#[test]
fn a_panel_of_ranked_rdms_with_groups_on_dark_paper() {
    let mut panel = heatmap();
    panel.rdms.push(("V1".to_owned(), rdm([0.9, 0.9, 0.2, 0.4, 0.3, 0.2])));
    panel.scaling = Scaling::Rank;
    panel.groups = Group::runs(&["animate", "animate", "inanimate", "inanimate"]);
    golden("panel.svg", &panel.draw(Style { theme: Theme::Dark, ..COLUMN }).unwrap().svg());
}

fn layers() -> LayerHeatmap {
    LayerHeatmap {
        title: "cka".to_owned(),
        rows: names(&["conv1", "conv2"]),
        columns: names(&["conv1", "conv2", "a layer with a long name"]),
        values: array![[0.94, 0.7, NAN], [0.3, -0.2, 0.55]],
        ends: None,
        marks: vec![Some(0), Some(2)],
        stars: vec![[0, 0], [1, 2]],
        axes: ["net0", "net1"].map(str::to_owned),
        note: "*: above chance".to_owned(),
        table: None,
    }
}

#[test]
fn layers_against_layers() {
    golden("layers.svg", &layers().draw(COLUMN).unwrap().svg());
}

#[test]
fn a_tall_heatmap_fits_on_a_page() {
    let rows: Vec<String> = (0..200).map(|k| format!("frame {k}")).collect();
    let tall = LayerHeatmap {
        columns: names(&["model"]),
        values: ndarray::Array2::from_shape_fn((200, 1), |(i, _)| i as f64),
        marks: vec![None; 200],
        stars: vec![[7, 0]],
        rows,
        ..layers()
    };
    let svg = tall.draw(COLUMN).unwrap().svg();
    let height = svg.split("height=\"").nth(1).unwrap().split("mm").next().unwrap();
    assert!((210.0..240.0).contains(&height.parse::<f64>().unwrap()), "{height} mm");
    assert!(svg.contains(">*<") && !svg.contains(">199.00<"));
}

#[test]
fn lines_along_depth_with_a_gap() {
    let lines = DepthLines {
        depths: names(&["conv1", "conv2", "conv3"]),
        series: vec![
            Series { name: "trained".to_owned(), networks: vec![vec![0.1, 0.4, 0.5], vec![0.2, 0.3, 0.7]] },
            Series { name: "untrained".to_owned(), networks: vec![vec![0.1, NAN, 0.05]] },
        ],
        measure: "Spearman's ρ".to_owned(),
    };
    golden("lines.svg", &lines.draw(COLUMN).unwrap().svg());
}

fn bars() -> ModelBars {
    let model = |name: &str, score: f64| ModelBar {
        name: name.to_owned(),
        score,
        standard_error: Some(0.05),
        subjects: vec![score - 0.1, score + 0.02],
        above_zero: score > 0.2,
        below_ceiling: score < 0.2,
    };
    ModelBars {
        models: vec![model("animacy", 0.4), model("V1", 0.1), model("random", -0.05)],
        ceiling: Some([0.45, 0.6]),
        differences: vec![[0, 1], [0, 2]],
        score: "Spearman's ρ".to_owned(),
        note: "error bars: standard error for new subjects and conditions; * above 0".to_owned(),
        title: String::new(),
        range: None,
    }
}

#[test]
fn models_below_a_ceiling() {
    golden("bars.svg", &bars().draw(COLUMN).unwrap().svg());
}

#[test]
fn a_map_with_a_path() {
    let map = MdsMap {
        title: "layers".to_owned(),
        points: vec![[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]],
        labels: names(&["conv1", "conv2", "conv3"]),
        groups: names(&["a", "a", "b"]),
        pictures: vec![],
        paths: vec![vec![0, 1]],
        stress: 0.05,
        shepard: Shepard {
            dissimilarities: vec![3.0, 4.2, 5.0],
            distances: vec![3.0, 4.0, 5.0],
            fitted: vec![3.0, 4.2, 5.0],
        },
    };
    golden("map.svg", &map.draw(COLUMN).unwrap().svg());
}

#[test]
fn two_rdms_pair_by_pair() {
    golden("scatter.svg", &scatter().draw(COLUMN).unwrap().svg());
}

fn scatter() -> RdmScatter {
    RdmScatter {
        columns: vec![("brain".to_owned(), rdm([0.1, 0.5, 0.9, 0.4, NAN, 0.2]))],
        rows: vec![("model".to_owned(), rdm([1.0, 2.0, 3.0, 2.0, 1.0, 1.0]))],
        texts: vec![vec![Some("Spearman's ρ = 0.866".to_owned())]],
        groups: names(&["animate", "animate", "thing", "thing"]),
        note: String::new(),
    }
}

#[test]
fn a_grid_of_scatter_plots_writes_axes_once() {
    let mut grid = scatter();
    grid.rows.push(("V1".to_owned(), rdm([2.0, 1.0, 1.0, 2.0, 1.0, 3.0])));
    grid.columns.push(("ear".to_owned(), rdm([2.0, 1.0, 1.0, 2.0, 1.0, 3.0])));
    let text = |text: &str| Some(text.to_owned());
    grid.texts = vec![vec![text("ρ = .1"), text("ρ = .2")], vec![text("ρ = .3"), None]];
    golden("scatter_grid.svg", &grid.draw(COLUMN).unwrap().svg());
}

/// Returns a PNG of a red square of 2 × 2 pixels.
fn picture() -> Picture {
    Picture::decode(include_bytes!("data/red.png")).unwrap()
}

#[test]
fn an_rdm_with_pictures_a_dendrogram_and_an_outline() {
    let mut figure = RdmHeatmap::new(vec![("IT".to_owned(), rdm([0.1, 0.5, 0.9, 0.4, 0.3, 0.2]))], "1 − r");
    figure.colors = names(&["animate", "animate", "thing", "thing"]);
    figure.branches =
        [([0, 1], 0.1), ([2, 3], 0.2), ([4, 5], 0.5)].map(|(parts, height)| Branch { parts, height }).to_vec();
    figure.pictures = vec![Some(picture()), None, Some(picture()), None];
    figure.outlined = vec![[0, 1], [3, 1]];
    figure.note = "In the order of a clustering.".to_owned();
    golden("rdm_marks.svg", &figure.draw(COLUMN).unwrap().svg());
    // A picture is in the PNG, too.
    let with = figure.draw(COLUMN).unwrap().png(72.0).unwrap();
    figure.pictures = vec![None; 4];
    assert_ne!(with, figure.draw(COLUMN).unwrap().png(72.0).unwrap());
}

#[test]
fn a_page_says_everything_once_and_loads_nothing() {
    let table = Table {
        id: "scores".to_owned(),
        name: "scores".to_owned(),
        caption: "`cka`".to_owned(),
        columns: vec![Column::Words("layer".to_owned()), Column::Numbers("<b>".to_owned())],
        rows: vec![("\"a\"".to_owned(), vec![Cell::number(0.5, 2)])],
    };
    let drawings = vec![LayerHeatmap { table: Some("scores".to_owned()), ..layers() }.draw(COLUMN).unwrap()];
    let figure = Drawings { drawings, wide: false, caption: "Layers.".to_owned(), tables: vec![table] };
    let section = |id: &str, blocks| Section { id: id.to_owned(), name: id.to_owned(), title: id.to_owned(), blocks };
    let page = Page {
        title: "A <title>".to_owned(),
        sections: vec![section("one", vec![Block::Figure(figure)]), section("two", vec![Block::Caveats(vec![])])],
        ..Page::default()
    };
    let html = page.html();
    assert!(html.contains("<h1>A &lt;title&gt;</h1>") && html.contains("data-grid=\"scores\" data-box="));
    assert!(html.contains("<strong>Figure 1.</strong> Layers.") && html.contains("None was met."));
    assert!(!html.contains("src=\"http") && !html.contains("@import") && !html.contains("url("));
    assert_eq!(page.html(), html);
}

#[test]
fn pictures_have_the_size_of_the_paper_and_the_ink_of_the_figure() {
    let figure = layers().draw(COLUMN).unwrap();
    let bytes = figure.png(300.0).unwrap();
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    // 89 mm at 300 dots an inch.
    assert_eq!(number(16), 1051);
    assert_eq!(figure.png(300.0).unwrap(), bytes);
    assert!(bytes.len() > 10_000, "a blank picture is smaller than {} bytes", bytes.len());
    let kind = |dpi: f64| figure.png(dpi).unwrap_err().kind().name();
    assert_eq!([kind(0.0), kind(NAN)], ["InvalidParameter"; 2]);
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let kind = |drawn: rsa_core::Result<Figure>| drawn.unwrap_err().kind().name();
    assert_eq!(kind(heatmap().draw(Style { width: 10.0, ..COLUMN })), "InvalidParameter");
    assert_eq!(kind(RdmHeatmap::new(vec![], "").draw(COLUMN)), "InvalidParameter");
    let other = Rdm::new(vec![1.0, 2.0, 3.0]).unwrap();
    let two = vec![heatmap().rdms.remove(0), ("other".to_owned(), other)];
    assert_eq!(kind(RdmHeatmap::new(two, "").draw(COLUMN)), "ShapeMismatch");
    assert_eq!(kind(RdmHeatmap { pictures: vec![None], ..heatmap() }.draw(COLUMN)), "ShapeMismatch");
    assert_eq!(kind(RdmHeatmap { colors: names(&["a"]), ..heatmap() }.draw(COLUMN)), "ShapeMismatch");
    assert_eq!(kind(RdmHeatmap { outlined: vec![[1, 4]], ..heatmap() }.draw(COLUMN)), "ShapeMismatch");
    let branches = vec![Branch { parts: [0, 1], height: 1.0 }];
    assert_eq!(kind(RdmHeatmap { branches, ..heatmap() }.draw(COLUMN)), "ShapeMismatch");
    assert_eq!(kind(RdmScatter { texts: vec![], ..scatter() }.draw(COLUMN)), "ShapeMismatch");
    assert_eq!(kind(RdmScatter { groups: names(&["a"]), ..scatter() }.draw(COLUMN)), "ShapeMismatch");
    assert_eq!(kind(RdmScatter { rows: vec![], texts: vec![], ..scatter() }.draw(COLUMN)), "InvalidParameter");
    let many = |one: &(String, Rdm)| vec![one.clone(); 9];
    let wide = RdmScatter { columns: many(&scatter().columns[0]), texts: vec![vec![None; 9]], ..scatter() };
    assert_eq!(kind(wide.draw(COLUMN)), "InvalidParameter");
    assert_eq!(kind(LayerHeatmap { marks: vec![Some(9), None], ..layers() }.draw(COLUMN)), "ShapeMismatch");
    assert_eq!(kind(ModelBars { models: vec![], ..bars() }.draw(COLUMN)), "InvalidParameter");
    assert_eq!(kind(ModelBars { differences: vec![[0, 7]], ..bars() }.draw(COLUMN)), "ShapeMismatch");
    assert_eq!(kind(LayerHeatmap { stars: vec![[2, 0]], ..layers() }.draw(COLUMN)), "ShapeMismatch");
    assert_eq!(kind(ModelBars { range: Some([1.0, NAN]), ..bars() }.draw(COLUMN)), "InvalidParameter");
    let nan = ModelBar { score: NAN, ..ModelBar::default() };
    assert_eq!(kind(ModelBars { models: vec![nan], differences: vec![], ..bars() }.draw(COLUMN)), "NonFinite");
    let empty = DepthLines { depths: names(&["a"]), series: vec![], measure: String::new() };
    assert_eq!(kind(empty.draw(COLUMN)), "InvalidParameter");
}
