//! RDMs as pictures.

use rsa_plot::{Figure, Group, RdmHeatmap, Scaling, Style};
use rsakit::Result;

use super::Made;

/// What belongs to the picture alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    pub(super) groups: Vec<Group>,
    pub(super) ranks: bool,
    /// The tables of a page that hold the values, one for each RDM, or none.
    pub(super) tables: Vec<String>,
}

/// All RDMs on one colour bar.
pub(super) fn draw(made: &Made, look: &Look, style: Style) -> Result<Figure> {
    let heatmap = RdmHeatmap {
        scaling: if look.ranks { Scaling::Rank } else { Scaling::Value },
        groups: look.groups.clone(),
        tables: look.tables.clone(),
        ..RdmHeatmap::new(made.named(), &made.dissimilarity.label())
    };
    heatmap.draw(style)
}
