"""What the model says of single rows, and what of it the method in force counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from emviz.em.model import Fields, Phase, Rows
from emviz.em.optional import ChosenAnswer
from emviz.em.views import Answer
from emviz.session.state import Session


def answer(session: Session) -> Answer | None:
    """Return what the model says of the row that is selected, at the θ(t) of the E-step on display.

    None where no row is selected, and before the first E-step, which is what asks.
    """
    row, state = session.display.row, session.round
    if row is None or state.phase is Phase.START:
        return None
    return answers(session, state.base.params, np.array([row]))[0]


def answers(session: Session, params: Fields, rows: Rows) -> Sequence[Answer]:
    """Return what the model says of some rows at θ, with the completion that is counted whole, if one is.

    The probabilities stay: they are what the E-step compares, whichever way it then counts.
    """
    told = session.model.answers(session.data, params, rows)
    if not session.method.whole:
        return told
    model = session.model
    places: Sequence[int | None] = (
        model.chosen(session.data, params, rows) if isinstance(model, ChosenAnswer) else (0,) * len(rows)
    )
    return tuple(replace(each, counted=place) for each, place in zip(told, places, strict=True))
