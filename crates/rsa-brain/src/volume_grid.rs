//! [`VolumeGrid`]: the voxels of a mask in their volume.

use rsa_core::{Error, Result};

/// The shape of a volume, its place in space, and the voxels of it that take part.
///
/// A voxel is counted with x running fastest: voxel (x, y, z) has the place x + nx (y + ny z). The voxels that take part
/// are numbered in the order of their places.
///
/// # Example
/// ```
/// use rsa_brain::VolumeGrid;
///
/// let affine = [[2.0, 0.0, 0.0, -10.0], [0.0, 2.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0]];
/// let grid = VolumeGrid::new([4, 3, 2], affine, vec![1, 2, 13])?;
/// assert_eq!((grid.n_voxels(), grid.index(2)), (3, [1, 0, 1]));
/// assert_eq!(grid.position(0), [-8.0, 0.0, 0.0]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeGrid {
    shape: [usize; 3],
    affine: [[f64; 4]; 3],
    places: Vec<usize>,
    /// The number of voxels that take part before each place, and after the last place their number.
    before: Vec<u32>,
}

impl VolumeGrid {
    /// Takes the voxels at `places`, which ascend, of a volume of `shape`; the rows of `affine` give positions in mm.
    ///
    /// # Errors
    /// `ShapeMismatch` without voxels, for places that do not ascend or lie outside, and for a volume of 2³² voxels or
    /// more; `InvalidParameter` for an affine that is not finite.
    pub fn new(shape: [usize; 3], affine: [[f64; 4]; 3], places: Vec<usize>) -> Result<Self> {
        let n_places = shape.iter().try_fold(1, |n: usize, &length| n.checked_mul(length));
        let Some(n_places) = n_places.filter(|&n| u32::try_from(n).is_ok()) else {
            return Err(Error::shape_mismatch(format!("a volume of {shape:?} voxels; at most 2^32 can be searched")));
        };
        if let Some(value) = affine.iter().flatten().find(|value| !value.is_finite()) {
            return Err(Error::invalid_parameter("the affine of the volume", "finite", value));
        }
        if places.is_empty() || !places.is_sorted_by(|a, b| a < b) || places[places.len() - 1] >= n_places {
            return Err(Error::shape_mismatch(format!(
                "{} voxels of a volume of {n_places}; give at least one, each once and in rising order",
                places.len()
            )));
        }
        let mut before = vec![0; n_places + 1];
        places.iter().for_each(|&place| before[place + 1] = 1);
        let mut count = 0;
        for entry in &mut before {
            count += *entry;
            *entry = count;
        }
        Ok(Self { shape, affine, places, before })
    }

    /// Returns the numbers of voxels of the volume along x, y and z.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// Returns the affine: its rows give the three coordinates in mm of a voxel (x, y, z, 1).
    pub fn affine(&self) -> [[f64; 4]; 3] {
        self.affine
    }

    /// Returns the number of voxels that take part.
    pub fn n_voxels(&self) -> usize {
        self.places.len()
    }

    /// Returns the places of the voxels that take part, in rising order.
    pub fn places(&self) -> &[usize] {
        &self.places
    }

    /// Returns the index along x, y and z of a voxel that takes part.
    pub fn index(&self, voxel: usize) -> [usize; 3] {
        let [nx, ny, _] = self.shape;
        let place = self.places[voxel];
        [place % nx, place / nx % ny, place / nx / ny]
    }

    /// Returns the coordinates in mm of a voxel that takes part.
    pub fn position(&self, voxel: usize) -> [f64; 3] {
        let [i, j, k] = self.index(voxel).map(|index| index as f64);
        self.affine.map(|[x, y, z, origin]| x * i + y * j + z * k + origin)
    }

    /// Returns the number of the voxel at `index` along x, y and z, if there is one that takes part.
    pub fn voxel_at(&self, index: [usize; 3]) -> Option<usize> {
        let inside = index.iter().zip(&self.shape).all(|(i, length)| i < length);
        let place = inside.then(|| index[0] + self.shape[0] * (index[1] + self.shape[1] * index[2]))?;
        (self.before[place + 1] > self.before[place]).then_some(self.before[place] as usize)
    }

    /// Returns the voxels of the line (y, z) whose x is from `low` to `high`, both of which are cut at the volume.
    ///
    /// The line itself may lie outside of the volume.
    pub(crate) fn of_line(&self, y: isize, z: isize, low: isize, high: isize) -> std::ops::Range<usize> {
        let [nx, ny, nz] = self.shape.map(usize::cast_signed);
        let (low, high) = (low.max(0), high.min(nx - 1));
        if !(0..ny).contains(&y) || !(0..nz).contains(&z) || low > high {
            return 0..0;
        }
        let start = nx * (y + ny * z);
        let before = |x: isize| self.before[(start + x).cast_unsigned()] as usize;
        before(low)..before(high + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AFFINE: [[f64; 4]; 3] = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];

    #[test]
    fn voxels_of_a_line_are_consecutive() {
        let grid = VolumeGrid::new([4, 2, 2], AFFINE, vec![0, 2, 3, 5, 6, 15]).unwrap();
        assert_eq!(grid.of_line(0, 0, 1, 9), 1..3);
        assert_eq!(grid.of_line(1, 0, -5, 1), 3..4);
        assert_eq!(grid.of_line(1, 1, 3, 3), 5..6);
        assert!(
            [grid.of_line(2, 0, 0, 3), grid.of_line(0, -1, 0, 3), grid.of_line(0, 0, 4, 9)]
                .iter()
                .all(|r| r.is_empty())
        );
        assert_eq!(
            (grid.voxel_at([1, 1, 0]), grid.voxel_at([0, 1, 0]), grid.voxel_at([4, 0, 0])),
            (Some(3), None, None)
        );
    }

    #[test]
    fn places_that_are_no_voxels_are_refused() {
        for places in [vec![], vec![3, 3], vec![4, 2], vec![16]] {
            assert_eq!(VolumeGrid::new([4, 2, 2], AFFINE, places).unwrap_err().kind().name(), "ShapeMismatch");
        }
        assert!(VolumeGrid::new([1 << 20, 1 << 20, 1 << 30], AFFINE, vec![0]).is_err());
    }
}
