"""The pictures of modules: genes sorted by module as a heat map, mean curves, modules by regulators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import Table
from emviz.data.things import things
from emviz.em.families.alone import beside, known
from emviz.em.families.holes_drawn import mixed
from emviz.em.families.meaning import Lacking, lacking_numbers
from emviz.em.model import Look, Phase
from emviz.em.numerics import Array, largest_alone
from emviz.em.pictures import Matrix, Profiles, View
from emviz.models.modules import steps
from emviz.models.modules.data import NAMES, PREFIX, ModuleData, ModuleParams, ModuleRound

if TYPE_CHECKING:
    from emviz.models.modules import Modules

#: The most genes in the heat map, and the most drawn as curves.
MOST_GENES, MOST_CURVES = 300, 2000
#: The quantile of all numbers at which the colours of the heat map end.
PALER = 0.98

Places = NDArray[np.intp]


def views(model: Modules, data: ModuleData, state: ModuleRound, look: Look[ModuleParams]) -> tuple[View, ...]:
    """Return the pictures, the most important one first."""
    pictures: tuple[View, ...] = (
        heat_map(model, data, state, look),
        profiles(model, data, state, look),
    )
    if not data.regulators:
        return pictures
    return *pictures, regulators(model, data, state)


def lacking(model: Modules, data: ModuleData) -> Lacking | None:
    """Return the genes and their holes; None if there are none."""
    if data.holes is None:
        return None

    def table(values: Array, rows: Places) -> Table:
        bits = data.patterns[data.which[rows]]
        bound = {f"{PREFIX}{name}": column for name, column in zip(data.regulators, bits.T, strict=True)}
        return Table.from_columns({**dict(zip(data.arrays, values.T, strict=True)), **bound})

    truth = data.holes.truth if data.holes.known else None
    return lacking_numbers(model, data.raw, truth, data.scale, table)


def _subset(data: ModuleData, most: int) -> Places:
    """Return all rows, or a number of them evenly spread over the table."""
    return np.linspace(0, data.rows - 1, min(data.rows, most)).astype(np.intp)


def _place_of(rows: Places, row: int | None) -> int | None:
    """Return the place of a row among those on display, or None."""
    found = [] if row is None else np.flatnonzero(rows == row).tolist()
    return found[0] if found else None


def _shares(model: Modules, data: ModuleData, state: ModuleRound, rows: Places) -> Array | None:
    """Return the part of each gene that is counted for each module, (rows, M); None before the E-step."""
    if state.phase is Phase.START:
        return None
    if state.whole:
        return largest_alone(steps.log_whole(data, state.base.params, rows))
    return model.posterior(data, state.base.params, rows)


def _filled(data: ModuleData, state: ModuleRound, rows: Places, shares: Array | None) -> Array:
    """Return some genes; after the E-step each hole has its expected value over all modules."""
    if data.holes is None or shares is None:
        return data.raw[rows]
    return mixed(shares, *steps.filled(data, state.base.params, rows))[0]


def heat_map(model: Modules, data: ModuleData, state: ModuleRound, look: Look[ModuleParams]) -> Matrix:
    """Return the expression of every gene, sorted by likeliest module, the surest genes of each first."""
    rows = _subset(data, MOST_GENES)
    shares, components = _shares(model, data, state, rows), None
    if shares is not None:
        best = shares.argmax(axis=1)
        # lexsort: the last key is the first to sort by.
        order = np.lexsort((-shares.max(axis=1), best))
        rows, shares, components = rows[order], shares[order], tuple(best[order].tolist())
    # A quantile, not the maximum: one outlier would leave all other cells pale.
    reach = float(np.nanquantile(np.abs(data.raw[rows]), PALER))
    gaps = [] if data.holes is None or shares is None else np.argwhere(data.holes.missing[rows]).tolist()
    return Matrix(
        title="Heat map",
        row_heading="gene",
        column_heading="array",
        rows=tuple(gene_names(data, rows)),
        columns=data.arrays,
        values=_filled(data, state, rows, shares),
        low=-reach,
        high=reach,
        components=components,
        bests=tuple((i, j) for i, j in gaps),
        row=_place_of(rows, look.row),
        note=_heat_note(data, rows, state),
        sources=tuple(rows.tolist()),
    )


def _heat_note(data: ModuleData, rows: Places, state: ModuleRound) -> str:
    if state.phase is Phase.START:
        order = ""
    elif state.whole:
        order = "Sorted by the module that each gene is counted for."
    else:
        order = "Sorted by the likeliest module; the surest genes of each come first."
    few = (
        ""
        if len(rows) == data.rows
        else f"{len(rows)} of {things(data.rows, 'gene')}, evenly spread over the table."
    )
    guess = "" if data.holes is None or state.phase is Phase.START else "A dot is a guess in a hole."
    return " ".join(part for part in (order, few, guess) if part)


def gene_names(data: ModuleData, rows: Places) -> list[str]:
    """Return the names of some genes, or their places in the table."""
    if data.genes is None:
        return [f"{row + 1}" for row in rows.tolist()]
    return [str(name) for name in data.genes[rows].tolist()]


def profiles(model: Modules, data: ModuleData, state: ModuleRound, look: Look[ModuleParams]) -> Profiles:
    """Return every gene as a curve over the arrays, under the mean curve of each module."""
    rows = _subset(data, MOST_CURVES)
    shares = _shares(model, data, state, rows)
    params = state.updated or state.base.params
    reference, name = known(model, data, params)
    means = None if reference is None else reference.mean
    return Profiles(
        title="Mean curves",
        columns=data.arrays,
        values=_filled(data, state, rows, shares),
        shares=shares,
        means=params.mean.copy(),
        names=tuple(NAMES[: model.modules]),
        counts=None if shares is None else state.base.expectation.counts.genes.copy(),
        row=_place_of(rows, look.row),
        note="" if len(rows) == data.rows else f"{len(rows):,} of {things(data.rows, 'gene')}.",
        counted=state.counted,
        reference=beside(means, params.mean, data.scale),
        reference_name=name,
    )


def regulators(model: Modules, data: ModuleData, state: ModuleRound) -> Matrix:
    """Return the link of each module to each regulator: β, or W."""
    link = (state.updated or state.base.params).link
    # At least 1: W begins at 0, which leaves no range of colours.
    reach = max(1.0, float(np.abs(link).max()))
    softmax = model.link == "softmax"
    return Matrix(
        title="Regulators",
        row_heading="module",
        column_heading="regulator",
        rows=tuple(NAMES[: model.modules]),
        columns=data.regulators,
        values=link.copy(),
        low=-reach if softmax else 0.0,
        high=reach,
        bests=tuple((m, int(f)) for m, f in enumerate(link.argmax(axis=1))),
        components=tuple(range(model.modules)),
        numbers=True,
        note="W: how strongly a regulator pulls its genes towards the module, in nats."
        if softmax
        else "β: the probability that a gene of the module has the regulator.",
        choosable=False,
    )
