"""Writes the files of hdf5/: python make_hdf5.py, with h5py 3.16 (HDF5 2.0), NumPy 2.4, rsatoolbox 0.3.2, SciPy 1.17,
xarray 2026.9 and h5netcdf 1.8.

MATLAB was not at hand. The files mat73_*.mat imitate `save -v7.3`: a block of 512 bytes before the data, arrays with
their axes reversed, and the attributes MATLAB_class, MATLAB_int_decode and MATLAB_empty.
"""

import warnings
from pathlib import Path

import h5py
import numpy as np
import rsatoolbox
import xarray

FOLDER = Path(__file__).parent / "hdf5"
FOLDER.mkdir(exist_ok=True)
counting = np.arange(6).reshape(3, 2)


def create(name, **options):
    (FOLDER / name).unlink(missing_ok=True)
    return h5py.File(FOLDER / name, "w", **options)


# Every type of numbers and every storage, in the oldest and the latest form of the file format.
for version in ["earliest", "latest"]:
    with create(f"types_{version}.h5", libver=version) as file:
        for order in "<>":
            for kind in ["f8", "f4", "f2", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]:
                file[f"x_{kind}_{'little' if order == '<' else 'big'}"] = counting.astype(order + kind)
        file["x_bool"] = counting % 2 == 1
    x = np.arange(210.0).reshape(30, 7)
    with create(f"storage_{version}.h5", libver=version) as file:
        file["contiguous"] = x
        file.create_dataset("chunked", data=x, chunks=(4, 3))
        file.create_dataset("gzip", data=x, chunks=(4, 3), compression="gzip")
        file.create_dataset("shuffle", data=x, chunks=(4, 7), compression="gzip", shuffle=True)
        file.create_dataset("fletcher32", data=x, chunks=(30, 2), fletcher32=True)
        file.create_dataset("lzf", data=x, chunks=(1, 7), compression="lzf")
        file.create_dataset("scaleoffset", data=x.astype("i4"), chunks=(5, 7), scaleoffset=0)
        file.create_dataset("growing", data=x, chunks=(4, 7), maxshape=(None, 7))
        file.create_dataset("growing_both", data=x.astype("f4"), chunks=(4, 3), maxshape=(None, None), compression="gzip")
        file.create_dataset("one_chunk", data=x.astype(">f4"), chunks=(30, 7), compression="gzip")
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_layout(h5py.h5d.COMPACT)
        compact = h5py.h5d.create(
            file.id, b"compact", h5py.h5t.NATIVE_DOUBLE, h5py.h5s.create_simple((30, 7)), dcpl=properties
        )
        compact.write(h5py.h5s.ALL, h5py.h5s.ALL, x)
        file.create_dataset("deep/er/cube", data=np.arange(24.0).reshape(2, 3, 4), chunks=(1, 2, 2), compression="gzip")

# Layers with labels, and what is no layer.
with create("plain.h5", track_order=False) as file:
    for k in [1, 2, 10]:
        file[f"layer{k}"] = counting + float(k)
    file["conditions"] = ["cat", "big dog", "öwl"]
    file["runs"] = [1, 1, 2]
    file["vector"] = np.arange(3.0)
    file["scalar"] = 1.5
    file["nothing"] = h5py.Empty("f8")
    file["no_rows"] = np.zeros((0, 3))
    file["complex"] = counting * 1j
    file["enumeration"] = np.array([[0, 1]], h5py.enum_dtype({"A": 0, "B": 1}))
    file["table"] = np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")])
    file["fixed"] = np.array(["a", "b"], "S1")
    file["link"] = h5py.SoftLink("/layer1")
    file["dangling"] = h5py.SoftLink("/nowhere")
    group = file.create_group("subject")
    group["betas"] = counting * 2.0
    group["conditions"] = np.array([b"p", b"q", b"r"])
with create("unwritten.h5") as file:
    partly = file.create_dataset("partly", (30, 7), "f8", chunks=(4, 7))
    partly[:8] = 1.0
    file.create_dataset("never", (3, 2), "f8")
    file.create_dataset("never_chunked", (3, 2), "f8", chunks=(1, 2))
