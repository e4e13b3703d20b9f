"""A model's answers about single rows as CSV: completions, verdicts with their reasons, and posteriors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from emviz import session as desk
from emviz.data.writer import csv_text
from emviz.em.counts.answers import MOST
from emviz.em.counts.table import Answer
from emviz.em.model import Fields, Rows
from emviz.em.optional import Supposing
from emviz.em.pictures import Diagram, Variable
from emviz.session import Session

#: Rows whose answers are computed together.
AT_ONCE = 250


def answers(session: Session, params: Fields) -> Iterator[tuple[float, str]]:
    """Yield the most likely completions of every row at θ as CSV: the fraction done, and the next rows."""
    header = ["row", *(f"{what} {rank}" for rank in range(1, MOST + 1) for what in ("answer", "probability"))]
    header += ["counted whole"] if session.method.whole else []
    header += _verdict_header(session)
    yield 0.0, csv_text(header, [])
    total, place = session.table.rows, session.table.place
    for first in range(0, total, AT_ONCE):
        rows = np.arange(first, min(first + AT_ONCE, total))
        found = desk.answers(session, params, rows)
        verdicts = _verdicts(session, params, rows)
        lines = [
            [*_answer(place(row), each), *_whole(session, each), *verdict]
            for row, each, verdict in zip(rows.tolist(), found, verdicts, strict=True)
        ]
        # Without the header, which has been written before the first rows.
        yield (first + len(rows)) / total, csv_text(header, lines).partition("\r\n")[2]


def posterior(session: Session) -> str:
    """Return P of each state of each variable of a diagram as CSV, at the displayed θ.

    It applies to the selected row, or to any row, with and without what is supposed.
    """
    header = ["t", "row", "if", "variable", "state", "known", "probability", "without the if"]
    row = session.display.row
    which = "any" if row is None else session.table.place(row)
    view = next(each for each in desk.views(session) if isinstance(each, Diagram))
    about = session.step.index, which, view.condition.removeprefix("if ")
    lines = [
        [*about, variable.name, state, known, share, without]
        for variable in view.variables
        for state, known, share, without in _states(variable)
    ]
    return csv_text(header, lines)


def _states(variable: Variable) -> Iterator[tuple[str, str, float, float]]:
    """Yield each state of a variable, whether it is known, P, and P without what is supposed."""
    how = "supposed" if variable.supposed else "seen"
    before = variable.before or variable.shares
    for k, numbers in enumerate(zip(variable.shares, before, strict=True)):
        yield variable.states[k], how if k == variable.seen else "", *numbers


def _answer(number: int, answer: Answer) -> list[str | float | int]:
    line: list[str | float | int] = [number]
    for completion, share in zip(answer.completions[:MOST], answer.shares, strict=False):
        line += [completion, share]
    return line + [""] * (1 + 2 * MOST - len(line))


def _whole(session: Session, answer: Answer) -> list[str]:
    """Return the completion that is counted whole, if the method counts so."""
    return [answer.whole or ""] if session.method.whole else []


def _verdict_header(session: Session) -> list[str]:
    """Return the headings of a verdict, ending with a weight per variable; [] without verdicts."""
    if not isinstance(session.model, Supposing):
        return []
    names = session.model.supposable(session.data)
    return ["asked", "most likely", "P", "for", "against", *(f"weight of {name}" for name in names)]


def _verdicts(session: Session, params: Fields, rows: Rows) -> Iterator[list[str | float]]:
    """Yield for each row the verdict, the evidence for and against it, and all weights."""
    model = session.model
    if not isinstance(model, Supposing):
        yield from ([] for _ in rows)
        return
    names = list(model.supposable(session.data))
    for verdict in model.verdicts(session.data, params, rows, session.display.node):
        if verdict is None:
            yield [""] * (5 + len(names))
            continue
        value = {each.name: each.value for each in verdict.weights}
        above = "; ".join(str(each) for each in verdict.weights if each.value > 0)
        # The weights fall, so that from the end on the strongest one against comes first.
        below = "; ".join(str(each) for each in reversed(verdict.weights) if each.value < 0)
        cells = verdict.variable, verdict.state, verdict.share, above, below
        yield [*cells, *(value.get(name, "") for name in names)]
