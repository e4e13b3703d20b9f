"""Has a map of the basins made in the background: which start ends where, coarse first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np
from numpy.typing import NDArray

from emviz.em.aside import usual
from emviz.em.basins import SIZES, Basins, basins
from emviz.em.views import Entry
from emviz.session import Session, usual_limits
from emviz.ui.starts.bundles import bundled
from emviz.ui.work.research import Research
from emviz.ui.work.worker import Control, Worker


@dataclass(frozen=True)
class Chart:
    """A map of basins.

    Parameters
    ----------
    basins : Basins
        Which start ends where.
    spots : tuple of pair of float
        For each end the point that lies deepest inside its basin: there stands its name.
    """

    basins: Basins
    spots: tuple[tuple[float, float], ...]


class Charting(Research):
    """Makes one map at a time, of the entries of θ(0) that are not held."""

    def __init__(self, session: Session, worker: Worker) -> None:
        super().__init__("basins", session, worker)
        self.axes: tuple[Entry, Entry] | None = None
        self.chart: Chart | None = None

    def map(self, axes: tuple[Entry, Entry]) -> None:
        """Have a map over two entries of θ(0) made, in place of the one before."""
        self.axes, self.chart = axes, None
        self.start("Basins", partial(_charted, self.session, axes), 0.0)
        self.announce()

    def keep(self, value: object) -> None:
        """Keep the latest map."""
        self.chart = cast("Chart", value)


def _charted(session: Session, axes: tuple[Entry, Entry], control: Control) -> Iterator[Chart | None]:
    """Yield the maps: the coarsest while it fills, then each finer one when it is whole."""
    tolerance, iterations, on = usual_limits(session)
    done, every = 0, sum(size * size for size in SIZES)
    work = basins(
        *(session.model, session.data, session.start, *axes),
        iterations=iterations,
        tolerance=tolerance,
        on=on,
        method=session.method,
        processes=usual(),
    )
    for found in bundled(work):
        if found is None:
            yield None
            continue
        cells = found.which.size
        part = found.survey.done / max(1, found.survey.number)
        control.report((done + part * cells) / every)
        if found.complete or len(found.xs) == SIZES[0]:
            yield Chart(found, tuple(_spots(found)))
        done = sum(size * size for size in SIZES if size * size <= cells) if found.complete else done


def _spots(found: Basins) -> Iterator[tuple[float, float]]:
    for place in range(len(found.ends)):
        i, j = deepest(found.which == place)
        yield float(found.xs[i]), float(found.ys[j])


def deepest(inside: NDArray[np.bool_]) -> Sequence[int]:
    """Return the cell of a region that lies farthest from its border, in the middle of those that do."""
    left = inside
    while True:
        padded = np.pad(left, 1)
        inner = left & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
        if not inner.any():
            cells = np.argwhere(left)
            middle = cells.mean(axis=0)
            nearest: list[int] = cells[np.square(cells - middle).sum(axis=1).argmin()].tolist()
            return nearest
        left = inner
