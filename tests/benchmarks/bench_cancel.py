"""How long the background thread takes to be free once its work is cancelled.

Run as ``python tests/benchmarks/bench_cancel.py [MODEL …] [large]``. Work can be left between two units,
and where a kernel checks for it (`work.check_stop`), so that Cancel is heard no later than the longest time
between two such places takes, and what the work holds is put away after that. Each kind of work runs as in
the window, for so many seconds; `large` stands for the largest data of the other benchmarks.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from time import perf_counter, thread_time
from typing import Any, cast

# As the program itself does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import bench_gmm
import bench_holes
import bench_motif
import measuring  # noqa: F401 — puts emviz on the path
import numpy as np
from bench_haplotype import simulated
from bench_hmm import CASINO
from bench_rna import CLOVERLEAF, drawn
from bench_tomography import scanned

from emviz import session as desk
from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.data.table import Table
from emviz.em.counts.table import CountCell
from emviz.em.methods import METHODS
from emviz.em.model import AnyModel
from emviz.em.objective.bound import free_entries
from emviz.em.pictures import Landscape
from emviz.em.work import stoppable
from emviz.models import discover
from emviz.models.coins import Coins
from emviz.models.gmm import GaussianMixture
from emviz.models.haplotype import Haplotypes
from emviz.models.hmm import HiddenMarkov
from emviz.models.modules import Modules
from emviz.models.motif import Motif
from emviz.models.network import Network
from emviz.models.normal import MultivariateNormal
from emviz.models.profile import Profile
from emviz.models.rna import Covariance
from emviz.models.tomography import Tomography
from emviz.pages import making
from emviz.session import Session
from emviz.ui.comparison.contest import _raced
from emviz.ui.exporting import exports
from emviz.ui.panels.counts.blocks import Blocks
from emviz.ui.starts.chart import _charted
from emviz.ui.starts.search import _searched
from emviz.ui.uncertainty.errors_dialog import _worked_out
from emviz.ui.work import painting
from emviz.ui.work.driver import _stepped
from emviz.ui.work.worker import Control

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
        Places seen where it can be left.
    longest, own, closing : float
        Milliseconds of the longest way between two of them; those that a core worked on the longest by that
        count, which other work on the machine makes no longer; and those for what is put away.
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
        return f"{self.model:<28}{self.work:<20}{self.units:>8,}{times}{late}"


def _comparison(session: Session, control: Control) -> Iterator[object]:
    offered = [each.key for each in METHODS if not each.refusal(session.model, session.data)]
    return _raced(session, offered, control)


def _errors(session: Session, control: Control) -> Iterator[object]:
    return cast("Iterator[object]", _worked_out(session, control))


def _profile(session: Session, control: Control) -> Iterator[object]:
    return painting.profile(session, free_entries(session.model, session.data)[0], control)


def _slice(session: Session, control: Control) -> Iterator[object]:
    return painting.bound(session, None, control)


def _along(session: Session, control: Control) -> Iterator[object]:
    entry = free_entries(session.model, session.data)[0]
    return painting.bound(desk.shown(session, {"slice": entry}), None, control)


def _table(session: Session, control: Control) -> Iterator[object]:
    return painting.table(session, None, (), control)


def _far(session: Session, control: Control) -> Iterator[object]:
    rows = desk.many_shown(session)
    order = desk.in_file(session)
    return painting.far(session, [order.row(place) for place in range(max(0, rows - 16), rows)], control)


def _derived(session: Session, control: Control) -> Iterator[object]:
    return painting.derived(Blocks(session, awaits=True).deriving(CountCell(0, 0)), control)


def _answer(session: Session, control: Control) -> Iterator[object]:
    return painting.answer(desk.shown(session, {"row": 0}), control)


def _telling(session: Session, control: Control) -> Iterator[object]:
    return painting.telling(session, None, control)


def _landmarks(session: Session, control: Control) -> Iterator[object]:
    views = desk.views(session)
    return painting.marks(session, next(view for view in views if isinstance(view, Landscape)), control)


def _simulation(session: Session, control: Control) -> Iterator[object]:
    values, _ = desk.drawn_truth(session, desk.FIRST_TRUTH)
    free = {each.name: values[each.name] for each in session.model.parameters(session.data) if not each.fixed}
    yield None
    desk.with_simulated(session, free, session.table.rows, 1)


#: The kind of work that needs the picture of a landscape.
MARKED = "maxima and saddles"
WORKS: dict[str, Callable[[Session, Control], Iterator[object]]] = {
    "run": lambda session, control: _stepped(session, None, control),
    "bound": _slice,
    "bound along θ": _along,
    "profile likelihood": _profile,
    "landscape": lambda session, control: painting.heights(session, None, control),
    "contours": lambda session, control: painting.surface(session, None, control),
    "slowest direction": painting.slowest_way,
    "pictures": painting.views,
    "rows": _table,
    "rows scrolled to": _far,
    "derivation": _derived,
    "answer": _answer,
    "row to tell of": _telling,
    "single completion": painting.single,
    "kind of end": painting.ended,
    MARKED: _landmarks,
    "comparison": _comparison,
    "starts": lambda session, control: _searched(session, 200, 0, control),
    "basins": lambda session, control: _charted(session, cast("Any", session.display.axes), control),
    "errors": _errors,
    "counts as CSV": lambda session, control: exports.counts_csv(session),
    "answers as CSV": lambda session, control: exports.answers_csv(session),
    "page": lambda session, control: making(session),
    "simulation": _simulation,
}
#: Those that need two entries of θ for axes.
PLANES = ("landscape", "contours", "basins")


class Watch:
    """Measures the time between the places where work can be left."""

    def __init__(self) -> None:
        self.places, self.longest, self.own = 0, 0.0, 0.0
        self._at, self._worked = perf_counter(), thread_time()

    def begin(self) -> None:
        """Begin anew."""
        self._at, self._worked = perf_counter(), thread_time()

    def passed(self) -> bool:
        """Pass such a place, and go on."""
        self.longest = max(self.longest, perf_counter() - self._at)
        self.own = max(self.own, thread_time() - self._worked)
        self.places += 1
        self.begin()
        return False


def watched(name: str, session: Session, work: str, seconds: float = WATCHED) -> Heard:
    """Return how long a kind of work that ran for so many seconds was between places where it can be left."""
    watch, until = Watch(), perf_counter() + seconds
    task = WORKS[work](session, Control(lambda fraction: None))
    watch.begin()
    with stoppable(watch.passed):
        while perf_counter() < until:
            ended = _step(task)
            watch.passed()
            if ended:
                break
    began = perf_counter()
    cast("Any", task).close()
    times = (1000 * each for each in (watch.longest, watch.own, perf_counter() - began))
    return Heard(name, work, watch.places, *times)


def _step(task: Iterator[object]) -> bool:
    """Do one unit; return whether it was the last one. What a method refuses is over too."""
    with np.errstate(all="ignore"):
        try:
            next(task)
        except (StopIteration, ValueError, ArithmeticError):
            return True
    return False


def clique(cases: int, variables: int) -> Table:
    """Return findings of so many cases, a third of them missing: none has few completions."""
    rng = np.random.default_rng(2008)
    states = rng.integers(0, 2, (cases, variables)).astype(str)
    states[rng.random(states.shape) < 1 / 3] = ""
    return Table.from_columns({f"x{k}": column.tolist() for k, column in enumerate(states.T)})


def tossed(sets: int) -> Table:
    """Return so many sets of tosses of which no two are alike."""
    rng = np.random.default_rng(2008)
    tosses = rng.integers(1, 1_000_000, sets)
    heads = rng.binomial(tosses, np.where(rng.random(sets) < 0.5, 0.8, 0.45))
    return Table.from_columns({"heads": heads.astype(float), "tails": (tosses - heads).astype(float)})


def cells(rows: int, columns: int, holes: float = 0.0) -> Table:
    """Return so many points of three clusters, this part of their cells missing."""
    points = bench_gmm.clouds(rows, columns, 3)
    return bench_gmm.table_of(bench_holes.lacking(points, holes))


def measured(genes: int) -> Table:
    """Return the expression of so many genes on 40 arrays, and which of 5 regulators bind them."""
    columns = bench_gmm.clouds(genes, 40, 3).T
    bound = np.random.default_rng(2008).integers(0, 2, (5, genes))
    arrays = {f"array {j}": column.copy() for j, column in enumerate(columns)}
    return Table.from_columns(arrays | {f"reg:R{j}": row.astype(float) for j, row in enumerate(bound)})


def family(sequences: int) -> Table:
    """Return so many sequences of a family, its members over again."""
    texts = read_table(example_path("globins45.fasta")).texts("sequence").tolist()
    return Table.from_columns({"sequence": [texts[k % len(texts)] for k in range(sequences)]})


def large() -> dict[str, tuple[AnyModel, Callable[[], Table]]]:
    """Return large data for the models whose steps grow with them, or for a network the largest clique."""
    names = [f"x{k}" for k in range(16)]
    joined = "".join(f"[{name}]" for name in names[1:]) + f"[x0|{':'.join(names[1:])}]"
    rng = np.random.default_rng(2008)
    made = {
        "coins, 1,000,000": (Coins(), partial(tossed, 1_000_000)),
        "gmm, 1,000,000": (GaussianMixture(3), partial(cells, 1_000_000, 2)),
        "gmm, 100,000 × 10, holes": (GaussianMixture(3), partial(cells, 100_000, 10, 0.1)),
        "haplotype, 100,000": (Haplotypes(), partial(simulated, 100_000, 8)),
        "hmm, 100,000": (HiddenMarkov(), partial(HiddenMarkov().simulate, CASINO, 100_000, rng)),
        "modules, 50,000 × 40": (Modules(), partial(measured, 50_000)),
        "motif, 2,000 × 200": (
            Motif(width=10),
            lambda: Table.from_columns({"sequence": bench_motif.drawn(2000, 200)}),
        ),
        "network, 65,536 cells": (Network(joined), partial(clique, 3000, 16)),
        "normal, 100,000 × 10": (MultivariateNormal(), partial(cells, 100_000, 10, 0.1)),
        "profile, 1,000": (Profile(nodes=146), partial(family, 1000)),
        "rna, 200": (
            Covariance(structure=CLOVERLEAF),
            lambda: Table.from_columns({"sequence": list(drawn(CLOVERLEAF, 200).texts)}),
        ),
        "tomography, 128 × 128": (Tomography(size=128), partial(scanned, 128, 180)),
    }
    return cast("Any", made)


def largest(model: AnyModel) -> Session:
    """Return a session on the example of a model that has most rows, after an iteration."""
    sessions = [desk.example_session(model.key, example.key) for example in model.examples]
    return max(sessions, key=lambda session: session.table.rows)


def iterated(session: Session) -> Session:
    """Return a session after its first iteration."""
    steps = tuple(step for step in desk.steps(session, 2) if step is not None)
    session = desk.extended(session, session.run, steps, None)
    return desk.seek(session, len(session.trace) - 1)


def works_of(session: Session) -> Iterator[str]:
    """Yield the kinds of work that there are for a session."""
    plane = session.display.axes is not None
    marked = plane and any(isinstance(view, Landscape) for view in desk.views(session))
    yield from (each for each in WORKS if (plane or each not in PLANES) and (marked or each != MARKED))


def main(names: list[str]) -> None:
    """Print the table."""
    print(f"{'model':<28}{'work':<20}{'places':>8}{'longest':>10}{'own':>10}{'closing':>10}")
    for model in discover():
        if not names or model.key in names:
            _print(model.key, iterated(largest(model)))
    for name, (own, made) in large().items():
        if not names or "large" in names or f"large:{own.key}" in names:
            _print(name, iterated(desk.new_session(own, made(), "drawn")))


def _print(name: str, session: Session) -> None:
    # In the window garbage is collected by the GUI thread alone.
    gc.disable()
    for work in works_of(session):
        print(watched(name, session, work).line, flush=True)
        gc.collect()
    gc.enable()


if __name__ == "__main__":
    main(sys.argv[1:])
