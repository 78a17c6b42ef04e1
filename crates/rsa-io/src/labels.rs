//! [`read_labels`]: one label for every condition or observation, as a file holds them.

mod array_labels;
mod column_table;
mod json_labels;
mod label_table;
mod spelling;

use std::{io::Read, path::Path, str::Utf8Error};

use rsa_core::{Error, Result};

pub use self::column_table::{ColumnTable, read_columns};
pub(crate) use self::{
    array_labels::{number_labels, spelled_labels},
    spelling::spelled,
};
use crate::{
    formats::{foreign, npy, table::delimiter::Delimiter},
    plain_text,
    positioned::{PositionedFile, extension, read_error},
};

/// Meaning of the labels in a file: it tells which column of a table they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelRole {
    /// Condition of each row.
    Conditions,
    /// Run or session of each row.
    Runs,
    /// Group of each condition or subject.
    Groups,
}

impl LabelRole {
    const ALL: [Self; 3] = [Self::Conditions, Self::Runs, Self::Groups];

    /// Returns the names of columns with these labels in lower case, the preferred one first.
    pub(crate) fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Conditions => &[
                "conditions",
                "condition",
                "labels",
                "label",
                "stimuli",
                "stimulus",
                "trial_type",
                "images",
                "image",
                "items",
                "item",
                "names",
                "name",
            ],
            Self::Runs => &["runs", "run", "sessions", "session"],
            Self::Groups => &["groups", "group", "categories", "category", "subjects", "subject", "labels", "label"],
        }
    }
}

/// Returns `true` if `label` is a usual name of a column of labels.
fn is_column_name(label: &str) -> bool {
    let label = label.to_lowercase();
    LabelRole::ALL.into_iter().any(|role| role.columns().contains(&label.as_str()))
}

/// Reads the labels of `path`: a `.npy` array with one axis, a `.csv`, `.tsv` or `.json` file, or one label a line.
///
/// An array or a list in JSON holds strings, whole numbers or booleans. A table has one column, or one that is named
/// after `role`, such as `conditions` or `run`; so is the list in an object of JSON. Labels come without blanks at their ends and in the Unicode form NFC.
///
/// # Errors
/// `Io` if the file cannot be read, `ShapeMismatch` or `Format` if it holds no labels; the message names the file.
pub fn read_labels(path: &Path, role: LabelRole) -> Result<Vec<String>> {
    read_file(path, role).map_err(|error| error.context(path.display()))
}

/// Reads labels as [`read_labels`] does, with messages that do not name the file.
pub(crate) fn read_file(path: &Path, role: LabelRole) -> Result<Vec<String>> {
    match extension(path).as_str() {
        "npy" => npy::open_labels(path),
        "csv" => label_table::parse(read_text(path)?.as_bytes(), Delimiter::Comma, role),
        "tsv" => label_table::parse(read_text(path)?.as_bytes(), Delimiter::Tab, role),
        "json" => json_labels::parse(&read_text(path)?, role),
        other
            if matches!(
                other,
                "npz"
                    | "safetensors"
                    | "h5"
                    | "hdf5"
                    | "hdf"
                    | "nc"
                    | "nii"
                    | "nii.gz"
                    | "gii"
                    | "img"
                    | "hdr"
                    | "fif"
                    | "fif.gz"
                    | "edf"
                    | "bdf"
                    | "eeg"
            ) || foreign::is_binary(path) =>
        {
            Err(Error::format(format!(
                "labels are not read from '.{other}' files; save them as text, one a line, or as .npy, .csv, .tsv or .json"
            )))
        }
        _ => parse_lines(&read_text(path)?),
    }
}

/// Checks that there is one label for each of `count` rows or conditions.
///
/// # Errors
/// `ShapeMismatch` with both numbers, and with the first label if it looks like a header.
pub fn ensure_label_count(labels: &[String], count: usize) -> Result<()> {
    if labels.len() == count {
        return Ok(());
    }
    let hint = match labels.first() {
        Some(first) if labels.len() == count + 1 && is_column_name(first) => {
            format!("; the first, '{first}', looks like a header: remove that line")
        }
        Some(first) if labels.len() == count + 1 && !labels[1..].contains(first) => {
            format!("; if the first, '{first}', is a header, remove that line")
        }
        _ => String::new(),
    };
    Err(Error::shape_mismatch(format!("{} labels for {count} conditions{hint}", labels.len())))
}

