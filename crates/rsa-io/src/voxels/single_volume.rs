//! [`SingleVolume`]: the one volume of a file that chooses voxels of others: a mask or an atlas.

use std::path::Path;

use ndarray::Array2;
use rsa_core::{Error, Result};

use super::VolumeGeometry;
use crate::{
    contents::FileArray,
    formats::{self, nifti::open_volumes},
    layout::ensure_room,
};

/// Most voxels read at once: 8 MB.
const PIECE: usize = 1 << 20;

/// One volume, whose numbers are not yet read.
pub(crate) struct SingleVolume {
    array: FileArray,
    /// The role of the volume, for messages: `mask` or `atlas`.
    role: &'static str,
}

impl SingleVolume {
    /// Opens the file at `path`, whose volume is a `role`; notes doubts about it.
    ///
    /// # Errors
    /// `Io` or `Format` if it cannot be read or is no NIfTI, `ShapeMismatch` if it holds several volumes.
    pub(crate) fn open(path: &Path, role: &'static str, notes: &mut Vec<String>) -> Result<Self> {
        let named = |error: Error| error.context(format!("the {role} {}", path.display()));
        let mut doubts = Vec::new();
        if !formats::nifti::is_volume(path) {
            // A missing file is a missing file, whatever its extension.
            std::fs::metadata(path).map_err(|error| named(Error::io("cannot be opened", error)))?;
            return Err(named(Error::format("is no NIfTI file (.nii, .nii.gz or .hdr with .img), by its extension")));
        }
        let array = open_volumes(path, &mut doubts).map_err(named)?;
        notes.extend(doubts.into_iter().map(|doubt| format!("the {role} {}: {doubt}", path.display())));
        match array.numbers.n_rows() {
            1 => Ok(Self { array, role }),
            n => Err(named(Error::shape_mismatch(format!("holds {n} volumes; give one")))),
        }
    }

    /// Returns the role and the file, for messages.
    pub(crate) fn place(&self) -> String {
        format!("the {} {}", self.role, self.array.place)
    }

    /// Hands the place and value of every voxel to `take`.
    ///
    /// # Errors
    /// `ShapeMismatch` if the volume has another shape or place than `data`; the errors of reading and of `take`.
    pub(crate) fn for_each_voxel(
        &self,
        data: &VolumeGeometry,
        mut take: impl FnMut(usize, f64) -> Result<()>,
    ) -> Result<()> {
        if let Some(own) = &self.array.geometry {
            own.ensure_same(&self.place(), data, "the data")?;
        }
        let n = data.n_voxels();
        // What is made of the voxels has a byte or a place for each.
        ensure_room(n, 16)?;
        for start in (0..n).step_by(PIECE) {
            let columns = start..(start + PIECE).min(n);
            let mut values = Array2::zeros((1, columns.len()));
            let read = self.array.numbers.read_block(0..1, columns, values.view_mut());
            read.map_err(|error| error.context(self.place()))?;
            values.iter().enumerate().try_for_each(|(k, &value)| take(start + k, value))?;
        }
        Ok(())
    }

    /// Returns for every voxel whether it is finite and not 0.
    ///
    /// # Errors
    /// The errors of [`for_each_voxel`](Self::for_each_voxel); `Degenerate` if no voxel has such a value.
    pub(crate) fn nonzero(&self, data: &VolumeGeometry) -> Result<Vec<bool>> {
        let mut inside = Vec::new();
        self.for_each_voxel(data, |_, value| {
            inside.push(value.is_finite() && value != 0.0);
            Ok(())
        })?;
        match inside.contains(&true) {
            true => Ok(inside),
            false => {
                Err(Error::degenerate(format!("{} is empty", self.place()), "voxels inside have a value that is not 0"))
            }
        }
    }
}
