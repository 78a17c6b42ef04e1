//! Layers read in blocks.

use ndarray::ArrayView2;
use rayon::prelude::*;
use rsa_io::Layer;
use rsakit::{
    Error, Measure, MeasureSpec, Result,
    core::{Accumulate, AnyMeasure, ByFeatures, Caveat, ErrorKind, Grid, Observer, RowBlocks, blocks},
};

use super::{result::ScoredBy, sides::Sides};
use crate::{
    scores::{PairCaveats, PairError, Scores},
    streaming::{BlockRoute, LayerOrigin, LayerSums, PairShape, Tile, conditions_per_block, tiles},
};

/// Layers of both sides, to be read in blocks.
pub(super) struct Streamed<'a> {
    layers: Vec<&'a Layer>,
    origins: Vec<LayerOrigin>,
    widths: Vec<usize>,
    shape: PairShape,
    budget: usize,
    observer: &'a dyn Observer,
}

impl<'a> Streamed<'a> {
    /// Takes the layers of both sides.
    ///
    /// # Errors
    /// `ShapeMismatch`, `LabelMismatch` or `Format` for layers that cannot be read in blocks: of other conditions, in another
    /// order, or compressed.
    pub(super) fn new(sides: &'a Sides, budget: usize, observer: &'a dyn Observer) -> Result<Self> {
        sides.ensure_one_order()?;
        let layers: Vec<&Layer> = sides.all_layers().collect();
        layers.iter().try_for_each(|layer| layer.ensure_read_in_place())?;
        let origins = sides.origins();
        let widths = origins.iter().map(|origin| origin.features).collect();
        Ok(Self { layers, origins, widths, shape: sides.shape(), budget, observer })
    }

    fn n_conditions(&self) -> usize {
        self.layers[0].n_conditions()
    }

    fn n_features(&self) -> usize {
        self.widths.iter().sum()
    }

    fn widths_of(&self, layers: &[usize]) -> Vec<usize> {
        layers.iter().map(|&k| self.widths[k]).collect()
    }

    /// Returns `true` if the measure reads these layers in blocks.
    pub(super) fn serves(&self, spec: &MeasureSpec) -> bool {
        spec.measure().streamed().is_some_and(|route| route.serves(self.n_conditions(), self.n_features()))
    }

