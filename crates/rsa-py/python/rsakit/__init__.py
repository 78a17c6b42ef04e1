"""Representational similarity of brains, models and neural networks.

A measure reads a geometry off each representation, and compares geometries. Rows of an array are conditions (stimuli),
columns are features (units, voxels).

>>> import numpy as np, rsakit as rk
>>> rng = np.random.default_rng(0)
>>> x = rng.normal(size=(20, 5))
>>> round(rk.cka(x, 3 * x), 12)
1.0
"""

from ._accumulator import Accumulator
from ._core import __version__
from ._errors import (
    CaveatWarning,
    DegenerateError,
    ForeignError,
    FormatError,
    InternalError,
    InvalidParameterError,
    LabelMismatchError,
    NonFiniteError,
    NotConvergedError,
    OutOfRangeError,
    RsakitError,
    RsakitWarning,
    ShapeMismatchError,
    TooFewConditionsError,
    TooLargeError,
)
from ._layers import cca, cka, compare, pwcca, rsa, score, svcca
from ._measures import Cca, Cka, Pwcca, Rsa, Svcca, measures
from ._rdms import compare_rdms, evaluate, mds, rdm
from ._results import Comparison, Evaluation, Map, RDMs, Score

__all__ = [
    "Accumulator",
    "CaveatWarning",
    "Cca",
    "Cka",
    "Comparison",
    "DegenerateError",
    "Evaluation",
    "ForeignError",
    "FormatError",
    "InternalError",
    "InvalidParameterError",
    "LabelMismatchError",
    "Map",
    "NonFiniteError",
    "NotConvergedError",
    "OutOfRangeError",
    "Pwcca",
    "RDMs",
    "Rsa",
    "RsakitError",
    "RsakitWarning",
    "Score",
    "ShapeMismatchError",
    "Svcca",
    "TooFewConditionsError",
    "TooLargeError",
    "__version__",
    "cca",
    "cka",
    "compare",
    "compare_rdms",
    "evaluate",
    "mds",
    "measures",
    "pwcca",
    "rdm",
    "rsa",
    "score",
    "svcca",
]
