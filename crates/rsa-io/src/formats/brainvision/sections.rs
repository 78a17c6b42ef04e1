//! [`Sections`]: the texts of BrainVision, in sections of keys and values.

use std::{io::Read, path::Path};

use rsa_core::{Error, Result};

use crate::positioned::{PositionedFile, read_error};

/// Longest text; headers of some hundred channels have 20 kB, markers of a long recording some MB.
const MAX_TEXT: u64 = 1 << 28;

/// The sections of a text, in lower case, with their lines `key=value`.
#[derive(Debug)]
pub(super) struct Sections {
    sections: Vec<(String, Vec<(String, String)>)>,
}

impl Sections {
    /// Reads the text at `path`, whose first line names `kind`, `Header` or `Marker`.
    ///
    /// # Errors
    /// `Io`; `Format` if the first line is another one.
    pub(super) fn read(path: &Path, kind: &str) -> Result<Self> {
        let file = PositionedFile::open(path)?;
        if file.length() > MAX_TEXT {
            return Err(Error::format(format!("has {} bytes, more than any text of BrainVision", file.length())));
        }
        let mut bytes = Vec::new();
        file.cursor(0).read_to_end(&mut bytes).map_err(|error| read_error("reading the text", error))?;
        Self::parse(&decode(&bytes), kind)
    }

    pub(super) fn parse(text: &str, kind: &str) -> Result<Self> {
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let first = lines.next().unwrap_or_default().to_lowercase();
        if !first.contains("vision") || !first.contains(&format!("{} file", kind.to_lowercase())) {
            return Err(Error::format(format!(
                "does not start like a {} file of BrainVision; the file is of another format or damaged",
                kind.to_lowercase()
            )));
        }
        let mut sections: Vec<(String, Vec<(String, String)>)> = Vec::new();
        for line in lines {
            let line = line.trim();
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                // Behind it is free text.
                if name.eq_ignore_ascii_case("comment") {
                    break;
                }
                sections.push((name.to_lowercase(), Vec::new()));
            } else if let (false, Some((key, value)), Some((_, entries))) =
                (line.starts_with(';'), line.split_once('='), sections.last_mut())
            {
                entries.push((key.trim().to_owned(), value.trim().to_owned()));
            }
        }
        Ok(Self { sections })
    }

    /// Returns the entries of all sections with this name, in lower case.
    pub(super) fn entries(&self, section: &str) -> impl Iterator<Item = (&str, &str)> {
        let sections = self.sections.iter().filter(move |(name, _)| name == section);
        sections.flat_map(|(_, entries)| entries).map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Returns a value that is not empty.
    pub(super) fn value(&self, section: &str, key: &str) -> Option<&str> {
        let mut values = self.entries(section).filter(|(known, _)| known.eq_ignore_ascii_case(key));
        values.next().map(|(_, value)| value).filter(|value| !value.is_empty())
    }
}

/// Returns a text in UTF-8, or else in Latin-1, as older programs write it.
fn decode(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// Returns a name as it is meant: commas in it are written as `\1`.
pub(super) fn unescape(name: &str) -> String {
    name.replace("\\1", ",")
}

/// Splits a value at its commas.
pub(super) fn fields(value: &str) -> Vec<&str> {
    value.split(',').map(str::trim).collect()
}
