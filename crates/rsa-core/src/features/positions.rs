//! [`FeaturePositions`]: the place of every feature in space.

use std::sync::Arc;

use crate::{Error, Result};

/// The unit of the coordinates of a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum PositionUnit {
    /// Millimeters in the space of the scanner or of a template.
    Millimeters,
    /// Indices of voxels along the three axes of a volume.
    Voxels,
}

/// Three coordinates for every feature, and their unit.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FeaturePositions {
    unit: PositionUnit,
    coordinates: Arc<[[f64; 3]]>,
}

impl FeaturePositions {
    pub(super) fn new(coordinates: Vec<[f64; 3]>, unit: PositionUnit) -> Result<Self> {
        let positions = Self { unit, coordinates: coordinates.into() };
        positions.ensure_finite()?;
        Ok(positions)
    }

    pub(super) fn ensure_finite(&self) -> Result<()> {
        match self.coordinates.iter().flatten().find(|coordinate| !coordinate.is_finite()) {
            None => Ok(()),
            Some(found) => Err(Error::invalid_parameter("a coordinate of a feature", "finite", found)),
        }
    }

    /// Returns the unit of the coordinates.
    pub fn unit(&self) -> PositionUnit {
        self.unit
    }

    /// Returns the position of feature `j`.
    ///
    /// # Panics
    /// If there is no feature `j`.
    pub fn get(&self, j: usize) -> [f64; 3] {
        self.coordinates[j]
    }

    /// Returns all positions, in the order of the features.
    pub fn coordinates(&self) -> &[[f64; 3]] {
        &self.coordinates
    }

    pub(super) fn select(&self, columns: &[usize]) -> Self {
        Self { unit: self.unit, coordinates: columns.iter().map(|&j| self.coordinates[j]).collect() }
    }
}
