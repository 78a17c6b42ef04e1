//! [`VolumeGeometry`]: the voxels of a volume, and the place of every voxel in space.

use rsa_core::{Error, Result};

/// The largest difference of two affines of one space: a thousandth of a millimeter.
const SAME_SPACE: f64 = 1e-3;

/// The shape of a volume and its place in space, with the fields of the header that say so.
///
/// A voxel is counted with x running fastest, as the numbers stand in the file: voxel (x, y, z) has the place
/// x + nx (y + ny z).
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeGeometry {
    pub(crate) shape: [usize; 3],
    pub(crate) affine: [[f64; 4]; 3],
    pub(crate) fields: OrientationFields,
}

/// The fields of a header that give the place of a volume, as they stand there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct OrientationFields {
    /// The version of NIfTI, 1 or 2.
    pub(crate) version: u8,
    /// The sign of the third axis of the quaternion, and the sizes of voxels.
    pub(crate) pixdim: [f64; 4],
    pub(crate) units: u8,
    pub(crate) qform_code: i32,
    pub(crate) sform_code: i32,
    pub(crate) quaternion: [f64; 3],
    pub(crate) offset: [f64; 3],
    pub(crate) rows: [[f64; 4]; 3],
}

impl VolumeGeometry {
    /// Returns the numbers of voxels along x, y and z.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// Returns the number of voxels.
    pub fn n_voxels(&self) -> usize {
        self.shape.iter().product()
    }

    /// Returns the affine: its rows give the three coordinates in mm of a voxel (x, y, z, 1).
    pub fn affine(&self) -> [[f64; 4]; 3] {
        self.affine
    }

    /// Returns the index along x, y and z of the voxel at `place`.
    pub fn index(&self, place: usize) -> [usize; 3] {
        let [nx, ny, _] = self.shape;
        [place % nx, place / nx % ny, place / nx / ny]
    }

    /// Returns the coordinates in mm of the voxel at `place`.
    pub fn position(&self, place: usize) -> [f64; 3] {
        let index = self.index(place).map(|k| k as f64);
        self.affine.map(|[x, y, z, origin]| x * index[0] + y * index[1] + z * index[2] + origin)
    }

    /// Checks that two volumes have the same shape and place; `own` and `others` name them.
    ///
    /// # Errors
    /// `ShapeMismatch` with both shapes, or both affines if they differ by more than a thousandth of a millimeter.
    pub fn ensure_same(&self, own: &str, other: &Self, others: &str) -> Result<()> {
        if self.shape != other.shape {
            return Err(Error::shape_mismatch(format!(
                "{own} is {}, {others} {}; bring both into one space first",
                show_volume(self.shape),
                show_volume(other.shape)
            )));
        }
        let pairs = self.affine.iter().flatten().zip(other.affine.iter().flatten());
        match pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) <= SAME_SPACE {
            true => Ok(()),
            false => Err(Error::shape_mismatch(format!(
                "{own} has the affine {}, {others} {}; bring both into one space first",
                show_affine(self.affine),
                show_affine(other.affine)
            ))),
        }
    }
}

/// Returns the shape of a volume for a message, such as `64 × 64 × 35`.
pub(crate) fn show_volume(shape: [usize; 3]) -> String {
    shape.map(|length| length.to_string()).join(" × ")
}

pub(crate) fn show_affine(affine: [[f64; 4]; 3]) -> String {
    let row =
        |row: [f64; 4]| row.map(|value| format!("{:.7}", value).trim_end_matches('0').trim_end_matches('.').to_owned());
    format!("[{}]", affine.map(|values| row(values).join(" ")).join("; "))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A volume of voxels of 2 mm whose first voxel is at the origin.
    pub(crate) fn volume(shape: [usize; 3]) -> VolumeGeometry {
        let rows = [[2.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0]];
        let fields = OrientationFields {
            version: 1,
            pixdim: [1.0, 2.0, 2.0, 2.0],
            units: 10,
            qform_code: 0,
            sform_code: 1,
            quaternion: [0.0; 3],
            offset: [0.0; 3],
            rows,
        };
        VolumeGeometry { shape, affine: rows, fields }
    }

    #[test]
    fn x_runs_fastest() {
        let volume = volume([2, 3, 4]);
        assert_eq!(volume.index(0), [0, 0, 0]);
        assert_eq!(volume.index(1), [1, 0, 0]);
        assert_eq!(volume.index(23), [1, 2, 3]);
        assert_eq!(volume.position(11), [2.0, 4.0, 2.0]);
    }

    #[test]
    fn volumes_of_other_shape_or_place_are_told_apart() {
        let (a, mut b) = (volume([64, 64, 35]), volume([64, 64, 36]));
        let error = a.ensure_same("mask", &b, "data").unwrap_err().to_string();
        assert!(error.contains("mask is 64 × 64 × 35, data 64 × 64 × 36"), "{error}");
        b.shape = a.shape;
        b.affine[1][3] += 0.0009;
        assert!(a.ensure_same("mask", &b, "data").is_ok());
        b.affine[1][3] += 0.0002;
        let error = a.ensure_same("mask", &b, "data").unwrap_err().to_string();
        assert!(error.contains("[2 0 0 0; 0 2 0 0; 0 0 2 0], data [2 0 0 0; 0 2 0 0.0011; 0 0 2 0]"), "{error}");
    }
}
