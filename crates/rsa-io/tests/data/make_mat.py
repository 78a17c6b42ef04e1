"""Writes the files of mat/: python make_mat.py, with NumPy 2 and SciPy 1.

Every file is also read back by SciPy, in both byte orders.
"""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import scipy.io
import scipy.sparse

FOLDER = Path(__file__).parent / "mat"
SIZES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8, 16: 1, 17: 2, 18: 4}


def written(variables, compress=False):
    file = io.BytesIO()
    scipy.io.savemat(file, variables, do_compression=compress, oned_as="row")
    # The first 116 bytes are a text with the date of writing.
    return b"MATLAB 5.0 MAT-file, made by make_mat.py".ljust(116) + file.getvalue()[116:]


def swapped(data):
    """Returns a little-endian file as a big-endian one."""

    def elements(data):
        out, at = b"", 0
        while at < len(data):
            first, size = struct.unpack_from("<II", data, at)
            if first >> 16:
                kind, size = first & 0xFFFF, first >> 16
                body = number_bytes(kind, data[at + 4 : at + 4 + size]).ljust(4, b"\0")
                out += struct.pack(">I", first) + body
                at += 8
                continue
            body = data[at + 8 : at + 8 + size]
            padding = 0 if first == 15 else -size % 8
            if first == 15:
                body = zlib.compress(elements(zlib.decompress(body)))
            elif first == 14:
                body = elements(body)
            else:
                body = number_bytes(first, body)
            out += struct.pack(">II", first, len(body)) + body + bytes(padding)
            at += 8 + size + padding
        return out

    def number_bytes(kind, body):
        size = SIZES[kind]
        return b"".join(body[k : k + size][::-1] for k in range(0, len(body), size))

    return data[:124] + b"\x01\x00MI" + elements(data[128:])


def matrix(name, array_class, shape, kind, body, flags=0):
    """Returns a variable whose numbers, the bytes `body`, are stored in the type `kind`."""

    def element(kind, body):
        return struct.pack("<II", kind, len(body)) + body + bytes(-len(body) % 8)

    parts = element(6, struct.pack("<II", array_class | flags, 0))
    parts += element(5, struct.pack(f"<{len(shape)}i", *shape))
    parts += element(1, name.encode())
    parts += element(kind, body)
    return element(14, parts)


def save(name, data, big=True):
    (FOLDER / f"{name}.mat").write_bytes(data)
    if not big:
        return
    other = swapped(data)
    (FOLDER / f"{name}_big.mat").write_bytes(other)
    mine, theirs = scipy.io.loadmat(io.BytesIO(data)), scipy.io.loadmat(io.BytesIO(other))
    for key, value in mine.items():
        if not key.startswith("__"):
            assert same(value, theirs[key]), key


def same(a, b):
    if scipy.sparse.issparse(a):
        return same(a.toarray(), b.toarray())
    if a.dtype.names:
        return a.dtype.names == b.dtype.names and all(same(a[name], b[name]) for name in a.dtype.names)
    if a.dtype == object:
        return a.shape == b.shape and all(same(x, y) for x, y in zip(a.ravel(), b.ravel()))
    return a.shape == b.shape and bool((a == b).all())


FOLDER.mkdir(exist_ok=True)
counting = np.arange(6).reshape(3, 2)

# Every class as SciPy writes it.
classes = {kind: counting.astype(kind) for kind in ["f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]}
classes = {f"x_{kind}": array for kind, array in classes.items()}
classes["x_logical"] = counting % 2 == 1
save("classes", written(classes))
save("classes_compressed", written(classes, compress=True))

# Class double, stored in every type, as MATLAB stores whole numbers; -1 to 4 where there is a sign.
data = written({"first": counting.astype("f8")})
for kind, code in [(1, "b"), (2, "B"), (3, "h"), (4, "H"), (5, "i"), (6, "I"), (7, "f"), (9, "d"), (12, "q"), (13, "Q")]:
    values = counting - (code not in "BHIQ")
    data += matrix(f"as_{kind}", 6, (3, 2), kind, struct.pack(f"<6{code}", *values.T.ravel()))
save("narrow", data)

# Cells, structs, sparse matrices and text, within one another.
volume = np.arange(24, dtype="f8").reshape(2, 3, 4)
cells = np.empty((2, 2), object)
cells[0, 0], cells[1, 0], cells[0, 1], cells[1, 1] = counting * 1.0, "text", volume, np.zeros((0, 0))
inner = np.empty((1, 1), object)
inner[0, 0] = {"deep": counting + 0.5}
labels = np.array(["cat", "big dog", "öwl"], object)
nested = {
    "net": {"conv1": counting * 1.0, "fc": volume, "note": "free text", "inner": {"cells": inner, "rate": 0.5}},
    "cells": cells,
    "trials": np.array(
        [(np.full((3, 2), k + 1.0), np.array([1.0, 1.0, 2.0])) for k in range(2)],
        dtype=[("betas", object), ("runs", object)],
    ),
    "sparse": scipy.sparse.csc_matrix(np.array([[0, 1.5, 0, 0], [0, 0, 0, -2], [3, 0, 0, 0]])),
    "sparse_logical": scipy.sparse.csc_matrix(np.array([[True, False], [False, False], [False, True]])),
    "complex": counting * 1j,
    "empty": np.zeros((0, 3)),
    "rate": 0.5,
    "conditions": labels,
}
save("nested", written(nested))
save("nested_compressed", written(nested, compress=True))

# Labels in every form, beside one layer.
layer = {"x": counting * 1.0}
save("labels_char", written(layer | {"conditions": np.array(["cat ", "dogs", "ö   "])}))
save("labels_number", written(layer | {"conditions": np.array([[7.0], [8.0], [9.0]]), "runs": np.array([1, 1, 2], "u1")}))


def rdm(value, n=3):
    square = np.zeros((n, n))
    square[np.triu_indices(n, 1)] = value + np.arange(n * (n - 1) // 2)
    return square + square.T


# Two subjects × three sessions, in the structs of the RSA toolbox for MATLAB.
structs = np.empty((2, 3), dtype=[("RDM", object), ("name", object), ("color", object)])
for i in range(2):
    for j in range(3):
        structs[i, j] = (rdm(10 * i + 100 * j), f"s{i} | {j}", np.array([0.0, 0.5, 1.0]))
save("rdm_structs", written({"RDMs": structs, "n": 3.0}, compress=True))
mixed = np.empty((1, 2), dtype=[("RDM", object), ("name", object)])
mixed[0, 0], mixed[0, 1] = (rdm(1)[np.triu_indices(3, 1)], "row"), (rdm(5, 4), "four")
save("rdm_structs_mixed", written({"models": mixed}), big=False)
stacked = np.stack([rdm(10 * k) for k in range(3)], axis=2)
pages = np.stack([[rdm(10 * i + 100 * j) for j in range(3)] for i in range(2)]).transpose(2, 3, 0, 1)
triangles = np.arange(12.0).reshape(4, 3)
save(
    "rdm_arrays",
    written(
        {
            "square": rdm(1),
            "stacked": stacked,
            "pages": pages,
            "column": np.array([[1.0], [2.0], [3.0]]),
            "row": np.array([[1.0, 2.0, 3.0]]),
            "rows": triangles,
            "wrapped": triangles.T.reshape(1, 3, 4),
        }
    ),
)
