//! [`Records`]: results as lines of CSV.

use std::io::{self, Write};

use super::formula::is_formula;

/// Records of a result: one a line, with the same fields each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// Names of the fields.
    pub header: Vec<String>,
    /// Values, record by record; empty where there is none.
    pub rows: Vec<Vec<String>>,
}

impl Records {
    /// Takes the names of the fields.
    pub(crate) fn new(header: &[&str]) -> Self {
        Self { header: header.iter().map(|name| (*name).to_owned()).collect(), rows: Vec::new() }
    }

    /// Returns the records as CSV with a header.
    pub(crate) fn csv(&self) -> String {
        let mut bytes = Vec::new();
        let mut lines = CsvLines::new(&mut bytes);
        let mut records = std::iter::once(&self.header).chain(&self.rows);
        let written = records.try_for_each(|record| lines.add(record)).and_then(|()| lines.finish());
        written.expect("a record of the right length is written to memory");
        String::from_utf8(bytes).expect("fields are text")
    }
}

/// Lines of CSV on their way into a writer.
pub(crate) struct CsvLines<W: Write> {
    lines: csv::Writer<W>,
    formula: Option<String>,
}

impl<W: Write> CsvLines<W> {
    pub(crate) fn new(writer: W) -> Self {
        Self { lines: csv::Writer::from_writer(writer), formula: None }
    }

    /// Writes a record.
    pub(crate) fn add(&mut self, record: &[String]) -> io::Result<()> {
        if self.formula.is_none() {
            self.formula = record.iter().find(|field| is_formula(field)).cloned();
        }
        Ok(self.lines.write_record(record)?)
    }

    /// Ends the file; returns the first field that a spreadsheet would take for a formula.
    pub(crate) fn finish(mut self) -> io::Result<Option<String>> {
        self.lines.flush()?;
        Ok(self.formula)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_commas_are_quoted() {
        let mut records = Records::new(&["layer", "message"]);
        records.rows.push(vec!["a,b".to_owned(), "it is \"new\"".to_owned()]);
        let mut bytes = Vec::new();
        let mut lines = CsvLines::new(&mut bytes);
        records.rows.iter().try_for_each(|record| lines.add(record)).unwrap();
        lines.add(&["=a".to_owned(), "-1".to_owned()]).unwrap();
        assert_eq!(lines.finish().unwrap().as_deref(), Some("=a"), "which stays as it is");
        assert!(bytes.ends_with(b"\n=a,-1\n"));
        assert_eq!(records.csv(), "layer,message\n\"a,b\",\"it is \"\"new\"\"\"\n");
    }
}
