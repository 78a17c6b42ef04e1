//! [`Neighborhood`]: the voxels around a center, and [`Ball`], their lines along x.

use rsa_core::{Error, Result};

use crate::VolumeGrid;

/// Rule by which voxels are near a center.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Neighborhood {
    /// Voxels whose indices differ by a vector shorter than `radius`; `inclusive` takes those of that length too.
    ///
    /// A radius of 1, 2, 3, 4, 5 has 1, 27, 93, 251, 485 voxels, as in rsatoolbox, and 7, 33, 123, 257, 515 inclusive, as
    /// in nilearn.
    Voxels {
        /// Radius in voxels.
        radius: f64,
        /// `true` for voxels at the radius itself, too.
        inclusive: bool,
    },
    /// Voxels at most this many millimeters away, by the affine of the volume.
    Millimeters {
        /// Radius in millimeters.
        radius: f64,
    },
    /// The nearest voxels of the mask by millimeters, the center among them; of equally near ones the first in order.
    Nearest {
        /// Number of voxels.
        count: usize,
        /// Largest distance in millimeters; beyond it there may be fewer voxels.
        max_radius: Option<f64>,
    },
}

/// Most voxels between the center and the edge of a ball.
const WIDEST: f64 = 100.0;

impl Neighborhood {
    /// Checks the numbers, and returns the ball unless the neighborhood is one of the nearest voxels.
    ///
    /// # Errors
    /// `InvalidParameter` for a radius that is not positive, not finite or beyond 100 voxels, a count of 0, and an affine
    /// that maps voxels onto a plane.
    pub(crate) fn ball(&self, grid: &VolumeGrid) -> Result<Option<Ball>> {
        let (radius, unit) = match *self {
            Self::Voxels { radius, .. } => (radius, "voxels"),
            Self::Millimeters { radius } => (radius, "mm"),
            Self::Nearest { count, max_radius } => {
                if count == 0 {
                    return Err(Error::invalid_parameter("the count of nearest voxels", "at least 1", count));
                }
                return match max_radius {
                    Some(radius) if !(radius.is_finite() && radius >= 0.0) => {
                        Err(Error::invalid_parameter("the largest radius", "a finite number of mm", radius))
                    }
                    _ => Ok(None),
                };
            }
        };
        if !(radius.is_finite() && radius > 0.0) {
            let requirement = format!("a finite number of {unit} above 0");
            return Err(Error::invalid_parameter("the radius of spheres", requirement, radius));
        }
        let reach = match *self {
            Self::Millimeters { .. } => reaches(grid.affine(), radius)?,
            _ => [radius; 3],
        };
        if let Some(voxels) = reach.iter().find(|&&reach| reach > WIDEST) {
            return Err(Error::invalid_parameter(
                "the radius of spheres",
                format!("at most {WIDEST} voxels along every axis"),
                format_args!("{radius} {unit}, which is {voxels:.0} voxels"),
            ));
        }
        let [x, y, z] = reach.map(|reach| reach.floor() as isize);
        let is_near = |offset: [isize; 3]| match *self {
            Self::Voxels { radius, inclusive } => {
                let squared = offset.iter().map(|step| step * step).sum::<isize>() as f64;
                if inclusive { squared <= radius * radius } else { squared < radius * radius }
            }
            _ => length(grid.affine(), offset) <= radius * (1.0 + ROUNDING),
        };
        let mut lines = Vec::new();
        for (dz, dy) in (-z..=z).flat_map(|dz| (-y..=y).map(move |dy| (dz, dy))) {
            let near = || (-x..=x).filter(|&dx| is_near([dx, dy, dz]));
            if let (Some(low), Some(high)) = (near().next(), near().next_back()) {
                lines.push(BallLine { dy, dz, low, high });
            }
        }
        Ok(Some(Ball { lines }))
    }
}

/// Share of the radius by which a voxel at the radius may seem farther: affines are 32-bit floats in many files.
const ROUNDING: f64 = 1e-6;

/// Returns the length in mm of a step of whole voxels.
pub(crate) fn length(affine: [[f64; 4]; 3], offset: [isize; 3]) -> f64 {
    let [i, j, k] = offset.map(|step| step as f64);
    affine.iter().map(|[x, y, z, _]| (x * i + y * j + z * k).powi(2)).sum::<f64>().sqrt()
}

/// Returns the largest step along each axis of index that a vector of `radius` mm can have: radius × the length of the
/// row of the inverse of the affine.
fn reaches(affine: [[f64; 4]; 3], radius: f64) -> Result<[f64; 3]> {
    let column = |k: usize| affine.map(|row| row[k]);
    let cross =
        |a: [f64; 3], b: [f64; 3]| [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    let [a, b, c] = [0, 1, 2].map(column);
    let volume: f64 = a.iter().zip(cross(b, c)).map(|(a, n)| a * n).sum();
    let reach = [cross(b, c), cross(c, a), cross(a, b)]
        .map(|normal| radius * normal.iter().map(|n| n * n).sum::<f64>().sqrt() / volume.abs());
    match reach.iter().all(|reach| reach.is_finite()) {
        // A step of exactly the reach must not be lost to rounding.
        true => Ok(reach.map(|reach| reach * (1.0 + ROUNDING))),
        false => Err(Error::invalid_parameter(
            "the affine of the volume",
            "one that maps voxels into space, because the radius is in mm",
            "one that maps them onto a plane",
        )),
    }
}

/// The voxels of a ball around a center, whose intersection with every line along x is an interval.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ball {
    /// Lines in the order of z, then y.
    pub(crate) lines: Vec<BallLine>,
}

