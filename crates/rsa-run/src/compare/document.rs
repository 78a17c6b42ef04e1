//! Comparison as a [`Document`].

use std::{
    convert::Infallible,
    io::{self, Write},
};

use rsa_plot::{Figure, Style};
use rsakit::Result;

use super::{figure, page, records, result::CompareResult, text};
use crate::document::{CsvLines, Document, Outline, Records, TextBlock};

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
        figure::draw(self, style)
    }

    fn outline(&self) -> Result<Outline> {
        page::outline(self)
    }
}
