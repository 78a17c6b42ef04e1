//! RDMs of some of the conditions, brought to all of them and to one scale.

use std::collections::HashSet;

use crate::{Conditions, Error, Rdm, Result};

/// What counts how much where partial RDMs are combined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evidence {
    /// The square of the dissimilarity as it was given, and at least 0.04: on a screen of side 1, close items were
    /// placed with less care relative to their distance.
    #[default]
    Dissimilarity,
    /// One over the number of pairs of the RDM: every RDM counts alike.
    SetSize,
    /// 1: every dissimilarity counts alike.
    Equal,
}

/// Partial RDMs on one scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Rescaled {
    /// Each RDM times a factor of its own.
    pub rdms: Vec<Rdm>,
    /// Their weighted mean, the sum of whose squares is 1.
    pub mean: Rdm,
}

/// A weight of evidence is at least this: 0.2² of the screen.
const LEAST_EVIDENCE: f64 = 0.04;

/// Scales are found when the mean, whose squares sum to 1, moves by less than this.
const CONVERGED: f64 = 1e-13;

/// Each iteration shrinks the error by a factor that is the closer to 1 the fewer pairs are shared.
const MAX_ITERATIONS: usize = 100_000;

impl Rdm {
    /// The same dissimilarities among all of `conditions`, matched by label; pairs with a condition it lacks are missing.
    ///
    /// # Errors
    /// `LabelMismatch` if either side has no labels or repeated ones, or naming a condition that `conditions` lack.
    pub fn extended_to(&self, conditions: &Conditions) -> Result<Self> {
        let (Some(own), Some(all)) = (self.conditions().labels(), conditions.labels()) else {
            return Err(Error::label_mismatch("an RDM is brought to other conditions by labels, and there are none"));
        };
        let mut row_of = vec![None; all.len()];
        for (row, label) in own.iter().enumerate() {
            let mut places = (0..all.len()).filter(|&i| all[i] == *label);
            let (Some(place), None) = (places.next(), places.next()) else {
                let what = format!("condition '{label}' is not once among the {} conditions wanted", all.len());
                return Err(Error::label_mismatch(what));
            };
            if row_of[place].replace(row).is_some() {
                return Err(Error::label_mismatch(format!(
                    "label '{label}' stands twice in one RDM; it must be unique"
                )));
            }
        }
        let value = |(i, j): (usize, usize)| match (row_of[i], row_of[j]) {
            (Some(i), Some(j)) => self.get(i, j),
            _ => f64::NAN,
        };
        let values = crate::condensed::pairs(all.len()).map(value).collect();
        Self::new(values)?.with_rounding(self.rounding())?.with_conditions(conditions.clone())
    }

