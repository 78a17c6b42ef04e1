//! Comparison as a [`Document`].

use std::{
    convert::Infallible,
    io::{self, Write},
};

use rsa_plot::{Figure, Style};
use rsakit::Result;
use serde::Serialize;

use super::{figure, look::CompareView, page, records, result::CompareResult, text};
use crate::document::{CsvLines, Document, Outline, Records, TextBlock};

/// Comparison whose figures show a view of it. Its JSON is that of the result.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct CompareDocument<'a> {
    pub(super) result: &'a CompareResult,
    #[serde(skip)]
    pub(super) view: &'a CompareView,
}

impl Document for CompareDocument<'_> {
    fn text_blocks(&self) -> Vec<TextBlock> {
        self.result.text_blocks()
    }

    fn records(&self) -> Records {
        self.result.records()
    }

    fn write_csv(&self, writer: &mut dyn Write) -> io::Result<Option<String>> {
        self.result.write_csv(writer)
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        figure::draw(self.result, self.view, style)
    }

    fn outline(&self) -> Result<Outline> {
        page::outline(self.result, self.view)
    }
}

impl Document for CompareResult {
    fn text_blocks(&self) -> Vec<TextBlock> {
        text::blocks(self)
    }

    fn records(&self) -> Records {
        let mut all = Records { header: records::header(self), rows: Vec::new() };
        let Ok(()) = records::for_each(self, |record| {
            all.rows.push(record);
            Ok::<_, Infallible>(())
        });
        all
    }

    fn write_csv(&self, writer: &mut dyn Write) -> io::Result<Option<String>> {
        let mut lines = CsvLines::new(writer);
        lines.add(&records::header(self))?;
        records::for_each(self, |record| lines.add(&record))?;
        lines.finish()
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        self.document(&CompareView::stored(self)).figure(style)
    }

    fn outline(&self) -> Result<Outline> {
        self.document(&CompareView::stored(self)).outline()
    }
}
