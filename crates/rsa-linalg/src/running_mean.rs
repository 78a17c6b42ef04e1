//! Mean of conditions that arrive in blocks.

use ndarray::{Array1, Array2, ArrayView2, Axis, Slice, Zip};

use super::{power_of_two, scale::are_equal};
use crate::{Error, Result};

/// Mean of each feature over all conditions added so far, for sums of centered products over blocks.
///
/// Callers keep sums of products about the running mean, and adjust those sums when the mean changes (Chan, Golub &
/// LeVeque 1979). An adjustment only adds sums of squares. So nothing cancels, however far the blocks are from 0 or
/// from one another. A pivot, the mean of the first block, is subtracted from all values. The subtraction is exact for
/// values close to the pivot, so an offset of 1e6 over a unit signal costs no digit. A feature that is constant up to
/// rounding over all conditions (a dead unit) becomes exactly 0.
///
/// Reference: Chan, Golub & LeVeque 1979, Stanford STAN-CS-79-773.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningMean {
    count: usize,
    /// Power of two that values are divided by.
    scale: f64,
    pivot: Array1<f64>,
    /// Mean less the pivot, divided by the scale.
    mean: Array1<f64>,
    low: Array1<f64>,
    high: Array1<f64>,
}

/// Adjustment of the sums over some conditions when other conditions join them.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// Number of conditions in the sums.
    pub count: usize,
    /// Power of two by which the centered values must be multiplied.
    pub factor: f64,
    /// Mean of these conditions less the new mean, in the new unit, which must be added to the centered values.
    pub shift: Array1<f64>,
}

/// Block of conditions less the mean of all conditions up to the end of the block.
#[derive(Clone, Debug)]
pub struct Recentered {
    /// Conditions of the block, and one more row: the shift of the earlier conditions times the root of their number.
    ///
    /// With this last row, a sum of products over all rows is the sum over the block *plus* the adjustment of the
    /// earlier sums.
    pub rows: Array2<f64>,
    /// Adjustment of the sums over the conditions before the block.
    pub before: Move,
}

impl Recentered {
    /// Returns the conditions of the block, without the last row.
    pub fn conditions(&self) -> ArrayView2<'_, f64> {
        self.rows.slice_axis(Axis(0), Slice::from(..self.rows.nrows() - 1))
    }
}

impl RunningMean {
    /// Returns an empty mean over `width` features.
    pub fn new(width: usize) -> Self {
        Self {
            count: 0,
            scale: f64::MIN_POSITIVE,
            pivot: Array1::zeros(width),
            mean: Array1::zeros(width),
            low: Array1::from_elem(width, f64::INFINITY),
            high: Array1::from_elem(width, f64::NEG_INFINITY),
        }
    }

    /// Returns the number of conditions added so far.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns the number of features.
    pub fn width(&self) -> usize {
        self.mean.len()
    }

    /// Returns the power of two by which centered values are divided.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// Returns the mean of each feature, pivot included, divided by the [`scale`](Self::scale).
    ///
    /// The rounding of centered values grows with this mean.
    pub fn mean(&self) -> Array1<f64> {
        self.mean.clone() + &self.pivot / self.scale
    }

    /// Returns `true` if feature `j`, numbers of relative spacing `precision`, is constant up to its rounding.
    pub fn is_dead(&self, j: usize, precision: f64) -> bool {
        are_equal(self.low[j], self.high[j], precision)
    }

