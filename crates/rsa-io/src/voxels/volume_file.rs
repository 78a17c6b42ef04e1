//! [`VolumeFile`]: the volumes of a file with all their voxels, also those that are not finite.

use std::{path::Path, sync::Arc};

use ndarray::Array2;
use rsa_core::{Error, Result};

use super::{BrainSpace, VolumeGeometry, single_map::SingleMap};
use crate::{contents::FileArray, formats::nifti::open_volumes};

/// Volumes of a NIfTI file, such as maps of statistics, whose voxels outside of the brain are often NaN.
///
/// [`open`](crate::open) makes a layer of volumes, of which only voxels with data are features; this reads them as they are.
#[derive(Clone, Debug)]
pub struct VolumeFile {
    array: FileArray,
    geometry: VolumeGeometry,
    warnings: Vec<String>,
}

impl VolumeFile {
    /// Opens the file at `path`; reads its header alone.
    ///
    /// # Errors
    /// `Io` or `Format`, naming the file.
    pub fn open(path: &Path) -> Result<Self> {
        let mut warnings = Vec::new();
        let array = open_volumes(path, &mut warnings).map_err(|error| error.context(path.display()))?;
        let Some(BrainSpace::Volume(geometry)) = &array.space else {
            return Err(Error::format(format!("{}: holds no volumes", path.display())));
        };
        warnings.iter_mut().for_each(|warning| *warning = format!("{}: {warning}", path.display()));
        Ok(Self { geometry: geometry.as_ref().clone(), array, warnings })
    }

    /// Returns the shape of the volumes and their place in space.
    pub fn geometry(&self) -> &VolumeGeometry {
        &self.geometry
    }

    /// Returns the number of volumes.
    pub fn n_volumes(&self) -> usize {
        self.array.numbers.n_rows()
    }

    /// Returns doubts about the file, one sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Reads all volumes × voxels, x running fastest.
    ///
    /// # Errors
    /// `Io` or `Format`, naming the file.
    pub fn read(&self) -> Result<Array2<f64>> {
        self.array.numbers.read_all().map_err(|error| error.context(&self.array.place))
    }
}

/// Reads a mask and returns the voxels inside, in rising order; adds doubts to `notes`.
///
/// A voxel inside has a finite value that is not 0.
///
/// # Errors
/// `Io` or `Format` if the file cannot be read; `ShapeMismatch` if it is no single volume in the space of `geometry`;
/// `Degenerate` if no voxel is inside.
pub fn read_mask(path: &Path, geometry: &VolumeGeometry, notes: &mut Vec<String>) -> Result<Vec<usize>> {
    let space = BrainSpace::Volume(Arc::new(geometry.clone()));
    let inside = SingleMap::open(path, "mask", notes)?.nonzero(&space)?;
    Ok((0..inside.len()).filter(|&place| inside[place]).collect())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::{tests::samples::folder, write_nifti};

    #[test]
    fn volumes_are_read_with_their_nan() {
        let geometry = super::super::volume_geometry::tests::volume([2, 2, 1]);
        let bytes = |maps: Array2<f64>| {
            let mut bytes = Vec::new();
            write_nifti(&mut bytes, &geometry, &[0, 2, 3], maps.view(), true).unwrap();
            bytes
        };
        let (maps, mask) = (bytes(array![[1.0, 0.0, -2.0], [4.0, 5.0, 6.0]]), bytes(array![[1.0, 0.0, 1.0]]));
        let folder = folder(&[("maps.nii.gz", maps), ("mask.nii.gz", mask)]);
        let file = VolumeFile::open(&folder.path().join("maps.nii.gz")).unwrap();
        assert_eq!((file.n_volumes(), file.geometry().shape()), (2, [2, 2, 1]));
        let values = file.read().unwrap();
        assert!(values[[0, 1]].is_nan() && values[[1, 3]] == 6.0);
        let mut notes = Vec::new();
        let mut mask = |path: &str| read_mask(&folder.path().join(path), file.geometry(), &mut notes);
        assert_eq!(mask("mask.nii.gz").unwrap(), [0, 3]);
        let mut notes = Vec::new();
        let error = read_mask(&folder.path().join("maps.nii.gz"), file.geometry(), &mut notes).unwrap_err();
        assert!(error.to_string().contains("holds 2 volumes; give one"), "{error}");
        assert!(VolumeFile::open(&folder.path().join("none.nii")).is_err());
    }
}
