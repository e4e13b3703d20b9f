"""The count table of the Poisson model, and where each of its numbers comes from."""

from __future__ import annotations

from functools import partial

import numpy as np

from emviz.em import views as view
from emviz.em.derivation import (
    MOST_TERMS,
    equals,
    given,
    ratio_line,
    significant,
    sum_line,
    whole_line,
)
from emviz.em.model import Phase, Rows
from emviz.em.numerics import Array
from emviz.em.rounding import decimal, figures
from emviz.models.poisson.steps import (
    PoissonCounts,
    PoissonData,
    PoissonParams,
    PoissonRound,
    likeliest_unseen,
    likeliest_value,
    log_chances,
    log_tail,
    rated,
    tail_mean,
    unseen,
)

#: The values into which the top group is split, the last of them being all the rest.
SPLIT = 5


def names(data: PoissonData) -> tuple[str, ...]:
    """Return the names of the completions, in order."""
    if data.least is None:
        return ("seen", "never seen")
    values = range(data.least, data.least + SPLIT - 1)
    return ("as written", *map(str, values), f"≥{data.least + SPLIT - 1}")


def shares(data: PoissonData, rate: Array) -> Array:
    """Return the shares of a row whose value is written, and of the lumped one; shape (2, completions).

    Where the zeros are hidden these are the parts of all units that are seen and never seen; the seen ones
    of every row stand for that many of all.
    """
    if data.least is None:
        return np.tile(np.array([-np.expm1(-rate), np.exp(-rate)]), (2, 1))
    values = np.arange(data.least, data.least + SPLIT - 1, dtype=np.float64)
    rest = log_tail(data.least + SPLIT - 1, rate)
    logs = np.append(log_chances(values, rate), rest) - log_tail(data.least, rate)
    return np.stack([np.eye(SPLIT + 1)[0], np.append(0.0, np.exp(logs))])


def _counted(data: PoissonData, state: PoissonRound) -> Array:
    """Return the same as `shares`, with the likeliest number or value alone where units count whole."""
    rate = state.base.params.rate
    if not state.whole:
        return shares(data, rate)
    if data.least is None:
        never = likeliest_unseen(data, rate)
        return np.tile(np.array([data.people, never]) / (data.people + never), (2, 1))
    place = min(1 + likeliest_value(data.least, rate) - data.least, SPLIT)
    return np.eye(SPLIT + 1)[[0, place]]


def _groups(data: PoissonData) -> tuple[view.Group, ...]:
    if data.least is None:
        return (
            view.Group("seen", 0, ("units",)),
            view.Group("never seen", 1, ("units",)),
            view.Group("in all", 2, ("events",)),
        )
    return view.Group("counted", 0, ("units",)), view.Group("expected", 1, ("events",))


def _spread(data: PoissonData, state: PoissonRound, rows: Rows) -> Array:
    """Return the expected counts that some rows give to each group, shape (len(rows), groups)."""
    value, count, rate = data.value[rows], data.count[rows], state.base.params.rate
    if data.least is None:
        never = likeliest_unseen(data, rate) if state.whole else unseen(data, rate)
        return np.stack([count, count * never / data.people, value * count], axis=-1)
    top = likeliest_value(data.least, rate) if state.whole else tail_mean(data.least, rate)
    mean = np.where(data.lumped[rows], top, value)
    return np.stack([count, mean * count], axis=-1)


def _totals(data: PoissonData, counts: PoissonCounts) -> Array:
    people, events = float(counts.people), float(counts.events)
    if data.least is None:
        return np.array([data.people, people - data.people, events])
    return np.array([people, events])


def _update(data: PoissonData, counts: PoissonCounts, updated: PoissonParams) -> view.Update:
    *units, events = _totals(data, counts).tolist()
    return view.Update("λ", 0, events, tuple(units), float(updated.rate))


def written(data: PoissonData, row: int) -> str:
    """Return the value of a row as the table has it."""
    return f"{'≥' if data.lumped[row] else ''}{data.value[row]:.0f}"


def count_table(data: PoissonData, state: PoissonRound, rows: Rows) -> view.CountTable:
    """Return the table of Figure 1b: the values, what is hidden behind them, units and events."""
    weighed = state.phase is not Phase.START
    counts = state.base.expectation.counts
    return view.CountTable(
        heading="value",
        observed=tuple(f"{written(data, row)}: {data.count[row]:.0f}" for row in rows.tolist()),
        alphabet=(),
        completions=tuple(view.Tag(f"{state.letter}({name})", k) for k, name in enumerate(names(data))),
        groups=_groups(data),
        shares=_counted(data, state)[data.lumped[rows].astype(np.intp)] if weighed else None,
        counts=_spread(data, state, rows) if weighed else None,
        totals=_totals(data, counts) if weighed else None,
        updates=(_update(data, counts, state.updated),) if state.updated else (),
        names=None,
        labels=None,
        reference=(),
        derive=partial(_derive, data, state),
    )


