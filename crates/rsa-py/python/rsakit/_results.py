"""Results as values: arrays of NumPy, tables of pandas, and the JSON, CSV, text and figures of the program."""

from __future__ import annotations

import io
import json
import os
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from . import _core
from ._errors import RsakitWarning, warn

R = TypeVar("R", bound="Result")


class Score(float):
    """A score, with its `measure` as text and its `caveats`: reasons to read it with care."""

    measure: str
    caveats: list[str]

    def __new__(cls, value: float, measure: str, caveats: list[str]) -> Score:
        score = super().__new__(cls, value)
        score.measure, score.caveats = measure, caveats
        return score

    def __getnewargs__(self) -> tuple[float, str, list[str]]:
        return float(self), self.measure, self.caveats


class Result:
    """Result of a job. Equal results have equal JSON; a pickle is the JSON."""

    _kind: str

    def __init__(self, outcome: _core.JobOutcome) -> None:
        self._outcome = outcome

    @classmethod
    def _of(cls: type[R], outcome: _core.JobOutcome) -> R:
        return cls(outcome)

    @classmethod
    def from_json(cls: type[R], text: str) -> R:
        """Read a result from the JSON that `to_json` returned or the program wrote."""
        return cls(_core.JobOutcome.from_json(cls._kind, text))

    @cached_property
    def _json(self) -> str:
        return self._outcome.json()

    @cached_property
    def _dict(self) -> dict[str, Any]:
        return json.loads(self._json)

    def to_json(self) -> str:
        """Return the JSON, byte for byte as the program writes it with `--format json`."""
        return self._json

    def to_csv(self) -> str:
        """Return the CSV, as the program writes it with `--format csv`."""
        return self._outcome.csv()

    def to_dict(self) -> dict[str, Any]:
        """Return what the JSON holds."""
        return json.loads(self._json)

    def to_frame(self) -> Any:
        """Return the records of the CSV as a table of pandas."""
        import pandas

        return pandas.read_csv(io.StringIO(self.to_csv()), float_precision="round_trip")

    def plot(self, path: str | os.PathLike[str] | None = None, *, width: float = 183.0, theme: str = "light") -> str:
        """Draw the figure of the program, `width` millimeters wide; return its SVG, and write .svg or .png to `path`.

        A file that exists is replaced, as by other libraries for figures.
        """
        svg = self._outcome.svg(width, theme)
        if path is not None:
            name = os.fspath(path)
            if name.endswith(".svg"):
                content = svg.encode()
            elif name.endswith(".png"):
                content = self._outcome.png(width, theme)
            else:
                raise ValueError(f"{name}: figures are .svg or .png files")
            with open(name, "wb") as file:
                file.write(content)
        return svg

    def _repr_svg_(self) -> str | None:
        try:
            return self._outcome.svg(183.0, "light")
        except ValueError:
            return None

    def __repr__(self) -> str:
        return self._outcome.text()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._json == other._json

    def __hash__(self) -> int:
        return hash(self._json)

    def __reduce__(self) -> Any:
        return type(self).from_json, (self._json,)


