//! [`ModelRdmSpec`]: one model, or the models of several factors, as text.

use std::path::Path;

use rsakit::{Error, Result};
use serde::{Deserialize, Serialize};

/// Model of the conditions by columns of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelRdmSpec {
    /// Kind of the prediction.
    pub kind: ModelRdmKind,
    /// Name of the model; without it the name of its columns, or of its file.
    #[serde(default)]
    pub name: Option<String>,
    /// Table, or file with one label for each condition.
    pub file: String,
    /// Names of the columns; none for the only column of values.
    #[serde(default)]
    pub columns: Vec<String>,
}

/// Kind of a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelRdmKind {
    /// 0 for conditions that agree in all columns, 1 for others.
    Category,
    /// Absolute difference of a number.
    Quantity,
    /// Squared difference of a number.
    SquaredQuantity,
    /// Euclidean distance over several columns of numbers.
    Features,
    /// One model for each column as a factor, and one for the interaction of every two or more.
    Factors,
}

impl ModelRdmKind {
    /// Returns the word for the kind, which is its option.
    pub fn word(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Quantity => "quantity",
            Self::SquaredQuantity => "squared-quantity",
            Self::Features => "features",
            Self::Factors => "factors",
        }
    }
}

impl ModelRdmSpec {
    /// Parses `[NAME=]FILE[::COLUMN[,COLUMN…]]`.
    ///
    /// # Errors
    /// `InvalidParameter` for an empty name or column, for several columns of a quantity, and for one factor.
    pub fn parse(kind: ModelRdmKind, text: &str) -> Result<Self> {
        let refuse = |requirement: &str| {
            Error::invalid_parameter(format!("--{}", kind.word()), requirement, format_args!("'{text}'"))
        };
        let form = "NAME=FILE::COLUMN, of which NAME and COLUMN may be left out";
        let (name, place) = match text.split_once('=') {
            Some((name, place)) if !Path::new(text).exists() => (Some(name.trim().to_owned()), place),
            _ => (None, text),
        };
        let (file, columns) = rsa_io::split_address(place);
        let columns: Vec<_> =
            columns.iter().flat_map(|list| list.split(',')).map(|column| column.trim().to_owned()).collect();
        if file.as_os_str().is_empty()
            || name.as_ref().is_some_and(String::is_empty)
            || columns.iter().any(String::is_empty)
        {
            return Err(refuse(form));
        }
        match (kind, columns.len()) {
            (ModelRdmKind::Quantity | ModelRdmKind::SquaredQuantity, 2..) => {
                Err(refuse("one column; --features takes the distance over several"))
            }
            (ModelRdmKind::Factors, 0 | 1) => Err(refuse("two columns or more: FILE::FACTOR,FACTOR")),
            (ModelRdmKind::Factors, 9..) => Err(refuse("eight columns at most")),
            _ => Ok(Self { kind, name, file: file.to_string_lossy().into_owned(), columns }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_columns_may_be_left_out() {
        let parse = |text: &str| ModelRdmSpec::parse(ModelRdmKind::Category, text).unwrap();
        let spec = parse("animacy=sub-01/labels.csv::kind, size");
        assert_eq!((spec.name.as_deref(), spec.file.as_str()), (Some("animacy"), "sub-01/labels.csv"));
        assert_eq!(spec.columns, ["kind", "size"]);
        let spec = parse("kinds.txt");
        assert_eq!((spec.name, spec.file.as_str(), spec.columns.len()), (None, "kinds.txt", 0));
    }

    #[test]
    fn what_makes_no_model_is_refused() {
        for (kind, text) in [
            (ModelRdmKind::Category, "=a.csv"),
            (ModelRdmKind::Category, "x="),
            (ModelRdmKind::Category, "a.csv::a,"),
            (ModelRdmKind::Quantity, "a.csv::a,b"),
            (ModelRdmKind::Factors, "a.csv::a"),
            (ModelRdmKind::Factors, "a.csv::a,b,c,d,e,f,g,h,i"),
        ] {
            let message = ModelRdmSpec::parse(kind, text).unwrap_err().to_string();
            assert!(message.contains(kind.word()) && message.contains(text), "{message}");
        }
    }
}
