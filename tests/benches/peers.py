"""Times rsatoolbox on the data that a benchmark left behind; prints {name: seconds} as JSON.

Started by the benchmarks of this directory; see comparisons.rs, dissimilarities.rs and inference.rs.
"""

import json
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")

from rsatoolbox.inference import eval_dual_bootstrap  # noqa: E402
from rsatoolbox.model import ModelFixed, ModelWeighted  # noqa: E402
from rsatoolbox.model.fitter import fit_regress  # noqa: E402
from rsatoolbox.rdm import RDMs, compare  # noqa: E402

METHODS = {
    "cosine": "cosine",
    "pearson": "corr",
    "spearman": "spearman",
    "rho-a": "rho-a",
    "kendall-a": "tau-a",
    "whitened-cosine": "cosine_cov",
    "whitened-pearson": "corr_cov",
    "bures": "bures",
}


def shortest_seconds(call):
    """As in comparisons.rs."""
    call()
    start, times = time.perf_counter(), []
    while len(times) < 10 or (time.perf_counter() - start < 1.0 and len(times) < 1000):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return min(times)


def comparisons(directory):
    a, b = (RDMs(np.load(f"{directory}/{name}.npy")) for name in "ab")
    return {name: shortest_seconds(lambda: compare(a, b, method=method)) for name, method in METHODS.items()}


def dissimilarities(directory):
    from rsatoolbox.data import Dataset
    from rsatoolbox.data.noise import cov_from_residuals
    from rsatoolbox.rdm import calc_rdm

    patterns, runs, residuals = (np.load(f"{directory}/{name}.npy") for name in ["patterns", "runs", "residuals"])
    dataset = Dataset(patterns)
    measured = Dataset(
        runs, obs_descriptors={"condition": np.arange(len(runs)) % 92, "run": np.arange(len(runs)) // 92}
    )

    def crossnobis():
        return calc_rdm(measured, method="crossnobis", descriptor="condition", cv_descriptor="run")

    def once(call):
        """What takes many seconds is timed once."""
        began = time.perf_counter()
        call()
        return time.perf_counter() - began

    return {
        "product": shortest_seconds(lambda: patterns @ patterns.T),
        "correlation": once(lambda: calc_rdm(dataset, method="correlation")),
        "squared-euclidean": shortest_seconds(lambda: calc_rdm(dataset, method="euclidean")),
        "crossnobis": shortest_seconds(crossnobis),
        "shrinkage-identity": once(lambda: cov_from_residuals(residuals, method="shrinkage_eye", dof=299)),
        "shrinkage-diagonal": once(lambda: cov_from_residuals(residuals, method="shrinkage_diag", dof=299)),
    }


def inference(directory):
    """Seconds a resample, of both subjects and conditions."""
    data, rows = RDMs(np.load(f"{directory}/subjects.npy")), np.load(f"{directory}/models.npy")
    models = [ModelFixed(f"m{k}", row) for k, row in enumerate(rows)]

    def seconds(models, method, resamples=6, **settings):
        began = time.perf_counter()
        eval_dual_bootstrap(models, data, method=method, N=resamples, **settings)
        return (time.perf_counter() - began) / resamples

    found = {}
    for name, resamples in (("pearson", 10), ("spearman", 4), ("rho-a", 4), ("kendall-a", 4), ("whitened-pearson", 2)):
        runs = (seconds(models, METHODS[name], resamples, k_pattern=1, k_rdm=1) for _ in range(2))
        found[name] = min(runs)
    weighted = ModelWeighted("weighted", rows[:5])
    folds = {"k_pattern": 2, "k_rdm": 2, "n_cv": 2, "fitter": fit_regress}
    found["weighted, pearson"] = min(seconds([weighted], "corr", **folds) for _ in range(2))
    return found


if __name__ == "__main__":
    commands = {"comparisons": comparisons, "dissimilarities": dissimilarities, "inference": inference}
    print(json.dumps(commands[sys.argv[1]](*sys.argv[2:])))
