"""The pictures of a mixture: scatter with ellipses, histogram with densities, curves, landscape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.things import things
from emviz.em.counts.table import Entry
from emviz.em.families.alone import beside, known
from emviz.em.families.holes_drawn import axes_of, mixed, place_of, placed, reach
from emviz.em.families.meaning import Lacking, lacking_numbers, plain_table
from emviz.em.model import Look, Phase, Round
from emviz.em.numerics import Array, largest_alone
from emviz.em.pictures import (
    Blob,
    Curve,
    Dot,
    Histogram,
    Landscape,
    Profiles,
    Scatter,
    View,
)
from emviz.models.gmm import holed, steps
from emviz.models.gmm.data import NAMES, AnyCounts, GmmData, GmmParams

if TYPE_CHECKING:
    from emviz.models.gmm import GaussianMixture

GmmRound: TypeAlias = Round[GmmParams, AnyCounts]
GmmLook: TypeAlias = Look[GmmParams]

#: The most points that are drawn one by one; more become a density.
MOST_POINTS = 3000
#: The most points that make up a density; more are sampled.
MOST_WEIGHED = 200_000
#: The most rows that are drawn as curves.
MOST_CURVES = 2000
#: Cells of a density, across and up.
ACROSS, UP = 160, 120
#: The most bins of a histogram, and the points of a density curve.
MOST_BINS, CURVE = 60, 200
#: The most means over which there is a landscape: each of its optima must be climbed to.
MOST_MEANS = 8
#: Number of columns from which the curves come first.
MANY_COLUMNS = 4
#: Margin of a picture around the data, as a part of their range.
MARGIN = 0.06


def views(model: GaussianMixture, data: GmmData, state: GmmRound, look: GmmLook) -> tuple[View, ...]:
    """Return the pictures, the most informative first."""
    columns = len(data.columns)
    pictures: list[View] = []
    if columns >= MANY_COLUMNS:
        pictures.append(profiles(model, data, state, look))
    pictures.append(
        histogram(model, data, state, look) if columns == 1 else scatter(model, data, state, look)
    )
    if columns == MANY_COLUMNS - 1:
        pictures.append(profiles(model, data, state, look))
    if model.components * columns <= MOST_MEANS and data.rows <= MOST_POINTS:
        pictures.append(landscape(model, data))
    return tuple(pictures)


def _shares(model: GaussianMixture, data: GmmData, state: GmmRound, rows: NDArray[np.intp]) -> Array | None:
    """Return the part of each point counted for each cluster, shape (rows, K); None before the E-step."""
    if state.phase is Phase.START:
        return None
    if state.whole and data.holes is not None:
        return largest_alone(holed.log_whole(data, state.base.params, rows))
    crossed = model.covariance in steps.CROSSED
    shares = np.ascontiguousarray(steps.shares_of(data, state.base.params, crossed, rows).T)
    return largest_alone(shares) if state.whole else shares


def _raw(data: GmmData, rows: NDArray[np.intp]) -> Array:
    """Return some rows, shape (n, d), NaN in their holes."""
    return np.stack([column[rows] for column in data.raw], axis=-1)


def _guessed(
    data: GmmData, state: GmmRound, rows: NDArray[np.intp], shares: Array | None, columns: Sequence[int]
) -> tuple[Array, Array] | None:
    """Return the expected values in columns of some rows, and their standard deviations; None before E."""
    if shares is None:
        return None
    whole, spread = holed.filled(data, state.base.params, rows, [(j, j) for j in columns])
    return mixed(shares, whole[:, :, columns], spread * (not state.whole))


def _drawn(
    data: GmmData, state: GmmRound, rows: NDArray[np.intp], shares: Array | None, axes: tuple[int, int]
) -> tuple[Array, Array | None]:
    """Return the positions of rows in two columns, and the lines on which those with a hole may lie."""
    raw = _raw(data, rows)[:, axes]
    if data.holes is None:
        return raw, None
    return placed(raw, _extent(data, axes), _guessed(data, state, rows, shares, axes))


def _subset(data: GmmData, most: int) -> NDArray[np.intp]:
    """Return all rows, or a random sample of them, the same every time."""
    if data.rows <= most:
        return np.arange(data.rows)
    # A fixed seed, so that the sample does not flicker from step to step.
    return np.sort(np.random.default_rng(0).integers(data.rows, size=most))


# -- two columns ---------------------------------------------------------------------------------------------


def scatter(model: GaussianMixture, data: GmmData, state: GmmRound, look: GmmLook) -> Scatter:
    """Return the points in two columns, or their density if they are many, under ellipses."""
    axes = axes_of(look.columns, len(data.columns), (0, 1))
    few = data.rows <= MOST_POINTS
    rows = _subset(data, MOST_POINTS if few else MOST_WEIGHED)
    shares = _shares(model, data, state, rows)
    points, spans = _drawn(data, state, rows, shares, axes)
    extent = _extent(data, axes)
    gone = np.asarray(np.isnan(_raw(data, rows)[:, axes]).any(axis=1))
    reference, name = known(model, data, state.base.params)
    return Scatter(
        title="Clusters",
        columns=data.columns,
        axes=axes,
        points=points if few else None,
        shares=shares if few else None,
        density=None if few else _density(points, shares, extent, data.rows / len(rows)),
        extent=extent,
        blobs=blobs(state.updated or state.base.params, axes),
        truth=() if look.truth is None else blobs(look.truth, axes),
        reference=() if reference is None else blobs(reference, axes),
        reference_name=name,
        handles=tuple(
            (Entry("mean", (k, axes[0])), Entry("mean", (k, axes[1]))) for k in range(model.components)
        ),
        labels=data.label if few else None,
        row=look.row if few else None,
        selected=None if look.row is None else _selected(model, data, state, look.row, axes),
        note=_note(data, rows),
        guesses=gone if few and data.holes is not None else None,
        spans=spans if few else None,
    )


def _selected(
    model: GaussianMixture, data: GmmData, state: GmmRound, row: int, axes: tuple[int, int]
) -> Array:
    """Return where a row is drawn."""
    rows = np.array([row])
    shares = None if data.holes is None else _shares(model, data, state, rows)
    points, _ = _drawn(data, state, rows, shares, axes)
    return np.asarray(points[0])


def _extent(data: GmmData, axes: Sequence[int]) -> tuple[float, float, float, float]:
    (x0, x1), (y0, y1) = (reach(data.raw[axis], MARGIN) for axis in axes)
    return x0, x1, y0, y1


def lacking(model: GaussianMixture, data: GmmData) -> Lacking | None:
    """Return the points and their holes; None if there are none."""
    if data.holes is None:
        return None
    truth = data.holes.truth if data.holes.known else None
    return lacking_numbers(
        model, _raw(data, np.arange(data.rows)), truth, data.scale, plain_table(data.columns), blobs
    )


def blobs(params: GmmParams, axes: tuple[int, int]) -> tuple[Blob, ...]:
    """Return the ellipse of each cluster in two columns."""
    pair = np.array(axes)
    return tuple(
        Blob(
            NAMES[k],
            k,
            float(params.weight[k]),
            params.mean[k, pair],
            params.covariance[k][np.ix_(pair, pair)],
        )
        for k in range(len(params.weight))
    )


def _density(
    points: Array, shares: Array | None, extent: tuple[float, float, float, float], each: float
) -> Array:
    """Return the expected points of each component in each cell, shape (UP, ACROSS, K)."""
    x0, x1, y0, y1 = extent
    across = ((points[:, 0] - x0) * (ACROSS / (x1 - x0))).astype(np.intp)
    up = ((points[:, 1] - y0) * (UP / (y1 - y0))).astype(np.intp)
    cells = up * ACROSS + across
    columns = np.ones((1, len(points))) if shares is None else shares.T
    sums = [np.bincount(cells, weights, ACROSS * UP) for weights in columns]
    return np.asarray(np.stack(sums, axis=-1).reshape(UP, ACROSS, -1) * each, np.float64)


def _note(data: GmmData, rows: NDArray[np.intp]) -> str:
    if len(rows) == data.rows:
        return ""
    return f"The density is that of {things(len(rows), 'point')} drawn from the {data.rows:,}."


# -- one column ----------------------------------------------------------------------------------------------


def histogram(model: GaussianMixture, data: GmmData, state: GmmRound, look: GmmLook) -> Histogram:
    """Return the histogram of one column, shared between the clusters, under their densities."""
    rows = _subset(data, MOST_WEIGHED)
    rows = rows[~np.isnan(data.raw[0][rows])]
    shares = _shares(model, data, state, rows)
    numbers, (name,) = data.raw[0][rows], data.columns
    edges = _edges(numbers)
    heights = _heights(numbers, shares, edges)
    params = state.updated or state.base.params
    selected = (
        ()
        if look.row is None or np.isnan(data.raw[0][look.row])
        else (Dot(float(data.raw[0][look.row]), 0.0, f"row {look.row + 1}", "here"),)
    )
    return Histogram(
        title="Clusters",
        x_label=name,
        y_label="density",
        edges=edges,
        heights=heights,
        curves=tuple(_curves(data, params, look)),
        dots=selected,
        handles=tuple(Entry("mean", (k, 0)) for k in range(model.components)),
        means=params.mean[:, 0].copy(),
        plain=shares is None,
        note=_note(data, rows),
    )


def _edges(numbers: Array) -> Array:
    """Return the edges of about √n bins of equal width."""
    low, high = float(numbers.min()), float(numbers.max())
    bins = min(MOST_BINS, max(5, int(1.5 * np.sqrt(len(numbers)))))
    return np.linspace(low, high, bins + 1)


def _heights(numbers: Array, shares: Array | None, edges: Array) -> Array:
    """Return the density of each component in each bin, shape (B, K), with a total area of 1."""
    columns = np.ones((1, len(numbers))) if shares is None else shares.T
    counts = [np.histogram(numbers, edges, weights=weights)[0] for weights in columns]
    return np.asarray(np.stack(counts, axis=-1) / (len(numbers) * (edges[1] - edges[0])), np.float64)


def _curves(data: GmmData, params: GmmParams, look: GmmLook) -> Iterator[Curve]:
    xs = np.linspace(*reach(data.raw[0], MARGIN), CURVE)
    parts = _parts(params, xs)
    for k, part in enumerate(parts):
        yield Curve(NAMES[k], xs, part, k)
    yield Curve("", xs, parts.sum(axis=0))
    if look.truth is not None:
        yield Curve("truth", xs, _parts(look.truth, xs).sum(axis=0), role="truth")


def _parts(params: GmmParams, xs: Array) -> Array:
    """Return w_k N(x; μ_k, σ_k²), shape (K, m)."""
    mean, variance = params.mean[:, [0]], params.covariance[:, 0, [0]]
    bell = np.exp(-0.5 * np.square(xs - mean) / variance) / np.sqrt(2 * np.pi * variance)
    return np.asarray(params.weight[:, None] * bell)


# -- many columns, and θ -------------------------------------------------------------------------------------


def profiles(model: GaussianMixture, data: GmmData, state: GmmRound, look: GmmLook) -> Profiles:
    """Return every row as a curve over the columns, in each cluster as opaque as its share."""
    rows = _subset(data, MOST_CURVES)
    shares = _shares(model, data, state, rows)
    params, values = state.updated or state.base.params, _raw(data, rows)
    if data.holes is not None:
        guesses = _guessed(data, state, rows, shares, range(len(data.columns)))
        values = values if guesses is None else guesses[0]
    note = "" if len(rows) == data.rows else f"{things(len(rows), 'row')} drawn from the {data.rows:,}."
    reference, name = known(model, data, state.base.params)
    return Profiles(
        title="Profiles",
        columns=data.columns,
        values=values,
        shares=shares,
        means=params.mean.copy(),
        names=tuple(NAMES[: model.components]),
        counts=None if shares is None else state.base.expectation.counts.points.copy(),
        row=place_of(rows, look.row),
        note=note,
        counted=state.counted,
        reference=beside(None if reference is None else reference.mean, params.mean, data.scale),
        reference_name=name,
    )


def landscape(model: GaussianMixture, data: GmmData) -> Landscape:
    """Return the landscape over the means, climbed from the default, its mirror image, and equal means."""
    default = model.default(data)
    mirrored = default._replace(mean=default.mean[::-1].copy())
    equal = default._replace(mean=np.repeat(data.centre[None], model.components, axis=0))
    indexes = np.ndindex(default.mean.shape)
    # The first column of every cluster first, so that the initial axes compare clusters.
    entries = sorted((Entry("mean", index) for index in indexes), key=lambda entry: entry.index[::-1])
    return Landscape(tuple(entries), (default, mirrored, equal))
