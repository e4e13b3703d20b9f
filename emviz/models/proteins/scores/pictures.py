"""The pictures of the layer "scores": the histogram, and how far to trust a score."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from emviz.em.counts.table import Entry
from emviz.em.model import Look, Phase
from emviz.em.numerics import Array, largest_alone, log_sum_exp
from emviz.em.pictures import Curve, Curves, Dot, Histogram, View
from emviz.models.proteins.scores import steps
from emviz.models.proteins.scores.steps import NAMES, ScoresData, ScoresParams, ScoresRound

#: The most bins of the histogram, and the points of a curve.
MOST_BINS, FINE = 60, 201
#: How far beyond the scores a curve reaches, in parts of their range.
MARGIN = 0.06


def views(data: ScoresData, state: ScoresRound, look: Look[ScoresParams]) -> tuple[View, ...]:
    """Return the pictures, the most important one first."""
    params = state.updated or state.base.params
    return histogram(data, state, params, look), trust(data, state, params, look)


def histogram(
    data: ScoresData, state: ScoresRound, params: ScoresParams, look: Look[ScoresParams]
) -> Histogram:
    """Return the scores, shared between correct and wrong, under their densities."""
    bins = min(MOST_BINS, max(5, int(1.5 * np.sqrt(len(data.score)))))
    edges = np.linspace(data.score.min(), data.score.max(), bins + 1)
    plain = state.phase is Phase.START
    shares = np.ones((len(data.score), 1)) if plain else _shares(data, state, state.base.params, data.score)
    counts = [np.histogram(data.score, edges, weights=column)[0] for column in shares.T]
    return Histogram(
        title="Scores",
        x_label="score",
        y_label="density",
        edges=edges,
        heights=np.stack(counts, axis=-1) / (len(data.score) * (edges[1] - edges[0])),
        curves=tuple(_densities(data, params, look)),
        dots=_selected(data, look),
        handles=tuple(Entry("mean", (k,)) for k in range(2)),
        means=params.mean.copy(),
        plain=plain,
    )


def trust(data: ScoresData, state: ScoresRound, params: ScoresParams, look: Look[ScoresParams]) -> Curves:
    """Return P(correct) by score, and the wrong part of all matches that score no less."""
    xs = _axis(data)
    correct = _shares(data, state, params, xs)[:, 0]
    own = _shares(data, state, params, data.score)[:, 1]
    order = np.argsort(-data.score, kind="stable")
    wrong = np.cumsum(own[order]) / np.arange(1, len(order) + 1)
    return Curves(
        "Trust",
        "score",
        "part" if state.whole else "probability",
        (
            Curve(f"{state.letter}(correct)", xs, correct, 0),
            Curve("wrong of all that score no less", data.score[order], wrong, 1),
        ),
        _selected(data, look),
        note=f"The false discovery rate at a score is the mean {state.letter}(wrong) of all matches that "
        "score no less.",
    )


def _selected(data: ScoresData, look: Look[ScoresParams]) -> tuple[Dot, ...]:
    if look.row is None:
        return ()
    return (Dot(float(data.score[look.row]), 0.0, f"row {look.row + 1}", "here"),)


def _axis(data: ScoresData) -> Array:
    low, high = float(data.score.min()), float(data.score.max())
    return np.linspace(low - MARGIN * (high - low), high + MARGIN * (high - low), FINE)


def _logs(data: ScoresData, params: ScoresParams, xs: Array) -> Array:
    """Return log w_k + log N(x; μ_k, σ²_k) along the axis, shape (m, 2)."""
    return steps.log_joint(ScoresData(xs, None, data.centre, data.scale, None), params, slice(None))


def _shares(data: ScoresData, state: ScoresRound, params: ScoresParams, xs: Array) -> Array:
    """Return the parts of a match of each score counted as correct and wrong at θ, shape (m, 2)."""
    joint = _logs(data, params, xs)
    if state.whole:
        return largest_alone(joint)
    return np.asarray(np.exp(joint - log_sum_exp(joint)[:, None]))


def _densities(data: ScoresData, params: ScoresParams, look: Look[ScoresParams]) -> Iterator[Curve]:
    xs = _axis(data)
    parts = np.exp(_logs(data, params, xs))
    for k, name in enumerate(NAMES):
        yield Curve(name, xs, parts[:, k], k)
    yield Curve("", xs, parts.sum(axis=1))
    if look.truth is not None:
        yield Curve("truth", xs, np.exp(_logs(data, look.truth, xs)).sum(axis=1), role="truth")