    /// RDMs of different sets of conditions, each among all that occur, in the order of first appearance.
    ///
    /// # Errors
    /// `InvalidParameter` without RDMs; those of [`extended_to`](Self::extended_to), naming the RDM counted from 0.
    ///
    /// # Example
    /// ```
    /// use rsa_core::{Conditions, Rdm};
    ///
    /// let a = Rdm::new(vec![1.0])?.with_conditions(Conditions::labelled(["cat", "dog"]))?;
    /// let b = Rdm::new(vec![2.0])?.with_conditions(Conditions::labelled(["owl", "dog"]))?;
    /// let all = Rdm::on_all_conditions(&[&a, &b])?;
    /// assert_eq!(all[1].conditions().labels().unwrap(), ["cat", "dog", "owl"]);
    /// assert!(all[1].get(0, 1).is_nan() && all[1].get(1, 2) == 2.0);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn on_all_conditions(rdms: &[&Self]) -> Result<Vec<Self>> {
        if rdms.is_empty() {
            return Err(Error::invalid_parameter("the RDMs to combine", "at least one", 0));
        }
        let (mut seen, mut union) = (HashSet::new(), Vec::new());
        for label in rdms.iter().filter_map(|rdm| rdm.conditions().labels()).flatten() {
            if seen.insert(label.as_str()) {
                union.push(label.clone());
            }
        }
        let union = Conditions::labelled(union);
        let extended = rdms
            .iter()
            .enumerate()
            .map(|(k, rdm)| rdm.extended_to(&union).map_err(|error| error.context(format!("RDM {k}"))));
        extended.collect()
    }

    /// Brings partial RDMs to one scale by the pairs they share, as for sets of items that were arranged one set after
    /// another on a screen, each filling it; and combines them.
    ///
    /// # Formula
    /// Alternately d̄ ∝ Σ wₖ·sₖdₖ / Σ wₖ over the RDMs in which a pair is present, of length 1, and sₖ so that sₖdₖ is
    /// as long as d̄ on the pairs of RDM k, until d̄ moves by less than 10⁻¹³. The same as rsatoolbox's `rescale`, which
    /// stops at 10⁻⁴, or never.
    ///
    /// # Errors
    /// `InvalidParameter` without RDMs; `ShapeMismatch` or `LabelMismatch` if the conditions differ (see
    /// [`on_all_conditions`](Self::on_all_conditions)); `Degenerate` naming an RDM that is all zero, or one that shares
    /// no pair with those before it by any chain, since its scale could be anything; `NotConverged`.
    ///
    /// # Example
    /// ```
    /// use rsa_core::{Evidence, Rdm};
    ///
    /// let missing = f64::NAN;
    /// // The second arrangement is twice as large on the pair that both have.
    /// let a = Rdm::new(vec![1.0, 2.0, missing])?;
    /// let b = Rdm::new(vec![missing, 4.0, 6.0])?;
    /// let mean = Rdm::rescale(&[&a, &b], Evidence::Equal)?.mean;
    /// assert!((mean.get(1, 2) / mean.get(0, 1) - 3.0).abs() < 1e-12);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    ///
    /// # References
    /// Kriegeskorte & Mur 2012, Frontiers in Psychology, doi:10.3389/fpsyg.2012.00245.
    pub fn rescale(rdms: &[&Self], evidence: Evidence) -> Result<Rescaled> {
        let units = rdms.iter().enumerate().map(|(k, rdm)| unit(rdm, k)).collect::<Result<Vec<_>>>()?;
        let mut mean = Self::average(rdms, &vec![1.0; rdms.len()])?;
        ensure_connected(rdms)?;
        let weights: Vec<Vec<f64>> = rdms.iter().map(|rdm| evidence.weights(rdm)).collect();
        let mut estimate = of_length_one(mean.values());
        for _ in 0..MAX_ITERATIONS {
            let scales: Vec<f64> = units.iter().map(|unit| length_on(&estimate, unit)).collect();
            let next = of_length_one(&weighted_mean(&units, &scales, &weights));
            let moved = estimate.iter().zip(&next).map(|(a, b)| (a - b).powi(2)).filter(|d| !d.is_nan()).sum::<f64>();
            estimate = next;
            if moved.sqrt() <= CONVERGED {
                let rescaled = |(unit, (rdm, scale)): (&Vec<f64>, (&&Self, f64))| {
                    let values: Vec<f64> = unit.iter().map(|value| value * scale).collect();
                    let factor = scale / length(rdm.values());
                    Self::new(values)?.with_rounding(rdm.rounding() * factor)?.with_conditions(rdm.conditions().clone())
                };
                let rounding = mean.rounding() / length(mean.values());
                mean = Self::new(estimate)?.with_rounding(rounding)?.with_conditions(mean.conditions().clone())?;
                let rdms = units.iter().zip(rdms.iter().zip(scales)).map(rescaled).collect::<Result<_>>()?;
                return Ok(Rescaled { rdms, mean });
            }
        }
        Err(Error::not_converged(format!(
            "the scales of {} partial RDMs still move after {MAX_ITERATIONS} iterations; give RDMs that overlap more",
            rdms.len()
        )))
    }
}

impl Evidence {
    /// A weight for every pair; those of missing pairs are not asked for.
    fn weights(self, rdm: &Rdm) -> Vec<f64> {
        let present = rdm.values().iter().filter(|value| !value.is_nan()).count();
        let weight = |&value: &f64| match self {
            Self::Dissimilarity => (value * value).max(LEAST_EVIDENCE),
            Self::SetSize => 1.0 / present as f64,
            Self::Equal => 1.0,
        };
        rdm.values().iter().map(weight).collect()
    }
}

