//! Files that MNE writes (`tests/data/make_fif.py`), and files that lie.

use std::{collections::BTreeMap, path::Path};

use ndarray::{Array3, Axis};
use rsa_core::RowBlocks;
use serde::Deserialize;

use crate::{
    ChannelKind, Convention, Layer, LayerSource, OpenOptions, list_input_files, open, open_epochs, read_rdms,
    tests::samples::{folder, open_bytes, open_path},
};

/// Channels, times, events and values of a file as MNE reads it.
#[derive(Deserialize)]
struct Golden {
    channels: Vec<(String, String, Option<[f64; 3]>, bool)>,
    times: (f64, f64, usize),
    labels: Vec<String>,
    samples: Option<Vec<i64>>,
    values: Vec<Vec<Vec<f64>>>,
}

impl Golden {
    fn values(&self) -> Array3<f64> {
        let shape = (self.values.len(), self.channels.len(), self.times.2);
        Array3::from_shape_vec(shape, self.values.iter().flatten().flatten().copied().collect()).unwrap()
    }
}

fn data(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fif").join(name)
}

fn goldens() -> BTreeMap<String, Golden> {
    serde_json::from_str(&std::fs::read_to_string(data("goldens.json")).unwrap()).unwrap()
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(data(name)).unwrap()
}

fn with_options(name: &str, options: &OpenOptions) -> LayerSource {
    open(data(name).to_str().unwrap(), options).unwrap()
}

fn layer<'a>(source: &'a LayerSource, name: &str) -> &'a Layer {
    source.layers().iter().find(|layer| layer.name() == name).unwrap_or_else(|| panic!("{source:?}"))
}

#[test]
fn values_channels_times_and_events_are_those_of_mne() {
    let goldens = goldens();
    assert_eq!(goldens.len(), 7);
    for (name, golden) in goldens {
        let epochs = open_epochs(data(&name).to_str().unwrap(), &OpenOptions::default()).unwrap();
        assert_eq!(epochs.read().unwrap(), golden.values(), "{name}");
        assert_eq!(epochs.labels().unwrap(), golden.labels, "{name}");
        assert_eq!(epochs.event_samples(), golden.samples.as_deref(), "{name}");
        let times = epochs.times();
        assert!((times.first() - golden.times.0).abs() < 1e-9 && (times.last() - golden.times.1).abs() < 1e-9);
        assert_eq!((times.count(), times.rate()), (golden.times.2, 250.0));
        assert_eq!(epochs.channels().len(), golden.channels.len());
        for (own, (channel, kind, position, is_bad)) in epochs.channels().iter().zip(golden.channels) {
            assert_eq!((&own.name, own.kind.word(), own.is_bad), (&channel, kind.as_str(), is_bad), "{name}");
            let unit = match own.kind {
                ChannelKind::Mag => "T",
                ChannelKind::Grad => "T/m",
                _ => "V",
            };
            assert_eq!(own.unit, unit, "{name}");
            match (own.position, position) {
                (Some(own), Some(golden)) => assert!(own.iter().zip(golden).all(|(a, b)| (a - b).abs() < 1e-9)),
                (own, golden) => assert_eq!(own, golden, "{name}: {channel}"),
            }
        }
    }
}

#[test]
fn some_trials_channels_and_times_are_parts_of_all() {
    let golden = goldens().remove("single-epo.fif").unwrap().values();
    for name in ["single-epo.fif", "packed-epo.fif.gz"] {
        let epochs = open_epochs(data(name).to_str().unwrap(), &OpenOptions::default()).unwrap();
        assert_eq!(epochs.read_trials(2..5).unwrap(), golden.select(Axis(0), &[2, 3, 4]), "{name}");
        let grad = epochs.with_channels(|channel| channel.kind == ChannelKind::Grad).unwrap();
        let part = grad.with_window("-0.004..0.008".parse().unwrap()).unwrap();
        let expected = golden.select(Axis(1), &[0, 1, 3]).select(Axis(2), &[1, 2, 3]);
        assert_eq!(part.read().unwrap(), expected, "{name}");
        let corrected = part.with_baseline("-0.008..0".parse().unwrap()).unwrap().read().unwrap();
        let before = golden.select(Axis(1), &[0, 1, 3]).select(Axis(2), &[0, 1]).mean_axis(Axis(2)).unwrap();
        let difference = corrected - expected + before.insert_axis(Axis(2));
        assert!(difference.iter().all(|value| value.abs() < 1e-26), "{difference}");
    }
    let of_kind = open_epochs(&format!("{}::eog", data("single-epo.fif").display()), &OpenOptions::default()).unwrap();
    assert_eq!((of_kind.channels().len(), of_kind.channels()[0].name.as_str()), (1, "EOG 061"));
    let error =
        open_epochs(&format!("{}::ecog", data("single-epo.fif").display()), &OpenOptions::default()).unwrap_err();
    assert!(error.to_string().contains("no channels of the kind 'ecog'"), "{error}");
    let error = of_kind.with_channels(|_| false).unwrap_err();
    assert_eq!(error.kind().name(), "Degenerate");
}

