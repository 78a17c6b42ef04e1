//! [`MapTest`]: a test of maps over subjects.

use ndarray::ArrayView2;
use rsa_core::{Error, Observer, Result};

use super::{
    Adjacency, MapContrast, MapCorrection, MapTestOutcome, TestedMap,
    arranged_scores::for_each_chunk,
    arrangements::Arrangements,
    map_conclusion::{ConcludedClusters, significant_clusters, tested_clusters},
    map_correction::ElementP,
    null_maxima::{
        ComparedStatistic, NullMaxima, SignedPeaks, Thresholds, count_exceedances_of_elements, count_reaching, n_blocks,
    },
    tfce::{Enhancer, Tfce},
    unit_maps::{UnitMaps, t_value},
};
use crate::{
    Correction,
    resample::{StageSteps, StudentT, p_value},
};

/// A test of one effect at every element of a map over subjects, corrected for their number.
///
/// An arrangement flips signs of subjects, or permutes subjects, and does so alike at all elements and for all models. The
/// largest statistic of each arrangement gives the null distribution with which every element is compared, so elements may
/// depend on one another in any way (Nichols & Holmes 2002). Several models are corrected together.
///
/// Flips of signs assume that under the null hypothesis values are symmetric about 0. If the values of subjects are skewed,
/// the test of the long tail rejects too seldom and that of the short one too often.
///
/// # Formula
/// Under signs s, t = m √(N − 1) / √(q − m²), m = mean(s x), q = mean(x²). If all arrangements are no more than
/// `arrangements`, all are tried, and p = #{largest ≥ observed} / their number; otherwise p = (1 + #) / (1 + B) with B random
/// ones. Statistics that differ by a share of 1e-12 are equal.
///
/// # Cost
/// B N V operations for V elements, as matrix products; TFCE B V log V more.
///
/// # Errors
/// `ShapeMismatch` for maps that do not fit one another, the contrast or the adjacency; `InvalidParameter` for settings out
/// of their range; `Degenerate` for fewer than two subjects, or if no element can be tested.
///
/// # Example
/// ```
/// use ndarray::Array2;
/// use rsa_stats::{Adjacency, MapContrast, MapTest};
///
/// // Ten subjects, four times; the second time is above 0.
/// let maps = Array2::from_shape_fn((10, 4), |(i, t)| f64::from(t == 1) + ((7 * i + 3 * t) % 5) as f64 / 4.0 - 0.5);
/// let outcome = MapTest::default().run(&[maps.view()], &MapContrast::Mean, &Adjacency::of_times(4))?;
/// let p = &outcome.maps[0].p;
/// assert!(outcome.exact && outcome.tried == 1024 && p[1] < 0.01 && p[0] > 0.05);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Nichols & Holmes 2002, Human Brain Mapping, doi:10.1002/hbm.1058; Maris & Oostenveld 2007, Journal of Neuroscience
/// Methods, doi:10.1016/j.jneumeth.2007.03.024; Freedman & Lane 1983, Journal of Business & Economic Statistics,
/// doi:10.1080/07350015.1983.10509354; Winkler et al. 2014, NeuroImage, doi:10.1016/j.neuroimage.2014.01.060.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MapTest {
    /// Correction for the number of elements.
    pub correction: MapCorrection,
    /// `true` to test effects of both signs, `false` to test effects above 0.
    pub two_sided: bool,
    /// Number of random arrangements; if no more exist, all are tried.
    pub arrangements: u64,
    /// Seed of the random arrangements.
    pub seed: u64,
    /// Level at which elements are joined into clusters, for corrections of single elements.
    pub level: f64,
    /// Fewest subjects with a value at an element that is tested; without it all subjects. For [`MapContrast::Mean`].
    pub min_subjects: Option<usize>,
}

impl Default for MapTest {
    /// Returns a one-sided test of the largest t with 10 000 arrangements at the level .05.
    fn default() -> Self {
        Self {
            correction: MapCorrection::MaxT,
            two_sided: false,
            arrangements: 10_000,
            seed: 0,
            level: 0.05,
            min_subjects: None,
        }
    }
}

/// Maps of all models with their observed r and t.
struct ObservedMaps<'a> {
    units: &'a [UnitMaps],
    adjacency: &'a Adjacency,
    r: Vec<Vec<f64>>,
    t: Vec<Vec<f64>>,
}

/// p of every element, before clusters are made of them.
struct CorrectedMap {
    p: Vec<f64>,
    enhanced: Option<Vec<f64>>,
    clusters: ConcludedClusters,
}

