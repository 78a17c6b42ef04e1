//! [`Reliability`]: the agreement of subjects' RDMs, and scores as shares of the noise ceiling.

use rsa_core::{Error, Observer, Rdm, Result};

use super::{Evaluation, rdm_set::pooled};
use crate::{
    Scoring,
    resample::{Purpose, StageSteps, shuffled, stream},
};

/// The agreement of the RDMs of subjects with one another.
///
/// # Formula
/// - `between_subjects`: the mean comparison over all pairs of subjects;
/// - `split_half`: the mean comparison of the pools of two halves over random splits of the k subjects, into ⌊k/2⌋ and
///   the rest;
/// - `whole`: 2r/(1 + r) with r the `split_half`: the Spearman–Brown prediction for pools of twice the size.
///
/// RDMs are pooled as for the noise ceiling.
///
/// # Range
/// `between_subjects` and `split_half` are in [−1, 1]. `whole` has a meaning for r above 0 only; it is below −1 for r below
/// −1/3.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::{Reliability, Scoring};
///
/// let rdm = |d: [f64; 6]| Rdm::new(d.to_vec());
/// let data = [rdm([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?, rdm([1.0, 3.0, 2.0, 4.0, 6.0, 5.0])?];
/// let found = Reliability::new(&data, Scoring::Spearman, 10, 0)?;
/// // Two subjects have one split, and a Spearman correlation of 31/35: 62/66 by Spearman and Brown.
/// assert!((found.split_half - 31.0 / 35.0).abs() < 1e-14 && (found.whole - 62.0 / 66.0).abs() < 1e-14);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Spearman 1910, British Journal of Psychology, doi:10.1111/j.2044-8295.1910.tb00206.x; Brown 1910, British Journal of
/// Psychology, doi:10.1111/j.2044-8295.1910.tb00207.x.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Reliability {
    /// Mean comparison over pairs of subjects.
    pub between_subjects: f64,
    /// Mean comparison over splits into halves.
    pub split_half: f64,
    /// Predicted agreement of two pools of as many subjects, by Spearman and Brown.
    pub whole: f64,
}

impl Reliability {
    /// Compares subjects and random halves of them.
    ///
    /// # Errors
    /// `InvalidParameter` below two subjects or without splits, `Degenerate` for a subject or pool that is constant or
    /// if the halves disagree entirely, mismatched conditions.
    pub fn new(data: &[Rdm], comparison: Scoring, splits: u64, seed: u64) -> Result<Self> {
        Self::new_observed(data, comparison, splits, seed, &())
    }

    /// Like [`new`](Self::new), and reports to an observer, who may cancel.
    ///
    /// # Errors
    /// Errors of [`new`](Self::new), and `Cancelled`.
    pub fn new_observed(
        data: &[Rdm],
        comparison: Scoring,
        splits: u64,
        seed: u64,
        observer: &dyn Observer,
    ) -> Result<Self> {
        let k = data.len();
        if k < 2 {
            return Err(Error::invalid_parameter("the number of subjects", "at least 2 to agree", k));
        }
        if splits == 0 {
            return Err(Error::invalid_parameter("the number of splits", "at least 1", splits));
        }
        let steps = StageSteps::new(observer, "comparisons of subjects", (k * (k - 1) / 2) as u64);
        let mut between = 0.0;
        for (j, other) in data.iter().enumerate() {
            for (i, rdm) in data[..j].iter().enumerate() {
                let score = steps.step(|| {
                    comparison.compare(rdm, other).map_err(|error| error.context(format!("subjects {i} and {j}")))
                })?;
                between += score;
            }
        }
        let steps = StageSteps::new(observer, "splits into halves", splits);
        let mut halves = 0.0;
        for split in 0..splits {
            let order = shuffled(&mut stream(seed, Purpose::Subset, split), k);
            let half = |members: &[usize]| pooled(comparison, data, members, observer);
            halves += steps.step(|| comparison.compare(&half(&order[..k / 2])?, &half(&order[k / 2..])?))?;
        }
        let split_half = halves / splits as f64;
        if split_half <= -1.0 + 1e-12 {
            return Err(Error::degenerate("the two halves of the subjects disagree entirely", "check their signs"));
        }
        Ok(Self {
            between_subjects: between / (k * (k - 1) / 2) as f64,
            split_half,
            whole: 2.0 * split_half / (1.0 + split_half),
        })
    }
}

impl Evaluation {
    /// Returns the score of each model divided by the upper and by the lower noise ceiling.
    ///
    /// The share of the score of the true model that a model reaches lies between the two.
    ///
    /// # Errors
    /// `Degenerate` if there is no ceiling, or if the interval of the lower ceiling contains 0, so that a share has no
    /// meaning.
    pub fn shares_of_ceiling(&self) -> Result<Vec<[f64; 2]>> {
        let remedy = "report the scores as they are, or measure more subjects";
        let Some(ceiling) = &self.noise_ceiling else {
            return Err(Error::degenerate("there is no noise ceiling", remedy));
        };
        match ceiling.lower_interval {
            Some([low, _]) if low > 0.0 => {
                Ok(self.models.iter().map(|model| [model.score / ceiling.upper, model.score / ceiling.lower]).collect())
            }
            _ => Err(Error::degenerate(
                format!("the lower noise ceiling of {:.3} cannot be told from 0", ceiling.lower),
                remedy,
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Inference, Model};

    fn rdm(seed: u32) -> Rdm {
        let value =
            |k: u32| f64::from((k * k * 31) % 41) / 8.0 + f64::from((k * k * seed * 7 + 13 * k + seed) % 53) / 9.0;
        Rdm::new((0..45).map(value).collect()).unwrap()
    }

    #[test]
    fn halves_of_two_are_the_subjects() {
        for scoring in Scoring::ALL {
            let data = [rdm(1), rdm(2)];
            let found = Reliability::new(&data, scoring, 3, 1).unwrap();
            assert!((found.between_subjects - found.split_half).abs() < 1e-12, "{scoring}");
            assert!((found.split_half - scoring.compare(&data[0], &data[1]).unwrap()).abs() < 1e-12);
        }
    }

    #[test]
    fn more_subjects_agree_better() {
        let data: Vec<Rdm> = (1..9).map(rdm).collect();
        for scoring in Scoring::ALL {
            let found = Reliability::new(&data, scoring, 20, 1).unwrap();
            assert!(found.between_subjects < found.split_half && found.split_half < found.whole, "{found:?}");
        }
        assert_eq!(Reliability::new(&data[..1], Scoring::Cosine, 5, 1).unwrap_err().kind().name(), "InvalidParameter");
    }

    #[test]
    fn a_ceiling_near_zero_is_no_unit() {
        let unrelated =
            |seed: u32| Rdm::new((0..45).map(|k| f64::from((k * k * seed + 5 * k) % 47)).collect()).unwrap();
        let evaluate = |data: &[Rdm]| Inference::default().evaluate(&[Model::fixed("m", rdm(11))], data).unwrap();
        let error = evaluate(&[unrelated(3), unrelated(11), unrelated(17)]).shares_of_ceiling().unwrap_err();
        assert!(error.to_string().contains("cannot be told from 0"), "{error}");
        let shares = evaluate(&[rdm(1), rdm(2), rdm(3), rdm(4)]).shares_of_ceiling().unwrap();
        assert!(shares[0][0] < shares[0][1] && shares[0][0] > 0.5, "{shares:?}");
    }
}
