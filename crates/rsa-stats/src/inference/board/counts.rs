//! [`Counts`]: subjects and their pools where pairs ordered alike are counted.

use std::ops::Range;

use ndarray::Array2;
use rsa_core::{Error, Result};

use super::add;
use crate::{
    comparison::{joint, ordered::rising},
    inference::{source::Source, view::View},
    ranks::Order,
};

/// The ranks and the orders of the subjects on a view.
pub(super) struct Counts {
    without_ties: bool,
    /// Twice the centred ranks.
    ranks: Vec<Vec<f64>>,
    walks: Vec<Walk>,
}

/// The pairs that count, in the order of one RDM, copies written out: to count them is quicker than to weigh them.
struct Walk {
    /// Pairs of the view, smallest first, and which copy each is.
    sequence: Vec<(u32, u32)>,
    /// Runs of ties among them, of more than one pair.
    runs: Vec<Range<usize>>,
    /// For each pair of the view the place of its first copy.
    places: Vec<u32>,
    /// Where its run of ties starts and ends, if different pairs are tied.
    bounds: Option<[Vec<u32>; 2]>,
    /// Two copies that are tied.
    tied: f64,
    /// Of these, copies of one pair.
    copies: f64,
}

impl Counts {
    pub(super) fn new(without_ties: bool, view: &View, subjects: &[&Source]) -> Result<Self> {
        let (ranks, walks): (Vec<_>, Vec<_>) = read(view, subjects, "subject")?.into_iter().unzip();
        Ok(Self { without_ties, ranks, walks })
    }

    pub(super) fn scores(&self, view: &View, models: &[&Source]) -> Result<Array2<f64>> {
        let models = read(view, models, "model")?;
        Ok(Array2::from_shape_fn((models.len(), self.walks.len()), |(m, i)| {
            self.tau(view, &models[m].1, &self.walks[i])
        }))
    }

    pub(super) fn add(&self, i: usize, copies: f64, sum: &mut Vec<f64>) {
        add(sum, copies, &self.ranks[i]);
    }

    /// Orders the pool. Its ranks are sums of whole numbers: ties stay ties.
    pub(super) fn against(&self, view: &View, sum: &[f64], subjects: &[usize]) -> Result<Vec<f64>> {
        let walk = Walk::new(sum, view)?;
        Ok(subjects.iter().map(|&i| self.tau(view, &walk, &self.walks[i])).collect())
    }

    fn tau(&self, view: &View, a: &Walk, b: &Walk) -> f64 {
        let total = pairs(view.total());
        let denominator = if self.without_ties { ((total - a.tied) * (total - b.tied)).sqrt() } else { total };
        (a.concordance(b) / denominator).clamp(-1.0, 1.0)
    }
}

/// Ranks and orders of sources.
fn read(view: &View, sources: &[&Source], what: &str) -> Result<Vec<(Vec<f64>, Walk)>> {
    let walk = |(k, source): (usize, &&Source)| {
        let ranks = source.doubled_ranks(view);
        let walk = Walk::new(&ranks, view).map_err(|error| error.context(format!("{what} {k}")))?;
        Ok::<_, Error>((ranks, walk))
    };
    sources.iter().enumerate().map(walk).collect()
}

/// Pairs among so many.
fn pairs(count: f64) -> f64 {
    count * (count - 1.0) / 2.0
}

impl Walk {
    /// Takes one number for every pair of the view.
    ///
    /// # Errors
    /// `Degenerate` if all are tied.
    fn new(values: &[f64], view: &View) -> Result<Self> {
        let copies = |pair: u32| view.copies.as_ref().map_or(1, |copies| copies.counts[pair as usize]);
        let counted: Vec<u32> = (0..).take(values.len()).filter(|&pair| copies(pair) > 0).collect();
        let own: Vec<f64> = counted.iter().map(|&pair| values[pair as usize]).collect();
        let order = Order::new(&own, 0.0);
        if order.ranges().nth(1).is_none() {
            return Err(joint::constant("equal"));
        }
        let mut places = vec![0; values.len()];
        let mut bounds = (!order.is_strict()).then(|| [places.clone(), places.clone()]);
        let mut sequence: Vec<(u32, u32)> = Vec::with_capacity(view.total() as usize);
        let (mut runs, mut tied, mut of_one) = (Vec::new(), 0.0, 0.0);
        for run in order.runs() {
            let start = sequence.len();
            for &k in run {
                let pair = counted[k as usize];
                places[pair as usize] = sequence.len() as u32;
                sequence.extend((0..copies(pair)).map(|copy| (pair, copy)));
                of_one += pairs(f64::from(copies(pair)));
            }
            let end = sequence.len();
            if let Some([starts, ends]) = &mut bounds {
                for &k in run {
                    let pair = counted[k as usize] as usize;
                    (starts[pair], ends[pair]) = (start as u32, end as u32);
                }
            }
            if run.len() > 1 {
                runs.push(start..end);
            }
            tied += pairs((end - start) as f64);
        }
        Ok(Self { sequence, runs, places, bounds, tied, copies: of_one })
    }

    /// Copies ordered alike less those ordered oppositely.
    ///
    /// In the order of the one, those that rise in the other less those that fall; a run of ties is in no order, so what
    /// it gives by the order in which it stands is taken off.
    fn concordance(&self, other: &Self) -> f64 {
        let places: Vec<u32> = self.sequence.iter().map(|&(pair, copy)| other.places[pair as usize] + copy).collect();
        let total = pairs(places.len() as f64);
        let Some(bounds) = &other.bounds else {
            // Copies of one pair rise as they stand, and are tied.
            let whole = 2.0 * rising(&places, &places) as f64 - total - self.copies;
            let of_run = |run: &Range<usize>| {
                let (places, sequence) = (&places[run.clone()], &self.sequence[run.clone()]);
                let copies = sequence.iter().map(|&(_, copy)| f64::from(copy)).sum::<f64>();
                2.0 * rising(places, places) as f64 - pairs(places.len() as f64) - copies
            };
            return whole - self.runs.iter().map(of_run).sum::<f64>();
        };
        let [starts, ends] = bounds
            .each_ref()
            .map(|bound| self.sequence.iter().map(|&(pair, _)| bound[pair as usize]).collect::<Vec<u32>>());
        let rise_less_fall = |run: Range<usize>| {
            let places = &places[run.clone()];
            let below = rising(places, &starts[run.clone()]) + rising(places, &ends[run]);
            below as f64 - pairs(places.len() as f64)
        };
        rise_less_fall(0..places.len()) - self.runs.iter().cloned().map(rise_less_fall).sum::<f64>()
    }
}
