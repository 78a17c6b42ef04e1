//! Mean dissimilarities between groups of conditions.

use crate::{Conditions, Error, Rdm, Result, condensed};

impl Rdm {
    /// Returns the RDM of groups: the mean dissimilarity of a condition of one group and a condition of another.
    ///
    /// `groups` has the group of each condition; groups stand in the order of their first conditions. Dissimilarities
    /// within a group are left out, and missing ones are left out of the means.
    ///
    /// # Formula
    /// D(A, B) = mean of d(a, b) over all a in A and b in B of which d is present.
    ///
    /// # Errors
    /// `ShapeMismatch` unless there is a group for each condition, and for fewer than two groups.
    ///
    /// # Example
    /// ```
    /// use rsa_core::Rdm;
    ///
    /// let rdm = Rdm::new(vec![1.0, 2.0, 4.0, 6.0, 8.0, 9.0])?;
    /// let blocks = rdm.block_means(&["face", "face", "house", "house"])?;
    /// assert_eq!(blocks.values(), [5.0]);
    /// assert_eq!(blocks.conditions().labels().unwrap(), ["face", "house"]);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn block_means<S: AsRef<str>>(&self, groups: &[S]) -> Result<Self> {
        let n = self.n_conditions();
        if groups.len() != n {
            let found = groups.len();
            return Err(Error::shape_mismatch(format!(
                "{found} groups for {n} conditions; give each condition a group"
            )));
        }
        let mut names: Vec<&str> = Vec::new();
        let numbers: Vec<usize> = groups
            .iter()
            .map(|group| {
                let group = group.as_ref();
                names.iter().position(|name| *name == group).unwrap_or_else(|| {
                    names.push(group);
                    names.len() - 1
                })
            })
            .collect();
        if names.len() < 2 {
            return Err(Error::shape_mismatch("all conditions are of one group, and an RDM needs two or more"));
        }
        let n_blocks = condensed::n_pairs(names.len());
        let block = |i: usize, j: usize| {
            let (a, b) = (numbers[i], numbers[j]);
            (a != b).then(|| condensed::index(names.len(), a.min(b), a.max(b)))
        };
        let present = || {
            let pairs = condensed::pairs(n).zip(self.values()).filter(|(_, value)| !value.is_nan());
            pairs.filter_map(|((i, j), &value)| Some((block(i, j)?, value)))
        };
        let mut counts = vec![0.0; n_blocks];
        present().for_each(|(block, _)| counts[block] += 1.0);
        let mut means = vec![0.0; n_blocks];
        // Dividing first keeps large dissimilarities from overflowing.
        present().for_each(|(block, value)| means[block] += value / counts[block]);
        means.iter_mut().zip(&counts).filter(|(_, count)| **count == 0.0).for_each(|(mean, _)| *mean = f64::NAN);
        Self::new(means)?.with_rounding(self.rounding())?.with_conditions(Conditions::labeled(names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_need_not_be_contiguous_and_missing_pairs_do_not_count() {
        // Pairs 01 02 03 12 13 23 of the groups x y x y.
        let rdm = Rdm::new(vec![1.0, 100.0, 3.0, f64::NAN, 100.0, 5.0]).unwrap();
        let means = rdm.with_rounding(1e-9).unwrap().block_means(&["x", "y", "x", "y"]).unwrap();
        assert_eq!((means.values(), means.rounding()), (&[3.0][..], 1e-9));
        let lone = Rdm::new(vec![f64::NAN, 2.0, 3.0]).unwrap().block_means(&["a", "b", "c"]).unwrap();
        assert!(lone.values()[0].is_nan() && lone.values()[1..] == [2.0, 3.0]);
    }

    #[test]
    fn wrong_groups_are_refused() {
        let rdm = Rdm::new(vec![1.0, 2.0, 3.0]).unwrap();
        for groups in [&["a", "b"][..], &["a", "a", "a"]] {
            assert_eq!(rdm.block_means(groups).unwrap_err().kind().name(), "ShapeMismatch");
        }
    }
}
