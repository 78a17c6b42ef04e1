"""Values of noise from residuals and of prepared patterns by rsatoolbox 0.3.2, NumPy 2.4.6 and SciPy 1.17.1.

    pip install rsatoolbox==0.3.2
    python tests/corpus/rdms/noise.py

They stand in `crates/rsa-run/tests/jobs/{noise,prepare}.rs`, whose data have the same formulas.
"""

import numpy as np
from rsatoolbox.data import Dataset, average_dataset_by
from rsatoolbox.data.noise import cov_from_residuals, prec_from_residuals
from rsatoolbox.rdm import calc_rdm
from scipy.stats import zscore

# Three runs of four conditions, four features; ten residuals a run.
X = np.array([[((7 * i + 5 * j + i * i * j) % 13) / 3 for j in range(4)] for i in range(12)])
Z = np.array([[float((11 * i + 3 * j + i * i * (j + 1)) % 17) - 8 for j in range(4)] for i in range(30)])
CONDITIONS, RUNS = np.tile(list("abcd"), 3), np.repeat(["1", "2", "3"], 4)
DATA = Dataset(X, obs_descriptors={"cond": CONDITIONS, "run": RUNS})
METHODS = {"diagonal": "diag", "shrinkage-identity": "shrinkage_eye", "shrinkage-diagonal": "shrinkage_diag", "full": "full"}


def show(name, values):
    print(name, [float(f"{value:.17g}") for value in np.ravel(values)])


for word, method in METHODS.items():
    for dof in [None, 25]:
        precision = prec_from_residuals(Z, dof=dof, method=method)
        rdm = calc_rdm(DATA, method="mahalanobis", descriptor="cond", noise=precision)
        show(f"mahalanobis {word} dof={dof}", rdm.dissimilarities)
    precision = prec_from_residuals(Z, dof=25, method=method)
    rdm = calc_rdm(DATA, method="crossnobis", descriptor="cond", cv_descriptor="run", noise=precision)
    show(f"crossnobis {word} dof=25", rdm.dissimilarities)
    precisions = [prec_from_residuals(Z[10 * k : 10 * k + 10], dof=8, method=method) for k in range(3)]
    rdm = calc_rdm(DATA, method="crossnobis", descriptor="cond", cv_descriptor="run", noise=precisions)
    show(f"crossnobis {word} dof=8 of each run", rdm.dissimilarities)

# The symmetric root of the precision of each run, then the mean over runs: the squared Euclidean distance.
whitened = X.copy()
for k in range(3):
    values, vectors = np.linalg.eigh(cov_from_residuals(Z[10 * k : 10 * k + 10], dof=8, method="full"))
    whitened[4 * k : 4 * k + 4] = X[4 * k : 4 * k + 4] @ (vectors / np.sqrt(values)) @ vectors.T
means = average_dataset_by(Dataset(whitened, obs_descriptors={"cond": CONDITIONS}), "cond")[0]
i, j = np.triu_indices(4, 1)
show("squared-euclidean full dof=8 of each run", ((means[i] - means[j]) ** 2).sum(1))

scored = np.concatenate([zscore(X[4 * k : 4 * k + 4]) for k in range(3)])
show("zscore runs, rows 0 and 7", scored[[0, 7]])
centered = np.concatenate([X[4 * k : 4 * k + 4] - X[4 * k : 4 * k + 4].mean(0) for k in range(3)])
show("center runs, row 5", centered[5])
show("zscore runs then the mean of each condition", average_dataset_by(Dataset(scored, obs_descriptors={"cond": CONDITIONS}), "cond")[0])
