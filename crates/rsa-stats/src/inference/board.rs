//! [`Board`]: all scores on one view, and how subjects agree with pools of subjects.

mod counts;
mod gram;
mod ranks;
mod sign_tree;

use ndarray::{Array2, ArrayView2};
use rsa_core::{Result, linalg};

use self::{counts::Counts, gram::Gram, ranks::Ranks};
use super::{
    scoring::Kind,
    source::{Frame, Source},
    view::View,
};

/// The subjects on one view.
///
/// A resample of subjects alone weighs what is here anew: nothing is compared again.
pub(crate) struct Board<'v> {
    view: &'v View,
    subjects: Subjects<'v>,
}

/// What it takes to compare a subject with a model and with a weighted mean of subjects.
enum Subjects<'v> {
    Gram(Frame<'v>, Gram),
    Ranks(Ranks<'v>),
    Counts(Counts),
}

/// A weighted mean of subjects, before it is compared.
pub(crate) struct Pool {
    /// How often each subject is in it.
    copies: Vec<f64>,
    /// The weighted sum of what is pooled; empty where the inner products of the subjects hold it all.
    sum: Vec<f64>,
}

impl<'v> Board<'v> {
    /// Reads every subject on the pairs of the view alone.
    ///
    /// # Errors
    /// `Degenerate`, naming the subject that is constant on the view.
    pub(crate) fn new(kind: Kind, view: &'v View, subjects: &[&Source]) -> Result<Self> {
        let subjects = match kind {
            Kind::Linear(_) => {
                let frame = Frame::new(kind, view)?;
                let vectors = frame.matrix(subjects, "subject")?;
                Subjects::Gram(frame, Gram::new(vectors)?)
            }
            Kind::Ranks { .. } => {
                let frame = Frame::new(kind, view)?;
                let vectors = frame.matrix(subjects, "subject")?;
                Subjects::Ranks(Ranks::new(frame, vectors))
            }
            Kind::Counts { without_ties } => Subjects::Counts(Counts::new(without_ties, view, subjects)?),
        };
        Ok(Self { view, subjects })
    }

    /// The subjects' vectors as rows, unless pairs are counted.
    pub(crate) fn vectors(&self) -> Option<ArrayView2<'_, f64>> {
        match &self.subjects {
            Subjects::Gram(_, gram) => Some(gram.vectors()),
            Subjects::Ranks(ranks) => Some(ranks.vectors()),
            Subjects::Counts(_) => None,
        }
    }

    /// Models × subjects.
    ///
    /// # Errors
    /// `Degenerate`, naming the model that is constant on the view.
    pub(crate) fn scores(&self, models: &[&Source]) -> Result<Array2<f64>> {
        match &self.subjects {
            Subjects::Gram(frame, gram) => products(frame.matrix(models, "model")?.view(), gram.vectors()),
            Subjects::Ranks(ranks) => products(ranks.frame().matrix(models, "model")?.view(), ranks.vectors()),
            Subjects::Counts(counts) => counts.scores(self.view, models),
        }
    }

    /// The subjects in these numbers.
    pub(crate) fn pool(&self, copies: &[f64]) -> Pool {
        let mut pool = Pool { copies: copies.to_vec(), sum: Vec::new() };
        let members = (0..copies.len()).filter(|&i| copies[i] != 0.0);
        match &self.subjects {
            Subjects::Gram(..) => {}
            Subjects::Ranks(ranks) => members.for_each(|i| ranks.add(i, copies[i], &mut pool.sum)),
            Subjects::Counts(counts) => members.for_each(|i| counts.add(i, copies[i], &mut pool.sum)),
        }
        pool
    }

    /// The pool less some of its subjects.
    pub(crate) fn without(&self, pool: &Pool, members: &[usize]) -> Pool {
        let mut rest = Pool { copies: pool.copies.clone(), sum: pool.sum.clone() };
        for &i in members {
            let copies = std::mem::take(&mut rest.copies[i]);
            match &self.subjects {
                Subjects::Gram(..) => {}
                Subjects::Ranks(ranks) => ranks.add(i, -copies, &mut rest.sum),
                Subjects::Counts(counts) => counts.add(i, -copies, &mut rest.sum),
            }
        }
        rest
    }

    /// How similar each of `subjects` is to a pool.
    ///
    /// # Errors
    /// `Degenerate` if the pool is constant.
    pub(crate) fn against(&self, pool: &Pool, subjects: &[usize]) -> Result<Vec<f64>> {
        match &self.subjects {
            Subjects::Gram(_, gram) => gram.against(&pool.copies, subjects),
            Subjects::Ranks(ranks) => ranks.against(&pool.sum, pool.copies.len(), subjects),
            Subjects::Counts(counts) => counts.against(self.view, &pool.sum, subjects),
        }
    }
}

/// Adds a multiple of a vector to a sum, which may not have begun.
pub(super) fn add(sum: &mut Vec<f64>, factor: f64, values: &[f64]) {
    sum.resize(values.len(), 0.0);
    sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += factor * value);
}

impl Frame<'_> {
    /// The vectors of sources as rows.
    pub(crate) fn matrix(&self, sources: &[&Source], what: &str) -> Result<Array2<f64>> {
        let mut values = Vec::new();
        for (k, source) in sources.iter().enumerate() {
            let row = self.vector(source).map_err(|error| error.context(format!("{what} {k}")))?;
            if k == 0 {
                values.reserve_exact(row.len() * sources.len());
            }
            values.extend_from_slice(&row);
        }
        let columns = values.len() / sources.len().max(1);
        Ok(Array2::from_shape_vec((sources.len(), columns), values).expect("rows of one length"))
    }
}

/// Every row of `a` times every row of `b`.
fn products(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    match a.nrows() {
        0 => Ok(Array2::zeros((0, b.nrows()))),
        _ => Ok(linalg::product(a, b.t())?.mapv(|product| product.clamp(-1.0, 1.0))),
    }
}