with create("betas.hdf5") as file:
    file.create_dataset("betas", data=np.arange(120, dtype="i2").reshape(5, 2, 3, 4) - 60, chunks=(1, 2, 3, 4))

# rsatoolbox.
def toolbox(name, thing, **options):
    (FOLDER / name).unlink(missing_ok=True)
    thing.save(str(FOLDER / name), **options)


def rdms(values, patterns, **descriptors):
    return rsatoolbox.rdm.RDMs(
        values, dissimilarity_measure="euclidean", pattern_descriptors=patterns, rdm_descriptors=descriptors
    )


values = np.arange(12.0).reshape(2, 6)
words = ["cat", "dog", "owl", "ant"]
toolbox("toolbox_rdms.h5", rdms(values, {"conds": words}, name=["s1", "s2"]))
toolbox("toolbox_rdms_index.hdf5", rdms(values, {}, subject=[7, 8]), file_type="hdf5")
toolbox("toolbox_rdms_two.h5", rdms(values, {"conds": words, "german": ["katze", "hund", "eule", "ameise"]}))
toolbox("toolbox_rdms_group.h5", rdms(values, {"conds": words, "animate": [1, 1, 1, 1]}))
toolbox("toolbox.pkl", rdms(values, {"conds": words}), file_type="pkl")


def dataset(**descriptors):
    return rsatoolbox.data.Dataset(np.arange(12.0).reshape(6, 2), obs_descriptors=descriptors)


toolbox("toolbox_dataset.h5", dataset(conds=["cat", "dog", "owl"] * 2, runs=[1, 1, 1, 2, 2, 2]), file_type="hdf5")
toolbox("toolbox_dataset_two.h5", dataset(conds=words[:3] * 2, animate=[1, 1, 0] * 2), file_type="hdf5")
toolbox("toolbox_dataset_runs.h5", dataset(conds=words[:3] * 2, sessions=["a", "b"] * 3), file_type="hdf5")

# An assembly of Brain-Score.
assembly = xarray.DataArray(
    np.arange(12, dtype="f4").reshape(6, 2),
    dims=["presentation", "neuroid"],
    name="data",
    coords={
        "image_id": ("presentation", ["a", "b", "ö"] * 2),
        "repetition": ("presentation", [0, 0, 0, 1, 1, 1]),
        "object_name": ("presentation", ["dog"] * 6),
        "neuroid_id": ("neuroid", ["n1", "n2"]),
    },
)
assembly.to_netcdf(FOLDER / "assembly.nc", engine="h5netcdf")
binned = assembly.expand_dims("time_bin", axis=2).assign_coords(time_bin_start=("time_bin", [70]))
binned.to_netcdf(FOLDER / "assembly_binned.nc", engine="h5netcdf")
turned = assembly.rename(image_id="stimulus_id").transpose("neuroid", "presentation")
turned.to_netcdf(FOLDER / "assembly_turned.nc", engine="h5netcdf")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    xarray.Dataset({"x": (("a", "b"), counting)}).to_netcdf(FOLDER / "three.nc", engine="scipy")


# MATLAB's version 7.3.
CLASSES = {"f8": "double", "f4": "single", "b1": "logical", "O": "cell"}
REFERENCES = "#refs#"


