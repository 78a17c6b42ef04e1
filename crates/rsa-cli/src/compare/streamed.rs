//! Layers read in blocks.

use indicatif::ProgressBar;
use ndarray::ArrayView2;
use rayon::prelude::*;
use rsa_io::Layer;
use rsakit::{
    Error, Measure, MeasureSpec, Result,
    core::{Accumulate, AnyMeasure, ByFeatures, Caveat, ErrorKind, Grid, RowBlocks, blocks},
};

use super::{
    report::{Failed, Scores},
    sides::Sides,
};
use crate::{
    say,
    streaming::{Origin, Route, Shape, Sums, Tile, conditions_per_block, tiles},
    verdict::Failure,
};

/// The layers of both sides, in blocks.
pub(super) struct Streamed<'a> {
    layers: Vec<&'a Layer>,
    origins: Vec<Origin>,
    widths: Vec<usize>,
    shape: Shape,
    budget: usize,
    progress: &'a ProgressBar,
}

impl<'a> Streamed<'a> {
    /// Takes the layers of both sides.
    ///
    /// # Errors
    /// If they cannot be read in blocks: they are not of the same conditions in the same order, or compressed.
    pub(super) fn new(sides: &'a Sides, budget: usize, progress: &'a ProgressBar) -> Result<Self> {
        sides.ensure_one_order()?;
        let layers: Vec<&Layer> = sides.all_layers().collect();
        layers.iter().try_for_each(|layer| layer.ensure_read_in_place())?;
        let origins = sides.origins();
        let widths = origins.iter().map(|origin| origin.features).collect();
        Ok(Self { layers, origins, widths, shape: sides.shape(), budget, progress })
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
    pub(super) fn compare(&self, specs: &[&MeasureSpec]) -> std::result::Result<Vec<Scores>, Failure> {
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
    fn of_kind(
        &self,
        members: &[Member<'_>],
        unread: &mut [Option<Error>],
    ) -> std::result::Result<Vec<Scores>, Failure> {
        let route = &members[0].route;
        if !route.is_divisible() {
            return self.by_all_conditions(members, unread);
        }
        let (n, mirrored) = (self.n_conditions(), self.shape.columns.is_none());
        let wide = |route: &dyn ByFeatures| route.multiplies_less(n, &self.widths, &self.shape.pairs(), mirrored);
        let cells = match route.by_features() {
            Some(by_features) if wide(by_features) => {
                let of_member = |member: &Member<'_>| self.by_features(member, unread);
                members.iter().map(of_member).collect::<std::result::Result<Vec<_>, _>>()?
            }
            _ => self.by_conditions(members, unread)?,
        };
        let scores = members.iter().zip(cells);
        Ok(scores.map(|(member, (values, caveats))| Scores::of_grids(member.spec, values, caveats)).collect())
    }

    /// Sums over the conditions of as many layers at a time as fit.
    fn by_conditions(
        &self,
        members: &[Member<'_>],
        unread: &mut [Option<Error>],
    ) -> std::result::Result<Vec<Cells>, Failure> {
        let route = members[0].route.as_ref();
        let per_block = conditions_per_block(&[route], self.n_features());
        let need = |tile: &Tile| {
            let layers = tile.layers();
            let widths = self.widths_of(&layers);
            let block = per_block * widths.iter().sum::<usize>() * size_of::<f64>();
            route.sums_bytes(&widths, &local_pairs(tile, &layers), per_block) + 4 * block
        };
        let mut cells = vec![Table::new(self.shape); members.len()];
        let tiles = self.tiles(need)?;
        say::detail(format_args!(
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
                let scores = member.route.scores(sums.as_ref(), &precisions).map_err(Failure::impossible)?;
                cells.fill(&pairs, |a, b| scores.score(a, b), |a, b| scores.caveats(a, b));
            }
        }
        Ok(cells.into_iter().map(|cells| cells.finish(unread)).collect())
    }

    /// Reads geometries from blocks of features, of as many layers at a time as fit.
    fn by_features(&self, member: &Member<'_>, unread: &[Option<Error>]) -> std::result::Result<Cells, Failure> {
        let Member { spec, measure, route } = member;
        let route = route.by_features().expect("all measures of one kind have the same routes");
        let n = self.n_conditions();
        let block = n * blocks::features_per_block(n) * size_of::<f64>();
        let geometry = route.geometry_bytes(n);
        let need = |tile: &Tile| tile.layers().len().saturating_mul(geometry).saturating_add(4 * block);
        let (mut cells, mut unread) = (Table::new(self.shape), unread.to_vec());
        let tiles = self.tiles(need)?;
        let (features, passes) = (blocks::features_per_block(n), tiles.len());
        say::detail(format_args!(
            "{spec}: Gram matrices from blocks of {features} features, passes over the files: {passes}"
        ));
        for tile in tiles {
            let wanted = readable(&tile.layers(), &unread);
            self.expect(wanted.iter().map(|&k| self.widths[k]).sum());
            let (mut layers, mut geometries) = (Vec::new(), Vec::new());
            for k in wanted {
                let layer = self.layers[k];
                let watch = |features: usize| self.progress.inc(features as u64);
                match route.geometry(layer, layer.conditions(), &watch) {
                    Ok(geometry) => {
                        layers.push(k);
                        geometries.push(geometry);
                    }
                    Err(error) => unread[k] = Some(self.named(k, error)),
                }
            }
            let geometry = |place: usize| &geometries[place];
            cells.fill(
                &pairs(&tile, &layers),
                |a, b| measure.compare(geometry(a), geometry(b)),
                |a, b| measure.caveats(geometry(a), geometry(b)),
            );
        }
        Ok(cells.finish(&unread))
    }

    /// Sums over the conditions of all layers at once.
    fn by_all_conditions(
        &self,
        members: &[Member<'_>],
        unread: &mut [Option<Error>],
    ) -> std::result::Result<Vec<Scores>, Failure> {
        let route = members[0].route.as_ref();
        let per_block = conditions_per_block(&[route], self.n_features());
        Sums::ensure_fits(&[route], &self.widths, self.shape, per_block, self.budget).map_err(Failure::impossible)?;
        say::detail(format_args!("{}: sums over blocks of {per_block} conditions, in one pass", names(members)));
        let new = |layers: &[usize]| route.new_sums(&self.widths_of(layers), &[]);
        let all: Vec<usize> = (0..self.layers.len()).collect();
        let (_, sums) = self.sum_up(&all, per_block, new, unread)?;
        let sums = Sums::of_kind(route.sums(), sums);
        let origins: Vec<Result<&Origin>> =
            self.origins.iter().zip(&*unread).map(|(origin, error)| error.clone().map_or(Ok(origin), Err)).collect();
        let scores = |member: &Member<'_>| sums.scores(member.spec, self.shape, &origins);
        members.iter().map(scores).collect::<Result<_>>().map_err(Failure::impossible)
    }

    fn tiles(&self, need: impl Fn(&Tile) -> usize) -> std::result::Result<Vec<Tile>, Failure> {
        let rows = 0..self.shape.rows;
        let columns = self.shape.columns.map_or(rows.clone(), |columns| self.shape.rows..self.shape.rows + columns);
        tiles(rows, columns, self.budget, need).map_err(|message| {
            Failure::impossible(format_args!(
                "{message}; allow more with --memory, or compare fewer conditions or features"
            ))
        })
    }

    /// Sums over all conditions of those of `layers` that can be read; answers which these are, too, and writes into
    /// `unread` why the others cannot be.
    ///
    /// Once a layer is found that cannot be read, what follows is only looked through for others. Then the sums are made
    /// of the rest alone, so that nothing in them is of such a layer.
    fn sum_up(
        &self,
        layers: &[usize],
        per_block: usize,
        new: impl Fn(&[usize]) -> Box<dyn Accumulate>,
        unread: &mut [Option<Error>],
    ) -> std::result::Result<(Vec<usize>, Box<dyn Accumulate>), Failure> {
        let n = self.n_conditions();
        loop {
            let layers = readable(layers, unread);
            let (mut sums, mut whole) = (new(&layers), true);
            let sources: Vec<&dyn RowBlocks> = layers.iter().map(|&k| self.layers[k] as &dyn RowBlocks).collect();
            self.expect(n);
            blocks::for_each_readable_block(&sources, 0..n, per_block, &(), |blocks| {
                self.progress.inc(per_block as u64);
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
            })
            .map_err(Failure::impossible)?;
            if whole {
                return Ok((layers, sums));
            }
        }
    }

    /// An error of layer `k` that says so; readers of files say it themselves.
    fn named(&self, k: usize, error: Error) -> Error {
        match error.kind() {
            ErrorKind::NonFinite { .. } | ErrorKind::Io | ErrorKind::Format => error,
            _ => error.context(&self.origins[k].place),
        }
    }

    /// Shows a new pass over so many conditions or features.
    fn expect(&self, steps: usize) {
        self.progress.set_position(0);
        self.progress.set_length(steps as u64);
        self.progress.set_message("read in blocks");
    }
}

/// A measure and its route.
struct Member<'a> {
    spec: &'a MeasureSpec,
    measure: &'a AnyMeasure,
    route: Route<'a>,
}

/// Returns the measures, for a message.
fn names(members: &[Member<'_>]) -> String {
    members.iter().map(|member| member.spec.to_string()).collect::<Vec<_>>().join(", ")
}

/// Returns the `layers` that can be read, as far as is known.
fn readable(layers: &[usize], unread: &[Option<Error>]) -> Vec<usize> {
    layers.iter().copied().filter(|&k| unread[k].is_none()).collect()
}

/// Two layers by their places among all, and among those that are summed up.
type Pair = ((usize, usize), (usize, usize));

/// The pairs of a tile that are among `layers`, which are in order: as places among all layers, and among these.
fn pairs(tile: &Tile, layers: &[usize]) -> Vec<Pair> {
    let place = |k: usize| layers.binary_search(&k).ok();
    tile.pairs().filter_map(|(i, j)| Some(((i, j), (place(i)?, place(j)?)))).collect()
}

fn local_pairs(tile: &Tile, layers: &[usize]) -> Vec<(usize, usize)> {
    pairs(tile, layers).into_iter().map(|(_, local)| local).collect()
}

/// Scores and caveats of all pairs.
type Cells = (Grid<std::result::Result<f64, Failed>>, Grid<Vec<Caveat>>);

/// A table of pairs that is filled tile by tile.
#[derive(Clone)]
struct Table {
    shape: Shape,
    cells: Vec<Option<(Result<f64>, Vec<Caveat>)>>,
}

impl Table {
    fn new(shape: Shape) -> Self {
        Self { shape, cells: vec![None; shape.rows * shape.n_columns()] }
    }

    /// Writes the scores of `pairs`, each of which has two layers by their places among all, and by those that `score` and
    /// `caveats` are told. Pairs are scored beside each other, each alone: what comes out does not depend on the others.
    fn fill(
        &mut self,
        pairs: &[Pair],
        score: impl Fn(usize, usize) -> Result<f64> + Sync,
        caveats: impl Fn(usize, usize) -> Vec<Caveat>,
    ) {
        // An error names the first and the second layer, so it cannot be mirrored.
        let both = |&(_, (a, b)): &Pair| {
            let found = score(a, b);
            let exchanged = if found.is_err() { score(b, a) } else { found.clone() };
            (found, exchanged)
        };
        let scores: Vec<_> = pairs.par_iter().map(both).collect();
        for (&((i, j), (a, b)), (found, exchanged)) in pairs.iter().zip(scores) {
            let caveats = if found.is_ok() { caveats(a, b) } else { Vec::new() };
            if self.shape.columns.is_none() {
                self.set(j, i, exchanged, caveats.clone());
            }
            self.set(i, j, found, caveats);
        }
    }

    /// Writes the score of two layers, given by their places among all.
    fn set(&mut self, i: usize, j: usize, score: Result<f64>, caveats: Vec<Caveat>) {
        // Columns stand behind the rows among all layers, unless the rows are compared with each other.
        let (columns, first) = (self.shape.n_columns(), self.shape.column(0));
        self.cells[i * columns + j - first] = Some((score, caveats));
    }

    /// All cells; those of a layer of `unread` have its error.
    fn finish(self, unread: &[Option<Error>]) -> Cells {
        let (n, m) = (self.shape.rows, self.shape.n_columns());
        let cell = |i: usize, j: usize| self.cells[i * m + j].as_ref().expect("every pair of layers read is in a tile");
        let of_layer = |i: usize, j: usize| unread[i].as_ref().or(unread[self.shape.column(j)].as_ref());
        let score = |i, j| match of_layer(i, j) {
            Some(error) => Err(Failed { error: error.clone(), of_pair: false }),
            None => cell(i, j).0.clone().map_err(|error| Failed { error, of_pair: true }),
        };
        let caveats = |i, j| of_layer(i, j).map_or_else(|| cell(i, j).1.clone(), |_| Vec::new());
        (Grid::from_fn(n, m, score), Grid::from_fn(n, m, caveats))
    }
}
