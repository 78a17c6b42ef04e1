//! Dissimilarities that rounding ties, as equal numbers.

use crate::Rdm;

impl Rdm {
    /// Returns this RDM with rounding 0 in which dissimilarities that its rounding ties are equal.
    ///
    /// In rising order, values no further than the rounding above the first of a run are one run, and each becomes the
    /// middle value of its run. So ranks stay what they are in programs that know nothing of rounding.
    ///
    /// # Example
    /// ```
    /// use rsa_core::Rdm;
    ///
    /// let computed = Rdm::new(vec![0.1 + 0.2, 0.3, 0.5])?.with_rounding(1e-15)?;
    /// assert_eq!(computed.with_ties_made_equal().values(), [0.3, 0.3, 0.5]);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    #[must_use]
    pub fn with_ties_made_equal(&self) -> Self {
        if self.rounding() == 0.0 {
            return self.clone();
        }
        let mut values = self.values().to_vec();
        let mut order: Vec<usize> = (0..values.len()).filter(|&k| !values[k].is_nan()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut rest = order.as_slice();
        while let Some(&first) = rest.first() {
            let limit = values[first] + self.rounding();
            let (run, others) = rest.split_at(rest.partition_point(|&k| values[k] <= limit));
            let middle = values[run[(run.len() - 1) / 2]];
            run.iter().for_each(|&k| values[k] = middle);
            rest = others;
        }
        let tied = Self::new(values).expect("runs have values of the RDM");
        tied.with_conditions(self.conditions().clone()).expect("the number of conditions is the same")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Conditions;

    #[test]
    fn each_run_of_ties_is_one_of_its_values() {
        let rdm = Rdm::new(vec![3.0, 1.0, f64::NAN, 2.0, 0.0, 1.5]).unwrap();
        let conditions = Conditions::labeled(["a", "b", "c", "d"]);
        let rdm = rdm.with_conditions(conditions.clone()).unwrap().with_rounding(1.0).unwrap();
        let tied = rdm.with_ties_made_equal();
        // 0 1 | 1.5 2 | 3: the first value bounds a run.
        assert_eq!(tied.values()[..2], [3.0, 0.0]);
        assert!(tied.values()[2].is_nan());
        assert_eq!(tied.values()[3..], [1.5, 0.0, 1.5]);
        assert_eq!((tied.rounding(), tied.conditions()), (0.0, &conditions));
        assert_eq!(tied.with_ties_made_equal().values()[3..], tied.values()[3..]);
    }

    #[test]
    fn given_dissimilarities_stay_as_they_are() {
        let rdm = Rdm::new(vec![0.1 + 0.2, 0.3, 0.5]).unwrap();
        assert_eq!(rdm.with_ties_made_equal(), rdm);
    }
}
