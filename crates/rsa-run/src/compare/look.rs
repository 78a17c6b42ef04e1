//! [`CompareLook`]: settings of the figure of a comparison.

use rsakit::{Error, Rdm, Result, core::Observer};
use serde::{Deserialize, Serialize};

use super::{document::CompareDocument, result::CompareResult};
use crate::{condition_values::ConditionValues, notes::Notes};

/// Settings of the figure of a comparison. The default shows scores as a heatmap, and two RDMs as a scatter plot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CompareLook {
    /// `true` for a scatter plot of every two RDMs in place of the heatmap.
    pub scatter: bool,
    /// Group of each condition, by label or in order: `FILE` or `FILE::COLUMN`.
    ///
    /// Scatter plots color pairs within groups.
    pub groups: Option<String>,
}

/// Comparison as a figure shows it.
#[derive(Clone, Debug, Default)]
pub struct CompareView {
    /// `true` for scatter plots.
    pub(super) scatter: bool,
    /// Group of each condition; empty for none.
    pub(super) groups: Vec<String>,
    /// Notes on the files of the settings.
    pub(super) notes: Vec<String>,
}

impl CompareLook {
    /// Reads the files of the settings.
    ///
    /// # Errors
    /// The errors of reading; `InvalidParameter` for scatter plots of layers and for groups without a scatter plot.
    pub fn view(&self, result: &CompareResult, observer: &dyn Observer) -> Result<CompareView> {
        let mut view = CompareView { scatter: self.scatter, ..CompareView::stored(result) };
        let first = result.rdms.iter().flatten().flatten().flatten().next();
        if self.scatter && first.is_none() {
            let requirement = "given for RDMs, whose dissimilarities it shows";
            return Err(Error::invalid_parameter("--plot-scatter", requirement, "no RDMs"));
        }
        view.scatter |= result.is_one_pair();
        let (Some(file), Some(first)) = (&self.groups, first) else { return Ok(view) };
        if !view.scatter {
            let requirement = "given with --plot-scatter or for two RDMs";
            return Err(Error::invalid_parameter("--plot-groups", requirement, "a heatmap of scores"));
        }
        let mut notes = Notes::new(observer);
        view.groups = ConditionValues::read(file, Rdm::conditions(first), "--plot-groups", &mut notes)?.texts;
        view.notes = notes.into_texts();
        Ok(view)
    }
}

impl CompareView {
    /// Returns the view without settings.
    pub(super) fn stored(result: &CompareResult) -> Self {
        Self { scatter: result.is_one_pair(), ..Self::default() }
    }
}

impl CompareResult {
    /// Returns the result as a document whose figures show the given view of it.
    pub fn document<'a>(&'a self, view: &'a CompareView) -> CompareDocument<'a> {
        CompareDocument { result: self, view }
    }

    /// Returns `true` if two RDMs were compared.
    fn is_one_pair(&self) -> bool {
        matches!(&self.rdms, Some([rows, columns]) if matches!((&rows[..], &columns[..]), ([Some(_)], [Some(_)])))
            && !self.is_against_itself()
    }
}
