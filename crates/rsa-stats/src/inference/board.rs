//! [`Board`]: all scores on one view, and how subjects agree with pools of subjects.

mod counts;
mod gram;
mod ranks;

use ndarray::{Array2, ArrayView2};
use rsa_core::{Error, Result, linalg};

use self::{counts::Counts, gram::Gram, ranks::Ranks};
use super::{
    scoring::Kind,
    source::{Frame, Source, named},
    view::View,
};

/// What was compared on one view.
///
/// A resample of subjects alone weighs what is here anew: nothing is compared again.
pub(crate) struct Board {
    /// Models × subjects.
    pub(crate) scores: Array2<f64>,
    pools: Pools,
}

/// What it takes to compare a subject with a weighted mean of subjects.
enum Pools {
    Gram(Gram),
    Ranks(Ranks),
    Counts(Counts),
}

impl Board {
    /// Compares every model with every subject, the pairs of the view alone.
    ///
    /// # Errors
    /// `Degenerate`, naming the model or subject that is constant on the view.
    pub(crate) fn new(kind: Kind, view: &View, models: &[&Source], subjects: &[&Source]) -> Result<Self> {
        match kind {
            Kind::Linear(_) => {
                let frame = Frame::new(kind, view)?;
                let [models, subjects] = frame.matrices(models, subjects, |source| frame.vector(source))?;
                let scores = products(models.view(), subjects.view())?;
                Ok(Self { scores, pools: Pools::Gram(Gram::new(subjects.view())?) })
            }
            Kind::Ranks { .. } => {
                let frame = Frame::new(kind, view)?;
                let [models, subjects] = frame.matrices(models, subjects, |source| frame.vector(source))?;
                let scores = products(models.view(), subjects.view())?;
                Ok(Self { scores, pools: Pools::Ranks(Ranks::new(kind, view, subjects)) })
            }
            Kind::Counts { without_ties } => Counts::new(without_ties, view, models, subjects)
                .map(|(scores, counts)| Self { scores, pools: Pools::Counts(counts) }),
        }
    }

    /// How similar each of `subjects` is to the pool of all subjects weighed by `copies`.
    ///
    /// # Errors
    /// `Degenerate` if the pool is constant.
    pub(crate) fn against_pool(&self, view: &View, copies: &[f64], subjects: &[usize]) -> Result<Vec<f64>> {
        match &self.pools {
            Pools::Gram(gram) => gram.against_pool(copies, subjects),
            Pools::Ranks(ranks) => ranks.against_pool(view, copies, subjects),
            Pools::Counts(counts) => counts.against_pool(view, copies, subjects),
        }
    }
}

impl Frame<'_> {
    /// The vectors of models and of subjects as the rows of two matrices.
    fn matrices(
        &self,
        models: &[&Source],
        subjects: &[&Source],
        vector: impl Fn(&Source) -> Result<Vec<f64>>,
    ) -> Result<[Array2<f64>; 2]> {
        let matrix = |sources: &[&Source], what: &str| {
            let mut values = Vec::new();
            for (k, source) in sources.iter().enumerate() {
                let row = vector(source).map_err(|error| named(&error, &format!("{what} {k}")))?;
                if k == 0 {
                    values.reserve_exact(row.len() * sources.len());
                }
                values.extend_from_slice(&row);
            }
            let columns = values.len() / sources.len().max(1);
            Ok::<_, Error>(Array2::from_shape_vec((sources.len(), columns), values).expect("rows of one length"))
        };
        Ok([matrix(models, "model")?, matrix(subjects, "subject")?])
    }
}

/// Every row of `a` times every row of `b`.
fn products(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
    match a.nrows() {
        0 => Ok(Array2::zeros((0, b.nrows()))),
        _ => Ok(linalg::product(a, b.t())?.mapv(|product| product.clamp(-1.0, 1.0))),
    }
}
