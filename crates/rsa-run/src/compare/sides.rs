//! The two sides of a comparison of layers: which layers, and their rows in one order.

use rsa_io::{Layer, OpenOptions};
use rsakit::{
    Error, Representation, Result,
    core::{Observer, RowBlocks},
};

use crate::{
    alignment::Alignment,
    inputs::{Input, ensure_features_are_chosen, open_layers},
    layer_filter::LayerFilter,
    notes::Notes,
    streaming::{LayerOrigin, PairShape},
};

/// Layers that are rows and layers that are columns; with one input both are the same.
pub(crate) struct Sides {
    pub(crate) rows: Side,
    pub(crate) columns: Option<Side>,
    alignment: Alignment,
    /// Notes on what the inputs left out and what was done to them.
    pub(crate) notes: Vec<String>,
}

/// Layers of one input.
pub(crate) struct Side {
    path: String,
    layers: Vec<Layer>,
}

impl Sides {
    /// Opens the inputs and selects layers.
    pub(crate) fn open(
        first: &str,
        second: Option<&str>,
        filter: &LayerFilter,
        options: &OpenOptions,
        observer: &dyn Observer,
    ) -> Result<Self> {
        ensure_features_are_chosen(std::iter::once(first).chain(second), options)?;
        let mut notes = Notes::new(observer);
        let mut side = |input| -> Result<Side> {
            observer.ensure_going("opening the inputs")?;
            let (path, layers) = open_layers(input, filter, options, &mut notes)?;
            let path = path.display().to_string();
            for layer in &layers {
                let (n, p) = (layer.n_conditions(), layer.n_features());
                observer.detail(&format!("{path}::{}: {n} × {p}", layer.name()));
            }
            Ok(Side { path, layers })
        };
        let rows = side(first)?;
        let columns = second.map(&mut side).transpose()?;
        if let Some(columns) = &columns {
            ensure_comparable(&rows, columns)?;
        }
        let conditions = |side| Side::layers(side).iter().map(Layer::conditions);
        let alignment = Alignment::new(conditions(&rows).chain(columns.iter().flat_map(conditions)));
        for side in [Some(&rows), columns.as_ref()].into_iter().flatten() {
            notes.add_all(alignment.notes(&side.path, "layers", conditions(side)));
        }
        for side in [Some(&rows), columns.as_ref()].into_iter().flatten() {
            notes.add_all(side.transposition_note());
        }
        let notes = notes.into_texts();
        Ok(Self { rows, columns, alignment, notes })
    }

    /// Returns the layers of both sides, first the rows.
    pub(crate) fn all_layers(&self) -> impl Iterator<Item = &Layer> {
        self.rows.layers.iter().chain(self.columns.iter().flat_map(|side| &side.layers))
    }

    /// Returns the layers of both sides as messages and ranks need them.
    pub(crate) fn origins(&self) -> Vec<LayerOrigin> {
        let of_side = |side: &'_ Side| -> Vec<LayerOrigin> {
            let origin = |layer: &Layer| LayerOrigin {
                name: layer.name().to_owned(),
                place: side.place(layer),
                features: layer.n_features(),
                precision: layer.precision(),
            };
            side.layers.iter().map(origin).collect()
        };
        [Some(&self.rows), self.columns.as_ref()].into_iter().flatten().flat_map(of_side).collect()
    }

    /// Returns the numbers of rows and of columns.
    pub(crate) fn shape(&self) -> PairShape {
        PairShape { rows: self.rows.layers.len(), columns: self.columns.as_ref().map(|side| side.layers.len()) }
    }

    /// Checks that all layers have the same conditions in the order of their files.
    ///
    /// # Errors
    /// `ShapeMismatch` or `LabelMismatch` naming a layer with other conditions.
    pub(crate) fn ensure_one_order(&self) -> Result<()> {
        let first = self.rows.layers[0].conditions();
        let reference = self.all_layers().map(Layer::conditions).find(|own| own.labels().is_some()).unwrap_or(first);
        for side in [Some(&self.rows), self.columns.as_ref()].into_iter().flatten() {
            for layer in &side.layers {
                let same =
                    first.ensure_same(layer.conditions()).and_then(|()| reference.ensure_same(layer.conditions()));
                same.map_err(|error| {
                    error.context(format_args!(
                        "{}: blocks are read in the order of the files, which must be the same",
                        side.place(layer)
                    ))
                })?;
            }
        }
        Ok(())
    }

    /// Returns the number of conditions of the first layer.
    pub(crate) fn n_conditions(&self) -> usize {
        self.rows.layers[0].conditions().count()
    }

    /// Returns the input of the rows and, if there is another, of the columns.
    pub(crate) fn inputs(&self) -> Vec<Input> {
        let sides = [Some(&self.rows), self.columns.as_ref()].into_iter().flatten();
        sides.map(|side| Input::from_layers(&side.path, &side.layers)).collect()
    }

    /// Returns the number of layers of both sides.
    pub(crate) fn n_layers(&self) -> usize {
        self.rows.layers.len() + self.columns.as_ref().map_or(0, |side| side.layers.len())
    }

    /// Reads a layer, with its rows in the order of all layers with as many conditions.
    pub(crate) fn read(&self, side: &Side, layer: &Layer) -> Result<Representation> {
        let x = layer.read()?;
        self.alignment.align(x).map_err(|error| error.context(side.place(layer)))
    }
}

/// Refuses two inputs if no layer of one has as many conditions as a layer of the other.
fn ensure_comparable(rows: &Side, columns: &Side) -> Result<()> {
    let count = |layer: &Layer| layer.conditions().count();
    match columns.layers.iter().any(|b| rows.layers.iter().any(|a| count(a) == count(b))) {
        true => Ok(()),
        false => Err(Error::shape_mismatch(format!(
            "{} has {} conditions and {} has {}; both sides need the same conditions in their rows",
            rows.path,
            count(&rows.layers[0]),
            columns.path,
            count(&columns.layers[0])
        ))),
    }
}

impl Side {
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Returns a note if layers differ in their rows and agree in their columns, as they do if features are rows.
    fn transposition_note(&self) -> Option<String> {
        let [first, others @ ..] = self.layers.as_slice() else { return None };
        let swapped = !others.is_empty()
            && others.iter().all(|layer| layer.n_features() == first.n_features())
            && others.iter().any(|layer| layer.n_conditions() != first.n_conditions());
        swapped.then(|| {
            format!(
                "{}: all layers have {} columns and differ in their rows; rows must be conditions, so transpose the arrays if \
                 the columns are",
                self.path,
                first.n_features()
            )
        })
    }

    pub(crate) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Returns file and layer, for messages.
    pub(crate) fn place(&self, layer: &Layer) -> String {
        format!("{}::{}", self.path, layer.name())
    }
}
