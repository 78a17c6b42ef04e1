"""Makes golden.rs: t, clusters and p of maps by MNE, SciPy and nilearn.

    pip install numpy==2.4.6 scipy==1.17.1 mne==1.13.2 nilearn==0.14.1
    python golden.py > golden.rs && rustfmt golden.rs

The maps follow from a formula, which `peers.rs` has, too: eight subjects, so that all 256 flips are tried, and a volume of
5 x 4 x 3 voxels with x fastest.
"""

from itertools import product

import mne
import nibabel
import numpy as np
from mne.stats import combine_adjacency
from mne.stats.cluster_level import _find_clusters, _setup_adjacency
from nilearn.maskers import NiftiMasker
from nilearn.mass_univariate import permuted_ols
from scipy import ndimage, stats

mne.set_log_level("ERROR")
SHAPE = (3, 4, 5)  # z, y, x
N, V = 8, 60

i, v = np.meshgrid(np.arange(N), np.arange(V), indexing="ij")
bump = np.isin(v, [0, 1, 2, 5, 6, 25, 26, 27, 46, 47, 52])
dip = np.isin(v, [13, 14, 18, 33])
X = ((37 * i * i + 11 * v * v + 29 * i * v + 13 * i + 7 * v) % 101) / 101 - 0.45 + 0.3 * bump - 0.5 * dip
t = stats.ttest_1samp(X, 0).statistic
volume = combine_adjacency(*SHAPE)


def show(name, values, kind="f64"):
    shown = ", ".join(repr(float(x)) if kind == "f64" else str(int(x)) for x in values)
    print(f"pub(super) const {name}: [{kind}; {len(values)}] = [{shown}];\n")


# The exact test of MNE counts the data twice and leaves out a flip, so flips are counted here.
flips = np.array(list(product([1, -1], repeat=N)))


def t_of(x):
    return x.mean(0) / (x.std(0, ddof=1) / np.sqrt(len(x)))


def clusters(threshold, tail, adjacency, power, name):
    """p at each element, 1 outside of clusters; with steps of height as threshold, TFCE and its p."""
    if adjacency is not None:
        adjacency = _setup_adjacency(adjacency, V, 1)
    find = lambda t: _find_clusters(t, threshold, tail=tail, adjacency=adjacency, t_power=power)
    largest = np.array([np.max(np.abs(find(t_of(X * flip[:, None]))[1]), initial=0) for flip in flips])
    found, values = find(t)
    values = np.abs(values)
    of_value = (largest >= values[:, None] * (1 - 1e-12)).mean(1)
    if isinstance(threshold, dict):
        show(f"{name}_VALUES", values)
        show(f"{name}_P", of_value)
        return
    p = np.ones(V)
    for elements, value in zip(found, of_value):
        p[elements] = value
    show(f"{name}_P", p)


print("//! Values of other programs; `golden.py` made this file.\n")
print("#![allow(clippy::excessive_precision, reason = \"all digits of the other programs\")]\n")
show("T", t)
one, two = stats.t.isf(0.05, N - 1), stats.t.isf(0.025, N - 1)
clusters(one, 1, volume, 1, "MNE_VOLUME_MASS")
clusters(one, 1, volume, 0, "MNE_VOLUME_SIZE")
clusters(two, 0, volume, 1, "MNE_VOLUME_TWO_SIDED")
clusters(one, 1, None, 1, "MNE_TIMES_MASS")
steps = dict(start=0, step=0.001)
clusters(steps, 1, volume, 1, "MNE_TFCE")
clusters(steps, 0, volume, 1, "MNE_TFCE_TWO_SIDED")
for rank, words in [(1, "FACES"), (2, "EDGES"), (3, "CORNERS")]:
    structure = ndimage.generate_binary_structure(3, rank)
    labels, n = ndimage.label(t.reshape(SHAPE) > one, structure)
    sizes = ndimage.sum_labels(np.ones(SHAPE), labels, range(1, n + 1))
    masses = ndimage.sum_labels(t.reshape(SHAPE) - one, labels, range(1, n + 1))
    order = np.lexsort((masses, sizes))
    show(f"SCIPY_{words}_SIZES", sizes[order], "usize")
    show(f"SCIPY_{words}_MASSES", masses[order])

mask = nibabel.Nifti1Image(np.ones(SHAPE[::-1], dtype="int8"), np.eye(4))
masker = NiftiMasker(mask, standardize=None).fit()
# nilearn counts voxels in C order of (x, y, z).
to_nilearn = np.arange(V).reshape(SHAPE).transpose(2, 1, 0).ravel()
found = permuted_ols(
    np.ones((N, 1)), X[:, to_nilearn], model_intercept=False, n_perm=20, two_sided_test=False, threshold=0.05,
    masker=masker, tfce=True, output_type="dict", random_state=0)
back = np.argsort(to_nilearn)
assert np.allclose(found["t"].ravel()[back], t)
show("NILEARN_MASS", found["mass"].ravel()[back])
show("NILEARN_TFCE", found["tfce"].ravel()[back])

groups = np.array([1, 0, 1, 1, 0, 0, 1, 0])
age = np.array([21.0, 35, 28, 44, 31, 52, 39, 25])
show("GROUPS_T", stats.ttest_ind(X[groups == 1], X[groups == 0]).statistic)
adjusted = permuted_ols(groups[:, None].astype(float), X, np.c_[age], n_perm=0, two_sided_test=False, output_type="dict")
show("ADJUSTED_T", adjusted["t"].ravel())
