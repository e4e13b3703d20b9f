"""The most informative row of an E-step: at first the most uncertain one, later the most changed one."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from emviz.em.counts.glances import Portion
from emviz.em.counts.table import CountTable
from emviz.em.model import AnyStep, Phase, Round, Rows
from emviz.em.numerics import Array, xlogy
from emviz.em.optional import Doubting, Filling, mixes
from emviz.em.work import check_stop, last_of
from emviz.session.orders import COMPARED
from emviz.session.state import Session

#: Shares processed in one go before the next job in the background gets its turn.
TOGETHER = 1 << 20
#: Rows of the first block, and the seconds that a block may take before it can be cancelled.
FEW, TURN = 16, 0.03
#: The most rows that are searched in hard EM, which needs the whole count table.
MOST_WHOLE = 50_000
#: Shares closer than this are equal up to rounding.
EQUAL = 1e-12


@dataclass(frozen=True, eq=False)
class Telling:
    """One row of an E-step, in the numbers and the names of the count table.

    Parameters
    ----------
    index : int
        The t of the θ(t) of the E-step.
    row, rows : int
        The row, and the number of rows.
    share : str or None
        The heading of the share: "P(A)"; None if missing numbers are imputed.
    now, was : float
        This share at θ(t) and at θ(t−1); equal for the first E-step.
    completion, before : str
        The likeliest completion of the row, or the one that counts whole, at θ(t) and at θ(t−1).
    turned : int
        The number of rows whose likeliest completion differs from that at θ(t−1).
    tally : tuple of pairs of str and int
        The number of rows that count for each completion in hard EM, for the first E-step.
    shares : tuple of Array
        The shares of all rows, block by block, for reuse in the next E-step.
    alike : bool
        True if no row is more uncertain than another in the first E-step.
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
    """A row, its completion and shares, the largest and smallest weight of a row, the number that turned."""

    row: int = 0
    place: int = 0
    now: float = 0.0
    was: float = 0.0
    weight: float = -1.0
    turned: int = 0
    least: float = np.inf


def row_to_tell(session: Session) -> Generator[None, None, int]:
    """Return the row that a run is told by: the chosen one, or the one that the first E-step divides most.

    Where no row is more divided than another, or none is searched for, it is the first.
    """
    if session.display.row is not None:
        return session.display.row
    phases = (session.trace[at].phase for at in range(len(session.trace)))
    first = next((at for at, phase in enumerate(phases) if phase is Phase.E), None)
    found = None if first is None else (yield from last_of(telling(session.moved(cursor=first))))
    return 0 if found is None or found.alike else found.row


