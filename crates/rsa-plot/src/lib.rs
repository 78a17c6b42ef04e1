//! Figures of representational similarity, from plain values to SVG and PNG.
//!
//! Each figure is a struct of what it shows; [`Style`] says how wide it is, in millimetres of a journal's column, and on
//! which paper; `draw` lays it out, and a [`Figure`] is written as SVG (texts stay text) or PNG (set in a font that comes
//! with the crate). The same values give the same bytes. Colours keep their order for the colour-blind: viridis for what
//! has one direction, red and blue about 0 for what has two, and six equally light hues for groups. What is missing is
//! grey and crossed out, never 0.
//!
//! | figure | shows | after |
//! |---|---|---|
//! | [`RdmHeatmap`] | RDMs, one or a panel, with names or groups of conditions | Kriegeskorte et al. 2008 |
//! | [`LayerHeatmap`] | layers against layers, the best of each row framed | Kornblith et al. 2019 |
//! | [`DepthLines`] | a measure along the depth of many networks | |
//! | [`ModelBars`] | models with errors, subjects and the noise ceiling | Nili et al. 2014 |
//! | [`MdsMap`] | conditions or models as points, with the stress | Kriegeskorte et al. 2008 |
//! | [`RdmScatter`] | one RDM against another | |
//!
//! The layout is our own: none of the plotting libraries at hand knows brackets of conditions, noise ceilings or lines over
//! models that differ, and few write the same bytes twice. Rendering to pixels is resvg's.
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
mod heatmap;
mod labels;
mod scaling;

mod figure;

mod depth_lines;
mod layer_heatmap;
mod mds_map;
mod model_bars;
mod rdm_heatmap;
mod rdm_scatter;

pub mod report;

pub use color::Theme;
pub use depth_lines::{DepthLines, Series};
pub use figure::{Figure, Style};
pub use labels::Group;
pub use layer_heatmap::LayerHeatmap;
pub use mds_map::{MdsMap, Shepard};
pub use model_bars::{Model, ModelBars};
pub use rdm_heatmap::RdmHeatmap;
pub use rdm_scatter::RdmScatter;
pub use scaling::Scaling;