#[test]
fn every_kind_of_channel_is_a_layer() {
    let source = open_path(&data("single-epo.fif")).unwrap();
    let names: Vec<_> = source.layers().iter().map(Layer::name).collect();
    assert_eq!(names, ["mag", "grad", "eeg"]);
    let golden = goldens().remove("single-epo.fif").unwrap();
    let mag = layer(&source, "mag").read().unwrap();
    assert_eq!(mag.conditions().labels().unwrap(), golden.labels);
    assert_eq!(mag.values(), golden.values().index_axis(Axis(1), 2));
    let grad = layer(&source, "grad");
    assert_eq!((grad.n_conditions(), grad.n_features(), grad.shape()), (6, 15, [6, 3, 5].as_slice()));
    let features = grad.features();
    assert_eq!(features.names().unwrap()[4..6], ["MEG 0113 @ 0.008 s", "MEG 0112 @ -0.008 s"]);
    assert!((features.positions().unwrap().get(7)[0] - 10.0).abs() < 1e-6);
    assert_eq!(features.grid().unwrap().index(7), [1, 2]);
    let notes = source.warnings().join("\n");
    for part in [
        "every channel at each of 5 times (-0.008 to 0.008 s) is a feature; --window FROM..TO",
        "layer 'mag': 1 of 2 channels are marked as bad and left out: 'MEG 0121'",
        "layer 'eeg': 1 of 2 channels are marked as bad and left out: 'EEG 002'",
        "single-epo.fif::eog: eog (1), stim (1)",
    ] {
        assert!(notes.contains(part), "{notes}");
    }
    let eog = open_path(&data("single-epo.fif::eog")).unwrap();
    assert_eq!(eog.layers()[0].read().unwrap().values(), golden.values().index_axis(Axis(1), 7));
    let error = open_path(&data("single-epo.fif::ecg")).unwrap_err().to_string();
    assert!(error.contains("has no layer 'ecg'; it has 'mag', 'grad', 'eeg', 'eog', 'stim'"), "{error}");
    // Blocks, columns, and a layer whose features are chosen.
    let mut block = ndarray::Array2::zeros((2, 7));
    grad.read_block(3..5, 4..11, block.view_mut()).unwrap();
    assert_eq!(block, grad.read().unwrap().values().select(Axis(0), &[3, 4]).select(Axis(1), &[4, 5, 6, 7, 8, 9, 10]));
    let mut columns = ndarray::Array2::zeros((2, 3));
    grad.read_columns(0..2, &[14, 0, 6], columns.view_mut()).unwrap();
    assert_eq!(columns, grad.read().unwrap().values().select(Axis(1), &[14, 0, 6]).select(Axis(0), &[0, 1]));
}

