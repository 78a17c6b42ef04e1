//! Comparison as a [`Document`].

use rsa_plot::{Figure, Style};
use rsakit::Result;

use super::{figure, page, records, result::CompareResult, text};
use crate::document::{Document, Outline, Records, TextBlock};

impl Document for CompareResult {
    fn text_blocks(&self) -> Vec<TextBlock> {
        text::blocks(self)
    }

    fn records(&self) -> Records {
        records::records(self)
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        figure::draw(self, style)
    }

    fn outline(&self) -> Result<Outline> {
        page::outline(self)
    }
}