class Matlab:
    def __init__(self, name):
        self.name, self.count = name, 0
        self.file = create(name, userblock_size=512)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        with open(FOLDER / self.name, "r+b") as file:
            file.write(b"MATLAB 7.3 MAT-file, imitated by make_hdf5.py".ljust(116) + bytes(8) + b"\0\2IM")

    def reference(self, value):
        self.count += 1
        return self.put(self.file.require_group(REFERENCES), f"r{self.count}", value).ref

    def put(self, group, name, value, **options):
        if isinstance(value, dict):
            made = group.create_group(name)
            made.attrs["MATLAB_class"] = np.bytes_("struct")
            for field, inner in value.items():
                self.put(made, field, inner)
            return made
        if isinstance(value, Structs):
            made = group.create_group(name)
            made.attrs["MATLAB_class"] = np.bytes_("struct")
            for field in value.values.flat[0]:
                references = np.array([self.reference(one[field]) for one in value.values.T.flat], h5py.ref_dtype)
                made.create_dataset(field, data=references.reshape(value.values.T.shape), dtype=h5py.ref_dtype)
            return made
        if isinstance(value, str):
            value = np.array([list(value)])
        if isinstance(value, list):
            value = np.array(value + [None], object)[:-1].reshape(1, -1)
        value = np.atleast_2d(value)
        kind = value.dtype.str[1:]
        word = CLASSES.get(kind if kind != "O" else "O", "char" if value.dtype.kind == "U" else value.dtype.name)
        if value.size == 0:
            made = group.create_dataset(name, data=np.array(value.shape, "u8"))
            made.attrs["MATLAB_empty"] = np.uint8(1)
        elif word == "cell":
            references = np.array([self.reference(one) for one in value.T.flat], h5py.ref_dtype)
            made = group.create_dataset(name, data=references.reshape(value.T.shape), dtype=h5py.ref_dtype)
        elif word == "char":
            units = np.vectorize(ord, otypes=["u2"])(np.where(value == "", " ", value))
            made = group.create_dataset(name, data=units.T)
        else:
            stored = value.astype("u1") if word == "logical" else value
            made = group.create_dataset(name, data=stored.T, **options)
        made.attrs["MATLAB_class"] = np.bytes_(word)
        if word in ["char", "logical"]:
            made.attrs["MATLAB_int_decode"] = np.int32(2 if word == "char" else 1)
        return made


class Structs:
    def __init__(self, values):
        self.values = np.array(values, object)


def rdm(value, n=3):
    square = np.zeros((n, n))
    square[np.triu_indices(n, 1)] = value + np.arange(n * (n - 1) // 2)
    return square + square.T


volume = np.arange(24.0).reshape(2, 3, 4)
with Matlab("mat73_values.mat") as mat:
    put = lambda name, value, **options: mat.put(mat.file, name, value, **options)
    for kind in ["f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]:
        put(f"x_{kind}", counting.astype(kind))
    put("x_logical", counting % 2 == 1)
    put("tall", np.arange(92 * 15.0).reshape(92, 15), chunks=(4, 92), compression="gzip")
    put("net", {"conv1": counting * 1.0, "fc": volume, "note": "free text", "inner": {"cells": [{"deep": counting + 0.5}]}})
    cells = np.empty((2, 2), object)
    cells[0, 0], cells[1, 0], cells[0, 1], cells[1, 1] = counting * 1.0, "text", volume, np.zeros((0, 0))
    put("cells", cells)
    put("trials", Structs([[{"betas": np.full((3, 2), k + 1.0), "runs": np.array([[1.0, 1.0, 2.0]])} for k in range(2)]]))
    put("conditions", ["cat", "big dog", "öwl"])
    put("empty", np.zeros((0, 3)))
    put("rate", 0.5)
    mat.file["complex"] = np.zeros((2, 3), [("real", "f8"), ("imag", "f8")])
    mat.file["complex"].attrs["MATLAB_class"] = np.bytes_("double")
    sparse = mat.file.create_group("sparse")
    sparse.attrs["MATLAB_class"], sparse.attrs["MATLAB_sparse"] = np.bytes_("double"), np.uint64(3)
    sparse["data"], sparse["ir"], sparse["jc"] = [1.0], np.array([0], "u8"), np.array([0, 1, 1], "u8")
    put("words", np.zeros((2, 1), "u4")).attrs["MATLAB_class"] = np.bytes_("string")
with Matlab("mat73_labels.mat") as mat:
    mat.put(mat.file, "x", counting * 1.0)
    mat.put(mat.file, "conditions", np.array([list("cat "), list("dogs"), list("ö   ")]))
    mat.put(mat.file, "runs", np.array([[1], [1], [2]], "u1"))
with Matlab("mat73_rdms.mat") as mat:
    one = lambda i, j: {"RDM": rdm(10 * i + 100 * j), "name": f"s{i} | {j}", "color": np.array([[0.0, 0.5, 1.0]])}
    mat.put(mat.file, "RDMs", Structs([[one(i, j) for j in range(3)] for i in range(2)]))
with Matlab("mat73_stacked.mat") as mat:
    mat.put(mat.file, "stacked", np.stack([rdm(10 * k) for k in range(3)], axis=2))
    mat.put(mat.file, "row", np.array([[1.0, 2.0, 3.0]]))
