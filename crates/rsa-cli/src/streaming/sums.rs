//! [`Sums`]: what is kept of layers that are read a block of conditions at a time.

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;
use rsakit::{
    Error, MeasureSpec, Result,
    cca::{CanonicalMeasure, CcaAccumulator},
    cka::{CkaAccumulator, Hsic},
    core::Grid,
};
use serde::{Deserialize, Serialize};

use super::Form;
use crate::{
    compare::{Failed, Scores},
    memory::show,
};

/// What stands before the names of arrays.
const CKA: &str = "cka";
const CANONICAL: &str = "canonical";
const SEPARATOR: char = '.';

/// Which layers are rows and which are columns, in a list that has the rows first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shape {
    pub(crate) rows: usize,
    /// `None` where the rows are held against themselves.
    pub(crate) columns: Option<usize>,
}

impl Shape {
    pub(crate) fn n_columns(self) -> usize {
        self.columns.unwrap_or(self.rows)
    }

    /// Where column `j` stands among all layers.
    pub(crate) fn column(self, j: usize) -> usize {
        self.columns.map_or(j, |_| self.rows + j)
    }

    /// All pairs, as places among all layers.
    pub(crate) fn pairs(self) -> Vec<(usize, usize)> {
        (0..self.rows).flat_map(|i| (0..self.n_columns()).map(move |j| (i, self.column(j)))).collect()
    }
}

/// A layer as messages and ranks need it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub(crate) name: String,
    /// File and layer.
    pub(crate) place: String,
    pub(crate) features: usize,
    /// The relative spacing of its numbers.
    pub(crate) precision: f64,
}

/// The sums that some measures need.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    pub(crate) cka: Option<CkaAccumulator>,
    pub(crate) canonical: Option<CcaAccumulator>,
}

impl Sums {
    /// Of no condition yet, for measures of these `forms` between layers with so many features.
    pub(crate) fn new(forms: &[Form], widths: &[usize], shape: Shape) -> Self {
        let cka = forms.iter().any(|form| matches!(form, Form::Cka(_)));
        Self {
            cka: cka.then(|| CkaAccumulator::new(widths, &shape.pairs())),
            canonical: forms.contains(&Form::Canonical).then(|| CcaAccumulator::new(widths)),
        }
    }

    /// Whether such sums, and the blocks they are made from, fit into `budget` bytes.
    ///
    /// # Errors
    /// `Io` naming what is needed.
    pub(crate) fn ensure_fits(
        forms: &[Form],
        widths: &[usize],
        shape: Shape,
        per_block: usize,
        budget: usize,
    ) -> Result<()> {
        let features: usize = widths.iter().sum();
        let numbers = |n: usize, p: usize| n.saturating_mul(p).saturating_mul(size_of::<f64>());
        // One block that is read, one that is worked on, and what it is centred to.
        let mut needed = numbers(per_block, features).saturating_mul(4);
        if forms.iter().any(|form| matches!(form, Form::Cka(_))) {
            needed = needed.saturating_add(CkaAccumulator::bytes(widths, &shape.pairs()));
        }
        if forms.contains(&Form::Canonical) {
            // The factor stands above the block, twice while it is decomposed.
            needed = needed.saturating_add(numbers(features + per_block, features).saturating_mul(3));
        }
        if needed <= budget {
            return Ok(());
        }
        let message = format!(
            "{} of memory are needed for sums over conditions of {features} features in all, and {} may be used; allow more \
             with --memory, or compare fewer layers at a time",
            show(needed),
            show(budget)
        );
        Err(Error::io(message, std::io::ErrorKind::OutOfMemory.into()))
    }

    pub(crate) fn add(&mut self, blocks: &[ArrayView2<'_, f64>]) -> Result<()> {
        self.cka.iter_mut().try_for_each(|sums| sums.add(blocks))?;
        self.canonical.iter_mut().try_for_each(|sums| sums.add(blocks))
    }

    pub(crate) fn merge(&mut self, other: &Self) -> Result<()> {
        self.cka.iter_mut().zip(&other.cka).try_for_each(|(sums, other)| sums.merge(other))?;
        self.canonical.iter_mut().zip(&other.canonical).try_for_each(|(sums, other)| sums.merge(other))
    }

    /// All sums, named.
    pub(crate) fn into_arrays(self) -> Vec<(String, Array2<f64>)> {
        let named = |word: &'static str, arrays: Vec<(String, Array2<f64>)>| {
            arrays.into_iter().map(move |(name, array)| (format!("{word}{SEPARATOR}{name}"), array))
        };
        let cka = self.cka.map(CkaAccumulator::into_arrays).unwrap_or_default();
        let canonical = self.canonical.map(CcaAccumulator::into_arrays).unwrap_or_default();
        named(CKA, cka).chain(named(CANONICAL, canonical)).collect()
    }