/// The dissimilarities over their length.
fn unit(rdm: &Rdm, k: usize) -> Result<Vec<f64>> {
    match length(rdm.values()) > 0.0 {
        true => Ok(of_length_one(rdm.values())),
        false => Err(Error::degenerate(
            format!("RDM {k} (counted from 0) has no dissimilarity but 0, and no scale"),
            "leave it out",
        )),
    }
}

fn of_length_one(values: &[f64]) -> Vec<f64> {
    let length = length(values);
    values.iter().map(|value| value / length).collect()
}

/// The root of the sum of squares of what is present.
fn length(values: &[f64]) -> f64 {
    values.iter().filter(|value| !value.is_nan()).map(|value| value * value).sum::<f64>().sqrt()
}

/// The length of `estimate` on the pairs that `rdm` has.
fn length_on(estimate: &[f64], rdm: &[f64]) -> f64 {
    let both = estimate.iter().zip(rdm).filter(|(_, value)| !value.is_nan());
    both.map(|(estimate, _)| estimate * estimate).sum::<f64>().sqrt()
}

fn weighted_mean(units: &[Vec<f64>], scales: &[f64], weights: &[Vec<f64>]) -> Vec<f64> {
    let mean = |pair: usize| {
        let (mut sum, mut total) = (0.0, 0.0);
        for ((unit, scale), weights) in units.iter().zip(scales).zip(weights) {
            if !unit[pair].is_nan() {
                sum += weights[pair] * scale * unit[pair];
                total += weights[pair];
            }
        }
        if total > 0.0 { sum / total } else { f64::NAN }
    };
    (0..units[0].len()).map(mean).collect()
}