    /// Returns the scores of all pairs under each of `specs`, which read these layers in blocks.
    pub(super) fn compare(&self, specs: &[&MeasureSpec]) -> Result<Vec<Scores>> {
        let measures: Vec<AnyMeasure> = specs.iter().map(|spec| spec.measure()).collect();
        let routes = measures.iter().zip(specs).filter_map(|(measure, spec)| {
            let route = measure.streamed()?;
            Some(Member { spec, measure, route })
        });
        let mut kinds: Vec<Vec<(usize, Member<'_>)>> = Vec::new();
        for (place, member) in routes.enumerate() {
            match kinds.iter_mut().find(|kind| kind[0].1.route.sums() == member.route.sums()) {
                Some(kind) => kind.push((place, member)),
                None => kinds.push(vec![(place, member)]),
            }
        }
        // Kinds that take several passes first: a layer that cannot be read is out of what follows.
        kinds.sort_by_key(|kind| !kind[0].1.route.is_divisible());
        let mut unread = vec![None; self.layers.len()];
        let mut scores: Vec<Option<Scores>> = specs.iter().map(|_| None).collect();
        for kind in kinds {
            let (places, members): (Vec<usize>, Vec<Member<'_>>) = kind.into_iter().unzip();
            for (place, found) in places.into_iter().zip(self.of_kind(&members, &mut unread)?) {
                scores[place] = Some(found);
            }
        }
        Ok(scores.into_iter().flatten().collect())
    }

    /// Returns the scores of measures that share their sums.
    fn of_kind(&self, members: &[Member<'_>], unread: &mut [Option<Error>]) -> Result<Vec<Scores>> {
        let route = &members[0].route;
        if !route.is_divisible() {
            return self.by_all_conditions(members, unread);
        }
        let (n, mirrored) = (self.n_conditions(), self.shape.columns.is_none());
        let wide = |route: &dyn ByFeatures| route.multiplies_less(n, &self.widths, &self.shape.pairs(), mirrored);
        let cells = match route.by_features() {
            Some(by_features) if wide(by_features) => {
                let of_member = |member: &Member<'_>| self.by_features(member, unread);
                members.iter().map(of_member).collect::<Result<Vec<_>>>()?
            }
            _ => self.by_conditions(members, unread)?,
        };
        let scores = members.iter().zip(cells);
        Ok(scores.map(|(member, (values, caveats))| member.scores(values, caveats)).collect())
    }

    /// Sums over the conditions of as many layers at a time as fit.
    fn by_conditions(&self, members: &[Member<'_>], unread: &mut [Option<Error>]) -> Result<Vec<PairTable>> {
        let route = members[0].route.as_ref();
        let per_block = conditions_per_block(&[route], self.n_features());
        let need = |tile: &Tile| {
            let layers = tile.layers();
            let widths = self.widths_of(&layers);
            let block = per_block * widths.iter().sum::<usize>() * size_of::<f64>();
            route.sums_bytes(&widths, &local_pairs(tile, &layers), per_block) + 4 * block
        };
        let mut cells = vec![TiledPairs::new(self.shape); members.len()];
        let tiles = self.tiles(need)?;
        self.observer.detail(&format!(
            "{}: sums over blocks of {per_block} conditions, passes over the files: {}",
            names(members),
            tiles.len()
        ));
        for tile in tiles {
            let new = |layers: &[usize]| route.new_sums(&self.widths_of(layers), &local_pairs(&tile, layers));
            let (layers, sums) = self.sum_up(&tile.layers(), per_block, new, unread)?;
            let pairs = pairs(&tile, &layers);
            let precisions: Vec<f64> = layers.iter().map(|&k| self.origins[k].precision).collect();
            for (cells, member) in cells.iter_mut().zip(members) {
                let scores = member.route.scores(sums.as_ref(), &precisions)?;
                cells.fill(&pairs, self.observer, |a, b| scores.score(a, b), |a, b| scores.caveats(a, b))?;
            }
        }
        Ok(cells.into_iter().map(|cells| cells.finish(unread)).collect())
    }

    /// Reads geometries from blocks of features, of as many layers at a time as fit.
    fn by_features(&self, member: &Member<'_>, unread: &[Option<Error>]) -> Result<PairTable> {
        let Member { spec, measure, route } = member;
        let route = route.by_features().expect("all measures of one kind have the same routes");
        let n = self.n_conditions();
        let block = n * blocks::features_per_block(n) * size_of::<f64>();
        let geometry = route.geometry_bytes(n);
        let need = |tile: &Tile| tile.layers().len().saturating_mul(geometry).saturating_add(4 * block);
        let (mut cells, mut unread) = (TiledPairs::new(self.shape), unread.to_vec());
        let tiles = self.tiles(need)?;
        let (features, passes) = (blocks::features_per_block(n), tiles.len());
        self.observer.detail(&format!(
            "{spec}: Gram matrices from blocks of {features} features, passes over the files: {passes}"
        ));
        for tile in tiles {
            let wanted = readable(&tile.layers(), &unread);
            let (mut layers, mut geometries) = (Vec::new(), Vec::new());
            for k in wanted {
                let layer = self.layers[k];
                match route.geometry(layer, layer.conditions(), self.observer) {
                    Ok(geometry) => {
                        layers.push(k);
                        geometries.push(geometry);
                    }
                    Err(error) if *error.kind() == ErrorKind::Cancelled => return Err(error),
                    Err(error) => unread[k] = Some(self.named(k, error)),
                }
            }
            let geometry = |place: usize| &geometries[place];
            cells.fill(
                &pairs(&tile, &layers),
                self.observer,
                |a, b| measure.compare(geometry(a), geometry(b)),
                |a, b| measure.caveats(geometry(a), geometry(b)),
            )?;
        }
        Ok(cells.finish(&unread))
    }

    /// Sums over the conditions of all layers at once.
    fn by_all_conditions(&self, members: &[Member<'_>], unread: &mut [Option<Error>]) -> Result<Vec<Scores>> {
        let route = members[0].route.as_ref();
        let per_block = conditions_per_block(&[route], self.n_features());
        LayerSums::ensure_fits(&[route], &self.widths, self.shape, per_block, self.budget)?;
        let names = names(members);
        self.observer.detail(&format!("{names}: sums over blocks of {per_block} conditions, in one pass"));
        let new = |layers: &[usize]| route.new_sums(&self.widths_of(layers), &[]);
        let all: Vec<usize> = (0..self.layers.len()).collect();
        let (_, sums) = self.sum_up(&all, per_block, new, unread)?;
        let sums = LayerSums::of_kind(route.sums(), sums);
        let origins: Vec<Result<&LayerOrigin>> =
            self.origins.iter().zip(&*unread).map(|(origin, error)| error.clone().map_or(Ok(origin), Err)).collect();
        let scores = |member: &Member<'_>| sums.scores(member.spec, self.shape, &origins, self.observer);
        members.iter().map(scores).collect()
    }

    fn tiles(&self, need: impl Fn(&Tile) -> usize) -> Result<Vec<Tile>> {
        let rows = 0..self.shape.rows;
        let columns = self.shape.columns.map_or(rows.clone(), |columns| self.shape.rows..self.shape.rows + columns);
        tiles(rows, columns, self.budget, need)
    }

    /// Sums over all conditions of the readable `layers`, and returns these layers with the sums.
    ///
    /// The errors of the other layers are written into `unread`.
    /// Once a layer cannot be read, the rest of the pass only looks for more such layers. Then the sums are made again of
    /// the readable layers alone, so that they contain nothing of the others.
    fn sum_up(
        &self,
        layers: &[usize],
        per_block: usize,
        new: impl Fn(&[usize]) -> Box<dyn Accumulate>,
        unread: &mut [Option<Error>],
    ) -> Result<(Vec<usize>, Box<dyn Accumulate>)> {
        let n = self.n_conditions();
        loop {
            let layers = readable(layers, unread);
            let (mut sums, mut whole) = (new(&layers), true);
            let sources: Vec<&dyn RowBlocks> = layers.iter().map(|&k| self.layers[k] as &dyn RowBlocks).collect();
            let mut done = 0;
            blocks::for_each_readable_block(&sources, 0..n, per_block, self.observer, |blocks| {
                done = (done + per_block).min(n);
                self.observer.progress("read in blocks", done as u64, n as u64);
                for (&k, block) in layers.iter().zip(&blocks) {
                    if let Err(error) = block {
                        whole = false;
                        unread[k].get_or_insert_with(|| error.clone());
                    }
                }
                match blocks.into_iter().collect::<Result<Vec<ArrayView2<'_, f64>>>>() {
                    Ok(blocks) if whole => sums.add(&blocks),
                    _ => Ok(()),
                }
            })?;
            if whole {
                return Ok((layers, sums));
            }
        }
    }

    /// Returns an error of layer `k` that names it; readers of files name it themselves.
    fn named(&self, k: usize, error: Error) -> Error {
        match error.kind() {
            ErrorKind::NonFinite { .. } | ErrorKind::Io | ErrorKind::Format => error,
            _ => error.context(&self.origins[k].place),
        }
    }
}

/// Measure and its route.
struct Member<'a> {
    spec: &'a MeasureSpec,
    measure: &'a AnyMeasure,
    route: BlockRoute<'a>,
}

impl Member<'_> {
    fn scores(&self, values: Grid<Result<f64, PairError>>, caveats: PairCaveats) -> Scores {
        let orientation = self.measure.profile().orientation;
        Scores::from_grids(ScoredBy::Measure(self.spec.clone()), orientation, values, caveats)
    }
}

/// Returns the measures, for a message.
fn names(members: &[Member<'_>]) -> String {
    members.iter().map(|member| member.spec.to_string()).collect::<Vec<_>>().join(", ")
}

/// Returns the `layers` that can be read, as far as is known.
fn readable(layers: &[usize], unread: &[Option<Error>]) -> Vec<usize> {
    layers.iter().copied().filter(|&k| unread[k].is_none()).collect()
}

/// Two layers, by their places among all layers, and among the layers that are summed up.
type Pair = ((usize, usize), (usize, usize));

/// Returns the pairs of a tile that are among `layers`, which are sorted.
fn pairs(tile: &Tile, layers: &[usize]) -> Vec<Pair> {
    let place = |k: usize| layers.binary_search(&k).ok();
    tile.pairs().filter_map(|(i, j)| Some(((i, j), (place(i)?, place(j)?)))).collect()
}

fn local_pairs(tile: &Tile, layers: &[usize]) -> Vec<(usize, usize)> {
    pairs(tile, layers).into_iter().map(|(_, local)| local).collect()
}

/// Scores and caveats of all pairs.
type PairTable = (Grid<Result<f64, PairError>>, PairCaveats);

/// Table of pairs that is filled tile by tile.
#[derive(Clone)]
struct TiledPairs {
    shape: PairShape,
    cells: Vec<Option<(Result<f64>, Vec<Caveat>)>>,
}

impl TiledPairs {
    fn new(shape: PairShape) -> Self {
        Self { shape, cells: vec![None; shape.rows * shape.n_columns()] }
    }

    /// Writes the scores of `pairs`; `score` and `caveats` take the places among the layers that are summed up.
    ///
    /// Threads score pairs beside each other, each pair alone, so no score depends on the others.
    fn fill(
        &mut self,
        pairs: &[Pair],
        observer: &dyn Observer,
        score: impl Fn(usize, usize) -> Result<f64> + Sync,
        caveats: impl Fn(usize, usize) -> Vec<Caveat>,
    ) -> Result<()> {
        // An error names the first and the second layer, so it cannot be mirrored.
        let both = |&(_, (a, b)): &Pair| {
            observer.ensure_going("comparing all pairs")?;
            let found = score(a, b);
            let exchanged = if found.is_err() { score(b, a) } else { found.clone() };
            Ok((found, exchanged))
        };
        let scores: Vec<_> = pairs.par_iter().map(both).collect::<Result<_>>()?;
        for (&((i, j), (a, b)), (found, exchanged)) in pairs.iter().zip(scores) {
            let caveats = if found.is_ok() { caveats(a, b) } else { Vec::new() };
            if self.shape.columns.is_none() {
                self.set(j, i, exchanged, caveats.clone());
            }
            self.set(i, j, found, caveats);
        }
        Ok(())
    }

    /// Writes the score of two layers, given by their places among all.
    fn set(&mut self, i: usize, j: usize, score: Result<f64>, caveats: Vec<Caveat>) {
        // Columns stand behind the rows among all layers, unless the rows are compared with each other.
        let (columns, first) = (self.shape.n_columns(), self.shape.column(0));
        self.cells[i * columns + j - first] = Some((score, caveats));
    }

    /// Returns all pairs; pairs with a layer of `unread` have its error.
    fn finish(self, unread: &[Option<Error>]) -> PairTable {
        let (n, m) = (self.shape.rows, self.shape.n_columns());
        let cell = |i: usize, j: usize| self.cells[i * m + j].as_ref().expect("every pair of layers read is in a tile");
        let of_layer = |i: usize, j: usize| unread[i].as_ref().or(unread[self.shape.column(j)].as_ref());
        let score = |i, j| match of_layer(i, j) {
            Some(error) => Err(PairError { error: error.clone(), of_pair: false }),
            None => cell(i, j).0.clone().map_err(|error| PairError { error, of_pair: true }),
        };
        let mut caveats = PairCaveats::default();
        for (i, j) in (0..n).flat_map(|i| (0..m).map(move |j| (i, j))) {
            if of_layer(i, j).is_none() {
                caveats.add(i, j, cell(i, j).1.iter().cloned());
            }
        }
        (Grid::from_fn(n, m, score), caveats)
    }
}