def telling(session: Session, earlier: Telling | None = None) -> Iterator[Telling | None]:
    """Yield None during the search for the most informative row of the current E-step, and then the row.

    For the first E-step that is the most uncertain row, by the entropy of its completions. Later it is, among
    rows with a new likeliest completion, the one whose share of it grew most; if there are none, the row with
    the largest change of a share. Nothing if the table has no shares, or is too long.

    Parameters
    ----------
    earlier : Telling, optional
        The result for the previous E-step of the same run, whose shares are reused.
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
    # The same blocks as before if their shares are known; otherwise larger blocks if they are fast.
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
            check_stop()
            was = _shares(session, former, part)
        check_stop()
        found = _better(found, _look_through(session, part, now, was, first.names is not None))
        kept.append(now)
        many, k = min(most, 2 * many) if monotonic() - began < TURN else max(few, many // 2), k + 1
        yield None
    yield _described(session, found, rows, tuple(kept))


def _filled(session: Session, model: Filling) -> Telling:
    """Return the row with the most uncertain imputation, or later the one whose imputation moved most."""
    every, former = np.arange(session.table.rows), _former(session)
    if former is None:
        weights = model.doubts(session.data, session.step.params, every)
    else:
        weights = model.shifts(session.data, former.params, session.step.params, every)
    found = _Found(int(weights.argmax()), now=1.0, was=1.0)
    return replace(_described(session, found, len(every), ()), share=None)


def _look_through(session: Session, rows: Rows, now: Array, was: Array | None, ranked: bool) -> _Found:
    """Return the most informative of some rows.

    Parameters
    ----------
    now, was : Array, shape (len(rows), Z)
        Their shares at θ(t), and at θ(t−1) if there is one.
    ranked : bool
        True if completions differ from row to row; then only the likeliest is certain to be in the table.
    """
    lines, best = np.arange(len(rows)), now.argmax(axis=-1)
    if was is None:
        # Rounded, so that the first of equally uncertain rows is taken.
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
    """Return the uncertainty of some rows, as for the order of the count table."""
    doubts: Array = -xlogy(shares, shares).sum(axis=-1)
    if isinstance(session.model, Doubting) and not session.method.whole:
        doubts = session.model.doubts(session.data, session.step.params, rows)
    return doubts


def _changed(
    now: Array, was: Array, lines: Rows, best: Rows, ranked: bool, mixed: bool
) -> tuple[int, int, float, int]:
    """Return the row that turned or changed most, its completion, its change, and how many rows turned."""
    grown = now[lines, best] - was[lines, best]
    # With slack: two equally likely completions may change places by rounding alone.
    turned = was[lines, best] < was.max(axis=-1) - EQUAL
    if turned.any() and not mixed:
        line = int(np.where(turned, grown, -1.0).argmax())
        return line, int(best[line]), float(grown[line]), int(turned.sum())
    moved = np.abs(grown)[:, None] if ranked else np.abs(now - was)
    line = int(moved.max(axis=-1).argmax())
    most = float(moved[line].max())
    # With two completions, both shares change by the same amount; the likelier one is used.
    likelier = ranked or abs(grown[line]) >= most - EQUAL
    return line, int(best[line] if likelier else moved[line].argmax()), most, 0


def _better(one: _Found, other: _Found) -> _Found:
    """Return the more informative of two, with the rows that turned in both."""
    first = one if (one.turned > 0, one.weight) >= (other.turned > 0, other.weight) else other
    return replace(first, turned=one.turned + other.turned, least=min(one.least, other.least))


def _described(session: Session, found: _Found, rows: int, shares: tuple[Array, ...]) -> Telling:
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
    numbers = (share, now, was, completion, before, found.turned)
    alike = rows > 1 and found.least == found.weight
    return Telling(session.step.index, found.row, rows, *numbers, tally, shares, alike)


def _former(session: Session) -> AnyStep | None:
    t = session.step.index
    return session.trace.step_of(t - 1) if t else None


def _shares(session: Session, step: AnyStep, rows: Rows) -> Array:
    """Return the shares of some rows at the θ of a step; in hard EM, 1 for the completion that counts."""
    shares = session.model.posterior(session.data, step.params, rows)
    if not session.method.whole:
        return shares
    table = _table(session, step, rows)
    assert table.shares is not None
    # If completions are ranked, the likeliest counts, the first of equals.
    best = shares >= shares.max(axis=-1, keepdims=True) - EQUAL
    return np.eye(shares.shape[1])[best.argmax(axis=-1)] if table.names else table.shares


def _table(session: Session, step: AnyStep, rows: Rows) -> CountTable:
    # Always as after an E-step, even if the M-step has been done since.
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
    """Return the number of rows for each completion in hard EM, if there are more rows than completions."""
    if not session.method.whole or mixes(session.model, session.data):
        return ()
    table = _table(session, session.step, np.arange(rows))
    if table.names is not None or table.shares is None or rows <= table.shares.shape[1]:
        return ()
    names = (tag.text.removeprefix(f"{letter}(").removesuffix(")") for tag in table.completions)
    return tuple(zip(names, map(int, table.shares.sum(axis=0).round()), strict=True))
