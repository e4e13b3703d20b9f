"""How the benchmarks measure, and the one table that they print.

emviz and its peer run in one process and in turn, so that both see the same machine.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from types import ModuleType

# The benchmarks measure the emviz that they lie beside, or that of the checkout named; not one installed.
sys.path.insert(0, os.environ.get("EMVIZ_MEASURED", str(Path(__file__).resolve().parents[2])))

from emviz.data.table import Table
from emviz.em.engine import advance, start
from emviz.em.model import AnyModel, AnyStep, Fields

NOTE = """
Milliseconds per iteration of the E-step, log P(x; θ) and the M-step, or for the whole of a task that has no
iterations; medians of runs in turn. MiB at the peak of a run beyond the data; for emviz parsing is included.
emviz computes the lower bound as well."""


@dataclass(frozen=True)
class Row:
    """One line of the table: milliseconds, and MiB at the peak.

    Parameters
    ----------
    task : str
        What is done.
    emviz, emviz_memory : float
        What it costs emviz.
    peer : str
        Who else does it; empty where nobody does.
    peer_time, peer_memory : float or None
        What it costs the peer; None where it is not installed, or where there is none.
    """

    task: str
    emviz: float
    emviz_memory: float
    peer: str = ""
    peer_time: float | None = None
    peer_memory: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times faster emviz is."""
        return None if self.peer_time is None else self.peer_time / self.emviz

    @property
    def cells(self) -> tuple[str, ...]:
        """The line, cell by cell."""
        missing = bool(self.peer) and self.peer_time is None
        peer = f"{self.peer} (not installed)" if missing else self.peer or "—"
        numbers = (_figure(self.peer_time), _figure(self.ratio), _figure(self.emviz_memory))
        return (self.task, _figure(self.emviz), peer, *numbers, _figure(self.peer_memory))


@dataclass(frozen=True)
class Run:
    """What is timed.

    Parameters
    ----------
    function : callable
        Does the work.
    iterations : int
        The iterations that it does; 1 for work that has none.
    whole : callable or None
        What the peak of memory is that of; `function` where it is None.
    """

    function: Callable[[], object]
    iterations: int = 1
    whole: Callable[[], object] | None = None

    @property
    def milliseconds(self) -> float:
        """The time of one iteration, measured now."""
        gc.collect()
        began = perf_counter()
        self.function()
        return 1000 * (perf_counter() - began) / self.iterations

    @property
    def peak(self) -> float:
        """The MiB at the peak beyond what there was before, measured now."""
        gc.collect()
        tracemalloc.start()
        (self.whole or self.function)()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most / 2**20


def race(task: str, ours: Run, peer: str = "", theirs: Run | None = None, repeats: int = 9) -> Row:
    """Return the medians of so many runs in turn, and the peaks."""
    sides = [ours] if theirs is None else [ours, theirs]
    turns = [[side.milliseconds for side in sides] for _ in range(repeats)]
    times = [median(side) for side in zip(*turns, strict=True)]
    peaks = [side.peak for side in sides]
    other = (None, None) if theirs is None else (times[1], peaks[1])
    return Row(task, times[0], peaks[0], peer, *other)


def iterated(model: AnyModel, data: object, step: AnyStep, iterations: int) -> AnyStep:
    """Return the step so many iterations after one."""
    for _ in range(2 * iterations):
        step = advance(model, data, step)
    return step


def emviz_run(model: AnyModel, table: Table, params: Fields, iterations: int, beginning: bool = False) -> Run:
    """Return a run of emviz from θ(0).

    Parameters
    ----------
    beginning : bool
        Whether the E-step at θ(0) is timed too, for a peer that does one more of them than M-steps.
    """
    data = model.parse(table)
    first = start(model, data, params)

    def run() -> object:
        step = start(model, data, params) if beginning else first
        return iterated(model, data, step, iterations)

    def whole() -> object:
        parsed = model.parse(table)
        return iterated(model, parsed, start(model, parsed, params), 1)

    return Run(run, iterations, whole)


def installed(name: str) -> ModuleType | None:
    """Return a module of a peer, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def lines_of(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of the table, each as soon as it has been measured."""
    heading = ("task", "emviz, ms", "peer", "peer, ms", "ratio", "emviz, MiB", "peer, MiB")
    yield _line(heading)
    for row in rows:
        yield _line(row.cells)
    yield NOTE


def print_table(rows: Iterable[Row]) -> None:
    """Print the table."""
    for line in lines_of(rows):
        print(line, flush=True)


def _line(cells: tuple[str, ...]) -> str:
    task, emviz, peer, *others = cells
    return f"{task:<48}{emviz:>11}  {peer:<30}" + "".join(f"{cell:>11}" for cell in others)


def _figure(value: float | None) -> str:
    """Return a number to three significant digits, none of them left out before the point."""
    if value is None:
        return "—"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
