//! Conventions for arrays of three or more axes, against values worked out by hand.

use ndarray::{Array2, Axis, array};
use proptest::prelude::*;
use rsa_core::{ErrorKind, Representation, Result, RowBlocks};
use tempfile::TempDir;

use super::samples::{Zip, doubles, folder, npy};
use crate::{Convention, Layer, LayerSource, OpenOptions, open};

/// Two images × three channels × height 2 × width 2, channels first. The values of a map differ by powers of two.
const CHANNELS_FIRST: [f64; 24] = [
    1.0, 2.0, 4.0, 9.0, /**/ 0.0, -4.0, -8.0, -4.0, /**/ 5.0, 5.0, 5.0, 5.0, //
    3.0, 1.0, 0.0, 0.0, /**/ 2.0, 4.0, 8.0, 2.0, /**/ -1.0, 1.0, -1.0, 1.0,
];

/// Returns [`CHANNELS_FIRST`] with its axes in another order: two images × height × width × three channels.
fn channels_last() -> Vec<f64> {
    let mut values = Vec::new();
    for image in 0..2 {
        for position in 0..4 {
            values.extend((0..3).map(|channel| CHANNELS_FIRST[image * 12 + channel * 4 + position]));
        }
    }
    values
}

fn options(convention: Convention, axes: &str) -> OpenOptions {
    let axes = (!axes.is_empty()).then(|| axes.parse().unwrap());
    OpenOptions { convention, axes, ..OpenOptions::default() }
}

fn open_in(folder: &TempDir, name: &str, options: &OpenOptions) -> Result<LayerSource> {
    open(folder.path().join(name).to_str().unwrap(), options)
}

/// The layer of an array, which reads through the handle of a file that is gone.
fn layer(shape: &str, values: &[f64], options: &OpenOptions) -> Result<Layer> {
    let folder = folder(&[("x.npy", npy("<f8", false, shape, &doubles(values)))]);
    Ok(open_in(&folder, "x.npy", options)?.into_layers().remove(0))
}

fn first(convention: Convention) -> Representation {
    let options = options(convention, "conditions,channels,height,width");
    layer("(2, 3, 2, 2)", &CHANNELS_FIRST, &options).unwrap().read().unwrap()
}

fn last(convention: Convention) -> Representation {
    let options = options(convention, "conditions,height,width,channels");
    layer("(2, 2, 2, 3)", &channels_last(), &options).unwrap().read().unwrap()
}

#[test]
fn mean_and_max_are_what_they_are_by_hand() {
    assert_eq!(first(Convention::Mean).values(), array![[4.0, -4.0, 5.0], [1.0, 4.0, 0.0]]);
    assert_eq!(first(Convention::Max).values(), array![[9.0, 0.0, 5.0], [3.0, 8.0, 1.0]]);
}

#[test]
fn every_position_is_a_condition_of_its_image_under_pixels() {
    let x = first(Convention::Pixels);
    assert_eq!((x.n_conditions(), x.n_features()), (8, 3));
    assert_eq!(x.pattern(1).to_vec(), [2.0, -4.0, 5.0]);
    assert_eq!(x.pattern(7).to_vec(), [0.0, 2.0, 1.0]);
    let conditions = x.conditions();
    assert_eq!((conditions.n_stimuli(), conditions.positions()), (2, Some([2, 2].as_slice())));
}

#[test]
fn channels_first_and_channels_last_of_one_array_give_the_same_bits() {
    for convention in [Convention::Mean, Convention::Max, Convention::Pixels] {
        let (first, last) = (first(convention), last(convention));
        assert_eq!(first.values(), last.values(), "{convention}");
        assert_eq!(first.conditions(), last.conditions());
        assert_eq!(first.features(), last.features());
    }
}

#[test]
fn flattened_channels_last_differs_in_the_order_of_columns_alone() {
    let (first, last) = (first(Convention::Flatten), last(Convention::Flatten));
    let columns: Vec<usize> = (0..4).flat_map(|position| (0..3).map(move |channel| channel * 4 + position)).collect();
    assert_eq!(first.select_features(&columns).unwrap().values(), last.values());
    let products = |x: &Representation| x.values().dot(&x.values().t());
    assert_eq!(products(&first), products(&last));
    let grid = first.features().grid().unwrap();
    let names: Vec<_> = grid.axes().iter().map(|axis| axis.name.as_str()).collect();
    assert_eq!((names, grid.index(7)), (vec!["channels", "height", "width"], vec![1, 1, 1]));
}