impl MapTest {
    /// Tests maps, subjects × elements, one for each model; values that are not finite are missing.
    ///
    /// # Errors
    /// See [`MapTest`].
    pub fn run(
        &self,
        models: &[ArrayView2<'_, f64>],
        contrast: &MapContrast,
        adjacency: &Adjacency,
    ) -> Result<MapTestOutcome> {
        self.run_observed(models, contrast, adjacency, &())
    }

    /// Like [`run`](Self::run), and reports to an observer, who may cancel.
    ///
    /// # Errors
    /// Errors of [`run`](Self::run), and `Cancelled`.
    pub fn run_observed(
        &self,
        models: &[ArrayView2<'_, f64>],
        contrast: &MapContrast,
        adjacency: &Adjacency,
        observer: &dyn Observer,
    ) -> Result<MapTestOutcome> {
        let n_subjects = self.ensure_valid(models, contrast, adjacency)?;
        let arrangements = Arrangements::new(contrast, n_subjects, self.arrangements, self.seed)?;
        let min_subjects = self.min_subjects.unwrap_or(n_subjects);
        let units: Vec<_> = models.iter().map(|maps| UnitMaps::new(maps.view(), &arrangements, min_subjects)).collect();
        if units.iter().all(|unit| unit.elements.is_empty()) {
            let missing: usize = units.iter().map(|unit| unit.n_missing).sum();
            let constant: usize = units.iter().map(|unit| unit.n_constant).sum();
            return Err(Error::degenerate(
                format!(
                    "no element can be tested: at {missing} too few subjects have a value, and at {constant} the values \
                     of all subjects have one size"
                ),
                "look at the maps: are they of several subjects, in one space?",
            ));
        }
        let observed = ObservedMaps::new(&units, adjacency, &arrangements);
        let total = if self.needs_arrangements() { n_blocks(&arrangements) } else { 0 };
        let corrected = self.correct(&observed, &arrangements, &StageSteps::new(observer, "arrangements", total))?;
        let skewness = |k: usize| match contrast {
            MapContrast::Mean => {
                observed.peak(k).and_then(|element| skewness(models[k].column(element).iter().copied()))
            }
            MapContrast::Slope { .. } => None,
        };
        let skewness: Vec<_> = (0..models.len()).map(skewness).collect();
        let t = observed.t;
        let parts = units.into_iter().zip(t).zip(corrected).zip(skewness);
        let maps = parts.map(|(((unit, t), corrected), skewness)| TestedMap {
            elements: unit.elements.iter().map(|&element| element as usize).collect(),
            effects: unit.effects,
            t,
            degrees_of_freedom: unit.degrees_of_freedom,
            enhanced: corrected.enhanced,
            p: corrected.p,
            labels: corrected.clusters.labels,
            clusters: corrected.clusters.clusters,
            n_missing: unit.n_missing,
            n_constant: unit.n_constant,
            skewness,
        });
        let tried = if self.needs_arrangements() { arrangements.count() } else { 0 };
        let threshold =
            self.thresholds(&arrangements)?.map(|thresholds| thresholds.t(arrangements.degrees_of_freedom()));
        Ok(MapTestOutcome { maps: maps.collect(), threshold, tried, exact: tried > 0 && arrangements.is_exact() })
    }

    fn needs_arrangements(&self) -> bool {
        !matches!(self.correction, MapCorrection::FalseDiscovery { p: ElementP::StudentT, .. })
    }

    /// Returns the thresholds of t of a correction by clusters.
    fn thresholds(&self, arrangements: &Arrangements) -> Result<Option<Thresholds>> {
        let MapCorrection::Cluster { p, .. } = self.correction else { return Ok(None) };
        let of_one_side = if self.two_sided { p / 2.0 } else { p };
        Thresholds::new(of_one_side, arrangements.degrees_of_freedom()).map(Some)
    }

    /// Checks settings and shapes; returns the number of subjects.
    fn ensure_valid(
        &self,
        models: &[ArrayView2<'_, f64>],
        contrast: &MapContrast,
        adjacency: &Adjacency,
    ) -> Result<usize> {
        let invalid = |name: &str, requirement: &str, found: &dyn std::fmt::Display| {
            Err(Error::invalid_parameter(name, requirement, found))
        };
        let Some(first) = models.first() else { return invalid("the maps", "at least one model's", &"none") };
        let n_subjects = first.nrows();
        for (k, maps) in models.iter().enumerate() {
            if maps.dim() != (n_subjects, adjacency.n_elements()) {
                let (rows, columns) = maps.dim();
                return Err(Error::shape_mismatch(format!(
                    "the maps of model {} are {rows} subjects × {columns} elements; {n_subjects} × {} are needed",
                    k + 1,
                    adjacency.n_elements()
                )));
            }
        }
        if self.arrangements == 0 {
            return invalid("the number of arrangements", "at least 1", &0);
        }
        if !(self.level > 0.0 && self.level < 1.0) {
            return invalid("the level", "between 0 and 1", &self.level);
        }
        match self.correction {
            // Above one half the threshold of t would be below 0.
            MapCorrection::Cluster { p, .. } if !(p > 0.0 && p < 0.5) => {
                return invalid("the p that forms clusters", "above 0 and below 0.5", &p);
            }
            MapCorrection::Tfce(tfce) => tfce.ensure_valid()?,
            MapCorrection::FalseDiscovery { correction, .. }
                if !matches!(correction, Correction::Bh | Correction::By) =>
            {
                return invalid("the correction of false discoveries", "bh or by", &correction.name());
            }
            _ => {}
        }
        match (self.min_subjects, contrast) {
            (Some(_), MapContrast::Slope { .. }) => invalid(
                "the fewest subjects",
                "left out with groups or covariates, whose elements need all subjects",
                &"one",
            ),
            (Some(fewest), MapContrast::Mean) if fewest < 2 || fewest > n_subjects => {
                invalid("the fewest subjects", &format!("from 2 to {n_subjects}, the number of subjects"), &fewest)
            }
            _ => Ok(n_subjects),
        }
    }

    fn correct(
        &self,
        observed: &ObservedMaps<'_>,
        arrangements: &Arrangements,
        steps: &StageSteps<'_>,
    ) -> Result<Vec<CorrectedMap>> {
        let thresholds = self.thresholds(arrangements)?;
        match self.correction {
            MapCorrection::MaxT => {
                let null = self.null(observed, ComparedStatistic::T, arrangements, steps)?;
                let p = |t: &f64| self.p_of(&null, if self.two_sided { t.abs() } else { *t }, arrangements);
                let of_map = |k: usize| self.by_elements(observed, k, observed.t[k].iter().map(p).collect(), None);
                Ok((0..observed.t.len()).map(of_map).collect())
            }
            MapCorrection::Tfce(tfce) => {
                let null = self.null(observed, ComparedStatistic::Tfce(tfce), arrangements, steps)?;
                let of_map = |k: usize| {
                    let enhanced = self.enhanced(observed, k, tfce);
                    let p = enhanced.iter().map(|value| self.p_of(&null, value.abs(), arrangements)).collect();
                    self.by_elements(observed, k, p, Some(enhanced))
                };
                Ok((0..observed.t.len()).map(of_map).collect())
            }
            MapCorrection::Cluster { statistic, .. } => {
                let thresholds = thresholds.as_ref().expect("clusters have thresholds");
                let null = self.maxima(observed, ComparedStatistic::Cluster(statistic, thresholds));
                let sorted = null.sorted(arrangements, steps)?;
                let p_of = |value: f64| self.p_of(&sorted, value, arrangements);
                let of_map = |k: usize| {
                    let (unit, t) = (&observed.units[k], &observed.t[k]);
                    let mut peaks = SignedPeaks::default();
                    null.add_peaks(unit, 0, &observed.r[k], &mut peaks);
                    let clusters = tested_clusters(unit, t, &peaks, observed.adjacency, statistic, p_of);
                    CorrectedMap { p: clusters.p_of_elements(), enhanced: None, clusters }
                };
                Ok((0..observed.t.len()).map(of_map).collect())
            }
            MapCorrection::FalseDiscovery { correction, p } => {
                let raw = match p {
                    ElementP::StudentT => self.p_of_t(observed)?,
                    ElementP::Arrangements => self.p_of_arrangements(observed, arrangements, steps)?,
                };
                // Models are corrected together.
                let corrected = correction.apply(&raw.concat().into_iter().map(Some).collect::<Vec<_>>());
                let mut corrected = corrected.into_iter().flatten();
                let of_map = |k: usize| {
                    let p = corrected.by_ref().take(raw[k].len()).collect();
                    self.by_elements(observed, k, p, None)
                };
                Ok((0..raw.len()).map(of_map).collect())
            }
        }
    }

    fn maxima<'a>(&self, observed: &'a ObservedMaps<'_>, statistic: ComparedStatistic<'a>) -> NullMaxima<'a> {
        NullMaxima { maps: observed.units, adjacency: observed.adjacency, statistic, two_sided: self.two_sided }
    }

    fn null(
        &self,
        observed: &ObservedMaps<'_>,
        statistic: ComparedStatistic<'_>,
        arrangements: &Arrangements,
        steps: &StageSteps<'_>,
    ) -> Result<Vec<f64>> {
        self.maxima(observed, statistic).sorted(arrangements, steps)
    }

    fn p_of(&self, null: &[f64], value: f64, arrangements: &Arrangements) -> f64 {
        p_value(count_reaching(null, value), arrangements.count(), arrangements.is_exact())
    }

    /// Joins the elements at or below the level into clusters.
    fn by_elements(
        &self,
        observed: &ObservedMaps<'_>,
        k: usize,
        p: Vec<f64>,
        enhanced: Option<Vec<f64>>,
    ) -> CorrectedMap {
        let (unit, t) = (&observed.units[k], &observed.t[k]);
        let clusters = significant_clusters(unit, t, &p, self.level, observed.adjacency);
        CorrectedMap { p, enhanced, clusters }
    }

    /// Returns the enhanced values of a map, those of negative t with their sign.
    fn enhanced(&self, observed: &ObservedMaps<'_>, k: usize, tfce: Tfce) -> Vec<f64> {
        let (unit, r) = (&observed.units[k], &observed.r[k]);
        let mut peaks = SignedPeaks::default();
        self.maxima(observed, ComparedStatistic::Tfce(tfce)).add_peaks(unit, 0, r, &mut peaks);
        let mut enhancer = Enhancer::new(observed.adjacency.n_elements());
        let mut enhanced = vec![0.0; unit.elements.len()];
        for (peaks, sign) in [(&mut peaks.positive, 1.0), (&mut peaks.negative, -1.0)] {
            enhancer.enhance(tfce, peaks, observed.adjacency);
            for (&(_, element), value) in peaks.iter().zip(&enhancer.values) {
                enhanced[unit.place(element)] = sign * value;
            }
        }
        enhanced
    }

    fn p_of_t(&self, observed: &ObservedMaps<'_>) -> Result<Vec<Vec<f64>>> {
        let most = observed.units.iter().flat_map(|unit| unit.degrees_of_freedom.iter().copied()).max().unwrap_or(1);
        let students: Vec<_> = (1..=most).map(|degrees| StudentT::new(f64::from(degrees))).collect::<Result<_>>()?;
        let of_map = |(unit, t): (&UnitMaps, &Vec<f64>)| {
            let p = |(&t, &degrees): (&f64, &u32)| {
                let student = &students[degrees as usize - 1];
                if self.two_sided { student.two_sided(t) } else { student.above(t) }
            };
            t.iter().zip(&unit.degrees_of_freedom).map(p).collect()
        };
        Ok(observed.units.iter().zip(&observed.t).map(of_map).collect())
    }

    fn p_of_arrangements(
        &self,
        observed: &ObservedMaps<'_>,
        arrangements: &Arrangements,
        steps: &StageSteps<'_>,
    ) -> Result<Vec<Vec<f64>>> {
        let of_map = |(unit, r): (&UnitMaps, &Vec<f64>)| {
            let counts = count_exceedances_of_elements(unit, r, arrangements, self.two_sided, steps)?;
            let (tried, exact) = (arrangements.count(), arrangements.is_exact());
            Ok(counts.into_iter().map(|count| p_value(count, tried, exact)).collect())
        };
        observed.units.iter().zip(&observed.r).map(of_map).collect()
    }
}

impl<'a> ObservedMaps<'a> {
    fn new(units: &'a [UnitMaps], adjacency: &'a Adjacency, arrangements: &Arrangements) -> Self {
        let weights = arrangements.observed();
        let r_of = |unit: &UnitMaps| {
            let mut r = Vec::with_capacity(unit.elements.len());
            for_each_chunk(unit, &weights, 1, |_, _, scores| r.extend_from_slice(scores));
            r
        };
        let r: Vec<Vec<f64>> = units.iter().map(r_of).collect();
        let t_of = |(unit, r): (&UnitMaps, &Vec<f64>)| {
            r.iter().zip(&unit.degrees_of_freedom).map(|(&r, &degrees)| t_value(r, degrees)).collect()
        };
        let t = units.iter().zip(&r).map(t_of).collect();
        Self { units, adjacency, r, t }
    }

    /// Returns the element of a map with the largest |t|.
    fn peak(&self, k: usize) -> Option<usize> {
        let places = 0..self.t[k].len();
        let place = places.reduce(|best, next| if self.t[k][next].abs() > self.t[k][best].abs() { next } else { best });
        place.map(|place| self.units[k].elements[place] as usize)
    }
}

/// Returns the skewness of the values that are there: their third central moment over the power 3/2 of the second.
fn skewness(values: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let present = values.filter(|value| value.is_finite());
    let n = present.clone().count() as f64;
    let mean = present.clone().map(|value| value / n).sum::<f64>();
    let scale = present.clone().fold(0.0_f64, |most, value| most.max((value - mean).abs()));
    let moment = |power: i32| present.clone().map(|value| ((value - mean) / scale).powi(power)).sum::<f64>() / n;
    Some(moment(3) / moment(2).powf(1.5)).filter(|skewness| skewness.is_finite())
}