#[test]
fn windows_and_conventions_choose_features() {
    let golden = goldens().remove("double-epo.fif").unwrap().values();
    let window = Some("0..0.008".parse().unwrap());
    let source = with_options("double-epo.fif", &OpenOptions { window, ..OpenOptions::default() });
    let mag = layer(&source, "mag");
    assert_eq!(
        mag.features().names().unwrap(),
        ["MEG 0111 @ 0.000 s", "MEG 0111 @ 0.004 s", "MEG 0121 @ 0.000 s", "MEG 0121 @ 0.004 s"]
    );
    let expected = golden.select(Axis(1), &[2, 4]).select(Axis(2), &[2, 3]);
    assert_eq!(
        mag.read().unwrap().values().iter().copied().collect::<Vec<_>>(),
        expected.iter().copied().collect::<Vec<_>>()
    );
    assert!(source.warnings().iter().all(|note| !note.contains("--window")), "{:?}", source.warnings());
    let mean = OpenOptions { convention: Convention::Mean, window, ..OpenOptions::default() };
    let source = with_options("double-epo.fif", &mean);
    let mag = layer(&source, "mag");
    assert_eq!(mag.features().names().unwrap(), ["MEG 0111", "MEG 0121"]);
    let expected = expected.mean_axis(Axis(2)).unwrap();
    assert!((&mag.read().unwrap().values() - &expected).iter().all(|value| value.abs() < 1e-26));
    // Axes that are said of other arrays do not turn trials.
    let axes = Some("channels,conditions,time".parse().unwrap());
    let source = with_options("double-epo.fif", &OpenOptions { axes, window, ..OpenOptions::default() });
    assert_eq!(layer(&source, "mag").n_conditions(), 6);
    let beyond = OpenOptions { window: Some("0..0.5".parse().unwrap()), ..OpenOptions::default() };
    let error = open(data("double-epo.fif").to_str().unwrap(), &beyond).unwrap_err().to_string();
    assert!(error.contains("double-epo.fif") && error.contains("-0.008 to 0.008 s"), "{error}");
}

#[test]
fn averages_are_conditions() {
    let source = open_path(&data("two-ave.fif")).unwrap();
    assert_eq!(source.layers()[0].conditions().labels().unwrap(), ["faces", "places: a"]);
    let notes = source.warnings().join("\n");
    assert!(notes.contains("left out, such as standard errors: 'face/cat' (aspect 101)"), "{notes}");
    let unnamed = open_path(&data("unnamed-ave.fif")).unwrap();
    assert!(unnamed.layers()[0].conditions().labels().is_none());
    assert!(unnamed.warnings().join("\n").contains("no labels; --conditions gives them"), "{:?}", unnamed.warnings());
    let error = open_path(&data("other_times-ave.fif")).unwrap_err().to_string();
    assert!(
        error.contains("different times: 'faces' -0.008 to 0.008 s, 'no comment' 0.000 to 0.008 s; crop"),
        "{error}"
    );
}

#[test]
fn files_that_continue_another_are_read_with_it() {
    let files = list_input_files(data("parts-epo.fif").to_str().unwrap());
    assert_eq!(files, [data("parts-epo.fif"), data("parts-epo-1.fif"), data("parts-epo-2.fif")]);
    let parts = ["parts-epo.fif", "parts-epo-1.fif", "parts-epo-2.fif"].map(|name| (name, bytes(name)));
    let all = folder(&parts);
    let source = open_path(all.path()).unwrap();
    let names: Vec<_> = source.layers().iter().map(|layer| (layer.name().to_owned(), layer.n_conditions())).collect();
    assert_eq!(names, ["mag", "grad", "eeg"].map(|kind| (format!("parts-epo/{kind}"), 6)));
    let missing = folder(&parts[..2]);
    let error = open_path(&missing.path().join("parts-epo.fif")).unwrap_err();
    assert!(error.kind().name() == "Io" && error.to_string().contains("is continued in 'parts-epo-2.fif'"), "{error}");
    let other = folder(&[parts[0].clone(), ("parts-epo-1.fif", bytes("long-epo.fif"))]);
    let error = open_path(&other.path().join("parts-epo.fif")).unwrap_err().to_string();
    assert!(error.contains("has other channels or times"), "{error}");
    let circle = folder(&[parts[0].clone(), ("parts-epo-1.fif", bytes("parts-epo.fif"))]);
    let error = open_path(&circle.path().join("parts-epo.fif")).unwrap_err().to_string();
    assert!(error.contains("which it continues"), "{error}");
}

#[test]
fn files_of_other_things_are_refused_by_name() {
    let message = |name: &str| open_path(&data(name)).unwrap_err().to_string();
    let raw = message("x_raw.fif");
    assert!(
        raw.contains("is a continuous recording") && raw.contains("mne.io.read_raw_fif(") && raw.contains("x-epo.fif"),
        "{raw}"
    );
    assert!(message("x-cov.fif").contains("holds a noise covariance and no trials"));
    let notes = open_path(&data("projected-epo.fif")).unwrap().warnings().join("\n");
    assert!(notes.contains("projections of MNE that are not applied: Average EEG reference; apply_proj()"), "{notes}");
    let error = read_rdms(data("single-epo.fif").to_str().unwrap(), &OpenOptions::default()).unwrap_err().to_string();
    assert!(error.contains("holds trials of sensors and no dissimilarity matrix"), "{error}");
    let error = open_bytes("x.fif", b"hello, this is a text and no FIF file").unwrap_err().to_string();
    assert!(error.contains("does not start like a FIF file"), "{error}");
}