    /// Adds a block of conditions and returns the block centered about the new mean.
    ///
    /// `spare` is an array, such as the rows of an earlier result, whose memory is used again.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of features or no condition; `NonFinite` naming the condition, counted from
    /// the first one added.
    pub fn add(&mut self, block: ArrayView2<'_, f64>, spare: Array2<f64>) -> Result<Recentered> {
        let (n, p) = block.dim();
        if p != self.width() || n == 0 {
            return Err(Error::shape_mismatch(format!(
                "a block of {n} conditions × {p} features of a layer with {} features; give blocks of at least one \
                 condition, all as wide as the layer",
                self.width()
            )));
        }
        let (mut low, mut high) = (self.low.clone(), self.high.clone());
        let mut finite = true;
        for row in block.rows() {
            Zip::from(&mut low).and(&mut high).and(row).for_each(|low, high, &value| {
                *low = low.min(value);
                *high = high.max(value);
                finite &= value.is_finite();
            });
        }
        if !finite {
            return Err(non_finite_in(block, self.count));
        }
        // A block of zeros has no magnitude. With the smallest unit, a later block chooses the unit.
        let is_zero = low.iter().chain(&high).all(|&value| value == 0.0);
        let unit = if is_zero { f64::MIN_POSITIVE } else { power_of_two(low.iter().chain(&high)) };
        let factor = self.rescale(unit);
        (self.low, self.high) = (low, high);
        let scale = self.scale;
        if self.count == 0 {
            for row in block.rows() {
                Zip::from(&mut self.pivot).and(row).for_each(|sum, &value| *sum += value / scale);
            }
            self.pivot *= scale / n as f64;
            // The pivot of a dead unit is exactly its value, so that subtracting it leaves exactly 0.
            self.each_dead(|j, this| this.pivot[j] = this.low[j]);
        }
        let pivot = &self.pivot / scale;
        let mut rows = if spare.dim() == (n + 1, p) { spare } else { Array2::zeros((n + 1, p)) };
        let mut sums = Array1::<f64>::zeros(p);
        for (mut row, values) in rows.rows_mut().into_iter().zip(block.rows()) {
            Zip::from(&mut row).and(values).and(&pivot).and(&mut sums).for_each(|less, &value, &pivot, sum| {
                *less = value / scale - pivot;
                *sum += *less;
            });
        }
        let (before, total) = (self.count as f64, (self.count + n) as f64);
        let mut shift = sums / n as f64;
        Zip::from(&mut shift).and(&self.mean).for_each(|shift, mean| *shift = (mean - *shift) * (n as f64 / total));
        self.each_dead(|j, _| shift[j] = 0.0);
        self.mean -= &shift;
        let (mut own, mut moved) = rows.view_mut().split_at(Axis(0), n);
        own -= &self.mean;
        self.each_dead(|j, _| own.column_mut(j).fill(0.0));
        match self.count {
            // Without earlier conditions no sums need an adjustment.
            0 => {
                shift.fill(0.0);
                moved.fill(0.0);
            }
            _ => moved.row_mut(0).assign(&(&shift * before.sqrt())),
        }
        let before = Move { count: self.count, factor, shift };
        self.count += n;
        Ok(Recentered { rows, before })
    }

    /// Adds the conditions of `other`; returns the adjustments of the sums of `self` and of `other`.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of features.
    pub fn merge(&mut self, other: &Self) -> Result<[Move; 2]> {
        if other.width() != self.width() {
            return Err(Error::shape_mismatch(format!(
                "a layer with {} features cannot be merged with one of {} features; merge parts of the same layer",
                self.width(),
                other.width()
            )));
        }
        let none = |factor| Move { count: 0, factor, shift: Array1::zeros(other.width()) };
        let unmoved = |count| Move { count, factor: 1.0, shift: Array1::zeros(other.width()) };
        if other.count == 0 {
            return Ok([unmoved(self.count), none(1.0)]);
        }
        if self.count == 0 {
            *self = other.clone();
            return Ok([none(1.0), unmoved(other.count)]);
        }
        let factor = self.rescale(other.scale);
        let other_factor = other.scale / self.scale;
        Zip::from(&mut self.low).and(&other.low).for_each(|low, &other| *low = low.min(other));
        Zip::from(&mut self.high).and(&other.high).for_each(|high, &other| *high = high.max(other));
        let mut apart = &other.pivot / self.scale - &self.pivot / self.scale;
        apart += &(&other.mean * other_factor);
        apart -= &self.mean;
        self.each_dead(|j, _| apart[j] = 0.0);
        let (own, theirs) = (self.count as f64, other.count as f64);
        let total = own + theirs;
        self.mean.scaled_add(theirs / total, &apart);
        let moves = [
            Move { count: self.count, factor, shift: &apart * (-theirs / total) },
            Move { count: other.count, factor: other_factor, shift: apart * (own / total) },
        ];
        self.count += other.count;
        Ok(moves)
    }

