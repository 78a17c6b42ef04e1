//! [`Spheres`]: the members of the neighborhood of every center.

use rsa_core::{Error, Fraction, Result};

use crate::{
    MissingReason, Neighborhood, VolumeGrid,
    neighborhood::{Ball, length},
};

/// Neighborhoods of all voxels of a grid, each of which is a center.
///
/// The members of a center are the voxels of its neighborhood that take part. A center with too few is missing: with
/// fewer than `min_voxels`, or with less than `min_share` of the whole neighborhood, also where that reaches beyond the
/// volume. (`truncate_at_boundary` of other programs counts the part inside the volume, so their threshold never acts at
/// an edge.)
///
/// # Example
/// ```
/// use rsa_brain::{Neighborhood, Spheres, VolumeGrid};
///
/// let affine = [[2.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0]];
/// let grid = VolumeGrid::new([9, 9, 9], affine, (0..729).collect())?;
/// let spheres = Spheres::new(grid, Neighborhood::Voxels { radius: 4.0, inclusive: false })?;
/// assert_eq!((spheres.n_whole(), spheres.members(364).len()), (251, 251));
/// assert_eq!(spheres.members(0).len(), 51); // the octant of a corner
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Spheres {
    grid: VolumeGrid,
    shape: SphereShape,
    min_share: f64,
    min_voxels: usize,
}

#[derive(Clone, Debug)]
enum SphereShape {
    Ball(Ball),
    Nearest(NearestVoxels),
}

/// Steps to the voxels around a center, the nearest first.
#[derive(Clone, Debug)]
struct NearestVoxels {
    count: usize,
    max_radius: Option<f64>,
    steps: Vec<[isize; 3]>,
}

impl Spheres {
    /// Takes the neighborhoods of all voxels of `grid`. Without further words half of a neighborhood and ten voxels are
    /// required.
    ///
    /// # Errors
    /// `InvalidParameter` for a neighborhood that is none: a radius that is not positive or beyond 100 voxels, a count of
    /// 0, an affine that maps voxels onto a plane.
    pub fn new(grid: VolumeGrid, neighborhood: Neighborhood) -> Result<Self> {
        let shape = match (neighborhood.ball(&grid)?, neighborhood) {
            (Some(ball), _) => SphereShape::Ball(ball),
            (None, Neighborhood::Nearest { count, max_radius }) => {
                SphereShape::Nearest(NearestVoxels { count, max_radius, steps: nearest_steps(&grid, count) })
            }
            (None, _) => return Err(Error::invalid_parameter("a neighborhood", "a ball or a count", "neither")),
        };
        const HALF: f64 = 0.5;
        const TEN: usize = 10;
        Ok(Self { grid, shape, min_share: HALF, min_voxels: TEN })
    }

    /// Returns these spheres with another share of the whole neighborhood, and another number of voxels, that a center
    /// needs.
    #[must_use]
    pub fn with_minimum(self, share: Fraction, voxels: usize) -> Self {
        Self { min_share: share.get(), min_voxels: voxels, ..self }
    }

    /// Returns the grid.
    pub fn grid(&self) -> &VolumeGrid {
        &self.grid
    }

    /// Returns the number of voxels of a whole neighborhood.
    pub fn n_whole(&self) -> usize {
        match &self.shape {
            SphereShape::Ball(ball) => ball.n_voxels(),
            SphereShape::Nearest(nearest) => nearest.count,
        }
    }

    /// Returns the fewest voxels with which a center is not missing.
    pub fn n_required(&self) -> usize {
        ((self.min_share * self.n_whole() as f64).ceil() as usize).max(self.min_voxels).max(1)
    }

    /// Returns the members of the neighborhood of the voxel `center`, in rising order.
    pub fn members(&self, center: usize) -> Vec<usize> {
        match &self.shape {
            SphereShape::Ball(ball) => self.lines_of(ball, center).flatten().collect(),
            SphereShape::Nearest(nearest) => self.nearest_of(nearest, center),
        }
    }

    /// Returns the number of members of the neighborhood of the voxel `center`.
    pub fn n_members(&self, center: usize) -> usize {
        match &self.shape {
            SphereShape::Ball(ball) => self.lines_of(ball, center).map(|line| line.len()).sum(),
            SphereShape::Nearest(nearest) => self.nearest_of(nearest, center).len(),
        }
    }

    /// Returns the reason for which the voxel `center`, whose neighborhood has `n_members`, is missing.
    pub fn missing(&self, n_members: usize) -> Option<MissingReason> {
        (n_members < self.n_required()).then_some(MissingReason::TooFewVoxels)
    }

    /// Returns the ball, if the neighborhoods are balls.
    pub(crate) fn ball(&self) -> Option<&Ball> {
        match &self.shape {
            SphereShape::Ball(ball) => Some(ball),
            SphereShape::Nearest(_) => None,
        }
    }

    fn lines_of(&self, ball: &Ball, center: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
        let [x, y, z] = self.grid.index(center).map(usize::cast_signed);
        ball.lines.iter().map(move |line| self.grid.of_line(y + line.dy, z + line.dz, x + line.low, x + line.high))
    }

