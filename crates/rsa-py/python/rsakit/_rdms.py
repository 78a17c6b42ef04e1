"""RDMs: made of patterns, compared, explained by models, and mapped."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Union

from . import _core, _job
from ._inputs import Inputs
from ._layers import warn_of_pairs
from ._measures import AnyMeasure, specs
from ._results import Comparison, Evaluation, Map, RDMs

Path = Union[str, "os.PathLike[str]"]


def rdm(
    x: Any,
    dissimilarity: str = "correlation",
    *,
    conditions: Iterable[Any] | None = None,
    runs: Iterable[Any] | None = None,
    noise: str = "none",
    precision: Path | None = None,
    residuals: Path | None = None,
    dof: Iterable[float] = (),
    layers: Iterable[str] = (),
    conv: str = "flatten",
    axes: str | None = None,
    memory: str | None = None,
    threads: int | None = None,
    progress: _job.Progress = None,
) -> RDMs:
    """Compute the RDM of each layer: patterns, or repeated measurements with their `conditions` and `runs`.

    `dissimilarity` is a word of the program: correlation, euclidean, squared-euclidean, cosine, manhattan, mahalanobis,
    crossnobis, poisson and others. `noise`, `precision`, `residuals` and `dof` weigh the features.

    >>> import numpy as np
    >>> found = rdm(np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 4.0]]), "euclidean", conditions=["a", "b", "c"])
    >>> found.dissimilarities.tolist(), found.labels
    ([[5.0, 4.0, 3.0]], ['a', 'b', 'c'])
    """
    inputs = Inputs()
    request = {
        "inputs": [inputs.layers(x, "x", conditions, runs)],
        "dissimilarity": _core.parse("dissimilarity", dissimilarity),
        "noise": noise,
        "precision": None if precision is None else os.fspath(precision),
        "residuals": [] if residuals is None else [os.fspath(residuals)],
        "dof": [float(one) for one in dof],
        "layers": list(layers),
        "options": _job.options(conv, axes),
        "memory": memory,
    }
    found = RDMs._of(_job.run("rdm", request, inputs, threads, progress))
    found._warn()
    return found


def compare_rdms(
    a: Any,
    b: Any = None,
    comparisons: str | Iterable[str] = "spearman",
    *,
    comparison: str | None = None,
    condition_covariance: Any = None,
    permutations: int | None = None,
    seed: int = 0,
    layers: Iterable[str] = (),
    memory: str | None = None,
    threads: int | None = None,
    progress: _job.Progress = None,
) -> Comparison:
    """Compare RDMs with each other, or with other RDMs.

    RDMs are results of `rdm`, arrays (a vector is an upper triangle row by row, as in SciPy; a square is an RDM; k × L is
    an RDM a row), mappings of them, or paths.

    >>> found = compare_rdms({"a": [1.0, 2.0, 3.0], "b": [2.0, 1.0, 3.0]})
    >>> round(float(found["spearman"][0, 1]), 12)
    0.5
    """
    chosen = comparison if comparison is not None else comparisons
    words = [chosen] if isinstance(chosen, str) else list(chosen)
    inputs = Inputs()
    covariance = None
    if condition_covariance is not None:
        covariance = inputs.layers(condition_covariance, "condition_covariance")
    request = {
        "first": inputs.rdms(a, "a"),
        "second": None if b is None else inputs.rdms(b, "b"),
        "comparisons": [_core.parse("comparison", word) for word in words],
        "condition_covariance": covariance,
        "permutations": permutations,
        "seed": seed,
        "layers": list(layers),
        "memory": memory,
    }
    found = Comparison._of(_job.run("compare_rdms", request, inputs, threads, progress))
    warn_of_pairs(found)
    return found


def evaluate(
    data: Any,
    models: Any,
    comparison: str = "spearman",
    *,
    generalize_to: str = "nothing",
    resamples: int = 1000,
    permutations: int = 0,
    seed: int = 0,
    correction: str = "holm",
    test: str = "t",
    subjects: str | None = None,
    subject_groups: Path | None = None,
    condition_groups: Path | None = None,
    crossvalidation: tuple[int, int, int] | None = None,
    fits: Iterable[dict[str, Any]] = (),
    layers: Iterable[str] = (),
    model_layers: Iterable[str] = (),
    memory: str | None = None,
    threads: int | None = None,
    progress: _job.Progress = None,
) -> Evaluation:
    """Evaluate model RDMs on the RDMs of subjects: scores, standard errors, tests and noise ceilings.

    `data` and `models` are RDMs as `compare_rdms` takes them, or lists of files. `generalize_to` is nothing, subjects,
    conditions or both; `crossvalidation` gives folds of subjects, folds of conditions and repeats, for models with
    parameters.

    >>> subjects = {"s1": [1, 2, 3, 4, 5, 6], "s2": [1, 3, 2, 4, 6, 5]}
    >>> found = evaluate(subjects, {"first": [1, 2, 3, 4, 5, 6]})
    >>> round(found.to_dict()["models"][0]["score"], 6)
    0.942857
    """
    folds = ("subject_folds", "condition_folds", "repeats")
    inputs = Inputs()
    request = {
        "data": inputs.several(data, "data"),
        "models": inputs.several(models, "models"),
        "comparison": comparison,
        "generalize_to": generalize_to,
        "resamples": resamples,
        "permutations": permutations,
        "seed": seed,
        "correction": correction,
        "test": test,
        "subjects": subjects,
        "subject_groups": None if subject_groups is None else os.fspath(subject_groups),
        "condition_groups": None if condition_groups is None else os.fspath(condition_groups),
        "crossvalidation": None if crossvalidation is None else dict(zip(folds, crossvalidation)),
        "fits": list(fits),
        "layers": list(layers),
        "model_layers": list(model_layers),
        "memory": memory,
    }
    return Evaluation._of(_job.run("evaluate", request, inputs, threads, progress))


def mds(
    x: Any,
    *,
    measure: AnyMeasure | None = None,
    comparison: str | None = None,
    ordinal: bool = False,
    layers: Iterable[str] = (),
    conv: str = "flatten",
    axes: str | None = None,
    memory: str | None = None,
    threads: int | None = None,
    progress: _job.Progress = None,
) -> Map:
    """Map conditions of an RDM, layers under a `measure`, or RDMs under a `comparison`.

    Without a measure and a comparison, `x` is one RDM and its conditions are the points.

    >>> mds([3.0, 4.0, 5.0]).points.shape
    (3, 2)
    """
    if measure is not None and comparison is not None:
        raise TypeError("measure= maps layers and comparison= maps RDMs; give one of them")
    inputs = Inputs()
    subject: Any = "conditions"
    if measure is not None:
        (spec,) = specs(measure)
        subject = {"layers": {"measure": spec}}
    elif comparison is not None:
        subject = {"rdms": {"comparison": _core.parse("comparison", comparison)}}
    request = {
        "inputs": [inputs.rdms(x, "x") if measure is None else inputs.layers(x, "x")],
        "subject": subject,
        "ordinal": ordinal,
        "layers": list(layers),
        "options": _job.options(conv, axes),
        "memory": memory,
    }
    return Map._of(_job.run("mds", request, inputs, threads, progress))
