"""Times rsatoolbox on the data that a benchmark left behind; prints {name: seconds} as JSON.

Started by the benchmarks of this directory; see comparisons.rs, dissimilarities.rs and inference.rs.
"""

import json
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")

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
    """As in peers.rs."""
    call()
    start, times = time.perf_counter(), []
    while len(times) < 3 or (time.perf_counter() - start < 0.5 and len(times) < 1000):
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


if __name__ == "__main__":
    print(json.dumps({"comparisons": comparisons, "dissimilarities": dissimilarities}[sys.argv[1]](*sys.argv[2:])))
