"""What of θ still means the same on other data, or by a model with another structure."""

from __future__ import annotations

from collections.abc import Mapping

from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.optional import Wired
from emviz.session.state import Session, fitting


def carried(session: Session, model: AnyModel, data: object, params: Fields) -> Mapping[str, Array]:
    """Return the fields of θ that are to be tried on other data or by another model.

    All of them, but for a network, whose tables may have the old shape and other parents.
    """
    if isinstance(model, Wired) and type(model) is type(session.model):
        return model.carried(session.data, data, params)
    return fields_of(params)


def known_truth(session: Session, model: AnyModel, data: object) -> Fields | None:
    """Return the true parameters, as far as they fit; of another structure none are known."""
    truth = session.truth
    if truth is None:
        return None
    same = model == session.model or len(carried(session, model, data, truth)) == len(truth)
    return fitting(model, data, fields_of(truth)) if same else None
