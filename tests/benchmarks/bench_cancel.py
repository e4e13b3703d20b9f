"""How long the background thread takes to be free once its work is cancelled.

Run as ``python tests/benchmarks/bench_cancel.py [MODEL …]``. Work gives way between two of its units, so that
Cancel is heard no later than the longest unit takes, and what the work holds is put away after that. Each
kind of work runs as in the window, for so many seconds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter, thread_time
from typing import Any, cast

import measuring  # noqa: F401 — puts emviz on the path
import numpy as np
from bench_hmm import CASINO
from bench_tomography import scanned

from emviz import session as desk
from emviz.em.bound import free_entries
from emviz.em.methods import METHODS
from emviz.em.profile_curve import profile_curve
from emviz.models import TITLES
from emviz.models.hmm import HiddenMarkov
from emviz.models.tomography import Tomography
from emviz.session import Session
from emviz.ui.comparison.contest import _raced
from emviz.ui.driver import _stepped
from emviz.ui.errors_dialog import _worked_out
from emviz.ui.starts.chart import _charted
from emviz.ui.starts.search import _searched
from emviz.ui.worker import Control

#: What should not be exceeded, in milliseconds, and seconds that a kind of work is watched for.
GOAL, WATCHED = 100, 2.0


@dataclass(frozen=True)
class Heard:
    """How soon a kind of work would hear a cancel.

    Parameters
    ----------
    model, work : str
        What was watched.
    units : int
        Units seen.
    longest, own, closing : float
        Milliseconds of the longest of them; those that a core worked on the longest by that count, which
        other work on the machine makes no longer; and those for what is put away.
    """

    model: str
    work: str
    units: int
    longest: float
    own: float
    closing: float

    @property
    def line(self) -> str:
        """The line of the table."""
        late = "" if self.longest + self.closing <= GOAL else "  late"
        times = "".join(f"{each:>10.1f}" for each in (self.longest, self.own, self.closing))
        return f"{self.model:<24}{self.work:<20}{self.units:>8,}{times}{late}"


def _comparison(session: Session, control: Control) -> Iterator[object]:
    offered = [each.key for each in METHODS if not each.refusal(session.model, session.data)]
    return _raced(session, offered, control)


def _errors(session: Session, control: Control) -> Iterator[object]:
    return cast("Iterator[object]", _worked_out(session, control))


def _profile(session: Session, control: Control) -> Iterator[object]:
    entry = free_entries(session.model, session.data)[0]
    return profile_curve(session.model, session.data, session.start, entry)


WORKS: dict[str, Callable[[Session, Control], Iterator[object]]] = {
    "run": lambda session, control: _stepped(session, None, control),
    "comparison": _comparison,
    "starts": lambda session, control: _searched(session, 200, 0, control),
    "basins": lambda session, control: _charted(session, cast("Any", session.display.axes), control),
    "errors": _errors,
    "profile likelihood": _profile,
}


def watched(name: str, session: Session, work: str, seconds: float = WATCHED) -> Heard:
    """Return how long the units of a kind of work took that ran for so many seconds."""
    task = WORKS[work](session, Control(lambda fraction: None))
    units, longest, own, until = 0, 0.0, 0.0, perf_counter() + seconds
    while perf_counter() < until:
        began, worked = perf_counter(), thread_time()
        ended = _step(task)
        longest, own = max(longest, perf_counter() - began), max(own, thread_time() - worked)
        units += 1
        if ended:
            break
    began = perf_counter()
    cast("Any", task).close()
    return Heard(name, work, units, 1000 * longest, 1000 * own, 1000 * (perf_counter() - began))


def _step(task: Iterator[object]) -> bool:
    """Do one unit; return whether it was the last one. What a method refuses is over too."""
    with np.errstate(all="ignore"):
        try:
            next(task)
        except (StopIteration, ValueError, ArithmeticError):
            return True
    return False


def large() -> dict[str, Session]:
    """Return the largest data that a benchmark has: 100,000 symbols, and 128 × 128 pixels."""
    rolls = HiddenMarkov().simulate(CASINO, 100_000, np.random.default_rng(2008))
    return {
        "hmm, 100,000": desk.new_session(HiddenMarkov(), rolls, "rolls"),
        "tomography, 128 × 128": desk.new_session(Tomography(size=128), scanned(128, 180), "head"),
    }


def works_of(session: Session) -> Iterator[str]:
    """Yield the kinds of work that there are for a session."""
    yield from (each for each in WORKS if each != "basins" or session.display.axes is not None)


def main(names: list[str]) -> None:
    """Print the table."""
    sessions = {key: desk.example_session(key) for key in TITLES if not names or key in names}
    if not names or "large" in names:
        sessions |= large()
    print(f"{'model':<24}{'work':<20}{'units':>8}{'longest':>10}{'own':>10}{'closing':>10}")
    for name, session in sessions.items():
        for work in works_of(session):
            print(watched(name, session, work).line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
