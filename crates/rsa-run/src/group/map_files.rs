//! [`GroupMaps`]: the maps of a test, and the files they are written to.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use ndarray::ArrayView2;
use rsa_io::write_nifti;
use rsakit::stats::{MapTestOutcome, TestedMap};

use super::map_space::MapSpace;
use crate::document::Records;

/// Maps of a test: effect, t, p, −log₁₀ p, clusters, and for TFCE the enhanced values.
#[derive(Clone, Debug)]
pub struct GroupMaps {
    space: MapSpace,
    /// Part of the names of files that tells models apart; empty for one model.
    infixes: Vec<String>,
    maps: Vec<TestedMap>,
}

impl GroupMaps {
    pub(super) fn new(space: MapSpace, models: &[(Option<String>, Vec<String>)], outcome: MapTestOutcome) -> Self {
        let infix = |(name, _): &(Option<String>, Vec<String>)| match name {
            Some(name) if models.len() > 1 => format!("_model-{name}"),
            _ => String::new(),
        };
        Self { space, infixes: models.iter().map(infix).collect(), maps: outcome.maps }
    }

    /// Returns the files of maps whose names begin with `prefix`: NIfTI with the grid of the inputs, or tables.
    pub fn paths(&self, prefix: &Path) -> Vec<PathBuf> {
        self.files(prefix).into_iter().map(|(path, ..)| path).collect()
    }

    /// Writes one of the files of [`paths`](Self::paths).
    ///
    /// # Errors
    /// `InvalidInput` for a value beyond 32-bit floats in a volume; the errors of `writer`.
    ///
    /// # Panics
    /// If there is no such file.
    pub fn write(&self, index: usize, prefix: &Path, writer: &mut dyn Write) -> io::Result<()> {
        let (_, map, values) = self.files(prefix).into_iter().nth(index).expect("a file of these maps");
        match (&self.space, values) {
            (MapSpace::Voxels { geometry, places, .. }, Some(values)) => {
                let places: Vec<usize> = map.elements.iter().map(|&element| places[element]).collect();
                let row = ArrayView2::from_shape((1, values.len()), &values).expect("one row");
                write_nifti(writer, geometry, &places, row, true)
            }
            _ => writer.write_all(self.table(map).csv().as_bytes()),
        }
    }

    /// Returns each file with its map and, for volumes, its values.
    fn files(&self, prefix: &Path) -> Vec<(PathBuf, &TestedMap, Option<Vec<f64>>)> {
        let path = |infix: &str, ending: &str| {
            let mut name = prefix.as_os_str().to_owned();
            name.push(format!("{infix}_{ending}"));
            PathBuf::from(name)
        };
        let mut files = Vec::new();
        for (map, infix) in self.maps.iter().zip(&self.infixes) {
            if !self.space.is_volume() {
                files.push((path(infix, "map.csv"), map, None));
                continue;
            }
            let labels = map.labels.iter().copied().map(f64::from).collect();
            let logarithms = map.p.iter().map(|p| minus_log10(*p)).collect();
            let all = [
                ("mean", Some(map.effects.clone())),
                ("t", Some(map.t.clone())),
                ("p", Some(map.p.clone())),
                ("logp", Some(logarithms)),
                ("clusters", Some(labels)),
                ("tfce", map.enhanced.clone()),
            ];
            for (name, values) in all {
                files.extend(values.map(|values| (path(infix, &format!("{name}.nii.gz")), map, Some(values))));
            }
        }
        files
    }

    /// Returns the map of times as a table.
    fn table(&self, map: &TestedMap) -> Records {
        let place: &[&str] = match self.space {
            MapSpace::Times { .. } => &["time", "name"],
            _ => &["row", "column"],
        };
        let mut header = [place, &["mean", "t", "p", "logp", "cluster"][..]].concat();
        header.extend(map.enhanced.as_ref().map(|_| "tfce"));
        let mut records = Records::new(&header);
        for (k, &element) in map.elements.iter().enumerate() {
            let mut row: Vec<String> = self.space.index(element).iter().map(usize::to_string).collect();
            if let MapSpace::Times { names, .. } = &self.space {
                row.push(names.as_ref().map_or(String::new(), |names| names[element].clone()));
            }
            row.extend([map.effects[k], map.t[k], map.p[k], minus_log10(map.p[k])].map(|value| value.to_string()));
            row.push(map.labels[k].to_string());
            row.extend(map.enhanced.iter().map(|enhanced| enhanced[k].to_string()));
            records.rows.push(row);
        }
        records
    }
}

/// Returns −log₁₀ p without the sign of −0.
fn minus_log10(p: f64) -> f64 {
    -p.max(f64::MIN_POSITIVE).log10() + 0.0
}
