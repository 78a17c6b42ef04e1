//! [`FeatureGrid`]: the axes that features lie on, and the place of each.

use std::sync::Arc;

use crate::{Error, Result};

/// One axis of a grid of features: a name, such as `channels`, and the number of places along it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FeatureAxis {
    /// Name of the axis.
    pub name: String,
    /// Number of places along the axis.
    pub length: usize,
}

impl FeatureAxis {
    /// Returns the axis `name` of `length` places.
    pub fn new(name: impl Into<String>, length: usize) -> Self {
        Self { name: name.into(), length }
    }
}

/// The axes that features lie on and the place of each feature; places are counted with the last axis running fastest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FeatureGrid {
    axes: Arc<[FeatureAxis]>,
    /// The place of every feature; `None` where feature `j` lies at place `j`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    places: Option<Arc<[usize]>>,
}

impl FeatureGrid {
    pub(super) fn new(axes: Vec<FeatureAxis>, mask: Option<&[bool]>, count: usize) -> Result<Self> {
        let grid = Self { axes: axes.into(), places: None };
        let Some(mask) = mask else {
            grid.ensure_covers(count)?;
            return Ok(grid);
        };
        if grid.n_places() != Some(mask.len()) {
            return Err(Error::shape_mismatch(format!(
                "a mask of {} entries on axes of {}; give one entry for every place",
                mask.len(),
                grid.lengths()
            )));
        }
        let places: Arc<[usize]> = mask.iter().enumerate().filter(|(_, inside)| **inside).map(|(k, _)| k).collect();
        let grid = Self { places: Some(places), ..grid };
        grid.ensure_covers(count)?;
        Ok(grid)
    }

    /// Checks that the grid holds `count` features, each at a place that exists.
    pub(super) fn ensure_covers(&self, count: usize) -> Result<()> {
        let n_places = self.n_places().ok_or_else(|| {
            Error::shape_mismatch(format!("axes of {} have more places than can be counted", self.lengths()))
        })?;
        let found = self.places.as_ref().map_or(n_places, |places| places.len());
        if found != count {
            return Err(Error::shape_mismatch(format!(
                "axes of {} with {found} places in use for {count} features; use as many places as there are features",
                self.lengths()
            )));
        }
        match self.places.iter().flat_map(|places| places.iter()).find(|&&place| place >= n_places) {
            None => Ok(()),
            Some(place) => Err(Error::shape_mismatch(format!(
                "place {place} does not exist on axes of {}; places count from 0 to {}",
                self.lengths(),
                n_places.saturating_sub(1)
            ))),
        }
    }

    /// Returns the axes, the slowest first.
    pub fn axes(&self) -> &[FeatureAxis] {
        &self.axes
    }

    /// Returns the place of feature `j`, counted with the last axis running fastest.
    ///
    /// # Panics
    /// If there is no feature `j` and the features do not fill the grid.
    pub fn place(&self, j: usize) -> usize {
        self.places.as_ref().map_or(j, |places| places[j])
    }

    /// Returns the index of feature `j` along every axis.
    ///
    /// # Panics
    /// If there is no feature `j`.
    pub fn index(&self, j: usize) -> Vec<usize> {
        let mut rest = self.place(j);
        let mut index = vec![0; self.axes.len()];
        for (entry, axis) in index.iter_mut().zip(&*self.axes).rev() {
            *entry = rest % axis.length;
            rest /= axis.length;
        }
        assert_eq!(rest, 0, "a feature of the grid");
        index
    }

    /// Returns one entry for every place of the grid: `true` where a feature lies.
    pub fn mask(&self) -> Vec<bool> {
        let Some(places) = &self.places else { return vec![true; self.n_places().unwrap_or(0)] };
        let mut mask = vec![false; self.n_places().unwrap_or(0)];
        places.iter().for_each(|&place| mask[place] = true);
        mask
    }

    pub(super) fn select(&self, columns: &[usize]) -> Self {
        Self { axes: self.axes.clone(), places: Some(columns.iter().map(|&j| self.place(j)).collect()) }
    }

    /// Returns the number of places, `None` if it overflows.
    fn n_places(&self) -> Option<usize> {
        self.axes.iter().try_fold(1usize, |product, axis| product.checked_mul(axis.length))
    }

    /// Returns the lengths of the axes for a message, such as `2 × 3`.
    fn lengths(&self) -> String {
        self.axes.iter().map(|axis| axis.length.to_string()).collect::<Vec<_>>().join(" × ")
    }
}
