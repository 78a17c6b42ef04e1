//! [`read_labels`]: one label for every condition or observation, as a file holds them.

use std::{io::BufRead, path::Path};

use rsa_core::{Error, Result};

use crate::{
    formats::npy,
    positioned::{PositionedFile, extension, read_error},
};

/// Reads the labels of `path`: a `.npy` array of strings or integers with one axis, or a text with one label a line.
///
/// # Errors
/// `Io` if the file cannot be read, `ShapeMismatch` or `Format` if it holds no labels; the message names the file.
pub fn read_labels(path: &Path) -> Result<Vec<String>> {
    read_file(path).map_err(|error| error.context(path.display()))
}

/// Reads labels as [`read_labels`] does, with messages that do not name the file.
pub(crate) fn read_file(path: &Path) -> Result<Vec<String>> {
    match extension(path).as_str() {
        "npy" => npy::open_labels(path),
        _ => read_text(path),
    }
}

/// Reads the lines of the text at `path`; empty lines at the end do not count.
///
/// # Errors
/// `Format` naming the line that is empty or no UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<Vec<String>> {
    let file = PositionedFile::open(path)?;
    let mut reader = std::io::BufReader::new(file.cursor(0));
    let (mut labels, mut line, mut empty) = (Vec::new(), Vec::new(), None);
    for number in 1.. {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(|error| read_error("reading the labels", error))? == 0 {
            break;
        }
        let text = str::from_utf8(&line)
            .map_err(|_| Error::format(format!("line {number} is no UTF-8; save the labels as UTF-8 text")))?;
        let label = text.trim_start_matches('\u{feff}').trim();
        match (label.is_empty(), empty) {
            (true, _) => empty = empty.or(Some(number)),
            (false, None) => labels.push(label.to_owned()),
            (false, Some(empty)) => {
                return Err(Error::format(format!("line {empty} is empty; give every condition a label")));
            }
        }
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples::{folder, npy};

    #[test]
    fn the_extension_says_what_a_file_of_labels_is() {
        let folder =
            folder(&[("runs.npy", npy("|u1", false, "(3,)", &[2, 2, 7])), ("runs.txt", b"2\n2\n7\n".to_vec())]);
        for name in ["runs.npy", "runs.txt"] {
            assert_eq!(read_labels(&folder.path().join(name)).unwrap(), ["2", "2", "7"]);
        }
        let error = read_labels(&folder.path().join("none.txt")).unwrap_err();
        assert!(error.kind().name() == "Io" && error.to_string().contains("none.txt"), "{error}");
    }

    #[test]
    fn a_text_has_one_label_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("conditions.txt");
        std::fs::write(&path, "\u{feff}cat\r\n big dog \nowl\n\n").unwrap();
        assert_eq!(read_text(&path).unwrap(), ["cat", "big dog", "owl"]);
        std::fs::write(&path, "cat\n\nowl\n").unwrap();
        assert!(read_text(&path).unwrap_err().to_string().contains("line 2 is empty"));
        std::fs::write(&path, b"cat\n\xff\n").unwrap();
        assert!(read_text(&path).unwrap_err().to_string().contains("line 2 is no UTF-8"));
    }
}
