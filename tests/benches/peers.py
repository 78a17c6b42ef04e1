"""Times rsatoolbox on the data that a benchmark left behind; prints {name: seconds} as JSON.

Started by the benchmarks of this directory; see comparisons.rs and inference.rs.
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


if __name__ == "__main__":
    print(json.dumps({"comparisons": comparisons}[sys.argv[1]](*sys.argv[2:])))
