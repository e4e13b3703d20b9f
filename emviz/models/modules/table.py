"""The count table of modules."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from emviz.em import views as view
from emviz.em.labels import label_tags
from emviz.em.model import Phase, Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal
from emviz.models.modules import steps
from emviz.models.modules.data import NAMES, ModuleCounts, ModuleData, ModuleParams, ModuleRound
from emviz.models.modules.derivations import SUMMED, Desk, derive, ratio
from emviz.models.modules.pictures import gene_names

if TYPE_CHECKING:
    from emviz.models.modules import Modules

#: Arrays that a row of the table tells.
TOLD = 2


def count_table(model: Modules, data: ModuleData, state: ModuleRound, rows: Rows) -> view.CountTable:
    """Return the table: shares, and what each gene adds to the sums of each module."""
    weighed, names = state.phase is not Phase.START, NAMES[: model.modules]
    desk = Desk(model, data, state)
    shares = desk.shares(rows)
    amounts = np.column_stack(
        [np.ones(len(rows)), data.raw[rows, :SUMMED], data.patterns[data.which[rows], :SUMMED]]
    )
    symbols = ("genes", *(f"Σ {name}" for name in data.arrays[:SUMMED]), *data.regulators[:SUMMED])
    reference = data.labelled
    return view.CountTable(
        heading="gene: " + ", ".join(data.arrays[:TOLD]) + (" · regulators" if data.regulators else ""),
        observed=_observed(data, rows),
        alphabet=(),
        completions=tuple(view.Tag(f"{state.letter}({name})", k) for k, name in enumerate(names)),
        groups=tuple(view.Group(f"module {name}", k, symbols) for k, name in enumerate(names)),
        shares=shares if weighed else None,
        counts=(shares[:, :, None] * amounts[:, None, :]).reshape(len(rows), -1) if weighed else None,
        totals=_totals(desk) if weighed else None,
        updates=updates(desk, desk.counts, state.updated) if state.updated else (),
        names=None,
        labels=label_tags(data.label, rows, names),
        reference=() if reference is None else updates(desk, reference, model.m_step(data, reference)),
        derive=partial(derive, desk),
    )


def _observed(data: ModuleData, rows: Rows) -> tuple[str, ...]:
    """Return the name, the first numbers and the regulators of each gene: "YAL001: 0.31, 1.20, … · 0100"."""
    digits = [max(0, 2 - math.floor(math.log10(scale))) for scale in data.scale[:TOLD].tolist()]
    more = ", …" if len(data.arrays) > TOLD else ""
    told = []
    for name, row in zip(gene_names(data, rows), rows.tolist(), strict=True):
        numbers = zip(data.raw[row, :TOLD].tolist(), digits, strict=True)
        bits = "".join(f"{bit:.0f}" for bit in data.patterns[data.which[row]].tolist())
        text = f"{name}: {', '.join(_short(value, places) for value, places in numbers)}{more}"
        told.append(f"{text} · {bits}" if bits else text)
    return tuple(told)


def _short(value: float, places: int) -> str:
    text = decimal(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _totals(desk: Desk) -> Array:
    counts = desk.counts
    sums = counts.genes[:, None] * counts.mean[:, :SUMMED]
    bound = steps.active(desk.data, counts, desk.softmax)[:, :SUMMED]
    return np.column_stack([counts.genes, sums, bound]).ravel()


# -- the M-step ----------------------------------------------------------------------------------------------


def updates(desk: Desk, counts: ModuleCounts, updated: ModuleParams) -> tuple[view.Update, ...]:
    """Return how every free entry of θ was found, in the order of `parameters`."""
    made = []
    for parameter, values in zip(desk.model.parameters(desk.data), updated, strict=True):
        for index in parameter.free:
            value = float(values[index])
            top, terms = ratio(desk, counts, parameter.name, index, value)
            made.append(view.Update(parameter.label(index), index[0], top, terms, value))
    return tuple(made)
