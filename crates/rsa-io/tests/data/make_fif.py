"""Writes the files of fif/ and what MNE reads in them: python make_fif.py, with MNE 1.13.2 and NumPy 2.4.6.

goldens.json has, for every file that is read, the channels (name, kind, position in mm or null, bad or not), the times,
the labels and samples of the events, and the values, trials × channels × times.
"""

import json
from pathlib import Path

import mne
import numpy as np

mne.set_log_level("ERROR")
FOLDER = Path(__file__).parent / "fif"
NAMES = ["MEG 0113", "MEG 0112", "MEG 0111", "MEG 0122", "MEG 0121", "EEG 001", "EEG 002", "EOG 061", "STI 014"]
KINDS = ["grad", "grad", "mag", "grad", "mag", "eeg", "eeg", "eog", "stim"]
EVENTS = np.array([[20, 0, 1], [35, 0, 2], [50, 0, 1], [72, 0, 7], [90, 0, 2], [105, 0, 1]])
IDS = {"face/cat": 1, "a:b": 2, "é place": 7}


def info(names=NAMES, kinds=KINDS):
    made = mne.create_info(names, 250.0, kinds)
    for k, channel in enumerate(made["chs"]):
        if kinds[k] in ("mag", "grad", "eeg"):
            channel["loc"][:3] = [0.01 * k, -0.02, 0.05 + 0.001 * k]
        # The factors that Neuromag writes.
        channel["cal"] = {"grad": 3.25e-9, "mag": 4.14e-11, "eeg": 1e-6}.get(kinds[k], 1.0)
    return made


def values(n_trials, n_channels, n_times=5, seed=0):
    scales = np.array([1e-12, 1e-12, 1e-13, 1e-12, 1e-13, 1e-6, 1e-6, 1e-5, 1.0])[:n_channels]
    return np.random.default_rng(seed).normal(size=(n_trials, n_channels, n_times)) * scales[:, None]


def epochs(bads=(), names=NAMES, events=EVENTS, ids=IDS, seed=0):
    made = info(names)
    made["bads"] = list(bads)
    return mne.EpochsArray(values(len(events), len(names), seed=seed), made, events, tmin=-0.008, event_id=ids, proj=False)


def golden(read, labels, samples, data):
    kinds = read.get_channel_types()
    channels = []
    for channel, kind in zip(read.info["chs"], kinds):
        place = np.asarray(channel["loc"][:3], dtype=float) * 1000
        known = np.isfinite(place).all() and place.any()
        channels.append([channel["ch_name"], kind, place.tolist() if known else None, channel["ch_name"] in read.info["bads"]])
    times = [read.times[0], read.times[-1], len(read.times)]
    return {"channels": channels, "times": times, "labels": labels, "samples": samples, "values": data.tolist()}


def golden_epochs(name):
    read = mne.read_epochs(FOLDER / name, proj=False)
    names = {number: label for label, number in read.event_id.items()}
    labels = [names[number] for number in read.events[:, 2]]
    return golden(read, labels, read.events[:, 0].tolist(), read.get_data())


def golden_averages(name):
    read = mne.read_evokeds(FOLDER / name, proj=False)
    read = [evoked for evoked in read if evoked.kind == "average"]
    return golden(read[0], [evoked.comment for evoked in read], None, np.stack([evoked.data for evoked in read]))


def main():
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    epochs(bads=["MEG 0121", "EEG 002"]).save(FOLDER / "single-epo.fif")
    epochs().save(FOLDER / "double-epo.fif", fmt="double")
    epochs().save(FOLDER / "packed-epo.fif.gz")
    long = ["a channel with a long name", *NAMES[1:]]
    epochs(names=long, bads=long[:1]).save(FOLDER / "long-epo.fif")
    many = epochs(seed=1)
    projected = many.copy().load_data()
    projected.set_eeg_reference("average", projection=True)
    projected.save(FOLDER / "projected-epo.fif")
    averages = [many[name].average() for name in ["face/cat", "a:b"]]
    for evoked, comment in zip(averages, ["faces", "places: a"]):
        evoked.comment = comment
    error = many["face/cat"].standard_error()
    mne.write_evokeds(FOLDER / "two-ave.fif", [*averages, error])
    averages[1].comment = ""
    mne.write_evokeds(FOLDER / "unnamed-ave.fif", averages)
    averages[1].crop(0, None)
    mne.write_evokeds(FOLDER / "other_times-ave.fif", averages)
    # save() divides files of 1 MiB or more; this is what it calls for each part.
    parts = [FOLDER / "parts-epo.fif", FOLDER / "parts-epo-1.fif", FOLDER / "parts-epo-2.fif"]
    for k, part in enumerate([many[:3], many[3:4], many[4:]]):
        mne.epochs._save_split(part, parts, k, len(parts), "single", True)
    raw = mne.io.RawArray(values(1, 9, 20)[0], info())
    raw.save(FOLDER / "x_raw.fif")
    mne.make_ad_hoc_cov(info()).save(FOLDER / "x-cov.fif")
    goldens = {}
    for path in sorted(FOLDER.iterdir()):
        if path.name.endswith(("-epo.fif", "-epo.fif.gz")):
            goldens[path.name] = golden_epochs(path.name)
        elif path.name == "two-ave.fif":
            goldens[path.name] = golden_averages(path.name)
    (FOLDER / "goldens.json").write_text(json.dumps(goldens))


main()