/// Refuses RDMs whose scales nothing ties together.
fn ensure_connected(rdms: &[&Rdm]) -> Result<()> {
    let present = |k: usize, pair: usize| !rdms[k].values()[pair].is_nan();
    let mut reached = vec![false; rdms.len()];
    let mut covered: Vec<bool> = (0..rdms[0].values().len()).map(|pair| present(0, pair)).collect();
    reached[0] = true;
    while let Some(k) =
        (0..rdms.len()).find(|&k| !reached[k] && (0..covered.len()).any(|pair| covered[pair] && present(k, pair)))
    {
        reached[k] = true;
        (0..covered.len()).for_each(|pair| covered[pair] |= present(k, pair));
    }
    match reached.iter().position(|&reached| !reached) {
        None => Ok(()),
        Some(k) => Err(Error::degenerate(
            format!("RDM {k} (counted from 0) shares no pair with RDM 0, directly or through others"),
            "its scale could be anything: combine RDMs that overlap, or give it by itself",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MISSING: f64 = f64::NAN;

    fn rdms() -> [Rdm; 3] {
        [
            [1.0, 2.0, MISSING, 4.0, MISSING, MISSING, 0.1, MISSING, 3.0, 0.5],
            [MISSING, 1.1, 2.5, 3.0, MISSING, 0.4, MISSING, 2.0, MISSING, MISSING],
            [0.7, MISSING, 3.0, MISSING, 2.2, 0.5, MISSING, 2.1, 4.0, MISSING],
        ]
        .map(|values| Rdm::new(values.to_vec()).unwrap())
    }

    /// rsatoolbox 0.3.2, `rescale(…, threshold=1e-30)` and the mean with its weights, of unit length.
    #[test]
    fn as_rsatoolbox() {
        let [a, b, c] = rdms();
        let check = |evidence, mean: [f64; 10], lengths: [f64; 3]| {
            let rescaled = Rdm::rescale(&[&a, &b, &c], evidence).unwrap();
            for (found, expected) in rescaled.mean.values().iter().zip(mean) {
                assert!((found - expected).abs() < 1e-11, "{evidence:?}: {found} != {expected}");
            }
            for (rdm, expected) in rescaled.rdms.iter().zip(lengths) {
                assert!((length(rdm.values()) - expected).abs() < 1e-11, "{evidence:?}");
            }
        };
        let mean = [
            0.12700684462449616,
            0.2669222276499553,
            0.41155350509379324,
            0.5603218902963526,
            0.28694734589074905,
            0.0672842009671697,
            0.014450249865389612,
            0.31132638362337345,
            0.4899650646736249,
            0.07225124932694807,
        ];
        check(Evidence::Dissimilarity, mean, [0.8042596920718267, 0.8099602859114002, 0.7806169681031992]);
        let mean = [
            0.11895609685029726,
            0.23807206976664147,
            0.42826657438540766,
            0.5543721367184873,
            0.29653725419971894,
            0.06974801245620953,
            0.014355943100068396,
            0.32423285119016176,
            0.4849184685007704,
            0.071779715500342,
        ];
        check(Evidence::SetSize, mean, [0.7865504885914101, 0.8108087087230245, 0.7941251809177217]);
        let mean = [
            0.11907398137373595,
            0.24291651829892424,
            0.4255122521554458,
            0.5576004271474932,
            0.2951507631421151,
            0.06942355472279005,
            0.01442363562931626,
            0.3202858860555761,
            0.4846734100234849,
            0.0721181781465813,
        ];
        check(Evidence::Equal, mean, [0.7902041960945749, 0.8114123653905524, 0.7903570433029068]);
    }

    #[test]
    fn a_factor_of_one_arrangement_changes_nothing_but_its_evidence() {
        let [a, b, c] = rdms();
        let tenfold = Rdm::new(b.values().iter().map(|value| value * 10.0).collect()).unwrap();
        for evidence in [Evidence::SetSize, Evidence::Equal] {
            let one = Rdm::rescale(&[&a, &b, &c], evidence).unwrap().mean;
            let other = Rdm::rescale(&[&a, &tenfold, &c], evidence).unwrap().mean;
            for (one, other) in one.values().iter().zip(other.values()) {
                assert!((one - other).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn what_nothing_ties_to_the_others_is_named() {
        let [a, b, _] = rdms();
        let alone =
            Rdm::new(vec![MISSING, MISSING, MISSING, MISSING, 1.0, MISSING, MISSING, MISSING, MISSING, MISSING]);
        let error = Rdm::rescale(&[&a, &b, &alone.unwrap()], Evidence::Equal).unwrap_err();
        assert!(error.to_string().starts_with("RDM 2 (counted from 0) shares no pair with RDM 0"), "{error}");
        let zero = Rdm::new(vec![0.0; 10]).unwrap();
        assert_eq!(Rdm::rescale(&[&a, &zero], Evidence::Equal).unwrap_err().kind().name(), "Degenerate");
        assert_eq!(Rdm::rescale(&[], Evidence::Equal).unwrap_err().kind().name(), "InvalidParameter");
    }

    #[test]
    fn conditions_are_matched_by_label() {
        let named = |labels: &[&str]| Conditions::labelled(labels.iter().copied());
        let rdm = Rdm::new(vec![1.0, 2.0, 3.0]).unwrap().with_conditions(named(&["c", "a", "b"])).unwrap();
        let full = rdm.extended_to(&named(&["a", "b", "c", "d"])).unwrap();
        assert_eq!((full.get(0, 1), full.get(0, 2), full.get(1, 2)), (3.0, 1.0, 2.0));
        assert!((0..3).all(|i| full.get(i, 3).is_nan()));
        for labels in [&["a", "b", "d"][..], &["a", "a", "b", "c"]] {
            assert_eq!(rdm.extended_to(&named(labels)).unwrap_err().kind().name(), "LabelMismatch");
        }
        let twice = Rdm::new(vec![1.0]).unwrap().with_conditions(named(&["a", "a"])).unwrap();
        assert!(twice.extended_to(&named(&["a", "b"])).is_err());
        assert!(Rdm::on_all_conditions(&[&Rdm::new(vec![1.0]).unwrap()]).unwrap_err().to_string().starts_with("RDM 0"));
    }
}
