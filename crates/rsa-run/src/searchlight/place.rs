//! [`SearchRadius`] and [`VoxelPlace`]: lengths and places in voxels or millimeters, as text.

use std::{fmt, str::FromStr};

use rsa_brain::VolumeGrid;
use rsakit::{Error, Result};
use serde::{Deserialize, Serialize};

/// A length with its unit: `4vox` or `8mm`.
///
/// # Example
/// ```
/// use rsa_run::SearchRadius;
///
/// assert_eq!("4vox".parse::<SearchRadius>()?, SearchRadius::Voxels(4.0));
/// assert!("4".parse::<SearchRadius>().is_err());
/// # Ok::<(), rsakit::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum SearchRadius {
    /// In voxels.
    Voxels(f64),
    /// In millimeters.
    Millimeters(f64),
}

/// A place in a volume: `30,22,14vox` by index, counted from 0, or `-42,-58.5,12mm` in space.
///
/// # Example
/// ```
/// use rsa_run::VoxelPlace;
///
/// assert_eq!("3,0,7vox".parse::<VoxelPlace>()?, VoxelPlace::Index([3, 0, 7]));
/// # Ok::<(), rsakit::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum VoxelPlace {
    /// Index along x, y and z.
    Index([usize; 3]),
    /// Coordinates in millimeters, of which the nearest voxel is meant.
    Millimeters([f64; 3]),
}

/// Splits the unit off a text.
fn split_unit(text: &str) -> Option<(&str, bool)> {
    let text = text.trim();
    let voxels = ["voxels", "voxel", "vox"].iter().find_map(|unit| text.strip_suffix(unit));
    match voxels {
        Some(number) => Some((number.trim(), true)),
        None => text.strip_suffix("mm").map(|number| (number.trim(), false)),
    }
}

impl FromStr for SearchRadius {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |requirement| Err(Error::invalid_parameter("a radius", requirement, format_args!("'{text}'")));
        let Some((number, is_voxels)) = split_unit(text) else {
            return refuse("a number with its unit, such as 4vox or 8mm, because programs differ in what they take");
        };
        match number.parse::<f64>() {
            Ok(number) if number.is_finite() && number > 0.0 && is_voxels => Ok(Self::Voxels(number)),
            Ok(number) if number.is_finite() && number > 0.0 => Ok(Self::Millimeters(number)),
            _ => refuse("a number above 0 before its unit, such as 4vox"),
        }
    }
}

impl fmt::Display for SearchRadius {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Voxels(number) => write!(f, "{number}vox"),
            Self::Millimeters(number) => write!(f, "{number}mm"),
        }
    }
}

impl From<SearchRadius> for String {
    fn from(radius: SearchRadius) -> Self {
        radius.to_string()
    }
}

impl TryFrom<String> for SearchRadius {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl FromStr for VoxelPlace {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = || {
            let requirement = "three numbers with their unit, such as 30,22,14vox or -42,-58,12mm";
            Error::invalid_parameter("a center", requirement, format_args!("'{text}'"))
        };
        let (numbers, is_voxels) = split_unit(text).ok_or_else(refuse)?;
        let parts: Vec<&str> = numbers.split(',').map(str::trim).collect();
        let parts: [&str; 3] = parts.try_into().map_err(|_| refuse())?;
        if is_voxels {
            let [x, y, z] = parts.map(|part| part.parse::<usize>());
            return match (x, y, z) {
                (Ok(x), Ok(y), Ok(z)) => Ok(Self::Index([x, y, z])),
                _ => Err(refuse()),
            };
        }
        let [x, y, z] = parts.map(|part| part.parse::<f64>().ok().filter(|number| number.is_finite()));
        match (x, y, z) {
            (Some(x), Some(y), Some(z)) => Ok(Self::Millimeters([x, y, z])),
            _ => Err(refuse()),
        }
    }
}

impl VoxelPlace {
    /// Returns the voxel of the grid that is meant.
    ///
    /// # Errors
    /// `InvalidParameter` if no voxel that takes part is there, naming the nearest that does.
    pub(super) fn voxel(self, grid: &VolumeGrid) -> Result<usize> {
        let affine = grid.affine();
        let position = match self {
            Self::Index(index) => {
                if let Some(voxel) = grid.voxel_at(index) {
                    return Ok(voxel);
                }
                let [i, j, k] = index.map(|index| index as f64);
                affine.map(|[x, y, z, origin]| x * i + y * j + z * k + origin)
            }
            Self::Millimeters(position) => position,
        };
        let distance = |voxel: usize| {
            grid.position(voxel).iter().zip(position).map(|(own, asked)| (own - asked).powi(2)).sum::<f64>().sqrt()
        };
        let nearest = (0..grid.n_voxels()).min_by(|&a, &b| distance(a).total_cmp(&distance(b))).unwrap_or(0);
        // A place is in a voxel if it is no farther from its middle than a corner is.
        let columns = [0, 1, 2].map(|axis| affine.iter().map(|row| row[axis].powi(2)).sum::<f64>());
        let corner = columns.iter().sum::<f64>().sqrt() / 2.0;
        if matches!(self, Self::Millimeters(_)) && distance(nearest) <= corner {
            return Ok(nearest);
        }
        let [x, y, z] = grid.index(nearest);
        let requirement =
            format!("a voxel of the mask; the nearest is {x},{y},{z}vox, {:.1} mm away", distance(nearest));
        Err(Error::invalid_parameter("the center", requirement, self))
    }
}

impl fmt::Display for VoxelPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index([x, y, z]) => write!(f, "{x},{y},{z}vox"),
            Self::Millimeters([x, y, z]) => write!(f, "{x},{y},{z}mm"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_places_have_units() {
        assert_eq!("2.5 mm".parse::<SearchRadius>().unwrap(), SearchRadius::Millimeters(2.5));
        for wrong in ["4", "mm", "-1vox", "nanmm", "4cm", "0vox"] {
            assert_eq!(wrong.parse::<SearchRadius>().unwrap_err().kind().name(), "InvalidParameter", "{wrong}");
        }
        assert_eq!("-4, 5.5,0mm".parse::<VoxelPlace>().unwrap(), VoxelPlace::Millimeters([-4.0, 5.5, 0.0]));
        for wrong in ["1,2,3", "1,2vox", "1,2,3,4mm", "-1,2,3vox", "1,2,infmm", "1.5,2,3vox"] {
            assert!(wrong.parse::<VoxelPlace>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_place_is_that_of_the_voxel_around_it() {
        let affine = [[2.0, 0.0, 0.0, -10.0], [0.0, 2.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0]];
        let grid = VolumeGrid::new([4, 4, 4], affine, vec![0, 21]).unwrap();
        assert_eq!(VoxelPlace::Index([1, 1, 1]).voxel(&grid).unwrap(), 1);
        assert_eq!(VoxelPlace::Millimeters([-7.5, 1.5, 2.0]).voxel(&grid).unwrap(), 1);
        let error = VoxelPlace::Index([3, 1, 1]).voxel(&grid).unwrap_err().to_string();
        assert!(error.contains("the nearest is 1,1,1vox, 4.0 mm away"), "{error}");
        assert!(VoxelPlace::Index([9, 9, 9]).voxel(&grid).is_err());
    }
}
