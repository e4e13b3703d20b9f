"""The pictures of the Poisson model: observed and hidden counts, log P over λ, the rate of convergence."""

from __future__ import annotations

import numpy as np

from emviz.data.things import things
from emviz.em.convergence.rate import rate_view, times_of, walked
from emviz.em.counts.table import Entry
from emviz.em.model import Look, Phase
from emviz.em.numerics import Array
from emviz.em.objective import whole
from emviz.em.pictures import Bar, Bars, Curve, Curves, Dot
from emviz.models.poisson.steps import (
    PoissonData,
    PoissonParams,
    PoissonRound,
    heights,
    likeliest,
    likeliest_unseen,
    likeliest_value,
    log_chances,
    log_tail,
    maximum,
    missing_fraction,
    q_heights,
    unseen,
)
from emviz.models.poisson.table import SPLIT, names, shares

#: The most values that are drawn.
MOST = 40
#: Points of the curve over λ.
FINE = 301


def bars(data: PoissonData, state: PoissonRound) -> Bars:
    """Return the observed counts, the expected hidden ones, and the fitted Poisson distribution."""
    weighed = state.phase is not Phase.START
    values = _values(data)
    seen = [(Bar("", float(data.count[(data.value == value) & ~data.lumped].sum())),) for value in values]
    labels = [f"{value:.0f}" for value in values]
    if data.least is None:
        never = likeliest_unseen if state.whole else unseen
        zeros = (Bar("never seen", float(never(data, state.base.params.rate)), 1, hidden=True),)
        drawn = [zeros if weighed else (), *seen]
        labels, values = ["0", *labels], np.append(0.0, values)
    elif weighed:
        parts = data.tail * _split(data, data.least, state)
        drawn = [*seen, *((Bar("", float(part), k, hidden=True),) for k, part in enumerate(parts, 1))]
        labels += names(data)[1:]
        values = np.append(values, data.least + np.arange(SPLIT))
    else:
        drawn = [*seen, (Bar("", data.tail),)]
        labels.append(f"≥{data.least}")
        values = np.append(values, data.least)
    params = state.updated or state.base.params
    curve = Curve("Poisson(λ)", np.arange(len(values), dtype=np.float64), _fit(data, params, values))
    note = (
        f"{things(len(set(data.value.tolist())) - MOST, 'value more is', 'values more are')} not drawn."
        if _many(data)
        else ""
    )
    return Bars(
        "Counts",
        "value",
        "units",
        tuple(labels),
        tuple(drawn),
        curve=curve,
        note=note,
    )


def _split(data: PoissonData, least: int, state: PoissonRound) -> Array:
    """Return the part of each value in the top group; in hard EM the likeliest has all of it."""
    rate = state.base.params.rate
    if state.whole:
        return np.asarray(np.eye(SPLIT)[min(likeliest_value(least, rate) - least, SPLIT - 1)])
    return np.asarray(shares(data, rate)[1, 1:])


def _many(data: PoissonData) -> bool:
    return len(set(data.value.tolist())) > MOST


def _values(data: PoissonData) -> Array:
    """Return the values to be drawn: all from the first possible one, or only those in the table."""
    if data.least is not None and data.least <= MOST:
        return np.arange(data.least, dtype=np.float64)
    if data.least is None and data.value.max() <= MOST:
        return np.arange(1, data.value.max() + 1)
    return np.unique(data.value[~data.lumped])[:MOST]


def _fit(data: PoissonData, params: PoissonParams, values: Array) -> Array:
    """Return the expected units of each value; with a top group the last is the whole tail."""
    if data.least is None:
        units = data.people + unseen(data, params.rate)
        return np.asarray(units * np.exp(log_chances(values, params.rate)))
    logs = log_chances(values, params.rate)
    logs[-1] = log_tail(int(values[-1]), params.rate)
    return np.asarray(data.people * np.exp(logs))


def curves(data: PoissonData, state: PoissonRound, look: Look[PoissonParams]) -> tuple[Curves, Curves]:
    """Return log P with the bound over λ, and the rate of convergence."""
    limit = maximum(data)
    thetas = walked(state, look)
    path = np.array([params.rate for params in thetas])
    fraction = None if limit is None else missing_fraction(data, limit)
    return _heights(data, state, look, limit, path), rate_view(
        "λ", path, limit, fraction, times_of(thetas, look), state.whole
    )


def _heights(
    data: PoissonData, state: PoissonRound, look: Look[PoissonParams], limit: float | None, path: Array
) -> Curves:
    base = state.base
    places = [(float(base.params.rate), f"λ({base.index})", "here")]
    if state.updated is not None:
        places = [
            (float(state.updated.rate), f"λ({base.index + 1})", "here"),
            (places[0][0], f"λ({base.index})", "start"),
        ]
    if limit is not None:
        places.append((limit, "maximum", "optimum"))
    if look.truth is not None:
        places.append((float(look.truth.rate), "truth", "truth"))
    reach = 1.5 * max(float(path.max()), *(x for x, _, _ in places))
    # Not from 0, where log P is −∞.
    xs = np.linspace(reach / FINE, reach, FINE)
    log_p = Curve("log P", xs, heights(data, xs))
    lines = whole.beside(log_p, _raised(data, xs)) if state.whole else [log_p]
    if state.phase is not Phase.START:
        lifted = base.expectation.objective - base.q_expectation
        lines.append(
            Curve(state.bound_name(), xs, lifted + q_heights(base.expectation.counts, xs), role="bound")
        )
    tops = heights(data, np.array([x for x, _, _ in places]))
    if state.whole:
        on_path = np.array([kind in ("here", "start") for _, _, kind in places])
        tops = np.where(on_path, _raised(data, np.array([x for x, _, _ in places])), tops)
    dots = tuple(Dot(x, float(y), label, kind) for (x, label, kind), y in zip(places, tops, strict=True))
    note = "" if limit is not None else "log P has no maximum: it rises all the way to the end of the range."
    return Curves("log P of λ", "λ", "nats", tuple(lines), dots, Entry("rate", ()), note)


def _raised(data: PoissonData, rates: Array) -> Array:
    """Return max log P(x, z; λ), shape (n,)."""
    thetas = map(PoissonParams, rates)
    return whole.heights(
        lambda params: likeliest(data, params),
        lambda counts, params: float(q_heights(counts, params.rate)),
        thetas,
    )
