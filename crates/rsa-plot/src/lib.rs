//! Figures of representational similarity, from plain values to SVG and PNG.
//!
//! Each figure is a struct of plain values. [`Style`] sets its width, in millimetres, and its theme. `draw` computes
//! the layout and returns a [`Figure`], which is written as SVG (texts stay text) or PNG (texts are set in a font that
//! comes with the crate). Equal values give equal bytes. Colours are distinguishable with colour-blindness: viridis for
//! values of one sign, red and blue about 0 for values of both signs, and six equally light hues for groups. Missing
//! values are grey and crossed out, never 0.
//!
//! | figure | shows | after |
//! |---|---|---|
//! | [`RdmHeatmap`] | one RDM or a panel of several, with names, groups, pictures or a dendrogram of conditions | Kriegeskorte et al. 2008 |
//! | [`LayerHeatmap`] | layers against layers, the best of each row framed | Kornblith et al. 2019 |
//! | [`DepthLines`] | values of many networks along their depth | |
//! | [`TimeCourses`] | courses of models over time, with errors, the noise ceiling and clusters | Cichy et al. 2014 |
//! | [`ModelBars`] | models with errors, subjects and the noise ceiling | Nili et al. 2014 |
//! | [`MdsMap`] | conditions or models as points or pictures, with the stress | Kriegeskorte et al. 2008 |
//! | [`RdmScatter`] | RDMs against others, pair by pair | |
//!
//! The crate has its own layout code, because no plotting library for Rust that we know draws brackets over groups of
//! conditions, noise ceilings and significance lines over pairs of models, and few give equal bytes for equal values.
//! resvg renders to pixels.
//!
//! # Example
//! ```
//! use rsa_core::Rdm;
//! use rsa_plot::{RdmHeatmap, Style};
//!
//! let rdm = Rdm::new(vec![0.1, 0.9, 0.8])?;
//! let figure = RdmHeatmap::new(vec![("IT".to_owned(), rdm)], "1 − r").draw(Style { width: 89.0, ..Style::default() })?;
//! assert!(figure.svg().starts_with("<?xml"));
//! assert_eq!(figure.png(300.0)?[1..4], *b"PNG");
//! # Ok::<(), rsa_core::Error>(())
//! ```

mod canvas;
mod color;
mod font;

mod axis;
mod axis_marks;
mod branches;
mod caption;
mod heatmap;
mod labels;
mod outline;
mod picture;
mod scaling;

mod figure;

mod depth_lines;
mod layer_heatmap;
mod mds_map;
mod model_bars;
mod rdm_heatmap;
mod rdm_scatter;
mod scatter_panel;
mod time_courses;

pub mod report;

pub use branches::Branch;
pub use color::Theme;
pub use depth_lines::{DepthLines, Series};
pub use figure::{Figure, Style};
pub use labels::Group;
pub use layer_heatmap::LayerHeatmap;
pub use mds_map::{MdsMap, Shepard};
pub use model_bars::{ModelBar, ModelBars};
pub use picture::Picture;
pub use rdm_heatmap::RdmHeatmap;
pub use rdm_scatter::RdmScatter;
pub use scaling::Scaling;
pub use time_courses::{TimeCourse, TimeCourses};

/// The example of this crate's README is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct PlotReadmeDoctests;
