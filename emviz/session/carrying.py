"""Transfer of θ to other data, or to a model with another structure."""

from __future__ import annotations

from collections.abc import Mapping

from emviz.em.model import AnyModel, Fields, fields_of
from emviz.em.numerics import Array
from emviz.em.optional import Wired
from emviz.session.state import Session, fitting


def carried(session: Session, model: AnyModel, data: object, params: Fields) -> Mapping[str, Array]:
    """Return the fields of θ to try on other data or with another model.

    All fields, except for a network, whose tables may have the same shape but other parents.
    """
    # Equal shapes do not suffice: the same table may belong to other parents.
    if isinstance(model, Wired) and type(model) is type(session.model):
        return model.carried(session.data, data, params)
    return fields_of(params)


def known_truth(session: Session, model: AnyModel, data: object) -> Fields | None:
    """Return the true parameters, if they fit; None for another structure."""
    truth = session.truth
    if truth is None:
        return None
    same = model == session.model or len(carried(session, model, data, truth)) == len(truth)
    return fitting(model, data, fields_of(truth)) if same else None
