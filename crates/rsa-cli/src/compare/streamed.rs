//! Layers read in blocks.

use indicatif::ProgressBar;
use ndarray::ArrayView2;
use rayon::prelude::*;
use rsa_io::Layer;
use rsakit::{
    Error, Measure, MeasureSpec, Result,
    cca::CcaAccumulator,
    cka::{Cka, CkaAccumulator, Hsic},
    core::{Caveat, ErrorKind, Grid, RowBlocks, blocks},
};

use super::{
    report::{Failed, Scores},
    sides::Sides,
};
use crate::{
    say,
    streaming::{Form, Origin, Shape, Sums, Tile, conditions_per_block, tiles},
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

    /// Whether measures of this form can read these layers: a triangular factor is smaller than they are only if
    /// there are more conditions than features.
    pub(super) fn serves(&self, form: Form) -> bool {
        match form {
            Form::Cka(_) => true,
            Form::Canonical => self.n_conditions() >= 2 * self.n_features(),
        }
    }

    /// The scores of all pairs under each of `specs`, which have forms that serve.
    pub(super) fn compare(&self, specs: &[&MeasureSpec]) -> std::result::Result<Vec<Scores>, Failure> {
        let forms: Vec<Form> = specs.iter().filter_map(|spec| Form::of(spec)).collect();
        let estimates: Vec<Hsic> = forms
            .iter()
            .filter_map(|form| match form {
                Form::Cka(hsic) => Some(*hsic),
                Form::Canonical => None,
            })
            .collect();
        let mut unread = vec![None; self.layers.len()];
        let mut cka = self.cka(&estimates, &mut unread)?.into_iter();
        let canonical = if forms.contains(&Form::Canonical) { Some(self.canonical(&mut unread)?) } else { None };
        let origins: Vec<_> =
            self.origins.iter().zip(unread).map(|(origin, error)| error.map_or(Ok(origin), Err)).collect();
        let scores = |(spec, form): (&&MeasureSpec, Form)| match (form, &canonical) {
            (Form::Cka(_), _) => {
                let (values, caveats) = cka.next().expect("one grid for each estimate");
                Scores::of_grids(spec, values, caveats)
            }
            (Form::Canonical, Some(sums)) => sums.scores(spec, self.shape, &origins),
            (Form::Canonical, None) => unreachable!("the sums were made above"),
        };
        Ok(specs.iter().zip(forms).map(scores).collect())
    }

    /// Sums over the conditions, or Gram matrices from blocks of features, whichever multiplies less.
    fn cka(&self, estimates: &[Hsic], unread: &mut [Option<Error>]) -> std::result::Result<Vec<Cells>, Failure> {
        if estimates.is_empty() {
            return Ok(Vec::new());
        }
        let n = self.n_conditions() as f64;
        let width = |k: usize| self.widths[k] as f64;
        let pairs: f64 = self.shape.pairs().iter().map(|&(i, j)| width(i) * width(j)).sum();
        let own: f64 = self.widths.iter().map(|&p| (p as f64).powi(2) / 2.0).sum();
        let by_conditions = n * (own + if self.shape.columns.is_some() { pairs } else { pairs / 2.0 });
        let by_features = n * n / 2.0 * self.n_features() as f64;
        match by_conditions <= by_features {
            true => self.cka_by_conditions(estimates, unread),
            false => estimates.iter().map(|&hsic| self.cka_by_features(hsic, unread)).collect(),
        }
    }

    fn cka_by_conditions(
        &self,
        estimates: &[Hsic],
        unread: &mut [Option<Error>],
    ) -> std::result::Result<Vec<Cells>, Failure> {
        let per_block = conditions_per_block(Form::Cka(Hsic::Biased), self.n_features());
        let need = |tile: &Tile| {
            let layers = tile.layers();
            let widths = self.widths_of(&layers);
            let block = per_block * widths.iter().sum::<usize>() * size_of::<f64>();
            CkaAccumulator::bytes(&widths, &local_pairs(tile, &layers)) + 4 * block
        };
        let mut cells = vec![Table::new(self.shape); estimates.len()];
        let tiles = self.tiles(need)?;
        say::detail(format_args!(
            "cka: sums over blocks of {per_block} conditions, passes over the files: {}",
            tiles.len()
        ));
        for tile in tiles {
            let new = |layers: &[usize]| CkaAccumulator::new(&self.widths_of(layers), &local_pairs(&tile, layers));
            let (layers, sums) = self.sum_up(&tile.layers(), per_block, new, CkaAccumulator::add, unread)?;
            let pairs = pairs(&tile, &layers);
            for (cells, &hsic) in cells.iter_mut().zip(estimates) {
                cells.fill(&pairs, |a, b| sums.score(a, b, hsic), |a, b| sums.caveats(a, b, hsic));
            }
        }
        Ok(cells.into_iter().map(|cells| cells.finish(unread)).collect())
    }

    fn cka_by_features(&self, hsic: Hsic, unread: &[Option<Error>]) -> std::result::Result<Cells, Failure> {
        let n = self.n_conditions();
        let block = n * blocks::features_per_block(n) * size_of::<f64>();
        let gram = n.saturating_mul(n).saturating_mul(size_of::<f64>());
        let need = |tile: &Tile| tile.layers().len().saturating_mul(gram).saturating_add(4 * block);
        let cka = Cka { hsic, ..Cka::linear() };
        let (mut cells, mut unread) = (Table::new(self.shape), unread.to_vec());
        let tiles = self.tiles(need)?;
        let (features, passes) = (blocks::features_per_block(n), tiles.len());
        say::detail(format_args!(
            "cka: Gram matrices from blocks of {features} features, passes over the files: {passes}"
        ));
        for tile in tiles {
            let wanted = readable(&tile.layers(), &unread);
            self.expect(wanted.iter().map(|&k| self.widths[k]).sum());
            let (mut layers, mut geometries) = (Vec::new(), Vec::new());
            for k in wanted {
                let layer = self.layers[k];
                let watch = |features: usize| self.progress.inc(features as u64);
                match cka.geometry_by_columns(layer, layer.conditions(), &watch) {
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
                |a, b| cka.compare(geometry(a), geometry(b)),
                |a, b| cka.caveats(geometry(a), geometry(b)),
            );
        }
        Ok(cells.finish(&unread))
    }

    fn canonical(&self, unread: &mut [Option<Error>]) -> std::result::Result<Sums, Failure> {
        let forms = [Form::Canonical];
        let per_block = conditions_per_block(Form::Canonical, self.n_features());
        Sums::ensure_fits(&forms, &self.widths, self.shape, per_block, self.budget).map_err(Failure::impossible)?;
        say::detail(format_args!("cca, svcca, pwcca: a triangular factor, over blocks of {per_block} conditions"));
        let new = |layers: &[usize]| CcaAccumulator::new(&self.widths_of(layers));
        let all: Vec<usize> = (0..self.layers.len()).collect();
        let (_, factor) = self.sum_up(&all, per_block, new, CcaAccumulator::add, unread)?;
        Ok(Sums { cka: None, canonical: Some(factor) })
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
    fn sum_up<S: Send>(
        &self,
        layers: &[usize],
        per_block: usize,
        new: impl Fn(&[usize]) -> S,
        add: impl Fn(&mut S, &[ArrayView2<'_, f64>]) -> Result<()> + Sync,
        unread: &mut [Option<Error>],
    ) -> std::result::Result<(Vec<usize>, S), Failure> {
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
                match blocks.into_iter().collect::<Result<Vec<_>>>() {
                    Ok(blocks) if whole => add(&mut sums, &blocks),
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

/// Those of `layers` of which nothing is known that keeps them from being read.
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
        let scores: Vec<_> = pairs.par_iter().map(|&(_, (a, b))| score(a, b)).collect();
        for (&((i, j), (a, b)), score) in pairs.iter().zip(scores) {
            self.set(i, j, score, || caveats(a, b));
        }
    }

    /// Writes the score of two layers, given by their places among all, and of the exchanged pair where that is another.
    fn set(&mut self, i: usize, j: usize, score: Result<f64>, caveats: impl FnOnce() -> Vec<Caveat>) {
        let caveats = if score.is_ok() { caveats() } else { Vec::new() };
        let (columns, first) = (self.shape.n_columns(), self.shape.column(0));
        self.cells[i * columns + j - first] = Some((score.clone(), caveats.clone()));
        if self.shape.columns.is_none() {
            self.cells[j * columns + i] = Some((score, caveats));
        }
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
