//! [`VoxelValues`]: observations × voxels, in half the memory where that loses nothing.

use ndarray::ArrayView2;
use rsa_core::{Error, Result};

/// Values of voxels, one row an observation.
///
/// They are held as 32-bit floats while all of them are such numbers, as those of most volumes are.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_brain::VoxelValues;
///
/// let mut values = VoxelValues::new(2);
/// values.push_rows(array![[0.5, 1.0]].view())?;
/// values.push_rows(array![[0.1, 2.0]].view())?;
/// assert_eq!((values.n_observations(), values.get(1, 0)), (2, 0.1));
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct VoxelValues {
    n_voxels: usize,
    numbers: HeldNumbers,
}

#[derive(Clone, Debug)]
enum HeldNumbers {
    Short(Vec<f32>),
    Long(Vec<f64>),
}

impl VoxelValues {
    /// Makes values of so many voxels, without an observation.
    pub fn new(n_voxels: usize) -> Self {
        Self { n_voxels, numbers: HeldNumbers::Short(Vec::new()) }
    }

    /// Takes all observations at once.
    ///
    /// # Errors
    /// `TooLarge` if there is no memory for them.
    pub fn from_rows(rows: ArrayView2<'_, f64>) -> Result<Self> {
        let mut values = Self::new(rows.ncols());
        values.push_rows(rows)?;
        Ok(values)
    }

    /// Appends observations. Values that are not finite are kept: [`finite_voxels`](Self::finite_voxels) finds them.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of voxels, `TooLarge` if there is no memory for them.
    pub fn push_rows(&mut self, rows: ArrayView2<'_, f64>) -> Result<()> {
        if rows.ncols() != self.n_voxels {
            return Err(Error::shape_mismatch(format!("{} values for {} voxels", rows.ncols(), self.n_voxels)));
        }
        let is_short = |value: &f64| f64::from(*value as f32) == *value || value.is_nan();
        if let HeldNumbers::Short(numbers) = &mut self.numbers {
            if rows.iter().all(is_short) {
                numbers.try_reserve(rows.len()).map_err(|_| too_large(rows.len()))?;
                numbers.extend(rows.iter().map(|&value| value as f32));
                return Ok(());
            }
            let mut long: Vec<f64> = Vec::new();
            long.try_reserve_exact(numbers.len() + rows.len()).map_err(|_| too_large(numbers.len() + rows.len()))?;
            long.extend(numbers.iter().map(|&value| f64::from(value)));
            self.numbers = HeldNumbers::Long(long);
        }
        if let HeldNumbers::Long(numbers) = &mut self.numbers {
            numbers.try_reserve(rows.len()).map_err(|_| too_large(rows.len()))?;
            numbers.extend(rows.iter());
        }
        Ok(())
    }

    /// Returns the number of observations.
    pub fn n_observations(&self) -> usize {
        let count = match &self.numbers {
            HeldNumbers::Short(numbers) => numbers.len(),
            HeldNumbers::Long(numbers) => numbers.len(),
        };
        count.checked_div(self.n_voxels).unwrap_or(0)
    }

    /// Returns the number of voxels.
    pub fn n_voxels(&self) -> usize {
        self.n_voxels
    }

    /// Returns one value.
    ///
    /// # Panics
    /// If there is no such observation or voxel.
    pub fn get(&self, observation: usize, voxel: usize) -> f64 {
        assert!(voxel < self.n_voxels, "voxel {voxel} of {}", self.n_voxels);
        match &self.numbers {
            HeldNumbers::Short(numbers) => f64::from(numbers[observation * self.n_voxels + voxel]),
            HeldNumbers::Long(numbers) => numbers[observation * self.n_voxels + voxel],
        }
    }

    /// Hands every value of an observation at some consecutive `voxels` to `take`, with its number among them.
    pub(crate) fn for_each_of(
        &self,
        observation: usize,
        voxels: std::ops::Range<usize>,
        mut take: impl FnMut(usize, f64),
    ) {
        let start = observation * self.n_voxels;
        let range = start + voxels.start..start + voxels.end;
        match &self.numbers {
            HeldNumbers::Short(numbers) => {
                numbers[range].iter().enumerate().for_each(|(k, &value)| take(k, f64::from(value)));
            }
            HeldNumbers::Long(numbers) => numbers[range].iter().enumerate().for_each(|(k, &value)| take(k, value)),
        }
    }

    /// Returns the voxels whose values are all finite.
    pub fn finite_voxels(&self) -> Vec<bool> {
        let mut finite = vec![true; self.n_voxels];
        for observation in 0..self.n_observations() {
            self.for_each_of(observation, 0..self.n_voxels, |voxel, value| finite[voxel] &= value.is_finite());
        }
        finite
    }

    /// Leaves out the voxels that are not among the `kept`.
    ///
    /// # Panics
    /// If there is not one word for every voxel.
    pub fn retain_voxels(&mut self, kept: &[bool]) {
        assert_eq!(kept.len(), self.n_voxels, "one word for every voxel");
        let mut place = 0;
        let mut is_kept = || {
            place += 1;
            kept[(place - 1) % kept.len()]
        };
        match &mut self.numbers {
            HeldNumbers::Short(numbers) => numbers.retain(|_| is_kept()),
            HeldNumbers::Long(numbers) => numbers.retain(|_| is_kept()),
        }
        self.n_voxels = kept.iter().filter(|&&kept| kept).count();
    }
}

fn too_large(count: usize) -> Error {
    let bytes = count.saturating_mul(size_of::<f64>()) as u64;
    Error::too_large(bytes, 0, format!("there is no memory for {count} values of voxels; search fewer voxels"))
}

#[cfg(test)]
mod tests {
    use ndarray::{Axis, array};

    use super::*;

    #[test]
    fn values_are_kept_to_the_last_bit() {
        let rows = array![[0.5, f64::NAN, 3.0], [0.1, 1e300, -7.0]];
        let mut values = VoxelValues::from_rows(rows.select(Axis(0), &[0]).view()).unwrap();
        assert!(matches!(values.numbers, HeldNumbers::Short(_)));
        values.push_rows(rows.select(Axis(0), &[1]).view()).unwrap();
        assert!(matches!(values.numbers, HeldNumbers::Long(_)));
        for ((i, j), &value) in rows.indexed_iter() {
            assert!(values.get(i, j) == value || value.is_nan() && values.get(i, j).is_nan());
        }
        assert_eq!(values.finite_voxels(), [true, false, true]);
        values.retain_voxels(&[true, false, true]);
        assert_eq!([(0, 0), (0, 1), (1, 0), (1, 1)].map(|(i, j)| values.get(i, j)), [0.5, 3.0, 0.1, -7.0]);
        assert!(values.push_rows(rows.view()).is_err());
    }

    #[test]
    fn numbers_beyond_short_floats_are_not_rounded_to_infinity() {
        let values = VoxelValues::from_rows(array![[1e39, f64::INFINITY]].view()).unwrap();
        assert_eq!((values.get(0, 0), values.finite_voxels()), (1e39, vec![true, false]));
    }
}
