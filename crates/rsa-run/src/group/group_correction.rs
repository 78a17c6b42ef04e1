//! [`GroupCorrection`]: the correction of maps of a group, as text.

use std::{fmt, str::FromStr};

use rsakit::{
    Error, Result,
    stats::{ClusterStatistic, Correction, ElementP, MapCorrection, Tfce},
};
use serde::{Deserialize, Serialize};

/// Correction of maps of a group for the number of their elements, written `max-flips` or `cluster(mass,p=0.001)`.
///
/// # Example
/// ```
/// use rsa_run::GroupCorrection;
///
/// let correction: GroupCorrection = "cluster(size,p=0.01)".parse()?;
/// assert_eq!(correction, GroupCorrection::Cluster { by_mass: false, p: 0.01 });
/// assert_eq!("tfce".parse::<GroupCorrection>()?.to_string(), "tfce(e=0.5,h=2)");
/// # Ok::<(), rsakit::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum GroupCorrection {
    /// Largest t.
    #[default]
    MaxFlips,
    /// Largest cluster above the t of `p`.
    Cluster {
        /// `true` for the mass of clusters, `false` for their size.
        by_mass: bool,
        /// p of an element above which elements form clusters.
        p: f64,
    },
    /// Threshold-free cluster enhancement.
    Tfce(Tfce),
    /// False discovery rate, by [`Correction::Bh`] or [`Correction::By`].
    FalseDiscovery {
        /// Method.
        correction: Correction,
        /// p of each element.
        p: ElementP,
    },
}

/// p that forms clusters unless another is given.
const USUAL_P: f64 = 0.001;

impl GroupCorrection {
    /// Returns the correction of maps: mass is what exceeds the threshold in volumes, and all of |t| elsewhere.
    pub(crate) fn of_maps(self, is_volume: bool) -> MapCorrection {
        match self {
            Self::MaxFlips => MapCorrection::MaxT,
            Self::Cluster { by_mass, p } => {
                let statistic = match (by_mass, is_volume) {
                    (false, _) => ClusterStatistic::Size,
                    (true, true) => ClusterStatistic::ExcessMass,
                    (true, false) => ClusterStatistic::TotalMass,
                };
                MapCorrection::Cluster { statistic, p }
            }
            Self::Tfce(tfce) => MapCorrection::Tfce(tfce),
            Self::FalseDiscovery { correction, p } => MapCorrection::FalseDiscovery { correction, p },
        }
    }
}

impl FromStr for GroupCorrection {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse(text).ok_or_else(|| {
            Error::invalid_parameter(
                "the correction of maps",
                "max-flips, cluster(mass,p=0.001), cluster(size,p=0.001), tfce, tfce(e=0.5,h=2), bh, by, bh(flips) or by(flips)",
                format_args!("'{text}'"),
            )
        })
    }
}

fn parse(text: &str) -> Option<GroupCorrection> {
    let (word, arguments) = match text.split_once('(') {
        None => (text.trim(), Vec::new()),
        Some((word, rest)) => (word.trim(), rest.trim_end().strip_suffix(')')?.split(',').map(str::trim).collect()),
    };
    let number = |argument: &str, name: &str| {
        argument.strip_prefix(name)?.trim_start().strip_prefix('=')?.trim().parse::<f64>().ok()
    };
    let false_discovery = |correction| {
        let p = match arguments.as_slice() {
            [] | ["t"] => ElementP::StudentT,
            ["flips"] => ElementP::Arrangements,
            _ => return None,
        };
        Some(GroupCorrection::FalseDiscovery { correction, p })
    };
    match word {
        "max-flips" if arguments.is_empty() => Some(GroupCorrection::MaxFlips),
        "cluster" => {
            let (mut by_mass, mut p) = (true, USUAL_P);
            for argument in arguments {
                match argument {
                    "mass" => by_mass = true,
                    "size" => by_mass = false,
                    other => p = number(other, "p")?,
                }
            }
            Some(GroupCorrection::Cluster { by_mass, p })
        }
        "tfce" => {
            let mut tfce = Tfce::default();
            for argument in arguments {
                match number(argument, "e") {
                    Some(power) => tfce.extent_power = power,
                    None => tfce.height_power = number(argument, "h")?,
                }
            }
            Some(GroupCorrection::Tfce(tfce))
        }
        "bh" => false_discovery(Correction::Bh),
        "by" => false_discovery(Correction::By),
        _ => None,
    }
}

impl fmt::Display for GroupCorrection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MaxFlips => f.write_str("max-flips"),
            Self::Cluster { by_mass, p } => write!(f, "cluster({},p={p})", if *by_mass { "mass" } else { "size" }),
            Self::Tfce(Tfce { extent_power, height_power }) => write!(f, "tfce(e={extent_power},h={height_power})"),
            Self::FalseDiscovery { correction, p: ElementP::StudentT } => f.write_str(correction.name()),
            Self::FalseDiscovery { correction, p: ElementP::Arrangements } => write!(f, "{}(flips)", correction.name()),
        }
    }
}

impl From<GroupCorrection> for String {
    fn from(correction: GroupCorrection) -> Self {
        correction.to_string()
    }
}

impl TryFrom<String> for GroupCorrection {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        for text in ["max-flips", "cluster(mass,p=0.001)", "cluster(size,p=0.01)", "tfce(e=1,h=2)", "bh", "by(flips)"] {
            assert_eq!(text.parse::<GroupCorrection>().unwrap().to_string(), text);
        }
        assert_eq!("cluster".parse::<GroupCorrection>().unwrap().to_string(), "cluster(mass,p=0.001)");
        assert_eq!("cluster( p = 0.05 )".parse::<GroupCorrection>().unwrap().to_string(), "cluster(mass,p=0.05)");
        for wrong in ["max", "cluster(mass", "cluster(area)", "tfce(x=1)", "bh(p)", "max-flips(2)", ""] {
            assert!(wrong.parse::<GroupCorrection>().is_err(), "{wrong}");
        }
    }
}
