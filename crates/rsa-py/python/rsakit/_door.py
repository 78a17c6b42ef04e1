"""The door for arrays: whatever holds numbers becomes a NumPy array that is read in place, or an error with its remedy."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

# Types that are held as 32-bit floats without rounding.
_AS_SINGLE = {"float16", "bfloat16", "int8", "uint8", "int16", "uint16", "bool"}
_AS_DOUBLE = {"int32", "uint32", "int64", "uint64"}
_CPU = 1


@dataclass(frozen=True)
class Taken:
    """An aligned array of 64-bit or 32-bit floats, with the type in which its numbers were computed."""

    array: np.ndarray
    dtype: str
    labels: list[str] | None = None


def take(x: Any, name: str) -> Taken:
    """Take an array: no copy of aligned 64-bit and 32-bit floats, whatever their strides."""
    labels = _labels(x)
    _refuse_other_memory(x, name)
    array = _numbers(_as_numpy(x, name), name)
    dtype = array.dtype.name
    if _is_torch(x) and str(x.dtype) == "torch.bfloat16":
        dtype = "bfloat16"
    if dtype in _AS_SINGLE:
        array = array.astype(np.float32, copy=False)
    elif dtype in _AS_DOUBLE:
        array = array.astype(np.float64)
    elif dtype not in ("float32", "float64"):
        remedy = "take its real part or its absolute value" if array.dtype.kind == "c" else "convert it to float64"
        raise TypeError(f"{name} has values of type {dtype}, which are not read; {remedy}")
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return Taken(np.require(array, requirements="A"), dtype, labels)


def is_array(x: Any) -> bool:
    """Tell whether a value is one array."""
    return any(hasattr(x, name) for name in ("__array__", "__array_interface__", "__dlpack__", "to_numpy"))


def _is_torch(x: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def _refuse_other_memory(x: Any, name: str) -> None:
    if _is_torch(x) and x.device.type != "cpu":
        raise TypeError(f"{name} is on {x.device}; pass {name}.cpu()")
    if not isinstance(x, np.ndarray) and hasattr(x, "__dlpack_device__"):
        kind, index = x.__dlpack_device__()
        if kind != _CPU:
            raise TypeError(f"{name} is on a device (DLPack type {int(kind)}, {index}); copy it to the CPU first")


def _as_numpy(x: Any, name: str) -> np.ndarray:
    if isinstance(x, np.ma.MaskedArray):
        if np.ma.is_masked(x):
            raise TypeError(f"{name} has masked values; drop or impute them, and pass the plain array")
        return np.asarray(x.data)
    if isinstance(x, np.ndarray):
        return np.asarray(x)
    if _is_torch(x):
        tensor = x.detach()
        if tensor.layout is not sys.modules["torch"].strided:
            raise TypeError(f"{name} is sparse; pass {name}.to_dense()")
        return (tensor.float() if str(x.dtype) == "torch.bfloat16" else tensor).numpy()
    if hasattr(x, "toarray") and not hasattr(x, "__array__"):
        raise TypeError(f"{name} is sparse; pass {name}.toarray()")
    if hasattr(x, "to_numpy"):
        return x.to_numpy()
    if hasattr(x, "__dlpack__") and not hasattr(x, "__array__"):
        return np.from_dlpack(x)
    try:
        return np.asarray(x)
    except ValueError as error:
        raise TypeError(f"{name} is no array: {error}") from None


def _numbers(array: np.ndarray, name: str) -> np.ndarray:
    """Refuse what is no number; columns of one table may have different types of numbers."""
    if array.dtype.kind == "O":
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError):
            pass
    if array.dtype.kind not in "biufcV":
        raise TypeError(f"{name} holds {array.dtype} and no numbers; pass an array of numbers, conditions × features")
    return array


def _labels(x: Any) -> list[str] | None:
    """Return the labels of the rows of a table of pandas; its default index is none."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(x, pandas.DataFrame) or isinstance(x.index, pandas.RangeIndex):
        return None
    return [str(label) for label in x.index]
