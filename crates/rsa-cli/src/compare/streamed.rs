//! Layers read in blocks.

use indicatif::ProgressBar;
use rsa_io::Layer;
use rsakit::{
    Measure, MeasureSpec, Result,
    cka::{Cka, CkaAccumulator, Hsic},
    core::{Caveat, Grid, RowBlocks, blocks},
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
        let mut cka = self.cka(&estimates)?.into_iter();
        let canonical = if forms.contains(&Form::Canonical) { Some(self.canonical()?) } else { None };
        let scores = |(spec, form): (&&MeasureSpec, Form)| match (form, &canonical) {
            (Form::Cka(_), _) => {
                let (values, caveats) = cka.next().expect("one grid for each estimate");
                Scores::of_grids(spec, values, caveats)
            }
            (Form::Canonical, Some(sums)) => sums.scores(spec, self.shape, &self.origins),
            (Form::Canonical, None) => unreachable!("the sums were made above"),
        };
        Ok(specs.iter().zip(forms).map(scores).collect())
    }

    /// Sums over the conditions, or Gram matrices from blocks of features, whichever multiplies less.
    fn cka(&self, estimates: &[Hsic]) -> std::result::Result<Vec<Cells>, Failure> {
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
            true => self.cka_by_conditions(estimates),
            false => estimates.iter().map(|&hsic| self.cka_by_features(hsic)).collect(),
        }
    }

    fn cka_by_conditions(&self, estimates: &[Hsic]) -> std::result::Result<Vec<Cells>, Failure> {
        let per_block = conditions_per_block(Form::Cka(Hsic::Biased), self.n_features());
        let need = |tile: &Tile| {
            let (layers, pairs) = (tile.layers(), local_pairs(tile));
            let widths: Vec<usize> = layers.iter().map(|&k| self.widths[k]).collect();
            let block = per_block * widths.iter().sum::<usize>() * size_of::<f64>();
            CkaAccumulator::bytes(&widths, &pairs) + 4 * block
        };
        let mut cells = vec![Table::new(self.shape); estimates.len()];
        let tiles = self.tiles(need)?;
        say::detail(format_args!(
            "cka: sums over blocks of {per_block} conditions, passes over the files: {}",
            tiles.len()
        ));
        for tile in tiles {
            let layers = tile.layers();
            let widths: Vec<usize> = layers.iter().map(|&k| self.widths[k]).collect();
            let mut sums = CkaAccumulator::new(&widths, &local_pairs(&tile));
            self.read(&layers, per_block, |blocks| sums.add(blocks)).map_err(Failure::impossible)?;
            let place = |k: usize| layers.binary_search(&k).expect("a layer of the tile");
            for (cells, &hsic) in cells.iter_mut().zip(estimates) {
                for (i, j) in tile.pairs() {
                    let score = sums.score(place(i), place(j), hsic);
                    cells.set(i, j, score, || sums.caveats(place(i), place(j), hsic));
                }
            }
        }
        Ok(cells.into_iter().map(Table::finish).collect())
    }

    fn cka_by_features(&self, hsic: Hsic) -> std::result::Result<Cells, Failure> {
        let n = self.n_conditions();
        let block = n * blocks::features_per_block(n) * size_of::<f64>();
        let gram = n.saturating_mul(n).saturating_mul(size_of::<f64>());
        let need = |tile: &Tile| tile.layers().len().saturating_mul(gram).saturating_add(4 * block);
        let cka = Cka { hsic, ..Cka::linear() };
        let mut cells = Table::new(self.shape);
        let tiles = self.tiles(need)?;
        let (features, passes) = (blocks::features_per_block(n), tiles.len());
        say::detail(format_args!(
            "cka: Gram matrices from blocks of {features} features, passes over the files: {passes}"
        ));
        for tile in tiles {
            let layers = tile.layers();
            let features: usize = layers.iter().map(|&k| self.widths[k]).sum();
            self.expect(features);
            let geometry = |&k: &usize| {
                let layer = self.layers[k];
                let watch = |features: usize| self.progress.inc(features as u64);
                cka.geometry_by_columns(layer, layer.conditions(), &watch).map_err(|error| error.context(layer.place()))
            };
            let geometries: Vec<_> = layers.iter().map(geometry).collect();
            let of = |k: usize| geometries[layers.binary_search(&k).expect("a layer of the tile")].as_ref();
            for (i, j) in tile.pairs() {
                match (of(i), of(j)) {
                    (Ok(a), Ok(b)) => cells.set(i, j, cka.compare(a, b), || cka.caveats(a, b)),
                    (Err(error), _) | (_, Err(error)) => cells.set(i, j, Err(error.clone()), Vec::new),
                }
            }
        }
        Ok(cells.finish())
    }

    fn canonical(&self) -> std::result::Result<Sums, Failure> {
        let forms = [Form::Canonical];
        let per_block = conditions_per_block(Form::Canonical, self.n_features());
        Sums::ensure_fits(&forms, &self.widths, self.shape, per_block, self.budget).map_err(Failure::impossible)?;
        say::detail(format_args!("cca, svcca, pwcca: a triangular factor, over blocks of {per_block} conditions"));
        let mut sums = Sums::new(&forms, &self.widths, self.shape);
        let all: Vec<usize> = (0..self.layers.len()).collect();
        self.read(&all, per_block, |blocks| sums.add(blocks)).map_err(Failure::impossible)?;
        Ok(sums)
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

    fn read(
        &self,
        layers: &[usize],
        per_block: usize,
        mut consume: impl FnMut(&[ndarray::ArrayView2<'_, f64>]) -> Result<()> + Send,
    ) -> Result<()> {
        let sources: Vec<&dyn RowBlocks> = layers.iter().map(|&k| self.layers[k] as &dyn RowBlocks).collect();
        self.expect(self.n_conditions());
        blocks::for_each_block_of_conditions(&sources, 0..self.n_conditions(), per_block, |blocks| {
            consume(blocks)?;
            self.progress.inc(blocks[0].nrows() as u64);
            Ok(())
        })
    }

    /// Shows a new pass over so many conditions or features.
    fn expect(&self, steps: usize) {
        self.progress.set_position(0);
        self.progress.set_length(steps as u64);
        self.progress.set_message("read in blocks");
    }
}

/// The pairs of a tile as places among its own layers.
fn local_pairs(tile: &Tile) -> Vec<(usize, usize)> {
    let layers = tile.layers();
    let place = |k: usize| layers.binary_search(&k).expect("a layer of the tile");
    tile.pairs().map(|(i, j)| (place(i), place(j))).collect()
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

    /// Writes the score of two layers, given by their places among all, and of the exchanged pair where that is another.
    fn set(&mut self, i: usize, j: usize, score: Result<f64>, caveats: impl FnOnce() -> Vec<Caveat>) {
        let caveats = if score.is_ok() { caveats() } else { Vec::new() };
        let (columns, first) = (self.shape.n_columns(), self.shape.column(0));
        self.cells[i * columns + j - first] = Some((score.clone(), caveats.clone()));
        if self.shape.columns.is_none() {
            self.cells[j * columns + i] = Some((score, caveats));
        }
    }

    fn finish(self) -> Cells {
        let (n, m) = (self.shape.rows, self.shape.n_columns());
        let cell = |i: usize, j: usize| self.cells[i * m + j].as_ref().expect("every pair is in a tile");
        let score = |i, j| cell(i, j).0.clone().map_err(|error| Failed { error, of_pair: true });
        (Grid::from_fn(n, m, score), Grid::from_fn(n, m, |i, j| cell(i, j).1.clone()))
    }
}
