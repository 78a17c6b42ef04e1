"""What enters, and what is refused with a remedy."""

import subprocess
import sys

import numpy as np
import pytest

import rsakit as rk
from rsakit import _door

BASE = np.random.default_rng(0).normal(size=(24, 12))

VIEWS = {
    "C": BASE,
    "Fortran": np.asfortranarray(BASE),
    "transposed": np.ascontiguousarray(BASE.T).T,
    "strided": np.repeat(np.repeat(BASE, 2, axis=0), 3, axis=1)[::2, ::3],
    "reversed": np.ascontiguousarray(BASE[::-1, ::-1])[::-1, ::-1],
    "single": BASE.astype(np.float32),
}


@pytest.mark.parametrize("name", VIEWS)
def test_floats_enter_without_a_copy(name):
    x = VIEWS[name]
    taken = _door.take(x, "x").array
    assert taken.__array_interface__["data"] == x.__array_interface__["data"]
    assert taken.strides == x.strides
    assert rk.cka(x, BASE) == rk.cka(np.ascontiguousarray(x), BASE)


def test_read_only_broadcast_and_mapped_arrays_enter_without_a_copy(tmp_path):
    fixed = BASE.copy()
    fixed.flags.writeable = False
    np.save(tmp_path / "x.npy", BASE)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    for x in (fixed, mapped):
        assert _door.take(x, "x").array.__array_interface__["data"][0] == x.__array_interface__["data"][0]
        assert rk.cka(x, BASE) == rk.cka(BASE, BASE)
    broadcast = np.broadcast_to(BASE[:, :1], BASE.shape)
    assert rk.cka(broadcast, BASE) == rk.cka(np.ascontiguousarray(broadcast), BASE)


def test_strides_of_random_views():
    rng = np.random.default_rng(5)
    whole = rng.normal(size=(40, 30, 4))
    for _ in range(40):
        steps = rng.choice([-3, -2, -1, 1, 2, 3], size=3)
        view = whole[tuple(slice(None, None, int(step)) for step in steps)]
        if rng.random() < 0.5:
            view = view.transpose(0, 2, 1)
        view = view if rng.random() < 0.5 else view[:, :, 0]
        assert rk.cka(view, view) == rk.cka(np.ascontiguousarray(view), np.ascontiguousarray(view))
        rdms = [rk.rdm(one, "euclidean").dissimilarities for one in (view, np.ascontiguousarray(view))]
        assert np.array_equal(*rdms)


def test_a_misaligned_array_is_aligned_first():
    x = np.frombuffer(b"\0" + BASE.tobytes(), dtype=np.uint8)[1:].view(np.float64).reshape(BASE.shape)
    assert not x.flags.aligned
    assert _door.take(x, "x").array.flags.aligned
    assert rk.cka(x, BASE) == rk.cka(BASE, BASE)
    with pytest.raises(TypeError, match="not aligned"):
        held = rk._inputs.Input("x")
        held.arrays.append(("x", x, "float64", None))
        rk._core.run("rdm", '{"inputs": ["x"], "dissimilarity": "euclidean"}', [held], 1, None)


@pytest.mark.parametrize("dtype", ["float16", "int8", "uint8", "bool", "int64", ">f8", "<i2"])
def test_other_numbers_are_converted_and_named(dtype):
    x = (BASE * 10).astype(dtype)
    taken = _door.take(x, "x")
    assert taken.dtype == np.dtype(dtype).name and taken.array.dtype in (np.float32, np.float64)
    assert np.array_equal(taken.array, x.astype(float))


@pytest.mark.parametrize(
    "x, remedy",
    [
        (np.ma.masked_invalid(np.where(BASE > 2, np.nan, BASE)), "drop or impute"),
        (BASE.astype(complex), "real part"),
        (np.array([["a", "b"], ["c", "d"]]), "array of numbers"),
        (np.array([[object(), 1], [2, 3]]), "array of numbers"),
        ([[1.0, 2.0], [3.0]], "array"),
        (BASE.astype(np.longdouble), "float64"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused_with_a_remedy(x, remedy):
    if getattr(x, "dtype", None) == np.float64 and not isinstance(x, np.ma.MaskedArray):
        pytest.skip("long doubles are doubles here")
    with pytest.raises(TypeError, match=remedy):
        rk.cka(x, x)


def test_arrays_on_a_device_are_refused():
    class Device:
        def __dlpack_device__(self):
            return (2, 0)

        def __dlpack__(self, **_):
            raise AssertionError("nothing is moved silently")

    with pytest.raises(TypeError, match="x is on a device"):
        rk.cka(Device(), BASE)


def test_dlpack_and_array_protocols():
    class Exported:
        def __dlpack__(self, **keywords):
            return BASE.__dlpack__(**keywords)

        def __dlpack_device__(self):
            return BASE.__dlpack_device__()

    class Wrapped:
        def __array__(self, dtype=None, copy=None):
            return BASE

    assert _door.take(Exported(), "x").array.__array_interface__["data"][0] == BASE.__array_interface__["data"][0]
    assert rk.cka(Exported(), Wrapped()) == rk.cka(BASE, BASE)


def test_nan_is_refused_by_its_place():
    x = BASE.copy()
    x[3, 7] = np.nan
    with pytest.raises(rk.NonFiniteError, match="condition 3, feature 7") as caught:
        rk.cka(x, BASE)
    assert (caught.value.condition, caught.value.feature) == (3, 7)


def test_lists_of_layers_and_of_numbers_are_told_apart():
    assert rk.compare([BASE, BASE[:, :3]], measure="cka").rows == ["0", "1"]
    assert rk.compare(BASE.tolist(), measure="cka").rows == ["a"]


def test_tables_bring_their_labels():
    pandas = pytest.importorskip("pandas")
    labels = [f"c{k}" for k in range(len(BASE))]
    table = pandas.DataFrame(BASE, index=labels)
    assert rk.rdm(table, "euclidean").labels == labels
    assert rk.rdm(pandas.DataFrame(BASE), "euclidean").labels is None
    shuffled = table.sample(frac=1, random_state=0)
    assert abs(rk.cka(table, shuffled) - 1) < 1e-12
    with pytest.raises(rk.LabelMismatchError):
        rk.cka(table, pandas.DataFrame(BASE, index=[f"d{k}" for k in range(len(BASE))]))


def test_torch_tensors_enter_without_a_copy():
    torch = pytest.importorskip("torch")
    x = torch.from_numpy(BASE.copy()).requires_grad_()
    assert _door.take(x, "x").array.__array_interface__["data"][0] == x.data_ptr()
    assert _door.take(x.to(torch.bfloat16), "x").dtype == "bfloat16"


def test_large_arrays_are_read_in_blocks_where_they_are():
    pytest.importorskip("resource")
    source = """
import numpy as np, resource, rsakit as rk, sys, warnings
warnings.simplefilter("ignore")
x = np.random.default_rng(0).standard_normal((30000, 1000), dtype=np.float32)
y = x[:, ::-1]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = rk.compare({"x": x, "y": y}, measure="cka")
assert abs(found["cka"][0, 1] - 1) < 1e-12
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    # As doubles both layers are 480 MB.
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 400e6
