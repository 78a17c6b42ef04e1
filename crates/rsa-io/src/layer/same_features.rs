//! The features of another layer, such as those of the patterns for residuals.

use std::collections::BTreeSet;

use rsa_core::{Error, Result, RowBlocks};

use super::Layer;

impl Layer {
    /// Returns this layer with the features of `other`, such as residuals with the voxels of patterns.
    ///
    /// Both have the same columns, of which `other` may have chosen some by a mask, an atlas or
    /// [`DropFeatures`](crate::DropFeatures), or this layer has as many columns as `other` has features. Volumes have one
    /// shape and place.
    ///
    /// # Errors
    /// `ShapeMismatch` naming both layers, if their features or the shapes or places of their volumes differ.
    pub fn with_features_of(&self, other: &Self) -> Result<Self> {
        if let (Some(own), Some(others)) = (self.geometry(), other.geometry()) {
            own.ensure_same(&self.place, others, &other.place)?;
        }
        let (own, others, wanted) = (self.n_columns(), other.n_columns(), other.n_features());
        match (own == others, &other.chosen) {
            (true, Some(chosen)) => self.with_columns(chosen.clone()),
            (true, None) => Ok(self.clone()),
            (false, _) if own == wanted => Ok(self.clone()),
            (false, _) => {
                let of = if others == wanted { String::new() } else { format!(" of {others}") };
                Err(Error::shape_mismatch(format!(
                    "{} has {own} features and {} has {wanted}{of}; give both with the same features",
                    self.place, other.place
                )))
            }
        }
    }

    /// Returns this layer with the features of all `others` held in memory, if its file is compressed.
    ///
    /// For each region of an atlas the whole file would be inflated otherwise. Layers that have chosen no features, or have
    /// other columns, leave it as it is.
    ///
    /// # Errors
    /// The errors of reading.
    pub fn hold_features_of(&self, others: &[&Self]) -> Result<Self> {
        let mut wanted = BTreeSet::new();
        for other in others {
            match &other.chosen {
                Some(chosen) if other.n_columns() == self.n_columns() => wanted.extend(chosen.iter().copied()),
                _ => return Ok(self.clone()),
            }
        }
        self.with_columns(wanted.into_iter().collect())?.held_if_compressed()
    }

    /// Returns the number of features before some were chosen.
    fn n_columns(&self) -> usize {
        self.arrangement.n_features(self.numbers.n_columns())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;
    use crate::{
        DropFeatures, OpenOptions, open, open_all_features,
        tests::samples::{doubles, folder, npy},
    };

    fn bytes(x: &Array2<f64>) -> Vec<u8> {
        npy("<f8", false, &format!("({}, {})", x.nrows(), x.ncols()), &doubles(x.as_slice().unwrap()))
    }

    #[test]
    fn columns_that_are_left_out_there_are_left_out_here() {
        let patterns = array![[1.0, 5.0, 2.0, f64::NAN], [3.0, 5.0, 4.0, 1.0]];
        let residuals = array![[10.0, 11.0, 12.0, 13.0], [20.0, 21.0, 22.0, 23.0], [1.0, 1.0, 1.0, 1.0]];
        let folder = folder(&[
            ("p.npy", bytes(&patterns)),
            ("r.npy", bytes(&residuals)),
            ("two.npy", bytes(&Array2::eye(2))),
            ("three.npy", bytes(&Array2::eye(3))),
        ]);
        let path = |name: &str| folder.path().join(name).display().to_string();
        let drop_features = DropFeatures { dead: true, nan: true };
        let options = OpenOptions { drop_features, ..OpenOptions::default() };
        let patterns = open(&path("p.npy"), &options).unwrap().into_layers().remove(0);
        let whole = |name: &str| open_all_features(&path(name), &options).unwrap().into_layers().remove(0);
        let same = whole("r.npy").with_features_of(&patterns).unwrap();
        assert_eq!(same.read().unwrap().values(), array![[10.0, 12.0], [20.0, 22.0], [1.0, 1.0]]);
        // As many as are left are those that are left.
        assert_eq!(whole("two.npy").with_features_of(&patterns).unwrap().n_features(), 2);
        let message = whole("three.npy").with_features_of(&patterns).unwrap_err().to_string();
        assert!(message.contains("three.npy") && message.contains("has 3 features"), "{message}");
        assert!(message.contains("p.npy") && message.contains("has 2 of 4"), "{message}");
    }
}
