//! The two sides of a comparison of layers: which layers, and their rows in one order.

use rsa_io::{Layer, OpenOptions};
use rsakit::{Representation, core::RowBlocks};

use crate::{
    alignment::Alignment,
    inputs::Wanted,
    say,
    streaming::{Origin, Shape},
    verdict::Failure,
};

/// The layers that are rows and those that are columns; with one input both are the same.
pub(crate) struct Sides {
    pub(crate) rows: Side,
    pub(crate) columns: Option<Side>,
    alignment: Alignment,
    /// What the inputs left out, and what was done to them.
    pub(crate) notes: Vec<String>,
}

/// One input's layers.
pub(crate) struct Side {
    path: String,
    layers: Vec<Layer>,
}

impl Sides {
    /// Opens the inputs and selects layers.
    pub(crate) fn open(
        first: &str,
        second: Option<&str>,
        wanted: &Wanted,
        options: &OpenOptions,
    ) -> Result<Self, Failure> {
        let mut notes = Vec::new();
        let mut side = |input| -> Result<Side, Failure> {
            let source = rsa_io::open(input, options).map_err(Failure::impossible)?;
            notes.extend_from_slice(source.warnings());
            let path = source.path().display().to_string();
            let mut layers = source.into_layers();
            wanted.keep(&mut layers, &path, Layer::name)?;
            for layer in &layers {
                say::detail(format_args!(
                    "{path}::{}: {} × {}",
                    layer.name(),
                    layer.n_conditions(),
                    layer.n_features()
                ));
            }
            Ok(Side { path, layers })
        };
        let rows = side(first)?;
        let columns = second.map(&mut side).transpose()?;
        if let Some(columns) = &columns {
            ensure_comparable(&rows, columns)?;
        }
        let conditions = |side| Side::layers(side).iter().map(Layer::conditions);
        let alignment = Alignment::of(conditions(&rows).chain(columns.iter().flat_map(conditions)));
        for side in [Some(&rows), columns.as_ref()].into_iter().flatten() {
            notes.extend(alignment.remarks(&side.path, "layers", conditions(side)));
        }
        for side in [Some(&rows), columns.as_ref()].into_iter().flatten() {
            notes.extend(side.transposed());
        }
        Ok(Self { rows, columns, alignment, notes })
    }

    /// The layers of both sides, those of the rows first.
    pub(crate) fn all_layers(&self) -> impl Iterator<Item = &Layer> {
        self.rows.layers.iter().chain(self.columns.iter().flat_map(|side| &side.layers))
    }

    /// The layers of both sides as messages and ranks need them.
    pub(crate) fn origins(&self) -> Vec<Origin> {
        let of_side = |side: &'_ Side| -> Vec<Origin> {
            let origin = |layer: &Layer| Origin {
                name: layer.name().to_owned(),
                place: side.place(layer),
                features: layer.n_features(),
                precision: layer.precision(),
            };
            side.layers.iter().map(origin).collect()
        };
        [Some(&self.rows), self.columns.as_ref()].into_iter().flatten().flat_map(of_side).collect()
    }

    /// Which of the layers are rows and which are columns.
    pub(crate) fn shape(&self) -> Shape {
        Shape { rows: self.rows.layers.len(), columns: self.columns.as_ref().map(|side| side.layers.len()) }
    }

    /// Whether the rows of all layers are the same conditions as they stand in the files.
    ///
    /// # Errors
    /// `ShapeMismatch` or `LabelMismatch` naming the layer whose are not.
    pub(crate) fn ensure_one_order(&self) -> rsakit::Result<()> {
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

    /// How many conditions the first layer has.
    pub(crate) fn n_conditions(&self) -> usize {
        self.rows.layers[0].conditions().count()
    }

    /// The paths of the rows and of the columns.
    pub(crate) fn inputs(&self) -> [String; 2] {
        [&self.rows, self.columns.as_ref().unwrap_or(&self.rows)].map(|side| side.path.clone())
    }

    /// How many layers there are to read.
    pub(crate) fn n_layers(&self) -> usize {
        self.rows.layers.len() + self.columns.as_ref().map_or(0, |side| side.layers.len())
    }

    /// Reads a layer with its rows in the order that all layers of as many conditions have.
    pub(crate) fn read(&self, side: &Side, layer: &Layer) -> rsakit::Result<Representation> {
        let x = layer.read()?;
        self.alignment.align(x).map_err(|error| error.context(side.place(layer)))
    }
}

/// Refuses two inputs no layers of which have as many conditions.
fn ensure_comparable(rows: &Side, columns: &Side) -> Result<(), Failure> {
    let count = |layer: &Layer| layer.conditions().count();
    match columns.layers.iter().any(|b| rows.layers.iter().any(|a| count(a) == count(b))) {
        true => Ok(()),
        false => Err(Failure::impossible(format_args!(
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

    /// What to say where layers differ in their rows and agree in their columns, as they do if features are rows.
    fn transposed(&self) -> Option<String> {
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

    /// File and layer, for messages.
    pub(crate) fn place(&self, layer: &Layer) -> String {
        format!("{}::{}", self.path, layer.name())
    }
}
