//! [`Layer`]: one named matrix of conditions × features, read when it is asked for.

use std::{fmt, ops::Range, sync::Arc};

use ndarray::{Array2, ArrayViewMut2, Axis, Slice};
use rsa_core::{Conditions, Error, Representation, Result, RowBlocks};

use crate::{
    layout::{Bytes, Layout, allocate},
    npz::Deflated,
    positioned::{PositionedFile, read_error},
};

/// One layer of a [`Source`](crate::Source): its name, its conditions, and the place where its numbers are.
///
/// [`read`](Self::read) takes all of it into memory. [`RowBlocks`] takes a block of conditions with a small buffer
/// of its own, so that a layer may be larger than the memory; several threads may read at once.
///
/// Blocks are cheap where the file has the conditions one after the other (C order). In Fortran order each block
/// takes a piece of every column. An array that is compressed within a `.npz` is inflated from its start for every
/// block, and thrown away up to the first condition asked for: few large blocks are then better than many small.
#[derive(Clone)]
pub struct Layer {
    name: String,
    place: String,
    conditions: Conditions,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Stored(Stored),
    Deflated(Deflated),
    /// Files that hold the conditions one after the other, each with the first of them.
    Shards(Arc<[(usize, Layer)]>),
    /// A table is text and had to be read to be understood; whether its values are finite is asked when it is read.
    Parsed(Arc<Array2<f64>>),
}

impl Layer {
    pub(crate) fn stored(name: String, place: String, array: Stored) -> Self {
        let conditions = Conditions::unlabelled(array.layout.n_conditions());
        Self { name, place, conditions, content: Content::Stored(array) }
    }

    pub(crate) fn deflated(name: String, place: String, array: Deflated) -> Self {
        let conditions = Conditions::unlabelled(array.layout().n_conditions());
        Self { name, place, conditions, content: Content::Deflated(array) }
    }

    pub(crate) fn parsed(name: String, place: String, conditions: Conditions, table: Array2<f64>) -> Self {
        Self { name, place, conditions, content: Content::Parsed(Arc::new(table)) }
    }

    /// The conditions of all `shards` in their order, which have the same features.
    pub(crate) fn sharded(name: String, place: String, shards: Vec<Self>) -> Self {
        let mut start = 0;
        let at = |shard: Self| {
            let first = start;
            start += shard.n_conditions();
            (first, shard)
        };
        let shards: Arc<[_]> = shards.into_iter().map(at).collect();
        Self { name, place, conditions: Conditions::unlabelled(start), content: Content::Shards(shards) }
    }

    pub(crate) fn set_conditions(&mut self, conditions: Conditions) {
        self.conditions = conditions;
    }

    pub(crate) fn set_name(&mut self, name: String) {
        self.name = name;
    }

    /// What the file calls the layer; the file's own name where it holds one alone.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The conditions of the rows, with labels where the file has them.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// The axes of the array as the file has them.
    pub(crate) fn shape(&self) -> Vec<usize> {
        match &self.content {
            Content::Stored(array) => array.layout.shape().to_vec(),
            Content::Deflated(array) => array.layout().shape().to_vec(),
            Content::Shards(shards) => {
                let mut shape = shards[0].1.shape();
                shape[0] = self.n_conditions();
                shape
            }
            Content::Parsed(table) => table.shape().to_vec(),
        }
    }

    /// Whether the array can be a layer: not if it has one axis.
    pub(crate) fn ensure_layer(&self) -> Result<()> {
        match &self.content {
            Content::Stored(array) => array.layout.ensure_layer(),
            Content::Deflated(array) => array.layout().ensure_layer(),
            Content::Shards(_) | Content::Parsed(_) => Ok(()),
        }
    }

    /// Whether blocks of the layer can be read without reading all that is before them.
    ///
    /// # Errors
    /// `Format`, with the remedy, if the array is compressed.
    pub fn ensure_read_in_place(&self) -> Result<()> {
        match &self.content {
            Content::Deflated(_) => Err(Error::format(
                "the array is compressed, and would be inflated from its start for every block; write it with numpy.savez \
                 or as a .npy file",
            )
            .context(&self.place)),
            Content::Stored(_) | Content::Shards(_) | Content::Parsed(_) => Ok(()),
        }
    }

