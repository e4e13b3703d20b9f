"""The number of θ evaluated at a time, so that other work gets its turn."""

from __future__ import annotations

import time
from collections.abc import Iterator

from emviz.em.model import AnyModel, Fields, fields_of

#: Seconds that one part of a picture should take at most before the next job gets its turn.
PART = 0.001


class Pace:
    """Adapts the number of θ evaluated at a time to half a millisecond of work or a little more."""

    def __init__(self) -> None:
        self._size = 1

    def parts(self, model: AnyModel, many: Fields) -> Iterator[Fields]:
        """Yield stacked parameters part by part."""
        total, done = len(many[0]), 0
        while done < total:
            began, size = time.perf_counter(), self._size
            part = {name: value[done : done + size] for name, value in fields_of(many).items()}
            yield model.make_params(part)
            done += size
            if time.perf_counter() - began < PART / 2:
                self._size *= 2
