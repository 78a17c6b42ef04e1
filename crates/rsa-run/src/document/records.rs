//! [`Records`]: results as lines of CSV.

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
    pub(super) fn csv(&self) -> String {
        let mut lines = csv::Writer::from_writer(Vec::new());
        for record in std::iter::once(&self.header).chain(&self.rows) {
            lines.write_record(record).expect("a record of the right length is written to memory");
        }
        let bytes = lines.into_inner().expect("memory takes what is left");
        String::from_utf8(bytes).expect("fields are text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_commas_are_quoted() {
        let mut records = Records::new(&["layer", "message"]);
        records.rows.push(vec!["a,b".to_owned(), "it is \"new\"".to_owned()]);
        assert_eq!(records.csv(), "layer,message\n\"a,b\",\"it is \"\"new\"\"\"\n");
    }
}
