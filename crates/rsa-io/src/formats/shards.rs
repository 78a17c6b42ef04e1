//! Layers in several files, each with some of the conditions: `layer3.000.npy`, `layer3.001.npy`, and so on.

use std::{ops::Range, sync::Arc};

use ndarray::{ArrayViewMut2, Axis, Slice};
use rsa_core::{Conditions, Error, Result};

use crate::contents::{FileArray, Numbers};

/// The fewest digits of the number of a shard.
///
/// Names with fewer digits, such as `features.3` and `features.10`, are layers of their own in common frameworks.
const DIGITS: usize = 3;

/// Joins arrays that are shards of one array; other arrays stay as they are, in the order of the first shards.
///
/// Shards are numbered from 0 with at least three digits and leading zeros. If no number of a name has a leading zero,
/// the arrays are layers of their own. `row_axis` returns the axis of the conditions for an array of a given shape;
/// shards are joined along this axis.
///
/// # Errors
/// `Format` naming the shard that is missing, `ShapeMismatch` naming the shard with other features.
pub(crate) fn join(
    arrays: Vec<FileArray>,
    folder: &str,
    row_axis: impl Fn(&[usize]) -> usize,
) -> Result<Vec<FileArray>> {
    let mut groups: Vec<(String, Vec<(usize, FileArray)>)> = Vec::new();
    for array in arrays {
        let (name, number) = split(&array.name)
            .map_or((array.name.as_str(), usize::MAX), |(name, digits)| (name, digits.parse().unwrap_or(usize::MAX)));
        match groups.iter_mut().find(|(known, members)| known == name && members[0].1.name != name) {
            Some((_, members)) if number != usize::MAX => members.push((number, array)),
            _ => groups.push((name.to_owned(), vec![(number, array)])),
        }
    }
    let mut joined = Vec::new();
    for (name, mut members) in groups {
        let is_sharded = members.iter().any(|(_, array)| split(&array.name).is_some_and(|(_, d)| d.starts_with('0')));
        if !is_sharded {
            joined.extend(members.into_iter().map(|(_, array)| array));
            continue;
        }
        members.sort_by_key(|(number, _)| *number);
        // Trials are never numbered parts of one array: their rows are the first axis, whatever is said of others.
        if members.iter().any(|(_, array)| array.sensors.is_some()) {
            joined.extend(members.into_iter().map(|(_, array)| array));
            continue;
        }
        let axis = row_axis(members[0].1.shape());
        ensure_complete(&name, &members, axis)?;
        let place = format!("{folder}::{name}");
        let arrays: Vec<_> = members.into_iter().map(|(_, array)| array).collect();
        let labels = join_labels(&name, &arrays)?;
        joined.push(FileArray { labels, ..FileArray::new(name, place, ShardedArray::new(arrays, axis)) });
    }
    Ok(joined)
}

/// Returns the labels of all shards one after the other, if they have labels.
fn join_labels(name: &str, shards: &[FileArray]) -> Result<Option<Conditions>> {
    let labels: Vec<_> = shards.iter().filter_map(|shard| shard.labels.as_ref()?.labels()).collect();
    match labels.len() {
        0 => Ok(None),
        n if n == shards.len() => Ok(Some(Conditions::labeled(labels.concat()))),
        n => Err(Error::format(format!(
            "{n} of {} shards of '{name}' have labels; give all of them labels, or none",
            shards.len()
        ))),
    }
}

/// Splits `layer3.000` into `layer3` and `000`.
fn split(name: &str) -> Option<(&str, &str)> {
    let (name, digits) = name.rsplit_once('.')?;
    let is_number = digits.len() >= DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !name.is_empty()).then_some((name, digits))
}

