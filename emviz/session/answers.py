"""The answers of the model for single rows, and the completion that the current method counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from emviz.em.counts.table import Answer
from emviz.em.model import Fields, Phase, Rows
from emviz.em.optional import ChosenAnswer
from emviz.session.state import Session


def answer(session: Session) -> Answer | None:
    """Return the answer for the selected row at the θ(t) of the current E-step.

    None if no row is selected, and before the first E-step.
    """
    row, state = session.display.row, session.round
    if row is None or state.phase is Phase.START:
        return None
    return answers(session, state.base.params, np.array([row]))[0]


def answers(session: Session, params: Fields, rows: Rows) -> Sequence[Answer]:
    """Return the answers for some rows at θ, with the completion that counts whole, if one does.

    The probabilities do not depend on the method: the E-step compares them, however it then counts.
    """
    found = session.model.answers(session.data, params, rows)
    if not session.method.whole:
        return found
    model = session.model
    places: Sequence[int | None] = (
        model.chosen(session.data, params, rows) if isinstance(model, ChosenAnswer) else (0,) * len(rows)
    )
    return tuple(replace(each, counted=place) for each, place in zip(found, places, strict=True))
