//! Fitting models with free parameters to training data, for the comparison that will score them.

use std::borrow::Cow;

use ndarray::{CowArray, Ix2};
use rsa_core::{
    Error, Result,
    linalg::{self, dot},
};

use super::{
    board::{Board, add},
    dataset::{Candidate, Dataset},
    scoring::Kind,
    source::{Frame, Source},
    view::View,
};
use crate::{
    comparison::embedded::Vector,
    regression::{Combinations, LeastSquares, non_negative_weights},
};

/// The training conditions, and all subjects and models on them.
pub(crate) struct Training<'a> {
    dataset: &'a Dataset,
    /// What predictions are projected in. Where pairs are counted, ranks are near enough to start from.
    frame: Frame<'a>,
    /// The subjects' vectors as rows; none where nothing is fitted.
    vectors: CowArray<'a, f64, Ix2>,
    /// For each model the basis of its combinations, if it is weighted.
    bases: Vec<Option<Result<Basis>>>,
    /// Where pairs are counted, the subjects as they count them.
    counts: Option<Board<'a>>,
}

/// What is fitted to: training conditions, and the subjects with copies.
pub(crate) struct Target<'a> {
    training: &'a Training<'a>,
    copies: Vec<f64>,
    /// The sum of the subjects' vectors.
    sum: Vec<f64>,
    /// Where predictions will be looked at.
    tested: &'a View,
}

/// The combinations of some RDMs on training conditions: the same for all subjects that weights are fitted to.
struct Basis {
    combinations: Combinations,
    /// Lengths that were divided out of the columns.
    lengths: Vec<f64>,
}

impl<'a> Training<'a> {
    /// Takes the subjects on the same view, if they were read for a board.
    pub(crate) fn new(dataset: &'a Dataset, view: &'a View, read: Option<&'a Board<'_>>) -> Result<Self> {
        let counted = matches!(dataset.kind, Kind::Counts { .. });
        let frame = Frame::new(if counted { Kind::Ranks { unit: false } } else { dataset.kind }, view)?;
        let fitted = dataset.models.iter().any(|model| model.fixed().is_none());
        let subjects: Vec<&Source> = dataset.subjects.iter().filter(|_| fitted).collect();
        let vectors = match read.and_then(Board::vectors).filter(|_| fitted) {
            Some(vectors) => vectors.into(),
            None => frame.matrix(&subjects, "subject")?.into(),
        };
        let counts = (counted && fitted).then(|| Board::new(dataset.kind, view, &subjects)).transpose()?;
        let mut training = Self { dataset, frame, vectors, bases: Vec::new(), counts };
        let basis = |model: &Candidate| match model {
            Candidate::Weighted { components, .. } => Some(training.basis(components)),
            _ => None,
        };
        training.bases = dataset.models.iter().map(basis).collect();
        Ok(training)
    }

    /// The subjects in these numbers, to predict what `tested` has.
    pub(crate) fn target(&'a self, copies: Vec<f64>, tested: &'a View) -> Target<'a> {
        let mut sum = vec![0.0; self.vectors.ncols()];
        for (vector, &copies) in self.vectors.rows().into_iter().zip(&copies).filter(|(_, copies)| **copies > 0.0) {
            sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += copies * value);
        }
        Target { training: self, copies, sum, tested }
    }

    /// Columns of unit length that span the combinations, and the lengths that were divided out.
    fn columns(&self, sources: &[Source]) -> Result<(Vec<Vec<f64>>, Vec<f64>)> {
        let linear = match self.frame.kind {
            Kind::Linear(_) => None,
            // Ranks are not linear in the dissimilarities: their values, centred, are what a sum of RDMs adds up.
            _ => Some(Frame::new(crate::Scoring::Pearson.kind(), self.frame.view)?),
        };
        let frame = linear.as_ref().unwrap_or(&self.frame);
        let columns = sources.iter().enumerate().map(|(k, source)| {
            let column = frame.column(source).map_err(|error| error.context(format!("RDM {k}")))?;
            let length = dot(&column, &column).sqrt();
            let column = Vector::unit(column).map_err(|error| error.context(format!("RDM {k}")))?;
            Ok((column.into_values(), length))
        });
        Ok(columns.collect::<Result<Vec<_>>>()?.into_iter().unzip())
    }

    fn basis(&self, components: &[Source]) -> Result<Basis> {
        let (columns, lengths) = self.columns(components)?;
        let combinations = Combinations::of(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
        Ok(Basis { combinations, lengths })
    }
}

