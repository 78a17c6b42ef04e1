//! Decoding columns that stand one after the other in the file, and groups of columns.

use ndarray::ArrayViewMut2;

use super::Layout;

impl Layout {
    /// Decodes columns of `block`, which begin every `group` bytes, and puts each at its place.
    ///
    /// Row by row: a write to another row for every number would wait for the memory.
    pub(super) fn place_columns(
        &self,
        bytes: &[u8],
        group: usize,
        places: &[Option<usize>],
        mut block: ArrayViewMut2<'_, f64>,
        numbers: &mut Vec<f64>,
    ) {
        let n = block.nrows();
        numbers.resize(places.len() * n, 0.0);
        for (k, column) in numbers.chunks_mut(n).enumerate() {
            self.number.decode(&bytes[k * group..][..n * self.number.size()], column.iter_mut());
        }
        for (i, mut row) in block.rows_mut().into_iter().enumerate() {
            for (k, place) in places.iter().enumerate() {
                if let Some(place) = *place {
                    row[place] = numbers[k * n + i];
                }
            }
        }
    }

    /// Decodes rows × columns of one group and puts every column at its place in `block`.
    pub(super) fn place_group(
        &self,
        bytes: &[u8],
        places: &[Option<usize>],
        mut block: ArrayViewMut2<'_, f64>,
        numbers: &mut Vec<f64>,
    ) {
        if let &[place] = places {
            if let Some(place) = place {
                self.number.decode(bytes, block.column_mut(place).iter_mut());
            }
            return;
        }
        numbers.resize(bytes.len() / self.number.size(), 0.0);
        self.number.decode(bytes, numbers.iter_mut());
        for (mut row, numbers) in block.rows_mut().into_iter().zip(numbers.chunks(places.len())) {
            for (&place, &number) in places.iter().zip(numbers) {
                if let Some(place) = place {
                    row[place] = number;
                }
            }
        }
    }
}
