//! Selection and reordering of the conditions of an RDM.

use crate::{Conditions, Error, Rdm, Result, condensed};

impl Rdm {
    /// Returns the RDM of the conditions at `rows`, in that order.
    ///
    /// # Errors
    /// `InvalidParameter` if a row does not exist or occurs twice (the dissimilarity of a condition from itself was not
    /// measured), `ShapeMismatch` for fewer than two rows.
    ///
    /// # Example
    /// ```
    /// use rsa_core::Rdm;
    ///
    /// let rdm = Rdm::new(vec![1.0, 2.0, 3.0])?;
    /// assert_eq!(rdm.select(&[2, 0])?.values(), [2.0]);
    /// assert_eq!(rdm.select(&[1, 2, 0])?.values(), [3.0, 1.0, 2.0]);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn select(&self, rows: &[usize]) -> Result<Self> {
        let mut taken = vec![false; self.n_conditions()];
        for &row in rows {
            match taken.get_mut(row) {
                None => {
                    let requirement = format!("below the {} conditions", self.n_conditions());
                    return Err(Error::invalid_parameter("row", requirement, row));
                }
                Some(true) => return Err(Error::invalid_parameter("row", "taken once", row)),
                Some(free) => *free = true,
            }
        }
        let values = condensed::pairs(rows.len()).map(|(i, j)| self.get(rows[i], rows[j])).collect();
        Self::new(values)?.with_rounding(self.rounding())?.with_conditions(self.conditions().select(rows))
    }

    /// Returns this RDM with its conditions in the order of `target`, matched by label.
    ///
    /// # Errors
    /// `LabelMismatch` unless both have the same set of unique labels.
    pub fn aligned_to(&self, target: &Conditions) -> Result<Self> {
        self.select(&self.conditions().rows_of(target)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_rounding_move_with_the_conditions() {
        let rdm = Rdm::new(vec![1.0, f64::NAN, 3.0]).unwrap().with_rounding(1e-12).unwrap();
        let rdm = rdm.with_conditions(Conditions::labeled(["cat", "dog", "owl"])).unwrap();
        let turned = rdm.aligned_to(&Conditions::labeled(["owl", "cat", "dog"])).unwrap();
        assert!(turned.get(0, 1).is_nan());
        assert_eq!((turned.get(0, 2), turned.get(1, 2), turned.rounding()), (3.0, 1.0, 1e-12));
        assert_eq!(turned.conditions().labels().unwrap(), ["owl", "cat", "dog"]);
    }

    #[test]
    fn a_condition_is_taken_once() {
        let rdm = Rdm::new(vec![1.0, 2.0, 3.0]).unwrap();
        assert_eq!(rdm.select(&[0, 0, 1]).unwrap_err().kind().name(), "InvalidParameter");
        assert_eq!(rdm.select(&[0, 3]).unwrap_err().kind().name(), "InvalidParameter");
        assert_eq!(rdm.select(&[0]).unwrap_err().kind().name(), "ShapeMismatch");
    }
}
