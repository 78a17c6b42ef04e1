"""Exceptions and warnings. Messages name what was found, where, and the remedy; fields are for programs."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any


class RsakitError(ValueError):
    """Data or parameters that allow no answer.

    `kind` is the word for it in results and JSON; the other fields belong to the kind.
    """

    kind = "Error"

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.__dict__.update(fields)

    def __reduce__(self) -> Any:
        return _again, (type(self), self.message, dict(self.__dict__))


class ShapeMismatchError(RsakitError):
    """Two objects that must have one size have different sizes."""

    kind = "ShapeMismatch"


class LabelMismatchError(RsakitError):
    """Two labeled objects have different labels."""

    kind = "LabelMismatch"


class TooFewConditionsError(RsakitError):
    """A quantity needs more conditions than there are: `needed`, `found`."""

    kind = "TooFewConditions"


class NonFiniteError(RsakitError):
    """A value is NaN or infinite: at row `condition` and column `feature`, counted from 0."""

    kind = "NonFinite"


class DegenerateError(RsakitError):
    """A quantity is undefined on these data, because `what` carries no information."""

    kind = "Degenerate"


class OutOfRangeError(RsakitError, ArithmeticError):
    """A result, `what`, leaves the range of 64-bit floats."""

    kind = "OutOfRange"


class InvalidParameterError(RsakitError):
    """The parameter `name` must be `requirement` and is `found`."""

    kind = "InvalidParameter"


class NotConvergedError(RsakitError):
    """An iterative computation did not converge."""

    kind = "NotConverged"


class TooLargeError(RsakitError, MemoryError):
    """The work needs more memory than it may use: `needed` and `allowed` bytes."""

    kind = "TooLarge"


class ForeignError(RsakitError):
    """A measure was given the geometry or the sums of another one."""

    kind = "Foreign"


class FormatError(RsakitError):
    """A file or a text is malformed."""

    kind = "Format"


class InternalError(RuntimeError):
    """A promise inside the library is broken: a defect of rsakit and not of the data."""


class RsakitWarning(UserWarning):
    """A note on the data or on their treatment, or a pair that could not be compared."""


class CaveatWarning(RsakitWarning):
    """A reason to read a score with care."""


_KINDS = {cls.kind: cls for cls in RsakitError.__subclasses__()}


def make(kind: str, message: str, fields: dict[str, Any]) -> BaseException:
    """Return the exception of an error of the compiled part."""
    if kind == "Io":
        errno = fields.get("errno")
        return OSError(errno, message) if errno is not None else OSError(message)
    if kind == "Internal":
        return InternalError(f"rsakit broke a promise of its own ({message}); please report this with its traceback")
    return _KINDS.get(kind, RsakitError)(message, **fields)


def _again(cls: type[RsakitError], message: str, fields: dict[str, Any]) -> RsakitError:
    error = cls(message)
    error.__dict__.update(fields)
    return error


def warn(message: str, category: type[RsakitWarning]) -> None:
    """Warn at the line of the caller's program."""
    here, level, frame = os.path.dirname(__file__), 1, sys._getframe()
    while frame.f_back is not None and os.path.dirname(frame.f_code.co_filename) == here:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)
