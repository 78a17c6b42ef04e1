"""Values of RDM algebra and model RDMs by rsatoolbox 0.3.2, NumPy and SciPy, for `crates/rsa-run/tests/jobs`.

    pip install rsatoolbox==0.3.2
    python tests/corpus/rdms/algebra.py

RDMs are short lists, so that the tests hold them as they stand here.
"""

import numpy as np
from rsatoolbox.rdm import RDMs, get_categorical_rdm
from rsatoolbox.rdm import minmax_transform, positive_transform, rank_transform, sqrt_transform
from rsatoolbox.rdm.combine import rescale
from scipy.spatial.distance import pdist
from scipy.stats import rankdata

nan = np.nan
A = [1.0, 4.0, 9.0, 2.0, 5.0, 3.0]
B = [2.0, nan, 7.0, 1.0, 4.0, 4.0]
C = [4.0, 3.0, nan, 2.0, nan, 1.0]


def rdms(*rows):
    return RDMs(np.array(rows), pattern_descriptors={"conds": ["a", "b", "c", "d"]})


def show(name, values):
    print(name, [float(f"{value:.17g}") for value in np.ravel(values)])


show("mean", rdms(A, B, C).mean().dissimilarities)
x, w = np.array([A, B, C]), np.array([3.0, 1.0, 2.0])[:, None]
show("weighted mean", np.nansum(x * w, 0) / np.sum(w * ~np.isnan(x), 0))
show("ranks then mean", rank_transform(rdms(A, B)).mean().dissimilarities)
show("mean then ranks", rankdata(np.nanmean([A, B], 0)))
show("sqrt", sqrt_transform(rdms(A)).dissimilarities)
show("minmax", minmax_transform(rdms(A)).dissimilarities)
show("positive", positive_transform(rdms([-1.0, 2, 3, 4, 5, 6])).dissimilarities)
show("subset d, a, c", rdms(A).subset_pattern("conds", ["a", "c", "d"]).dissimilarities)
for method in ["evidence", "setsize", "simple"]:
    partial = rescale(rdms(A, B, C), method, threshold=1e-30)
    mean = partial.mean(weights="rescalingWeights").dissimilarities
    show(f"rescale {method}", mean / np.sqrt(np.sum(mean**2)))
kind, place, size = ["x", "x", "y", "y"], ["p", "q", "q", "p"], np.array([0.3, 0.8, 4.0, 0.5])
show("category", get_categorical_rdm(kind).dissimilarities)
show("category of two", get_categorical_rdm([f"{k}{p}" for k, p in zip(kind, place)]).dissimilarities)
show("squared quantity", pdist(size[:, None], "sqeuclidean"))
show("features", pdist(np.c_[size, size[::-1] * 2]))
center = np.eye(2) - 0.5
codes = np.array([np.kron(center[int(k == "y")], center[int(p == "q")]) for k, p in zip(kind, place)])
show("interaction", pdist(codes, "sqeuclidean") / 2)
