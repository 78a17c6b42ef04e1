//! Partial RDMs: extension to all conditions, and rescaling to a common scale.

use std::collections::HashSet;

use crate::{Conditions, Error, Rdm, Result};

/// Weights of dissimilarities when partial RDMs are combined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evidence {
    /// The square of the given dissimilarity, or 0.04 if that is larger.
    ///
    /// On a screen of side 1, items closer than 0.2 are placed with a larger relative error.
    #[default]
    Dissimilarity,
    /// One over the number of pairs of the RDM, so that every RDM counts alike.
    SetSize,
    /// Weight 1 for every dissimilarity.
    Equal,
}

/// Partial RDMs on a common scale, with their mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Rescaled {
    /// Input RDMs, each times a factor of its own.
    pub rdms: Vec<Rdm>,
    /// Weighted mean of the rescaled RDMs; the sum of its squares is 1.
    pub mean: Rdm,
}

/// Smallest weight under [`Evidence::Dissimilarity`]: 0.2² in units of the screen, as in rsatoolbox.
const LEAST_EVIDENCE: f64 = 0.04;

/// Largest change of the mean (whose squares sum to 1) at which the iteration stops.
const CONVERGED: f64 = 1e-13;

/// Largest number of iterations: high, because iterations are cheap and converge slowly if few pairs are shared.
const MAX_ITERATIONS: usize = 100_000;

