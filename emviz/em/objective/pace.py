"""The number of θ evaluated at a time, so that other work gets its turn."""

from __future__ import annotations

import time
from collections.abc import Iterator

from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.work import Report, silent

#: Seconds that one part of a picture should take at most before the next job gets its turn.
PART = 0.001


class Pace:
    """Adapts the number of θ evaluated at a time to half a millisecond of work or a little more.

    Parameters
    ----------
    total : int
        The number of θ in the whole picture.
    report : callable
        Called with the fraction of them that is done.
    """

    def __init__(self, total: int, report: Report = silent) -> None:
        self._size, self._total, self._report = 1, total, report
        self._done = 0

    def parts(self, model: AnyModel, many: Fields) -> Iterator[Fields]:
        """Yield stacked parameters part by part."""
        total, done = len(many[0]), 0
        while done < total:
            began, size = time.perf_counter(), min(self._size, total - done)
            part = {name: value[done : done + size] for name, value in fields_of(many).items()}
            yield model.make_params(part)
            done, self._done = done + size, self._done + size
            self._report(min(1.0, self._done / self._total))
            if time.perf_counter() - began < PART / 2:
                self._size *= 2
