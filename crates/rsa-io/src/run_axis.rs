//! [`RunAxis`]: an array with an axis of runs, read as rows of run × condition.

use std::{fmt, ops::Range, sync::Arc};

use ndarray::{Array2, ArrayViewMut2, Axis, Slice};
use rsa_core::{Conditions, Error, Result};

use crate::{
    axes::{Axes, AxisName},
    contents::{FileArray, Numbers},
    layout::show_shape,
};

/// Most rows; the labels of more would take gigabytes, which a damaged header may claim.
const MOST_ROWS: usize = 1 << 24;

/// Number of runs and of conditions of the rows of an array with an axis of runs.
///
/// The conditions of a run stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunAxis {
    n_runs: usize,
    n_conditions: usize,
}

impl RunAxis {
    /// Makes rows of the runs and conditions of `array`, whose axes are `axes`; returns it with its other axes.
    ///
    /// Lists of the file label the conditions and the runs; without them both are numbered from 1.
    ///
    /// # Errors
    /// `ShapeMismatch` for more rows than any experiment has.
    pub(crate) fn merge(array: FileArray, axes: &Axes, run_axis: usize) -> Result<(FileArray, Axes, Self)> {
        let condition_axis = axes.condition_axis();
        let shape = array.shape().to_vec();
        let merged = Self { n_runs: shape[run_axis], n_conditions: shape[condition_axis] };
        let n_rows = merged.n_runs.checked_mul(merged.n_conditions);
        if n_rows.is_none_or(|rows| rows > MOST_ROWS) {
            let shape = show_shape(&shape);
            return Err(Error::shape_mismatch(format!(
                "the array has shape {shape} and the axes {axes}, which are more than {MOST_ROWS} rows of run × condition"
            )));
        }
        let numbered = |count: usize| (1..=count).map(|number| number.to_string()).collect::<Vec<_>>();
        let own = array.labels.as_ref().and_then(Conditions::labels);
        let labels = own.filter(|labels| labels.len() == merged.n_conditions).map(<[String]>::to_vec);
        let labels = merged.spread(&labels.unwrap_or_else(|| numbered(merged.n_conditions)));
        let own = array.runs.as_deref().filter(|runs| runs.len() == merged.n_runs).map(<[String]>::to_vec);
        let names = own.unwrap_or_else(|| numbered(merged.n_runs));
        let runs = names.iter().flat_map(|name| std::iter::repeat_n(name.clone(), merged.n_conditions));
        let others: Vec<AxisName> = axes.names().iter().copied().filter(|name| *name != AxisName::Runs).collect();
        let numbers = RunRows::new(array.numbers.as_ref(), condition_axis, run_axis, merged);
        let array = FileArray {
            labels: Some(Conditions::labeled(labels)),
            runs: Some(runs.collect()),
            numbers: Arc::new(numbers),
            ..array
        };
        Ok((array, Axes::new(others)?, merged))
    }

    /// Returns the label of each row, from one of each condition; labels of another number are returned as they are.
    pub(crate) fn spread(self, labels: &[String]) -> Vec<String> {
        let repeats = if labels.len() == self.n_conditions { self.n_runs } else { 1 };
        (0..repeats).flat_map(|_| labels.iter().cloned()).collect()
    }
}

/// Numbers with rows of run × condition.
#[derive(Clone)]
struct RunRows {
    /// Rows are conditions; runs are among the columns.
    source: Arc<dyn Numbers>,
    /// Lengths of the axes without that of the runs; the rows take the place of the conditions.
    shape: Vec<usize>,
    rows: RunAxis,
    n_columns: usize,
    /// Number of columns that stand together in one run of the source.
    stride: usize,
}

impl RunRows {
    fn new(numbers: &dyn Numbers, condition_axis: usize, run_axis: usize, rows: RunAxis) -> Self {
        let all = numbers.shape();
        let faster = (run_axis + 1..all.len()).filter(|&axis| axis != condition_axis);
        let stride = faster.map(|axis| all[axis]).product();
        let n_columns =
            (0..all.len()).filter(|&axis| axis != condition_axis && axis != run_axis).map(|axis| all[axis]).product();
        let mut shape = all.to_vec();
        shape[condition_axis] = rows.n_runs * rows.n_conditions;
        shape.remove(run_axis);
        Self { source: numbers.with_rows_along(condition_axis), shape, rows, n_columns, stride }
    }

