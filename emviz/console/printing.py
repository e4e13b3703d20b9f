"""Printing of results and progress."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import TypeVar, cast

#: Seconds until the first progress message; the interval doubles each time.
PATIENCE = 0.5

T = TypeVar("T")


def deliver(text: str, output: Path | None, *, exact: bool) -> None:
    """Write text to a file, or print it if there is none."""
    if output is None:
        write(text, exact)
        return
    from emviz.data.writer import save_text

    save_text(output, text)


def write(text: str, exact: bool) -> None:
    """Print text; machine-readable text is UTF-8 with unchanged line ends, whatever the terminal uses."""
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:  # standard output is not a file
        sys.stdout.write(text)
        return
    encoding = "utf-8" if exact else sys.stdout.encoding or "utf-8"
    sys.stdout.flush()
    raw.write(text.encode(encoding, errors="replace"))
    raw.flush()


def followed(work: Iterator[T | None], words: Callable[[T], str], say: Callable[[str], None]) -> T:
    """Return the last result of some work; report progress while it takes long, and once more at its end.

    Parameters
    ----------
    work : iterator
        Yields the results so far, at once, and None if there is nothing new.
    words : callable
        Returns the progress message for a result.
    """
    began, wait, last, said = monotonic(), PATIENCE, next(work), ""
    for found in work:
        last = last if found is None else found
        if last is not None and monotonic() - began >= wait:
            said = words(last)
            say(said)
            wait *= 2
    assert last is not None
    # Otherwise the last line would be that of some time before.
    if said and words(last) != said:
        say(words(last))
    return last


def with_progress(work: Generator[float | None, None, T], what: str, say: Callable[[str], None]) -> T:
    """Return the result of some work; report the percentage done while it takes long, and its end.

    Parameters
    ----------
    work : generator
        Yields the fraction done, 0 … 1, or None if unchanged.
    what : str
        Name of the result.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl+C, between two units of work: inside a call of Qt it would be lost or cause a crash.
    """
    began, wait, done, said = monotonic(), PATIENCE, 0.0, ""
    with _held_back() as interrupted, closing(work):
        while True:
            try:
                done = next(work) or done
            except StopIteration as end:
                last = f"{what}: {round(100 * done)} % done"
                if said and last != said:
                    say(last)
                return cast("T", end.value)
            if interrupted():
                raise KeyboardInterrupt
            if monotonic() - began >= wait:
                said = f"{what}: {round(100 * done)} % done"
                say(said)
                wait *= 2


@contextmanager
def _held_back() -> Iterator[Callable[[], bool]]:
    """Hold back the first Ctrl+C, and yield a function that tests for it; a second one acts at once."""
    pressed = False

    def note(number: int, frame: object) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)
