"""Checks of models with groups of equal rows: a group has the sum of the counts of its rows."""

from __future__ import annotations

import numpy as np

from emviz.em import engine
from emviz.em.counts.alike import Alike
from emviz.em.counts.table import CountCell, CountTable
from emviz.em.model import AnyRound, Phase, Round, Rows
from emviz.em.numerics import Array
from emviz.em.optional import Repeating
from emviz.testing.scene import Scene, drawn, require
from emviz.testing.table import worked_out_of
from emviz.testing.whole import HARD


def rows_alike_are_counted_together(scene: Scene) -> None:
    """Check the groups of rows that are alike in the first example, where a model has them.

    Each row is in one group, the counts of a group are the sums over its rows, and its derivations hold.
    """
    if not isinstance(scene.model, Repeating):
        return
    model, data = scene.model, scene.known
    alike = model.alike(data)
    require(alike is model.alike(data), "the same data are grouped twice")
    found = Alike.of(alike.group)
    same = np.array_equal(found.first, alike.first) and np.array_equal(found.group, alike.group)
    require(same, "groups are not in the order of their first rows")
    rows, last = np.arange(len(alike.group)), np.array([alike.like(row)[-1] for row in alike.first.tolist()])
    for state in _rounds(scene):
        each, whole = model.count_table(data, state, rows), model.distinct_table(data, state, alike.first)
        members = [] if whole.alike is None else [own.tolist() for own in whole.alike]
        named = members == [alike.like(row).tolist() for row in alike.first.tolist()]
        require(named, "the table does not name the rows of each group")
        _adds_up(alike, last, each, whole)
        again = model.distinct_table(data, state, last)
        require(
            _near(again.counts, whole.counts) and again.observed == whole.observed,
            "the last row of a group does not show the same as the first",
        )
    _can_be_worked_out(scene, alike)


def _rounds(scene: Scene) -> list[AnyRound]:
    model, data = scene.model, scene.known
    step = engine.start(model, data, drawn(model, data, scene.rng))
    weighed = engine.advance(model, data, step)
    whole = engine.advance(model, data, engine.start(model, data, step.params, HARD), HARD)
    return [Round(step, Phase.START), Round(weighed, Phase.E), Round(whole, Phase.E, whole=True)]


def _adds_up(alike: Alike, last: Rows, each: CountTable, whole: CountTable) -> None:
    if each.counts is None or each.shares is None:
        require(whole.counts is None, "groups have numbers where rows have none")
        return
    sums = np.zeros((len(alike.first), each.counts.shape[1]))
    np.add.at(sums, alike.group, each.counts)
    require(_near(whole.counts, sums), "the counts of a group are not the sums over its rows")
    require(_near(whole.totals, each.totals), "groups change the totals")
    for shares in (each.shares[alike.first], each.shares[last]):
        require(_near(whole.shares, shares), "a row has other shares than its group")


def _near(one: Array | None, other: Array | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-9, atol=1e-9))


def _can_be_worked_out(scene: Scene, alike: Alike, places: int = 2) -> None:
    """Check what is derived of the largest group, and that it is said of all of its rows."""
    assert isinstance(scene.model, Repeating)
    largest = int(alike.first[np.bincount(alike.group).argmax()])
    state = _rounds(scene)[1]
    table = scene.model.distinct_table(scene.known, state, np.array([largest]))
    require(bool(worked_out_of(table, np.array([0, largest]), places)), "no group can be worked out")
    title = table.derive(CountCell(largest, 0), places).title
    require(alike.called(largest) in title, f"{title!r} does not name the rows of the group")


CHECKS = (rows_alike_are_counted_together,)
