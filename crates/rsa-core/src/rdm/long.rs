//! Conversion of RDMs from and to long tables: one row for every pair, as in data frames.

use std::collections::HashMap;

use crate::{Conditions, Error, Rdm, Result, condensed};

impl Rdm {
    /// Builds an RDM from rows of two labels and a dissimilarity; conditions are in the order of first appearance.
    ///
    /// A pair is missing if it has no row, or a row with NaN. A pair may occur in both orders if both rows agree. A
    /// condition may be paired with itself if that dissimilarity is 0.
    ///
    /// # Errors
    /// `ShapeMismatch` below two conditions, or naming a pair that has two different dissimilarities or a condition that
    /// differs from itself; `NonFinite` for an infinity.
    ///
    /// # Example
    /// ```
    /// use rsa_core::Rdm;
    ///
    /// let rdm = Rdm::from_long([("cat", "dog", 1.0), ("owl", "cat", 3.0)])?;
    /// assert_eq!(rdm.conditions().labels().unwrap(), ["cat", "dog", "owl"]);
    /// assert_eq!((rdm.get(0, 1), rdm.get(0, 2), rdm.get(1, 2).is_nan()), (1.0, 3.0, true));
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn from_long<S: Into<String>>(rows: impl IntoIterator<Item = (S, S, f64)>) -> Result<Self> {
        let (mut labels, mut places) = (Vec::new(), HashMap::new());
        let mut place = |label: String| {
            *places.entry(label).or_insert_with_key(|label| {
                labels.push(label.clone());
                labels.len() - 1
            })
        };
        let rows = rows.into_iter().map(|(a, b, value)| (place(a.into()), place(b.into()), value));
        let rows: Vec<(usize, usize, f64)> = rows.collect();
        let conditions = Conditions::labeled(labels);
        let n = conditions.count();
        let mut values = vec![f64::NAN; condensed::n_pairs(n)];
        for (a, b, value) in rows {
            let (i, j) = (a.min(b), a.max(b));
            if i == j {
                if value != 0.0 {
                    let name = conditions.name(i);
                    return Err(Error::shape_mismatch(format!(
                        "the dissimilarity of condition {name} from itself is {value}, not 0; drop that row"
                    )));
                }
                continue;
            }
            let entry = &mut values[condensed::index(n, i, j)];
            if !entry.is_nan() && !value.is_nan() && *entry != value {
                return Err(Error::shape_mismatch(format!(
                    "the dissimilarity of conditions {} and {} is {entry} in one row and {value} in another; give every pair once",
                    conditions.name(i),
                    conditions.name(j)
                )));
            }
            if !value.is_nan() {
                *entry = value;
            }
        }
        Self::new(values)?.with_conditions(conditions)
    }

    /// Iterates over the pairs in condensed order: two conditions, by label or position from 0, and their
    /// dissimilarity.
    pub fn to_long(&self) -> impl Iterator<Item = (String, String, f64)> {
        let label = |i: usize| self.conditions().labels().map_or_else(|| i.to_string(), |labels| labels[i].clone());
        condensed::pairs(self.n_conditions())
            .zip(self.values())
            .map(move |((i, j), &value)| (label(i), label(j), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_comes_back() {
        let rdm = Rdm::new(vec![1.0, f64::NAN, -3.0]).unwrap();
        let labeled = rdm.with_conditions(Conditions::labeled(["z", "a", "m"])).unwrap();
        let back = Rdm::from_long(labeled.to_long()).unwrap();
        assert_eq!(back.conditions(), labeled.conditions());
        assert_eq!((back.get(0, 1), back.get(1, 2)), (1.0, -3.0));
        assert!(back.get(0, 2).is_nan());
        let plain: Vec<_> = Rdm::new(vec![5.0]).unwrap().to_long().collect();
        assert_eq!(plain, [("0".to_owned(), "1".to_owned(), 5.0)]);
    }

    #[test]
    fn both_triangles_may_be_listed_if_they_agree() {
        let full =
            [("a", "a", 0.0), ("a", "b", 2.0), ("b", "a", 2.0), ("b", "b", 0.0), ("a", "c", 1.0), ("c", "b", 4.0)];
        assert_eq!(Rdm::from_long(full).unwrap().values(), [2.0, 1.0, 4.0]);
        let message = |rows: &[(&str, &str, f64)]| Rdm::from_long(rows.iter().copied()).unwrap_err().to_string();
        assert!(message(&[("a", "b", 2.0), ("b", "a", 3.0)]).contains("'a' and 'b' is 2 in one row and 3"));
        assert!(message(&[("a", "b", 2.0), ("b", "b", 3.0)]).contains("condition 'b' from itself is 3"));
        assert!(message(&[]).contains("0 dissimilarities"));
        assert!(message(&[("a", "b", f64::INFINITY)]).contains("inf"));
    }
}
