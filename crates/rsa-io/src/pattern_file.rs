//! [`PatternFile`]: patterns with the labels of their rows, as one `.npz` file.

use std::io::{self, Write};

use ndarray::ArrayView2;
use rsa_core::Error;

use crate::{
    contents::{CONDITIONS, NAMES, PREPARED, RUNS},
    formats::{
        npy::FloatWidth,
        npz::{Compression, NpzWriter},
    },
};

/// Patterns of the same rows, with what is known of the rows.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_io::PatternFile;
///
/// let x = array![[1.0, 2.0], [3.0, 4.0]];
/// let (layers, runs) = ([("x".to_owned(), x.view())], ["1".to_owned(), "2".to_owned()]);
/// let file = PatternFile { layers: &layers, conditions: None, runs: Some(&runs), prepared: &[] };
/// let mut bytes = Vec::new();
/// file.write(&mut bytes)?;
/// assert!(bytes.starts_with(b"PK"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PatternFile<'a> {
    /// Name and values of each layer.
    pub layers: &'a [(String, ArrayView2<'a, f64>)],
    /// Condition of each row.
    pub conditions: Option<&'a [String]>,
    /// Run of each row.
    pub runs: Option<&'a [String]>,
    /// Sentences on what was done to the patterns, for people.
    pub prepared: &'a [String],
}

impl PatternFile<'_> {
    /// Writes a `.npz` file of the layers, `conditions`, `runs` and `prepared`, as far as there are any.
    ///
    /// # Errors
    /// The errors of the writer; `InvalidInput` for a layer with the name of one of these lists, or of other rows.
    pub fn write(&self, writer: impl Write) -> io::Result<()> {
        let refuse = |error: Error| Err(io::Error::new(io::ErrorKind::InvalidInput, error));
        let mut npz = NpzWriter::new(writer, Compression::Stored);
        let lists = [(CONDITIONS, self.conditions), (RUNS, self.runs)];
        for (name, values) in self.layers {
            if [CONDITIONS, RUNS, NAMES, PREPARED].contains(&name.as_str()) {
                return refuse(Error::format(format!(
                    "a layer named '{name}' would be read as a list of texts; give its array or file another name"
                )));
            }
            let other = lists.iter().find(|(_, list)| list.is_some_and(|list| list.len() != values.nrows()));
            if let Some((list, _)) = other {
                let rows = values.nrows();
                return refuse(Error::shape_mismatch(format!(
                    "layer '{name}' has {rows} rows, and '{list}' another number"
                )));
            }
            npz.add_matrix(name, *values, FloatWidth::F64)?;
        }
        for (name, list) in lists.into_iter().chain([(PREPARED, Some(self.prepared))]) {
            if let Some(list) = list.filter(|list| !list.is_empty()) {
                npz.add_strings(name, list)?;
            }
        }
        npz.finish().map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;
    use crate::tests::samples::open_bytes;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    fn written(name: &str, x: &Array2<f64>) -> io::Result<Vec<u8>> {
        let (conditions, runs, prepared) =
            (words(&["cat", "dog", "cat"]), words(&["1", "1", "2"]), words(&["zscore runs"]));
        let layers = [(name.to_owned(), x.view())];
        let file =
            PatternFile { layers: &layers, conditions: Some(&conditions), runs: Some(&runs), prepared: &prepared };
        let mut bytes = Vec::new();
        file.write(&mut bytes).map(|()| bytes)
    }

    #[test]
    fn patterns_are_read_back_with_their_labels_and_without_a_note() {
        let x = array![[1.0, 2.0], [3.0, 4.0], [5.0, 0.5]];
        let source = open_bytes("x.npz", &written("sub-01/V1", &x).unwrap()).unwrap();
        assert!(source.warnings().is_empty(), "{:?}", source.warnings());
        let [layer] = source.layers() else { panic!("{:?}", source.layers()) };
        assert_eq!((layer.name(), layer.read().unwrap().values()), ("sub-01/V1", x.view()));
        assert_eq!(layer.conditions().labels().unwrap(), ["cat", "dog", "cat"]);
        assert_eq!(layer.runs().unwrap(), ["1", "1", "2"]);
    }

    #[test]
    fn names_of_lists_and_other_rows_are_refused() {
        for (name, rows, part) in
            [("runs", 3, "'runs' would be read"), ("prepared", 3, "prepared"), ("x", 2, "has 2 rows")]
        {
            let error = written(name, &Array2::ones((rows, 2))).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
