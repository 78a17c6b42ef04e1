"""Writes the files of meadows/, in the layouts of exports of Meadows, and what rsatoolbox reads in them: python
make_meadows.py, with rsatoolbox 0.3.2 and SciPy 1.17.1.
"""

import json
from pathlib import Path

import numpy as np
import scipy.io
from rsatoolbox.io.meadows import load_rdms

FOLDER = Path(__file__).parent / "meadows"
STIMULI = ["river.png", "beach.png", "old fireplace.jpeg", "tree.png"]


def mat(name, variables):
    scipy.io.savemat(FOLDER / name, variables)
    # The first 116 bytes are a text with the date of writing.
    data = (FOLDER / name).read_bytes()
    (FOLDER / name).write_bytes(b"MATLAB 5.0 MAT-file, made by make_meadows.py".ljust(116) + data[116:])


def task(name, kind, rdm=None):
    names = [stimulus.split(".")[0] for stimulus in STIMULI]
    stimuli = [{"id": str(k), "name": name, "type": "png"} for k, name in enumerate(names)]
    own = {"status": "finished", "task": {"name": name, "task_type": kind}, "stimuli": stimuli if rdm else [], "trials": []}
    return own | ({"rdm": rdm} if rdm else {})


def main():
    FOLDER.mkdir(exist_ok=True)
    rdms = [np.array([[0.1, 0.7, 0.25, 1 / 3, 0.5, 0.9]]), np.array([[0.6, 0.2, 0.3, 0.4, 1 / 7, 0.8]])]
    mat("Meadows_myExp_v_v1_cuddly-bunny_3_1D.mat", {"stimuli": STIMULI, "rdmutv": rdms[0]})
    both = {}
    for participant, rdm in zip(["able_fish", "cuddly_bunny"], rdms):
        both[f"stimuli_{participant}"] = STIMULI
        both[f"rdmutv_{participant}"] = rdm
    mat("Meadows_myExp_v_v1_arrangement_1D.mat", both)
    tasks = [
        task("intro", "info"),
        task("first", "multiarrange", rdms[0][0].tolist()),
        task("second", "multiarrange", rdms[1][0].tolist()),
    ]
    text = json.dumps({"token": None, "tasks": tasks})
    (FOLDER / "Meadows_myExp_v_v1_cuddly-bunny_tree.json").write_text(text + "\n")
    goldens = {}
    for path in sorted(FOLDER.glob("Meadows_*")):
        read = load_rdms(str(path), sort=False)
        goldens[path.name] = {
            "values": read.dissimilarities.tolist(),
            "conditions": [str(label) for label in read.pattern_descriptors["conds"]],
            "participants": [str(name) for name in read.rdm_descriptors["participant"]],
            "tasks": [str(name) for name in read.rdm_descriptors.get("task", [])] or None,
        }
    (FOLDER / "goldens.json").write_text(json.dumps(goldens, indent=1) + "\n")


if __name__ == "__main__":
    main()
