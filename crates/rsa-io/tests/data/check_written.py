"""Checks the files of written/, which rsakit wrote: python check_written.py, with SciPy 1.17 and rsatoolbox 0.3.2."""

from pathlib import Path

import numpy as np
import rsatoolbox
import scipy.io

FOLDER = Path(__file__).parent / "written"
triangles = np.array([[1.0, np.nan, -0.5], [0.1, 0.2, 0.3]])
words, names = ["cat", "big dog", "owl"], ["it", "v1 | a"]

mat = scipy.io.loadmat(FOLDER / "rdms.mat", squeeze_me=True, chars_as_strings=True)
assert [str(name) for name in mat["RDMs"]["name"]] == names
assert [str(word) for word in mat["conditions"]] == words
for square, triangle in zip(mat["RDMs"]["RDM"], triangles):
    expected = np.zeros((3, 3))
    expected[np.triu_indices(3, 1)] = triangle
    assert np.array_equal(square, expected + expected.T, equal_nan=True)

rdms = rsatoolbox.rdm.load_rdm(str(FOLDER / "rdms.h5"))
assert np.array_equal(rdms.dissimilarities, triangles, equal_nan=True)
assert rdms.dissimilarity_measure == "euclidean"
assert list(rdms.pattern_descriptors["conditions"]) == words and list(rdms.rdm_descriptors["name"]) == names
same = rsatoolbox.rdm.RDMs(
    triangles, "euclidean", rdm_descriptors={"name": names}, pattern_descriptors={"conditions": words}
)
# NaN is not equal to itself.
assert rdms.subset("name", "v1 | a") == same.subset("name", "v1 | a")
print("equal")
