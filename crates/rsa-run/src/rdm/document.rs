//! RDMs as documents.

use rsa_plot::{Figure, Style};
use rsakit::Result;
use serde::Serialize;

use super::{RdmLook, RdmResult, page, text};
use crate::document::{Document, Outline, Records, TextBlock};

/// RDMs whose figures have a look of their own. Its JSON is that of the result.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct RdmDocument<'a> {
    pub(super) result: &'a RdmResult,
    #[serde(skip)]
    pub(super) look: &'a RdmLook,
}

impl Document for RdmDocument<'_> {
    fn text_blocks(&self) -> Vec<TextBlock> {
        text::blocks(self.result)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(&["rdm", "condition_a", "condition_b", "dissimilarity"]);
        for one in &self.result.rdms {
            // The table has no place for the rounding, so that ties have to be equal numbers.
            for (a, b, value) in one.rdm.with_ties_made_equal().to_long() {
                let value = if value.is_nan() { String::new() } else { value.to_string() };
                records.rows.push(vec![one.name.clone(), a, b, value]);
            }
        }
        records
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        self.look.draw(self.result, Vec::new(), style)
    }

    fn outline(&self) -> Result<Outline> {
        page::outline(self.result, self.look)
    }
}

impl Document for RdmResult {
    fn text_blocks(&self) -> Vec<TextBlock> {
        self.document(&RdmLook::default()).text_blocks()
    }

    fn records(&self) -> Records {
        self.document(&RdmLook::default()).records()
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        self.document(&RdmLook::default()).figure(style)
    }

    fn outline(&self) -> Result<Outline> {
        self.document(&RdmLook::default()).outline()
    }
}
