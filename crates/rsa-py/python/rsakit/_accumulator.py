"""Layers that arrive in batches: exact scores of a data set that is never held whole."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from typing import Any

from . import _core, _job
from ._inputs import Inputs
from ._layers import warn_of_pairs
from ._measures import AnyMeasure, specs
from ._results import Comparison


class Accumulator:
    """Sums over conditions, for linear CKA, CCA, SVCCA and PWCCA.

    Batches may have any sizes and come in any order; scores are those of all conditions at once, to 1e-10. Sums merge,
    pickle, and are the part files of the program.

    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=(30, 4))
    >>> sums = Accumulator("cka")
    >>> for rows in (slice(0, 7), slice(7, 30)):
    ...     sums.add({"one": x[rows], "two": x[rows] ** 2})
    >>> sums.n_conditions, sums.result().rows
    (30, ['one', 'two'])
    """

    def __init__(
        self,
        measures: AnyMeasure | Iterable[AnyMeasure] = ("cka",),
        *,
        conv: str = "flatten",
        axes: str | None = None,
        threads: int | None = None,
    ) -> None:
        self.measures = specs(measures)
        self._options = _job.options(conv, axes)
        self._threads = threads
        self._sums: _core.BatchSums | None = None

    def add(self, batch: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> None:
        """Add a batch: the same conditions of every layer, and of every layer of another network to compare with."""
        inputs = Inputs()
        request = {
            "first": inputs.layers(batch, "a"),
            "second": None if other is None else inputs.layers(other, "b"),
            "measures": self.measures,
            "options": self._options,
        }
        self._absorb(_core.BatchSums.of_batch(json.dumps(request), inputs.held, _job.n_threads(self._threads)))

    def merge(self, other: Accumulator) -> Accumulator:
        """Add the sums of another accumulator, which are over other conditions of the same layers; return this one."""
        if other._sums is not None:
            self._absorb(other._sums)
        return self

    @property
    def n_conditions(self) -> int:
        """Number of conditions added so far."""
        return 0 if self._sums is None else self._sums.n_conditions()

    def result(self) -> Comparison:
        """Compare all pairs of layers over the conditions added so far."""
        if self._sums is None:
            raise ValueError("no batch was added")
        found = Comparison._of(self._sums.compare(_job.n_threads(self._threads)))
        warn_of_pairs(found)
        return found

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> None:
        """Write the sums as a part file, which `rsakit merge` reads."""
        if self._sums is None:
            raise ValueError("no batch was added")
        self._sums.write(os.fspath(path), force)

    def load(self, path: str | os.PathLike[str]) -> Accumulator:
        """Add the sums of a part file; return this accumulator."""
        self._absorb(_core.BatchSums.read(os.fspath(path)))
        return self

    def _absorb(self, sums: _core.BatchSums) -> None:
        if self._sums is None:
            # A copy, because sums of another accumulator must not change with this one.
            self._sums = sums.copy()
        else:
            self._sums.absorb(sums)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        if self._sums is not None:
            state["_sums"] = _to_bytes(self._sums)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if isinstance(self._sums, bytes):
            self._sums = _of_bytes(self._sums)


def _to_bytes(sums: _core.BatchSums) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "part.npz")
        sums.write(path, False)
        with open(path, "rb") as file:
            return file.read()


def _of_bytes(content: bytes) -> _core.BatchSums:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "part.npz")
        with open(path, "wb") as file:
            file.write(content)
        return _core.BatchSums.read(path)
