//! [`RdmLook`]: settings of the figure of RDMs.

use std::path::Path;

use rsa_plot::{Figure, Group, RdmHeatmap, Scaling, Style};
use rsakit::Result;
use serde::{Deserialize, Serialize};

use super::RdmResult;
use crate::inputs::read_groups;

/// Settings of the figure of RDMs. The default shows values, without groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RdmLook {
    /// Group of each condition, for brackets in place of names; empty for none.
    pub groups: Vec<String>,
    /// `true` to color by percentiles of the dissimilarities, which is the part that rank correlations see.
    pub ranks: bool,
}

impl RdmLook {
    /// Reads the group of each of `n_conditions` conditions from a file, one a line.
    ///
    /// # Errors
    /// The errors of [`rsa_io::read_labels`], and `ShapeMismatch` for another number of labels.
    pub fn read(groups: Option<&Path>, ranks: bool, n_conditions: usize) -> Result<Self> {
        let groups = groups.map(|path| read_groups(path, n_conditions)).transpose()?;
        Ok(Self { groups: groups.unwrap_or_default(), ranks })
    }

    /// Draws all RDMs on one color scale; `tables` are the identifiers of tables of a page with the values.
    pub(super) fn draw(&self, result: &RdmResult, tables: Vec<String>, style: Style) -> Result<Figure> {
        let heatmap = RdmHeatmap {
            scaling: if self.ranks { Scaling::Rank } else { Scaling::Value },
            groups: Group::runs(&self.groups),
            tables,
            ..RdmHeatmap::new(result.named(), &result.origin.label())
        };
        heatmap.draw(style)
    }
}