    /// Changes to `scale` if it is larger; returns the factor to multiply earlier values with.
    fn rescale(&mut self, scale: f64) -> f64 {
        let larger = self.scale.max(scale);
        let factor = self.scale / larger;
        self.mean *= factor;
        self.scale = larger;
        if self.count == 0 { 1.0 } else { factor }
    }

    fn each_dead(&mut self, mut act: impl FnMut(usize, &mut Self)) {
        for j in 0..self.width() {
            if self.is_dead(j, f64::EPSILON) {
                act(j, self);
            }
        }
    }

    /// Returns the state as 5 rows of `width` numbers, for [`from_rows`](Self::from_rows).
    pub fn to_rows(&self) -> Array2<f64> {
        let mut rows = Array2::zeros((5, self.width()));
        rows.row_mut(0).fill(self.scale);
        for (row, values) in [&self.pivot, &self.mean, &self.low, &self.high].into_iter().enumerate() {
            rows.row_mut(row + 1).assign(values);
        }
        rows
    }

    /// Restores the mean of `count` conditions from the rows that [`to_rows`](Self::to_rows) returned.
    ///
    /// # Errors
    /// `Format` if the rows cannot be from a running mean.
    pub fn from_rows(count: usize, rows: ArrayView2<'_, f64>) -> Result<Self> {
        let width = rows.ncols();
        let sound = rows.nrows() == 5
            && width > 0
            && count > 0
            && rows.iter().all(|value| value.is_finite())
            && rows.row(0).iter().all(|&scale| scale == rows[(0, 0)] && scale == power_of_two(&[scale]))
            && Zip::from(rows.row(3)).and(rows.row(4)).all(|low, high| low <= high);
        if !sound {
            return Err(Error::format(
                "the feature means stored in a part are inconsistent; the part is damaged, write it again",
            ));
        }
        let row = |i: usize| rows.row(i).to_owned();
        Ok(Self { count, scale: rows[(0, 0)], pivot: row(1), mean: row(2), low: row(3), high: row(4) })
    }
}

fn non_finite_in(block: ArrayView2<'_, f64>, first: usize) -> Error {
    let found = block.indexed_iter().find(|(_, value)| !value.is_finite());
    let ((condition, feature), &value) = found.expect("a value was found that is not finite");
    Error::non_finite(first + condition, feature, value)
}

#[cfg(test)]
mod tests {
    use ndarray::{Axis, Slice, array};

    use super::*;
    use crate::center;

    /// Returns the running mean of rows in blocks with these `ends`, and the sum of products about that mean.
    fn sum_of_products(x: &Array2<f64>, ends: &[usize]) -> (RunningMean, Array2<f64>) {
        let (mut mean, mut sum) = (RunningMean::new(x.ncols()), Array2::zeros((x.ncols(), x.ncols())));
        let (mut start, mut spare) = (0, Array2::zeros((0, 0)));
        for &end in ends {
            let block = mean.add(x.slice_axis(Axis(0), Slice::from(start..end)), spare).unwrap();
            sum *= block.before.factor.powi(2);
            sum += &block.rows.t().dot(&block.rows);
            (start, spare) = (end, block.rows);
        }
        (mean, sum)
    }

    fn layer(offset: f64) -> Array2<f64> {
        let unit = Array2::from_shape_fn((40, 3), |(i, j)| ((i * i * (j + 2)) as f64).sin());
        unit + offset
    }

    #[test]
    fn sums_over_any_blocks_are_those_about_the_mean_of_all() {
        for offset in [0.0, 1e6] {
            let x = layer(offset);
            let centered = center(x.view(), f64::EPSILON);
            let expected = centered.values.t().dot(&centered.values) * centered.scale.powi(2);
            for ends in [&[40][..], &[1, 2, 40], &[7, 14, 21, 40], &[39, 40]] {
                let (mean, sum) = sum_of_products(&x, ends);
                let sum = sum * mean.scale().powi(2);
                let off = (&sum - &expected).iter().fold(0.0, |max: f64, d| max.max(d.abs()));
                assert!(off < 1e-12, "{offset:e} {ends:?}: {off:e}");
            }
        }
    }

