//! [`Axes`]: the meaning of the axes of an array, in their order.

use std::{fmt, str::FromStr};

use rsa_core::{Error, Result};

/// The meaning of one axis of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AxisName {
    /// The conditions: images, sounds, sentences, trials. Every list of axes has this one.
    Conditions,
    /// The runs of an experiment: every run has every condition. With the conditions they are the rows.
    Runs,
    /// The channels of a convolutional layer, or the sensors of a recording.
    Channels,
    /// Features of any other kind: units, voxels, the width of a transformer.
    Features,
    /// The depth of a volume.
    Depth,
    /// The height of an image.
    Height,
    /// The width of an image.
    Width,
    /// Points in time.
    Time,
    /// The positions of a sequence of tokens or patches.
    Tokens,
}

impl AxisName {
    /// All names, in the order in which positions and features are counted whatever their order in the file.
    pub const ALL: [Self; 9] = [
        Self::Conditions,
        Self::Runs,
        Self::Channels,
        Self::Features,
        Self::Depth,
        Self::Height,
        Self::Width,
        Self::Time,
        Self::Tokens,
    ];

    /// Returns the word for the axis.
    pub fn word(self) -> &'static str {
        match self {
            Self::Conditions => "conditions",
            Self::Runs => "runs",
            Self::Channels => "channels",
            Self::Features => "features",
            Self::Depth => "depth",
            Self::Height => "height",
            Self::Width => "width",
            Self::Time => "time",
            Self::Tokens => "tokens",
        }
    }

    /// Returns `true` if the axis says where a response was, or when: `mean` and `max` are taken over such axes, and
    /// `pixels` makes conditions of them.
    pub fn is_position(self) -> bool {
        matches!(self, Self::Depth | Self::Height | Self::Width | Self::Time | Self::Tokens)
    }
}

impl fmt::Display for AxisName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The meaning of all axes of an array, in their order in the file.
///
/// A list has two axes or more, each once, and the conditions are among them.
///
/// # Example
/// ```
/// use rsa_io::Axes;
///
/// let axes: Axes = "conditions,channels,height,width".parse()?;
/// assert_eq!(axes.names().len(), 4);
/// assert_eq!(axes.to_string(), "conditions,channels,height,width");
/// assert!("conditions,colour".parse::<Axes>().is_err());
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "String", try_from = "String")
)]
pub struct Axes(Vec<AxisName>);

impl Axes {
    /// Takes the names of the axes in their order.
    ///
    /// # Errors
    /// `InvalidParameter` for fewer than two axes, a repeated one, or none that is the conditions.
    pub fn new(names: Vec<AxisName>) -> Result<Self> {
        let refuse = |requirement: &str| {
            let found = names.iter().map(|name| name.word()).collect::<Vec<_>>().join(",");
            Err(Error::invalid_parameter("the list of axes", requirement, format_args!("'{found}'")))
        };
        if (1..names.len()).any(|k| names[..k].contains(&names[k])) {
            return refuse("without repetition");
        }
        if !names.contains(&AxisName::Conditions) {
            return refuse("with 'conditions' among them");
        }
        if names.len() < 2 {
            return refuse("two or more, as an array has");
        }
        if names.len() == 2 && names.contains(&AxisName::Runs) {
            return refuse("three or more with 'runs' among them, because features are neither conditions nor runs");
        }
        Ok(Self(names))
    }

    /// Returns the names in the order of the axes.
    pub fn names(&self) -> &[AxisName] {
        &self.0
    }

    /// Returns the axis that is the runs, if there is one.
    pub(crate) fn run_axis(&self) -> Option<usize> {
        self.0.iter().position(|&name| name == AxisName::Runs)
    }

    /// Returns the axis that is the conditions.
    pub(crate) fn condition_axis(&self) -> usize {
        self.0.iter().position(|&name| name == AxisName::Conditions).expect("checked when the list was made")
    }
}

impl fmt::Display for Axes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.0.iter().map(|name| name.word()).collect();
        f.write_str(&words.join(","))
    }
}

impl TryFrom<String> for Axes {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Axes> for String {
    fn from(axes: Axes) -> Self {
        axes.to_string()
    }
}

impl FromStr for Axes {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let known = || AxisName::ALL.map(AxisName::word).join(", ");
        let name = |word: &str| {
            let found = AxisName::ALL.into_iter().find(|name| name.word() == word.trim());
            found.ok_or_else(|| {
                Error::invalid_parameter("an axis", format!("one of {}", known()), format_args!("'{word}'"))
            })
        };
        Self::new(text.split(',').map(name).collect::<Result<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_printed_as_it_is_parsed() {
        for text in ["conditions,features", "conditions,channels,height,width", "time,tokens,conditions,depth"] {
            assert_eq!(text.parse::<Axes>().unwrap().to_string(), text);
        }
        assert_eq!("conditions, time".parse::<Axes>().unwrap().to_string(), "conditions,time");
    }

    #[test]
    fn a_word_that_is_unknown_lists_the_known_ones() {
        let message = |text: &str| text.parse::<Axes>().unwrap_err().to_string();
        let unknown = message("conditions,color");
        assert!(AxisName::ALL.iter().all(|name| unknown.contains(name.word())), "{unknown}");
        assert!(unknown.contains("'color'"), "{unknown}");
        assert!(message("channels,height").contains("'conditions' among them"));
        assert!(message("conditions,height,height").contains("without repetition"));
        assert!(message("conditions").contains("two or more"));
        assert!(message("runs,conditions").contains("three or more"));
        assert!(message("").contains("''"));
    }
}
