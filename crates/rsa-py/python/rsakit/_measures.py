"""Measures of layers as values. Wherever a measure is wanted, its text does as well: `"cka:hsic=unbiased"`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Union

from . import _core


@dataclass(frozen=True)
class Measure:
    """A measure with its parameters."""

    _word: ClassVar[str]

    def __post_init__(self) -> None:
        self.spec

    @property
    def spec(self) -> str:
        """The measure as text, as results name it.

        >>> Cka(hsic="unbiased").spec
        'cka:hsic=unbiased'
        """
        given = ((field.name, getattr(self, field.name)) for field in fields(self))
        arguments = ",".join(f"{name}={value}" for name, value in given if value is not None)
        return _core.parse("measure", f"{self._word}:{arguments}" if arguments else self._word)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name, as scikit-learn asks for them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def score(self, x: Any, y: Any, **keywords: Any) -> Any:
        """Return the score of two layers, as `rsakit.score` does."""
        from ._layers import score

        return score(x, y, self, **keywords)


@dataclass(frozen=True)
class Cka(Measure):
    """Centered kernel alignment."""

    kernel: str = "linear"
    bandwidth: str | None = None
    hsic: str = "biased"
    _word: ClassVar[str] = "cka"


@dataclass(frozen=True)
class Cca(Measure):
    """Mean squared canonical correlation."""

    _word: ClassVar[str] = "cca"


@dataclass(frozen=True)
class Svcca(Measure):
    """Canonical correlation of the leading singular directions."""

    keep: str = "variance(0.99)"
    _word: ClassVar[str] = "svcca"


@dataclass(frozen=True)
class Pwcca(Measure):
    """Projection-weighted canonical correlation."""

    _word: ClassVar[str] = "pwcca"


@dataclass(frozen=True)
class Rsa(Measure):
    """Representational similarity analysis: a dissimilarity of patterns and a comparison of RDMs."""

    rdm: str = "correlation"
    compare: str = "spearman"
    _word: ClassVar[str] = "rsa"


AnyMeasure = Union[str, Measure]


def specs(measures: AnyMeasure | Iterable[AnyMeasure]) -> list[str]:
    """Return measures as texts; a typo is an error with a suggestion."""
    several = [measures] if isinstance(measures, (str, Measure)) else list(measures)
    return [one.spec if isinstance(one, Measure) else _core.parse("measure", one) for one in several]


def measures() -> list[dict[str, Any]]:
    """List the measures, each with its range, what it ignores, its cost and its reference.

    >>> [entry["id"] for entry in measures()][:2]
    ['cka', 'cka:hsic=unbiased']
    """
    entries: list[dict[str, Any]] = json.loads(_core.list_measures())
    return entries
