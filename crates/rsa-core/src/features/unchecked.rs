//! The serialized form of features, checked by the rules of the constructors.

use std::sync::Arc;

use super::{FeatureGrid, FeaturePositions, Features};
use crate::{Error, Result};

/// The fields of [`Features`] as they were read, before they are checked.
#[derive(serde::Deserialize)]
pub(super) struct UncheckedFeatures {
    count: usize,
    #[serde(default)]
    names: Option<Arc<[String]>>,
    #[serde(default)]
    positions: Option<FeaturePositions>,
    #[serde(default)]
    grid: Option<FeatureGrid>,
}

impl TryFrom<UncheckedFeatures> for Features {
    type Error = Error;

    fn try_from(read: UncheckedFeatures) -> Result<Self> {
        let mut features = Self::unnamed(read.count);
        if let Some(names) = read.names {
            features.ensure_one_each(names.len(), "names")?;
            features.names = Some(names);
        }
        if let Some(positions) = read.positions {
            features.ensure_one_each(positions.coordinates().len(), "positions")?;
            positions.ensure_finite()?;
            features.positions = Some(positions);
        }
        if let Some(grid) = read.grid {
            grid.ensure_covers(read.count)?;
            features.grid = Some(grid);
        }
        Ok(features)
    }
}
