//! Reading chosen columns of an array, without the columns between them where that saves reading.

use std::ops::Range;

use ndarray::{Array2, ArrayViewMut2};
use rsa_core::Result;

use super::{BUFFER, Bytes, Layout};

/// Chosen columns that are at most so many bytes apart are read in one run: a page, the least that a disk reads.
const GAP: usize = 1 << 12;

impl Layout {
    /// Reads the chosen columns `columns`, in that order, of the rows `rows` into `block`. A column may be chosen more
    /// than once.
    pub(crate) fn read_columns(
        &self,
        source: &mut dyn Bytes,
        rows: Range<usize>,
        columns: &[usize],
        mut block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        assert!(rows.end <= self.n_rows(), "rows beyond the last condition");
        assert!(columns.iter().all(|&column| column < self.n_columns), "columns beyond the last feature");
        assert_eq!(block.dim(), (rows.len(), columns.len()), "the block has the shape of what is read");
        if rows.is_empty() || columns.is_empty() {
            return Ok(());
        }
        let mut sorted = columns.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted == columns {
            return self.read_sorted(source, rows, &sorted, block);
        }
        let mut read = Array2::zeros((rows.len(), sorted.len()));
        self.read_sorted(source, rows, &sorted, read.view_mut())?;
        for (mut values, column) in block.columns_mut().into_iter().zip(columns) {
            let place = sorted.binary_search(column).expect("every column was read");
            values.assign(&read.column(place));
        }
        Ok(())
    }

    /// Reads columns that ascend.
    fn read_sorted(
        &self,
        source: &mut dyn Bytes,
        rows: Range<usize>,
        sorted: &[usize],
        mut block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        if !self.has_whole_rows() {
            return self.read_by_groups(source, rows, &|column| sorted.binary_search(&column).ok(), block);
        }
        let runs = self.runs(sorted);
        let (mut numbers, mut buffer) = (Vec::new(), Vec::new());
        for (row, mut values) in rows.zip(block.rows_mut()) {
            for places in &runs {
                let wanted = &sorted[places.clone()];
                let (first, last) = (wanted[0], wanted[wanted.len() - 1]);
                numbers.resize(last + 1 - first, 0.0);
                self.read_run(source, row * self.n_columns + first, &mut numbers, &mut buffer)?;
                for (place, column) in places.clone().zip(wanted) {
                    values[place] = numbers[column - first];
                }
            }
        }
        Ok(())
    }

    /// Returns the places of `sorted` columns that are read together.
    fn runs(&self, sorted: &[usize]) -> Vec<Range<usize>> {
        let (size, mut runs) = (self.number.size(), Vec::<Range<usize>>::new());
        for (place, &column) in sorted.iter().enumerate() {
            match runs.last_mut() {
                Some(run)
                    if (column - sorted[run.end - 1]) * size <= GAP
                        && (column + 1 - sorted[run.start]) * size <= BUFFER =>
                {
                    run.end = place + 1;
                }
                _ => runs.push(place..place + 1),
            }
        }
        runs
    }
}