# -- where the numbers come from -----------------------------------------------------------------------------


def _derive(data: PoissonData, state: PoissonRound, cell: view.Cell, places: int) -> view.Derivation:
    """Return the lines from a cell of the table up to λ."""
    groups = _groups(data)
    told = [f"{group.symbols[0]} {group.heading}" for group in groups]
    if isinstance(cell, view.UpdateCell):
        sums = [_sum_line(data, state, group, places) for group in range(len(groups))]
        lines = (*sums, _m_line(data, state, places))
        return view.Derivation("Where does λ come from?", 0, lines)
    if isinstance(cell, view.ShareCell):
        group, k = 1, cell.place
        what = f"{state.letter}({names(data)[k]}) in row {cell.row + 1}"
        own = [*_share_lines(data, state, cell.row, k, places), *_lines(data, state, cell.row, 1, places)]
    else:
        group = k = cell.group
        what = f"the total of {told[k]}"
        own = []
        if isinstance(cell, view.CountCell):
            what = f"the count of {told[k]} in row {cell.row + 1}"
            own = _lines(data, state, cell.row, k, places)
    upwards = (_sum_line(data, state, group, places), _m_line(data, state, places))
    return view.Derivation(f"Where does {what} come from?", k, (*own, *upwards))


def _sum_line(data: PoissonData, state: PoissonRound, group: int, places: int) -> view.Line:
    first = np.arange(min(len(data.value), MOST_TERMS))
    terms = _spread(data, state, first)[:, group].tolist()
    total = float(_totals(data, state.base.expectation.counts)[group])
    unit = rf"\,\mathrm{{{_groups(data)[group].symbols[0]}}}"
    words = "The exact counts of all rows are added, and rounded only for display."
    return sum_line(terms, total, len(data.value), places, unit, words)


def _m_line(data: PoissonData, state: PoissonRound, places: int) -> view.Line:
    counts = state.base.expectation.counts
    update = _update(data, counts, state.updated or rated(counts))
    return ratio_line(update, places, "M-step: events over units, as if all of them had been observed.")


def _lines(data: PoissonData, state: PoissonRound, row: int, group: int, places: int) -> list[view.Line]:
    """Return the lines on what one row gives to a group."""
    count, value, params = data.count[row], data.value[row], state.base.params
    if group == 0:
        return [view.Line(rf"{count:.0f}\,\mathrm{{units}}", "The units of this row, as they were counted.")]
    if data.least is None and group == 1:
        return _never_lines(data, state, row, places)
    if data.lumped[row] and not state.whole:
        return _tail_lines(data, params, row, places)
    if data.lumped[row]:
        value = float(likeliest_value(int(value), params.rate))
        events = rf"{value:.0f} \times {count:.0f} = {value * count:.0f}\,\mathrm{{events}}"
        rate = figures(float(params.rate), 4)
        words = f"The likeliest value of the group, at λ = {rate}, times the units in it."
        return [view.Line(events, words)]
    events = rf"{value:.0f} \times {count:.0f} = {value * count:.0f}\,\mathrm{{events}}"
    return [view.Line(events, "The value of this row times its units: nothing is hidden in it.")]


def _never_lines(data: PoissonData, state: PoissonRound, row: int, places: int) -> list[view.Line]:
    """Return the lines on the units never seen that one row stands for."""
    if not state.whole:
        return [_unseen_line(data, state.base.params, row, places)]
    never, count = likeliest_unseen(data, state.base.params.rate), float(data.count[row])
    part = count * never / data.people
    return [
        _mode_line(data, state.base.params),
        view.Line(
            rf"{count:.0f} \cdot {never} / {data.people:.0f} {equals(part, places)} "
            rf"{decimal(part, places)}\,\mathrm{{units}}",
            "Each unit seen stands for as many of them.",
        ),
    ]


def _mode_line(data: PoissonData, params: PoissonParams) -> view.Line:
    never, rate = likeliest_unseen(data, params.rate), figures(float(params.rate), 4)
    return view.Line(
        rf"n_0 = \lfloor (n - 1) / (e^{{\lambda }} - 1) \rfloor = {never}\,\mathrm{{units}}",
        f"The likeliest number never seen beside n = {data.people:.0f}, at λ = {rate}: the mode of a "
        "negative binomial distribution.",
    )


def _unseen_line(data: PoissonData, params: PoissonParams, row: int, places: int) -> view.Line:
    count, rate = float(data.count[row]), given(float(params.rate), places + 1)
    zeros = count * float(unseen(data, params.rate)) / data.people
    fraction = rf"\frac{{e^{{-{rate}}}}}{{1 - e^{{-{rate}}}}}"
    formula = (
        rf"{count:.0f} \times {fraction} {equals(zeros, places)} {decimal(zeros, places)}\,\mathrm{{units}}"
    )
    return view.Line(
        formula, "For each unit seen, so many are expected that had no event and were never seen."
    )


