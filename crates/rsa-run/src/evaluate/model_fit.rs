//! [`ModelFit`]: a model with parameters, and the file of its RDMs.

use std::{fmt, str::FromStr};

use rsakit::{Error, Rdm, Result, stats::Model};
use serde::{Deserialize, Serialize};

use crate::{inputs::stem, layer_filter::nearest};

/// Kind of a model whose parameters are fitted to data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FitKind {
    /// The best of several RDMs.
    Selection,
    /// A sum of RDMs with any weights.
    Weighted,
    /// A sum of RDMs with weights of at least 0.
    NonNegative,
    /// A point on the line through RDMs, from each to the next.
    Interpolated,
}

impl FitKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Selection, Self::Weighted, Self::NonNegative, Self::Interpolated];

    /// Returns the word for the kind.
    pub fn word(self) -> &'static str {
        match self {
            Self::Selection => "selection",
            Self::Weighted => "weighted",
            Self::NonNegative => "non-negative",
            Self::Interpolated => "interpolated",
        }
    }
}

impl FromStr for FitKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == text).ok_or_else(|| {
            let words = Self::ALL.map(Self::word);
            let meant = nearest(text, words).map_or_else(String::new, |word| format!("; did you mean '{word}'?"));
            let known = format!("one of {}", words.join(", "));
            Error::invalid_parameter("the kind of a fitted model", known, format_args!("'{text}'{meant}"))
        })
    }
}

/// Model with parameters, made of all RDMs of a file; written `KIND=FILE`.
///
/// # Example
/// ```
/// use rsa_run::{FitKind, ModelFit};
///
/// let fit: ModelFit = "non-negative=layers.npz".parse()?;
/// assert_eq!(fit, ModelFit { kind: FitKind::NonNegative, file: "layers.npz".to_owned() });
/// assert_eq!(fit.to_string(), "non-negative=layers.npz");
/// # Ok::<(), rsakit::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFit {
    /// Kind of the model.
    pub kind: FitKind,
    /// File or folder of its RDMs, as [`rsa_io::read_rdms`] takes it.
    pub file: String,
}

impl ModelFit {
    /// Returns the name of the model.
    pub(super) fn model_name(&self) -> String {
        // The kind is part of the name, because several kinds of one file are several models.
        format!("{}({})", self.kind.word(), stem(&self.file))
    }

    /// Makes the model of the RDMs that were read.
    ///
    /// # Errors
    /// The errors of the kind of model: too few RDMs, or RDMs of different conditions.
    pub(super) fn model(&self, rdms: Vec<Rdm>) -> Result<Model> {
        let name = self.model_name();
        match self.kind {
            FitKind::Selection => Model::selection(name, rdms),
            FitKind::Weighted => Model::weighted(name, rdms),
            FitKind::NonNegative => Model::non_negative(name, rdms),
            FitKind::Interpolated => Model::interpolated(name, rdms),
        }
    }
}

impl FromStr for ModelFit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some((kind, file)) = text.split_once('=') else {
            let known = FitKind::ALL.map(FitKind::word).join(", ");
            let requirement = format!("KIND=FILE, with one of {known} as KIND");
            return Err(Error::invalid_parameter("a fitted model", requirement, format_args!("'{text}'")));
        };
        Ok(Self { kind: kind.parse()?, file: file.to_owned() })
    }
}

impl fmt::Display for ModelFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.kind.word(), self.file)
    }
}
