//! The two sides of a comparison: which layers, and their rows in one order.

use glob::Pattern;
use rsa_io::{Layer, OpenOptions, Source};
use rsakit::{Conditions, Representation, Result};

use crate::verdict::Failure;

/// The layers that are rows and those that are columns; with one input both are the same.
pub(super) struct Sides {
    pub(super) rows: Side,
    pub(super) columns: Option<Side>,
    /// The conditions that every layer is brought to.
    pub(super) conditions: Conditions,
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
    pub(super) fn open(first: &str, second: Option<&str>, globs: &[String]) -> std::result::Result<Self, Failure> {
        let patterns = globs
            .iter()
            .map(|glob| Pattern::new(glob).map_err(|error| Failure::usage(format_args!("--layers '{glob}': {error}"))))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let mut notes = Vec::new();
        let mut side = |input| -> std::result::Result<Side, Failure> {
            let source = rsa_io::open(input, &OpenOptions::default()).map_err(Failure::impossible)?;
            notes.extend_from_slice(source.warnings());
            Side::new(source, &patterns)
        };
        let rows = side(first)?;
        let columns = second.map(&mut side).transpose()?;
        let sides = [Some(&rows), columns.as_ref()];
        let conditions = reference(&rows, columns.as_ref())?;
        for side in sides.into_iter().flatten() {
            if side.layers.iter().any(|layer| is_reordered(layer.conditions(), &conditions)) {
                notes.push(format!(
                    "{}: conditions were brought into the order of {} by their labels",
                    side.path, rows.path
                ));
            }
        }
        Ok(Self { rows, columns, conditions, notes })
    }

    /// How many layers there are to read.
    pub(super) fn n_layers(&self) -> usize {
        self.rows.layers.len() + self.columns.as_ref().map_or(0, |side| side.layers.len())
    }
}

/// The conditions of the first layer, labelled if any layer of as many conditions is.
fn reference(rows: &Side, columns: Option<&Side>) -> std::result::Result<Conditions, Failure> {
    let layers = || rows.layers.iter().chain(columns.into_iter().flat_map(|side| &side.layers));
    let count = rows.layers[0].conditions().count();
    if let Some(columns) = columns
        && !columns.layers.iter().any(|b| rows.layers.iter().any(|a| a.conditions().count() == b.conditions().count()))
    {
        return Err(Failure::impossible(format_args!(
            "{} has {count} conditions and {} has {}; both sides need the same conditions in their rows",
            rows.path,
            columns.path,
            columns.layers[0].conditions().count()
        )));
    }
    let labelled = layers().map(Layer::conditions).find(|c| c.count() == count && c.labels().is_some());
    Ok(labelled.cloned().unwrap_or_else(|| Conditions::unlabelled(count)))
}

fn is_reordered(conditions: &Conditions, reference: &Conditions) -> bool {
    conditions.ensure_same(reference).is_err() && conditions.rows_of(reference).is_ok()
}

impl Side {
    fn new(source: Source, patterns: &[Pattern]) -> std::result::Result<Self, Failure> {
        let path = source.path().display().to_string();
        let wanted = |layer: &Layer| patterns.is_empty() || patterns.iter().any(|glob| glob.matches(layer.name()));
        let mut layers = source.into_layers();
        if layers.iter().any(wanted) {
            layers.retain(wanted);
        } else {
            // Kept for the message that lists what there is.
            let names: Vec<_> = layers.iter().map(Layer::name).collect();
            return Err(Failure::usage(format_args!(
                "--layers leaves no layer of {path}, which has {}",
                names.join(", ")
            )));
        }
        Ok(Self { path, layers })
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// File and layer, for messages.
    pub(super) fn place(&self, layer: &Layer) -> String {
        format!("{}::{}", self.path, layer.name())
    }
}

/// Reads a layer with its rows in the order of `conditions`.
///
/// Layers without labels, or of another number of conditions, stay as they are: the comparison judges them.
pub(super) fn read(layer: &Layer, conditions: &Conditions) -> Result<Representation> {
    let x = layer.read()?;
    let same_count = x.n_conditions() == conditions.count();
    match same_count && x.conditions().labels().is_some() && x.conditions().ensure_same(conditions).is_err() {
        true => x.aligned_to(conditions),
        false => Ok(x),
    }
}