    /// What [`into_arrays`](Self::into_arrays) gave.
    ///
    /// # Errors
    /// `Format` if arrays are missing, damaged, or of other sums.
    pub(crate) fn from_arrays(arrays: Vec<(String, Array2<f64>)>) -> Result<Self> {
        let (mut cka, mut canonical) = (Vec::new(), Vec::new());
        for (name, array) in arrays {
            match name.split_once(SEPARATOR) {
                Some((CKA, name)) => cka.push((name.to_owned(), array)),
                Some((CANONICAL, name)) => canonical.push((name.to_owned(), array)),
                _ => return Err(Error::format(format!("the array '{name}' is of no sums; write the part again"))),
            }
        }
        let read = |arrays: &Vec<_>| !arrays.is_empty();
        let cka = read(&cka).then(|| CkaAccumulator::from_arrays(cka)).transpose()?;
        let canonical = read(&canonical).then(|| CcaAccumulator::from_arrays(canonical)).transpose()?;
        Ok(Self { cka, canonical })
    }

    /// Whether these are the sums that [`new`](Self::new) makes of the same.
    pub(crate) fn are_of(&self, forms: &[Form], widths: &[usize], shape: Shape) -> bool {
        let cka = self.cka.as_ref().map(|sums| sums.widths() == widths && sums.has_pairs(&shape.pairs()));
        let canonical = self.canonical.as_ref().map(|sums| sums.widths() == widths);
        let wanted = |is: fn(&Form) -> bool| forms.iter().any(is);
        cka.unwrap_or(!wanted(|form| matches!(form, Form::Cka(_))))
            && canonical.unwrap_or(!wanted(|form| *form == Form::Canonical))
    }

    /// How many conditions were seen.
    pub(crate) fn n_conditions(&self) -> usize {
        let cka = self.cka.as_ref().map(CkaAccumulator::n_conditions);
        cka.or_else(|| self.canonical.as_ref().map(CcaAccumulator::n_conditions)).unwrap_or(0)
    }

    /// The scores of all pairs of the `layers`, those of the rows first: of which these are sums, or why one is not among
    /// them.
    pub(crate) fn scores(&self, spec: &MeasureSpec, shape: Shape, layers: &[Result<&Origin>]) -> Scores {
        match spec {
            MeasureSpec::Cka(cka) => self.cka_scores(spec, shape, cka.hsic),
            MeasureSpec::Cca(cca) => self.canonical_scores(spec, cca, shape, layers),
            MeasureSpec::Svcca(svcca) => self.canonical_scores(spec, svcca, shape, layers),
            MeasureSpec::Pwcca(pwcca) => self.canonical_scores(spec, pwcca, shape, layers),
            MeasureSpec::Rsa(_) => unreachable!("RSA has no form in blocks"),
        }
    }

    fn cka_scores(&self, spec: &MeasureSpec, shape: Shape, hsic: Hsic) -> Scores {
        let sums = self.cka.as_ref().expect("sums made for all measures");
        let (n, m) = (shape.rows, shape.n_columns());
        let score = |i, j| sums.score(i, shape.column(j), hsic).map_err(|error| Failed { error, of_pair: true });
        let values = Grid::from_fn_in_parallel(n, m, score);
        let caveats = Grid::from_fn(n, m, |i, j| match values.get(i, j) {
            Ok(_) => sums.caveats(i, shape.column(j), hsic),
            Err(_) => Vec::new(),
        });
        Scores::of_grids(spec, values, caveats)
    }

    fn canonical_scores<M: CanonicalMeasure>(
        &self,
        spec: &MeasureSpec,
        measure: &M,
        shape: Shape,
        layers: &[Result<&Origin>],
    ) -> Scores {
        let sums = self.canonical.as_ref().expect("sums made for all measures");
        let mut summed = 0..;
        let places: Vec<_> = layers.iter().map(|layer| layer.clone().map(|layer| (layer, summed.next()))).collect();
        let geometry = |place: &Result<(&Origin, Option<usize>)>| {
            let (layer, k) = place.clone()?;
            let k = k.expect("places without end");
            sums.geometry(measure, k, layer.precision).map_err(|error| error.context(&layer.place))
        };
        let geometries: Vec<_> = places.par_iter().map(geometry).collect();
        let (rows, rest) = geometries.split_at(shape.rows);
        let columns = if shape.columns.is_some() { rest } else { rows };
        Scores::new(
            spec.to_string(),
            measure.profile().orientation,
            [rows, columns],
            |a, b| measure.compare_all(a, b),
            |a, b| measure.caveats(a, b),
        )
    }
}
