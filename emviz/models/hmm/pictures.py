"""The pictures of a hidden Markov model: the ribbon of states, the chain as a graph, and the emissions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from emviz.em.counts.labels import all_known
from emviz.em.counts.table import Entry
from emviz.em.model import Look, Phase
from emviz.em.numerics import Array
from emviz.em.pictures import Curve, Edge, Graph, Histogram, Landscape, Matrix, Node, Ribbon, View
from emviz.em.rounding import decimal, with_minus
from emviz.models.hmm.data import (
    NAMES,
    UNSEEN,
    CategoricalParams,
    GaussianParams,
    HmmData,
    HmmParams,
    HmmRound,
)
from emviz.models.hmm.lanes import Whole
from emviz.models.hmm.rows import viterbi
from emviz.models.hmm.steps import log_densities, smooth

#: The most bins of the histogram, and the points of a density.
BINS, POINTS = 60, 241


def pictures(data: HmmData, state: HmmRound, look: Look[HmmParams]) -> Sequence[View]:
    """Return the ribbon, the chain, the expected transitions, and the emissions."""
    weighed = state.phase is not Phase.START
    path = viterbi(data, state.base.params) if weighed else None
    shares = None if path is None else _shares(data, state, path)
    params = state.base.params if state.updated is None else state.updated
    last = (
        _emissions(data, params)
        if isinstance(params, CategoricalParams)
        else _histogram(data, params, shares, look)
    )
    return (
        _ribbon(data, state, shares, path, look),
        _chain(data, params, state),
        _moves(state, params),
        last,
    )


def landscape(default: HmmParams) -> Landscape:
    """Return log P over the means or the probabilities of staying, and what else there is to choose.

    It is climbed from the default, with the states in reverse order, and with all states alike.
    """
    states = range(len(default.initial))
    entries = [Entry("transition", (k, k)) for k in states]
    if isinstance(default, CategoricalParams):
        entries += [Entry("emission", index) for index in np.ndindex(default.emission.shape)]
    else:
        entries = [Entry(name, (k,)) for name in ("mean", "variance") for k in states] + entries
    return Landscape(tuple(entries), (default, _reversed(default), _alike(default)))


def _reversed(params: HmmParams) -> HmmParams:
    fields = {name: field[::-1].copy() for name, field in params._asdict().items()}
    return params._replace(**{**fields, "transition": params.transition[::-1, ::-1].copy()})


def _alike(params: HmmParams) -> HmmParams:
    states = len(params.initial)
    own = {
        name: np.repeat(field.mean(axis=0, keepdims=True), states, axis=0)
        for name, field in params._asdict().items()
    }
    even = np.full(states, 1 / states)
    return params._replace(**{**own, "initial": even, "transition": np.tile(even, (states, 1))})


def _shares(data: HmmData, state: HmmRound, path: Whole) -> Array:
    """Return the share of each step that is counted for each state, shape (T, K)."""
    if state.whole:
        return np.asarray(np.eye(len(state.base.params.initial))[path])
    found = smooth(data, state.base.params)[0]
    # A run stops before a θ at which the data are impossible.
    assert found is not None
    return np.ascontiguousarray(found.share.reshape(len(found.share), -1)[:, data.lanes.place].T)


def _ribbon(
    data: HmmData, state: HmmRound, shares: Array | None, path: Whole | None, look: Look[HmmParams]
) -> Ribbon:
    row = look.row
    if row is not None and not data.by_step:
        row = int(data.starts[row])
    return Ribbon(
        title="Ribbon",
        symbols=_symbols(data),
        shares=shares,
        best=None if shares is None else path,
        truth=data.state if all_known(data.state) else None,
        names=tuple(NAMES[: len(state.base.params.initial)]),
        breaks=tuple(data.starts[1:].tolist()),
        row=row,
        letter=state.letter,
    )


def _symbols(data: HmmData) -> tuple[str, ...] | Array:
    if data.gaussian:
        return data.values
    return tuple(map((*data.alphabet, UNSEEN).__getitem__, data.codes.tolist()))


def _chain(data: HmmData, params: HmmParams, state: HmmRound) -> Graph:
    counts = state.base.expectation.counts
    steps = (
        counts.initial + counts.transition.sum(axis=0) if state.phase is not Phase.START else params.initial
    )
    sizes = (steps / steps.sum()).tolist()
    nodes = tuple(
        Node(NAMES[k], k, size, detail)
        for k, (size, detail) in enumerate(zip(sizes, _typical(data, params), strict=True))
    )
    edges = tuple(
        Edge(j, k, float(chance), decimal(chance, 3))
        for (j, k), chance in np.ndenumerate(params.transition)
        if chance > 0
    )
    return Graph("Chain", nodes, edges, note="The width of an edge is the probability of its transition.")


def _typical(data: HmmData, params: HmmParams) -> list[str]:
    """Return a short note on the emissions of each state: its likeliest symbol, or its mean."""
    if isinstance(params, CategoricalParams):
        best = params.emission.argmax(axis=1).tolist()
        return [f"{data.alphabet[s]}: {decimal(params.emission[k, s], 3)}" for k, s in enumerate(best)]
    pairs = zip(params.mean.tolist(), np.sqrt(params.variance).tolist(), strict=True)
    return [_spread(mean, deviation) for mean, deviation in pairs]


def _spread(mean: float, deviation: float) -> str:
    """Return mean ± deviation, both to a hundredth of the deviation's power of ten."""
    places = max(0, 1 - math.floor(math.log10(deviation)))
    return with_minus(f"{decimal(mean, places)} ± {decimal(deviation, places)}")


