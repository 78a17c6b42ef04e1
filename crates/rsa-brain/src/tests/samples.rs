//! Small volumes with data.

use ndarray::{Array2, Axis};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rsa_core::{Measurements, Rdm};

use crate::{SearchDesign, VolumeGrid, VoxelValues};

/// Observations of conditions in runs at the voxels of a mask with holes.
pub(super) struct Sample {
    pub(super) grid: VolumeGrid,
    pub(super) values: Array2<f64>,
    pub(super) condition_of: Vec<usize>,
    pub(super) run_of: Vec<usize>,
}

pub(super) fn numbers(seed: u64, shape: (usize, usize)) -> Array2<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn(shape, || StandardNormal.sample(&mut random))
}

pub(super) const AFFINE: [[f64; 4]; 3] = [[2.0, 0.0, 0.0, -8.0], [0.0, 2.0, 0.0, 4.0], [0.0, 0.0, 3.0, 0.0]];

impl Sample {
    /// Five conditions in four runs, in an order of their own in each.
    pub(super) fn balanced() -> Self {
        let condition_of = (0..20).map(|k| (k + k / 5) % 5).collect();
        Self::new(condition_of, (0..20).map(|k| k / 5).collect())
    }

    /// Five conditions in four runs, of which one has no condition 2 and another has condition 0 twice.
    pub(super) fn unbalanced() -> Self {
        let mut sample = Self::balanced();
        let lost = (0..20).find(|&k| sample.condition_of[k] == 2 && sample.run_of[k] == 1).unwrap();
        sample.condition_of[lost] = 0;
        sample
    }

    fn new(condition_of: Vec<usize>, run_of: Vec<usize>) -> Self {
        let shape = [7, 9, 6];
        let is_hole = |place: &usize| {
            place % 11 == 4 || (place.is_multiple_of(7) && place / 63 == 2) || (120..150).contains(place)
        };
        let places: Vec<usize> = (0..shape.iter().product()).filter(|place| !is_hole(place)).collect();
        let signal = numbers(1, (5, places.len()));
        let mut values = numbers(2, (condition_of.len(), places.len())) + 3.0;
        for (mut row, &condition) in values.rows_mut().into_iter().zip(&condition_of) {
            row += &signal.row(condition);
        }
        Self { grid: VolumeGrid::new(shape, AFFINE, places).unwrap(), values, condition_of, run_of }
    }

    pub(super) fn design(&self) -> SearchDesign {
        SearchDesign::new(self.condition_of.clone()).unwrap().with_runs(self.run_of.clone()).unwrap()
    }

    pub(super) fn held(&self) -> VoxelValues {
        VoxelValues::from_rows(self.values.view()).unwrap()
    }

    /// Returns the measurements of some voxels, with conditions in the order of their numbers.
    pub(super) fn measurements(&self, members: &[usize]) -> Measurements {
        let mut order: Vec<usize> = (0..self.condition_of.len()).collect();
        order.sort_by_key(|&k| self.condition_of[k]);
        let values = self.values.select(Axis(1), members).select(Axis(0), &order);
        let labels = |of: &[usize]| order.iter().map(|&k| of[k].to_string()).collect::<Vec<_>>();
        Measurements::new(values, labels(&self.condition_of)).unwrap().with_runs(labels(&self.run_of)).unwrap()
    }
}

/// Two models of five conditions.
pub(super) fn models() -> Vec<(String, Rdm)> {
    let line = vec![1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 1.0, 2.0, 1.0];
    let categories = vec![0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0];
    [("line", line), ("categories", categories)]
        .map(|(name, values)| (name.to_owned(), Rdm::new(values).unwrap()))
        .to_vec()
}
