//! The two sides of a comparison of layers: which layers, and their rows in one order.

use rsa_io::{Layer, OpenOptions};
use rsakit::{Representation, core::RowBlocks};

use crate::{alignment::Alignment, inputs::Wanted, say, verdict::Failure};

/// The layers that are rows and those that are columns; with one input both are the same.
pub(super) struct Sides {
    pub(super) rows: Side,
    pub(super) columns: Option<Side>,
    alignment: Alignment,
    /// What the inputs left out, and what was done to them.
    pub(super) notes: Vec<String>,
}

/// One input's layers.
pub(super) struct Side {
    path: String,
    layers: Vec<Layer>,
}

impl Sides {
    /// Opens the inputs and selects layers.
    pub(super) fn open(
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

    /// How many conditions the first layer has.
    pub(super) fn n_conditions(&self) -> usize {
        self.rows.layers[0].conditions().count()
    }

    /// How many layers there are to read.
    pub(super) fn n_layers(&self) -> usize {
        self.rows.layers.len() + self.columns.as_ref().map_or(0, |side| side.layers.len())
    }

    /// Reads a layer with its rows in the order that all layers of as many conditions have.
    pub(super) fn read(&self, side: &Side, layer: &Layer) -> rsakit::Result<Representation> {
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

    pub(super) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// File and layer, for messages.
    pub(super) fn place(&self, layer: &Layer) -> String {
        format!("{}::{}", self.path, layer.name())
    }
}