def _tail_lines(data: PoissonData, params: PoissonParams, row: int, places: int) -> list[view.Line]:
    least, count, rate = int(data.value[row]), float(data.count[row]), params.rate
    mean, shown = float(tail_mean(least, rate)), given(float(rate), places + 1)
    # The mean to as many digits as its product with the units needs, and its parts to one more.
    digits = places + 1 + len(f"{count:.0f}")
    above, whole = (significant(float(log_tail(m, rate)), digits + 2) for m in (least - 1, least))
    bounds = rf"\frac{{P(X \geq {least - 1})}}{{P(X \geq {least})}}"
    numbers = rf"\frac{{{above}}}{{{whole}}} {equals(mean, digits)} {decimal(mean, digits)}"
    events = rf"{equals(mean * count, places)} {decimal(mean * count, places)}\,\mathrm{{events}}"
    return [
        view.Line(
            rf"E[X \mid X \geq {least}] = {shown} \cdot {bounds} = {shown} \cdot {numbers}",
            "The expected value of a unit in the top group.",
        ),
        view.Line(
            rf"{count:.0f} \times {decimal(mean, digits)} {events}", "And so many units are in the group."
        ),
    ]


def _share_lines(
    data: PoissonData, state: PoissonRound, row: int, place: int, places: int
) -> list[view.Line]:
    """Return the lines on the share of one completion in one row."""
    rate, name = state.base.params.rate, names(data)[place]
    share = float(_counted(data, state)[int(data.lumped[row]), place])
    if state.whole:
        return _whole_lines(data, state.base.params, row, place, share, places)
    shown = f"{equals(share, places + 1)} {decimal(share, places + 1)}"
    if data.least is None:
        power = rf"e^{{-{given(float(rate), places + 1)}}}"
        formula, asked = (
            (
                rf"P(\mathrm{{never\ seen}}) = P(X = 0) = {power}",
                "E-step: a unit without an event is not seen.",
            )
            if place
            else (
                rf"P(\mathrm{{seen}}) = P(X \geq 1) = 1 - {power}",
                "E-step: one event is enough to be seen.",
            )
        )
        return [view.Line(f"{formula} {shown}", asked)]
    if not data.lumped[row] or not place:
        told = f"All that is written is {written(data, row)}."
        heading = r"as\ written" if not place else name
        return [view.Line(rf"P(\mathrm{{{heading}}}) {shown}", told)]
    return _split_lines(data.least, rate, place, name, shown, places)


def _whole_lines(
    data: PoissonData, params: PoissonParams, row: int, place: int, share: float, places: int
) -> list[view.Line]:
    """Return the same where the likeliest number or value is counted alone."""
    if data.least is not None:
        name = names(data)[place]
        what = "value" if data.lumped[row] else "one value written"
        return [whole_line("written" if not place else name, share, what)]
    never = likeliest_unseen(data, params.rate)
    top = never if place else data.people
    ratio = rf"\frac{{{top:.0f}}}{{{data.people:.0f} + {never}}}"
    words = "The part of all units, seen or not."
    return [
        _mode_line(data, params),
        view.Line(f"{ratio} {equals(share, places + 1)} {decimal(share, places + 1)}", words),
    ]


def _split_lines(least: int, rate: Array, place: int, name: str, shown: str, places: int) -> list[view.Line]:
    """Return the lines on P(X = k | X ≥ m), or on all that is left for the last k."""
    value, written_rate = least + place - 1, given(float(rate), places + 1)
    top = float(log_tail(value, rate) if place == SPLIT else log_chances(np.array([float(value)]), rate)[0])
    what, chance = f"X = {value}", rf"e^{{-{written_rate}}} \cdot {written_rate}^{{{value}}} / {value}!"
    if place == SPLIT:
        what, chance = _tail_formula(value, written_rate)
    below, whole = _tail_formula(least, written_rate)
    numbers = [significant(log, places + 3) for log in (top, float(log_tail(least, rate)))]
    ratio = rf"\frac{{P({what})}}{{P({below})}} = \frac{{{numbers[0]}}}{{{numbers[1]}}} {shown}"
    return [
        view.Line(rf"P({what}) = {chance} \approx {numbers[0]}", "E-step: how probable this value is."),
        view.Line(rf"P({below}) = {whole} \approx {numbers[1]}", "How probable the whole group is."),
        view.Line(rf"P(\mathrm{{{name}}}) = {ratio}", "Their ratio, as nothing more is known (Bayes)."),
    ]


def _tail_formula(least: int, rate: str) -> tuple[str, str]:
    """Return X ≥ m, and its probability as LaTeX."""
    return rf"X \geq {least}", rf"1 - \sum_{{k < {least}}} e^{{-{rate}}} \cdot {rate}^{{k}} / k!"
