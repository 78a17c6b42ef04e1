//! [`RdmLookOptions`]: how RDMs are drawn.

use clap::{Args, ValueEnum};
use rsa_run::{ConditionOrder, RdmLook};

/// Settings of the figure of RDMs.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct RdmLookOptions {
    /// Group of each condition: the figure has the conditions group by group, with brackets
    ///
    /// A label for each condition, one a line, or a column of a table; found by the label of the condition where the file
    /// has these.
    #[arg(long, value_name = "FILE[::COLUMN]")]
    plot_groups: Option<String>,
    /// Groups that come first, in this order [default: the order of first appearance]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', requires = "plot_groups")]
    plot_group_order: Vec<String>,
    /// Order of the conditions in the figure
    #[arg(long, value_enum, value_name = "ORDER", default_value_t)]
    plot_order: OrderWord,
    /// Pictures of the conditions along the axes: a folder with LABEL.png or LABEL.jpg, or a table of their files
    #[arg(long, value_name = "FOLDER|FILE[::COLUMN]")]
    plot_icons: Option<String>,
    /// Outline cells: pairs whose value in this RDM is not 0, or the word `within` for pairs within groups
    #[arg(long, value_name = "RDM|within")]
    plot_outline: Option<String>,
    /// Color by percentiles of the dissimilarities, as rank correlations see them
    #[arg(long)]
    plot_ranks: bool,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum OrderWord {
    /// Group by group, and otherwise as stored
    #[default]
    Groups,
    /// Hierarchical clustering by average linkage, drawn above the RDM; of several RDMs that of their mean
    Dendrogram,
}

impl RdmLookOptions {
    /// Returns the settings.
    pub(crate) fn look(&self) -> RdmLook {
        RdmLook {
            groups: self.plot_groups.clone(),
            group_order: self.plot_group_order.clone(),
            order: match self.plot_order {
                OrderWord::Groups => ConditionOrder::Groups,
                OrderWord::Dendrogram => ConditionOrder::Dendrogram,
            },
            ranks: self.plot_ranks,
            pictures: self.plot_icons.clone(),
            outline: self.plot_outline.clone(),
        }
    }

    /// Returns the files of the settings.
    pub(crate) fn files(&self) -> impl Iterator<Item = &String> {
        [&self.plot_groups, &self.plot_icons, &self.plot_outline].into_iter().flatten()
    }
}
