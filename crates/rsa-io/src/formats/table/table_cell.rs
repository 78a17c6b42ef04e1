//! [`TableCell`]: one cell of a table, as far as it can be understood alone.

use rsa_core::{Error, Result};

/// A cell as far as it can be understood alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum TableCell {
    Number(f64),
    /// `True` or `False`, in any case.
    Truth(bool),
    Empty,
    /// A word for a value that is not there.
    Missing,
    Text,
}

/// Words that other programs write where a value is missing.
const MISSING: [&str; 16] = [
    "na", "n/a", "#n/a", "<na>", "null", "none", "missing", "-", "?", ".", "#div/0!", "#value!", "#num!", "#ref!",
    "#name?", "#null!",
];

impl TableCell {
    pub(crate) fn parse(cell: &str) -> Self {
        if let Ok(value) = cell.parse() {
            return Self::Number(value);
        }
        match cell.to_lowercase().as_str() {
            "" => Self::Empty,
            "true" => Self::Truth(true),
            "false" => Self::Truth(false),
            word if MISSING.contains(&word) => Self::Missing,
            _ => Self::Text,
        }
    }

    /// Returns the number of the cell; a truth value is 0 or 1.
    ///
    /// # Errors
    /// `Format` with the reason that it is none.
    pub(crate) fn value(self, text: &str) -> Result<f64> {
        let refuse = |reason: String| Err(Error::format(reason));
        match self {
            Self::Number(value) => Ok(value),
            Self::Truth(truth) => Ok(f64::from(u8::from(truth))),
            Self::Empty => refuse("the cell is empty; every cell needs a number".to_owned()),
            Self::Missing => refuse(format!("'{text}' is a missing value; drop or impute that row or column first")),
            Self::Text => refuse(match foreign_delimiter(text) {
                Some(delimiter) => format!(
                    "'{text:.40}' is no number; its parts are separated by {delimiter}, and tables of commas, \
                     semicolons, tabs or blanks are read"
                ),
                None => format!("'{text:.40}' is no number; correct or remove it"),
            }),
        }
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Number(_))
    }

    /// Returns the number, if it is one.
    pub(super) fn number(self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the number if it is whole.
    pub(crate) fn whole(self) -> Option<f64> {
        match self {
            Self::Number(value) if value.fract() == 0.0 => Some(value),
            _ => None,
        }
    }
}

/// Returns the character that divides `text` into numbers.
pub(super) fn foreign_delimiter(text: &str) -> Option<&'static str> {
    let delimiters = [('|', "'|'"), (';', "';'"), ('\t', "tabs"), (' ', "blanks")];
    let divides = |delimiter: char| {
        text.contains(delimiter) && text.split(delimiter).all(|part| part.trim().parse::<f64>().is_ok())
    };
    delimiters.into_iter().find(|(delimiter, _)| divides(*delimiter)).map(|(_, name)| name)
}

/// Returns `true` if `text`, which is no number here, is one in another notation, such as `1,234.5`, `1.0D+02`, `−1` or
/// `1+2j`.
pub(super) fn is_other_notation(text: &str) -> bool {
    let text = text.replace('\u{2212}', "-").replace(['d', 'D'], "e");
    let is_number = |text: &str| {
        text.starts_with(['-', '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
            && text.parse::<f64>().is_ok()
    };
    let real = || is_number(&text) || is_number(&text.replace(',', "")) || is_number(&text.replace(',', "."));
    let complex = || {
        let parts = text.strip_suffix(['i', 'j']).and_then(|parts| Some(parts.split_at(parts.rfind(['+', '-'])?)));
        parts.is_some_and(|(real, imaginary)| is_number(real) && is_number(imaginary))
    };
    real() || complex()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_other_notations_are_told_from_words() {
        for text in ["1,234.5", "1.0D+02", "\u{2212}1.5", "-1,51", "1.0+2.0j", "2-3i", "1,234,567"] {
            assert!(is_other_notation(text), "{text}");
        }
        for text in ["cat", "s1", "3D", "1a", "2024-01-31", "10%", "d", "e", "i", "1-back", "infant", "", "x,y"] {
            assert!(!is_other_notation(text), "{text}");
        }
    }

    #[test]
    fn words_for_a_missing_value_and_truth_values_are_known_in_any_case() {
        for word in ["NA", "<NA>", ".", "#DIV/0!", "#value!", "Missing", "N/A"] {
            assert_eq!(TableCell::parse(word), TableCell::Missing, "{word}");
        }
        for (word, truth) in [("True", true), ("FALSE", false), ("true", true)] {
            assert_eq!(TableCell::parse(word), TableCell::Truth(truth), "{word}");
            assert_eq!(TableCell::parse(word).value(word).unwrap(), f64::from(u8::from(truth)));
        }
    }
}