fn ensure_complete(name: &str, shards: &[(usize, FileArray)], axis: usize) -> Result<()> {
    let (first, digits) = (&shards[0].1, split(&shards[0].1.name).map_or(DIGITS, |(_, digits)| digits.len()));
    let others = |array: &FileArray| {
        let mut shape = array.shape().to_vec();
        shape[axis.min(array.shape().len() - 1)] = 0;
        shape
    };
    let n_features = |array: &FileArray| array.shape().iter().product::<usize>() / array.shape()[axis];
    for (wanted, (number, shard)) in shards.iter().enumerate() {
        if *number != wanted {
            return Err(Error::format(format!(
                "the shard '{name}.{wanted:0digits$}' is missing beside '{}'; shards are numbered from 0 without a gap",
                shard.name
            )));
        }
        if shard.shape().len() != first.shape().len() {
            return Err(Error::shape_mismatch(format!(
                "the shard '{}' has {} axes and '{}' has {}; shards hold the same features of other conditions",
                shard.name,
                shard.shape().len(),
                first.name,
                first.shape().len()
            )));
        }
        if others(shard) != others(first) {
            return Err(Error::shape_mismatch(format!(
                "the shard '{}' has {} features and '{}' has {}; shards hold the same features of other conditions",
                shard.name,
                n_features(shard),
                first.name,
                n_features(first)
            )));
        }
    }
    Ok(())
}

/// Arrays of several files, joined along the axis of the conditions.
#[derive(Clone, Debug)]
pub(super) struct ShardedArray {
    shape: Vec<usize>,
    /// Every shard with its first row.
    shards: Arc<[(usize, FileArray)]>,
}

impl ShardedArray {
    /// Joins `arrays`, which agree in all axes but `axis`.
    pub(super) fn new(arrays: Vec<FileArray>, axis: usize) -> Self {
        let mut shape = arrays[0].shape().to_vec();
        shape[axis] = arrays.iter().map(|array| array.shape()[axis]).sum();
        let mut start = 0;
        let with_first_row = |array: FileArray| {
            let (first, n_rows) = (start, array.shape()[axis]);
            start += n_rows;
            (first, array)
        };
        Self { shape, shards: arrays.into_iter().map(with_first_row).collect() }
    }

    /// Reads from each shard the part of `rows` that it holds.
    fn read_each(
        &self,
        rows: Range<usize>,
        mut block: ArrayViewMut2<'_, f64>,
        read: impl Fn(&dyn Numbers, Range<usize>, ArrayViewMut2<'_, f64>) -> Result<()>,
    ) -> Result<()> {
        for (first, shard) in &*self.shards {
            let (start, end) = (rows.start.max(*first), rows.end.min(first + shard.numbers.n_rows()));
            if start < end {
                let part = block.slice_axis_mut(Axis(0), Slice::from(start - rows.start..end - rows.start));
                let outcome = read(&*shard.numbers, start - first..end - first, part);
                outcome.map_err(|error| error.context(&shard.place))?;
            }
        }
        Ok(())
    }
}

impl Numbers for ShardedArray {
    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn dtype(&self) -> &'static str {
        self.shards[0].1.numbers.dtype()
    }

    fn precision(&self) -> f64 {
        self.shards.iter().map(|(_, shard)| shard.numbers.precision()).fold(0.0, f64::max)
    }

    fn precision_of(&self, values: &[f64]) -> f64 {
        self.shards.iter().map(|(_, shard)| shard.numbers.precision_of(values)).fold(0.0, f64::max)
    }

    fn with_rows_along(&self, axis: usize) -> Arc<dyn Numbers> {
        let along = |(first, shard): &(usize, FileArray)| {
            (*first, FileArray { numbers: shard.numbers.with_rows_along(axis), ..shard.clone() })
        };
        Arc::new(Self { shape: self.shape.clone(), shards: self.shards.iter().map(along).collect() })
    }

    fn n_rows(&self) -> usize {
        self.shards.iter().map(|(_, shard)| shard.numbers.n_rows()).sum()
    }

    fn n_columns(&self) -> usize {
        self.shards[0].1.numbers.n_columns()
    }

    fn read_block(&self, rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.read_each(rows, block, |shard, rows, part| shard.read_block(rows, columns.clone(), part))
    }

    fn read_columns(&self, rows: Range<usize>, columns: &[usize], block: ArrayViewMut2<'_, f64>) -> Result<()> {
        self.read_each(rows, block, |shard, rows, part| shard.read_columns(rows, columns, part))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Axis, Slice};
    use rsa_core::RowBlocks;