    /// Returns the column of the source that is `column` in `run`.
    fn column(&self, run: usize, column: usize) -> usize {
        (column / self.stride * self.rows.n_runs + run) * self.stride + column % self.stride
    }

    /// Reads each run of `rows` by `read`, which is given the run, its conditions and its part of `block`.
    fn read_runs(
        &self,
        rows: Range<usize>,
        mut block: ArrayViewMut2<'_, f64>,
        read: impl Fn(usize, Range<usize>, ArrayViewMut2<'_, f64>) -> Result<()>,
    ) -> Result<()> {
        let n = self.rows.n_conditions;
        for run in rows.start / n..rows.end.div_ceil(n) {
            let (first, last) = (rows.start.max(run * n), rows.end.min((run + 1) * n));
            let part = block.slice_axis_mut(Axis(0), Slice::from(first - rows.start..last - rows.start));
            read(run, first - run * n..last - run * n, part)?;
        }
        Ok(())
    }
}

impl Numbers for RunRows {
    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn dtype(&self) -> &'static str {
        self.source.dtype()
    }

    fn precision(&self) -> f64 {
        self.source.precision()
    }

    fn precision_of(&self, values: &[f64]) -> f64 {
        self.source.precision_of(values)
    }

    fn with_rows_along(&self, _: usize) -> Arc<dyn Numbers> {
        // The rows are the conditions already, and no list of axes has two axes of conditions.
        Arc::new(self.clone())
    }

    fn n_rows(&self) -> usize {
        self.rows.n_runs * self.rows.n_conditions
    }

    fn n_columns(&self) -> usize {
        self.n_columns
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.read_runs(rows, block, |run, conditions, part| match self.stride == self.n_columns {
            // The columns of a run stand together.
            true => {
                let start = self.column(run, 0);
                self.source.read_block(conditions, start + columns.start..start + columns.end, part)
            }
            false => {
                let places: Vec<usize> = columns.clone().map(|column| self.column(run, column)).collect();
                self.source.read_columns(conditions, &places, part)
            }
        })
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.read_runs(rows, block, |run, conditions, part| {
            let places: Vec<usize> = columns.iter().map(|&column| self.column(run, column)).collect();
            self.source.read_columns(conditions, &places, part)
        })
    }

    fn read_all(&self) -> Result<Array2<f64>> {
        // The source is read once, in the order of the file.
        let all = self.source.read_all()?;
        let mut values = crate::layout::allocate(self.n_rows(), self.n_columns)?;
        for ((row, column), value) in values.indexed_iter_mut() {
            let (run, condition) = (row / self.rows.n_conditions, row % self.rows.n_conditions);
            *value = all[(condition, self.column(run, column))];
        }
        Ok(values)
    }

    fn is_by_columns(&self) -> bool {
        self.source.is_by_columns()
    }

    fn ensure_read_in_place(&self) -> Result<()> {
        self.source.ensure_read_in_place()
    }
}