/// Voxels of a ball on one line along x: steps from the center.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BallLine {
    pub(crate) dy: isize,
    pub(crate) dz: isize,
    pub(crate) low: isize,
    pub(crate) high: isize,
}

impl BallLine {
    /// Returns the number of voxels.
    pub(crate) fn width(&self) -> usize {
        (self.high - self.low + 1).cast_unsigned()
    }

    /// Returns the step in x from the center of the ball to the middle of the line, left of which an even line has one
    /// voxel fewer.
    pub(crate) fn middle(&self) -> isize {
        self.low + (self.high - self.low) / 2
    }
}

impl Ball {
    /// Returns the number of voxels.
    pub(crate) fn n_voxels(&self) -> usize {
        self.lines.iter().map(BallLine::width).sum()
    }

    /// Returns the largest step along y and z.
    pub(crate) fn reach(&self) -> [usize; 2] {
        let most = |step: fn(&BallLine) -> isize| self.lines.iter().map(|line| step(line).unsigned_abs()).max();
        [most(|line| line.dy), most(|line| line.dz)].map(|reach| reach.unwrap_or(0))
    }

    /// Returns the largest step along x.
    pub(crate) fn reach_x(&self) -> usize {
        self.lines.iter().map(|line| line.low.unsigned_abs().max(line.high.unsigned_abs())).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(affine: [[f64; 4]; 3]) -> VolumeGrid {
        VolumeGrid::new([3, 3, 3], affine, vec![0]).unwrap()
    }

    const UNIT: [[f64; 4]; 3] = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];

    fn count(neighborhood: Neighborhood, affine: [[f64; 4]; 3]) -> usize {
        neighborhood.ball(&grid(affine)).unwrap().unwrap().n_voxels()
    }

    /// Counts of rsatoolbox 0.3.2 (strict), of nilearn and BrainIAK (inclusive).
    #[test]
    fn balls_have_the_known_numbers_of_voxels() {
        let counts =
            |inclusive| [1.0, 2.0, 3.0, 4.0, 5.0].map(|radius| count(Neighborhood::Voxels { radius, inclusive }, UNIT));
        assert_eq!(counts(false), [1, 27, 93, 251, 485]);
        assert_eq!(counts(true), [7, 33, 123, 257, 515]);
    }

    #[test]
    fn millimeters_follow_the_affine() {
        let mm = |radius, affine| count(Neighborhood::Millimeters { radius }, affine);
        assert_eq!(mm(4.0, UNIT), 257);
        // Voxels of 2 mm, and a spacing that 32-bit floats make a little too large.
        assert_eq!(mm(8.0, UNIT.map(|row| row.map(|value| 2.0 * value))), 257);
        assert_eq!(mm(8.0, UNIT.map(|row| row.map(|value| 2.000_000_5 * value))), 257);
        // Slices 3 mm apart: 29 voxels within 3 mm in the slice, and one above and below.
        let slices = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 3.0, 0.0]];
        assert_eq!(mm(3.0, slices), 31);
        // Sheared by one voxel a slice, the voxels above the center are beside it: (dx, dz) at x = dx + dz.
        let sheared = [[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];
        let ball = Neighborhood::Millimeters { radius: 1.0 }.ball(&grid(sheared)).unwrap().unwrap();
        assert_eq!(ball.n_voxels(), 7);
        assert!(ball.lines.contains(&BallLine { dy: 0, dz: 1, low: -1, high: -1 }));
    }

    #[test]
    fn what_is_no_radius_is_refused() {
        let message = |neighborhood: Neighborhood| neighborhood.ball(&grid(UNIT)).unwrap_err().to_string();
        for radius in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(
                message(Neighborhood::Millimeters { radius }).starts_with("the radius of spheres must be a finite")
            );
        }
        let wide = message(Neighborhood::Voxels { radius: 200.0, inclusive: true });
        assert!(wide.contains("at most 100 voxels"), "{wide}");
        assert!(message(Neighborhood::Nearest { count: 0, max_radius: None }).contains("at least 1"));
        let flat = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0; 4]];
        assert!(Neighborhood::Millimeters { radius: 2.0 }.ball(&grid(flat)).is_err());
    }

    #[test]
    fn lines_have_a_middle() {
        let line = |low, high| BallLine { dy: 0, dz: 0, low, high };
        assert_eq!(
            [line(-3, 3).middle(), line(-1, 2).middle(), line(2, 3).middle(), line(-4, -3).middle()],
            [0, 0, 2, -4]
        );
    }
}