class Comparison(Result):
    """Scores of all pairs under measures of layers, or comparisons of RDMs."""

    _kind = "compare"

    @property
    def measures(self) -> list[str]:
        """Measures or comparisons, as text."""
        return [scores["measure"] for scores in self._dict["results"]]

    @property
    def rows(self) -> list[str]:
        """Names of the rows."""
        return list(self._dict["results"][0]["rows"])

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self._dict["results"][0]["columns"])

    @cached_property
    def values(self) -> np.ndarray:
        """Scores, measure × row × column; NaN where a pair failed."""
        return self._grids("values")

    @property
    def p(self) -> np.ndarray | None:
        """The p-value of each pair by itself, if permutations were asked for."""
        return self._grids("p") if "p" in self._dict["results"][0] else None

    @property
    def p_corrected(self) -> np.ndarray | None:
        """The p-value of each pair against the best of all pairs under the same permutation."""
        return self._grids("p_corrected") if "p_corrected" in self._dict["results"][0] else None

    @property
    def intervals(self) -> np.ndarray | None:
        """Intervals of 95 % for other conditions, measure × row × column × (low, high), if they were asked for."""
        if "intervals" not in self._dict["results"][0]:
            return None
        pair = [[np.nan, np.nan]]
        grids = (scores["intervals"] for scores in self._dict["results"])
        return np.array([[[(pair[0] if one is None else one) for one in row] for row in grid] for grid in grids])

    @property
    def failures(self) -> list[dict[str, Any]]:
        """Reasons of the pairs without a score: measure, row, column, kind, message, scope."""
        results = self._dict["results"]
        return [{"measure": scores["measure"], **one} for scores in results for one in scores["failures"]]

    @property
    def caveats(self) -> list[dict[str, Any]]:
        """Reasons to read scores of pairs with care: measure, row, column, kind, message."""
        return [one for one in self._dict["warnings"] if one["measure"] is not None]

    def __getitem__(self, measure: str) -> np.ndarray:
        """Return the scores under one measure, row × column."""
        known = self.measures
        spec = measure
        if spec not in known:
            spec = _core.parse("measure" if self._dict["compared"] == "layers" else "comparison", measure)
        if spec not in known:
            raise KeyError(f"{measure}: measured were {', '.join(known)}")
        return self.values[known.index(spec)]

    def to_frame(self, measure: str | None = None) -> Any:
        """Return one measure as a table of rows × columns, or all as the records of the CSV."""
        if measure is None:
            return super().to_frame()
        import pandas

        return pandas.DataFrame(self[measure], index=self.rows, columns=self.columns)

    def to_xarray(self) -> Any:
        """Return the scores as an array of xarray with the dimensions measure, row and column."""
        import xarray

        coordinates = {"measure": self.measures, "row": self.rows, "column": self.columns}
        return xarray.DataArray(self.values, coordinates, list(coordinates))

    def _grids(self, key: str) -> np.ndarray:
        return np.array([scores[key] for scores in self._dict["results"]], dtype=float)


class RDMs(Result):
    """Representational dissimilarity matrices of one set of conditions."""

    _kind = "rdm"

    @cached_property
    def _vectors(self) -> list[tuple[str, int, np.ndarray, float]]:
        return self._outcome.rdms()

    @property
    def names(self) -> list[str]:
        """Names of the RDMs."""
        return [name for name, *_ in self._vectors]

    @property
    def labels(self) -> list[str] | None:
        """Labels of the conditions, if they have any."""
        return self._outcome.labels()

    @property
    def n_rdm(self) -> int:
        """Number of RDMs."""
        return len(self._vectors)

    @property
    def n_cond(self) -> int:
        """Number of conditions."""
        return self._vectors[0][1] if self._vectors else 0

    @cached_property
    def dissimilarities(self) -> np.ndarray:
        """Upper triangles row by row, one RDM a row: the condensed order of SciPy."""
        return np.array([vector for _, _, vector, _ in self._vectors])

    @property
    def rounding(self) -> np.ndarray:
        """Rounding error of each RDM, by which ties are judged."""
        return np.array([rounding for *_, rounding in self._vectors])

    @property
    def failures(self) -> list[dict[str, Any]]:
        """Reasons of the layers without an RDM: name, kind, message."""
        return list(self._dict.get("failures", []))

    def get_matrices(self) -> np.ndarray:
        """Return square matrices, RDM × condition × condition."""
        n = self.n_cond
        squares = np.zeros((self.n_rdm, n, n))
        above = np.triu_indices(n, 1)
        for square, vector in zip(squares, self.dissimilarities):
            square[above] = vector
            square.T[above] = vector
        return squares

    def __len__(self) -> int:
        return self.n_rdm

    def __getitem__(self, name: str) -> np.ndarray:
        """Return the RDM of this name as a square matrix."""
        if name not in self.names:
            raise KeyError(f"{name}: the RDMs are {', '.join(self.names)}")
        return self.get_matrices()[self.names.index(name)]

    def _warn(self) -> None:
        for failure in self.failures:
            warn(failure["message"], RsakitWarning)


class Evaluation(Result):
    """Models on the RDMs of subjects: scores, standard errors, tests and noise ceilings."""

    _kind = "evaluate"

    @property
    def models(self) -> list[dict[str, Any]]:
        """What is known of each model: name, score, standard error, tests."""
        return list(self._dict["models"])


class Map(Result):
    """A map whose distances follow dissimilarities."""

    _kind = "mds"

    @property
    def names(self) -> list[str]:
        """Names of the points."""
        return [point["name"] for point in self._dict["points"]]

    @property
    def points(self) -> np.ndarray:
        """Coordinates, point × 2."""
        return np.array([[point["x"], point["y"]] for point in self._dict["points"]])

    @property
    def stress(self) -> float:
        """How far distances on the map are from what they should be: below 0.1 the map can be trusted."""
        return float(self._dict["stress"])
