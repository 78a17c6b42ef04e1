//! Batches: sums over conditions that arrive one batch after the other and are never held whole.

use std::path::Path;

use rsakit::{
    Error, Measure, MeasureSpec, Result,
    core::{AnyMeasure, Observer, Streaming},
};

use super::{Accumulation, merge};
use crate::{
    compare::CompareResult,
    memory::MemorySize,
    streaming::{BlockRoute, LayerSums},
};

impl Accumulation {
    /// Reads a part that [`write`](Self::write) wrote.
    ///
    /// # Errors
    /// `Io` or `Format`, naming the file, if it cannot be read or is damaged.
    pub fn read(path: &Path) -> Result<Self> {
        let (header, sums) = merge::read(path)?;
        Ok(Self { header, sums })
    }

    /// Returns the number of conditions summed up.
    pub fn n_conditions(&self) -> usize {
        self.sums.n_conditions()
    }

    /// Adds the sums over all conditions of a further batch of the same layers.
    ///
    /// # Errors
    /// `ShapeMismatch` for a batch of other layers or measures, which changes nothing.
    pub fn absorb(&mut self, batch: &Self) -> Result<()> {
        if let Some(difference) = self.header.difference(&batch.header) {
            return Err(Error::shape_mismatch(format!(
                "the batch has other {difference} than those before it; every batch has the same layers, in one order"
            )));
        }
        self.sums.merge(&batch.sums)?;
        let n = self.sums.n_conditions();
        (self.header.first, self.header.last, self.header.n_conditions) = (0, n, n);
        Ok(())
    }

    /// Returns a copy.
    ///
    /// # Errors
    /// The errors of merging, which sums of one measure do not have.
    pub fn copy(&self) -> Result<Self> {
        let measures: Vec<AnyMeasure> = self.header.measures.iter().map(MeasureSpec::measure).collect();
        let routes: Vec<BlockRoute<'_>> = measures.iter().filter_map(Measure::streamed).collect();
        let routes: Vec<&dyn Streaming> = routes.iter().map(AsRef::as_ref).collect();
        let mut sums = LayerSums::new(&routes, &self.header.widths(), self.header.shape);
        sums.merge(&self.sums)?;
        Ok(Self { header: self.header.clone(), sums })
    }

    /// Returns the scores of all pairs over the conditions summed up.
    ///
    /// # Errors
    /// `TooLarge`; `Cancelled`.
    pub fn compare(&self, observer: &dyn Observer) -> Result<CompareResult> {
        merge::compare_sums(&self.header, &self.sums, MemorySize::budget(None, observer)?, observer)
    }
}
