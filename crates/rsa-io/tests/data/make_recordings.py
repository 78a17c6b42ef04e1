"""Writes the files of brainvision/ and edf/ and what MNE reads in them: python make_recordings.py.

With MNE 1.13.2, pybv 0.8.1, edfio 0.4.18 and NumPy 2.4.6. goldens.json has, for every recording, the channels (name, kind,
position in mm or null), the sampling rate, the labels and samples of the events whose window is within the recording, and
the values around them from -0.02 to 0.04 s.
"""

import json
import re
from pathlib import Path

import edfio
import mne
import numpy as np
import pybv

mne.set_log_level("ERROR")
HERE = Path(__file__).parent
RATE = 250.0
NAMES = ["Fp1", "Cz", "a,b", "HEOGL"]
EVENTS = [(30, "S  1"), (52, "S  2"), (75, "S  1"), (111, "S  3"), (118, "S  2")]


def values(n_channels=4, n_samples=120):
    return np.random.default_rng(3).normal(size=(n_channels, n_samples)) * 20e-6


def brainvision(folder):
    stimuli = [
        {"onset": onset, "duration": 1, "description": int(name[1:]), "type": "Stimulus"} for onset, name in EVENTS
    ]
    events = [*stimuli, {"onset": 60, "duration": 1, "description": 9, "type": "Response"}]
    for name, form, resolution in [("float", "binary_float32", 0.1), ("int16", "binary_int16", 0.5)]:
        pybv.write_brainvision(
            data=values(),
            sfreq=RATE,
            ch_names=NAMES,
            fname_base=name,
            folder_out=folder,
            events=events,
            resolution=resolution,
            unit="µV",
            fmt=form,
            overwrite=True,
            meas_date=None,
        )
    # The same numbers channel by channel, with a header in Latin-1 and positions.
    numbers = np.fromfile(folder / "int16.eeg", "<i2").reshape(-1, 4)
    numbers.T.tofile(folder / "vectorized.eeg")
    header = (folder / "int16.vhdr").read_text("utf-8").replace("int16.", "vectorized.").replace("UTF-8", "Latin-1")
    header = header.replace("=MULTIPLEXED", "=VECTORIZED\nDataPoints=120").replace("Codepage=Latin-1\n", "")
    header = header.replace("[Comment]", "[Coordinates]\nCh1=1,-90,-72\nCh2=92.5,0,0\nCh3=1,45,45\nCh4=1,-90,-72\n\n[Comment]")
    (folder / "vectorized.vhdr").write_bytes(header.encode("latin-1"))
    (folder / "vectorized.vmrk").write_text((folder / "int16.vmrk").read_text("utf-8").replace("int16.", "vectorized."))
    return [(folder / f"{name}.vhdr", mne.io.read_raw_brainvision) for name in ["float", "int16", "vectorized"]]


def edf(folder):
    data = values(3, 150) * 1e6
    annotations = [edfio.EdfAnnotation(onset / RATE, None, name) for onset, name in EVENTS]
    labels = ["EEG Cz", "EOG left", "EEG Pz"]
    read = []
    for name, signal, file, reader in [
        ("plus.edf", edfio.EdfSignal, edfio.Edf, mne.io.read_raw_edf),
        ("plus.bdf", edfio.BdfSignal, edfio.Bdf, mne.io.read_raw_bdf),
    ]:
        signals = [
            signal(row, RATE, label=label, physical_dimension="uV", physical_range=(-200, 250))
            for row, label in zip(data, labels)
        ]
        file(signals, annotations=annotations, data_record_duration=0.1).write(folder / name)
        read.append((folder / name, reader))
    signals = [
        edfio.EdfSignal(data[0], RATE, label="EEG Cz", physical_dimension="uV"),
        edfio.EdfSignal(data[1, :60], 100, label="Resp", physical_dimension="mmHg"),
    ]
    edfio.Edf(signals, data_record_duration=0.2).write(folder / "rates.edf")
    return read


def golden(path, reader):
    raw = reader(path, preload=True)
    wanted = sorted({name for name in raw.annotations.description if re.search("S  [0-9]", name)})
    events, ids = mne.events_from_annotations(raw, {name: k + 1 for k, name in enumerate(wanted)})
    epochs = mne.Epochs(raw, events, ids, -0.02, 0.04, baseline=None, preload=True)
    names = {number: name for name, number in ids.items()}
    channels = []
    for channel, kind in zip(raw.info["chs"], raw.get_channel_types()):
        place = np.asarray(channel["loc"][:3]) * 1000
        known = np.isfinite(place).all() and place.any()
        channels.append([channel["ch_name"], kind, place.tolist() if known else None])
    return {
        "channels": channels,
        "rate": raw.info["sfreq"],
        "labels": [names[number] for number in epochs.events[:, 2]],
        "samples": epochs.events[:, 0].tolist(),
        "values": epochs.get_data().tolist(),
    }


def main():
    for kind, write in [("brainvision", brainvision), ("edf", edf)]:
        folder = HERE / kind
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        goldens = {path.name: golden(path, reader) for path, reader in write(folder)}
        (folder / "goldens.json").write_text(json.dumps(goldens))


main()