/// The place of a tag's head: the first with this kind and type.
fn find_tag(bytes: &[u8], kind: i32, form: u32) -> usize {
    let wanted = [kind.to_be_bytes(), form.to_be_bytes()].concat();
    bytes.windows(8).position(|window| window == wanted).unwrap()
}

#[test]
fn claims_are_checked() {
    const MATRIX: u32 = 0x4000_0004;
    let sound = bytes("single-epo.fif");
    let with = |at: usize, word: u32| {
        let mut file = sound.clone();
        file[at..at + 4].copy_from_slice(&word.to_be_bytes());
        open_bytes("x-epo.fif", &file).map(|source| source.layers()[0].n_conditions())
    };
    let data = find_tag(&sound, 302, MATRIX);
    let size = u32::from_be_bytes(sound[data + 8..][..4].try_into().unwrap()) as usize;
    let shape = data + 16 + size - 16;
    let message = |at: usize, word: u32| with(at, word).unwrap_err().to_string();
    // Sizes, shapes and links that lie.
    assert!(message(data + 8, u32::MAX).contains("claims 4294967295 bytes"));
    assert!(message(data + 12, 8).contains("names 8 as the place of the next tag"));
    assert!(message(data + 4, 0x4000_0014).contains("real 32- or 64-bit floats"));
    assert!(message(shape, 6).contains("claims the shape (6, 9, 6)"));
    assert!(message(shape, u32::MAX).contains("negative length"));
    assert!(message(shape + 12, 4).contains("impossible number of axes"));
    // The first and the last sample, the rate, and the number of channels.
    for (kind, form, word, part) in [
        (208, 3, 0, "for 6 events, 9 channels and 3 times"),
        (209, 3, 0x8000_0000, "9 channels and 0 times"),
        (201, 4, 0, "the sampling rate is 0 Hz"),
        (201, 4, 0x7fc0_0000, "the sampling rate is NaN Hz"),
        (200, 3, 8, "says that it has 8 channels, and describes 9"),
        (3561, 3, 0, ""),
    ] {
        let outcome = with(find_tag(&sound, kind, form) + 16, word);
        match part {
            "" => assert!(outcome.is_ok()),
            _ => assert!(outcome.unwrap_err().to_string().contains(part), "{part}"),
        }
    }
    // The factor of a channel.
    let channel = find_tag(&sound, 203, 30) + 16;
    assert!(message(channel + 16, 0).contains("the factor of channel 'MEG 0113' is 0"));
    let mut twice = sound.clone();
    let second = channel + 112;
    twice[second + 80..second + 96].copy_from_slice(&sound[channel + 80..channel + 96]);
    let error = open_bytes("x.fif", &twice).unwrap_err().to_string();
    assert!(error.contains("two channels 'MEG 0113'"), "{error}");
}

#[test]
fn every_beginning_of_a_file_is_an_error() {
    let sound = bytes("single-epo.fif");
    for length in (0..sound.len() - 16).step_by(7) {
        let error = open_bytes("x-epo.fif", &sound[..length]).unwrap_err();
        assert!(error.kind().name() == "Format" && error.to_string().contains("x-epo.fif"), "{length}: {error}");
    }
    let packed = bytes("packed-epo.fif.gz");
    for length in [0, 10, 100, packed.len() / 2, packed.len() - 20, packed.len() - 9, packed.len() - 4] {
        let error = open_bytes("x-epo.fif.gz", &packed[..length]).unwrap_err();
        assert!(error.kind().name() == "Format" && error.to_string().contains("x-epo.fif.gz"), "{length}: {error}");
    }
    let mut damaged = packed.clone();
    let checksum = packed.len() - 8;
    damaged[checksum] ^= 1;
    assert!(open_bytes("x-epo.fif.gz", &damaged).is_err());
    let layer = open_bytes("x-epo.fif.gz", &packed).unwrap().into_layers().remove(0);
    assert!(layer.ensure_read_in_place().unwrap_err().to_string().contains("gunzip"));
}