impl Target<'_> {
    /// The mean similarity of a prediction to the training data, up to a factor.
    fn gain(&self, prediction: &Source) -> Result<f64> {
        match &self.training.counts {
            Some(board) => {
                let scores = board.scores(&[prediction])?;
                Ok(scores.row(0).iter().zip(&self.copies).map(|(score, copies)| score * copies).sum())
            }
            None => Ok(dot(&self.training.frame.vector(prediction)?, &self.sum)),
        }
    }

    /// The linear combination of sources as one. Where ranks are not asked, only the pairs that it will be looked at on
    /// are added up; the others are 0.
    fn mixture(&self, sources: &[Source], weights: &[f64]) -> Source {
        let kind = self.training.dataset.kind;
        let mut values = vec![0.0; sources[0].values().len()];
        let used = || sources.iter().zip(weights).filter(|(_, weight)| **weight != 0.0);
        match kind {
            Kind::Linear(_) => used().for_each(|(source, weight)| {
                let tested = self.tested.pairs.iter().map(|&pair| pair as usize);
                tested.for_each(|pair| values[pair] += weight * source.values()[pair]);
            }),
            _ => used().for_each(|(source, weight)| add(&mut values, *weight, source.values())),
        }
        self.summed(values, sources, weights)
    }

    /// What was added up of sources.
    fn summed(&self, values: Vec<f64>, sources: &[Source], weights: &[f64]) -> Source {
        let rounding: f64 = sources.iter().zip(weights).map(|(source, weight)| weight.abs() * source.rounding()).sum();
        // What cancels leaves rounding of its own.
        let largest = linalg::extremes(&values).into_iter().fold(0.0, |largest: f64, end| largest.max(end.abs()));
        Source::of(values, rounding.max(8.0 * f64::EPSILON * largest), self.training.dataset.kind)
    }

    /// The best of several sources.
    fn best<'s>(&self, sources: &'s [Source]) -> Result<&'s Source> {
        let mut best: Option<(f64, &Source)> = None;
        for (k, source) in sources.iter().enumerate() {
            let gain = self.gain(source).map_err(|error| error.context(format!("RDM {k}")))?;
            if best.is_none_or(|(other, _)| gain > other) {
                best = Some((gain, source));
            }
        }
        best.map(|(_, source)| source).ok_or_else(|| Error::invalid_parameter("a selection", "of at least one RDM", 0))
    }

    /// Least squares: among all combinations, the projection of the summed unit vectors has the largest mean cosine.
    fn weighted(&self, components: &[Source], non_negative: bool, basis: &Basis) -> Result<Source> {
        let Basis { combinations, lengths } = basis;
        let problem = combinations.nearest_to(&Vector::unit(self.sum.clone())?.into_values());
        if let Some(k) = (0..components.len()).find(|&k| problem.independent_length(k) == 0.0) {
            return Err(Error::degenerate(
                format!("RDM {k} is a combination of those before it on the training conditions"),
                "their weights could be anything; leave it out",
            ));
        }
        let weights = if non_negative { non_negative_weights(&problem)? } else { problem.solve() };
        if weights.iter().all(|&weight| weight == 0.0) {
            // Every component points away from the data; then a single one points away least.
            return self.best(components).cloned();
        }
        let weights: Vec<f64> = weights.iter().zip(lengths).map(|(weight, length)| weight / length).collect();
        match self.training.frame.kind {
            Kind::Linear(_) => Ok(self.mixture(components, &weights)),
            _ => self.climb(components, weights, lengths, non_negative),
        }
    }

    /// The gain of the linear combination of sources. Where ranks are asked they are made of the training pairs alone, which
    /// are fewer.
    fn gain_of_mixture(&self, sources: &[Source], on_training: &[Vec<f64>], weights: &[f64]) -> Result<f64> {
        let frame = &self.training.frame;
        if self.training.counts.is_some() {
            return self.gain(&self.mixture(sources, weights));
        }
        let mut values = vec![0.0; frame.view.pairs.len()];
        on_training.iter().zip(weights).for_each(|(source, &weight)| add(&mut values, weight, source));
        let mixture = self.summed(values, sources, weights);
        let mut ranks = frame.ranks_over_length(mixture.doubled_own_ranks(frame.view))?;
        frame.weigh(&mut ranks);
        Ok(dot(&ranks, &self.sum))
    }

    /// Ranks make steps of the gain, without a slope: each weight is moved as long as that helps, by ever smaller steps.
    fn climb(&self, components: &[Source], mut weights: Vec<f64>, lengths: &[f64], positive: bool) -> Result<Source> {
        // So many rounds, each along every weight, before the steps are halved.
        const ROUNDS: usize = 4;
        let pairs = &self.training.frame.view.pairs;
        let on_training: Vec<Vec<f64>> = components
            .iter()
            .map(|source| pairs.iter().map(|&pair| source.values()[pair as usize]).collect())
            .collect();
        let gain_of = |weights: &[f64]| self.gain_of_mixture(components, &on_training, weights);
        let mut gain = gain_of(&weights)?;
        let size = weights.iter().zip(lengths).fold(0.0, |size: f64, (w, length)| size.max(w.abs() * length));
        for step in [0.5, 0.25, 0.125, 0.0625, 0.03125] {
            for _ in 0..ROUNDS {
                let before = gain;
                for (k, move_by) in (0..weights.len()).flat_map(|k| [(k, step), (k, -step)]) {
                    let mut other = weights.clone();
                    other[k] += move_by * size / lengths[k];
                    if positive {
                        other[k] = other[k].max(0.0);
                    }
                    // A mixture that is constant is no better.
                    if let Ok(other_gain) = gain_of(&other)
                        && other_gain > gain
                    {
                        (weights, gain) = (other, other_gain);
                    }
                }
                if gain == before {
                    break;
                }
            }
        }
        Ok(self.mixture(components, &weights))
    }

    /// Of every two neighbours the best mixture, and of these the best.
    fn interpolated(&self, sources: &[Source]) -> Result<Source> {
        const STEPS: u32 = 32;
        let mut mixtures = Vec::new();
        for pair in sources.windows(2) {
            match self.training.frame.kind {
                Kind::Linear(_) => {
                    let (columns, lengths) = self.training.columns(pair)?;
                    let problem =
                        LeastSquares::new(&[&columns[0], &columns[1]], &Vector::unit(self.sum.clone())?.into_values())?;
                    if problem.independent_length(1) > 0.0 {
                        let weights = problem.solve();
                        if weights.iter().all(|&weight| weight > 0.0) {
                            let weights: Vec<f64> = weights.iter().zip(&lengths).map(|(w, l)| w / l).collect();
                            mixtures.push(self.mixture(pair, &weights));
                        }
                    }
                }
                _ => mixtures.extend((1..STEPS).map(|step| {
                    let weight = f64::from(step) / f64::from(STEPS);
                    self.mixture(pair, &[weight, 1.0 - weight])
                })),
            }
        }
        mixtures.extend(sources.iter().cloned());
        self.best(&mixtures).cloned()
    }

    /// What model `m` predicts, fitted where it has parameters.
    pub(crate) fn prediction(&self, m: usize) -> Result<Cow<'_, Source>> {
        Ok(match &self.training.dataset.models[m] {
            Candidate::Fixed(source) => Cow::Borrowed(source),
            Candidate::Selection(sources) => Cow::Borrowed(self.best(sources)?),
            Candidate::Weighted { components, non_negative } => {
                let basis = self.training.bases[m].as_ref().expect("weighted models have a basis");
                Cow::Owned(self.weighted(components, *non_negative, basis.as_ref().map_err(Error::clone)?)?)
            }
            Candidate::Interpolated(sources) => Cow::Owned(self.interpolated(sources)?),
        })
    }
}