#[test]
fn conditions_may_be_any_axis() {
    let values: Vec<f64> = (0..24).map(f64::from).collect();
    let layer = layer("(3, 4, 2)", &values, &options(Convention::Flatten, "channels,conditions,time")).unwrap();
    let x = layer.read().unwrap();
    assert_eq!(x.values(), Array2::from_shape_fn((4, 6), |(i, j)| (8 * (j / 2) + 2 * i + j % 2) as f64));
    let matrix = self::layer("(2, 3)", &values[..6], &options(Convention::Flatten, "features,conditions")).unwrap();
    assert_eq!(matrix.read().unwrap().values(), array![[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]);
    assert_eq!((matrix.shape(), matrix.convention()), ([2, 3].as_slice(), None));
}

#[test]
fn a_convention_without_axes_is_refused_with_file_shape_and_remedy() {
    for convention in [Convention::Mean, Convention::Max, Convention::Pixels] {
        let error = layer("(2, 3, 2, 2)", &CHANNELS_FIRST, &options(convention, "")).unwrap_err();
        assert_eq!(error.kind().name(), "InvalidParameter");
        let message = error.to_string();
        for part in ["x.npy", "(2, 3, 2, 2)", "--axes", "conditions,channels,height,width", convention.word()] {
            assert!(message.contains(part), "{message}");
        }
        // Two axes are conditions × features under every convention.
        let plain = layer("(2, 2)", &CHANNELS_FIRST[..4], &options(convention, "")).unwrap();
        assert_eq!(plain.convention(), None);
    }
}

#[test]
fn axes_that_do_not_fit_name_file_shape_and_remedy() {
    let message = |axes: &str| {
        let error = layer("(2, 3, 2, 2)", &CHANNELS_FIRST, &options(Convention::Mean, axes)).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::ShapeMismatch);
        error.to_string()
    };
    let short = message("conditions,tokens,features");
    assert!(
        short.contains("x.npy") && short.contains("(2, 3, 2, 2) has 4 axes") && short.contains("names 3"),
        "{short}"
    );
    let folder = folder(&[("x.npy", npy("<f8", false, "(2, 3, 2)", &doubles(&CHANNELS_FIRST[..12])))]);
    let no_position = options(Convention::Max, "conditions,channels,features");
    let error = open_in(&folder, "x.npy", &no_position).unwrap_err().to_string();
    assert!(error.contains("none of which is a position") && error.contains("height, width"), "{error}");
    let unused = open_in(&folder, "x.npy", &options(Convention::Flatten, "conditions,features")).unwrap();
    assert!(unused.warnings()[0].contains("has no effect"), "{:?}", unused.warnings());
}

#[test]
fn arrays_that_the_axes_do_not_fit_are_skipped_beside_others() {
    let maps = npy("<f8", false, "(2, 3, 2, 2)", &doubles(&CHANNELS_FIRST));
    let tokens = npy("<f8", false, "(2, 3, 2)", &doubles(&CHANNELS_FIRST[..12]));
    let flat = npy("<f8", false, "(2, 4)", &doubles(&CHANNELS_FIRST[..8]));
    let labels = npy("|S1", false, "(2,)", b"ab");
    let zip = Zip::new().stored("conv.npy", &maps).stored("attn.npy", &tokens).stored("fc.npy", &flat);
    let folder = folder(&[("net.npz", zip.stored("conditions.npy", &labels).finish())]);
    let pixels = options(Convention::Pixels, "conditions,channels,height,width");
    let source = open_in(&folder, "net.npz", &pixels).unwrap();
    let names: Vec<_> = source.layers().iter().map(Layer::name).collect();
    assert_eq!(names, ["conv", "fc"]);
    assert!(source.warnings()[0].contains("'attn' is skipped") && source.warnings()[0].contains("(2, 3, 2)"));
    // The labels are of images, and each has its positions.
    let [conv, fc] = [0, 1].map(|k| source.layers()[k].read().unwrap());
    assert_eq!(conv.conditions().stimuli().labels().unwrap(), ["a", "b"]);
    assert_eq!(conv.conditions().labels().unwrap()[5], "b (0, 1)");
    let error = fc.conditions().ensure_same(conv.conditions()).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::ShapeMismatch);
    let sentence = source.layers()[0].convention().unwrap().to_string();
    assert!(sentence.contains("pixels, conditions are stimulus × height × width"), "{sentence}");
}

#[test]
fn shards_are_joined_along_the_conditions() {
    let part = |images: std::ops::Range<usize>| {
        let values = &CHANNELS_FIRST[images.start * 12..images.end * 12];
        npy("<f8", false, &format!("({}, 3, 2, 2)", images.len()), &doubles(values))
    };
    let folder = folder(&[("conv.000.npy", part(0..1)), ("conv.001.npy", part(1..2))]);
    for convention in [Convention::Mean, Convention::Pixels] {
        let source = open_in(&folder, "", &options(convention, "conditions,channels,height,width")).unwrap();
        assert_eq!(source.layers()[0].shape(), [2, 3, 2, 2]);
        assert_eq!(source.layers()[0].read().unwrap().values(), first(convention).values());
    }
}

#[test]
fn large_values_do_not_overflow_a_mean_and_what_is_not_finite_is_found() {
    let axes = "conditions,channels,width";
    let read = |convention, values: &[f64]| layer("(1, 1, 4)", values, &options(convention, axes)).unwrap().read();
    let large = read(Convention::Mean, &[f64::MAX; 4]).unwrap();
    assert!((large.values()[(0, 0)] / f64::MAX - 1.0).abs() < 1e-15);
    for convention in [Convention::Mean, Convention::Max] {
        for odd in [f64::NAN, f64::NEG_INFINITY, f64::INFINITY] {
            let error = read(convention, &[1.0, odd, 2.0, 3.0]).unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::NonFinite { condition: 0, feature: 0 }, "{convention} {odd}");
        }
    }
}

