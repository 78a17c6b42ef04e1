//! Layers in several files, each with some of the conditions: `layer3.000.npy`, `layer3.001.npy`, and so on.

use rsa_core::{Error, Result, RowBlocks};

use crate::layer::Layer;

/// The fewest digits of a shard's number. `features.3` and `features.10` are layers of their own, as frameworks name them.
const DIGITS: usize = 3;

/// Puts layers together that are shards of one; the others stay as they are, and the order that of the first shards.
///
/// Shards are numbered from 0 with at least three digits and leading zeros. Names that end in such a number without a
/// leading zero among them are names.
///
/// # Errors
/// `Format` naming the shard that is missing, `ShapeMismatch` naming the one with other features.
pub(crate) fn joined(layers: Vec<Layer>, folder: &str) -> Result<Vec<Layer>> {
    let mut groups: Vec<(String, Vec<(usize, Layer)>)> = Vec::new();
    for layer in layers {
        let (name, number) = split(layer.name())
            .map_or((layer.name(), usize::MAX), |(name, digits)| (name, digits.parse().unwrap_or(usize::MAX)));
        match groups.iter_mut().find(|(known, members)| known == name && members[0].1.name() != name) {
            Some((_, members)) if number != usize::MAX => members.push((number, layer)),
            _ => groups.push((name.to_owned(), vec![(number, layer)])),
        }
    }
    let mut joined = Vec::new();
    for (name, mut members) in groups {
        let is_sharded = members.iter().any(|(_, layer)| split(layer.name()).is_some_and(|(_, d)| d.starts_with('0')));
        if !is_sharded {
            joined.extend(members.into_iter().map(|(_, layer)| layer));
            continue;
        }
        members.sort_by_key(|(number, _)| *number);
        ensure_complete(&name, &members)?;
        let place = format!("{folder}::{name}");
        joined.push(Layer::sharded(name, place, members.into_iter().map(|(_, layer)| layer).collect()));
    }
    Ok(joined)
}

/// `layer3` and `000` of `layer3.000`.
fn split(name: &str) -> Option<(&str, &str)> {
    let (name, digits) = name.rsplit_once('.')?;
    let is_number = digits.len() >= DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !name.is_empty()).then_some((name, digits))
}

fn ensure_complete(name: &str, shards: &[(usize, Layer)]) -> Result<()> {
    let (first, digits) = (&shards[0].1, split(shards[0].1.name()).map_or(DIGITS, |(_, digits)| digits.len()));
    for (wanted, (number, shard)) in shards.iter().enumerate() {
        if *number != wanted {
            return Err(Error::format(format!(
                "the shard '{name}.{wanted:0digits$}' is missing beside '{}'; shards are numbered from 0 without a gap",
                shard.name()
            )));
        }
        if shard.shape()[1..] != first.shape()[1..] {
            return Err(Error::shape_mismatch(format!(
                "the shard '{}' has {} features and '{}' has {}; shards hold the same features of other conditions",
                shard.name(),
                shard.n_features(),
                first.name(),
                first.n_features()
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Axis, Slice};
    use rsa_core::RowBlocks;

    use crate::{
        Layer,
        samples::{doubles, folder, npy, open_path},
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
