//! [`Features`]: the identity of the columns of a representation.

mod grid_axes;
mod positions;
#[cfg(feature = "serde")]
mod unchecked;

use std::sync::Arc;

pub use self::{
    grid_axes::{FeatureAxis, FeatureGrid},
    positions::{FeaturePositions, PositionUnit},
};
use crate::{Error, Result};

/// The features of a representation: their count and, where they are known, their names, positions and axes.
///
/// `Features` identify the columns of a representation as [`Conditions`](crate::Conditions) identify its rows. A
/// searchlight needs the position of every voxel, a time course needs the axis of time, a network layer has channels at
/// every height and width. Everything but the count is optional. Cloning is cheap.
///
/// # Example
/// ```
/// use rsa_core::{FeatureAxis, Features, PositionUnit};
///
/// // A volume of 2 × 3 voxels, four of which lie inside the mask.
/// let features = Features::unnamed(4)
///     .with_axes([FeatureAxis::new("x", 2), FeatureAxis::new("y", 3)], Some(&[true, true, false, true, true, false]))?
///     .with_positions(vec![[0.0; 3], [0.0, 3.0, 0.0], [3.0, 0.0, 0.0], [3.0, 3.0, 0.0]], PositionUnit::Millimeters)?;
/// assert_eq!(features.grid().unwrap().index(2), [1, 0]);
/// let two = features.select(&[3, 0]);
/// assert_eq!(two.positions().unwrap().get(0), [3.0, 3.0, 0.0]);
/// assert_eq!(two.grid().unwrap().index(0), [1, 1]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "unchecked::UncheckedFeatures")
)]
pub struct Features {
    count: usize,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    names: Option<Arc<[String]>>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    positions: Option<FeaturePositions>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    grid: Option<FeatureGrid>,
}

impl Features {
    /// Returns `count` features known by their column alone.
    pub fn unnamed(count: usize) -> Self {
        Self { count, names: None, positions: None, grid: None }
    }

    /// Returns features with names, in the order of the columns.
    pub fn named<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        let names: Arc<[String]> = names.into_iter().map(Into::into).collect();
        Self { names: Some(names.clone()), ..Self::unnamed(names.len()) }
    }

    /// Returns the features with a name for each, in the order of the columns.
    ///
    /// # Errors
    /// `ShapeMismatch` if there are more or fewer names than features.
    pub fn with_names<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Result<Self> {
        let names: Arc<[String]> = names.into_iter().map(Into::into).collect();
        self.ensure_one_each(names.len(), "names")?;
        Ok(Self { names: Some(names), ..self })
    }

    /// Returns the features with a position in space for each, in the order of the columns.
    ///
    /// # Errors
    /// `ShapeMismatch` if there are more or fewer positions than features, `InvalidParameter` for a coordinate that is
    /// NaN or infinite.
    pub fn with_positions(self, positions: Vec<[f64; 3]>, unit: PositionUnit) -> Result<Self> {
        self.ensure_one_each(positions.len(), "positions")?;
        Ok(Self { positions: Some(FeaturePositions::new(positions, unit)?), ..self })
    }

    /// Returns the features placed on a grid of `axes`, the last axis running fastest.
    ///
    /// Without a mask the features are all places of the grid. With a mask, which has one entry for every place, the
    /// features are the places where the mask is true.
    ///
    /// # Errors
    /// `ShapeMismatch` if the axes, or the mask, do not give as many features as there are.
    pub fn with_axes(self, axes: impl IntoIterator<Item = FeatureAxis>, mask: Option<&[bool]>) -> Result<Self> {
        let grid = FeatureGrid::new(axes.into_iter().collect(), mask, self.count)?;
        Ok(Self { grid: Some(grid), ..self })
    }

    /// Returns the number of features.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns the names in the order of the columns, where they are known.
    pub fn names(&self) -> Option<&[String]> {
        self.names.as_deref()
    }

    /// Returns the name of feature `j` for a message: its name, or its column counted from 0.
    ///
    /// # Panics
    /// If the features are named and there is no feature `j`.
    pub fn name(&self, j: usize) -> String {
        match self.names() {
            Some(names) => format!("'{}'", names[j]),
            None => j.to_string(),
        }
    }

    /// Returns the positions in space, where they are known.
    pub fn positions(&self) -> Option<&FeaturePositions> {
        self.positions.as_ref()
    }

    /// Returns the axes and the place of every feature on them, where they are known.
    pub fn grid(&self) -> Option<&FeatureGrid> {
        self.grid.as_ref()
    }

    /// Returns the features at `columns`, in that order; a column may be taken more than once.
    ///
    /// # Panics
    /// If a column is out of bounds.
    #[must_use]
    pub fn select(&self, columns: &[usize]) -> Self {
        assert!(columns.iter().all(|&column| column < self.count), "a column beyond the last feature");
        Self {
            count: columns.len(),
            names: self.names().map(|names| columns.iter().map(|&j| names[j].clone()).collect()),
            positions: self.positions.as_ref().map(|positions| positions.select(columns)),
            grid: self.grid.as_ref().map(|grid| grid.select(columns)),
        }
    }

    fn ensure_one_each(&self, found: usize, what: &str) -> Result<()> {
        match found == self.count {
            true => Ok(()),
            false => Err(Error::shape_mismatch(format!(
                "{found} {what} for {} features; give one for every feature",
                self.count
            ))),
        }
    }
}

#[cfg(test)]
mod tests;
