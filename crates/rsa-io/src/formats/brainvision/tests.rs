//! Recordings that MNE reads (`tests/data/make_recordings.py`), and files that lie.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{
    Layer, LayerSource, OpenOptions, list_input_files, open, open_epochs,
    tests::{
        recordings::{GoldenRecording, ensure_alike, golden_recordings, window_options},
        samples::{folder, open_path},
    },
};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/brainvision").join(name)
}

/// A recording of which a part of the header or the markers is replaced.
fn replaced(name: &str, extension: &str, from: &str, to: &str) -> TempDir {
    let files = ["vhdr", "vmrk", "eeg"].map(|kind| {
        let mut bytes = std::fs::read(data(&format!("{name}.{kind}"))).unwrap();
        if kind == extension {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(from), "{text}");
            bytes = text.replacen(from, to, 1).into_bytes();
        }
        (format!("{name}.{kind}"), bytes)
    });
    folder(&files.each_ref().map(|(name, bytes)| (name.as_str(), bytes)))
}

fn open_with(path: &Path, options: &OpenOptions) -> rsa_core::Result<LayerSource> {
    open(path.to_str().unwrap(), options)
}

#[test]
fn values_around_events_are_those_of_mne() {
    let goldens = golden_recordings(&data("goldens.json"));
    assert_eq!(goldens.len(), 3);
    for (name, golden) in goldens {
        let epochs = open_epochs(data(&name).to_str().unwrap(), &window_options()).unwrap();
        ensure_alike(&epochs, &golden, &name);
        for (own, GoldenRecording { kind, position, .. }) in epochs.channels().iter().zip(golden.channels()) {
            assert_eq!((own.kind.word(), own.unit.as_str()), (kind.as_str(), "V"), "{name}");
            // MNE drops the place of an EOG channel.
            if let ("eeg", Some(expected)) = (kind.as_str(), position) {
                assert!(own.position.unwrap().iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{name}");
            }
        }
        let source = open_with(&data(&name), &window_options()).unwrap();
        let layers: Vec<_> = source.layers().iter().map(Layer::name).collect();
        assert_eq!(layers, ["eeg"], "{name}");
        let notes = source.warnings().join("\n");
        for part in [
            "markers of type Stimulus are the events, and none of the types 'Response' (1)",
            "2 of 5 events are left out, because the recording does not have all of -0.02 to 0.044 s",
            "around 3 events: 'Stimulus/S  1' (2), 'Stimulus/S  2' (1)",
            "no baseline is subtracted; --baseline",
            "eog (1)",
        ] {
            assert!(notes.contains(part), "{name}: {notes}");
        }
    }
}

#[test]
fn a_recording_without_a_window_says_what_it_holds() {
    let error = open_path(&data("float.vhdr")).unwrap_err().to_string();
    for part in
        ["float.vhdr", "4 channels × 120 samples (0.5 s at 250 Hz)", "--window -0.1..0.5", "'Stimulus/S  1' (2)"]
    {
        assert!(error.contains(part), "{error}");
    }
    let files = list_input_files(data("float.vhdr").to_str().unwrap());
    assert_eq!(files, ["float.vhdr", "float.eeg", "float.vmrk"].map(data));
    let by_data = open_with(&data("float.eeg"), &window_options()).unwrap();
    assert_eq!(by_data.layers()[0].read().unwrap().n_conditions(), 3);
    let alone = folder(&[("x.eeg", [0; 8])]);
    let error = open_path(&alone.path().join("x.eeg")).unwrap_err().to_string();
    assert!(error.contains("x.vhdr' is missing beside it"), "{error}");
    // A folder reads the three files as one.
    let whole = replaced("float", "", "", "");
    let source = open_with(whole.path(), &window_options()).unwrap();
    assert_eq!(source.layers()[0].name(), "float/eeg");
}

#[test]
fn no_trial_spans_an_interruption() {
    let broken = replaced("float", "vmrk", "Mk6=Response", "Mk6=New Segment,,55,1,0\nMk7=Response");
    let epochs = open_epochs(broken.path().join("float.vhdr").to_str().unwrap(), &window_options()).unwrap();
    assert_eq!(epochs.event_samples().unwrap(), [30, 75]);
    // A break before the first sample of a trial does not matter: that of the event at 75 is 70.
    let before = replaced("float", "vmrk", "Mk6=Response", "Mk6=New Segment,,71,1,0\nMk7=Response");
    let epochs = open_epochs(before.path().join("float.vhdr").to_str().unwrap(), &window_options()).unwrap();
    assert_eq!(epochs.event_samples().unwrap(), [30, 52, 75]);
    let segments = "DataOrientation=MULTIPLEXED\nSegmentationType=MARKERBASED\nSegmentDataPoints=40";
    let segmented = replaced("float", "vhdr", "DataOrientation=MULTIPLEXED", segments);
    let path = segmented.path().join("float.vhdr");
    assert_eq!(open_epochs(path.to_str().unwrap(), &window_options()).unwrap().event_samples().unwrap(), [52]);
    // Where segments have an event of their own, others are none.
    let zeros = "Mk6=Time 0,,53,1,0\nMk7=Time 0,,20,1,0\nMk8=Response";
    let zero = replaced("float", "vmrk", "Mk6=Response", zeros);
    let epochs = open_epochs(zero.path().join("float.vhdr").to_str().unwrap(), &window_options()).unwrap();
    assert_eq!(epochs.event_samples().unwrap(), [52]);
}

#[test]
fn events_of_bids_come_first() {
    let bids = replaced("float", "vhdr", "[Comment]", "[Comment]");
    let table =
        "onset\tduration\ttrial_type\n0.08\t0.1\tface\nn/a\t0.1\tface\n0.2\tn/a\thouse\n0.24\t0\tn/a\n-0.1\t0\tlate\n";
    std::fs::write(bids.path().join("float_events.tsv"), table).unwrap();
    let path = bids.path().join("float.vhdr");
    let epochs = open_epochs(path.to_str().unwrap(), &window_options()).unwrap();
    assert_eq!(
        (epochs.labels().unwrap(), epochs.event_samples().unwrap()),
        (["face".into(), "house".into()].as_slice(), [20, 50].as_slice())
    );
    assert!(
        epochs.notes().iter().any(|note| note.contains("events are those of 'float_events.tsv'")),
        "{:?}",
        epochs.notes()
    );
    std::fs::write(bids.path().join("float_events.tsv"), "onset\tkind\n0.1\tface\n").unwrap();
    let error = open_path(&path).unwrap_err().to_string();
    assert!(
        error.contains("float_events.tsv") && error.contains("no column 'trial_type'; it has 'onset', 'kind'"),
        "{error}"
    );
}

#[test]
fn headers_that_lie_are_refused() {
    for (from, to, part) in [
        ("Data Exchange Header File", "Data", "does not start like a header file of BrainVision"),
        ("=MULTIPLEXED", "=DIAGONAL", "the orientation is 'DIAGONAL'"),
        ("DataFormat=BINARY", "DataFormat=ASCII", "keeps its numbers as text"),
        ("SamplingInterval=4000.0", "SamplingInterval=0", "the sampling interval is '0' µs"),
        ("SamplingInterval=4000.0", "SamplingInterval=nan", "the sampling interval is 'nan' µs"),
        ("NumberOfChannels=4", "NumberOfChannels=3", "describes 'Ch4', and there are 3 channels"),
        ("NumberOfChannels=4", "NumberOfChannels=5", "does not describe channel Ch5"),
        ("NumberOfChannels=4", "NumberOfChannels=99999999", "has no number of channels"),
        (
            "NumberOfChannels=4",
            "NumberOfChannels=4\nDataPoints=121",
            "claims 121 samples of 4 channels, and 120 are there",
        ),
        ("=IEEE_FLOAT_32", "=FLOAT_8", "the numbers are 'FLOAT_8'"),
        ("Cz,,0.1", "Cz,,0", "the resolution of channel 'Cz' (Ch2) is '0'"),
        ("DataFile=float.eeg", "DataFile=/x/other.dat", ""),
    ] {
        let files = replaced("float", "vhdr", from, to);
        let outcome = open_with(&files.path().join("float.vhdr"), &window_options());
        match part {
            "" => {
                let notes = outcome.unwrap().warnings().join("\n");
                assert!(notes.contains("names 'other.dat', which is not there; 'float.eeg' is read"), "{notes}");
            }
            _ => {
                let error = outcome.unwrap_err().to_string();
                assert!(error.contains("float.vhdr") && error.contains(part), "{part}: {error}");
            }
        }
    }
    let markers = replaced("float", "vmrk", "S  2,53", "S  2,x");
    let error = open_path(&markers.path().join("float.vhdr")).unwrap_err().to_string();
    assert!(error.contains("float.vmrk") && error.contains("the marker Mk2 stands at 'x'"), "{error}");
    let far = OpenOptions { window: Some("-9..-8".parse().unwrap()), ..OpenOptions::default() };
    let error = open_with(&data("float.vhdr"), &far).unwrap_err().to_string();
    assert!(
        error.contains("no event has all of -9 to -8 s around it") && error.contains("float_events.tsv"),
        "{error}"
    );
}
