"""Tells another thread whether that of the window has nothing to do in Python."""

from __future__ import annotations

import sys
import threading


class Repose:
    """Looks from time to time at the thread that has made it, which is that of the window.

    Where that runs C++ code, or waits for events, it does not need the interpreter, and nobody has to
    give way. Qt's own signals for this, `aboutToBlock` and `awake`, do not announce what a timer sets off.
    """

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._seen: tuple[int, int] | None = None

    def lasts(self) -> bool:
        """Return whether the thread has not gone on in Python since the last look."""
        frame = sys._current_frames().get(self._thread)
        seen = None if frame is None else (id(frame), frame.f_lasti)
        lasts, self._seen = seen == self._seen, seen
        return lasts
