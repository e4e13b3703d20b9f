"""The count table of linkage, and where each of its numbers comes from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    bayes_lines,
    given,
    people_line,
    ratio_line,
    sum_line,
    whole_line,
)
from emviz.em.model import Phase, Rows
from emviz.em.numerics import Array, xlogy
from emviz.models.linkage.data import (
    CELLS,
    NAMES,
    SIDE_OF,
    SIDES,
    WRITTEN,
    LinkageCounts,
    LinkageData,
    LinkageParams,
    LinkageRound,
    sides,
)

if TYPE_CHECKING:
    from emviz.models.linkage import Linkage


def count_table(model: Linkage, data: LinkageData, state: LinkageRound, rows: Rows) -> view.CountTable:
    """Return the table of Figure 1b: cell 1 shared between its classes."""
    weighed = state.phase is not Phase.START
    shares = _counted(model, data, state, rows)
    return view.CountTable(
        heading="cell",
        observed=tuple(
            f"{CELLS[cell]}: {count:.0f}"
            for cell, count in zip(data.cell[rows], data.count[rows], strict=True)
        ),
        alphabet=(),
        completions=tuple(
            view.Tag(f"{state.letter}({name})", k) for name, k in zip(NAMES, (2, 0, 1), strict=True)
        ),
        groups=tuple(view.Group(side, k, ("animals",)) for k, side in enumerate(SIDES)),
        shares=shares if weighed else None,
        counts=sides(data, shares, rows) if weighed else None,
        totals=state.base.expectation.counts.animals if weighed else None,
        updates=_updates(model, state.base.expectation.counts, state.updated) if state.updated else (),
        names=None,
        labels=None,
        reference=(),
        derive=partial(_derive, model, data, state),
    )


def _counted(model: Linkage, data: LinkageData, state: LinkageRound, rows: Rows) -> Array:
    """Return the part of each cell that is counted for each class, shape (len(rows), 3)."""
    shares = model.posterior(data, state.base.params, rows)
    return np.asarray(np.eye(len(NAMES))[shares.argmax(axis=-1)]) if state.whole else shares


def _updates(model: Linkage, counts: LinkageCounts, updated: LinkageParams) -> tuple[view.Update, ...]:
    told, against, _ = counts.animals.tolist()
    return (view.Update("π", 0, told, (told, against), float(updated.pi)),)


# -- where the numbers come from -------------------------------------------------------------------------


def _derive(
    model: Linkage, data: LinkageData, state: LinkageRound, cell: view.Cell, places: int
) -> view.Derivation:
    """Return the lines from a cell of the table up to π."""
    own: list[view.Line] = []
    if isinstance(cell, view.ShareCell):
        own, side = _row_lines(model, data, state, cell.row, cell.place, places)
        what = f"{state.letter}({NAMES[cell.place]}) in row {cell.row + 1}"
    elif isinstance(cell, view.CountCell):
        side = cell.group
        what = f"the count {SIDES[side]} in row {cell.row + 1}"
        classes = SIDE_OF[data.cell[cell.row]].tolist()
        place = classes.index(side) if side in classes else None
        own = _count_lines(model, data, state, cell.row, place, side, places)
    else:
        side = cell.group if isinstance(cell, view.TotalCell) else 0
        what = f"the total {SIDES[side]}" if isinstance(cell, view.TotalCell) else "π"
    upwards = _upwards(model, data, state, side, places) if side >= 0 else []
    return view.Derivation(f"Where does {what} come from?", max(side, 0), (*own, *upwards))


def _count_lines(
    model: Linkage,
    data: LinkageData,
    state: LinkageRound,
    row: int,
    place: int | None,
    side: int,
    places: int,
) -> list[view.Line]:
    if place is None:
        none = f"No animal of cell {CELLS[data.cell[row]]} is counted {SIDES[side]}."
        return [view.Line(r"0\,\mathrm{animals}", none)]
    return _row_lines(model, data, state, row, place, places)[0]


def _row_lines(
    model: Linkage, data: LinkageData, state: LinkageRound, row: int, place: int, places: int
) -> tuple[list[view.Line], int]:
    """Return the lines on one class of one row, and the side that it is counted for; −1 for none."""
    cell, name, heading = int(data.cell[row]), NAMES[place], NAMES[place].replace(" ", r"\ ")
    side = int(SIDE_OF[cell, place])
    if side < 0:
        told = f"Cell {CELLS[cell]} has probability {WRITTEN[cell]}: there is no such part in it."
        return [view.Line(rf"{state.letter}(\mathrm{{{heading}}}) = 0", told)], side
    params, rows = state.base.params, np.array([row])
    share, taken = (
        float(shares[0, place])
        for shares in (model.posterior(data, params, rows), _counted(model, data, state, rows))
    )
    if cell:
        told = f"Cell {CELLS[cell]} is one class of probability {WRITTEN[cell]}: nothing is hidden."
        lines = [view.Line(rf"{state.letter}(\mathrm{{{heading}}}) = 1", told)]
    else:
        pi = float(params.pi)
        joint = ("1/2", f"{given(pi, places + 1)}/4")
        logs = xlogy(1.0, np.array([0.5, pi / 4])).tolist()
        asked = f"E-step: how probable the part {name} is, against the whole of cell 1 (Bayes)."
        lines = list(bayes_lines(name, place, joint, logs, share, places + 1, asked))
        lines += [whole_line(heading, taken, "class")] if state.whole else []
    counted = f"So this share of the animals in the cell is counted {SIDES[side]}."
    return [*lines, people_line(taken, float(data.count[row]), places, "animals", counted)], side


def _upwards(
    model: Linkage, data: LinkageData, state: LinkageRound, side: int, places: int
) -> list[view.Line]:
    """Return the total of a side, and the M-step where that side has a part in it."""
    counts = state.base.expectation.counts
    first = np.arange(min(len(data.cell), MOST_TERMS))
    terms = sides(data, _counted(model, data, state, first), first)[:, side]
    words = "The exact counts of all cells are added, and rounded only for display."
    total = float(counts.animals[side])
    unit = r"\,\mathrm{animals}"
    lines = [sum_line(terms.tolist(), total, len(data.cell), places, unit, words)]
    if side < 2:
        lines += _m_lines(model, data, state, places)
    else:
        lines.append(
            view.Line(
                r"\frac{d}{dπ} \log \frac{1}{2} = 0",
                "The class 1/2 is as probable whatever π is: it says nothing.",
            )
        )
    return lines


def _m_lines(model: Linkage, data: LinkageData, state: LinkageRound, places: int) -> list[view.Line]:
    """Return the line of the M-step, found already or as it will be; none where it will fail."""
    counts = state.base.expectation.counts
    try:
        (update,) = _updates(model, counts, state.updated or model.m_step(data, counts))
    except ZeroDivisionError:
        return []
    return [ratio_line(update, places, "M-step: these counts are treated as if they had been observed.")]
