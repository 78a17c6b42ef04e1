//! The two sides of a comparison: which layers, and their rows in one order.

use glob::Pattern;
use rsa_io::{Layer, OpenOptions, Source};
use rsakit::{Representation, core::Conditions};

use crate::verdict::Failure;

/// The layers that are rows and those that are columns; with one input both are the same.
pub(super) struct Sides {
    pub(super) rows: Side,
    pub(super) columns: Option<Side>,
    /// For each number of conditions, those that every layer with as many is brought to; the first layer's first.
    references: Vec<Conditions>,
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
        globs: &[String],
        options: &OpenOptions,
    ) -> Result<Self, Failure> {
        let patterns = globs
            .iter()
            .map(|glob| Pattern::new(glob).map_err(|error| Failure::usage(format_args!("--layers '{glob}': {error}"))))
            .collect::<Result<Vec<_>, _>>()?;
        let mut notes = Vec::new();
        let mut side = |input| -> Result<Side, Failure> {
            let source = rsa_io::open(input, options).map_err(Failure::impossible)?;
            notes.extend_from_slice(source.warnings());
            Side::new(source, &patterns)
        };
        let rows = side(first)?;
        let columns = second.map(&mut side).transpose()?;
        let references = references(&rows, columns.as_ref())?;
        let mut sides = Self { rows, columns, references, notes };
        sides.notes.extend(sides.remarks());
        Ok(sides)
    }

    /// What is done to the order of the conditions, and what is taken for granted.
    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        for side in [Some(&self.rows), self.columns.as_ref()].into_iter().flatten() {
            let any = |is: fn(&Conditions, &Conditions) -> bool| {
                side.layers.iter().any(|layer| is(layer.conditions(), self.reference(layer)))
            };
            if any(is_reordered) {
                remarks.push(format!("{}: conditions were brought into one order by their labels", side.path));
            }
            if any(|own, reference| own.labels().is_none() && reference.labels().is_some()) {
                remarks.push(format!(
                    "{}: there are layers without labels; their rows are taken to be in the order of the labelled ones",
                    side.path
                ));
            }
        }
        remarks
    }

    /// The conditions that `layer` is brought to.
    fn reference<'a>(&'a self, layer: &'a Layer) -> &'a Conditions {
        let alike = |reference: &&Conditions| reference.count() == layer.conditions().count();
        self.references.iter().find(alike).unwrap_or(layer.conditions())
    }

    /// How many conditions the first layer has.
    pub(super) fn n_conditions(&self) -> usize {
        self.rows.layers[0].conditions().count()
    }

    /// How many layers there are to read.
    pub(super) fn n_layers(&self) -> usize {
        self.rows.layers.len() + self.columns.as_ref().map_or(0, |side| side.layers.len())
    }
}

/// For each number of conditions the first labelled ones, if any are.
fn references(rows: &Side, columns: Option<&Side>) -> Result<Vec<Conditions>, Failure> {
    let count = |layer: &Layer| layer.conditions().count();
    if let Some(columns) = columns
        && !columns.layers.iter().any(|b| rows.layers.iter().any(|a| count(a) == count(b)))
    {
        return Err(Failure::impossible(format_args!(
            "{} has {} conditions and {} has {}; both sides need the same conditions in their rows",
            rows.path,
            count(&rows.layers[0]),
            columns.path,
            count(&columns.layers[0])
        )));
    }
    let mut references: Vec<Conditions> = Vec::new();
    for layer in rows.layers.iter().chain(columns.into_iter().flat_map(|side| &side.layers)) {
        let conditions = layer.conditions();
        match references.iter_mut().find(|reference| reference.count() == conditions.count()) {
            Some(reference) if reference.labels().is_none() => *reference = conditions.clone(),
            Some(_) => {}
            None => references.push(conditions.clone()),
        }
    }
    Ok(references)
}

fn is_reordered(conditions: &Conditions, reference: &Conditions) -> bool {
    conditions.ensure_same(reference).is_err() && conditions.rows_of(reference).is_ok()
}

impl Side {
    fn new(source: Source, patterns: &[Pattern]) -> Result<Self, Failure> {
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

impl Sides {
    /// Reads a layer with its rows in the order that all layers of as many conditions have.
    pub(super) fn read(&self, side: &Side, layer: &Layer) -> rsakit::Result<Representation> {
        let x = layer.read()?;
        let reference = self.reference(layer);
        match x.conditions().labels().is_some() && x.conditions().ensure_same(reference).is_err() {
            true => x.aligned_to(reference).map_err(|error| error.context(side.place(layer))),
            false => Ok(x),
        }
    }
}