    #[test]
    fn merged_sums_are_those_of_all() {
        let x = layer(1e6);
        let (_, expected) = sum_of_products(&x, &[40]);
        for cut in [1, 13, 39] {
            let part = |rows: Slice| x.slice_axis(Axis(0), rows).to_owned();
            let (first, second) = (part(Slice::from(..cut)), part(Slice::from(cut..)));
            let (mut mean, own) = sum_of_products(&first, &[first.nrows()]);
            let (other, theirs) = sum_of_products(&second, &[second.nrows()]);
            let moves = mean.merge(&other).unwrap();
            let moved = |sum: Array2<f64>, by: &Move| {
                let outer = Array2::from_shape_fn((3, 3), |(i, j)| by.shift[i] * by.shift[j]);
                sum * by.factor.powi(2) + outer * by.count as f64
            };
            let sum = moved(own, &moves[0]) + moved(theirs, &moves[1]);
            assert_eq!(mean.count(), 40);
            assert!((&sum - &expected).iter().all(|d| d.abs() < 1e-24), "{cut}: {sum} {expected}");
        }
    }

    #[test]
    fn a_dead_unit_is_exactly_zero_also_with_a_crooked_last_digit() {
        let mut x = layer(0.0);
        x.column_mut(1).fill(0.1);
        x[(30, 1)] = 0.1 + f64::EPSILON / 16.0;
        let (mean, sum) = sum_of_products(&x, &[10, 20, 40]);
        assert!(mean.is_dead(1, f64::EPSILON) && !mean.is_dead(0, f64::EPSILON));
        assert!(sum.row(1).iter().chain(sum.column(1)).all(|&value| value == 0.0));
    }

    #[test]
    fn blocks_of_any_magnitude_are_brought_to_one_unit() {
        for scales in [[1e-200, 1e200], [1e200, 1e-200], [1.0, 1.7e308], [0.0, 1e-200]] {
            let x = array![[1.0, 0.5], [-1.0, 0.25], [0.0, -1.0], [1.0, 1.0]];
            let half = |rows: Slice| x.slice_axis(Axis(0), rows).to_owned();
            let blocks = [half(Slice::from(..2)) * scales[0], half(Slice::from(2..)) * scales[1]];
            let all = ndarray::concatenate(Axis(0), &[blocks[0].view(), blocks[1].view()]).unwrap();
            let (_, once) = sum_of_products(&all, &[4]);
            let (_, twice) = sum_of_products(&all, &[2, 4]);
            assert!((&once - &twice).iter().all(|d| d.abs() < 1e-14), "{scales:?}: {once} {twice}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let (mean, _) = sum_of_products(&layer(3.0), &[11, 40]);
        assert_eq!(RunningMean::from_rows(40, mean.to_rows().view()).unwrap(), mean);
        let mut damaged = mean.to_rows();
        damaged[(0, 1)] *= 1.5;
        assert_eq!(RunningMean::from_rows(40, damaged.view()).unwrap_err().kind().name(), "Format");
    }

    #[test]
    fn what_is_not_finite_or_of_another_width_is_refused() {
        let add = |mean: &mut RunningMean, block: Array2<f64>| mean.add(block.view(), Array2::zeros((0, 0)));
        let mut mean = RunningMean::new(2);
        add(&mut mean, array![[1.0, 2.0], [3.0, 4.0]]).unwrap();
        let error = add(&mut mean, array![[1.0, 2.0], [3.0, f64::NAN]]).unwrap_err();
        assert_eq!(error.kind(), &crate::ErrorKind::NonFinite { condition: 3, feature: 1 });
        assert_eq!(add(&mut mean, array![[f64::INFINITY, 0.0]]).unwrap_err().kind().name(), "NonFinite");
        assert_eq!(add(&mut mean, array![[1.0]]).unwrap_err().kind().name(), "ShapeMismatch");
        assert_eq!(mean.count(), 2, "a refused block leaves nothing behind");
        assert_eq!(mean.merge(&RunningMean::new(3)).unwrap_err().kind().name(), "ShapeMismatch");
    }
}
