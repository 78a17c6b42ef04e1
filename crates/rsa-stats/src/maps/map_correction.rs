//! [`MapCorrection`]: ways to correct a map for the number of its elements.

use super::Tfce;
use crate::Correction;

/// Correction of a map for the number of its elements, and of models if several are tested together.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum MapCorrection {
    /// Compares each t with the largest t of the map under each arrangement.
    MaxT,
    /// Compares each cluster with the largest cluster of the map under each arrangement.
    Cluster {
        /// Statistic of a cluster.
        statistic: ClusterStatistic,
        /// p of an element above which, as t, elements form clusters; with a two-sided test, of both sides together.
        p: f64,
    },
    /// Compares each enhanced value with the largest of the map under each arrangement.
    Tfce(Tfce),
    /// Bounds the false discovery rate.
    FalseDiscovery {
        /// [`Correction::Bh`] or [`Correction::By`].
        correction: Correction,
        /// p of each element.
        p: ElementP,
    },
}

/// Statistic of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum ClusterStatistic {
    /// Number of elements.
    Size,
    /// Sum of |t| − threshold, usual for volumes.
    ExcessMass,
    /// Sum of |t|, usual in time (Maris & Oostenveld 2007).
    TotalMass,
}

/// Origin of the p of an element by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum ElementP {
    /// Student's t, for values that are normal.
    #[default]
    StudentT,
    /// Share of the arrangements whose t at the same element is as large; never less than one part of their number.
    Arrangements,
}
