"""The row that an E-step has most to tell of: at first the one most in doubt, then the most changed one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from emviz.em.glances import Portion
from emviz.em.model import AnyStep, Phase, Round, Rows
from emviz.em.numerics import Array, xlogy
from emviz.em.optional import Doubting, Filling, mixes
from emviz.em.views import CountTable
from emviz.session.orders import COMPARED
from emviz.session.state import Session

#: Shares that are looked through in one go, before the next job in the background has its turn.
TOGETHER = 1 << 20
#: Rows that are looked through first, and the seconds that a turn may take: so soon it can be given up.
FEW, TURN = 16, 0.03
#: Rows up to which completions that are counted whole are looked through: their table is made for it.
MOST_WHOLE = 50_000
#: Shares closer than this are equal but for rounding.
EQUAL = 1e-12


@dataclass(frozen=True, eq=False)
class Telling:
    """One row of an E-step, in the numbers and the names of the count table.

    Parameters
    ----------
    index : int
        The t of the θ(t) that the rows are shared at.
    row, rows : int
        The row, and how many rows there are.
    share : str or None
        The share that is told, as the table heads it: "P(A)"; None where holes are filled with numbers.
    now, was : float
        This share at θ(t) and at θ(t−1); the same twice of the first E-step.
    completion, before : str
        The likeliest completion of the row, or the one that is counted whole, at θ(t) and at θ(t−1).
    turned : int
        How many rows have another likeliest completion than at θ(t−1).
    tally : tuple of pairs of str and int
        The rows that are counted whole for each completion, where the first E-step can tell.
    shares : tuple of Array
        How all rows are shared, part by part, for the E-step that follows.
    alike : bool
        Of the first E-step: no row is more in doubt than another.
    """

    index: int
    row: int
    rows: int
    share: str | None
    now: float
    was: float
    completion: str
    before: str
    turned: int
    tally: tuple[tuple[str, int], ...] = ()
    shares: tuple[Array, ...] = ()
    alike: bool = False


@dataclass(frozen=True)
class _Found:
    """A row, its told completion and shares, the most and least that a row tells, the rows that turned."""

    row: int = 0
    place: int = 0
    now: float = 0.0
    was: float = 0.0
    weight: float = -1.0
    turned: int = 0
    least: float = np.inf


def telling(session: Session, earlier: Telling | None = None) -> Iterator[Telling | None]:
    """Yield the row that the E-step at the last θ on display has most to tell of, and None on the way there.

    Of the first E-step that is the row most in doubt, by the entropy of its completions. Later it is, of the
    rows with another likeliest completion than before, the one whose share of it grew most; where there is
    none, the row of which a share changed most. Nothing where the table has no shares, or is too long.

    Parameters
    ----------
    earlier : Telling, optional
        That of the E-step before in the same run, whose shares need not be found again.
    """
    rows = session.table.rows
    if isinstance(session.model, Filling):
        yield _filled(session, session.model)
        return
    if session.method.whole and rows > MOST_WHOLE:
        return
    first = _table(session, session.step, np.arange(1))
    if first.shares is None:
        return
    found, kept = _Found(), list[Array]()
    most = max(1, TOGETHER // first.shares.shape[1])
    former = _former(session)
    # As many rows at once as were taken before, whose shares are known; else more where they take no time.
    before = earlier.shares if earlier is not None and former and earlier.index == former.index else ()
    few = many = min(FEW, most)
    k, end = 0, 0
    while end < rows:
        began, start = monotonic(), end
        end = min(rows, start + (len(before[k]) if before else many))
        part = np.arange(start, end)
        now, was = _shares(session, session.step, part), None
        if before:
            was = before[k]
        elif former is not None:
            was = _shares(session, former, part)
        found = _better(found, _look_through(session, part, now, was, first.names is not None))
        kept.append(now)
        many, k = min(most, 2 * many) if monotonic() - began < TURN else max(few, many // 2), k + 1
        yield None
    yield _told(session, found, rows, tuple(kept))


def _filled(session: Session, model: Filling) -> Telling:
    """Return the row with the widest guess, or later the one whose guess has moved most."""
    every, former = np.arange(session.table.rows), _former(session)
    if former is None:
        told = model.doubts(session.data, session.step.params, every)
    else:
        told = model.shifts(session.data, former.params, session.step.params, every)
    found = _Found(int(told.argmax()), now=1.0, was=1.0)
    return replace(_told(session, found, len(every), ()), share=None)


def _look_through(session: Session, rows: Rows, now: Array, was: Array | None, ranked: bool) -> _Found:
    """Return the most telling of some rows.

    Parameters
    ----------
    now, was : Array, shape (len(rows), Z)
        How they are shared at θ(t) and at θ(t−1), if there is one.
    ranked : bool
        Each row has completions of its own, and only the likeliest is sure to be named in the table.
    """
    lines, best = np.arange(len(rows)), now.argmax(axis=-1)
    if was is None:
        doubt = np.round(_doubts(session, rows, now), COMPARED)
        line = int(doubt.argmax())
        place, weight, turned, least = int(best[line]), float(doubt[line]), 0, float(doubt.min())
        was = now
    else:
        line, place, weight, turned = _changed(
            now, was, lines, best, ranked, mixes(session.model, session.data)
        )
        least = -1.0
    shares = float(now[line, place]), float(was[line, place])
    return _Found(int(rows[line]), place, *shares, weight, turned, least)


def _doubts(session: Session, rows: Rows, shares: Array) -> Array:
    """Return how much each of some rows is in doubt, by what the count table puts them in order."""
    doubts: Array = -xlogy(shares, shares).sum(axis=-1)
    if isinstance(session.model, Doubting) and not session.method.whole:
        doubts = session.model.doubts(session.data, session.step.params, rows)
    return doubts


def _changed(
    now: Array, was: Array, lines: Rows, best: Rows, ranked: bool, mixed: bool
) -> tuple[int, int, float, int]:
    """Return the row that turned or changed most, its completion, by how much, and how many turned."""
    grown = now[lines, best] - was[lines, best]
    turned = was[lines, best] < was.max(axis=-1) - EQUAL
    if turned.any() and not mixed:
        line = int(np.where(turned, grown, -1.0).argmax())
        return line, int(best[line]), float(grown[line]), int(turned.sum())
    moved = np.abs(grown)[:, None] if ranked else np.abs(now - was)
    line = int(moved.max(axis=-1).argmax())
    most = float(moved[line].max())
    # Of two completions that share a row between them both have changed as much: the likelier is told.
    likelier = ranked or abs(grown[line]) >= most - EQUAL
    return line, int(best[line] if likelier else moved[line].argmax()), most, 0


def _better(one: _Found, other: _Found) -> _Found:
    """Return the more telling of two, with the rows that turned in both."""
    first = one if (one.turned > 0, one.weight) >= (other.turned > 0, other.weight) else other
    return replace(first, turned=one.turned + other.turned, least=min(one.least, other.least))


def _told(session: Session, found: _Found, rows: int, shares: tuple[Array, ...]) -> Telling:
    row, former = np.array([found.row]), _former(session)
    table = _table(session, session.step, row)
    earlier = table if former is None else _table(session, former, row)
    letter = "q" if session.method.whole else "P"
    completion, before = (_completion(each, letter) for each in (table, earlier))
    share = f"{letter}({completion})" if table.names else table.completions[found.place].text
    tally = _tally(session, rows, letter) if former is None else ()
    glance, now, was = next(iter(table.glances), None), found.now, found.was
    doubted = former is None and isinstance(session.model, Doubting) and not session.method.whole
    if doubted and isinstance(glance, Portion):
        share, now, was = glance.heading, *[float(glance.values[0])] * 2
    told = (share, now, was, completion, before, found.turned)
    alike = rows > 1 and found.least == found.weight
    return Telling(session.step.index, found.row, rows, *told, tally, shares, alike)


def _former(session: Session) -> AnyStep | None:
    t = session.step.index
    return session.trace.step_of(t - 1) if t else None


def _shares(session: Session, step: AnyStep, rows: Rows) -> Array:
    """Return how some rows are shared at the θ of a step, or which completion of each is counted whole."""
    shares = session.model.posterior(session.data, step.params, rows)
    if not session.method.whole:
        return shares
    table = _table(session, step, rows)
    assert table.shares is not None
    # Ranks say nothing of which completion it is; the likeliest is counted, and the first of equals.
    best = shares >= shares.max(axis=-1, keepdims=True) - EQUAL
    return np.eye(shares.shape[1])[best.argmax(axis=-1)] if table.names else table.shares


def _table(session: Session, step: AnyStep, rows: Rows) -> CountTable:
    weighed = Round(step, Phase.E, whole=session.method.whole)
    return session.model.count_table(session.data, weighed, rows)


def _completion(table: CountTable, letter: str) -> str:
    """Return the likeliest completion of the only row of a table."""
    if table.names is not None:
        return table.names[0][0]
    assert table.shares is not None
    heading = table.completions[int(table.shares[0].argmax())].text
    return heading.removeprefix(f"{letter}(").removesuffix(")")


def _tally(session: Session, rows: int, letter: str) -> tuple[tuple[str, int], ...]:
    """Return how many rows are counted whole for each completion, where they are more than completions."""
    if not session.method.whole or mixes(session.model, session.data):
        return ()
    table = _table(session, session.step, np.arange(rows))
    if table.names is not None or table.shares is None or rows <= table.shares.shape[1]:
        return ()
    names = (tag.text.removeprefix(f"{letter}(").removesuffix(")") for tag in table.completions)
    return tuple(zip(names, map(int, table.shares.sum(axis=0).round()), strict=True))
