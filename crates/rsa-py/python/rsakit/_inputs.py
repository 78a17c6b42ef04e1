"""Inputs of a job: files by their paths, and arrays in memory by a name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from . import _door

_TEXTS = ("conditions", "runs", "names")


class Input:
    """Arrays in memory, as the compiled part takes an input."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.arrays: list[tuple[str, np.ndarray, str, list[str] | None]] = []
        self.conditions: list[str] | None = None
        self.runs: list[str] | None = None
        self.names: list[str] | None = None

    def add(self, name: str, array: Any) -> None:
        """Add an array."""
        taken = _door.take(array, name)
        self.arrays.append((name, taken.array, taken.dtype, taken.labels))


class Inputs:
    """Inputs of one job."""

    def __init__(self) -> None:
        self.held: list[Input] = []

    def layers(self, x: Any, name: str, conditions: Iterable[Any] | None = None, runs: Iterable[Any] | None = None) -> str:
        """Add layers, and return the name that a request gives them: a path stays as it is."""
        if isinstance(x, (str, os.PathLike)):
            if conditions is not None or runs is not None:
                raise TypeError(f"{name} is a file; conditions= and runs= are for arrays")
            return os.fspath(x)
        held = Input(name)
        for key, value in _named(x, name):
            if key in _TEXTS and isinstance(x, Mapping):
                setattr(held, key, [str(text) for text in value])
            else:
                held.add(key, value)
        if conditions is not None:
            held.conditions = [str(label) for label in conditions]
        if runs is not None:
            held.runs = [str(run) for run in runs]
        self.held.append(held)
        return name

    def rdms(self, x: Any, name: str) -> str:
        """Add RDMs: the result of `rdm`, vectors, squares or a mapping of them; return their name in a request."""
        from ._results import RDMs

        if not isinstance(x, RDMs):
            return self.layers(x, name)
        held = Input(name)
        held.add("rdms", x.dissimilarities)
        held.add("rounding", x.rounding)
        held.names, held.conditions = list(x.names), x.labels
        self.held.append(held)
        return name

    def several(self, x: Any, name: str) -> list[str]:
        """Add RDMs of one input, or of a list of files."""
        if isinstance(x, (list, tuple)) and x and all(isinstance(one, (str, os.PathLike)) for one in x):
            return [os.fspath(one) for one in x]
        return [self.rdms(x, name)]


def _named(x: Any, name: str) -> Iterable[tuple[str, Any]]:
    """Return the arrays of a mapping, of a list of arrays with two axes or more, or of one array."""
    if isinstance(x, Mapping):
        return ((str(key), value) for key, value in x.items())
    if isinstance(x, (list, tuple)) and x and all(_door.is_array(one) and np.ndim(one) > 1 for one in x):
        return ((str(k), one) for k, one in enumerate(x))
    return [(name, x)]
