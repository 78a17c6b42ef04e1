//! [`Convention`]: the way an array of three or more axes becomes conditions × features.

use std::{fmt, str::FromStr};

use rsa_core::{Error, Result};

use crate::axes::Axes;

/// The way an array of three or more axes becomes conditions × features.
///
/// The convention decides answers: two layers of the same networks score differently under each. Only
/// [`Flatten`](Self::Flatten) can do without the names of the axes; channels-first and channels-last arrays look alike,
/// so no axis is ever guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Convention {
    /// Every entry of the other axes is a feature, in the order of the file.
    #[default]
    Flatten,
    /// The mean over positions: one feature a channel.
    Mean,
    /// The maximum over positions: one feature a channel.
    Max,
    /// Every position of every stimulus is a condition: one feature a channel.
    ///
    /// Positions are compared one by one, so two layers need equal height and width.
    /// [`Conditions::n_stimuli`](rsa_core::Conditions::n_stimuli) says which rows move together.
    Pixels,
}

impl Convention {
    /// All conventions.
    pub const ALL: [Self; 4] = [Self::Flatten, Self::Mean, Self::Max, Self::Pixels];

    /// Returns the word for the convention.
    pub fn word(self) -> &'static str {
        match self {
            Self::Flatten => "flatten",
            Self::Mean => "mean",
            Self::Max => "max",
            Self::Pixels => "pixels",
        }
    }
}

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Convention {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|convention| convention.word() == text).ok_or_else(|| {
            let known = format!("one of {}", Self::ALL.map(Self::word).join(", "));
            Error::invalid_parameter("the convention for arrays of three or more axes", known, format_args!("'{text}'"))
        })
    }
}

/// The convention that an array of three or more axes was read by: what a result must record.
///
/// The `Display` form is a sentence for tables and reports.
///
/// # Example
/// ```
/// use rsa_io::{AppliedConvention, Convention};
///
/// let axes = "conditions,channels,height,width".parse()?;
/// let applied = AppliedConvention { convention: Convention::Mean, axes: Some(axes) };
/// assert_eq!(
///     applied.to_string(),
///     "arrays of 3 or more axes: mean over height, width (axes conditions,channels,height,width)"
/// );
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AppliedConvention {
    /// The convention.
    pub convention: Convention,
    /// The axes, if they were named.
    pub axes: Option<Axes>,
}

impl fmt::Display for AppliedConvention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.axes.iter().flat_map(Axes::names).filter(|name| name.is_position());
        let positions = names.map(|name| name.word()).collect::<Vec<_>>().join(", ");
        f.write_str("arrays of 3 or more axes: ")?;
        match self.convention {
            Convention::Flatten => f.write_str("flatten, every entry is a feature")?,
            Convention::Mean => write!(f, "mean over {positions}")?,
            Convention::Max => write!(f, "max over {positions}")?,
            Convention::Pixels => write!(f, "pixels, conditions are stimulus × {}", positions.replace(", ", " × "))?,
        }
        match &self.axes {
            Some(axes) => write!(f, " (axes {axes})"),
            None => f.write_str(" (the first axis is the conditions)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_convention_is_printed_as_it_is_parsed() {
        for convention in Convention::ALL {
            assert_eq!(convention.to_string().parse::<Convention>().unwrap(), convention);
        }
        let error = "average".parse::<Convention>().unwrap_err().to_string();
        assert!(error.contains("flatten, mean, max, pixels"), "{error}");
    }

    #[test]
    fn every_sentence_says_what_was_done() {
        let sentence = |convention, axes: Option<&str>| {
            let axes = axes.map(|axes| axes.parse().unwrap());
            AppliedConvention { convention, axes }.to_string()
        };
        let axes = Some("conditions,height,width,channels");
        assert!(sentence(Convention::Flatten, None).ends_with("(the first axis is the conditions)"));
        assert!(sentence(Convention::Max, axes).contains("max over height, width (axes conditions,height,width,ch"));
        assert!(sentence(Convention::Pixels, axes).contains("conditions are stimulus × height × width"));
    }
}
