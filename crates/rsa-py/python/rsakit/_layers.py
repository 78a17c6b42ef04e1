"""Layers under measures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from . import _job
from ._errors import CaveatWarning, RsakitWarning, make, warn
from ._inputs import Inputs
from ._measures import AnyMeasure, Cca, Cka, Measure, Pwcca, Rsa, Svcca, specs
from ._results import Comparison, Score

_DEFAULT_MEASURES = ("cka", "svcca:keep=variance(0.99)", "pwcca", "rsa:rdm=correlation,compare=spearman")


def compare(
    a: Any,
    b: Any = None,
    measures: AnyMeasure | Iterable[AnyMeasure] | None = None,
    *,
    measure: AnyMeasure | None = None,
    conditions: Iterable[Any] | None = None,
    layers: Iterable[str] = (),
    permutations: int | None = None,
    interval: bool = False,
    seed: int = 0,
    conv: str = "flatten",
    axes: str | None = None,
    memory: str | None = None,
    threads: int | None = None,
    progress: _job.Progress = None,
) -> Comparison:
    """Compare the layers of one system with each other, or with those of another, under every measure.

    `a` and `b` are arrays, lists or mappings of arrays, tables of pandas, or paths of files that the program reads. Rows
    are conditions; `conditions` labels them, and labeled layers are brought into one order. A mapping may have lists
    of strings under the names `conditions` and `runs`. A pair that cannot be compared is NaN, with its reason in
    `failures` and a warning.

    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=(12, 4))
    >>> found = compare({"conv1": x, "conv2": x ** 2}, measure="cka")
    >>> found["cka"].shape, float(found["cka"][0, 0])
    ((2, 2), 1.0)
    """
    if measure is not None and measures is not None:
        raise TypeError("measure= and measures= name the same thing; give one of them")
    chosen = measure if measure is not None else (_DEFAULT_MEASURES if measures is None else measures)
    conditions = None if conditions is None else list(conditions)
    inputs = Inputs()
    request = {
        "first": inputs.layers(a, "a", conditions),
        "second": None if b is None else inputs.layers(b, "b", conditions),
        "measures": specs(chosen),
        "layers": list(layers),
        "options": _job.options(conv, axes),
        "permutations": permutations,
        "interval": interval,
        "seed": seed,
        "memory": memory,
    }
    found = Comparison._of(_job.run("compare", request, inputs, threads, progress))
    warn_of_pairs(found)
    return found


def warn_of_pairs(found: Comparison) -> None:
    """Warn once of each kind of caveat and of failure."""
    for kind, first, count in _kinds(found.caveats):
        pair = f"{first['measure']}: {first['row']} × {first['column']}"
        warn(f"{pair}: {first['message']}{_more(count)}", CaveatWarning)
    for kind, first, count in _kinds(found.failures):
        warn(f"{first['measure']}: {first['message']}{_more(count)}", RsakitWarning)


def _kinds(remarks: list[dict[str, Any]]) -> Iterable[tuple[str, dict[str, Any], int]]:
    kinds: dict[str, list[dict[str, Any]]] = {}
    for remark in remarks:
        kinds.setdefault(remark["kind"], []).append(remark)
    return ((kind, of_kind[0], len(of_kind)) for kind, of_kind in kinds.items())


def _more(count: int) -> str:
    return f" (and {count - 1} more)" if count > 1 else ""


def score(
    x: Any,
    y: Any,
    measure: AnyMeasure = "cka",
    *,
    conv: str = "flatten",
    axes: str | None = None,
    threads: int | None = None,
) -> Score:
    """Return the score of two layers as a float with the caveats of it.

    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=(12, 4))
    >>> score(x, x, "svcca").measure
    'svcca:keep=variance(0.99)'
    """
    inputs = Inputs()
    (spec,) = specs(measure)
    request = {
        "first": inputs.layers(x, "x"),
        "second": inputs.layers(y, "y"),
        "measures": [spec],
        "options": _job.options(conv, axes),
    }
    outcome = _job.run("compare", request, inputs, threads, None)
    found = Comparison._of(outcome)
    if found.values.shape != (1, 1, 1):
        raise TypeError("score takes two layers; compare takes several")
    if found.failures:
        failure = found.failures[0]
        raise make(failure["kind"], failure["message"], _place(failure, inputs))
    for _, caveat, _count in _kinds(found.caveats):
        warn(f"{spec}: {caveat['message']}", CaveatWarning)
    return Score(found.values[0, 0, 0], spec, [caveat["message"] for caveat in found.caveats])


def _place(failure: dict[str, Any], inputs: Inputs) -> dict[str, int]:
    """Return the place of the first value that is not finite."""
    if failure["kind"] != "NonFinite":
        return {}
    for held in inputs.held:
        for _, array, _dtype, _labels in held.arrays:
            rows = array.reshape(len(array), -1)
            places = np.argwhere(~np.isfinite(rows))
            if len(places):
                return {"condition": int(places[0][0]), "feature": int(places[0][1])}
    return {}


def _shorthand(measure: Measure, x: Any, y: Any, conv: str, axes: str | None) -> Score:
    return score(x, y, measure, conv=conv, axes=axes)


def cka(
    x: Any,
    y: Any,
    *,
    kernel: str = "linear",
    bandwidth: str | None = None,
    hsic: str = "biased",
    conv: str = "flatten",
    axes: str | None = None,
) -> Score:
    """Return the centered kernel alignment of two layers."""
    return _shorthand(Cka(kernel, bandwidth, hsic), x, y, conv, axes)


def cca(x: Any, y: Any, *, conv: str = "flatten", axes: str | None = None) -> Score:
    """Return the mean squared canonical correlation of two layers."""
    return _shorthand(Cca(), x, y, conv, axes)


def svcca(
    x: Any, y: Any, *, keep: str = "variance(0.99)", conv: str = "flatten", axes: str | None = None
) -> Score:
    """Return the canonical correlation of the leading singular directions of two layers."""
    return _shorthand(Svcca(keep), x, y, conv, axes)


def pwcca(x: Any, y: Any, *, conv: str = "flatten", axes: str | None = None) -> Score:
    """Return the projection-weighted canonical correlation of two layers."""
    return _shorthand(Pwcca(), x, y, conv, axes)


def rsa(
    x: Any,
    y: Any,
    *,
    rdm: str = "correlation",
    compare: str = "spearman",
    conv: str = "flatten",
    axes: str | None = None,
) -> Score:
    """Return the similarity of the RDMs of two layers."""
    return _shorthand(Rsa(rdm, compare), x, y, conv, axes)