/// The value at an index of an array, by definition: no index gives the value of another.
fn value(index: [usize; 4]) -> f64 {
    index.iter().fold(0.0, |value, &k| 11.0 * value + k as f64)
}

/// The bytes of a `.npz` archive that holds the array with its axes in the given order, in place or compressed.
fn archive(lengths: [usize; 4], order: [usize; 4], fortran: bool, compression: crate::Compression) -> Vec<u8> {
    let shape = order.map(|axis| lengths[axis]);
    let at = |k: [usize; 4]| {
        let mut index = [0; 4];
        order.iter().zip(k).for_each(|(&axis, k)| index[axis] = k);
        value(index)
    };
    let array = ndarray::Array4::from_shape_fn(shape, |(a, b, c, d)| at([a, b, c, d]));
    let values: Vec<f64> = match fortran {
        true => array.t().iter().copied().collect(),
        false => array.iter().copied().collect(),
    };
    let text = format!("({}, {}, {}, {})", shape[0], shape[1], shape[2], shape[3]);
    let bytes = npy("<f8", fortran, &text, &doubles(&values));
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let method = match compression {
        crate::Compression::Stored => zip::CompressionMethod::Stored,
        crate::Compression::Deflated => zip::CompressionMethod::Deflated,
    };
    zip.start_file("x.npy", zip::write::SimpleFileOptions::default().compression_method(method)).unwrap();
    std::io::Write::write_all(&mut zip, &bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

/// All orders of four axes.
fn orders() -> Vec<[usize; 4]> {
    let all = (0..256).map(|k| [k / 64, k / 16 % 4, k / 4 % 4, k % 4]);
    all.filter(|order| (0..4).all(|axis| order.contains(&axis))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn blocks_and_chosen_columns_are_parts_of_the_whole_whatever_the_file_and_the_convention(
        lengths in [2usize..6, 1..5, 1..4, 1..4],
        order in prop::sample::select(orders()),
        (fortran, deflated) in (any::<bool>(), any::<bool>()),
        convention in prop::sample::select(Convention::ALL.to_vec()),
        cut in (0.0..1.0, 0.0..1.0),
        chosen in prop::collection::vec(0usize..100, 1..6),
    ) {
        let words = ["conditions", "channels", "height", "width"];
        let axes = order.map(|axis| words[axis]).join(",");
        let compression = if deflated { crate::Compression::Deflated } else { crate::Compression::Stored };
        let folder = folder(&[("x.npz", archive(lengths, order, fortran, compression))]);
        let source = open_in(&folder, "x.npz", &options(convention, &axes)).unwrap();
        let layer = &source.layers()[0];
        let whole = layer.read().unwrap();
        let [n, channels, height, width] = lengths;
        let maps = |i: usize, c: usize| (0..height * width).map(move |k| value([i, c, k / width, k % width]));
        let expected = match convention {
            Convention::Mean => Array2::from_shape_fn((n, channels), |(i, c)| maps(i, c).sum::<f64>() / (height * width) as f64),
            Convention::Max => Array2::from_shape_fn((n, channels), |(i, c)| maps(i, c).fold(f64::MIN, f64::max)),
            Convention::Pixels => Array2::from_shape_fn((n * height * width, channels), |(row, c)| {
                let (i, k) = (row / (height * width), row % (height * width));
                value([i, c, k / width, k % width])
            }),
            // The features stand in the order of the file.
            Convention::Flatten => {
                let others: Vec<usize> = order.iter().copied().filter(|&axis| axis > 0).collect();
                Array2::from_shape_fn((n, channels * height * width), |(i, mut j)| {
                    let mut index = [i, 0, 0, 0];
                    for &axis in others.iter().rev() {
                        index[axis] = j % lengths[axis];
                        j /= lengths[axis];
                    }
                    value(index)
                })
            }
        };
        prop_assert_eq!(whole.values(), expected.view());
        let (rows, columns) = (whole.n_conditions(), whole.n_features());
        let (row, column) = ((cut.0 * rows as f64) as usize, (cut.1 * columns as f64) as usize);
        for (rows, columns) in [(row..rows, column..columns), (0..row, 0..column), (row..row + 1, column..column + 1)] {
            let mut block = Array2::zeros((rows.len(), columns.len()));
            layer.read_block(rows.clone(), columns.clone(), block.view_mut()).unwrap();
            let part = expected.slice_axis(Axis(0), rows.into()).slice_axis_move(Axis(1), columns.into());
            prop_assert_eq!(block, part);
        }
        let chosen: Vec<usize> = chosen.into_iter().map(|column| column % columns).collect();
        let mut block = Array2::zeros((rows - row, chosen.len()));
        layer.read_columns(row..rows, &chosen, block.view_mut()).unwrap();
        let selected = whole.select_features(&chosen).unwrap();
        prop_assert_eq!(block, selected.values().slice_axis_move(Axis(0), (row..).into()));
        prop_assert_eq!(selected.features(), &layer.features().select(&chosen));
    }
}
