//! [`Atlas`]: a map in which every place has the number of its region, and the names of the regions.

mod region_names;

use std::collections::BTreeMap;

use rsa_core::{Error, Result};

use super::{BrainSpace, single_map::SingleMap};
use crate::{open::enumerate, options::RegionOptions};

/// The largest number of a region: whole numbers up to it are exact as 64-bit floats.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// A map of regions, whose numbers are not yet read.
pub(crate) struct Atlas {
    map: SingleMap,
    names: Option<BTreeMap<i64, String>>,
}

/// A region of an atlas and the columns of its places.
pub(crate) struct Region {
    pub(crate) name: String,
    pub(crate) places: Vec<usize>,
}

impl Atlas {
    /// Opens the map and reads the names: those of the table, or else those that the file of the map has.
    ///
    /// # Errors
    /// The errors of [`SingleMap::open`]; `Io` or `Format` if the names cannot be read.
    pub(crate) fn open(options: &RegionOptions, notes: &mut Vec<String>) -> Result<Self> {
        let map = SingleMap::open(&options.atlas, "atlas", notes)?;
        let named = |error: Error, path: &std::path::Path| error.context(path.display());
        let names = options.names.as_deref();
        let names = names.map(|path| region_names::read(path).map_err(|error| named(error, path))).transpose()?;
        let names = names.or_else(|| map.labels().cloned());
        Ok(Self { map, names })
    }

    /// Returns the regions in the order of their numbers, and notes numbers without a name and names without a voxel.
    ///
    /// # Errors
    /// The errors of [`SingleMap::for_each_place`]; `Format` for a number that is not whole, `Degenerate` without a
    /// region.
    pub(crate) fn regions(&self, data: &BrainSpace, notes: &mut Vec<String>) -> Result<Vec<Region>> {
        let mut found: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        self.map.for_each_place(data, |place, value| {
            if value.fract() != 0.0 || value.abs() > LARGEST {
                return Err(Error::format(format!(
                    "{} has {value} at {}, and regions are whole numbers; give a map of labels, not of probabilities",
                    self.map.place(),
                    data.show_place(place)
                )));
            }
            if value != 0.0 {
                found.entry(value as i64).or_default().push(place);
            }
            Ok(())
        })?;
        if found.is_empty() {
            return Err(Error::degenerate(
                format!("{} has no region", self.map.place()),
                format!("all of its {} are 0", data.places_word()),
            ));
        }
        if let Some(names) = &self.names {
            let unnamed: Vec<_> = found.keys().filter(|&k| !names.contains_key(k)).map(i64::to_string).collect();
            let absent = names.iter().filter(|&(k, _)| *k != 0 && !found.contains_key(k));
            let absent: Vec<_> = absent.map(|(_, name)| format!("'{name}'")).collect();
            if !unnamed.is_empty() {
                notes.push(format!("regions without a name go by their number: {}", enumerate(&unnamed)));
            }
            // The table in a file of labels is as long for either hemisphere.
            if !absent.is_empty() && self.map.labels().is_none() {
                notes.push(format!("names without a {} in the atlas: {}", data.place_word(), enumerate(&absent)));
            }
        }
        let name = |number: i64| self.names.as_ref().and_then(|names| names.get(&number).cloned());
        let region = |(number, places)| Region { name: name(number).unwrap_or_else(|| number.to_string()), places };
        Ok(found.into_iter().map(region).collect())
    }
}