    /// Reads all numbers as they are, NaN and infinities too.
    pub(crate) fn read_raw(&self) -> Result<Array2<f64>> {
        match &self.content {
            Content::Stored(array) => {
                let mut values = allocate(self.n_conditions(), self.n_features())?;
                array.read_block(0..self.n_conditions(), 0..self.n_features(), values.view_mut())?;
                Ok(values)
            }
            Content::Deflated(array) => array.read(),
            Content::Shards(_) => {
                let mut values = allocate(self.n_conditions(), self.n_features())?;
                self.read_rows(0..self.n_conditions(), values.view_mut())?;
                return Ok(values);
            }
            Content::Parsed(table) => Ok(Array2::clone(table)),
        }
        .map_err(|error| error.context(&self.place))
    }

    /// Reads all conditions, with their labels.
    ///
    /// # Errors
    /// `NonFinite` if a value is NaN or infinite, `Format` if the data are damaged, `Io` if they cannot be read or
    /// do not fit into memory. The message names file and array.
    pub fn read(&self) -> Result<Representation> {
        let values = self.read_raw()?;
        Representation::new(values)
            .and_then(|x| x.with_precision(self.precision())?.with_conditions(self.conditions.clone()))
            .map_err(|error| error.context(&self.place))
    }
}

impl RowBlocks for Layer {
    fn n_conditions(&self) -> usize {
        self.conditions.count()
    }

    fn n_features(&self) -> usize {
        match &self.content {
            Content::Stored(array) => array.layout.n_features(),
            Content::Deflated(array) => array.layout().n_features(),
            Content::Shards(shards) => shards[0].1.n_features(),
            Content::Parsed(table) => table.ncols(),
        }
    }

    fn precision(&self) -> f64 {
        match &self.content {
            Content::Stored(array) => array.layout.precision(),
            Content::Deflated(array) => array.layout().precision(),
            Content::Shards(shards) => shards.iter().map(|(_, shard)| shard.precision()).fold(0.0, f64::max),
            Content::Parsed(_) => f64::EPSILON,
        }
    }

    fn place(&self) -> String {
        self.place.clone()
    }

    fn read_rows(&self, rows: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.read_block(rows, 0..self.n_features(), block)
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, mut block: ArrayViewMut2<'_, f64>) -> Result<()> {
        match &self.content {
            Content::Stored(array) => array.read_block(rows, columns, block),
            Content::Deflated(array) => array.read_block(rows, columns, block),
            // Each names its own place.
            Content::Shards(shards) => return read_shards(shards, rows, columns, block),
            Content::Parsed(table) => {
                let wanted = table.slice_axis(Axis(0), Slice::from(rows));
                block.assign(&wanted.slice_axis(Axis(1), Slice::from(columns)));
                Ok(())
            }
        }
        .map_err(|error| error.context(&self.place))
    }
}

/// Reads from each shard what it has of `rows`.
fn read_shards(
    shards: &[(usize, Layer)],
    rows: Range<usize>,
    columns: Range<usize>,
    mut block: ArrayViewMut2<'_, f64>,
) -> Result<()> {
    for (first, shard) in shards {
        let (start, end) = (rows.start.max(*first), rows.end.min(first + shard.n_conditions()));
        if start < end {
            let part = block.slice_axis_mut(Axis(0), Slice::from(start - rows.start..end - rows.start));
            shard.read_block(start - first..end - first, columns.clone(), part)?;
        }
    }
    Ok(())
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layer")
            .field("place", &self.place)
            .field("n_conditions", &self.n_conditions())
            .field("n_features", &self.n_features())
            .finish_non_exhaustive()
    }
}

/// An array whose bytes lie in a file as they are.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    file: PositionedFile,
    start: u64,
    layout: Layout,
}

impl Stored {
    /// The array of `layout` whose first number is at `start`; the caller has checked that the file is long enough.
    pub(crate) fn new(file: PositionedFile, start: u64, layout: Layout) -> Self {
        Self { file, start, layout }
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.layout.read_block(&mut &*self, rows, columns, block)
    }
}

impl Bytes for &Stored {
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        self.file.read_exact_at(self.start + offset, buffer).map_err(|error| match error.kind() {
            // The length was right when the file was opened.
            std::io::ErrorKind::UnexpectedEof => Error::io("the file became shorter while it was read", error),
            _ => read_error("reading the numbers", error),
        })
    }
}
