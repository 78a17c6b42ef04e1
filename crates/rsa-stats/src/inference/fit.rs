//! Fitting models with free parameters to training data, for the comparison that will score them.

use std::borrow::Cow;

use rsa_core::{Error, Result, linalg};

use super::{
    board::Board,
    dataset::{Candidate, Dataset},
    scoring::Kind,
    source::{Frame, Source, unit},
    view::View,
};
use crate::{
    comparison::embedded::dot,
    regression::{LeastSquares, non_negative_weights},
};

/// The training conditions, and all subjects on them.
pub(crate) struct Training<'a> {
    dataset: &'a Dataset,
    view: &'a View,
    /// What predictions are projected in. Where pairs are counted, ranks are near enough to start from.
    frame: Frame<'a>,
    /// The subjects' vectors; none where nothing is fitted.
    vectors: Vec<Vec<f64>>,
    /// Where pairs are counted, the subjects as they count them.
    counts: Option<Board<'a>>,
}

/// What is fitted to: training conditions, and the subjects with copies.
pub(crate) struct Target<'a> {
    training: &'a Training<'a>,
    copies: &'a [f64],
    /// The sum of the subjects' vectors.
    sum: Vec<f64>,
}

impl<'a> Training<'a> {
    pub(crate) fn new(dataset: &'a Dataset, view: &'a View) -> Result<Self> {
        let counted = matches!(dataset.kind, Kind::Counts { .. });
        let frame = Frame::new(if counted { Kind::Ranks { unit: false } } else { dataset.kind }, view)?;
        let fitted = dataset.models.iter().any(|model| model.fixed().is_none());
        let subjects: Vec<&Source> = dataset.subjects.iter().filter(|_| fitted).collect();
        let vector = |(i, subject): (usize, &&Source)| {
            frame.vector(subject).map_err(|error| error.context(format!("subject {i}")))
        };
        let vectors = subjects.iter().enumerate().map(vector).collect::<Result<_>>()?;
        let counts = (counted && fitted).then(|| Board::new(dataset.kind, view, &subjects)).transpose()?;
        Ok(Self { dataset, view, frame, vectors, counts })
    }

    pub(crate) fn target(&'a self, copies: &'a [f64]) -> Target<'a> {
        let mut sum = vec![0.0; self.vectors.first().map_or(0, Vec::len)];
        for (vector, &copies) in self.vectors.iter().zip(copies).filter(|(_, copies)| **copies > 0.0) {
            sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += copies * value);
        }
        Target { training: self, copies, sum }
    }
}

impl Target<'_> {
    /// The mean similarity of a prediction to the training data, up to a factor.
    fn gain(&self, prediction: &Source) -> Result<f64> {
        match &self.training.counts {
            Some(board) => {
                let scores = board.scores(&[prediction])?;
                Ok(scores.row(0).iter().zip(self.copies).map(|(score, copies)| score * copies).sum())
            }
            None => Ok(dot(&self.training.frame.vector(prediction)?, &self.sum)),
        }
    }

    /// The linear combination of sources as one.
    fn mixture(&self, sources: &[Source], weights: &[f64]) -> Source {
        let mut values = vec![0.0; sources[0].values().len()];
        let mut rounding = 0.0;
        for (source, &weight) in sources.iter().zip(weights).filter(|(_, weight)| **weight != 0.0) {
            values.iter_mut().zip(source.values()).for_each(|(sum, value)| *sum += weight * value);
            rounding += weight.abs() * source.rounding();
        }
        // What cancels leaves rounding of its own.
        let largest = linalg::extremes(&values).into_iter().fold(0.0, |largest: f64, end| largest.max(end.abs()));
        Source::of(values, rounding.max(8.0 * f64::EPSILON * largest), self.training.dataset.kind)
    }

    /// Columns of unit length that span the combinations, and the lengths that were divided out.
    fn columns(&self, sources: &[Source]) -> Result<(Vec<Vec<f64>>, Vec<f64>)> {
        let linear = match self.training.frame.kind {
            Kind::Linear(_) => None,
            // Ranks are not linear in the dissimilarities: their values, centred, are what a sum of RDMs adds up.
            _ => Some(Frame::new(crate::Scoring::Pearson.kind(), self.training.view)?),
        };
        let frame = linear.as_ref().unwrap_or(&self.training.frame);
        let columns = sources.iter().enumerate().map(|(k, source)| {
            let column = frame.column(source).map_err(|error| error.context(format!("RDM {k}")))?;
            let length = dot(&column, &column).sqrt();
            Ok((unit(column).map_err(|error| error.context(format!("RDM {k}")))?, length))
        });
        Ok(columns.collect::<Result<Vec<_>>>()?.into_iter().unzip())
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
    fn weighted(&self, components: &[Source], non_negative: bool) -> Result<Source> {
        let (columns, lengths) = self.columns(components)?;
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let target = unit(self.sum.clone())?;
        let problem = LeastSquares::new(&columns, &target)?;
        if let Some(k) = (0..columns.len()).find(|&k| problem.independent_length(k) == 0.0) {
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
        let weights: Vec<f64> = weights.iter().zip(&lengths).map(|(weight, length)| weight / length).collect();
        match self.training.frame.kind {
            Kind::Linear(_) => Ok(self.mixture(components, &weights)),
            _ => self.climb(components, weights, &lengths, non_negative),
        }
    }

    /// Ranks make steps of the gain, without a slope: each weight is moved as long as that helps, by ever smaller steps.
    fn climb(&self, components: &[Source], mut weights: Vec<f64>, lengths: &[f64], positive: bool) -> Result<Source> {
        // So many rounds, each along every weight, before the steps are halved.
        const ROUNDS: usize = 4;
        let mut best = self.mixture(components, &weights);
        let mut gain = self.gain(&best)?;
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
                    let mixture = self.mixture(components, &other);
                    // A mixture that is constant is no better.
                    if let Ok(other_gain) = self.gain(&mixture)
                        && other_gain > gain
                    {
                        (weights, best, gain) = (other, mixture, other_gain);
                    }
                }
                if gain == before {
                    break;
                }
            }
        }
        Ok(best)
    }

    /// Of every two neighbours the best mixture, and of these the best.
    fn interpolated(&self, sources: &[Source]) -> Result<Source> {
        const STEPS: u32 = 32;
        let mut mixtures = Vec::new();
        for pair in sources.windows(2) {
            match self.training.frame.kind {
                Kind::Linear(_) => {
                    let (columns, lengths) = self.columns(pair)?;
                    let problem = LeastSquares::new(&[&columns[0], &columns[1]], &unit(self.sum.clone())?)?;
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
}

impl Candidate {
    /// What the model predicts, fitted where it has parameters.
    pub(crate) fn prediction(&self, target: &Target<'_>) -> Result<Cow<'_, Source>> {
        Ok(match self {
            Self::Fixed(source) => Cow::Borrowed(source),
            Self::Selection(sources) => Cow::Borrowed(target.best(sources)?),
            Self::Weighted { components, non_negative } => Cow::Owned(target.weighted(components, *non_negative)?),
            Self::Interpolated(sources) => Cow::Owned(target.interpolated(sources)?),
        })
    }
}
