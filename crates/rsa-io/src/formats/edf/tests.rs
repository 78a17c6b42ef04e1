//! Recordings that MNE reads (`tests/data/make_recordings.py`), and files that lie.

use std::path::{Path, PathBuf};

use crate::{
    Layer, OpenOptions, open, open_epochs,
    tests::{
        recordings::{ensure_alike, golden_recordings, window_options},
        samples::{folder, open_bytes, open_path},
    },
};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/edf").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(data(name)).unwrap()
}

/// A file in which the first `from` is replaced by a text of the same length.
fn replaced(name: &str, from: &str, to: &str) -> Vec<u8> {
    let mut file = bytes(name);
    assert_eq!(from.len(), to.len());
    let at = file.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    file[at..at + to.len()].copy_from_slice(to.as_bytes());
    file
}

fn samples_of(file: &[u8]) -> Vec<i64> {
    let folder = folder(&[("x.edf", file)]);
    let epochs = open_epochs(folder.path().join("x.edf").to_str().unwrap(), &window_options()).unwrap();
    epochs.event_samples().unwrap().to_vec()
}

#[test]
fn values_around_events_are_those_of_mne() {
    let goldens = golden_recordings(&data("goldens.json"));
    assert_eq!(goldens.len(), 2);
    for (name, golden) in goldens {
        let epochs = open_epochs(data(&name).to_str().unwrap(), &window_options()).unwrap();
        ensure_alike(&epochs, &golden, &name);
        let kinds: Vec<_> = epochs.channels().iter().map(|channel| channel.kind.word()).collect();
        assert_eq!(kinds, ["eeg", "eog", "eeg"], "{name}");
        let source = open(data(&name).to_str().unwrap(), &window_options()).unwrap();
        assert_eq!(source.layers().iter().map(Layer::name).collect::<Vec<_>>(), ["eeg"]);
        let error = open_path(&data(&name)).unwrap_err().to_string();
        assert!(
            error.contains("3 channels × 150 samples (0.6 s at 250 Hz)") && error.contains("'S  1' (2)"),
            "{error}"
        );
    }
}

#[test]
fn gaps_between_records_are_respected() {
    assert_eq!(samples_of(&bytes("plus.edf")), [30, 52, 75, 111, 118]);
    // The last record is at 9.5 s, so that the trial of the event before it has a gap, and an event is in the gap.
    let moved = |from: &str, to: &str, file: &[u8]| {
        let mut file = file.to_vec();
        let at = file.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        file[at..at + to.len()].copy_from_slice(to.as_bytes());
        file
    };
    let gap = moved("+0.5\u{14}\u{14}", "+9.5\u{14}\u{14}", &replaced("plus.edf", "EDF+C", "EDF+D"));
    assert_eq!(samples_of(&gap), [30, 52, 75, 111]);
    let within = moved("+0.444", "+0.544", &gap);
    let folder = folder(&[("x.edf", within)]);
    let epochs = open_epochs(folder.path().join("x.edf").to_str().unwrap(), &window_options()).unwrap();
    assert_eq!(epochs.event_samples().unwrap(), [30, 52, 75]);
    let notes = epochs.notes().join("\n");
    assert!(notes.contains("was interrupted 1 times; no trial spans a gap"), "{notes}");
    assert!(notes.contains("1 annotations are at times that the recording does not have"), "{notes}");
    let error = open_bytes("x.edf", &moved("+0.4\u{14}\u{14}", "-0.4\u{14}\u{14}", &gap)).unwrap_err().to_string();
    assert!(error.contains("record 4 begins at -0.4 s, before the end of the one before it"), "{error}");
}

#[test]
fn headers_that_lie_are_refused() {
    let message = |file: &[u8]| open_bytes("x.edf", file).unwrap_err().to_string();
    let rates = message(&bytes("rates.edf"));
    assert!(
        rates.contains("several sampling rates, and one is read: 'EEG Cz' 250 Hz, 'Resp' 100 Hz; choose"),
        "{rates}"
    );
    assert!(message(b"hello").contains("data end early"));
    assert!(message(&[b'x'; 600]).contains("does not start like an EDF or BDF file"));
    for (from, to, part) in [
        ("0.1     4   ", "0.0     4   ", "claims records of 0 s"),
        ("0.1     4   ", "nan     4   ", "the duration of a record is 'nan'"),
        ("0.1     4   ", "0.1     9   ", "claims 9 signals, with a header of 1280 bytes"),
        ("1280    EDF+C", "1024    EDF+C", "claims 4 signals, with a header of 1024 bytes"),
        (
            "25      25      25      ",
            "99999999999999999999    ",
            "claims records of 400020028 bytes, and 1104 are there",
        ),
        ("25      25      25      ", "0       25      25      ", "has 0 samples in a record"),
        ("-200    -200", "250     -200", "signal 'EEG Cz': has the range 250 to 250"),
        ("-32768  -32768", "32767   -32768", "for the numbers 32767 to 32767"),
        ("+0.12\u{14}S", "x0.12\u{14}S", "an annotation of record 1 has no time"),
    ] {
        let error = message(&replaced("plus.edf", from, to));
        assert!(error.contains("x.edf") && error.contains(part), "{part}: {error}");
    }
    // A recording that was not stopped, and one whose end is missing.
    assert_eq!(samples_of(&replaced("plus.edf", "6       0.1", "-1      0.1")), [30, 52, 75, 111, 118]);
    let whole = bytes("plus.edf");
    assert_eq!(samples_of(&whole[..whole.len() - 184]), [30, 52, 75, 111]);
    let source = crate::list_contents(data("plus.edf").to_str().unwrap(), &OpenOptions::default()).unwrap();
    assert!(source.arrays.is_empty() && source.unread[0].0 == "plus", "{source:?}");
}
