"""The structure of a network, edited arrow by arrow."""

from __future__ import annotations

from emviz.em.domains import ParameterError
from emviz.em.optional import Wired
from emviz.session.edits import set_model
from emviz.session.state import Session


def set_arrow(session: Session, source: str, target: str, drawn: bool) -> Session:
    """Return the session with an arrow added to the structure of its model, or removed.

    Raises
    ------
    ParameterError, DataError, ModelError
        If there is nothing to add or remove, or if the arrow would close a cycle or need too large a table.
    """
    if not isinstance(session.model, Wired):
        raise ParameterError(f"{session.model.key} has no arrows")
    return set_model(session, session.model.rewired(session.data, source, target, drawn))
