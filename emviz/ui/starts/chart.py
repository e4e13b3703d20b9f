"""Computes maps of basins in the background, coarse first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np
from numpy.typing import NDArray

from emviz.em.counts.table import Entry
from emviz.em.optima.aside import usual
from emviz.em.optima.basins import SIZES, Basins, basins
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
        The end of each start.
    spots : tuple of pair of float
        For each end, the point deepest inside its basin, where its label is drawn.
    """

    basins: Basins
    spots: tuple[tuple[float, float], ...]


class Charting(Research):
    """Computes one map at a time over two free entries of θ(0)."""

    def __init__(self, session: Session, worker: Worker) -> None:
        super().__init__("basins", session, worker)
        self.axes: tuple[Entry, Entry] | None = None
        self.chart: Chart | None = None

    def map(self, axes: tuple[Entry, Entry]) -> None:
        """Compute a map over two entries of θ(0), in place of an earlier one."""
        self.axes, self.chart = axes, None
        self.start("Basins", partial(_charted, self.session, axes))
        self.announce()

    def keep(self, value: object) -> None:
        """Keep the latest map."""
        self.chart = cast("Chart", value)


def _charted(session: Session, axes: tuple[Entry, Entry], control: Control) -> Iterator[Chart | None]:
    """Yield the maps: the coarsest while it is being filled, each finer one when complete."""
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
    """Return the cell farthest from the border of a region; of several, the one in their middle."""
    left = inside
    while True:
        padded = np.pad(left, 1)
        # Inside is a cell whose four neighbours belong to it too: each turn takes off the rim.
        inner = left & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
        if not inner.any():
            cells = np.argwhere(left)
            middle = cells.mean(axis=0)
            # The middle itself may lie outside a bent region.
            nearest: list[int] = cells[np.square(cells - middle).sum(axis=1).argmin()].tolist()
            return nearest
        left = inner
