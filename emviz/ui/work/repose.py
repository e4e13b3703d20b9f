"""Detects whether the GUI thread is running Python code."""

from __future__ import annotations

import sys
import threading


class Repose:
    """Watches the thread that created it, which is the GUI thread.

    While that thread runs C++ code or waits for events it does not need the interpreter, so nobody has to
    yield to it. Qt's signals for this, `aboutToBlock` and `awake`, are not emitted for timers.
    """

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._seen: tuple[int, int] | None = None

    def lasts(self) -> bool:
        """Return whether the thread has run no Python code since the last call."""
        frame = sys._current_frames().get(self._thread)
        seen = None if frame is None else (id(frame), frame.f_lasti)
        lasts, self._seen = seen == self._seen, seen
        return lasts