    use crate::{
        Layer,
        tests::samples::{doubles, folder, npy, open_path},
    };

    fn rows(range: std::ops::Range<usize>, p: usize) -> Vec<u8> {
        let values: Vec<f64> = (range.start * p..range.end * p).map(|value| value as f64).collect();
        npy("<f8", false, &format!("({}, {p})", range.len()), &doubles(&values))
    }

    #[test]
    fn a_folder_of_shards_is_one_layer() {
        let folder = folder(&[
            ("a.npy", rows(0..7, 2)),
            ("conv.001.npy", rows(3..4, 2)),
            ("conv.000.npy", rows(0..3, 2)),
            ("conv.002.npy", rows(4..7, 2)),
            ("conv.npy", rows(0..7, 1)),
            ("block.100.npy", rows(0..7, 3)),
            ("features.3.npy", rows(0..7, 4)),
            ("conditions.txt", b"a\nb\nc\nd\ne\nf\ng\n".to_vec()),
        ]);
        let source = open_path(folder.path());
        let message = source.unwrap_err().to_string();
        assert!(message.contains("two files have a layer 'conv'"), "{message}");
        std::fs::remove_file(folder.path().join("conv.npy")).unwrap();
        let source = open_path(folder.path()).unwrap();
        let names: Vec<_> = source.layers().iter().map(Layer::name).collect();
        assert_eq!(names, ["a", "block.100", "conv", "features.3"]);
        let whole = Array2::from_shape_fn((7, 2), |(i, j)| (2 * i + j) as f64);
        let layer = &source.layers()[2];
        assert_eq!(layer.read().unwrap().values(), whole);
        assert_eq!(layer.conditions().labels().unwrap()[6], "g");
        for (rows, columns) in [(0..7, 0..2), (2..5, 1..2), (3..4, 0..1), (6..7, 0..2)] {
            let mut block = Array2::zeros((rows.len(), columns.len()));
            layer.read_block(rows.clone(), columns.clone(), block.view_mut()).unwrap();
            let part = whole.slice_axis(Axis(0), Slice::from(rows)).slice_axis_move(Axis(1), Slice::from(columns));
            assert_eq!(block, part);
        }
    }

    #[test]
    fn labels_of_shards_follow_one_another() {
        let part = |label: &str| format!("{label},1,2\n{label}2,3,4\n").into_bytes();
        let source = open_path(folder(&[("x.001.csv", part("b")), ("x.000.csv", part("a"))]).path()).unwrap();
        assert_eq!(source.layers()[0].conditions().labels().unwrap(), ["a", "a2", "b", "b2"]);
        let error = open_path(folder(&[("x.000.csv", part("a")), ("x.001.npy", rows(0..2, 2))]).path()).unwrap_err();
        assert!(error.to_string().contains("1 of 2 shards of 'x' have labels"), "{error}");
    }

    #[test]
    fn a_missing_shard_and_one_of_another_width_are_named() {
        let message = |files: &[(&str, Vec<u8>)]| open_path(folder(files).path()).unwrap_err().to_string();
        let gap = message(&[("x.000.npy", rows(0..2, 2)), ("x.002.npy", rows(2..4, 2))]);
        assert!(gap.contains("the shard 'x.001' is missing beside 'x.002'"), "{gap}");
        let start = message(&[("x.0001.npy", rows(0..2, 2))]);
        assert!(start.contains("the shard 'x.0000' is missing"), "{start}");
        let width = message(&[("x.000.npy", rows(0..2, 2)), ("x.001.npy", rows(2..4, 3))]);
        assert!(width.contains("'x.001' has 3 features and 'x.000' has 2"), "{width}");
    }

    #[test]
    fn a_damaged_shard_names_itself() {
        let files = folder(&[("x.000.npy", rows(0..2, 2)), ("x.001.npy", rows(2..4, 2))]);
        let source = open_path(files.path()).unwrap();
        std::fs::write(files.path().join("x.001.npy"), b"").unwrap();
        let error = source.layers()[0].read().unwrap_err();
        assert!(error.to_string().contains("x.001.npy"), "{error}");
    }
}