impl fmt::Debug for RunRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunRows").field("shape", &self.shape).field("rows", &self.rows).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use rsa_core::RowBlocks;

    use super::*;
    use crate::{
        Convention, Layer, OpenOptions, open,
        tests::samples::{Zip, doubles, folder, npy},
    };

    const AXES: [&str; 3] = ["runs", "conditions", "features"];
    const LENGTHS: [usize; 3] = [2, 3, 4];
    const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

    fn value(run: usize, condition: usize, feature: usize) -> f64 {
        (100 * run + 10 * condition + feature) as f64
    }

    /// Returns the bytes and the shape of the array with its axes in another order.
    fn array(order: [usize; 3], fortran: bool) -> (Vec<u8>, String) {
        let lengths = order.map(|axis| LENGTHS[axis]);
        let mut values = Vec::new();
        for place in 0..24 {
            let [a, b, c] = lengths;
            let index = match fortran {
                false => [place / (b * c), place / c % b, place % c],
                true => [place % a, place / a % b, place / (a * b)],
            };
            let mut of_axis = [0; 3];
            order.iter().zip(index).for_each(|(&axis, index)| of_axis[axis] = index);
            values.push(value(of_axis[0], of_axis[1], of_axis[2]));
        }
        (doubles(&values), format!("({}, {}, {})", lengths[0], lengths[1], lengths[2]))
    }

    fn read(file: &str, bytes: &[u8], axes: &str) -> Result<Layer> {
        let folder = folder(&[(file, bytes)]);
        let options = OpenOptions { axes: Some(axes.parse()?), ..OpenOptions::default() };
        Ok(open(folder.path().join(file).to_str().unwrap(), &options)?.into_layers().remove(0))
    }

    #[test]
    fn every_order_of_the_axes_gives_the_same_rows() {
        let expected = Array2::from_shape_fn((6, 4), |(row, feature)| value(row / 3, row % 3, feature));
        for (order, fortran) in ORDERS.iter().flat_map(|&order| [(order, false), (order, true)]) {
            let (bytes, shape) = array(order, fortran);
            let axes = order.map(|axis| AXES[axis]).join(",");
            let layer = read("x.npy", &npy("<f8", fortran, &shape, &bytes), &axes).unwrap();
            assert_eq!(layer.read().unwrap().values(), expected, "{axes} {fortran}");
            assert_eq!(layer.conditions().labels().unwrap(), ["1", "2", "3", "1", "2", "3"]);
            assert_eq!(layer.runs().unwrap(), ["1", "1", "1", "2", "2", "2"]);
            let mut block = Array2::zeros((3, 2));
            layer.read_block(2..5, 1..3, block.view_mut()).unwrap();
            assert_eq!(block, array![[21.0, 22.0], [101.0, 102.0], [111.0, 112.0]], "{axes} {fortran}");
            layer.read_columns(2..5, &[3, 0], block.view_mut()).unwrap();
            assert_eq!(block, array![[23.0, 20.0], [103.0, 100.0], [113.0, 110.0]], "{axes} {fortran}");
            assert!(layer.convention().unwrap().to_string().contains(&axes));
        }
    }

    #[test]
    fn lists_of_the_file_label_conditions_and_runs() {
        let words = |words: &[&str]| -> Vec<u8> { words.iter().flat_map(|word| word.bytes()).collect() };
        let (bytes, shape) = array([2, 0, 1], false);
        let zip = Zip::new()
            .stored("x.npy", &npy("<f8", false, &shape, &bytes))
            .stored("conditions.npy", &npy("|S1", false, "(3,)", &words(&["a", "b", "c"])))
            .stored("runs.npy", &npy("|S1", false, "(2,)", &words(&["p", "q"])));
        let layer = read("x.npz", &zip.finish(), "features,runs,conditions").unwrap();
        assert_eq!(layer.conditions().labels().unwrap(), ["a", "b", "c", "a", "b", "c"]);
        assert_eq!(layer.runs().unwrap(), ["p", "p", "p", "q", "q", "q"]);
        let own = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(layer.labels_of_rows(&own("x y z")), own("x y z x y z"));
        assert_eq!(layer.labels_of_rows(&own("x y")), own("x y"), "another number is left to the checks");
    }

    /// Of two times the mean is taken, and the runs stay apart.
    #[test]
    fn positions_beside_runs_are_averaged() {
        let values: Vec<f64> = (0..16).map(f64::from).collect();
        let folder = folder(&[("x.npy", npy("<f8", false, "(2, 2, 2, 2)", &doubles(&values)))]);
        let axes = "conditions,time,runs,channels".parse().unwrap();
        let options = OpenOptions { convention: Convention::Mean, axes: Some(axes), ..OpenOptions::default() };
        let source = open(folder.path().join("x.npy").to_str().unwrap(), &options).unwrap();
        let x = source.layers()[0].read().unwrap();
        assert_eq!(x.values(), array![[2.0, 3.0], [10.0, 11.0], [4.0, 5.0], [12.0, 13.0]]);
        assert!(source.warnings().is_empty(), "{:?}", source.warnings());
    }

    #[test]
    fn more_rows_than_any_experiment_has_are_refused() {
        let header = npy("|u1", false, "(65536, 65536, 1)", &[]);
        let error = read("x.npy", &header, "runs,conditions,features").unwrap_err();
        assert!(error.to_string().contains("x.npy"), "{error}");
        let array = FileArray::new(
            "x".to_owned(),
            "x".to_owned(),
            crate::parsed::ParsedArray::new(Array2::zeros((8192, 8192)), 0.0),
        );
        let axes = "runs,conditions,features".parse().unwrap();
        let error = RunAxis::merge(array, &axes, 0).unwrap_err().to_string();
        assert!(error.contains("more than 16777216 rows"), "{error}");
    }
}
