"""What the command line prints, and what it says meanwhile."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import TypeVar, cast

#: Seconds after which it is said how far the work is; the next time after twice as long, and so on.
PATIENCE = 0.5

T = TypeVar("T")


def deliver(text: str, output: Path | None, *, exact: bool) -> None:
    """Write text to a file, or print it where there is none."""
    if output is None:
        write(text, exact)
        return
    from emviz.data.writer import save_text

    save_text(output, text)


def write(text: str, exact: bool) -> None:
    """Print text; what programs read is UTF-8 with its line ends as they are, whatever the terminal is."""
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:  # a standard output that is no file
        sys.stdout.write(text)
        return
    encoding = "utf-8" if exact else sys.stdout.encoding or "utf-8"
    sys.stdout.flush()
    raw.write(text.encode(encoding, errors="replace"))
    raw.flush()


def followed(work: Iterator[T | None], words: Callable[[T], str], tell: Callable[[str], None]) -> T:
    """Return the last thing that comes of some work, and say how far it is while it takes long.

    Parameters
    ----------
    work : iterator
        Yields what there is so far, at once, and None where there is nothing new.
    words : callable
        What is said of it.
    """
    began, wait, last = monotonic(), PATIENCE, next(work)
    for found in work:
        last = last if found is None else found
        if last is not None and monotonic() - began >= wait:
            tell(words(last))
            wait *= 2
    assert last is not None
    return last


def told_meanwhile(work: Generator[float | None, None, T], what: str, tell: Callable[[str], None]) -> T:
    """Return what work finds, and say how much of it is done while it takes long.

    Parameters
    ----------
    work : generator
        Yields the part that is done, from 0 to 1, and None where nothing new is known of it.
    what : str
        What is being made.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl+C, between two parts of the work: within a call of Qt it would be lost, or end in a crash.
    """
    began, wait, done = monotonic(), PATIENCE, 0.0
    with _held_back() as interrupted, closing(work):
        while True:
            try:
                done = next(work) or done
            except StopIteration as end:
                return cast("T", end.value)
            if interrupted():
                raise KeyboardInterrupt
            if monotonic() - began >= wait:
                tell(f"{what}: {round(100 * done)} % done")
                wait *= 2


@contextmanager
def _held_back() -> Iterator[Callable[[], bool]]:
    """Hold back the first Ctrl+C, and yield what says whether there was one; a second one acts at once."""
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