impl Rdm {
    /// Returns this RDM extended to `conditions`, matched by label; pairs with a condition this RDM lacks are missing.
    ///
    /// # Errors
    /// `LabelMismatch` if either side lacks labels or repeats one, or if `conditions` lack a condition of this RDM
    /// (named).
    pub fn extended_to(&self, conditions: &Conditions) -> Result<Self> {
        let (Some(own), Some(all)) = (self.conditions().labels(), conditions.labels()) else {
            return Err(Error::label_mismatch(
                "conditions have no labels, and an RDM is extended to other conditions by label; label both",
            ));
        };
        let mut row_of = vec![None; all.len()];
        for (row, label) in own.iter().enumerate() {
            let mut places = (0..all.len()).filter(|&i| all[i] == *label);
            let (Some(place), None) = (places.next(), places.next()) else {
                let what = format!(
                    "condition '{label}' must occur exactly once among the {} conditions of the extended RDM",
                    all.len()
                );
                return Err(Error::label_mismatch(what));
            };
            if row_of[place].replace(row).is_some() {
                return Err(Error::label_mismatch(format!(
                    "label '{label}' occurs twice in one RDM; labels must be unique"
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

    /// Extends RDMs of different sets of conditions to the union of their conditions, in the order of first appearance.
    ///
    /// # Errors
    /// `InvalidParameter` without RDMs; else as [`extended_to`](Self::extended_to), naming the RDM by its position from
    /// 0.
    ///
    /// # Example
    /// ```
    /// use rsa_core::{Conditions, Rdm};
    ///
    /// let a = Rdm::new(vec![1.0])?.with_conditions(Conditions::labeled(["cat", "dog"]))?;
    /// let b = Rdm::new(vec![2.0])?.with_conditions(Conditions::labeled(["owl", "dog"]))?;
    /// let all = Rdm::extend_to_union(&[&a, &b])?;
    /// assert_eq!(all[1].conditions().labels().unwrap(), ["cat", "dog", "owl"]);
    /// assert!(all[1].get(0, 1).is_nan() && all[1].get(1, 2) == 2.0);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn extend_to_union(rdms: &[&Self]) -> Result<Vec<Self>> {
        if rdms.is_empty() {
            return Err(Error::invalid_parameter("the number of RDMs to combine", "at least 1", 0));
        }
        let (mut seen, mut union) = (HashSet::new(), Vec::new());
        for label in rdms.iter().filter_map(|rdm| rdm.conditions().labels()).flatten() {
            if seen.insert(label.as_str()) {
                union.push(label.clone());
            }
        }
        let union = Conditions::labeled(union);
        let extended = rdms
            .iter()
            .enumerate()
            .map(|(k, rdm)| rdm.extended_to(&union).map_err(|error| error.context(format!("RDM {k}"))));
        extended.collect()
    }

    /// Rescales partial RDMs to a common scale, estimated from the pairs they share, and computes their mean.
    ///
    /// In the arrangement method, for example, each trial shows some of the items and a person spreads them over the
    /// whole screen, so each trial has a scale of its own.
    ///
    /// # Formula
    /// Two steps alternate until d̄ moves by less than 10⁻¹³: d̄ ∝ Σ wₖ·sₖdₖ / Σ wₖ over the RDMs in which a pair is
    /// present, normalized to length 1; sₖ such that sₖdₖ has the length of d̄ on the pairs of RDM k. rsatoolbox's
    /// `rescale` iterates in the same way and stops at 10⁻⁴.
    ///
    /// # Errors
    /// `InvalidParameter` without RDMs; `ShapeMismatch` or `LabelMismatch` if the conditions differ (see
    /// [`extend_to_union`](Self::extend_to_union)); `Degenerate` naming an RDM that is all zero, or one that is not
    /// connected to the first RDM by a chain of shared pairs, because its scale is then undetermined; `NotConverged`.
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
        let units = rdms.iter().enumerate().map(|(k, rdm)| unit_dissimilarities(rdm, k)).collect::<Result<Vec<_>>>()?;
        let mut mean = Self::average(rdms, &vec![1.0; rdms.len()])?;
        ensure_connected(rdms)?;
        let weights: Vec<Vec<f64>> = rdms.iter().map(|rdm| evidence.weights(rdm)).collect();
        let mut estimate = scale_to_length_one(mean.values());
        for _ in 0..MAX_ITERATIONS {
            let scales: Vec<f64> = units.iter().map(|unit| length_on(&estimate, unit)).collect();
            let next = scale_to_length_one(&weighted_mean(&units, &scales, &weights));
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
            "the scales of {} partial RDMs still change after {MAX_ITERATIONS} iterations; give RDMs that share more pairs",
            rdms.len()
        )))
    }
}

impl Evidence {
    /// Returns a weight for every pair; weights of missing pairs are not used.
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

/// Divides the dissimilarities by their length.
fn unit_dissimilarities(rdm: &Rdm, k: usize) -> Result<Vec<f64>> {
    match length(rdm.values()) > 0.0 {
        true => Ok(scale_to_length_one(rdm.values())),
        false => Err(Error::degenerate(
            format!("all dissimilarities of RDM {k} (counted from 0) are 0, so it has no scale"),
            "leave it out",
        )),
    }
}

fn scale_to_length_one(values: &[f64]) -> Vec<f64> {
    let length = length(values);
    values.iter().map(|value| value / length).collect()
}

/// Computes the root of the sum of squares of the values that are present.
fn length(values: &[f64]) -> f64 {
    values.iter().filter(|value| !value.is_nan()).map(|value| value * value).sum::<f64>().sqrt()
}

/// Computes the length of `estimate` on the pairs that are present in `rdm`.
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

/// Refuses RDMs that are not all connected by chains of shared pairs.
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
            "its scale is undetermined: combine RDMs that overlap, or use this one alone",
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
        let named = |labels: &[&str]| Conditions::labeled(labels.iter().copied());
        let rdm = Rdm::new(vec![1.0, 2.0, 3.0]).unwrap().with_conditions(named(&["c", "a", "b"])).unwrap();
        let full = rdm.extended_to(&named(&["a", "b", "c", "d"])).unwrap();
        assert_eq!((full.get(0, 1), full.get(0, 2), full.get(1, 2)), (3.0, 1.0, 2.0));
        assert!((0..3).all(|i| full.get(i, 3).is_nan()));
        for labels in [&["a", "b", "d"][..], &["a", "a", "b", "c"]] {
            assert_eq!(rdm.extended_to(&named(labels)).unwrap_err().kind().name(), "LabelMismatch");
        }
        let twice = Rdm::new(vec![1.0]).unwrap().with_conditions(named(&["a", "a"])).unwrap();
        assert!(twice.extended_to(&named(&["a", "b"])).is_err());
        assert!(Rdm::extend_to_union(&[&Rdm::new(vec![1.0]).unwrap()]).unwrap_err().to_string().starts_with("RDM 0"));
    }
}
