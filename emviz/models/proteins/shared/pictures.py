"""The pictures of the layer "shared": peptides and proteins, abundances, and the flat ridge."""

from __future__ import annotations

from functools import partial

import numpy as np

from emviz.data.things import things
from emviz.em.model import Look, Phase
from emviz.em.numerics import Array, xlogy
from emviz.em.objective import whole
from emviz.em.pictures import Bar, Bars, Curve, Curves, Dot, View
from emviz.em.rounding import decimal
from emviz.models.proteins.pairs import graph
from emviz.models.proteins.shared import steps
from emviz.models.proteins.shared.steps import SharedData, SharedParams, SharedRound

#: The most proteins with bars.
MOST_BARS = 30
#: Points of the ridge.
FINE = 101


def views(data: SharedData, state: SharedRound, look: Look[SharedParams]) -> tuple[View, ...]:
    """Return the pictures, the most important one first."""
    params, pairs = state.updated or state.base.params, data.pairs
    share = steps.chosen_of if state.whole else steps.responsibilities
    shares = None if state.phase is Phase.START else share(data, state.base.params)
    sizes = params.abundance / params.abundance.max()
    details = [decimal(value, 3) for value in params.abundance.tolist()]
    words = "An edge is as wide as the share of the peptide that its protein gets."
    if state.whole:
        words = "Each peptide is counted whole for its most abundant protein."
    first = graph(pairs, shares, sizes, details, look.row, words)
    # If both abundances are 0, so is the length of the ridge.
    alike = [group for group in data.twins if state.base.params.abundance[list(group[:2])].any()]
    ridges = (ridge(data, state, *alike[0][:2]),) if alike else ()
    return first, abundances(data, params, look), *ridges


def abundances(data: SharedData, params: SharedParams, look: Look[SharedParams]) -> Bars:
    """Return a bar for each protein, or only for the most abundant ones."""
    order = np.argsort(-params.abundance, kind="stable")[:MOST_BARS]
    order = np.sort(order)
    truth = () if look.truth is None else look.truth.abundance[order].tolist()
    names = data.pairs.proteins
    few = (
        ""
        if len(order) == len(names)
        else f"The {len(order)} most abundant of {things(len(names), 'protein')}."
    )
    return Bars(
        "Abundances",
        "protein",
        "abundance θ",
        tuple(names[n] for n in order.tolist()),
        tuple((Bar("", float(params.abundance[n]), int(n)),) for n in order.tolist()),
        tuple((Dot(0.0, value, "truth", "truth"),) for value in truth),
        note=few,
    )


def ridge(data: SharedData, state: SharedRound, one: int, other: int) -> Curves:
    """Return log P and g_t as abundance moves from one protein to another with the same peptides."""
    base = state.base
    held = float(base.params.abundance[[one, other]].sum())
    xs = np.linspace(0, held, FINE)
    stacked = np.repeat(base.params.abundance[None], FINE, axis=0)
    stacked[:, one], stacked[:, other] = xs, held - xs
    log_p = Curve("log P", xs, steps.heights(data, SharedParams(stacked)))
    lines = whole.beside(log_p, _raised(data, stacked)) if state.whole else [log_p]
    height, on_curve = base.expectation.objective, float(steps.heights(data, base.params))
    if state.whole:
        (on_curve,) = _raised(data, base.params.abundance[None]).tolist()
    if state.phase is not Phase.START:
        at, counts = base.params.abundance, base.expectation.counts.peptides
        # The E-step shares in proportion to θ(t), so the bound depends on the division though log P does not.
        # At either end an abundance is 0, and the bound −∞.
        inner = xs[1:-1]
        pair = np.array([one, other])
        gains = xlogy(counts[pair], np.stack([inner, held - inner], axis=-1)) - xlogy(counts[pair], at[pair])
        lines.append(
            Curve(state.bound_name(f"bound g_{base.index}"), inner, height + gains.sum(axis=-1), role="bound")
        )
    names = data.pairs.proteins
    return Curves(
        "Flat ridge",
        f"abundance of {names[one]}, the rest of {decimal(held, 3)} being that of {names[other]}",
        "nats",
        tuple(lines),
        (Dot(float(base.params.abundance[one]), on_curve, f"θ({base.index})", "here"),),
        note=f"{names[one]} and {names[other]} have the same peptides, so log P is flat between them.",
    )


def _raised(data: SharedData, abundances: Array) -> Array:
    """Return max log P(x, z; θ), shape (n,), at abundances of shape (n, proteins)."""
    return whole.heights(partial(steps.likeliest, data), steps.fit_of, map(SharedParams, abundances))
