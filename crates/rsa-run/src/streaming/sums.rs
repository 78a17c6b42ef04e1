//! [`LayerSums`]: sums over conditions, of layers that are read a block at a time.

use ndarray::ArrayView2;
use rsakit::{
    Error, Measure, MeasureSpec, Result,
    core::{Accumulate, Grid, NamedArray, Observer, Streaming, score_pairs},
};
use serde::{Deserialize, Serialize};

use crate::{
    compare::ScoredBy,
    memory,
    scores::{PairCaveats, PairError, Scores},
};

/// Stands between the word for the kind of sums and the name of an array.
const SEPARATOR: char = '.';

/// Numbers of rows and of columns of a list of layers that has the rows first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PairShape {
    pub(crate) rows: usize,
    /// `None` if the rows are compared with each other.
    pub(crate) columns: Option<usize>,
}

impl PairShape {
    pub(crate) fn n_columns(self) -> usize {
        self.columns.unwrap_or(self.rows)
    }

    /// Returns the place of column `j` among all layers.
    pub(crate) fn column(self, j: usize) -> usize {
        self.columns.map_or(j, |_| self.rows + j)
    }

    /// Returns all pairs, as places among all layers.
    pub(crate) fn pairs(self) -> Vec<(usize, usize)> {
        (0..self.rows).flat_map(|i| (0..self.n_columns()).map(move |j| (i, self.column(j)))).collect()
    }
}

/// Layer as messages and ranks need it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LayerOrigin {
    pub(crate) name: String,
    /// File and layer.
    pub(crate) place: String,
    pub(crate) features: usize,
    /// Relative spacing of its numbers.
    pub(crate) precision: f64,
}

/// Sums that some measures need, each kind once.
#[derive(Debug)]
pub(crate) struct LayerSums(Vec<(&'static str, Box<dyn Accumulate>)>);

/// Returns the first of the routes that share their sums, for each kind of sums.
pub(super) fn kinds<'a>(routes: &[&'a dyn Streaming]) -> Vec<&'a dyn Streaming> {
    let mut kinds: Vec<&dyn Streaming> = Vec::new();
    for &route in routes {
        if !kinds.iter().any(|known| known.sums() == route.sums()) {
            kinds.push(route);
        }
    }
    kinds
}

impl LayerSums {
    /// Makes the sums of no condition yet that the `routes` need, over layers of `widths` features.
    pub(crate) fn new(routes: &[&dyn Streaming], widths: &[usize], shape: PairShape) -> Self {
        let new = |route: &dyn Streaming| (route.sums(), route.new_sums(widths, &shape.pairs()));
        Self(kinds(routes).into_iter().map(new).collect())
    }

    /// Takes sums of one kind.
    pub(crate) fn of_kind(kind: &'static str, sums: Box<dyn Accumulate>) -> Self {
        Self(vec![(kind, sums)])
    }

    /// Checks that such sums, and the blocks they are made from, fit into `budget` bytes.
    ///
    /// # Errors
    /// `TooLarge` naming the memory needed.
    pub(crate) fn ensure_fits(
        routes: &[&dyn Streaming],
        widths: &[usize],
        shape: PairShape,
        per_block: usize,
        budget: usize,
    ) -> Result<()> {
        let features: usize = widths.iter().sum();
        // One block that is read, one that is worked on, and what it is centred to.
        let blocks = per_block.saturating_mul(features).saturating_mul(size_of::<f64>()).saturating_mul(4);
        let sums = kinds(routes).into_iter().map(|route| route.sums_bytes(widths, &shape.pairs(), per_block));
        let needed = sums.fold(blocks, usize::saturating_add);
        let work = format_args!("sums over conditions of {features} features in all");
        memory::ensure_fits(work, needed, budget, "compare fewer layers at a time")
    }

    /// Returns a number of bytes that the arrays of such sums never exceed.
    pub(crate) fn most_bytes(routes: &[&dyn Streaming], widths: &[usize], shape: PairShape) -> usize {
        let sums = kinds(routes).into_iter().map(|route| route.sums_bytes(widths, &shape.pairs(), 1));
        // Beside its products a pair of layers has means, sums of cubes and its place: fewer than eight times as many
        // numbers even for layers of one feature.
        sums.fold(0, usize::saturating_add).saturating_mul(8).saturating_add(1 << 10)
    }

