//! Mean of several RDMs.

use crate::{Error, Rdm, Result};

impl Rdm {
    /// Computes the weighted mean of each dissimilarity over the RDMs in which it is present.
    ///
    /// A dissimilarity that is missing in all RDMs stays missing.
    ///
    /// # Formula
    /// d̄ = Σ wₖdₖ / Σ wₖ, over the k in which d is present.
    ///
    /// # Errors
    /// `InvalidParameter` without RDMs, or unless there is one finite weight, not negative, for each RDM;
    /// `ShapeMismatch` or `LabelMismatch` if the conditions differ, naming the RDM by its position from 0; `Degenerate`
    /// if a dissimilarity is present only in RDMs of weight 0.
    ///
    /// # Example
    /// ```
    /// use rsa_core::Rdm;
    ///
    /// let a = Rdm::new(vec![1.0, 2.0, f64::NAN])?;
    /// let b = Rdm::new(vec![3.0, 4.0, 5.0])?;
    /// assert_eq!(Rdm::average(&[&a, &b], &[1.0, 1.0])?.values(), [2.0, 3.0, 5.0]);
    /// assert_eq!(Rdm::average(&[&a, &b], &[3.0, 1.0])?.values(), [1.5, 2.5, 5.0]);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn average(rdms: &[&Self], weights: &[f64]) -> Result<Self> {
        let Some(first) = rdms.first() else {
            return Err(Error::invalid_parameter("the RDMs of a mean", "at least one", 0));
        };
        if weights.len() != rdms.len() {
            return Err(Error::invalid_parameter(
                "the weights of a mean",
                format!("{}, one for every RDM", rdms.len()),
                weights.len(),
            ));
        }
        if let Some(weight) = weights.iter().find(|weight| !weight.is_finite() || **weight < 0.0) {
            return Err(Error::invalid_parameter("a weight of a mean", "finite and not negative", weight));
        }
        for (k, rdm) in rdms.iter().enumerate() {
            first.conditions().ensure_same(rdm.conditions()).map_err(|error| error.context(format!("RDM {k}")))?;
        }
        let mean = |pair: usize| -> Result<f64> {
            let present =
                || rdms.iter().zip(weights).map(|(rdm, w)| (rdm.values()[pair], w)).filter(|(d, _)| !d.is_nan());
            let total: f64 = present().map(|(_, weight)| weight).sum();
            match present().next() {
                None => Ok(f64::NAN),
                Some(_) if total == 0.0 => Err(Error::degenerate(
                    format!("dissimilarity {pair} (counted from 0) is present only in RDMs of weight 0"),
                    "give one of these RDMs a weight above 0, or leave them all out",
                )),
                // Dividing the weights by their sum first keeps large dissimilarities from overflowing.
                Some(_) => Ok(present().map(|(d, weight)| d * (weight / total)).sum()),
            }
        };
        let values = (0..first.values().len()).map(mean).collect::<Result<Vec<_>>>()?;
        let rounding = rdms.iter().map(|rdm| rdm.rounding()).fold(0.0, f64::max);
        Self::new(values)?.with_rounding(rounding)?.with_conditions(first.conditions().clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Conditions;

    #[test]
    fn what_is_missing_everywhere_stays_missing() {
        let [a, b] = [[1.0, f64::NAN, 3.0], [f64::NAN, f64::NAN, 5.0]].map(|values| Rdm::new(values.to_vec()).unwrap());
        let mean = Rdm::average(&[&a, &b], &[1.0, 1.0]).unwrap();
        assert!(mean.get(0, 2).is_nan());
        assert_eq!((mean.get(0, 1), mean.get(1, 2)), (1.0, 4.0));
    }

    #[test]
    fn large_dissimilarities_have_a_mean() {
        let a = Rdm::new(vec![1.7e308; 3]).unwrap();
        assert!((Rdm::average(&[&a, &a, &a], &[1.0; 3]).unwrap().get(0, 1) / 1.7e308 - 1.0).abs() < 1e-15);
    }

    #[test]
    fn misuse_is_named() {
        let a = Rdm::new(vec![1.0, 2.0, 3.0]).unwrap();
        let other = Rdm::new(vec![1.0]).unwrap();
        let named = a.clone().with_conditions(Conditions::labeled(["a", "b", "c"])).unwrap();
        let turned = a.clone().with_conditions(Conditions::labeled(["b", "a", "c"])).unwrap();
        assert_eq!(Rdm::average(&[], &[]).unwrap_err().kind().name(), "InvalidParameter");
        assert_eq!(Rdm::average(&[&a], &[-1.0]).unwrap_err().kind().name(), "InvalidParameter");
        assert_eq!(Rdm::average(&[&a], &[1.0, 1.0]).unwrap_err().kind().name(), "InvalidParameter");
        assert_eq!(Rdm::average(&[&a], &[0.0]).unwrap_err().kind().name(), "Degenerate");
        assert_eq!(Rdm::average(&[&named, &turned], &[1.0; 2]).unwrap_err().kind().name(), "LabelMismatch");
        let error = Rdm::average(&[&a, &other], &[1.0; 2]).unwrap_err();
        assert!(error.kind().name() == "ShapeMismatch" && error.to_string().starts_with("RDM 1: "), "{error}");
    }
}
