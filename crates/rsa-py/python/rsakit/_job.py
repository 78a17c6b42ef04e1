"""Running a job: its request as JSON, its threads, its progress, and its notes as warnings."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any, Union

from . import _core
from ._errors import InvalidParameterError, RsakitWarning, warn
from ._inputs import Inputs

Progress = Union[bool, Callable[[int, int, str], object], None]


def run(kind: str, request: dict[str, Any], inputs: Inputs, threads: int | None, progress: Progress) -> _core.JobOutcome:
    """Run a job and warn of its notes."""
    given = {key: value for key, value in request.items() if value is not None}
    bar = _Bar() if progress is True else None
    call = bar if bar is not None or isinstance(progress, bool) else progress
    try:
        outcome = _core.run(kind, json.dumps(given), inputs.held, n_threads(threads), call)
    finally:
        if bar is not None:
            bar.close()
    for note in outcome.notes:
        warn(note, RsakitWarning)
    return outcome


def options(conv: str = "flatten", axes: str | None = None) -> dict[str, Any]:
    """Return the options for arrays of three or more axes."""
    reading: dict[str, Any] = {"convention": conv}
    if axes is not None:
        reading["axes"] = axes
    return reading


def n_threads(threads: int | None) -> int:
    """Return the number of threads, 0 for one a core: the argument, the environment, or 1 in a worker process."""
    if threads is None:
        text = os.environ.get("RSAKIT_NUM_THREADS")
        if text is None:
            multiprocessing = sys.modules.get("multiprocessing.process")
            return 1 if multiprocessing is not None and multiprocessing.current_process().daemon else 0
        name, found = "RSAKIT_NUM_THREADS", text
        threads = int(text) if text.isdecimal() else 0
    else:
        name, found = "threads", repr(threads)
    if not isinstance(threads, int) or not 1 <= threads <= 512:
        requirement = "a whole number from 1 to 512"
        message = f"{name} must be {requirement}, found {found}"
        raise InvalidParameterError(message, name=name, requirement=requirement, found=found)
    return threads


class _Bar:
    """Progress by tqdm, if it is installed."""

    def __init__(self) -> None:
        self.bar: Any = None
        try:
            from tqdm.auto import tqdm
        except ImportError:
            tqdm = None
        self.make = tqdm

    def __call__(self, done: int, total: int, stage: str) -> None:
        if self.make is None:
            return
        if self.bar is None or self.bar.desc != f"{stage}: ":
            self.close()
            self.bar = self.make(total=total, desc=stage)
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
