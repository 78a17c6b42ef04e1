//! [`NullMaxima`]: the largest statistic of all maps under each arrangement.

use std::ops::Range;

use ndarray::Array2;
use rayon::prelude::*;
use rsa_core::Result;

use super::{
    Adjacency, ClusterStatistic, Tfce,
    arranged_scores::for_each_chunk,
    arrangements::Arrangements,
    clusters::ClusterFinder,
    tfce::Enhancer,
    unit_maps::{UnitMaps, r_value, t_value},
};
use crate::resample::{StageSteps, StudentT};

/// Arrangements of one product. It is fixed, so that results do not depend on the number of threads.
const BLOCK: u64 = 32;

/// Relative difference up to which a statistic equals the observed one, as in permutation tests of scores.
const TIE: f64 = 1e-12;

/// Statistic of a map whose largest value is compared.
#[derive(Clone, Copy)]
pub(super) enum ComparedStatistic<'a> {
    T,
    /// Statistic of clusters above a threshold of t.
    Cluster(ClusterStatistic, &'a Thresholds),
    Tfce(Tfce),
}

/// Threshold of t for each number of degrees of freedom.
pub(super) struct Thresholds {
    t: Vec<f64>,
    /// The thresholds as r, a little lower: most elements below are seen without a root and a division.
    r: Vec<f64>,
}

impl Thresholds {
    /// Takes the t that is exceeded with probability `p`, for up to `most` degrees of freedom.
    ///
    /// # Errors
    /// `InvalidParameter` if the t of `p` is not finite.
    pub(super) fn new(p: f64, most: u32) -> Result<Self> {
        let t = (1..=most).map(|degrees| StudentT::new(f64::from(degrees)).map(|t| t.upper_quantile(p)));
        // No element has 0 degrees of freedom.
        let t: Vec<f64> = std::iter::once(Ok(0.0)).chain(t).collect::<Result<_>>()?;
        let r =
            (0..).zip(&t).map(|(degrees, &t)| if t > 0.0 { r_value(t, degrees) * (1.0 - 1e-9) } else { 0.0 }).collect();
        Ok(Self { t, r })
    }

    /// Returns the threshold of t.
    pub(super) fn t(&self, degrees_of_freedom: u32) -> f64 {
        self.t[degrees_of_freedom as usize]
    }
}

/// Maps that are tested together, and how.
pub(super) struct NullMaxima<'a> {
    pub(super) maps: &'a [UnitMaps],
    pub(super) adjacency: &'a Adjacency,
    pub(super) statistic: ComparedStatistic<'a>,
    pub(super) two_sided: bool,
}

/// Elements above the threshold, by the sign of t, as height and element in rising order of elements.
///
/// The height is |t|, without the threshold if the statistic is the mass above it.
#[derive(Clone, Default)]
pub(super) struct SignedPeaks {
    pub(super) positive: Vec<(f64, u32)>,
    pub(super) negative: Vec<(f64, u32)>,
}

/// Memory of one thread.
struct Scratch {
    finder: ClusterFinder,
    enhancer: Enhancer,
}