def _moves(state: HmmRound, params: HmmParams) -> Matrix:
    names = tuple(NAMES[: len(params.initial)])
    weighed = state.phase is not Phase.START
    counts = state.base.expectation.counts.transition
    note = "Transitions on the most likely path." if state.whole else "Expected transitions."
    return Matrix(
        title="Transitions",
        row_heading="from",
        column_heading="to",
        rows=names,
        columns=names,
        values=counts if weighed else np.full(counts.shape, np.nan),
        high=max(float(counts.max()), 1e-9),
        components=tuple(range(len(names))),
        numbers=True,
        note=note if weighed else "Nothing is counted before the E-step.",
    )


def _emissions(data: HmmData, params: CategoricalParams) -> Matrix:
    names = tuple(NAMES[: len(params.initial)])
    return Matrix(
        title="Emissions",
        row_heading="state",
        column_heading="symbol",
        rows=names,
        columns=data.alphabet,
        values=params.emission,
        high=float(params.emission.max()),
        components=tuple(range(len(names))),
        numbers=True,
    )


def _histogram(
    data: HmmData,
    params: GaussianParams,
    shares: Array | None,
    look: Look[HmmParams],
) -> Histogram:
    values, truth = data.known, data.state
    if data.seen is not None:
        shares = None if shares is None else shares[data.seen]
        truth = None if truth is None else truth[data.seen]
    states = len(params.mean)
    edges = np.linspace(values.min(), values.max(), min(BINS, 5 + int(np.sqrt(len(values)))) + 1)
    # A density over all steps: the bars of all states together have an area of 1.
    scale = 1 / (len(values) * (edges[1] - edges[0]))
    weights = np.ones((len(values), 1)) if shares is None else shares
    heights = np.stack([np.histogram(values, edges, weights=each)[0] for each in weights.T], axis=1)
    occupied = np.full(states, 1 / states)
    if shares is not None:
        occupied = shares.mean(axis=0)
    curves = _densities(params, occupied, edges, "")
    if isinstance(look.truth, GaussianParams):
        known = occupied
        if truth is not None and all_known(truth):
            known = np.bincount(truth, minlength=states) / len(values)
        if len(look.truth.mean) == states:
            curves += _densities(look.truth, known, edges, "truth")
    return Histogram(
        title="Emissions",
        x_label="value",
        y_label="density",
        edges=edges,
        heights=heights * scale,
        curves=curves,
        handles=tuple(Entry("mean", (k,)) for k in range(states)),
        means=params.mean,
        plain=shares is None,
    )


def _densities(params: GaussianParams, occupied: Array, edges: Array, role: str) -> tuple[Curve, ...]:
    xs = np.linspace(edges[0], edges[-1], POINTS)
    densities = np.exp(log_densities(xs, params.mean, params.variance)) * occupied[:, None]
    return tuple(Curve("" if role else NAMES[k], xs, ys, k, role) for k, ys in enumerate(densities))