    pub(crate) fn add(&mut self, blocks: &[ArrayView2<'_, f64>]) -> Result<()> {
        self.0.iter_mut().try_for_each(|(_, sums)| sums.add(blocks))
    }

    pub(crate) fn merge(&mut self, other: &Self) -> Result<()> {
        self.0.iter_mut().zip(&other.0).try_for_each(|((_, sums), (_, other))| sums.merge(other.as_ref()))
    }

    /// Returns all sums as named arrays.
    pub(crate) fn into_arrays(self) -> Vec<NamedArray> {
        let named = |(kind, sums): (&'static str, Box<dyn Accumulate>)| {
            sums.into_arrays().into_iter().map(move |(name, array)| (format!("{kind}{SEPARATOR}{name}"), array))
        };
        self.0.into_iter().flat_map(named).collect()
    }

    /// Reads the sums of the `routes` from the arrays that [`into_arrays`](Self::into_arrays) returned.
    ///
    /// # Errors
    /// `Format` if arrays are missing, damaged, or of other sums.
    pub(crate) fn from_arrays(routes: &[&dyn Streaming], arrays: Vec<NamedArray>) -> Result<Self> {
        let kinds = kinds(routes);
        let mut of_kinds: Vec<Vec<NamedArray>> = kinds.iter().map(|_| Vec::new()).collect();
        for (name, array) in arrays {
            let found = name.split_once(SEPARATOR).and_then(|(kind, rest)| {
                let k = kinds.iter().position(|route| route.sums() == kind)?;
                Some((k, rest.to_owned()))
            });
            match found {
                Some((k, rest)) => of_kinds[k].push((rest, array)),
                None => return Err(Error::format(format!("the array '{name}' is of no sums; write the part again"))),
            }
        }
        let read =
            |(route, arrays): (&&dyn Streaming, Vec<NamedArray>)| Ok((route.sums(), route.sums_from_arrays(arrays)?));
        Ok(Self(kinds.iter().zip(of_kinds).map(read).collect::<Result<_>>()?))
    }

    /// Returns `true` if [`new`](Self::new) makes such sums for these layers.
    pub(crate) fn are_of(&self, widths: &[usize], shape: PairShape) -> bool {
        self.0.iter().all(|(_, sums)| sums.widths() == widths && sums.has_pairs(&shape.pairs()))
    }

    /// Returns the number of conditions taken in; 0 if the kinds of sums differ in it.
    pub(crate) fn n_conditions(&self) -> usize {
        let mut counts = self.0.iter().map(|(_, sums)| sums.n_conditions());
        let first = counts.next().unwrap_or(0);
        if counts.all(|count| count == first) { first } else { 0 }
    }

    /// Returns the scores of all pairs of `layers`, which hold the rows first.
    ///
    /// An error stands in the place of a layer that the sums do not contain.
    ///
    /// # Panics
    /// If the sums were not made for the measure.
    pub(crate) fn scores(
        &self,
        spec: &MeasureSpec,
        shape: PairShape,
        layers: &[Result<&LayerOrigin>],
        observer: &dyn Observer,
    ) -> Result<Scores> {
        let measure = spec.measure();
        let route = measure.streamed().expect("only measures that read layers in blocks have sums");
        let (_, sums) = self.0.iter().find(|(kind, _)| *kind == route.sums()).expect("sums made for all measures");
        let summed: Vec<f64> = layers.iter().flatten().map(|layer| layer.precision).collect();
        let scores = route.scores(sums.as_ref(), &summed)?;
        let mut next = 0..;
        let places: Vec<Result<usize>> = layers
            .iter()
            .map(|layer| {
                let layer = layer.clone()?;
                let k = next.next().expect("places without end");
                scores.ensure_comparable(k).map_err(|error| error.context(&layer.place))?;
                Ok(k)
            })
            .collect();
        let place = |i: usize| places[i].as_ref().copied().map_err(Error::clone);
        let (n, m) = (shape.rows, shape.n_columns());
        let mirrored = shape.columns.is_none() && measure.profile().symmetric;
        let found = score_pairs(n, m, mirrored, observer, |i, j| scores.score(place(i)?, place(shape.column(j))?));
        observer.ensure_going("comparing all pairs")?;
        let mut caveats = PairCaveats::default();
        for (i, j) in (0..n).flat_map(|i| (0..m).map(move |j| (i, j))) {
            if let (Ok(_), Ok(a), Ok(b)) = (found.get(i, j), place(i), place(shape.column(j))) {
                caveats.add(i, j, scores.caveats(a, b));
            }
        }
        let values = Grid::from_fn(n, m, |i, j| {
            let of_pair = places[i].is_ok() && places[shape.column(j)].is_ok();
            found.get(i, j).as_ref().copied().map_err(|error| PairError { error: error.clone(), of_pair })
        });
        let orientation = measure.profile().orientation;
        Ok(Scores::from_grids(ScoredBy::Measure(spec.clone()), orientation, values, caveats))
    }
}