impl NullMaxima<'_> {
    /// Returns the largest statistic under each arrangement, in rising order.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(super) fn sorted(&self, arrangements: &Arrangements, steps: &StageSteps<'_>) -> Result<Vec<f64>> {
        let scratch = || Scratch {
            finder: ClusterFinder::new(self.adjacency.n_elements()),
            enhancer: Enhancer::new(self.adjacency.n_elements()),
        };
        let blocks: Vec<Vec<f64>> = blocks(arrangements)
            .into_par_iter()
            .map_init(scratch, |scratch, range| steps.step(|| Ok(self.maxima(arrangements, range, scratch))))
            .collect::<Result<_>>()?;
        let mut maxima = blocks.concat();
        maxima.sort_unstable_by(f64::total_cmp);
        Ok(maxima)
    }

    fn maxima(&self, arrangements: &Arrangements, range: Range<u64>, scratch: &mut Scratch) -> Vec<f64> {
        let n = (range.end - range.start) as usize;
        let weights = arrangements.block(range);
        let least = if matches!(self.statistic, ComparedStatistic::T) { f64::NEG_INFINITY } else { 0.0 };
        let mut maxima = vec![least; n];
        for unit in self.maps {
            match self.statistic {
                ComparedStatistic::T => {
                    let of_map = self.largest_t(unit, &weights, n);
                    maxima.iter_mut().zip(of_map).for_each(|(most, t)| *most = most.max(t));
                }
                _ => {
                    let mut peaks = vec![SignedPeaks::default(); n];
                    for_each_chunk(unit, &weights, n, |arrangement, start, scores| {
                        self.add_peaks(unit, start, scores, &mut peaks[arrangement]);
                    });
                    for (most, mut peaks) in maxima.iter_mut().zip(peaks) {
                        *most = most.max(self.largest(&mut peaks.positive, scratch));
                        *most = most.max(self.largest(&mut peaks.negative, scratch));
                    }
                }
            }
        }
        maxima
    }

    /// Returns the largest t, or |t|, under each of `n` arrangements.
    fn largest_t(&self, unit: &UnitMaps, weights: &Array2<f64>, n: usize) -> Vec<f64> {
        let mut largest = vec![f64::NEG_INFINITY; n];
        let common = unit.common_degrees_of_freedom();
        let size = |value: f64| if self.two_sided { value.abs() } else { value };
        for_each_chunk(unit, weights, n, |arrangement, start, scores| {
            let most = largest[arrangement];
            largest[arrangement] = match common {
                // t rises with r, so the largest r has the largest t.
                Some(_) => scores.iter().fold(most, |most, &r| most.max(size(r))),
                None => {
                    let degrees = unit.degrees_of_freedom[start..].iter();
                    scores.iter().zip(degrees).fold(most, |most, (&r, &degrees)| most.max(size(t_value(r, degrees))))
                }
            };
        });
        match common {
            Some(degrees) => largest.into_iter().map(|r| t_value(r, degrees)).collect(),
            None => largest,
        }
    }

    /// Adds the elements strictly above the threshold to `peaks`; the first of `scores` is at `start`.
    pub(super) fn add_peaks(&self, unit: &UnitMaps, start: usize, scores: &[f64], peaks: &mut SignedPeaks) {
        let places = unit.elements[start..].iter().zip(&unit.degrees_of_freedom[start..]);
        for (&r, (&element, &degrees)) in scores.iter().zip(places) {
            let (least, threshold, subtracted) = match self.statistic {
                ComparedStatistic::Cluster(statistic, thresholds) => {
                    let t = thresholds.t(degrees);
                    let subtracted = if statistic == ClusterStatistic::ExcessMass { t } else { 0.0 };
                    (thresholds.r[degrees as usize], t, subtracted)
                }
                ComparedStatistic::T | ComparedStatistic::Tfce(_) => (0.0, 0.0, 0.0),
            };
            if r.abs() <= least || (r < 0.0 && !self.two_sided) {
                continue;
            }
            let size = t_value(r.abs(), degrees);
            if size > threshold {
                let side = if r > 0.0 { &mut peaks.positive } else { &mut peaks.negative };
                side.push((size - subtracted, element));
            }
        }
    }

    /// Returns the largest statistic of elements of one sign; 0 without elements.
    fn largest(&self, peaks: &mut [(f64, u32)], scratch: &mut Scratch) -> f64 {
        let largest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
        match self.statistic {
            ComparedStatistic::T => largest(&peaks.iter().map(|&(t, _)| t).collect::<Vec<_>>()),
            ComparedStatistic::Cluster(statistic, _) => {
                largest(&scratch.finder.statistics(peaks, self.adjacency, statistic))
            }
            ComparedStatistic::Tfce(tfce) => {
                scratch.enhancer.enhance(tfce, peaks, self.adjacency);
                largest(&scratch.enhancer.values)
            }
        }
    }
}

/// Counts for each element of a map the arrangements with an r as large as the observed one, or as far from 0.
///
/// # Errors
/// `Cancelled`.
pub(super) fn count_exceedances_of_elements(
    unit: &UnitMaps,
    observed: &[f64],
    arrangements: &Arrangements,
    two_sided: bool,
    steps: &StageSteps<'_>,
) -> Result<Vec<u64>> {
    let count = |range: Range<u64>| {
        let n = (range.end - range.start) as usize;
        let mut counts = vec![0_u64; observed.len()];
        for_each_chunk(unit, &arrangements.block(range), n, |_, start, scores| {
            let places = counts[start..].iter_mut().zip(&observed[start..]);
            for ((count, &observed), &r) in places.zip(scores) {
                let (observed, r) = if two_sided { (observed.abs(), r.abs()) } else { (observed, r) };
                *count += u64::from(r >= observed - TIE * observed.abs());
            }
        });
        counts
    };
    let sum = |a: Vec<u64>, b: Vec<u64>| Ok(a.iter().zip(&b).map(|(a, b)| a + b).collect());
    blocks(arrangements)
        .into_par_iter()
        .map(|range| steps.step(|| Ok(count(range))))
        .try_reduce_with(sum)
        .unwrap_or_else(|| Ok(vec![0; observed.len()]))
}

/// Returns how many of the sorted maxima reach an observed statistic or equal it but for rounding.
pub(super) fn count_reaching(sorted: &[f64], observed: f64) -> u64 {
    let least = observed - TIE * observed.abs();
    (sorted.len() - sorted.partition_point(|&maximum| maximum < least)) as u64
}

/// Returns the number of blocks of arrangements, each of which is a step.
pub(super) fn n_blocks(arrangements: &Arrangements) -> u64 {
    arrangements.count().div_ceil(BLOCK)
}

fn blocks(arrangements: &Arrangements) -> Vec<Range<u64>> {
    let count = arrangements.count();
    (0..n_blocks(arrangements)).map(|block| block * BLOCK..((block + 1) * BLOCK).min(count)).collect()
}
