//! [`Atlas`]: a volume whose voxels have the number of their region, and the names of the regions.

mod region_names;

use std::collections::BTreeMap;

use rsa_core::{Error, Result};

use super::{VolumeGeometry, single_volume::SingleVolume};
use crate::{open::enumerate, options::RegionOptions};

/// The largest number of a region: whole numbers up to it are exact as 64-bit floats.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// A volume of regions, whose voxels are not yet read.
pub(crate) struct Atlas {
    volume: SingleVolume,
    names: Option<BTreeMap<i64, String>>,
}

/// A region of an atlas and the places of its voxels.
pub(crate) struct Region {
    pub(crate) name: String,
    pub(crate) voxels: Vec<usize>,
}

impl Atlas {
    /// Opens the volume and reads the names.
    ///
    /// # Errors
    /// The errors of [`SingleVolume::open`]; `Io` or `Format` if the names cannot be read.
    pub(crate) fn open(options: &RegionOptions, notes: &mut Vec<String>) -> Result<Self> {
        let volume = SingleVolume::open(&options.atlas, "atlas", notes)?;
        let named = |error: Error, path: &std::path::Path| error.context(path.display());
        let names = options.names.as_deref();
        let names = names.map(|path| region_names::read(path).map_err(|error| named(error, path))).transpose()?;
        Ok(Self { volume, names })
    }

    /// Returns the regions in the order of their numbers, and notes numbers without a name and names without a voxel.
    ///
    /// # Errors
    /// The errors of [`SingleVolume::for_each_voxel`]; `Format` for a number that is not whole, `Degenerate` without a
    /// region.
    pub(crate) fn regions(&self, data: &VolumeGeometry, notes: &mut Vec<String>) -> Result<Vec<Region>> {
        let mut found: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        self.volume.for_each_voxel(data, |place, value| {
            if value.fract() != 0.0 || value.abs() > LARGEST {
                let [x, y, z] = data.index(place);
                return Err(Error::format(format!(
                    "{} has {value} at voxel ({x}, {y}, {z}), and regions are whole numbers; give a volume of labels, not of \
                     probabilities",
                    self.volume.place()
                )));
            }
            if value != 0.0 {
                found.entry(value as i64).or_default().push(place);
            }
            Ok(())
        })?;
        if found.is_empty() {
            return Err(Error::degenerate(format!("{} has no region", self.volume.place()), "all of its voxels are 0"));
        }
        if let Some(names) = &self.names {
            let unnamed: Vec<_> = found.keys().filter(|&k| !names.contains_key(k)).map(i64::to_string).collect();
            let absent = names.iter().filter(|&(k, _)| *k != 0 && !found.contains_key(k));
            let absent: Vec<_> = absent.map(|(_, name)| format!("'{name}'")).collect();
            if !unnamed.is_empty() {
                notes.push(format!("regions without a name go by their number: {}", enumerate(&unnamed)));
            }
            if !absent.is_empty() {
                notes.push(format!("names without a voxel in the atlas: {}", enumerate(&absent)));
            }
        }
        let name = |number: i64| self.names.as_ref().and_then(|names| names.get(&number).cloned());
        let region = |(number, voxels)| Region { name: name(number).unwrap_or_else(|| number.to_string()), voxels };
        Ok(found.into_iter().map(region).collect())
    }
}
