"""The pictures of a multivariate normal: scatter with holes as lines, the pattern of holes, a landscape."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from emviz.data.things import things
from emviz.em.counts.table import Entry
from emviz.em.families.alone import known
from emviz.em.families.covariances import spread_entries, tilted, uncorrelated
from emviz.em.families.holed import Holed
from emviz.em.families.holes_drawn import axes_of, hole_map, place_of, placed, reach
from emviz.em.families.meaning import Lacking, lacking_numbers, plain_table
from emviz.em.model import Look, Phase, Round, Rows
from emviz.em.numerics import Array
from emviz.em.pictures import Blob, Landscape, Matrix, Scatter, View
from emviz.models.normal import steps
from emviz.models.normal.steps import NormalCounts, NormalParams

if TYPE_CHECKING:
    from emviz.models.normal import MultivariateNormal

NormalRound: TypeAlias = Round[NormalParams, NormalCounts]
NormalLook: TypeAlias = Look[NormalParams]

#: The most rows that are drawn.
MOST_POINTS = 2000
#: Margin of a picture around the data, as a part of their range.
MARGIN = 0.12
#: The most columns for which there is a landscape.
MOST_COLUMNS = 5


def views(model: MultivariateNormal, data: Holed, state: NormalRound, look: NormalLook) -> tuple[View, ...]:
    """Return the pictures, the most informative first."""
    pictures: list[View] = [scatter(model, data, state, look)] if len(data.columns) > 1 else []
    pictures.append(holes(model, data, state, look))
    if len(data.columns) <= MOST_COLUMNS:
        pictures.append(landscape(model, data))
    return tuple(pictures)


def stuck(model: MultivariateNormal, data: Holed, params: NormalParams) -> str | None:
    """Return a sentence if all covariances are 0 and the next step leaves them there."""
    if data.complete.all() or not uncorrelated(params.covariance):
        return None
    counts, _ = steps.expected(data, params, model.guesses)
    if not uncorrelated(model.m_step(data, counts).covariance, params.covariance):
        return None
    return "all covariances are 0, and EM leaves them at 0 for ever: this is a saddle or a maximum"


# -- two columns ---------------------------------------------------------------------------------------------


def scatter(model: MultivariateNormal, data: Holed, state: NormalRound, look: NormalLook) -> Scatter:
    """Return the rows in two columns: points, and lines or guesses for rows with a hole."""
    # Initially the column with the most holes, against the first column.
    usual = (0, int(data.missing.sum(axis=0)[1:].argmax()) + 1)
    axes = axes_of(look.columns, len(data.columns), usual)
    rows = np.flatnonzero(data.which >= 0)[:MOST_POINTS]
    extent = (*reach(data.raw[:, axes[0]], MARGIN), *reach(data.raw[:, axes[1]], MARGIN))
    points, spans = placed(data.raw[rows][:, axes], extent, _guessed(model, data, state, rows, axes))
    reference, name = known(model, data, state.base.params)
    return Scatter(
        title="Two columns",
        columns=data.columns,
        axes=axes,
        points=points,
        shares=None,
        density=None,
        extent=extent,
        blobs=_blobs(state.updated or state.base.params, axes),
        truth=() if look.truth is None else _blobs(look.truth, axes),
        reference=() if reference is None else _blobs(reference, axes),
        reference_name=name,
        handles=((Entry("mean", (axes[0],)), Entry("mean", (axes[1],))),) if model.free else (),
        row=place_of(rows, look.row),
        note="" if len(rows) == data.counted else f"The first {things(len(rows), 'row')} are drawn.",
        guesses=np.asarray(data.missing[rows][:, axes].any(axis=1)),
        spans=spans,
        rows=rows,
    )


def _guessed(
    model: MultivariateNormal, data: Holed, state: NormalRound, rows: Rows, axes: tuple[int, int]
) -> tuple[Array, Array] | None:
    """Return the expected values in two columns of some rows, and their deviations; None before E."""
    if state.phase is Phase.START:
        return None
    way = model.way(state)
    whole, spread = steps.guesses(data, state.base.params, rows, way)
    sd = np.sqrt(np.diagonal(spread, axis1=1, axis2=2)[:, axes].clip(0)) * (way == steps.EXPECTED)
    return whole[:, axes], sd


def lacking(model: MultivariateNormal, data: Holed) -> Lacking | None:
    """Return the counted rows and their holes; None if there are none."""
    used = data.which >= 0
    if not data.missing[used].any():
        return None
    truth = data.truth[used] if data.truth is not None and data.known else None
    return lacking_numbers(model, data.raw[used], truth, data.scale, plain_table(data.columns), _blobs)


def _blobs(params: NormalParams, axes: tuple[int, int]) -> tuple[Blob, ...]:
    pair = np.array(axes)
    return (Blob("μ", 0, 1.0, params.mean[pair], params.covariance[np.ix_(pair, pair)]),)


# -- all columns, and θ --------------------------------------------------------------------------------------


def holes(model: MultivariateNormal, data: Holed, state: NormalRound, look: NormalLook) -> Matrix:
    """Return each row in standard deviations from the mean of its column, holes empty; with a dot after E."""

    def fill(rows: Rows) -> Array:
        return steps.guesses(data, state.base.params, rows, model.way(state))[0]

    return hole_map(data, None if state.phase is Phase.START else fill, look.row)


def landscape(model: MultivariateNormal, data: Holed) -> Landscape:
    """Return log P over two entries of θ, climbed from covariances of both signs and from 0."""
    spread = [Entry("covariance", index) for index in spread_entries(len(data.columns))]
    means = [Entry("mean", (j,)) for j in range(len(data.columns))] if model.free else []
    default = model.default(data)
    leaning = [default._replace(covariance=tilted(default.covariance, part)) for part in (0.5, -0.5)]
    return Landscape((*spread, *means), (*leaning, default))
