//! [`SingleMap`]: the one map of a file that chooses places of others: a mask or an atlas.

use std::{collections::BTreeMap, path::Path};

use ndarray::Array2;
use rsa_core::{Error, Result};

use super::{BrainSpace, Grayordinates};
use crate::{
    contents::FileArray,
    formats,
    layout::{allocate, ensure_room},
};

/// Most places read at once: 8 MB.
const PIECE: usize = 1 << 20;

/// The maps of a file of the brain, each a row, and the names of the numbers where these are labels.
#[derive(Debug)]
pub(crate) struct BrainMaps {
    pub(crate) array: FileArray,
    /// The regions by number, if the maps are labels of regions and no measurements.
    pub(crate) labels: Option<BTreeMap<i64, String>>,
}

/// One map, whose numbers are not yet read.
pub(crate) struct SingleMap {
    maps: BrainMaps,
    /// The role of the map, for messages: `mask` or `atlas`.
    role: &'static str,
}

impl SingleMap {
    /// Opens the file at `path`, whose map is a `role`; notes doubts about it.
    ///
    /// # Errors
    /// `Io` or `Format` if it cannot be read or holds no map of the brain, `ShapeMismatch` if it holds several maps.
    pub(crate) fn open(path: &Path, role: &'static str, notes: &mut Vec<String>) -> Result<Self> {
        let named = |error: Error| error.context(format!("the {role} {}", path.display()));
        let mut doubts = Vec::new();
        if !formats::is_of_brain(path) {
            // A missing file is a missing file, whatever its extension.
            std::fs::metadata(path).map_err(|error| named(Error::io("cannot be opened", error)))?;
            return Err(named(Error::format(
                "is no NIfTI file (.nii, .nii.gz or .hdr with .img), CIFTI-2 or GIfTI file (.gii), by its extension",
            )));
        }
        let maps = formats::open_maps(path, &mut doubts).map_err(named)?;
        notes.extend(doubts.into_iter().map(|doubt| format!("the {role} {}: {doubt}", path.display())));
        let word = if matches!(maps.array.space, Some(BrainSpace::Volume(_))) { "volumes" } else { "maps" };
        match maps.array.numbers.n_rows() {
            1 => Ok(Self { maps, role }),
            n => Err(named(Error::shape_mismatch(format!("holds {n} {word}; give one")))),
        }
    }

    /// Returns the role and the file, for messages.
    pub(crate) fn place(&self) -> String {
        format!("the {} {}", self.role, self.maps.array.place)
    }

    /// Returns the names of the regions, where the file has them.
    pub(crate) fn labels(&self) -> Option<&BTreeMap<i64, String>> {
        self.maps.labels.as_ref()
    }

    /// Hands the place and value of every place of `data` that the map has to `take`, in ascending order.
    ///
    /// # Errors
    /// `ShapeMismatch` if the map is of other places than `data`; the errors of reading and of `take`.
    pub(crate) fn for_each_place(
        &self,
        data: &BrainSpace,
        mut take: impl FnMut(usize, f64) -> Result<()>,
    ) -> Result<()> {
        let n = data.n_places();
        // What is made of the places has a byte or a number for each.
        ensure_room(n, 16)?;
        match (&self.maps.array.space, data) {
            (Some(BrainSpace::Grayordinates(own)), BrainSpace::Grayordinates(data)) => {
                return self.for_each_grayordinate(own, data, take);
            }
            (Some(own), _) => own.ensure_same(&self.place(), data, "the data")?,
            (None, _) => {}
        }
        for start in (0..n).step_by(PIECE) {
            let columns = start..(start + PIECE).min(n);
            let mut values = Array2::zeros((1, columns.len()));
            let read = self.maps.array.numbers.read_block(0..1, columns, values.view_mut());
            read.map_err(|error| error.context(self.place()))?;
            values.iter().enumerate().try_for_each(|(k, &value)| take(start + k, value))?;
        }
        Ok(())
    }

    fn for_each_grayordinate(
        &self,
        own: &Grayordinates,
        data: &Grayordinates,
        mut take: impl FnMut(usize, f64) -> Result<()>,
    ) -> Result<()> {
        let columns = own.columns_of(&self.place(), data, "the data")?;
        let mut values = allocate(1, own.count())?;
        let read = self.maps.array.numbers.read_block(0..1, 0..own.count(), values.view_mut());
        read.map_err(|error| error.context(self.place()))?;
        let found = columns.iter().enumerate().filter_map(|(j, column)| Some((j, (*column)?)));
        found.into_iter().try_for_each(|(j, column)| take(j, values[[0, column]]))
    }

    /// Returns for every place of `data` whether it is finite and not 0 here.
    ///
    /// # Errors
    /// The errors of [`for_each_place`](Self::for_each_place); `Degenerate` if no place has such a value.
    pub(crate) fn nonzero(&self, data: &BrainSpace) -> Result<Vec<bool>> {
        ensure_room(data.n_places(), 1)?;
        let mut inside = vec![false; data.n_places()];
        self.for_each_place(data, |place, value| {
            inside[place] = value.is_finite() && value != 0.0;
            Ok(())
        })?;
        match inside.contains(&true) {
            true => Ok(inside),
            false => Err(Error::degenerate(
                format!("{} is empty", self.place()),
                format!("{} inside have a value that is not 0", data.places_word()),
            )),
        }
    }
}