    fn nearest_of(&self, nearest: &NearestVoxels, center: usize) -> Vec<usize> {
        let affine = self.grid.affine();
        let own = self.grid.index(center).map(usize::cast_signed);
        let is_near = |step: [isize; 3]| {
            nearest.max_radius.is_none_or(|most| tenths_of_microns(length(affine, step)) <= tenths_of_microns(most))
        };
        let voxel = |step: &[isize; 3]| {
            let index: [isize; 3] = std::array::from_fn(|axis| own[axis] + step[axis]);
            index.iter().all(|&i| i >= 0).then(|| self.grid.voxel_at(index.map(isize::cast_unsigned)))?
        };
        let steps = nearest.steps.iter().filter(|&&step| is_near(step));
        let mut found: Vec<usize> = steps.filter_map(voxel).take(nearest.count).collect();
        if found.len() < nearest.count {
            // Holes in the mask: look at all voxels.
            let step = |voxel: usize| {
                let index = self.grid.index(voxel).map(usize::cast_signed);
                std::array::from_fn(|axis| index[axis] - own[axis])
            };
            let near = (0..self.grid.n_voxels()).filter(|&voxel| is_near(step(voxel)));
            let mut all: Vec<_> = near.map(|voxel| (tenths_of_microns(length(affine, step(voxel))), voxel)).collect();
            let count = nearest.count.min(all.len());
            if count < all.len() {
                all.select_nth_unstable(count);
            }
            found = all[..count].iter().map(|&(_, voxel)| voxel).collect();
        }
        found.sort_unstable();
        found
    }
}

/// Returns a length in mm to a ten-thousandth: what affines of 32-bit floats set apart by less is equally far.
fn tenths_of_microns(length: f64) -> i64 {
    (length * 1e4).round() as i64
}

/// Returns steps in rising order of their length, of equal ones in the order of voxels: all that are shorter than any
/// other. There are several times `count`, so that few centers of a mask without holes need more.
fn nearest_steps(grid: &VolumeGrid, count: usize) -> Vec<[isize; 3]> {
    const TIMES: f64 = 8.0;
    let affine = grid.affine();
    let longest = grid.shape().map(usize::cast_signed);
    let half = ((TIMES * count as f64).cbrt() / 2.0).ceil() as isize;
    let [x, y, z] = longest.map(|length| half.min(length));
    let box_of = |[x, y, z]: [isize; 3]| {
        (-z..=z).flat_map(move |k| (-y..=y).flat_map(move |j| (-x..=x).map(move |i| [i, j, k])))
    };
    let mut steps: Vec<_> = box_of([x, y, z]).map(|step| (tenths_of_microns(length(affine, step)), step)).collect();
    // Beyond the shortest step out of the box, the box does not have all.
    let is_outside =
        |step: &[isize; 3]| (0..3).any(|axis| step[axis].abs() == [x, y, z][axis] && [x, y, z][axis] < longest[axis]);
    let complete = steps.iter().filter(|(_, step)| is_outside(step)).map(|&(length, _)| length).min();
    steps.retain(|&(length, _)| complete.is_none_or(|complete| length < complete));
    steps.sort_by_key(|&(length, [i, j, k])| (length, k, j, i));
    steps.into_iter().map(|(_, step)| step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn affine(size: [f64; 3]) -> [[f64; 4]; 3] {
        let [x, y, z] = size;
        [[x, 0.0, 0.0, 0.0], [0.0, y, 0.0, 0.0], [0.0, 0.0, z, 0.0]]
    }

    /// A volume in which every fifth voxel is a hole.
    fn holes() -> VolumeGrid {
        VolumeGrid::new([6, 7, 5], affine([2.0, 2.0, 3.0]), (0..210).filter(|place| place % 5 != 2).collect()).unwrap()
    }

    fn distance(grid: &VolumeGrid, a: usize, b: usize) -> f64 {
        let (a, b) = (grid.index(a).map(|i| i as isize), grid.index(b).map(|i| i as isize));
        length(grid.affine(), std::array::from_fn(|axis| a[axis] - b[axis]))
    }

    #[test]
    fn members_are_the_voxels_within_the_radius() {
        let grid = holes();
        let spheres = Spheres::new(grid.clone(), Neighborhood::Millimeters { radius: 4.5 }).unwrap();
        for center in 0..grid.n_voxels() {
            let expected: Vec<_> = (0..grid.n_voxels()).filter(|&v| distance(&grid, center, v) <= 4.5).collect();
            assert_eq!(spheres.members(center), expected);
            assert_eq!(spheres.n_members(center), expected.len());
        }
    }

    #[test]
    fn the_nearest_voxels_are_those_of_a_search_of_all() {
        let grid = holes();
        for (count, max_radius) in [(1, None), (7, None), (30, None), (30, Some(6.0)), (500, None)] {
            let spheres = Spheres::new(grid.clone(), Neighborhood::Nearest { count, max_radius }).unwrap();
            for center in [0, 17, 80, grid.n_voxels() - 1] {
                let mut all: Vec<_> = (0..grid.n_voxels()).collect();
                all.retain(|&v| max_radius.is_none_or(|most| distance(&grid, center, v) <= most));
                all.sort_by(|&a, &b| distance(&grid, center, a).total_cmp(&distance(&grid, center, b)).then(a.cmp(&b)));
                all.truncate(count);
                all.sort_unstable();
                assert_eq!(spheres.members(center), all, "{count} around {center}");
            }
        }
    }

    #[test]
    fn a_share_is_that_of_the_ball_that_no_edge_cuts() {
        let grid = VolumeGrid::new([9, 9, 9], affine([1.0; 3]), (0..729).collect()).unwrap();
        let spheres = Spheres::new(grid, Neighborhood::Voxels { radius: 4.0, inclusive: false }).unwrap();
        assert_eq!((spheres.n_whole(), spheres.n_required()), (251, 126));
        assert_eq!(spheres.missing(spheres.n_members(0)), Some(MissingReason::TooFewVoxels));
        assert_eq!(spheres.missing(spheres.n_members(364)), None);
        let loose = spheres.with_minimum(Fraction::new("a share", 0.1).unwrap(), 45);
        assert_eq!((loose.n_required(), loose.missing(45), loose.missing(44).is_some()), (45, None, true));
    }
}