/// Reads the text at `path` without its byte order mark.
///
/// # Errors
/// `Format` naming the line that is no UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let mut file = PositionedFile::open(path)?.cursor(0);
    file.read_to_end(&mut bytes).map_err(|error| read_error("reading the labels", error))?;
    bytes.drain(..plain_text::mark_length(&bytes)?);
    let text = str::from_utf8(&bytes);
    let sound = text.as_ref().map_or_else(Utf8Error::valid_up_to, |text| text.find('\0').unwrap_or(text.len()));
    let place = || format!("line {}", 1 + bytes[..sound].iter().filter(|&&byte| byte == b'\n').count());
    plain_text::utf8(&bytes).map(str::to_owned).map_err(|error| error.context(place()))
}

/// Reads the lines of a text; empty lines at the end do not count.
///
/// # Errors
/// `Format` naming the line that is empty.
fn parse_lines(text: &str) -> Result<Vec<String>> {
    // A carriage return alone ends a line too: Excel on a Mac writes it.
    let text = text.replace("\r\n", "\n");
    let mut labels: Vec<_> = text.split(['\n', '\r']).map(spelled).collect();
    let filled = labels.iter().rposition(|label| !label.is_empty()).map_or(0, |last| last + 1);
    labels.truncate(filled);
    if let Some(empty) = labels.iter().position(String::is_empty) {
        return Err(Error::format(format!("line {} is empty; give every condition a label", empty + 1)));
    }
    let quoted = |label: &String| label.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map(spelled);
    Ok(labels.iter().map(quoted).collect::<Option<Vec<_>>>().unwrap_or(labels))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples::{folder, npy};

    #[test]
    fn the_extension_says_what_a_file_of_labels_is() {
        let folder = folder(&[
            ("runs.npy", npy("|u1", false, "(3,)", &[2, 2, 7])),
            ("runs.txt", b"2\n2\n7\n".to_vec()),
            ("runs.csv", b"run,condition\n2,a\n2,b\n7,a\n".to_vec()),
        ]);
        for name in ["runs.npy", "runs.txt", "runs.csv"] {
            assert_eq!(read_labels(&folder.path().join(name), LabelRole::Runs).unwrap(), ["2", "2", "7"]);
        }
        let error = read_labels(&folder.path().join("none.txt"), LabelRole::Runs).unwrap_err();
        assert!(error.kind().name() == "Io" && error.to_string().contains("none.txt"), "{error}");
        for name in ["a.npz", "a.mat", "a.xlsx"] {
            let error = read_labels(Path::new(name), LabelRole::Runs).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("save them as text, one a line"), "{error}");
        }
    }

    #[test]
    fn a_text_has_one_label_a_line() {
        for text in ["cat\r\n big dog \nowl\n\n", "cat\rbig dog\rowl\r", "\"cat\"\n\"big dog\"\n\"owl\""] {
            assert_eq!(parse_lines(text).unwrap(), ["cat", "big dog", "owl"], "{text:?}");
        }
        // Quotes around some labels are part of them.
        assert_eq!(parse_lines("\"cat\"\ndog").unwrap(), ["\"cat\"", "dog"]);
        assert!(parse_lines("cat\n\nowl\n").unwrap_err().to_string().contains("line 2 is empty"));
        assert!(parse_lines("").unwrap().is_empty());
        let folder = folder(&[
            ("a.txt", b"\xef\xbb\xbfcat\nowl".as_slice()),
            ("b.txt", b"cat\n\xff\n"),
            ("c.txt", b"\xff\xfec\0"),
            ("d.txt", b"cat\nd\0o\0"),
        ]);
        assert_eq!(read_text(&folder.path().join("a.txt")).unwrap(), "cat\nowl");
        let error = read_text(&folder.path().join("b.txt")).unwrap_err();
        assert!(error.to_string().contains("line 2: the text is no UTF-8"), "{error}");
        let error = read_text(&folder.path().join("c.txt")).unwrap_err();
        assert!(error.to_string().contains("UTF-16"), "{error}");
        let error = read_text(&folder.path().join("d.txt")).unwrap_err();
        assert!(error.to_string().contains("line 2: a zero byte"), "{error}");
    }

    #[test]
    fn another_number_of_labels_hints_at_a_header() {
        let message = |labels: &[&str], count| {
            let labels: Vec<_> = labels.iter().map(|label| (*label).to_owned()).collect();
            ensure_label_count(&labels, count).unwrap_err().to_string()
        };
        assert!(message(&["Condition", "a", "b"], 2).contains("looks like a header: remove that line"));
        assert!(message(&["file", "a", "b"], 2).contains("if the first, 'file', is a header"));
        assert_eq!(message(&["a", "a", "b"], 2), "3 labels for 2 conditions");
        assert_eq!(message(&["Condition", "a", "b"], 4), "3 labels for 4 conditions");
    }
}
