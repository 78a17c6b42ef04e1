//! RDMs as documents.

use rsa_plot::{Figure, Style};
use rsakit::Result;
use serde::Serialize;

use super::{RdmResult, page, text, view::RdmView};
use crate::document::{Document, Outline, Records, TextBlock};

/// RDMs whose figures show a view of them. Its JSON is that of the result.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct RdmDocument<'a> {
    pub(super) result: &'a RdmResult,
    #[serde(skip)]
    pub(super) view: &'a RdmView,
}

impl Document for RdmDocument<'_> {
    fn text_blocks(&self) -> Vec<TextBlock> {
        text::blocks(self.result)
    }

    fn records(&self) -> Records {
        records(self.result)
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        self.view.draw(&self.result.origin.label(), Vec::new(), style)
    }

    fn outline(&self) -> Result<Outline> {
        page::outline(self.result, self.view)
    }
}

impl Document for RdmResult {
    fn text_blocks(&self) -> Vec<TextBlock> {
        text::blocks(self)
    }

    fn records(&self) -> Records {
        records(self)
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        self.document(&RdmView::stored(self)?).figure(style)
    }

    fn outline(&self) -> Result<Outline> {
        self.document(&RdmView::stored(self)?).outline()
    }
}

/// Returns a record for each pair of each RDM.
fn records(result: &RdmResult) -> Records {
    let mut records = Records::new(&["rdm", "condition_a", "condition_b", "dissimilarity"]);
    for one in &result.rdms {
        // The table has no place for the rounding, so that ties have to be equal numbers.
        for (a, b, value) in one.rdm.with_ties_made_equal().to_long() {
            let value = if value.is_nan() { String::new() } else { value.to_string() };
            records.rows.push(vec![one.name.clone(), a, b, value]);
        }
    }
    records
}
